"""Regular expressions of authors, run by RE2: linear time whatever the pattern."""

import re
from functools import lru_cache
from typing import Any, Final

import re2

from surveys.expressions.errors import ExpressionError

MAX_PATTERN: Final = 1_000
_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\u\{([0-9A-Fa-f]{1,6})\}|\\p\{(?:Is)?(\w+)\}|\\(.)", re.DOTALL)
_KEPT: Final = frozenset("0123456789abBdDfnrstvwWxsSzApPaQECG")
_JAVA_CLASSES: Final = {
    "Alpha": "a-zA-Z",
    "Digit": "0-9",
    "Alnum": "a-zA-Z0-9",
    "Upper": "A-Z",
    "Lower": "a-z",
    "Punct": r"!-/:-@\[-`{-~",
    "Space": r" \t\n\x0b\f\r",
    "Alphabetic": r"\p{L}",
}


def matches(text: str, pattern: str) -> bool:
    """Say whether `pattern` matches somewhere in `text`, as ODK Web Forms and Enketo do.

    Raises: ExpressionError: expression.regex: RE2 cannot read the pattern (look-around, back-reference, a fault).
    """
    return compiled(pattern).search(_encodable(text)) is not None


@lru_cache(maxsize=512)
def compiled(pattern: str) -> Any:
    """Return the pattern ready to search.

    Raises: ExpressionError: expression.regex.
    """
    if len(pattern) > MAX_PATTERN:
        raise ExpressionError("expression.regex", detail=pattern[:60], reason="length")
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(translate_dialect(_encodable(pattern)), options)
    except (re2.error, ValueError, OverflowError) as error:
        raise ExpressionError("expression.regex", detail=pattern[:60], reason=str(error)) from error


def translate_dialect(pattern: str) -> str:
    r"""Rewrite what ECMAScript and Java write otherwise than RE2: \u00e9, \p{IsAlphabetic}, \p{Alpha}, \Z, \/, \_."""
    parts: list[str] = []
    end = 0
    for found in _ESCAPE.finditer(pattern):
        parts.append(pattern[end : found.start()])
        parts.append(_translate_escape(found, within_class=_within_class(pattern, found.start())))
        end = found.end()
    parts.append(pattern[end:])
    return "".join(parts)


def _translate_escape(found: re.Match[str], *, within_class: bool) -> str:
    code, long_code, name, sign = found.groups()
    if code or long_code:
        return f"\\x{{{code or long_code}}}"
    if name:
        if name in _JAVA_CLASSES:
            inner = _JAVA_CLASSES[name]
            return inner if within_class else f"[{inner}]"
        return f"\\p{{{name}}}"
    if sign == "Z":
        return r"\z"
    if sign.isalnum() and sign.isascii():
        return found[0] if sign in _KEPT else sign
    return re.escape(sign) if sign.isascii() and sign != "_" else sign


def _within_class(pattern: str, offset: int) -> bool:
    inside = False
    skip = False
    for sign in pattern[:offset]:
        if skip:
            skip = False
        elif sign == "\\":
            skip = True
        elif sign == "[":
            inside = True
        elif sign == "]":
            inside = False
    return inside


def _encodable(text: str) -> str:
    """Replace lone surrogates, which RE2 cannot read."""
    return text.encode("utf-8", "replace").decode("utf-8")
