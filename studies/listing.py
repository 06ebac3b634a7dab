"""A list of people typed in a spreadsheet, read row by row: every problem is told with its row and column.

Columns known by name, in French or English, any case and order; every other column becomes an attribute.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.errors import Invalid
from core.text import read_csv
from core.workbooks import measured_copy
from studies.models.consent import ConsentPurpose
from studies.models.people import FlowState
from studies.windows import read_day

MAX_ROWS = 50_000
MAX_COLUMNS = 200
MAX_CELL = 2_000
ZIP_MARK = b"PK\x03\x04"

COLUMNS: dict[str, str] = {
    "pseudonym": "pseudonym",
    "pseudonyme": "pseudonym",
    "identifiant": "pseudonym",
    "id": "pseudonym",
    "population": "population",
    "site": "site",
    "arm": "arm",
    "bras": "arm",
    "groupe": "arm",
    "stratum": "stratum",
    "strate": "stratum",
    "state": "state",
    "etat": "state",
    "took_up": "took_up",
    "adhesion": "took_up",
    "drawn_on": "drawn_on",
    "date de tirage": "drawn_on",
    "date du tirage": "drawn_on",
    "date tirage": "drawn_on",
    "entered_on": "entered_on",
    "date d'entree": "entered_on",
    "date dentree": "entered_on",
    "date entree": "entered_on",
    "consent_answer": "consent_answer",
    "consentement reponse": "consent_answer",
    "consent_interview": "consent_interview",
    "consentement entretien": "consent_interview",
    "consent_quotation": "consent_quotation",
    "consentement verbatim": "consent_quotation",
    "consent_contact_again": "consent_contact_again",
    "consentement recontact": "consent_contact_again",
    "consent_sharing": "consent_sharing",
    "consentement partage": "consent_sharing",
}
CONSENTS = {f"consent_{purpose.value}": purpose for purpose in ConsentPurpose}
STATES: dict[str, FlowState] = {
    **{state.value: state for state in FlowState},
    "liste": FlowState.LISTED,
    "tire": FlowState.DRAWN,
    "tire au sort": FlowState.DRAWN,
    "evalue": FlowState.ASSESSED,
    "invite": FlowState.INVITED,
    "inscrit": FlowState.ENROLLED,
    "adherent": FlowState.ENROLLED,
    "observe": FlowState.OBSERVED,
    "perdu": FlowState.LOST,
    "perdu de vue": FlowState.LOST,
    "retire": FlowState.WITHDRAWN,
}
UNKNOWN_NAMES = {
    "population": "studies.population_unknown",
    "site": "studies.site_unknown",
    "arm": "studies.arm_unknown",
}
YES = frozenset({"1", "oui", "yes", "true", "vrai", "x"})
NO = frozenset({"", "0", "non", "no", "false", "faux"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPerson:
    """One row, numbered as the person sees it; population, site and arm as the study spells them, "" when empty.

    `filled` names the columns that say something; a purpose absent from `consents` was not asked.
    """

    row: int
    pseudonym: str
    population: str
    site: str = ""
    arm: str = ""
    stratum: str = ""
    state: FlowState = FlowState.LISTED
    took_up: bool = False
    attributes: dict[str, Any] = field(default_factory=dict)
    consents: dict[ConsentPurpose, bool] = field(default_factory=dict)
    drawn_on: date | None = None
    entered_on: date | None = None
    filled: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ListProblem:
    """What is wrong in one cell: a code that pages word, the row (1 is the heading) and the column's heading."""

    code: str
    row: int
    column: str
    value: str


@dataclass(frozen=True, slots=True)
class PeopleList:
    """What was read; `people` is complete only when `problems` is empty."""

    people: tuple[ListedPerson, ...]
    problems: tuple[ListProblem, ...]
    attributes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownNames:
    """The names a cell may hold in this study."""

    populations: tuple[str, ...]
    sites: tuple[str, ...]
    arms: tuple[str, ...]


def read_table(content: bytes, *, file: str) -> list[list[str]]:
    """Return the rows of a CSV text or of the first sheet of an XLSX workbook, told apart by content.

    Raises: Invalid: neither, too many rows or columns, or an archive that fails the gate.
    """
    if not content.strip():
        raise Invalid("studies.list_empty", file=file)
    rows = (
        _read_workbook(content, file=file)
        if content.startswith(ZIP_MARK)
        else read_csv(content, file=file, limit=MAX_ROWS + 2)
    )
    if len(rows) > MAX_ROWS + 1:
        raise Invalid("studies.list_too_long", file=file, limit=MAX_ROWS)
    if rows and max(len(row) for row in rows) > MAX_COLUMNS:
        raise Invalid("studies.list_too_wide", file=file, limit=MAX_COLUMNS)
    return rows


def _read_workbook(content: bytes, *, file: str) -> list[list[str]]:
    import io  # noqa: PLC0415  beside its only user

    import python_calamine

    measured = measured_copy(content, file=file)
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(measured))
        sheet = workbook.get_sheet_by_index(0)
    except (python_calamine.CalamineError, IndexError) as error:
        raise Invalid("studies.list_unreadable", file=file) from error
    if sheet.total_height > MAX_ROWS + 1:
        raise Invalid("studies.list_too_long", file=file, limit=MAX_ROWS)
    if sheet.total_width > MAX_COLUMNS:
        raise Invalid("studies.list_too_wide", file=file, limit=MAX_COLUMNS)
    rows = [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    return [row for row in rows if any(row)]


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # spreadsheets keep 12 as 12.0
    return "" if value is None else str(value).strip()


def read_people(rows: Sequence[Sequence[str]], *, known: KnownNames, taken: Iterable[str] = ()) -> PeopleList:
    """Read the rows of a list, the first of which holds the headings.

    Args:    known: the study's own names; `taken`: pseudonyms in the study already.
    Raises:  Invalid: no row, or no pseudonym column.
    """
    if not rows:
        raise Invalid("studies.list_empty", file="")
    headings = [heading.strip() for heading in rows[0]]
    columns = [COLUMNS.get(fold(heading), "") for heading in headings]
    if "pseudonym" not in columns:
        raise Invalid("studies.list_no_pseudonym", headings=", ".join(heading for heading in headings if heading))
    for name in set(columns) - {""}:
        if columns.count(name) > 1:
            raise Invalid("studies.list_column_twice", column=headings[columns.index(name)])
    reader = _Reader(headings, columns, known, set(taken))
    people = [person for number, row in enumerate(rows[1:], start=2) if (person := reader.read(number, row))]
    attributes = tuple(heading for heading, column in zip(headings, columns, strict=True) if heading and not column)
    return PeopleList(tuple(people), tuple(reader.problems), attributes)


def fold(text: str) -> str:
    """Return a text as it is compared: no accents, small letters, single spaces, no inclusive endings."""
    plain = text.lower().replace("·e", "").replace("(e)", "").replace(".e", "")
    bare = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return " ".join(bare.split())


class _Reader:
    """Reads rows one by one, gathering problems instead of stopping at the first."""

    def __init__(self, headings: list[str], columns: list[str], known: KnownNames, taken: set[str]) -> None:
        self._headings = headings
        self._columns = columns
        self._names: dict[str, Mapping[str, str]] = {
            "population": {fold(name): name for name in known.populations},
            "site": {fold(name): name for name in known.sites},
            "arm": {fold(name): name for name in known.arms},
        }
        self._only_population = known.populations[0] if len(known.populations) == 1 else ""
        self._taken = taken
        self._seen: dict[str, int] = {}
        self.problems: list[ListProblem] = []

    def read(self, number: int, row: Sequence[str]) -> ListedPerson | None:
        cells: dict[str, str] = {}
        attributes: dict[str, Any] = {}
        before = len(self.problems)
        for heading, column, value in zip(self._headings, self._columns, row, strict=False):
            text = value.strip()
            if len(text) > MAX_CELL:
                self._tell("studies.cell_too_long", number, heading, text[:40])
            elif column:
                cells[column] = text
            elif heading and text:
                attributes[heading] = typed(text)
        pseudonym = cells.get("pseudonym", "")
        self._check_pseudonym(number, pseudonym)
        person = ListedPerson(
            row=number,
            pseudonym=pseudonym,
            population=self._name(number, "population", cells.get("population", ""), default=self._only_population),
            site=self._name(number, "site", cells.get("site", "")),
            arm=self._name(number, "arm", cells.get("arm", "")),
            stratum=cells.get("stratum", ""),
            state=self._state(number, cells.get("state", "")),
            took_up=self._yes(number, "took_up", cells.get("took_up", "")),
            attributes=attributes,
            consents={
                purpose: self._yes(number, column, cells[column])
                for column, purpose in CONSENTS.items()
                if cells.get(column)
            },
            drawn_on=self._day(number, "drawn_on", cells.get("drawn_on", "")),
            entered_on=self._day(number, "entered_on", cells.get("entered_on", "")),
            filled=frozenset(column for column, text in cells.items() if text),
        )
        if person.state is FlowState.ENROLLED and fold(cells.get("took_up", "")) in NO - {""}:
            self._tell("studies.enrolled_without_taking_up", number, self._heading("took_up"), cells["took_up"])
        return person if len(self.problems) == before else None

    def _check_pseudonym(self, number: int, pseudonym: str) -> None:
        if not pseudonym:
            self._tell("studies.pseudonym_missing", number, self._heading("pseudonym"), "")
        elif pseudonym in self._seen or pseudonym in self._taken:
            self._tell("studies.pseudonym_twice", number, self._heading("pseudonym"), pseudonym)
        else:
            self._seen[pseudonym] = number

    def _name(self, number: int, column: str, text: str, *, default: str = "") -> str:
        if not text:
            if column == "population" and not default:
                self._tell("studies.population_missing", number, self._heading(column), "")
            return default
        name = self._names[column].get(fold(text))
        if name is None:
            self._tell(UNKNOWN_NAMES[column], number, self._heading(column), text)
            return ""
        return name

    def _state(self, number: int, text: str) -> FlowState:
        folded = fold(text)
        state = FlowState.LISTED if not folded else STATES.get(folded) or STATES.get(folded.removesuffix("e"))
        if state is None:
            self._tell("studies.state_unknown", number, self._heading("state"), text)
            return FlowState.LISTED
        return state

    def _yes(self, number: int, column: str, text: str) -> bool:
        folded = fold(text)
        if folded not in YES and folded not in NO:
            self._tell("studies.yes_no_unknown", number, self._heading(column), text)
        return folded in YES

    def _day(self, number: int, column: str, text: str) -> date | None:
        day = read_day(text)
        if text and day is None:
            self._tell("studies.day_unknown", number, self._heading(column), text)
        return day

    def _heading(self, column: str) -> str:
        return self._headings[self._columns.index(column)] if column in self._columns else column

    def _tell(self, code: str, row: int, column: str, value: str) -> None:
        self.problems.append(ListProblem(code, row, column, value))


def typed(text: str) -> int | float | str:
    """Return a whole number, a decimal (point or comma) or the text itself; "01" and long identifiers stay text."""
    bare = text.removeprefix("-")
    if bare.isascii() and bare.isdigit() and len(bare) <= 15 and (bare == "0" or not bare.startswith("0")):  # noqa: PLR2004  exact in JSON everywhere
        return int(text)
    whole, point, rest = bare.replace(",", ".").partition(".")
    if point and whole.isascii() and whole.isdigit() and rest.isascii() and rest.isdigit() and len(bare) <= 15:  # noqa: PLR2004  same
        return float(text.replace(",", "."))
    return text
