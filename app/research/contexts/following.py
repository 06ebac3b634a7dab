"""Charts of the fieldwork: responses a day, what was sent of what was begun, who stops where, how long, who was quick.

Small counts are hidden here as in tables, and others with them where a difference would give them back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.research.contexts.figures import Bars, Columns, Part, Row, bars, columns
from surveys.distribution import hidden_cells
from surveys.models import ResponseState
from surveys.queries import CollectionProgress
from surveys.tempo import QUICK_SHARE, Standing, Times, sent_by_day, standing_by_wave

PARIS = ZoneInfo("Europe/Paris")
DAYS, WEEKS = 62, 62 * 7
"""Beyond so many days, a column is a week; beyond so many, a month."""
_PER_MEDIAN = 6
_LONG = 2
"""Minutes from which seconds alone are hard to picture."""
_BINS = 2 * _PER_MEDIAN


@dataclass(frozen=True, slots=True)
class Following:
    """The charts of a collection under way, those that may be shown."""

    days: "Days | None"
    sites: "Completion | None"
    waves: "Completion | None"


def following(
    session: Session, study_id: UUID, collection_id: UUID, progress: CollectionProgress, threshold: int
) -> Following:
    """Return the charts; none where the number of responses sent is itself hidden. Two statements."""
    states = list(progress.by_state)
    if states.index(ResponseState.SUBMITTED) in hidden_cells(list(progress.by_state.values()), threshold):
        return Following(None, None, None)
    waves = standing_by_wave(session, study_id, collection_id)
    return Following(
        days_figure(sent_by_day(session, collection_id, PARIS), threshold),
        completion_figure(str(_("Sent, by site")), standing_of_sites(progress), threshold),
        completion_figure(str(_("Sent, by wave")), waves, threshold) if len(waves) > 1 else None,
    )


@dataclass(frozen=True, slots=True)
class Days:
    """Responses sent over time: the chart, and (period, count) for the table."""

    figure: Columns
    rows: tuple[tuple[str, str], ...]


def days_figure(by_day: Mapping[date, int], threshold: int) -> Days | None:
    """Draw responses by day, by week or by month, as the fieldwork is long; None before the first one."""
    if not by_day:
        return None
    first, last = min(by_day), max(by_day)
    span = (last - first).days + 1
    starts = {day: _period(day, span) for day in by_day}
    counts: dict[date, int] = dict.fromkeys(_periods(first, last, span), 0)
    for day, count in by_day.items():
        counts[starts[day]] += count
    hidden = hidden_cells(list(counts.values()), threshold)
    parts = [
        Part(_period_words(start, span), None if place in hidden else count, _count(count, is_hidden=place in hidden))
        for place, (start, count) in enumerate(counts.items())
    ]
    described = ngettext(
        "%(num)s response sent, from %(first)s to %(last)s.",
        "%(num)s responses sent, from %(first)s to %(last)s.",
        sum(by_day.values()),
        first=format_date(first, "long"),
        last=format_date(last, "long"),
    )
    if hidden:
        described = f"{described} {_hidden_words(threshold)}"
    titles = {1: _("Responses sent, by day"), 7: _("Responses sent, by week"), 30: _("Responses sent, by month")}
    figure = columns(str(titles[_length(span)]), described, parts)
    return Days(figure, tuple((part.label, part.words) for part in parts if part.value != 0)) if figure else None


def _length(span: int) -> int:
    return 1 if span <= DAYS else 7 if span <= WEEKS else 30


def _period(day: date, span: int) -> date:
    length = _length(span)
    if length == 1:
        return day
    return day - timedelta(days=day.weekday()) if length < 30 else day.replace(day=1)  # noqa: PLR2004  a month


def _periods(first: date, last: date, span: int) -> Sequence[date]:
    found, length = [], _length(span)
    start = _period(first, span)
    while start <= last:
        found.append(start)
        start = _period(start + timedelta(days=length if length < 30 else 31), span)  # noqa: PLR2004  a month
    return found


def _period_words(start: date, span: int) -> str:
    if _length(span) == 1:
        return str(format_date(start, "d MMMM"))
    if _length(span) < 30:  # noqa: PLR2004  a month
        return str(_("week of %(day)s", day=format_date(start, "d MMMM yyyy")))
    return str(format_date(start, "MMMM yyyy"))


def standing_of_sites(progress: CollectionProgress) -> tuple[Standing, ...]:
    """Return how each site stands, those who came by the common address apart."""
    rows = [
        Standing(name or str(_("no site known")), begun, progress.sent_by_site.get(name, 0))
        for name, begun in progress.by_site.items()
    ]
    if progress.anonymous:
        label = str(_("anonymous, by the common address"))
        rows.append(Standing(label, progress.anonymous, progress.sent_anonymous))
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class Completion:
    """What was sent of what was begun: the chart, and (name, begun, sent) for the table."""

    figure: Bars
    rows: tuple[tuple[str, str, str], ...]


def completion_figure(title: str, standings: Sequence[Standing], threshold: int) -> Completion | None:
    """Draw what was sent of what was begun, group by group; None without any."""
    hidden = hidden_rows(standings, threshold)
    rows = [
        Row(each.name, None, None, str(_("hidden")))
        if place in hidden
        else Row(each.name, each.begun, each.sent, str(_("%(sent)s of %(begun)s", sent=each.sent, begun=each.begun)))
        for place, each in enumerate(standings)
    ]
    described = str(_("The whole bar is what was begun, the dark part what was sent."))
    if hidden:
        described = f"{described} {_hidden_words(threshold)}"
    figure = bars(title, described, rows)
    if figure is None:
        return None
    return Completion(
        figure,
        tuple(
            (
                each.name,
                _count(each.begun, is_hidden=place in hidden),
                _count(each.sent, is_hidden=place in hidden),
            )
            for place, each in enumerate(standings)
        ),
    )


def hidden_rows(standings: Sequence[Standing], threshold: int) -> frozenset[int]:
    """Return the groups to hide whole, so that no small count of sent or unsent is read or found by difference.

    All groups together are known; what is hidden of them must be no small count either, so the smallest of those left
    are hidden with it until it is not.
    """

    def is_small(count: int) -> bool:
        return 0 < count < threshold

    hidden = {place for place, each in enumerate(standings) if is_small(each.sent) or is_small(each.unsent)}
    left = sorted(set(range(len(standings))) - hidden, key=lambda place: standings[place].begun)
    while hidden and left:
        sent, unsent = (sum(getattr(standings[place], part) for place in hidden) for part in ("sent", "unsent"))
        if len(hidden) > 1 and not is_small(sent) and not is_small(unsent):
            break
        hidden.add(left.pop(0))
    return frozenset(hidden)


@dataclass(frozen=True, slots=True)
class Quickness:
    """How long answering takes: the chart, the sentence on the quick ones, and (from, to, count) for the table."""

    figure: Columns
    sentence: str
    rows: tuple[tuple[str, str], ...]


def quickness_figure(times: Times | None, threshold: int) -> Quickness | None:
    """Draw how long responses took, the quick ones apart; None where there are too few to say."""
    if times is None or times.n < threshold:
        return None
    width = times.median / _PER_MEDIAN
    counts = [0] * (_BINS + 1)
    for each in times.seconds:
        counts[min(int(each / width), _BINS)] += 1
    hidden = hidden_cells(counts, threshold)
    marked = round(_PER_MEDIAN * QUICK_SHARE)
    parts = [
        Part(
            _between(place, width),
            None if place in hidden else count,
            _count(count, is_hidden=place in hidden),
            is_marked=place < marked,
        )
        for place, count in enumerate(counts)
    ]
    is_hidden = 0 < times.quick < threshold or any(place in hidden for place in range(marked))
    said = str(
        _(
            "Half take less than %(median)s. Under a third of it (%(limit)s), hardly anybody reads: %(count)s.",
            median=_time(times.median),
            limit=_time(times.limit),
            count=_("hidden, fewer than %(threshold)s or close to it", threshold=threshold)
            if is_hidden
            else ngettext("%(num)s response", "%(num)s responses", times.quick),
        )
    )
    described = ngettext(
        "%(num)s response sent by somebody who answered here; pauses count.",
        "The last %(num)s responses sent by people who answered here; pauses count.",
        times.n,
    )
    if hidden:
        described = f"{described} {_hidden_words(threshold)}"
    figure = columns(str(_("Time from start to end")), described, parts)
    return Quickness(figure, said, tuple((part.label, part.words) for part in parts)) if figure else None


def _between(place: int, width: float) -> str:
    if place == _BINS:
        return str(_("%(time)s and more", time=_time(place * width)))
    return str(_("%(start)s to %(end)s", start=_time(place * width), end=_time((place + 1) * width)))


def shown_pages(stops: Sequence[int], threshold: int) -> tuple[tuple[bool, ...], tuple[bool, ...]]:
    """Return for each page whether the number that reached it, and the number that stopped on it, may be shown.

    Who reached a page less who reached the next is who stopped on it: between two numbers shown, either no stop is
    hidden, or several are that make no small number together. Who began and who sent, the two ends, are known.
    """
    hidden = hidden_cells(stops, threshold)

    def is_safe(start: int, end: int) -> bool:
        between = [stops[place] for place in range(start, end) if place in hidden]
        return not between or (len(between) > 1 and sum(between) >= threshold)

    shown = [0]
    for place in range(1, len(stops)):
        if is_safe(shown[-1], place):
            shown.append(place)
    while len(shown) > 1 and not is_safe(shown[-1], len(stops)):
        shown.pop()
    return tuple(place in shown for place in range(len(stops))), tuple(
        place not in hidden for place in range(len(stops))
    )


def pages_figure(rows: Sequence[tuple[str, float | None, str]]) -> Bars | None:
    """Draw the share of those who started that reached each page; one that is hidden is as long as the one before."""
    drawn: list[Row] = []
    for label, share, words in rows:
        before = drawn[-1].whole if drawn else None
        drawn.append(Row(label, before if share is None else share, share, words, is_hidden=share is None))
    return bars(
        str(_("Who reaches each page")),
        str(_("The widest bar is those who started. Where a bar is shorter than the one above, some stopped.")),
        drawn,
    )


def pace_figure(rows: Sequence[tuple[str, float | None, str]]) -> Bars | None:
    """Draw the median time of each page; pages without one are left out."""
    return bars(
        str(_("Median time of each page")),
        str(_("Pages nobody was timed on are left out.")),
        [Row(label, seconds, seconds, words) for label, seconds, words in rows if seconds],
    )


def _count(count: int, *, is_hidden: bool) -> str:
    return str(_("hidden")) if is_hidden else str(count)


def _hidden_words(threshold: int) -> str:
    return str(_("Counts under %(threshold)s are hatched and not said.", threshold=threshold))


def _time(seconds: float) -> str:
    """Return a duration in the two units that say it best."""
    whole = round(seconds)
    minutes, left = divmod(whole, 60)
    if minutes < _LONG:
        return str(_("%(seconds)s s", seconds=whole))
    if minutes < 60 and not left:  # noqa: PLR2004  an hour
        return str(_("%(minutes)s min", minutes=minutes))
    if minutes < 60:  # noqa: PLR2004  an hour
        return str(_("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=left))
    return str(_("%(hours)s h %(minutes)s min", hours=minutes // 60, minutes=minutes % 60))
