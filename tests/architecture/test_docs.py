"""The documentation knows every table and every package."""

import re

import app.models  # noqa: F401  every table must be known
from core.db import Base
from tests.architecture.sources import PACKAGES, ROOT


def documents() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").rglob("*.md")))


def test_every_table_is_named_in_the_documentation():
    text = documents()

    assert sorted(name for name in Base.metadata.tables if not re.search(rf"`{name}`", text)) == []


def test_every_package_is_on_the_map_of_the_readme():
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    assert [package for package in PACKAGES if f"{package}/" not in text] == []


def test_decisions_are_numbered_once():
    names = sorted(path.name for path in (ROOT / "docs" / "adr").glob("[0-9]*.md"))
    numbers = [name.split("-")[0] for name in names]

    assert numbers == sorted(set(numbers))
