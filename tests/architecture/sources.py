"""The files under rule: what git knows, or would know, of this repository."""

import ast
import functools
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("app", "coding", "core", "evaluation", "studies", "surveys")


@functools.cache
def tracked() -> tuple[Path, ...]:
    """Every file that is in git, or is neither in git nor ignored."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return tuple(sorted({ROOT / name for name in listing.split("\0") if name and (ROOT / name).is_file()}))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def python_files(*folders: str) -> list[Path]:
    wanted = folders or (*PACKAGES, "config.py", "wsgi.py")
    return [path for path in tracked() if path.suffix == ".py" and name_of(path).startswith(wanted)]


def templates() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".html" and name_of(path).startswith("app/")]


@functools.cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
