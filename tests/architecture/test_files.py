"""Names and sizes: a long file or view wants a second look, and an exception wants a reason."""

import ast
import re

import pytest

from tests.architecture.sources import name_of, python_files, tracked, tree

FILE_LINES = 400
VIEW_LINES = 25
TEST_LINES = 600
FORBIDDEN = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}

LONG_FILES = {
    "migrations/versions/0001_initial_tables.py": "written by Alembic, one table after the other",
    "migrations/versions/0015_cases_attributes_links_and_exchange.py": "twelve tables, and what moves there and back",
}
LONG_VIEWS: dict[str, str] = {}


def test_no_file_has_a_name_that_says_nothing():
    named = {
        name_of(path)
        for path in tracked()
        if path.stem.lower() in FORBIDDEN or FORBIDDEN & set(name_of(path).lower().split("/")[:-1])
    }

    assert named == set()


def lines_of(path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_python_files_are_short_enough_to_read():
    code = [path for path in python_files("") if not name_of(path).startswith("tests/")]
    tests = python_files("tests/")
    long = {name_of(path): lines_of(path) for path in code if lines_of(path) > FILE_LINES}
    long |= {name_of(path): lines_of(path) for path in tests if lines_of(path) > TEST_LINES}

    assert {name: lines for name, lines in long.items() if name not in LONG_FILES} == {}
    assert set(LONG_FILES) <= set(long), "an exception that is not needed any more"


def is_view(function: ast.FunctionDef) -> bool:
    return any("permits(" in ast.unparse(decorator) for decorator in function.decorator_list)


def test_views_are_short_enough_to_read():
    long = {}
    for path in python_files("app/"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef) and is_view(node):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > VIEW_LINES:
                    long[f"{name_of(path)}:{node.name}"] = lines

    assert {name: lines for name, lines in long.items() if name not in LONG_VIEWS} == {}
    assert set(LONG_VIEWS) <= set(long), "an exception that is not needed any more"


MACHINE = re.compile(
    r"(?<![\w.])/(?:home/|root/\.|Users/|work/|tmp/[a-z]+/)\w*|[A-Z]:\\\\Users|(?:index|extra-index|find-links)-url\s*=|"
    r"registry\s*=\s*http|--(?:extra-)?index-url\b(?! )",
)
# Files may name folders of any Linux system.
PLACES = {"tests/architecture/test_files.py", "package-lock.json"}


def test_no_file_names_a_path_of_one_machine():
    found = []
    for path in tracked():
        if name_of(path) in PLACES or path.suffix in {".png", ".docx", ".xlsx", ".pdf", ".ico", ".woff2"}:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{name_of(path)}: {match.group()}" for match in MACHINE.finditer(text)]

    assert found == []


def test_lock_of_npm_names_no_registry():
    lock = next(path for path in tracked() if path.name == "package-lock.json")

    assert re.findall(r'"resolved": "[^"]*"', lock.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-bootstrap.txt"])
def test_requirements_are_hashed_and_without_address(name):
    text = next(path for path in tracked() if name_of(path) == name).read_text(encoding="utf-8")
    pins = re.findall(r"^[a-z0-9][\w.\-\[\]]*==", text, re.MULTILINE)

    assert "://" not in text
    assert len(pins) == len(re.findall(r"^[a-z0-9][^\n]*\\\n(?=    --hash)", text, re.MULTILINE))
