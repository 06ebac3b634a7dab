"""Functions on texts and on the tokens of a select_multiple. Positions count Unicode code points."""

import base64
import binascii
import hashlib
from collections.abc import Callable
from math import floor, isinf, isnan
from typing import Final

from surveys.expressions.errors import ExpressionError
from surveys.expressions.patterns import matches
from surveys.expressions.scope import Arguments, Function, Program, Scope, all_values, bounded, pure
from surveys.expressions.values import texts

SPACE: Final = " \t\r\n"
"""White space of XML; others, such as the no-break space, are characters like any."""

_ALGORITHMS: Final = {
    "MD5": hashlib.md5,
    "SHA-1": hashlib.sha1,
    "SHA-256": hashlib.sha256,
    "SHA-384": hashlib.sha384,
    "SHA-512": hashlib.sha512,
}


def tokens(text: str) -> list[str]:
    """Return the words of `text` between XML white space."""
    for sign in SPACE[1:]:
        text = text.replace(sign, " ")
    return [token for token in text.split(" ") if token]


def normalize_space(text: str) -> str:
    """Return the words of `text` with one space between them."""
    return " ".join(tokens(text))


def substring(text: str, start: float, length: float | None = None) -> str:
    """Return `length` characters from the 1-based `start`, both rounded (XPath 1.0 §4.2)."""
    first = _half_up(start)
    last = len(text) + 1.0 if length is None else first + _half_up(length)
    if isnan(first) or isnan(last):
        return ""
    begin = max(first, 1.0)
    end = min(last, len(text) + 1.0)
    return text[int(begin) - 1 : int(end) - 1] if begin < end else ""


def substr(text: str, start: float, end: float | None = None) -> str:
    """Return the characters from the 0-based `start` to before `end`; below zero they count from the end."""
    first = _from_end(start, len(text))
    last = len(text) if end is None else _from_end(end, len(text))
    return text[first:last] if first <= last else ""


def substring_before(text: str, part: str) -> str:
    """Return what stands before the first `part`, empty if it is absent."""
    return text.partition(part)[0] if part and part in text else ""


def substring_after(text: str, part: str) -> str:
    """Return what stands after the first `part`, empty if it is absent."""
    return text.partition(part)[2] if part else text


def translate(text: str, wanted: str, replacements: str) -> str:
    """Replace each character of `wanted` by the one at its place, or by nothing; the first mention counts."""
    table: dict[int, str] = {}
    for index, character in enumerate(wanted):
        table.setdefault(ord(character), replacements[index] if index < len(replacements) else "")
    return text.translate(table)


def selected(text: str, choice: str) -> bool:
    """Say whether `choice` is one of the tokens of `text`; nothing is selected in nothing."""
    return choice.strip(SPACE) in (tokens(text) or [""])


def selected_at(text: str, index: float) -> str:
    """Return the token at the 0-based `index`, empty if there is none."""
    found = tokens(text)
    return found[int(index)] if 0 <= index < len(found) else ""


def digest(text: str, algorithm: str, encoding: str = "base64") -> str:
    """Return a fingerprint of `text`.

    Raises: ExpressionError: expression.digest names what is not known.
    """
    if algorithm not in _ALGORITHMS:
        raise ExpressionError("expression.digest", detail=algorithm)
    if encoding not in ("base64", "hex"):
        raise ExpressionError("expression.digest", detail=encoding)
    made = _ALGORITHMS[algorithm](text.encode("utf-8", "surrogatepass"), usedforsecurity=False)
    return made.hexdigest() if encoding == "hex" else base64.b64encode(made.digest()).decode("ascii")


def base64_decode(text: str) -> str:
    """Return the UTF-8 text that `text` encodes, with or without its closing `=`; empty if it encodes none."""
    bare = "".join(tokens(text)).rstrip("=")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def _half_up(number: float) -> float:
    return number if isinf(number) or isnan(number) else float(floor(number + 0.5))


def _from_end(index: float, length: int) -> int:
    if isnan(index):
        return 0
    if isinf(index):
        return length if index > 0 else 0
    whole = int(index)
    return min(max(whole + length if whole < 0 else whole, 0), length)


def _own_text(operation: Callable[[str], object]) -> Callable[[Arguments], Program]:
    """Build a function of one text, by default the context node's."""

    def build(arguments: Arguments) -> Program:
        if arguments.count == 0:
            return lambda scope: operation(scope.node.value)
        text = arguments.string(0)
        return lambda scope: operation(text(scope))

    return build


def _concat(arguments: Arguments) -> Program:
    values = all_values(arguments)
    return lambda scope: bounded("".join([text for value in values(scope) for text in texts(value)]))


def _join(arguments: Arguments) -> Program:
    glue = arguments.string(0)
    values = all_values(arguments, 1)
    return lambda scope: bounded(glue(scope).join([text for value in values(scope) for text in texts(value)]))


def _coalesce(arguments: Arguments) -> Program:
    programs = [arguments.string(index) for index in range(arguments.count)]

    def coalesce(scope: Scope) -> str:
        for program in programs:
            if text := program(scope):
                return text
        return ""

    return coalesce


FUNCTIONS: Final = {
    "base64-decode": pure("string", base64_decode, "string"),
    "coalesce": Function("string", _coalesce),
    "concat": Function("string", _concat),
    "contains": pure("boolean", lambda text, part: part in text, "string", "string"),
    "count-selected": pure("number", lambda text: float(len(tokens(text))), "string"),
    "digest": pure("string", digest, "string", "string", "string"),
    "ends-with": pure("boolean", str.endswith, "string", "string"),
    "join": Function("string", _join),
    "normalize-space": Function("string", _own_text(normalize_space)),
    "regex": pure("boolean", matches, "string", "string"),
    "selected": pure("boolean", selected, "string", "string"),
    "selected-at": pure("string", selected_at, "string", "number"),
    "starts-with": pure("boolean", str.startswith, "string", "string"),
    "string": Function("string", _own_text(str)),
    "string-length": Function("number", _own_text(lambda text: float(len(text)))),
    "substr": pure("string", substr, "string", "number", "number"),
    "substring": pure("string", substring, "string", "number", "number"),
    "substring-after": pure("string", substring_after, "string", "string"),
    "substring-before": pure("string", substring_before, "string", "string"),
    "translate": pure("string", translate, "string", "string", "string"),
}
