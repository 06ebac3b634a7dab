"""Addresses of styles and scripts, with a hash of their content so that browsers may keep them for ever."""

import hashlib
from pathlib import Path

from flask import current_app, url_for

# Built files first; the sources work too, unbundled, so that pages stand before `node build.mjs` ran.
FOLDERS = ("dist", "css", "js", "img")
_hashes: dict[tuple[str, int], str] = {}


def asset(name: str) -> str:
    """Return the address of a style, script or picture by its file name.

    Raises: FileNotFoundError: no such file, built or source.
    """
    static = Path(current_app.static_folder or "")
    for folder in FOLDERS:
        path = static / folder / name
        if path.is_file():
            return url_for("static", filename=f"{folder}/{name}", v=_hash(path))
    raise FileNotFoundError(name)


def _hash(path: Path) -> str:
    key = (str(path), path.stat().st_mtime_ns)
    if key not in _hashes:
        _hashes[key] = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    return _hashes[key]
