"""How answers were given, beside what was answered: read with the answers, for tables of their own.

There is something to say of an answer whose choices may stand in two ways, or about which the person was asked if it is
right and said yes; of a page that was read aloud; and, where the author of the form asked for an `audit`, of each page
saved: when, and how many seconds after the one before.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from surveys.helping import READ
from surveys.models import Answer
from surveys.occurrences import split_key
from surveys.versions import LoadedVersion

AUDIT = "audit"
"""Where a form's settings say that its author wants the times of pages."""
LONGEST = timedelta(minutes=30)
"""A longer time is a pause, and is not given."""


@dataclass(frozen=True, slots=True)
class Detail:
    """How one answer was given: how its choices stood, None where there is one way; whether it was confirmed."""

    item: str
    shown: str | None
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """One page of a response; `saved_at` and `seconds` are None where times are not wanted, or not known."""

    version: int
    page: str
    saved_at: datetime | None
    seconds: int | None
    is_read_aloud: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is to say of one response."""

    details: tuple[Detail, ...] = ()
    visits: tuple[Visit, ...] = ()


NO_FACTS = Facts()


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a response before its facts are read."""

    version: LoadedVersion
    started_at: datetime
    carried: Mapping[str, Any]


def read_facts(session: Session, told: Mapping[UUID, Told], key_of: Callable[[int, str], str]) -> dict[UUID, Facts]:
    """Return what there is to say of some responses; a statement, and one more where times are wanted.

    Args: key_of: gives the key in the file of the key of an answer, under the number of a version.
    """
    details: dict[UUID, list[Detail]] = {}
    connection = session.connection()
    for response_id, name, shown, is_confirmed in connection.execute(
        select(Answer.response_id, Answer.item_name, Answer.shown, Answer.is_confirmed)
        .where(Answer.response_id.in_(told), or_(Answer.shown.is_not(None), Answer.is_confirmed))
        .order_by(Answer.response_id, Answer.item_name)
    ):
        key = key_of(told[response_id].version.number, name)
        details.setdefault(response_id, []).append(Detail(key, shown, is_confirmed))
    timed = [each for each, known in told.items() if known.version.definition.settings.get(AUDIT)]
    saves: dict[UUID, list[tuple[str, datetime]]] = {}
    if timed:
        for response_id, name, saved_at in connection.execute(
            select(Answer.response_id, Answer.item_name, Answer.saved_at).where(Answer.response_id.in_(timed))
        ):
            saves.setdefault(response_id, []).append((name, saved_at))
    return {
        each: Facts(tuple(details.get(each, ())), tuple(_visits(known, saves.get(each, ()))))
        for each, known in told.items()
    }


def _visits(known: Told, saves: Iterable[tuple[str, datetime]]) -> Iterable[Visit]:
    """Yield the pages of a response, as they were last saved; those read aloud without a time come last."""
    page_of = {item: page.key for page in known.version.pages for item in (*page.items, page.roster)}
    moments: dict[str, datetime] = {}
    for name, saved_at in saves:
        page = page_of.get(split_key(name)[0])
        if page is not None:
            moments[page] = max(saved_at, moments.get(page, saved_at))
    aloud: Sequence[str] = known.carried.get(READ) or ()
    read_aloud = {split_key(key)[0] for key in aloud}
    number, before = known.version.number, known.started_at
    for page, moment in sorted(moments.items(), key=lambda each: each[1]):
        spent = moment - before
        seconds = round(spent.total_seconds()) if timedelta(0) <= spent <= LONGEST else None
        yield Visit(number, page, moment, seconds, page in read_aloud)
        before = moment
    for page in sorted(read_aloud - set(moments)):
        yield Visit(number, page, None, None, is_read_aloud=True)
