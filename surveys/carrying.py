"""What a response carries beside its answers: the page shown last, what was typed and could not be read."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from surveys.answering import Draft, PageReading
from surveys.engine import Fault
from surveys.reading import WORDS

AT = ":at"
"""Where a draft keeps the key of the page shown last; "" for the last reading."""

TYPED = ":typed"
"""Where a draft keeps what was typed and could not be read, by item; no item can be called so."""


def typed_in(draft: Draft) -> Mapping[str, Any]:
    """Return what was typed and could not be read, by item."""
    typed: Mapping[str, Any] = draft.carried.get(TYPED, {})
    return typed


def with_what_was_typed(draft: Draft, reading: PageReading) -> PageReading:
    """Keep beside the answers what was typed and is no answer yet, so that « Back » and a pause lose nothing."""
    before = typed_in(draft)
    typed = {key: text for key, text in before.items() if key not in reading.parsed}
    wrong = {violation.key for violation in reading.violations if violation.fault is Fault.TYPE}
    typed |= {key: reading.parsed[key].raw for key in wrong if key in reading.parsed and key not in reading.quarantined}
    if not typed and not before:
        return reading
    carried = {key: value for key, value in reading.carried.items() if key != TYPED}
    return replace(reading, carried={**carried, TYPED: typed} if typed else carried)


def with_place(reading: PageReading, key: str) -> PageReading:
    """Keep which page is shown next: after a pause or on another phone, the person comes back to it."""
    return replace(reading, carried={**reading.carried, AT: key})


def is_in_words(draft: Draft) -> bool:
    """Whether the person asked for words alone."""
    return bool(draft.carried.get(WORDS))


def with_words(reading: PageReading, *, alone: bool) -> PageReading:
    """Keep whether choices are shown in words alone."""
    return replace(reading, carried={**reading.carried, WORDS: alone})
