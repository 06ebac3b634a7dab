"""What a piece of ExpressionScript is worth in our language: its tree, and what LimeSurvey would make of its value.

LimeSurvey compares as PHP and JavaScript do: two numbers as numbers, two texts letter by letter, an empty text with a
number never equal. XPath compares nodes as texts, numbers as numbers, and orders numbers only. So each piece keeps what
is known of its value.
"""

import enum
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from surveys.expressions.tree import Tree

_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")

MAX_NODES: Final = 4_000

EMPTY: Final[Tree] = ["string", ""]
TRUE: Final[Tree] = ["call", "true", []]
FALSE: Final[Tree] = ["call", "false", []]
SELF: Final[Tree] = ["path", None, [["step", "self", "node()", []]]]


class Kind(enum.Enum):
    """What a piece gives."""

    NUMBER = "number"
    TEXT = "text"
    TRUTH = "truth"
    DATE = "date"
    """A day, written in ISO."""
    CHECK = "check"
    """A box: a truth here, `Y` or an empty text in LimeSurvey."""


class Untranslatable(Exception):
    """This expression has no counterpart here; `code` says why, `detail` names what."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of LimeSurvey, and where its value is here.

    `checked` is what LimeSurvey gives for a box that is ticked; `codes` are those of its list, in order; `shown` gives
    the words of the answer; `facts` are its constant properties (`question`, `qid`, `type`…); `owner` is the id of its
    question.
    """

    tree: Tree
    kind: Kind = Kind.TEXT
    checked: str = "Y"
    codes: tuple[str, ...] = ()
    shown: Tree | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    owner: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A piece translated; `literal` is its value where it is written out; `variable` is set for a bare variable."""

    tree: Tree
    kind: Kind
    literal: str | float | bool | None = None
    variable: Variable | None = None
    unguarded: tuple[Variable, ...] = ()
    """Variables of a whole expression that LimeSurvey looks at only while their questions are relevant."""

    @property
    def is_number(self) -> bool:
        """Whether it is a number, written or computed; an answer may be empty and is none."""
        return self.kind is Kind.NUMBER and self.variable is None

    @property
    def written_number(self) -> float | None:
        """The number that a literal writes, None for anything else; '' writes none."""
        if isinstance(self.literal, bool) or self.literal is None:
            return None
        if isinstance(self.literal, float):
            return self.literal
        return float(self.literal) if _NUMBER.fullmatch(self.literal) else None

    @property
    def truth(self) -> Tree:
        """Its truth: neither empty, nor zero, nor the text « 0 »."""
        if self.literal is not None:
            return TRUE if self.literal not in ("", "0", 0.0, False) else FALSE
        if self.kind in (Kind.TRUTH, Kind.CHECK):
            return self.tree
        if self.is_number:
            return self.tree if self.tree[0] in ("and", "or") else call("boolean", self.tree)
        return chain("and", [["!=", self.tree, EMPTY], ["!=", self.tree, text("0")]])

    @property
    def number(self) -> Tree:
        """Its number in a sum: an empty answer counts as zero, as in LimeSurvey."""
        if self.literal is not None:
            if self.literal in ("", False):
                return number(0)
            if self.literal is True:
                return number(1)
            written = self.written_number
            return call("number", EMPTY) if written is None else number(written)
        if self.kind in (Kind.TRUTH, Kind.CHECK):
            return call("number", self.tree)
        if self.variable is not None:
            return call("coalesce", self.tree, number(0))
        return self.tree

    @property
    def text(self) -> Tree:
        """Its text."""
        if self.kind is Kind.CHECK and self.variable is not None:
            return call("if", self.tree, text(self.variable.checked), EMPTY)
        if self.kind is Kind.TRUTH:
            return call("if", self.tree, text("1"), EMPTY)
        return self.tree

    @property
    def is_empty(self) -> Tree:
        """Whether it is the empty text."""
        if self.literal is not None:
            return TRUE if self.literal in ("", False) and self.literal != 0.0 else FALSE
        if self.kind in (Kind.TRUTH, Kind.CHECK):
            return negated(self.tree)
        return FALSE if self.is_number else ["=", self.tree, EMPTY]


def call(name: str, *arguments: Tree) -> Tree:
    """Return the call of one of our functions."""
    return ["call", name, list(arguments)]


def text(value: str) -> Tree:
    """Return a text; one with both quotation marks is put together from its parts."""
    if '"' not in value or "'" not in value:
        return ["string", value]
    parts = [part for part in re.split("(')", value) if part]
    return ["call", "concat", [["string", part] for part in parts]]


def number(value: float) -> Tree:
    """Return a number; those below zero have their sign before them."""
    if not math.isfinite(value):
        return call("number", EMPTY)
    written = int(value) if float(value).is_integer() else value
    return ["neg", ["number", -written]] if value < 0 else ["number", abs(written)]


def truth(value: bool) -> Tree:
    """Return a truth."""
    return TRUE if value else FALSE


def chain(operator: str, parts: Sequence[Tree]) -> Tree:
    """Join trees with `and` or `or`, flat; truths that decide nothing are left out."""
    neutral, decisive = (TRUE, FALSE) if operator == "and" else (FALSE, TRUE)
    flat: dict[str, Tree] = {}
    for part in parts:
        for each in part[1:] if part[0] == operator else [part]:
            if each == decisive:
                return decisive
            if each != neutral:
                flat.setdefault(str(each), each)
    kept = list(flat.values())
    return neutral if not kept else kept[0] if len(kept) == 1 else [operator, *kept]


def joined(operator: str, left: Tree, right: Tree) -> Tree:
    """Join two trees; a chain of one operator is one node."""
    return [operator, *(left[1:] if left[0] == operator else [left]), right]


def is_larger(tree: Tree, limit: int) -> bool:
    """Whether a tree has more pieces than that."""
    pending, count = [tree], 0
    while pending:
        count += 1
        if count > limit:
            return True
        pending.extend(part for part in pending.pop() if isinstance(part, list))
    return False


def negated(tree: Tree) -> Tree:
    """Return the contrary of a truth."""
    if tree == TRUE:
        return FALSE
    if tree == FALSE:
        return TRUE
    if tree[0] == "call" and tree[1] == "not":
        return tree[2][0]  # type: ignore[no-any-return]
    # One answer is one node: `not(a = b)` is `a != b` and reads better.
    if tree[0] in ("=", "!=") and len(tree) == 3 and EMPTY in tree:  # noqa: PLR2004
        return ["!=" if tree[0] == "=" else "=", *tree[1:]]
    return call("not", tree)
