"""What the screens of collections show: progress with small counts hidden, answers item by item."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.components.rich_text import plain
from surveys.definition import Definition, Item, ItemType
from surveys.distribution import Distribution, Screened, describe, hidden_cells, is_small, screen
from surveys.models import Missing, ResponseState
from surveys.occurrences import key_at
from surveys.queries import CollectionProgress, ResponseRow, collection_versions, stream_responses
from surveys.repeated import RepeatTable, items_outside, repeat_tables
from surveys.routing import Page
from surveys.versions import LoadedVersion

PARIS = ZoneInfo("Europe/Paris")
MAX_OTHER_VALUES = 20


@dataclass(frozen=True, slots=True)
class CountRow:
    """A group and its count, "" when hidden under the threshold."""

    label: str
    count: str


@dataclass(frozen=True, slots=True)
class ValueRow:
    """One value: how many gave it, and its share in [0, 1] of those who answered; None when hidden, with the reason."""

    label: str
    count: int | None
    share: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class ItemAnswers:
    """The answers to one item, small counts hidden; `is_open` sends to the texts.

    `facts` says how many answered and how many did not, and why; `note` why nothing more is shown.
    """

    key: str
    label: str
    is_open: bool
    is_answered: bool
    facts: tuple[str, ...]
    note: str
    spread: Distribution
    has_mean: bool
    has_bounds: bool
    rows: tuple[ValueRow, ...]
    is_repeated: bool
    """Whether it is asked on each card of a list: counts are of persons who gave the value on one card at least."""


def hidden_counts(
    counts: Mapping[Any, int], threshold: int, *, unknown: str, anonymous: int = 0
) -> tuple[CountRow, ...]:
    """Return the counts by group, small ones hidden so that no difference gives them back; anonymous ones apart."""
    named = [(str(label) if label else unknown, count) for label, count in counts.items()]
    if anonymous:
        named.append((str(_("anonymous, by the common address")), anonymous))
    hidden = hidden_cells([count for _label, count in named], threshold)
    return tuple(
        CountRow(label, "" if position in hidden else str(count)) for position, (label, count) in enumerate(named)
    )


def page_counts(
    progress: CollectionProgress, versions: tuple[LoadedVersion, ...], threshold: int
) -> tuple[CountRow, ...]:
    """Say how many drafts stopped after each page, small counts hidden; with several versions, of which."""
    by_number = {version.number: version for version in versions}
    labels = {number: _labels(version.definition) for number, version in by_number.items()}
    hidden = hidden_cells(list(progress.by_page.values()), threshold)
    return tuple(
        CountRow(
            _page_name(version, page, _page_title(by_number[version].pages, page, labels[version]), len(versions)),
            "" if position in hidden else str(count),
        )
        for position, ((version, page), count) in enumerate(progress.by_page.items())
    )


def _labels(definition: Definition) -> dict[str, str]:
    return {node.key: plain(definition.text(node.labels, definition.default_locale)[0]) for node in definition.nodes()}


def _page_name(version: int, page: int, title: str, versions: int) -> str:
    if versions > 1:
        return str(_("Version %(version)s, page %(number)s: %(title)s", version=version, number=page + 1, title=title))
    return str(_("Page %(number)s: %(title)s", number=page + 1, title=title))


def version_counts(progress: CollectionProgress, threshold: int) -> tuple[CountRow, ...]:
    """Say how many responses were started on each version, small counts hidden; nothing when there is one."""
    if len(progress.by_version) < 2:  # noqa: PLR2004
        return ()
    named = {_("version %(number)s", number=number): count for number, count in progress.by_version.items()}
    return hidden_counts(named, threshold, unknown="")


def _page_title(pages: tuple[Page, ...], number: int, labels: Mapping[str, str]) -> str:
    if number >= len(pages):
        return ""
    page = pages[number]
    return labels.get(page.key) or (labels.get(page.items[-1], "") if page.items else "")


@dataclass(frozen=True, slots=True)
class AllAnswers:
    """The answers to every item of a collection, and its repeats, which have exports of their own."""

    items: tuple[ItemAnswers, ...]
    tables: tuple[RepeatTable, ...]


def all_answers(session: Session, study_id: UUID, collection_id: UUID, threshold: int) -> AllAnswers:
    """Describe every item of a collection that a person answers, submitted responses only."""
    items = items_of(collection_versions(session, study_id, collection_id))
    given: dict[str, list[tuple[Any, str | None]]] = {key: [] for key in items}
    total = 0
    for row in stream_responses(session, study_id, collection_id):
        total += 1
        for key, (_definition, item, table) in items.items():
            value = _given(row, item, table)
            if value is not None:
                given[key].append(value)
    described = tuple(
        _item_answers(definition, item, given[key], total, threshold, is_repeated=table is not None)
        for key, (definition, item, table) in items.items()
        if item.type.is_answered or item.type is ItemType.CALCULATE
    )
    tables = {table.repeat.key: table for _definition, _item, table in items.values() if table}
    return AllAnswers(described, tuple(tables.values()))


def items_of(versions: tuple[LoadedVersion, ...]) -> dict[str, tuple[Definition, Item, RepeatTable | None]]:
    """Return the items of the first of these versions, then those that only an earlier one has, by key.

    Each with its form, and the repeat it stands in, None for an item asked once.
    """
    found: dict[str, tuple[Definition, Item, RepeatTable | None]] = {}
    for version in versions:
        definition = version.definition
        tables = repeat_tables(definition)
        groups = [(None, items_outside(definition)), *((table, table.items) for table in tables)]
        for table, inside in groups:
            for item in inside:
                found.setdefault(item.key, (definition, item, table))
    return found


def _given(row: ResponseRow, item: Item, table: RepeatTable | None) -> tuple[Any, str | None] | None:
    """Return what a response gave to an item and why it is missing, None when not asked.

    Inside repeats, the list of the different values on its cards: counts are of persons, never of cards, so that the
    threshold protects persons.
    """
    keys = [key_at(item.key, numbers) for numbers in table.lines(row.answers)] if table else [item.key]
    asked = [key for key in keys if key in row.answers]
    if not asked:
        return None
    missing = next((str(row.missing[key]) for key in asked if key in row.missing), None)
    if table is None:
        return row.answers[item.key], missing
    values: dict[Any, None] = {}
    for key in asked:
        value = row.answers[key]
        values.update(dict.fromkeys(value if isinstance(value, list) else [value] if value not in (None, "") else []))
    return (list(values), None) if values else (None, missing)


def _item_answers(
    definition: Definition,
    item: Item,
    values: list[tuple[Any, str | None]],
    total: int,
    threshold: int,
    *,
    is_repeated: bool,
) -> ItemAnswers:
    choices = definition.choice_lists.get(item.list_name, ()) if item.type.has_choices else ()
    labels = {choice.name: plain(definition.text(choice.labels, definition.default_locale)[0]) for choice in choices}
    spread = describe(values, order=[choice.name for choice in choices], not_asked=total - len(values))
    has_values = item.type not in (ItemType.TEXT, ItemType.RANK)
    is_partition = item.type is not ItemType.SELECT_MULTIPLE and not is_repeated
    shown = screen(spread, threshold, is_partition=is_partition, has_values=has_values)
    rows = tuple(
        ValueRow(
            labels.get(value, str(value)),
            count,
            spread.share(value) if count is not None and shown.n is not None else None,
            "" if count is not None else _reason(spread.counts[value], threshold),
        )
        for value, count in list(shown.counts.items())[: len(choices) or MAX_OTHER_VALUES]
    )
    if not choices and all(row.count is None for row in rows):
        rows = ()
    return ItemAnswers(
        item.key,
        plain(definition.text(item.labels, definition.default_locale)[0]) or item.name,
        item.type is ItemType.TEXT,
        spread.n > 0,
        _facts(shown),
        _note(spread, shown, rows, threshold) if has_values else "",
        spread,
        shown.has_mean and spread.mean is not None,
        shown.has_bounds,
        rows,
        is_repeated,
    )


def _facts(shown: Screened) -> tuple[str, ...]:
    def count(number: int | None) -> str:
        return _("hidden") if number is None else str(number)

    return (
        _("%(n)s answered", n=count(shown.n)),
        _("%(n)s do not know", n=count(shown.absences["unknown"])),
        _("%(n)s refused", n=count(shown.absences["refused"])),
        _("%(n)s left empty", n=count(shown.absences["empty"])),
        _("%(n)s not asked", n=count(shown.absences["not_asked"])),
        *([_("%(n)s cannot be read", n=count(unread))] if (unread := shown.absences["illegible"]) != 0 else []),
    )


def _reason(count: int, threshold: int) -> str:
    if 0 < count < threshold:
        return str(_("hidden: under %(threshold)s", threshold=threshold))
    return str(_("hidden: it would give back another count"))


def _note(spread: Distribution, shown: Screened, rows: tuple[ValueRow, ...], threshold: int) -> str:
    if is_small(spread, threshold):
        return str(_("Fewer than %(threshold)s people answered: nothing more is shown.", threshold=threshold))
    if shown.counts and not rows:
        return str(_("Each value was given by fewer than %(threshold)s people: none is shown.", threshold=threshold))
    return ""


def missing_name(code: str) -> str:
    """Return a kind of absence as screens call it."""
    return str(
        {
            Missing.ILLEGIBLE.value: _("cannot be read"),
            Missing.REFUSED.value: _("refused"),
            Missing.UNKNOWN.value: _("does not know"),
        }.get(code, _("left empty"))
    )


def state_of_response(state: ResponseState) -> str:
    """Return a state of a response as screens call it."""
    names: dict[ResponseState, str] = {
        ResponseState.STARTED: _("started, not sent"),
        ResponseState.SUBMITTED: _("sent"),
        ResponseState.WITHDRAWN: _("taken back"),
    }
    return names[state]


def reason_name(reason: str) -> str:
    """Return why something stands in quarantine."""
    names = {
        "closed": _("the collection was closed"),
        "submitted": _("the answers were already sent"),
        "withdrawn": _("the answers were withdrawn"),
        "too_long": _("the text was too long"),
        "not_recognised": _("the phone was not recognised"),
        "no_response": _("no response was open on the phone"),
        "unknown_page": _("the page does not exist"),
        "list_changed": _("another tab had changed the list of cards"),
        # What phones send by themselves (surveys.delivering).
        "two_phones": _("two phones changed the same page: the answers replaced"),
        "not_started": _("the response could not be started"),
        "handed_over": _("another phone went on with these answers"),
        "group_closed": _("the group's code took nobody any more"),
        "group_not_found": _("no group has this code"),
        "invitation_early": _("the person's window had not opened yet"),
        "invitation_sent": _("the answers of this personal link were already sent"),
        "unknown_invitation": _("the personal link opens nothing"),
        "unknown_collection": _("no questionnaire has this code"),
        "unknown_version": _("this version of the questionnaire does not exist"),
        "unknown_question": _("questions that this version does not have"),
        "does_not_fit": _("sent from a phone, with answers that do not fit"),
        "unreadable": _("what came cannot be read"),
        "unreadable_file": _("a file that cannot be opened here: see the files sent"),
    }
    return str(names.get(reason, reason))


def read_moment(text: str, *, end: bool = False) -> datetime | None:
    """Read the day a person typed as a moment in Paris: its first instant, or its last one when `end`.

    Raises: ValueError: no such day.
    """
    if not text.strip():
        return None
    day = datetime.strptime(text.strip(), "%Y-%m-%d").date()  # noqa: DTZ007  a day, placed in Paris on the next line
    return datetime.combine(day, time(23, 59, 59) if end else time(0), PARIS).astimezone(UTC)
