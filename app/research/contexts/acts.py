"""What people send from the coding desk, checked: JSON of the script, or the form of the table."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict

from coding.queries import Document
from coding.spans import Span, words_of
from core.errors import Invalid

MAX_COMMENT = 2_000
MAX_CODES = 20
MAX_KEY = 100


@dataclass(frozen=True, slots=True)
class Act:
    """One act of the script: a stretch in code points of a version, codes by id, the name of a new code.

    `version_id` is the version that the page showed; None from a browser that kept an act of before versions were told.
    `key` is the id its browser gave it, "" when none: the same key is the same act.
    """

    start: int
    end: int
    codes: tuple[str, ...]
    new_code: str
    comment: str
    version_id: UUID | None = None
    key: str = ""

    def code_ids(self) -> list[UUID]:
        """Return the ids of the codes.  Raises: Invalid: `coding.act_unreadable`."""
        return [as_uuid(code) for code in self.codes]


def read_act(sent: Any) -> Act:
    """Check what the script sent.  Raises: Invalid: `coding.act_unreadable`."""
    if not isinstance(sent, Mapping):
        raise Invalid("coding.act_unreadable")
    start, end, codes = sent.get("start"), sent.get("end"), sent.get("codes")
    new_code, comment = sent.get("new_code", ""), sent.get("comment", "")
    are_numbers = all(isinstance(each, int) and not isinstance(each, bool) for each in (start, end))
    are_codes = isinstance(codes, list) and 0 < len(codes) <= MAX_CODES and all(isinstance(code, str) for code in codes)
    if not are_numbers or not are_codes or not isinstance(new_code, str) or not isinstance(comment, str):
        raise Invalid("coding.act_unreadable")
    version = as_uuid(str(sent["version"])) if sent.get("version") else None
    key = sent.get("key", "")
    if not isinstance(key, str) or len(key) > MAX_KEY:
        raise Invalid("coding.act_unreadable")
    return Act(start or 0, end or 0, tuple(codes or ()), new_code, comment[:MAX_COMMENT], version, key)


def as_uuid(text: str) -> UUID:
    """Read an identifier.  Raises: Invalid: `coding.act_unreadable`."""
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("coding.act_unreadable") from None


@dataclass(frozen=True, slots=True)
class TableAct:
    """The form of the table as typed: a turn, then two word numbers or a quotation, and codes."""

    turn: str = ""
    first: str = ""
    last: str = ""
    quote: str = ""
    codes: tuple[UUID, ...] = ()
    new_code: str = ""
    comment: str = ""

    def place(self, document: Document) -> Span:
        """Find the words meant.

        Raises: Invalid: `coding.turn_missing`, `coding.words_out_of_range`, `coding.quote_not_found`.
        """
        number = _number(self.turn)
        if number is None or not 1 <= number <= len(document.turns):
            raise Invalid("coding.turn_missing", last=len(document.turns))
        turn = document.turns[number - 1]
        text = document.text[turn.start : turn.end]
        if self.quote.strip():
            found = find_quote(text, self.quote)
            if found is None:
                raise Invalid("coding.quote_not_found", turn=number)
            return Span(turn.start + found.start, turn.start + found.end)
        words = words_of(text)
        if not self.first.strip() and not self.last.strip():
            return Span(turn.start, turn.end)
        first = _number(self.first)
        last = _number(self.last) if self.last.strip() else first
        if first is None or last is None or not 1 <= first <= last <= len(words):
            raise Invalid("coding.words_out_of_range", turn=number, last=len(words))
        return Span(turn.start + words[first - 1].start, turn.start + words[last - 1].end)


def read_table_act(form: MultiDict[str, str]) -> TableAct:
    """Copy what was typed; ids that are none are left out."""
    codes = []
    for sent in form.getlist("code"):
        try:
            codes.append(UUID(sent))
        except ValueError:
            continue
    return TableAct(
        turn=form.get("turn", "")[:20],
        first=form.get("first", "")[:20],
        last=form.get("last", "")[:20],
        quote=form.get("quote", "")[:20_000],
        codes=tuple(codes),
        new_code=form.get("new_code", "").strip()[:300],
        comment=form.get("comment", "")[:MAX_COMMENT],
    )


def find_quote(text: str, quote: str) -> Span | None:
    """Find quoted words, whatever the white space, apostrophes and capitals."""
    words = quote.replace("’", "'").casefold().split()
    if not words:
        return None
    pattern = r"\s+".join(re.escape(word) for word in words)
    # Case and apostrophes are folded one character for one, so that positions stay those of the text.
    folded = "".join(_fold(letter) for letter in text)
    found = re.search(pattern, folded)
    return None if found is None else Span(found.start(), found.end())


def _fold(letter: str) -> str:
    if letter == "’":
        return "'"
    small = letter.casefold()
    return small if len(small) == 1 else letter


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() else None
