"""The words of an expression: numbers, texts, names, `${references}` and signs."""

import re
from dataclasses import dataclass
from typing import Literal

from surveys.expressions.errors import ExpressionError

Kind = Literal["number", "string", "name", "reference", "sign", "operator", "end"]

_NCNAME = r"[^\W\d][\w.\-·]*"
_WORDS = re.compile(
    rf"""
    (?P<space>[ \t\r\n]+)
  | (?P<number>\d+(?:\.\d*)?|\.\d+)
  | (?P<string>"[^"]*"|'[^']*')
  | (?P<reference>\$\{{[ ]*(?:last-saved\#)?{_NCNAME}(?::{_NCNAME})?[ ]*\}})
  | (?P<name>{_NCNAME}(?:(?<!:):(?!:)(?:{_NCNAME}|\*))?)
  | (?P<sign>\.\.|::|//|!=|<=|>=|[.@/|()\[\],+\-=<>*])
    """,
    re.VERBOSE,
)
_WORD_OPERATORS = re.compile(r"(and|or|div|mod)(?![^\W\d])")
_BEFORE_OPERAND = frozenset({"@", "::", "(", "[", ",", "/", "//", "|", "+", "-", "=", "!=", "<", "<=", ">", ">="})
_SIGN_OPERATORS = frozenset({"|", "+", "-", "=", "!=", "<", "<=", ">", ">=", "*"})


@dataclass(frozen=True, slots=True)
class Token:
    """One word and where it begins."""

    kind: Kind
    text: str
    position: int


def split(source: str) -> list[Token]:
    """Return the words of `source`, closed by an `end`.

    `*`, `and`, `or`, `div` and `mod` are operators after an operand and names before one (XPath 1.0 §3.7).

    Raises: ExpressionError: expression.unclosed_text, expression.syntax.
    """
    tokens: list[Token] = []
    offset = 0
    while offset < len(source):
        after_operand = bool(tokens) and not _opens_operand(tokens[-1])
        if after_operand and (word := _WORD_OPERATORS.match(source, offset)):
            tokens.append(Token("operator", word[1], offset))
            offset = word.end()
            continue
        found = _WORDS.match(source, offset)
        if found is None:
            code = "expression.unclosed_text" if source[offset] in "\"'" else "expression.syntax"
            raise ExpressionError(code, position=offset, detail=source[offset : offset + 20])
        kind = found.lastgroup
        if kind == "sign" and after_operand and found[0] in _SIGN_OPERATORS:
            kind = "operator"
        if kind != "space":
            tokens.append(Token(kind, found[0], offset))  # type: ignore[arg-type]  # a group of the pattern
        offset = found.end()
    tokens.append(Token("end", "", len(source)))
    return tokens


def _opens_operand(token: Token) -> bool:
    """Say whether an operand must follow `token`."""
    return token.kind == "operator" or (token.kind == "sign" and token.text in _BEFORE_OPERAND)
