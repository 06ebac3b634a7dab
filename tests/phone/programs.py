"""Random trees over random documents: what authors could write, and what they never would.

Everything is drawn from a seed, so that a disagreement can be played again.
"""

import math
import struct
from collections.abc import Sequence
from random import Random
from typing import Any

from surveys.expressions import KNOWN_FUNCTIONS, TreeNode, tree_root
from surveys.expressions.catalogue import PARITY

Tree = list[Any]

NAMES = ("a", "b", "c", "r", "x")
WORDS = (
    "", "a", "b", "a b", " b  a ", "yes", "no", "true", "1", "0", "3", " 3 ", "-0", "-2.5", "2.5", "1.005",
    "0.1", "12", "1e3", "1e21", "1e-7", "123456789012345", ".5", "5.", "+4", "Infinity", "-Infinity", "NaN",
    "0x10", "1_000", "٣", "été", "e\u0301t\u00e9", "Ωmega", "😀", "a😀b", "👩‍👩‍👧", "\u00a0", "a\u00a0b",
    "\ufeff3", "\u2028", "naïve", "ﬁn", "İ", "ß", "2026-11-23", "2024-02-29", "2025-02-29", "2026-13-01",
    "2026-03-29", "2026-03-29T02:30", "2026-10-25T02:30", "2026-10-25T02:30:00.000+01:00", "2026-10-25T00:30Z",
    "2026-11-23T10:20:30.4567", "2026-11-23T00:00:00.0004", "2026-07-14T23:59:59.999+02:00", "1970-01-01",
    "1969-12-31T23:00Z", "1900-01-01", "1911-03-11", "1940-06-14T23:30", "0001-01-01", "0000-01-01",
    "9999-12-31T23:59:59Z", "2026-1-9", "2026-1-9T08:00", "24:00", "08:30", "23:59:59.999", "08:30:15+02:00",
    "2026-11-23T24:00", "2026-11-23T10:20+15:00", "Zm9v", "w6k=", "Zg", "====", "!!",
)  # fmt: skip
NUMBERS = (0, 1, 2, 3, 4, 10, 0.5, 1.5, 2.5, 0.1, 1e3, 1e15, 1e21, 1e-7, 20000, 20780.4, 1e308, 99.995, 365.25, 2**53)
PATTERNS = (
    "", "a", "^a$", "[0-9]+", "^[0-9]{2}$", r"^\d{5}$", r"\s", r"\S+", r"^\w+$", r"\bno\b", "a|b", "^(a|b )*$",
    "(a+)+$", ".", "^.$", "^.{1,3}$", "[^a-z]", "[^ ]", "[]a]", "[a\\]]", "^[-+]?[0-9]*[.,]?[0-9]+$", "é",
    "\\u00e9", "[à-ÿ]+", r"\p{L}", r"^\p{Lu}", r"[\p{L} ]+", r"\p{IsAlphabetic}", r"\p{Alpha}",
    r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$", "a{2,}", "a{,2}", "{", "}", "a{", "x*", "(?:ab)+", "(?i)A", "(?=a)", r"\1",
    "(", "a**", "+", r"\/", r"\.", r"\_", r"\é", r"\x41", r"\x{1F600}", "^$", "😀", "[😀-😂]", "^[a-c😀]+$",
    r"\Aa\z", r"a\Z", "[[:alpha:]]", "[a-\\d]", "[z-a]", r"[\s\S]", r"[\w-]+", r"\t", "a??b", "(a|)+b", "()",
    "|", "^*a", "a{1001}", "a{0}b", "(a{0,2}){0,2}$", r"\Qa.b\E", "[\\b]", "[a-z-9]", "[--9]", "\\", "[", "[^]",
)  # fmt: skip
PIECES = (
    *"abé.0 ^$]}{-", "😀", r"\d", r"\w", r"\s", r"\b", r"\p{L}", "[ab]", "[^a]", "[a-c0-9]", r"[\d\s]", r"\S",
    r"\W", r"\D", r"[^\w]", r"\x61", r"\u00e9", r"\.", r"\n", "[é-ü]", r"\A", r"\z", r"[\p{Lu}x]", r"\-",
    r"[\w-]", r"[\w-.]", r"\B",
)  # fmt: skip
REPETITIONS = ("*", "+", "?", "{2}", "{1,3}", "{0,1}", "{2,}", "*?", "+?", "{0}")
FORMATS = ("%Y-%m-%d", "%d/%m/%y", "%e %n %Y", "%a %b", "%H:%M:%S.%3", "%h h %M", "%%Y", "%q %", "", "%Y%")


class Drawing:
    """Draws documents and trees; trees name what `names` says."""

    def __init__(self, seed: int, names: Sequence[str] = NAMES) -> None:
        self.random = Random(seed)
        self.names = names

    def document(self) -> TreeNode:
        """Return a root with some levels of elements, attributes and texts."""
        root, data = tree_root()
        self._grow(data, 3)
        return root

    def _grow(self, parent: TreeNode, levels: int) -> None:
        for _ in range(self.random.randint(1, 5)):
            child = parent.add(self.random.choice(NAMES), self.random.choice(WORDS))
            if self.random.random() < 0.1:
                child.set(self.random.choice(("id", "k")), self.random.choice(WORDS))
            if levels > 1 and self.random.random() < 0.4:
                self._grow(child, levels - 1)

    def tree(self, wanted: str, levels: int) -> Tree:
        """Return a tree that gives, most of the time, what is wanted: text, number, truth, nodes, date or any."""
        if wanted == "any" or self.random.random() < 0.05:
            wanted = self.random.choice(("text", "number", "truth", "nodes", "date"))
        return getattr(self, f"_{wanted}")(levels - 1)

    def _call(self, name: str, kinds: str, levels: int) -> Tree:
        names = {"t": "text", "n": "number", "b": "truth", "s": "nodes", "d": "date", "v": "any"}
        return ["call", name, [self.tree(names[kind], levels) for kind in kinds]]

    def _text(self, levels: int) -> Tree:
        if levels <= 0 or self.random.random() < 0.2:
            return self._word()
        name, kinds = self.random.choice(
            (
                *(("concat", "vv"), ("join", "tvv"), ("substr", "tn"), ("substr", "tnn"), ("substring", "tn")),
                *(("substring", "tnn"), ("substring-before", "tt"), ("substring-after", "tt")),
                *(("normalize-space", "t"), ("string", "v"), ("coalesce", "tv"), ("if", "btt")),
                *(("selected-at", "tn"), ("format-date", "d*"), ("format-date-time", "d*")),
                *(("pulldata", "tttt"), ("jr:choice-name", "ts")),
            )
        )
        if kinds == "d*":
            return ["call", name, [self.tree("date", levels), ["string", self.random.choice(FORMATS)]]]
        return self._call(name, kinds, levels)

    def _word(self) -> Tree:
        words = [word for word in WORDS if not ("'" in word and '"' in word)]
        return self.random.choice((["string", self.random.choice(words)], self._reference()))

    def _reference(self) -> Tree:
        return self.random.choice(
            (
                ["ref", self.random.choice(self.names)],
                ["path", None, [["step", "self", "node()", []]]],
                [
                    "path",
                    None,
                    [["step", "parent", "node()", []], ["step", "child", self.random.choice(self.names), []]],
                ],
            )
        )

    def _number(self, levels: int) -> Tree:
        if levels <= 0 or self.random.random() < 0.15:
            return ["number", self.random.choice(NUMBERS)]
        if self.random.random() < 0.4:
            operator = self.random.choice(("+", "-", "*", "div", "mod"))
            return self._chain(operator, "number", levels)
        name, kinds = self.random.choice(
            (
                *(("abs", "n"), ("ceiling", "n"), ("floor", "n"), ("int", "n"), ("round", "n"), ("round", "nn")),
                *(("number", "v"), ("number", "t"), ("sum", "s"), ("max", "s"), ("min", "nnd"), ("max", "vd")),
                *(("count", "s"), ("count-non-empty", "s"), ("count-selected", "t"), ("string-length", "t")),
                *(("position", "s"), ("decimal-date-time", "d")),
                *(
                    ("if", "bnn"),
                    ("neg", "n"),
                    ("pi", ""),
                    ("last", ""),
                    ("position", ""),
                ),
            )
        )
        if name == "neg":
            return ["neg", self.tree("number", levels)]
        return self._call(name, kinds, levels)

    def _date(self, levels: int) -> Tree:
        if levels <= 0 or self.random.random() < 0.3:
            return ["string", self.random.choice([word for word in WORDS if "-" in word or ":" in word])]
        name, kinds = self.random.choice((("date", "v"), ("date-time", "t"), ("today", ""), ("now", ""), ("date", "n")))
        return self._call(name, kinds, levels)

    def _truth(self, levels: int) -> Tree:
        if levels <= 0:
            return ["call", self.random.choice(("true", "false")), []]
        if self.random.random() < 0.5:
            operator = self.random.choice(("=", "!=", "<", "<=", ">", ">=", "and", "or"))
            return self._chain(operator, "any", levels)
        name, kinds = self.random.choice(
            (
                *(("not", "b"), ("boolean", "v"), ("selected", "tt"), ("contains", "tt")),
                *(("starts-with", "tt"), ("ends-with", "tt")),
                *(("regex", "t*"), ("regex", "t*"), ("regex", "tt"), ("if", "bbb")),
            )
        )
        if kinds == "t*":
            return ["call", name, [self.tree("text", levels), ["string", self.random.choice(PATTERNS)]]]
        return self._call(name, kinds, levels)

    def _chain(self, operator: str, wanted: str, levels: int) -> Tree:
        operands = [self.tree(wanted, levels) for _ in range(self.random.choice((2, 2, 3)))]
        first, *rest = operands
        # a chain of one operator is one node
        return [operator, *(first[1:] if first[0] == operator else [first]), *rest]

    def _nodes(self, levels: int) -> Tree:
        draw = self.random.random()
        if draw < 0.2:
            return ["ref", self.random.choice(self.names)]
        if draw < 0.3:
            return self._chain("|", "nodes", levels) if levels > 0 else self._reference()
        if draw < 0.4 and levels > 0:
            return ["filter", self.tree("nodes", levels), [self._predicate(levels)]]
        if draw < 0.5 and levels > 0:
            name, kinds = self.random.choice((("current", ""), ("indexed-repeat", "ssn"), ("instance", "t")))
            return self._call(name, kinds, levels)
        start: Any = self.random.choice((None, "/", "/"))
        if draw > 0.9 and levels > 0:
            start = self.random.choice((["call", "instance", [["string", "list"]]], self.tree("nodes", levels)))
        return ["path", start, [self._step(levels) for _ in range(self.random.randint(1, 3))]]

    def _step(self, levels: int) -> Tree:
        axis = self.random.choice(
            (
                *(
                    "child",
                    "child",
                    "child",
                    "descendant",
                    "descendant-or-self",
                    "parent",
                    "self",
                    "ancestor",
                    "attribute",
                ),
                "ancestor-or-self",
            )
        )
        test = self.random.choice((*self.names, "*", "*", "node()", "data", "x:*"))
        predicates = [self._predicate(levels)] if levels > 0 and self.random.random() < 0.25 else []
        return ["step", axis, test, predicates]

    def _predicate(self, levels: int) -> Tree:
        return self.random.choice(
            (
                lambda: ["number", self.random.randint(1, 3)],
                lambda: ["call", "last", []],
                lambda: self.tree("truth", levels),
                lambda: self.tree("any", levels),
            )
        )()

    # Programs about one thing each, at its edges.

    def date_text(self) -> str:
        """Return a date, or a date and time, that may not exist; often near the change of hour."""
        draw = self.random
        year = draw.randint(1850, 2200) if draw.random() < 0.9 else draw.randint(1, 9999)
        month, day = draw.choice(((draw.randint(1, 12), draw.randint(1, 31)), (3, draw.randint(25, 31)), (10, 25)))
        text = f"{year:04d}-{month:02d}-{day:02d}"
        if draw.random() < 0.8:
            text += f"T{draw.choice((0, 1, 2, 3, draw.randint(0, 24))):02d}:{draw.randint(0, 60):02d}"
            if draw.random() < 0.6:
                digits = draw.randint(1, 8)
                text += f":{draw.randint(0, 60):02d}.{draw.randrange(10**digits):0{digits}d}"
            text += draw.choice(("", "", "Z", "+01:00", "-03:30", "+14:59", "+15:00", "+05:60"))
        return text

    def any_number(self) -> float:
        """Return a finite double: of a size people write, or of any bits."""
        draw = self.random
        if draw.random() < 0.5:
            return draw.randint(-(10 ** draw.randint(1, 18)), 10 ** draw.randint(1, 18)) / 10 ** draw.randint(0, 6)
        found = struct.unpack("d", struct.pack("Q", draw.getrandbits(64)))[0]
        return found if math.isfinite(found) else draw.randint(-20, 20) / 2

    def pattern(self, levels: int) -> str:
        """Return a pattern that is most of the time well written."""
        draw = self.random.random()
        if levels <= 0 or draw < 0.45:
            return self.random.choice(PIECES)
        inside = self.pattern(levels - 1)
        if draw < 0.7:
            return inside + self.pattern(levels - 1)
        if draw < 0.8:
            return f"({inside}|{self.pattern(levels - 1)})"
        if draw < 0.95:
            return f"({self.random.choice(('', '?:'))}{inside}){self.random.choice(REPETITIONS)}"
        return inside + self.random.choice((*REPETITIONS, "|", "**"))

    def edges(self) -> list[Tree]:
        """Return programs on one date, on two numbers, on a text and a pattern."""
        written, one, other = self.date_text(), self.any_number(), self.any_number()
        date, places = ["string", written], literal(float(self.random.randint(-20, 20)))
        text = "".join(self.random.choice("abcé0 1.\n😀Ab-ü_\t]}{") for _ in range(self.random.randint(0, 7)))
        return [
            ["call", "date", [date]],
            ["call", "number", [date]],
            ["call", "format-date-time", [date, ["string", "%Y-%m-%d %H:%M:%S.%3 %e %n %h %y"]]],
            ["call", "date-time", [literal(self.random.uniform(-60_000, 60_000))]],
            *(["call", name, [literal(one)]] for name in ("string", "round", "floor", "ceiling", "int", "abs", "date")),
            *([operator, literal(one), literal(other)] for operator in ("+", "-", "*", "div", "mod", "<")),
            ["call", "number", [["string", repr(one)]]],
            ["call", "round", [literal(one), places]],
            ["call", "round", [literal(1.0), literal(float(self.random.randint(-310, 310)))]],
            ["call", "substr", [["string", "a😀bce\u0301"], places, literal(self.random.uniform(-7, 7))]],
            ["call", "substring", [["string", "a😀bce\u0301"], literal(self.random.uniform(-7, 7)), places]],
            ["call", "regex", [["string", text], ["string", self.pattern(3)]]],
            ["call", "regex", [["string", text], ["string", self.pattern(2)]]],
        ]


def literal(number: float) -> Tree:
    """Return the tree of a number; below zero it is written with a sign."""
    return ["number", number] if math.copysign(1.0, number) > 0 else ["neg", ["number", -number]]


def every_call(drawing: Drawing) -> list[Tree]:
    """Return calls of each function that exists, with arguments of every kind in every number it takes."""
    return [
        ["call", name, [drawing.tree("any", 2) for _ in range(count)]]
        for name, (least, most) in KNOWN_FUNCTIONS.items()
        for count in range(least, (least + 2 if most is None else most) + 1)
        if name not in PARITY or count % 2 == PARITY[name]
    ]
