"""The sheet external_choices: lists that programs of telephones keep apart ; here they are lists like others."""

from collections.abc import Mapping
from typing import Any

from surveys.xlsform.columns import read_column

EXTERNAL_LISTS = "external_lists"
"""Among the settings of a definition: what these lists are called here, and there."""
_PLAIN_LANGUAGE = "default"


def external_name(name: str, lists: Mapping[str, Any]) -> str:
    """Return what a list of external choices is called here."""
    return f"{name}_external" if name in lists else name


def external_choice(row: Mapping[str, str]) -> dict[str, Any]:
    """Read a row as pyxform reads those of the sheet choices: labels by language."""
    choice: dict[str, Any] = {}
    for header, cell in row.items():
        column = read_column(header)
        if column.name == "label":
            labels = choice.setdefault("label", {})
            labels[column.language or _PLAIN_LANGUAGE] = cell
        elif header.lower().replace(" ", "_") in ("list_name", "name"):
            choice[header.lower().replace(" ", "_")] = cell
        else:
            choice[header] = cell
    return choice
