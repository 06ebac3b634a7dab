"""Random forms and random answers to them: every type of item, groups, repeats in repeats, and all the rules."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from surveys.definition import Choice, Definition, Group, Item, ItemType, Locale, Node, Repeat
from surveys.expressions import Expression, ExpressionError, parse
from surveys.lists import ListFile
from surveys.occurrences import key_at
from surveys.structure import Cycle, Structure
from surveys.versions import prepare
from tests.phone.programs import WORDS, Drawing

MOMENT = datetime(2026, 10, 25, 0, 30, 15, 120034, tzinfo=UTC)
ASKED = (
    *(
        ItemType.TEXT,
        ItemType.INTEGER,
        ItemType.INTEGER,
        ItemType.DECIMAL,
        ItemType.RANGE,
        ItemType.DATE,
        ItemType.TIME,
    ),
    *(
        ItemType.DATETIME,
        ItemType.SELECT_ONE,
        ItemType.SELECT_ONE,
        ItemType.SELECT_MULTIPLE,
        ItemType.RANK,
        ItemType.NOTE,
    ),
    *(ItemType.ACKNOWLEDGE, ItemType.BARCODE, ItemType.CALCULATE, ItemType.HIDDEN, ItemType.START, ItemType.TODAY),
)
CONDITIONS = (
    *(
        "${N} = 'a'",
        "selected(${N}, 'b')",
        "${N} > 3",
        "${N} != ''",
        "not(${N} = '')",
        "${N} < today()",
        ". > 0",
        ". != 'a'",
    ),
    *(
        "string-length(${N}) > 1",
        "count-selected(${N}) >= 2",
        "regex(., '^[a-z ]*$')",
        "position(..) > 1",
        "true()",
        "false()",
    ),
    *(
        "count(${N}) > 1",
        "sum(${N}) > 5",
        "coalesce(${N}, 0) + 1 > 3",
        "${N} = ${N} or ${N} = ''",
        "../N = 'a'",
        "random() > 0.5",
    ),
    *(
        "indexed-repeat(${N}, ${N}, 1) = 'a'",
        "jr:choice-name(${N}, '${N}') = 'A'",
        ". >= 0 and . <= ${N}",
        "${N} = concat(1)",
    ),
)
VALUES = (
    *(
        "${N} + 1",
        "concat(${N}, ' / ', ${N})",
        "today()",
        "now()",
        "sum(${N})",
        "if(${N} = 'a', 'b', ${N})",
        "round(${N}, 1)",
    ),
    *(
        "position(..)",
        "count(${N})",
        "format-date(${N}, '%d/%m/%Y')",
        "${N} div 3",
        "join(', ', ${N})",
        "once(${N})",
        "number(${N})",
    ),
    *(
        "jr:choice-name(${N}, '${N}')",
        "string-length(${N})",
        "sin(${N})",
        "instance('one')/root/item[1]/label",
        "'a'",
        "7",
        "''",
    ),
    *("pulldata('one', 'name', 'g', ${N})", "substr(${N}, 1)"),
)
FILTERS = (
    "g = ${N}",
    "name != ${N}",
    "selected(${N}, name)",
    "position() < 3",
    "g = 'x' or random() < 2",
    "${N} = 'a'",
    "true()",
)
COUNTS = ("${N}", "2", "${N} + 1", "count-selected(${N})", "position(..)", "string-length(${N})", "sin(${N})")
PARAMETERS: tuple[dict[str, str], ...] = (
    *(
        {},
        {},
        {"randomize": "true"},
        {"randomize": "true", "seed": "7"},
        {"randomize": "true", "seed": "${q0}"},
        {"start": "0", "end": "5", "step": "0.5"},
    ),
)
FILE = ListFile("few.csv", ("name", "label", "g"), (("a", "Un", "x"), ("b", "Deux", "a"), ("c d", "Trois", "3")))
LABELS = ("Question", "Bonjour ${N}", "<b>${N}</b> & co", "", "« ${ N } » ${last-saved#N}", "${nobody}")


class FormDrawing:
    """Draws one form, then answers to it."""

    def __init__(self, seed: int) -> None:
        self.drawing = Drawing(seed)
        self.random = self.drawing.random
        self.names: list[str] = []
        self.structure, self.pages = self._form()

    def _form(self) -> tuple[Structure, Any]:
        while True:
            self.names = []
            children = self._nodes("/data", 3, self.random.randint(3, 12))
            try:
                return prepare(
                    Definition(
                        title="",
                        form_id="drawn",
                        version="3",
                        locales=(Locale("fr", "Français"), Locale("ar", "العربية")),
                        default_locale="fr",
                        choice_lists={name: self._choices() for name in ("one", "two")},
                        children=children,
                    ),
                    {"few": FILE},
                )
            except Cycle:
                continue

    def _choices(self) -> tuple[Choice, ...]:
        names = ("a", "b", "c", "yes", "d", "10")[: self.random.randint(1, 6)]
        return tuple(
            Choice(name, self._texts((*LABELS, name.upper())), {"g": self.random.choice(("x", "a", "3"))})
            for name in names
        )

    def _nodes(self, above: str, levels: int, count: int) -> tuple[Node, ...]:
        return tuple(self._node(above, levels, first=not place) for place in range(count))

    def _node(self, above: str, levels: int, *, first: bool) -> Node:
        draw = self.random.random()
        # a name that comes twice makes keys that are paths
        twice = first and above != "/data" and self.random.random() < 0.3
        name = "twice" if twice else f"q{len(self.names)}"
        self.names.append(name)
        path = f"{above}/{name}"
        key = path.removeprefix("/data/") if twice else name
        common = {"name": name, "key": key, "path": path, "labels": self._texts(LABELS)}
        common["relevant"] = self._rule(CONDITIONS, 0.4)
        if levels and draw < 0.3:
            children = self._nodes(path, levels - 1, self.random.randint(1, 4))
            if draw < 0.14:
                return Group(**common, children=children, appearance=self.random.choice(("", "field-list")))
            count = self._expression(COUNTS) if self.random.random() < 0.4 else None
            return Repeat(
                **common, children=children, count=count, appearance=self.random.choice(("", "", "field-list"))
            )
        return self._item(common)

    def _item(self, common: dict[str, Any]) -> Item:
        kind = self.random.choice(ASKED)
        calculated = kind is ItemType.CALCULATE or self.random.random() < 0.05
        return Item(
            **common,
            type=kind,
            hints=self._texts(LABELS),
            constraint_messages=self._texts(LABELS),
            required=self.random.choice((False, False, True, self._expression(CONDITIONS))),
            read_only=self.random.choice((False, False, False, True, self._expression(CONDITIONS))),
            constraint=self._rule(CONDITIONS, 0.4),
            extras={"tresse": {"gentle": "yes" if str(common["name"])[-1] in "13579" else "no"}},
            calculation=self._expression(VALUES) if calculated else None,
            default=self.random.choice((None, None, "a", "3", self._expression(VALUES))),
            trigger=(self.random.choice(self.names),) if calculated and self.random.random() < 0.3 else (),
            list_name=self._list() if kind.has_choices else "",
            choice_filter=self._rule(FILTERS, 0.4) if kind.has_choices else None,
            parameters=self.random.choice(PARAMETERS),
        )

    def _list(self) -> str:
        """Return a list of the form, one of a file, or the answers given to a question."""
        return self.random.choice(("one", "one", "two", "few.csv", f"${{{self.random.choice(self.names)}}}"))

    def _rule(self, sources: Sequence[str], share: float) -> Expression | None:
        return self._expression(sources) if self.random.random() < share else None

    def _expression(self, sources: Sequence[str]) -> Expression:
        while self.random.random() < 0.15:
            with suppress(ExpressionError):  # a tree that nobody can write
                return Expression.from_tree(Drawing(self.random.randrange(10**6), self.names).tree("any", 3))
        source = self.random.choice(sources)
        while "N" in source:
            source = source.replace("N", self.random.choice(self.names), 1)
        return parse(source)

    def _texts(self, templates: Sequence[str]) -> dict[str, str]:
        chosen = {tag: self.random.choice(templates) for tag in ("fr", "ar") if self.random.random() < 0.7}
        return {tag: text.replace("N", self.random.choice(self.names or ["q0"])) for tag, text in chosen.items()}

    # Answers.

    def draft(self) -> dict[str, Any]:
        """Return what `evaluate` takes on the phone."""
        answers: dict[str, Any] = {}
        missing: dict[str, str] = {}
        carried: dict[str, Any] = {}
        for key, item in self._keys(self.structure.definition.children, ()):
            if isinstance(item, Repeat):
                answers[key] = self.random.choice((0, 1, 2, 2, 3))
            elif item.type.is_silent and self.random.random() < 0.5:
                carried[key] = self.random.choice(WORDS)
            elif not item.type.is_answered or self.random.random() < 0.3:
                continue
            elif self.random.random() < 0.15:
                answers[key] = None
                if self.random.random() < 0.6:
                    missing[key] = self.random.choice(("refused", "unknown"))
            else:
                answers[key] = self.answer(item)
        return {
            "answers": answers,
            "missing": missing,
            "carried": carried | ({":saved": {self.names[0]: "b"}} if self.random.random() < 0.5 else {}),
            "moment": MOMENT.isoformat(),
            "seed": self.random.randrange(2**31),
            "locale": self.random.choice(("fr", "ar")),
            "changed": [key for key in answers if self.random.random() < 0.2],
        }

    def _keys(self, nodes: Sequence[Node], numbers: tuple[int, ...]) -> Iterator[tuple[str, Item | Repeat]]:
        """Yield the keys that may have a row, for as many occurrences as a count may have had once."""
        for node in nodes:
            if isinstance(node, Item):
                yield key_at(node.key, numbers), node
            elif isinstance(node, Repeat):
                if self.random.random() < 0.8:
                    yield key_at(node.key, numbers), node
                for number in (1, 2, 3):
                    yield from self._keys(node.children, (*numbers, number))
            else:
                yield from self._keys(node.children, numbers)

    def answer(self, item: Item) -> Any:
        choices = ["a", "b", "c", "yes", "10", "gone"]
        usual = {
            ItemType.INTEGER: (0, 1, 3, 4, -2, 12),
            ItemType.DECIMAL: (0, 2.5, -0.1, 3, 1e-7, 1234567.891, 99.995),
            ItemType.RANGE: (0, 1, 2.5, 3, 0.3, 11),
            ItemType.DATE: ("2026-10-25", "2024-02-29", "1950-01-01", "2026-03-29"),
            ItemType.TIME: ("08:30", "23:59"),
            ItemType.DATETIME: ("2026-10-25T02:30", "2026-10-24T23:00"),
            ItemType.SELECT_ONE: choices,
            ItemType.ACKNOWLEDGE: ("OK",),
        }
        if item.type in (ItemType.SELECT_MULTIPLE, ItemType.RANK):
            return self.random.sample(choices, self.random.randint(1, 4))
        return self.random.choice(usual.get(item.type, WORDS))
