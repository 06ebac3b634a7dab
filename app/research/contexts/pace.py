"""How a collection goes page by page, in words; small counts hidden."""

from dataclasses import dataclass
from uuid import UUID

from flask_babel import format_datetime, format_timedelta, ngettext
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.components.rich_text import plain
from app.research.contexts.figures import Bars
from app.research.contexts.following import Quickness, pace_figure, pages_figure, quickness_figure, shown_pages
from evaluation.disclosure import Guard
from surveys.answers import collection_version
from surveys.pace import find_doubles, pages_of_collection
from surveys.tempo import times_of


@dataclass(frozen=True, slots=True)
class PaceRow:
    """One page: the share of those who started that reached it (its bar), counts as they may be shown, its time."""

    number: int
    title: str
    share: float | None
    reached: str
    stopped: str
    time: str


@dataclass(frozen=True, slots=True)
class PacePage:
    """The page; `doubles` are sentences on responses that say the same."""

    rows: tuple[PaceRow, ...]
    timed: int
    doubles: tuple[str, ...]
    reach: Bars | None
    times: Bars | None
    quickness: Quickness | None


def pace_page(session: Session, study_id: UUID, collection_id: UUID, threshold: int) -> PacePage:
    """Compute the page.  Raises: NotFound("surveys.collection_not_found")."""
    guard = Guard(threshold)
    definition = collection_version(session, study_id, collection_id).definition
    labels = {
        node.key: plain(definition.text(node.labels, definition.default_locale)[0]) for node in definition.nodes()
    }
    pages, timed = pages_of_collection(session, study_id, collection_id)
    most = max((each.reached for each in pages), default=0)
    reached, stopped = shown_pages([each.stopped for each in pages], threshold)
    rows = tuple(
        PaceRow(
            number=each.page.number + 1,
            title=labels.get(each.page.key) or (labels.get(each.page.items[-1], "") if each.page.items else ""),
            share=each.reached / most if most and may_reach and not guard.judge_count(each.reached) else None,
            reached=_count(each.reached, guard) if may_reach else str(_("hidden")),
            stopped=_count(each.stopped, guard) if may_stop else str(_("hidden")),
            time=_time(each.seconds, each.timed, guard),
        )
        for each, may_reach, may_stop in zip(pages, reached, stopped, strict=True)
    )
    spoken = [(f"{row.number}. {row.title}", each, row) for row, each in zip(rows, pages, strict=True)]
    return PacePage(
        rows=rows,
        reach=pages_figure([(label, row.share, row.reached) for label, _page, row in spoken]),
        times=pace_figure(
            [(label, each.seconds if each.timed >= guard.threshold else None, row.time) for label, each, row in spoken]
        ),
        quickness=quickness_figure(times_of(session, collection_id), guard.threshold),
        timed=timed,
        doubles=tuple(
            ngettext(
                "%(num)s response says the same as another, the last sent on %(moment)s.",
                "%(num)s responses say exactly the same, the last sent on %(moment)s.",
                len(group.response_ids),
                moment=format_datetime(group.last_at, "short"),
            )
            for group in find_doubles(session, study_id, collection_id)
        ),
    )


def _count(count: int, guard: Guard) -> str:
    return str(_("hidden")) if guard.judge_count(count) else str(count)


def _time(seconds: float | None, timed: int, guard: Guard) -> str:
    if seconds is None or timed < guard.threshold:
        return "–"
    return str(format_timedelta(seconds, granularity="second", threshold=1.5))
