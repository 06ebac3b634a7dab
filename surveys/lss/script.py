"""ExpressionScript, the language of LimeSurvey's conditions, read into a tree."""

import re
from dataclasses import dataclass
from typing import Final

MAX_LENGTH: Final = 20_000
MAX_DEPTH: Final = 40

_TOKEN: Final = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<number>(?:\d+\.?\d*|\.\d+)(?![\w.]))
  | (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
  | (?P<name>(?:[A-Za-z_]\w*:\w+|\d+X\d+X\d+\w*(?:\#\d+)?|[A-Za-z_]\w*)(?:\.[A-Za-z_]\w*)*(?:\#\d+)?)
  | (?P<sign>==|!=|<=|>=|&&|\|\||\+=|-=|\*=|/=|[-+*/<>!=(),])
    """,
    re.VERBOSE | re.DOTALL,
)
_WORDS: Final = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "and": "&&", "or": "||"}
_LEVELS: Final = (("||",), ("&&",), ("==", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "/"))
_ASSIGNMENTS: Final = frozenset({"=", "+=", "-=", "*=", "/="})


@dataclass(frozen=True, slots=True)
class Number:
    """A number written out."""

    value: float


@dataclass(frozen=True, slots=True)
class Text:
    """A text between quotes."""

    value: str


@dataclass(frozen=True, slots=True)
class Name:
    """A variable; `suffix` is what follows the last dot (`NAOK`, `shown`…), "" without one."""

    name: str
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Unary:
    """`-`, `+` or `!` before an operand."""

    operator: str
    operand: "Script"


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands."""

    operator: str
    left: "Script"
    right: "Script"


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments."""

    function: str
    arguments: tuple["Script", ...]


@dataclass(frozen=True, slots=True)
class Assignment:
    """`a = …`, which LimeSurvey allows in equations."""

    name: str
    operator: str
    value: "Script"


Script = Number | Text | Name | Unary | Binary | Call | Assignment


class NotScript(Exception):
    """The source is no expression; `position` is where reading stopped."""

    def __init__(self, position: int, found: str) -> None:
        super().__init__(position, found)
        self.position = position
        self.found = found


def read_script(source: str) -> Script:
    """Return the tree of an expression; of several between commas, the last one, whose value counts.

    Raises: NotScript.
    """
    if len(source) > MAX_LENGTH:
        raise NotScript(MAX_LENGTH, "")
    reader = _Reader(_split(source))
    tree = reader.sequence()
    reader.expect_end()
    return tree


def _split(source: str) -> list[tuple[str, str, int]]:
    tokens: list[tuple[str, str, int]] = []
    position = 0
    while position < len(source):
        found = _TOKEN.match(source, position)
        if found is None:
            raise NotScript(position, source[position : position + 20])
        kind = str(found.lastgroup)
        text = found.group()
        if kind == "name" and text.lower() in _WORDS:
            kind, text = "sign", _WORDS[text.lower()]
        if kind != "space":
            tokens.append((kind, text, position))
        position = found.end()
    tokens.append(("end", "", len(source)))
    return tokens


class _Reader:
    """Reads tokens by descent, one level of operators after the other."""

    def __init__(self, tokens: list[tuple[str, str, int]]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    @property
    def _next(self) -> tuple[str, str, int]:
        return self._tokens[self._at]

    def _take(self) -> str:
        text = self._next[1]
        self._at += 1
        return text

    def _fail(self) -> NotScript:
        _kind, text, position = self._next
        return NotScript(position, text)

    def _is(self, *signs: str) -> bool:
        kind, text, _position = self._next
        return kind == "sign" and text in signs

    def expect_end(self) -> None:
        """Raise NotScript: something is left."""
        if self._next[0] != "end":
            raise self._fail()

    def sequence(self) -> Script:
        """Read expressions between commas; the value is that of the last one."""
        tree = self._expression()
        while self._is(","):
            self._take()
            tree = self._expression()
        return tree

    def _expression(self) -> Script:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._fail()
        tree: Script
        following = self._tokens[self._at + 1] if self._next[0] != "end" else self._next
        if self._next[0] == "name" and following[0] == "sign" and following[1] in _ASSIGNMENTS:
            name, operator = self._take(), self._take()
            tree = Assignment(name, operator, self._expression())
        else:
            tree = self._level(0)
        self._depth -= 1
        return tree

    def _level(self, number: int) -> Script:
        if number == len(_LEVELS):
            return self._unary()
        tree = self._level(number + 1)
        while self._is(*_LEVELS[number]):
            tree = Binary(self._take(), tree, self._level(number + 1))
        return tree

    def _unary(self) -> Script:
        signs = []
        while self._is("-", "+", "!"):
            signs.append(self._take())
            if len(signs) > MAX_DEPTH:
                raise self._fail()
        tree = self._primary()
        for sign in reversed(signs):
            tree = Unary(sign, tree)
        return tree

    def _primary(self) -> Script:
        kind, text, _position = self._next
        if kind == "number":
            return Number(float(self._take()))
        if kind == "string":
            return Text(re.sub(r"\\(.)", _unescaped, self._take()[1:-1], flags=re.DOTALL))
        if kind == "name":
            self._take()
            if self._is("("):
                return Call(text, self._arguments())
            # `self.NAOK` and `that.Q1.sq_A` stand for lists of variables, and are kept whole.
            is_list = text.lower().split(".")[0] in ("that", "self")
            name, _, suffix = ("", "", "") if is_list else text.rpartition(".")
            return Name(name, suffix) if name else Name(text)
        if self._is("("):
            self._take()
            tree = self.sequence()
            self._close()
            return tree
        raise self._fail()

    def _arguments(self) -> tuple[Script, ...]:
        self._take()
        found: list[Script] = []
        if self._is(")"):
            self._take()
            return ()
        while True:
            found.append(self._expression())
            if not self._is(","):
                break
            self._take()
        self._close()
        return tuple(found)

    def _close(self) -> None:
        if not self._is(")"):
            raise self._fail()
        self._take()


def _unescaped(found: re.Match[str]) -> str:
    """Take the backslash off quotes and backslashes; before another character it stays, as patterns need it."""
    return found[1] if found[1] in "\\'\"" else found[0]
