"""How a collection goes page by page: how many reach each page, where they stop, how long a page takes; and doubles.

Times are read from when answers were saved, nothing more is recorded about people: the seconds of a page are those
between the save before it and its own. A pause or a correction is no reading time, so medians are given, of saves at
most half an hour apart.
"""

import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from surveys.answers import collection_version
from surveys.models import Answer, Collection, Response, ResponseState
from surveys.occurrences import split_key
from surveys.routing import Page

SAMPLE = 300
"""Responses that times are read from: the last ones."""
DOUBLES_SAMPLE = 2_000
LONGEST = timedelta(minutes=30)
# No text that JSON writes holds these.
_IS, _AND = "\x1f", "\x1e"
DOUBLE_ITEMS = 3
"""Fewer answers than these are alike by chance."""


@dataclass(frozen=True, slots=True)
class PagePace:
    """One page: how many saved it or went further, how many of those not sent stopped on it, its median seconds.

    `timed` is the number of times the median rests on; 0 and None where none is known.
    """

    page: Page
    reached: int
    stopped: int
    seconds: float | None
    timed: int


@dataclass(frozen=True, slots=True)
class Doubles:
    """Responses that say exactly the same, all answers alike, in the order they were sent."""

    response_ids: tuple[UUID, ...]
    first_at: datetime
    last_at: datetime


def pages_of_collection(session: Session, study_id: UUID, collection_id: UUID) -> tuple[tuple[PagePace, ...], int]:
    """Return the pages of the collection's current version in order, and how many responses were timed.

    Five statements. Corrections under way and withdrawn responses are left out; so are responses on other versions.

    Raises: NotFound("surveys.collection_not_found").
    """
    version = collection_version(session, study_id, collection_id)
    counted = (
        Response.collection_id == collection_id,
        Response.version_id == version.id,
        Response.state != ResponseState.WITHDRAWN,
        Response.corrects_id.is_(None),
    )
    last = len(version.pages) - 1
    reached, stopped = [0] * len(version.pages), [0] * len(version.pages)
    by_page = select(Response.state, Response.last_page, func.count()).where(*counted)
    for state, page, count in session.execute(by_page.group_by(Response.state, Response.last_page)):
        is_sent = state is ResponseState.SUBMITTED
        furthest = last if is_sent else min(page, last)
        for number in range(furthest + 1):
            reached[number] += count
        if not is_sent and version.pages:
            stopped[furthest] += count
    latest = select(Response.id, Response.started_at).where(*counted).order_by(Response.saved_at.desc()).limit(SAMPLE)
    started = {row.id: row.started_at for row in session.execute(latest)}
    seconds = _seconds(_saves(session, list(started)), started, version.pages)
    return (
        tuple(
            PagePace(
                page,
                reached[page.number],
                stopped[page.number],
                statistics.median(seconds[page.key]) if seconds.get(page.key) else None,
                len(seconds.get(page.key, ())),
            )
            for page in version.pages
        ),
        len(started),
    )


def _saves(session: Session, response_ids: list[UUID]) -> Iterable[tuple[UUID, str, datetime]]:
    return (
        (row.response_id, row.item_name, row.saved_at)
        for row in session.execute(
            select(Answer.response_id, Answer.item_name, Answer.saved_at).where(Answer.response_id.in_(response_ids))
        )
    )


def _seconds(
    saves: Iterable[tuple[UUID, str, datetime]], started: Mapping[UUID, datetime], pages: tuple[Page, ...]
) -> dict[str, list[float]]:
    """Return the seconds of each page, by its key outside repeats, over the responses given."""
    page_of = {item: page.key for page in pages for item in page.items}
    moments: dict[UUID, dict[str, datetime]] = {}
    for response_id, item, saved_at in saves:
        page = page_of.get(split_key(item)[0])
        if page is not None:
            kept = moments.setdefault(response_id, {})
            kept[page] = max(saved_at, kept.get(page, saved_at))
    found: dict[str, list[float]] = {}
    for response_id, by_page in moments.items():
        before = started[response_id]
        for page, moment in sorted(by_page.items(), key=lambda each: each[1]):
            spent = moment - before
            if timedelta(0) < spent <= LONGEST:
                found.setdefault(page, []).append(spent.total_seconds())
            before = moment
    return found


def find_doubles(session: Session, study_id: UUID, collection_id: UUID) -> tuple[Doubles, ...]:
    """Return the groups of sent responses whose answers are all alike, among the last 2,000; two statements.

    Alike is no proof: short forms have few possible answers. A response of fewer than three answers is in no group.
    """
    sent = {
        row.id: row.submitted_at
        for row in session.execute(
            select(Response.id, Response.submitted_at)
            .join(Collection, Collection.id == Response.collection_id)
            .where(
                Response.collection_id == collection_id,
                Collection.study_id == study_id,
                Response.state == ResponseState.SUBMITTED,
            )
            .order_by(Response.submitted_at.desc())
            .limit(DOUBLES_SAMPLE)
        )
    }
    # The database puts the answers of a response together: 60,000 values need not become objects to be compared.
    written = cast(Answer.value, Text)
    said = func.aggregate_strings(Answer.item_name + _IS + written, _AND)
    rows = session.execute(
        select(Answer.response_id, said)
        .where(Answer.response_id.in_(list(sent)), written != "null")
        .group_by(Answer.response_id)
        .having(func.count() >= DOUBLE_ITEMS)
    )
    alike: dict[tuple[str, ...], list[UUID]] = {}
    for response_id, values in rows:
        alike.setdefault(tuple(sorted(values.split(_AND))), []).append(response_id)
    groups = (sorted(ids, key=lambda each: sent[each]) for ids in alike.values() if len(ids) > 1)
    return tuple(
        sorted(
            (Doubles(tuple(ids), sent[ids[0]], sent[ids[-1]]) for ids in groups),
            key=lambda each: each.last_at,
            reverse=True,
        )
    )
