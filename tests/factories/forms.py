"""A small form to edit, with one rule of each sort, as its author would write it in a spreadsheet."""

from pathlib import Path

from surveys.definition import Definition
from surveys.xlsform import read_form

EDITED = (Path(__file__).parent / "edited.md").read_text(encoding="utf-8")


def edited_form(form: str = EDITED) -> Definition:
    """Read the form, without a database."""
    return read_form(form.encode()).definition


def names(definition: Definition) -> list[str]:
    """Return the names of all nodes in the order of the form, those in groups after two spaces a level."""

    def below(nodes, level):
        for node in nodes:
            yield "  " * level + node.name
            yield from below(getattr(node, "children", ()), level + 1)

    return list(below(definition.children, 0))
