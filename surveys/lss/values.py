"""The functions of ExpressionScript on numbers, texts and moments."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from surveys.expressions.tree import Tree
from surveys.lss.terms import Kind, Term, Untranslatable, call, joined, number, text
from surveys.lss.translation import lowered, raised

Arguments = Sequence[Term]

_SECONDS: Final = number(86_400)
# Letters of PHP's formats of dates that have a letter in ODK's; the others are refused.
_DATE_LETTERS: Final = {
    "Y": "%Y",
    "y": "%y",
    "m": "%m",
    "n": "%n",
    "d": "%d",
    "j": "%e",
    "M": "%b",
    "D": "%a",
    "H": "%H",
    "G": "%h",
    "i": "%M",
    "s": "%S",
}
_FORMAT: Final = re.compile(r"%(?:[sd]|%)")
MAX_REPEATED: Final = 20


def _int(arguments: Arguments) -> Term:
    (argument,) = arguments
    return Term(call("int", argument.number), Kind.NUMBER)


def _round(arguments: Arguments) -> Term:
    subject, *decimals = arguments
    return Term(call("round", subject.number, *(each.number for each in decimals[:1])), Kind.NUMBER)


def _log(arguments: Arguments) -> Term:
    subject, *base = arguments
    tree = call("log", subject.number)
    return Term(joined("div", tree, call("log", base[0].number)) if base else tree, Kind.NUMBER)


def _random(arguments: Arguments) -> Term:
    low, high = arguments
    width = joined("+", joined("-", high.number, low.number), number(1))
    return Term(joined("+", call("int", joined("*", call("random"), width)), low.number), Kind.NUMBER)


def _length(arguments: Arguments) -> Term:
    (argument,) = arguments
    return Term(call("string-length", argument.text), Kind.NUMBER)


def _trimmed(arguments: Arguments) -> Term:
    (argument,) = arguments
    return Term(call("normalize-space", argument.text), Kind.TEXT)


def _lower(arguments: Arguments) -> Term:
    (argument,) = arguments
    return Term(lowered(argument.text), Kind.TEXT)


def _upper(arguments: Arguments) -> Term:
    (argument,) = arguments
    return Term(raised(argument.text), Kind.TEXT)


def _substring(arguments: Arguments) -> Term:
    subject, start, *length = arguments
    first, size = start.written_number, length[0].written_number if length else None
    ends: list[Tree] = []
    if length and size is not None and size < 0:  # counted from the end, there and here
        ends = [number(size)]
    elif length and (first is None or first >= 0 or size is None or first + size < 0):
        is_written = first is not None and size is not None
        end = number((first or 0) + (size or 0)) if is_written else joined("+", start.number, length[0].number)
        ends = [end]
    return Term(call("substr", subject.text, start.number, *ends), Kind.TEXT)


def _position(*, small: bool) -> Callable[[Arguments], Term]:
    def build(arguments: Arguments) -> Term:
        subject, part = (_cased(term, small) for term in arguments)
        before = call("string-length", call("substring-before", subject, part))
        return Term(call("if", call("contains", subject, part), before, number(0)), Kind.NUMBER)

    return build


def _from_part(*, small: bool) -> Callable[[Arguments], Term]:
    def build(arguments: Arguments) -> Term:
        subject, part = (_cased(term, small) for term in arguments)
        whole = arguments[0].text
        rest = call("substr", whole, call("string-length", call("substring-before", subject, part)))
        return Term(call("if", call("contains", subject, part), rest, text("0")), Kind.TEXT)

    return build


def _cased(term: Term, small: bool) -> Tree:
    return lowered(term.text) if small else term.text


def _repeated(arguments: Arguments) -> Term:
    subject, times = arguments
    count = times.written_number
    if count is None or not 1 <= count <= MAX_REPEATED:
        raise Untranslatable("arguments", "str_repeat")
    return Term(call("concat", *[subject.text] * int(count)), Kind.TEXT)


def _formatted(arguments: Arguments) -> Term:
    form, *rest = arguments
    if not isinstance(form.literal, str) or "%" in _FORMAT.sub("", form.literal):
        raise Untranslatable("arguments", "sprintf")
    parts: list[Tree] = []
    values = iter(rest)
    for piece in re.split(r"(%(?:[sd]|%))", form.literal):
        if piece in ("%s", "%d"):
            value = next(values, None)
            if value is None:
                raise Untranslatable("arguments", "sprintf")
            parts.append(value.text if piece == "%s" else call("int", value.number))
        elif piece:
            parts.append(text("%" if piece == "%%" else piece))
    return Term(call("concat", *parts), Kind.TEXT)


# Moments. LimeSurvey counts seconds since 1970 in UTC, our numbers of moments are days.


def _time(arguments: Arguments) -> Term:
    if arguments:
        raise ValueError
    return Term(joined("*", call("decimal-date-time", call("now")), _SECONDS), Kind.NUMBER)


def _seconds(arguments: Arguments) -> Term:
    (argument,) = arguments
    if argument.literal in ("now", "today"):
        return _time(())
    return Term(joined("*", call("decimal-date-time", argument.text), _SECONDS), Kind.NUMBER)


def _date(arguments: Arguments) -> Term:
    form, *moment = arguments
    if not isinstance(form.literal, str):
        raise Untranslatable("arguments", "date")
    form_of_ours = "".join(_date_letter(letter) for letter in form.literal)
    has_time = bool({"H", "G", "i", "s"} & set(form.literal))
    when = call("now") if has_time else call("today")
    if moment:
        when = call("date-time", joined("div", moment[0].number, _SECONDS))
    if form_of_ours == "%Y-%m-%d" and not moment:
        return Term(when, Kind.DATE)
    name = "format-date-time" if has_time else "format-date"
    return Term(call(name, when, text(form_of_ours)), Kind.DATE if form_of_ours == "%Y-%m-%d" else Kind.TEXT)


def _date_letter(letter: str) -> str:
    if letter.isalpha() and letter not in _DATE_LETTERS:
        raise Untranslatable("date_format", letter)
    return _DATE_LETTERS.get(letter, letter)


VALUES: Final[dict[str, Callable[[Arguments], Term]]] = {
    "date": _date,
    "intval": _int,
    "log": _log,
    "rand": _random,
    "round": _round,
    "sprintf": _formatted,
    "str_repeat": _repeated,
    "stripos": _position(small=True),
    "stristr": _from_part(small=True),
    "strlen": _length,
    "strpos": _position(small=False),
    "strstr": _from_part(small=False),
    "strtolower": _lower,
    "strtotime": _seconds,
    "strtoupper": _upper,
    "substr": _substring,
    "time": _time,
    "trim": _trimmed,
}
