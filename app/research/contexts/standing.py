"""The people of a collection by where they stand, a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import format_date, lazy_gettext
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from core.clock import now
from core.tables import Table
from studies.windows import Standing, today_in_paris
from surveys.fieldwork.calls import Tries, tries_of
from surveys.fieldwork.standing import PersonStanding, Timing, count_standings, people_standing, timing_of
from surveys.models import ResponseState

PAGE_LENGTH = 50
STANDINGS = {
    Standing.NO_DATE: lazy_gettext("no date known"),
    Standing.AHEAD: lazy_gettext("not open yet"),
    Standing.DUE: lazy_gettext("to answer now"),
    Standing.LATE: lazy_gettext("late"),
    Standing.OUT: lazy_gettext("out of the window"),
    Standing.DONE: lazy_gettext("answers sent"),
    Standing.DONE_OUT: lazy_gettext("answers sent, out of the window"),
}
TONES = {
    Standing.NO_DATE: "neutral",
    Standing.AHEAD: "neutral",
    Standing.DUE: "info",
    Standing.LATE: "warning",
    Standing.OUT: "danger",
    Standing.DONE: "good",
    Standing.DONE_OUT: "warning",
}


@dataclass(frozen=True, slots=True)
class StandingCount:
    """A standing, its name and how many people are there."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class PeopleByStanding:
    """One page of the people kept; pages count from 1, `total` counts all pages."""

    timing: Timing
    counts: tuple[StandingCount, ...]
    people: tuple[PersonStanding, ...]
    tries: Mapping[UUID, Tries]
    sites: tuple[tuple[str, str], ...]
    chosen: str
    site: str
    total: int
    page: int
    pages: int


def people_by_standing(
    session: Session, study_id: UUID, collection_id: UUID, *, chosen: str = "", site: str = "", page: int = 1
) -> PeopleByStanding:
    """Return the people of a collection, one standing or one site only when asked; a page out of range is the nearest.

    Raises: NotFound: no such collection in this study.
    """
    everybody = people_standing(session, study_id, collection_id, today=today_in_paris(now()))
    sites = sorted({(str(each.site_id), each.site) for each in everybody if each.site_id}, key=lambda pair: pair[1])
    there = [each for each in everybody if not site or str(each.site_id) == site]
    kept = [each for each in there if not chosen or each.standing == chosen]
    pages = max(1, -(-len(kept) // PAGE_LENGTH))
    page = min(max(1, page), pages)
    return PeopleByStanding(
        timing=timing_of(session, study_id, collection_id),
        counts=tuple(
            StandingCount(standing.value, str(STANDINGS[standing]), count)
            for standing, count in count_standings(there).items()
            if count
        ),
        people=tuple(kept[(page - 1) * PAGE_LENGTH : page * PAGE_LENGTH]),
        tries=tries_of(session, collection_id),
        sites=tuple(sites),
        chosen=chosen,
        site=site,
        total=len(kept),
        page=page,
        pages=pages,
    )


def standing_name(standing: Standing) -> str:
    """Return where somebody stands as screens say it."""
    return str(STANDINGS[standing])


def window_words(person: PersonStanding) -> str:
    """Say between which days a person is due."""
    window = person.window
    if window is None:
        return "–"
    if window.opens_on and window.ends_on:
        return str(_("%(first)s to %(last)s", first=_short(window.opens_on), last=_short(window.ends_on)))
    return str(_("from %(first)s", first=_short(window.opens_on))) if window.opens_on else "–"


def _short(day: date) -> str:
    return str(format_date(day, "d MMM yyyy"))


def standing_table(people: list[PersonStanding], tries: Mapping[UUID, Tries]) -> Table:
    """Return the people with their days and how often they were called, for a spreadsheet."""
    return Table(
        _("who is due"),
        (_("pseudonym"), _("site"), _("opens on"), _("due on"), _("ends on"), _("standing"), _("response"), _("calls")),
        tuple(
            (
                each.pseudonym,
                each.site,
                each.window.opens_on if each.window else None,
                each.window.due_on if each.window else None,
                each.window.ends_on if each.window else None,
                standing_name(each.standing),
                _("started, not sent") if each.state is ResponseState.STARTED else "",
                tries[each.participant_id].count if each.participant_id in tries else 0,
            )
            for each in people
        ),
    )
