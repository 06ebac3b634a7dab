"""A list of names and contacts typed in a spreadsheet, read row by row; each problem has its row and column.

Nothing of it is kept here: whoever reads it seals it at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.errors import Invalid
from studies.listing import MAX_CELL, ListProblem, fold

COLUMNS = {
    "pseudonym": "pseudonym",
    "pseudonyme": "pseudonym",
    "identifiant": "pseudonym",
    "id": "pseudonym",
    "name": "name",
    "nom": "name",
    "given_name": "given_name",
    "prenom": "given_name",
    "phone": "phone",
    "telephone": "phone",
    "tel": "phone",
    "mobile": "phone",
    "portable": "phone",
    "email": "email",
    "e-mail": "email",
    "courriel": "email",
    "mail": "email",
    "address": "address",
    "adresse": "address",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedContact:
    """One row; `name` is the whole name. An empty cell leaves what is known as it is."""

    row: int
    pseudonym: str
    name: str = ""
    given_name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class ContactList:
    """What was read; `contacts` is complete only when `problems` is empty."""

    contacts: tuple[ListedContact, ...]
    problems: tuple[ListProblem, ...]


def read_contacts(rows: Sequence[Sequence[str]], *, known: frozenset[str]) -> ContactList:
    """Read the rows of a list, the first of which holds the headings.

    A line end in an address may be written « | ». A family name and a given one in two columns make the whole name.

    Args:    known: the pseudonyms of the study.
    Raises:  Invalid: no row, no pseudonym column, a column twice, or one that is not known.
    """
    if not rows:
        raise Invalid("studies.list_empty", file="")
    headings = [heading.strip() for heading in rows[0]]
    columns = [COLUMNS.get(fold(heading), "") for heading in headings]
    if "pseudonym" not in columns:
        raise Invalid("studies.list_no_pseudonym", headings=", ".join(heading for heading in headings if heading))
    for heading, column in zip(headings, columns, strict=True):
        if heading and not column:
            raise Invalid("studies.contact_column_unknown", column=heading)
        if column and columns.count(column) > 1:
            raise Invalid("studies.list_column_twice", column=heading)
    contacts: list[ListedContact] = []
    problems: list[ListProblem] = []
    seen: set[str] = set()
    for number, row in enumerate(rows[1:], start=2):
        cells = {column: cell.strip() for column, cell in zip(columns, row, strict=False) if column}
        found = _problems(number, cells, dict(zip(columns, headings, strict=True)), known, seen)
        problems += found
        seen.add(cells.get("pseudonym", ""))
        if not found:
            contacts.append(_contact(number, cells))
    return ContactList(tuple(contacts), tuple(problems))


def _problems(
    number: int, cells: Mapping[str, str], headings: Mapping[str, str], known: frozenset[str], seen: set[str]
) -> list[ListProblem]:
    pseudonym, heading = cells.get("pseudonym", ""), headings["pseudonym"]
    problems = [
        ListProblem("studies.cell_too_long", number, headings[column], cell[:40])
        for column, cell in cells.items()
        if len(cell) > MAX_CELL
    ]
    if not pseudonym:
        problems.append(ListProblem("studies.pseudonym_missing", number, heading, ""))
    elif pseudonym not in known:
        problems.append(ListProblem("studies.pseudonym_unknown", number, heading, pseudonym))
    elif pseudonym in seen:
        problems.append(ListProblem("studies.pseudonym_twice", number, heading, pseudonym))
    return problems


def _contact(number: int, cells: Mapping[str, str]) -> ListedContact:
    given, name = cells.get("given_name", ""), cells.get("name", "")
    whole = name if not given or given in name else f"{given} {name}".strip()
    return ListedContact(
        row=number,
        pseudonym=cells["pseudonym"],
        name=whole,
        given_name=given,
        phone=cells.get("phone", ""),
        email=cells.get("email", ""),
        address="\n".join(part.strip() for part in cells.get("address", "").replace("|", "\n").splitlines()),
    )
