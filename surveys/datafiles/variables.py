"""The variables of a data file: what each column holds, how it is coded, and what its codes mean."""

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

from surveys.definition import Choice, Definition, Item, ItemType
from surveys.models import Missing

MAX_CODE_DIGITS = 4
"""Choices named by longer numbers (postcodes) are numbered anew: as codes they would look like measures."""


class Absence(enum.IntEnum):
    """Why a cell holds no answer; the values are kept beside the cells, 0 standing for « there is an answer »."""

    NOT_ASKED = 1
    EMPTY = 2
    ILLEGIBLE = 3
    REFUSED = 4
    UNKNOWN = 5

    @property
    def code(self) -> int:
        """The number that stands for it in a numeric variable; « not asked » is the empty cell of the format."""
        return _CODES[self]

    @property
    def letter(self) -> str:
        """The extended missing value of Stata: `.r` for refused."""
        return _LETTERS[self]


GIVEN = 0
_CODES = {Absence.EMPTY: -96, Absence.ILLEGIBLE: -97, Absence.REFUSED: -98, Absence.UNKNOWN: -99}
_LETTERS = {Absence.EMPTY: "e", Absence.ILLEGIBLE: "i", Absence.REFUSED: "r", Absence.UNKNOWN: "u"}
CODED_ABSENCES = tuple(_CODES)
ABSENCE_OF = {
    Missing.ILLEGIBLE: Absence.ILLEGIBLE,
    Missing.REFUSED: Absence.REFUSED,
    Missing.UNKNOWN: Absence.UNKNOWN,
}


class Kind(enum.StrEnum):
    """What a column holds."""

    NUMBER = "number"
    CODED = "coded"
    TEXT = "text"
    DATE = "date"
    TIME = "time"
    MOMENT = "moment"

    @property
    def is_numeric(self) -> bool:
        """Whether absences are told apart inside the column; other kinds have a variable beside them for that."""
        return self in (Kind.NUMBER, Kind.CODED)


class Measure(enum.StrEnum):
    """The level of measure, in the words of SPSS."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    SCALE = "scale"


class Role(enum.StrEnum):
    """Where a variable comes from."""

    CONTEXT = "context"
    ANSWER = "answer"
    TICKED = "ticked"
    PLACE = "place"
    STATUS = "status"
    OCCURRENCE = "occurrence"
    OCCURRENCES = "occurrences"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One column.

    `header` is its name before any format shortens it (`helped/peer`); `key` the item it comes from, `choice` the
    choice it is about. `codes` leads from names of choices to numbers, `value_labels` from numbers to words.
    """

    header: str
    label: str
    kind: Kind
    measure: Measure
    role: Role = Role.ANSWER
    key: str = ""
    choice: str = ""
    codes: Mapping[str, int] = field(default_factory=dict)
    value_labels: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of a data file in the language of its reader; `plain` takes the markup off a text of the form.

    `context` names the variables of a response besides its answers, `values` the values of some of them.
    """

    plain: Callable[[str], str] = str
    absences: Mapping[Absence, str] = field(
        default_factory=lambda: {each: each.name.lower().replace("_", " ") for each in Absence}
    )
    given: str = "answered"
    ticked: str = "ticked"
    not_ticked: str = "not ticked"
    place: str = "place"
    status: str = "state of the answer"
    occurrence: str = "number in the group"
    occurrences: str = "how many"
    yes: str = "yes"
    no: str = "no"
    context: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


_KINDS = {
    ItemType.INTEGER: Kind.NUMBER,
    ItemType.DECIMAL: Kind.NUMBER,
    ItemType.RANGE: Kind.NUMBER,
    ItemType.DATE: Kind.DATE,
    ItemType.TODAY: Kind.DATE,
    ItemType.TIME: Kind.TIME,
    ItemType.DATETIME: Kind.MOMENT,
    ItemType.START: Kind.MOMENT,
    ItemType.END: Kind.MOMENT,
    ItemType.SELECT_ONE: Kind.CODED,
    ItemType.ACKNOWLEDGE: Kind.CODED,
}
_MEASURES = {Kind.CODED: Measure.NOMINAL, Kind.TEXT: Measure.NOMINAL}
ACKNOWLEDGED = "OK"


class Labeller:
    """Words the items of a form as labels of variables, in one language."""

    def __init__(self, definition: Definition, tag: str, words: Words) -> None:
        self.definition = definition
        self.words = words
        self._tag = tag

    def question(self, item: Item) -> str:
        """Return the question, or the item's name where it has no words (hidden values, calculations)."""
        return self._plain(self.definition.text(item.labels, self._tag)[0]) or item.name

    def choice(self, choice: Choice) -> str:
        """Return the words of a choice, or its name."""
        return self._plain(self.definition.text(choice.labels, self._tag)[0]) or choice.name

    def choices(self, item: Item) -> dict[str, str]:
        """Return the words of each choice of an item by its name; the first of two alike wins."""
        labels: dict[str, str] = {}
        for choice in self.definition.choice_lists.get(item.list_name, ()):
            labels.setdefault(choice.name, self.choice(choice))
        return labels

    def _plain(self, text: str) -> str:
        return self.words.plain(text).strip()


def item_variables(labeller: Labeller, item: Item) -> tuple[Variable, ...]:
    """Return the variables of an item: one, or with those of each choice; what is computed is text until it is read."""
    question = labeller.question(item)
    kind = _KINDS.get(item.type, Kind.TEXT)
    main = Variable(
        header=item.key, label=question, kind=kind, measure=_MEASURES.get(kind, Measure.SCALE), key=item.key
    )
    if item.type is ItemType.ACKNOWLEDGE:
        return (replace(main, codes={ACKNOWLEDGED: 1}, value_labels={1: labeller.words.ticked}),)
    if item.type is ItemType.SELECT_ONE:
        labels = labeller.choices(item)
        codes = number_codes(labels)
        is_scale = "likert" in item.appearance.split() or (len(codes) > 2 and _are_steps(labels))  # noqa: PLR2004  two values have no order
        measure = Measure.ORDINAL if is_scale else Measure.NOMINAL
        worded = {codes[name]: label for name, label in labels.items()}
        return (replace(main, measure=measure, codes=codes, value_labels=worded),)
    if item.type is ItemType.SELECT_MULTIPLE:
        return (main, *(_ticked(labeller, main, name, label) for name, label in labeller.choices(item).items()))
    if item.type is ItemType.RANK:
        return (main, *(_place(labeller, main, name, label) for name, label in labeller.choices(item).items()))
    return (main,) if kind.is_numeric else (main, status_variable(labeller.words, main))


def _ticked(labeller: Labeller, main: Variable, name: str, label: str) -> Variable:
    return replace(
        main,
        header=f"{main.header}/{name}",
        label=f"{main.label} – {label}",
        kind=Kind.CODED,
        role=Role.TICKED,
        choice=name,
        value_labels={0: labeller.words.not_ticked, 1: labeller.words.ticked},
    )


def _place(labeller: Labeller, main: Variable, name: str, label: str) -> Variable:
    return replace(
        main,
        header=f"{main.header}/{name}",
        label=f"{main.label} – {label} ({labeller.words.place})",
        kind=Kind.NUMBER,
        measure=Measure.ORDINAL,
        role=Role.PLACE,
        choice=name,
    )


def status_variable(words: Words, main: Variable) -> Variable:
    """Return the variable that tells absences apart where the answer itself is a text or a date."""
    return Variable(
        header=f"{main.header}/status",
        label=f"{main.label} – {words.status}",
        kind=Kind.CODED,
        measure=Measure.NOMINAL,
        role=Role.STATUS,
        key=main.key,
        value_labels={1: words.given},
    )


def number_codes(labels: Mapping[str, str]) -> dict[str, int]:
    """Return a number for each name: the names themselves when all are small whole numbers, else 1, 2, 3… in order."""
    numbers = [int(name) for name in labels if _is_code(name)]
    if len(numbers) == len(labels) and len(set(numbers)) == len(numbers):
        return dict(zip(labels, numbers, strict=True))
    return {name: place for place, name in enumerate(labels, 1)}


def _is_code(name: str) -> bool:
    bare = name.removeprefix("-")
    is_whole = bare.isascii() and bare.isdigit() and len(bare) <= MAX_CODE_DIGITS
    return is_whole and int(name) not in _CODES.values()


def _are_steps(labels: Mapping[str, str]) -> bool:
    if not all(_is_code(name) for name in labels):
        return False
    numbers = [int(name) for name in labels]
    return {later - earlier for earlier, later in pairwise(numbers)} in ({1}, {-1})
