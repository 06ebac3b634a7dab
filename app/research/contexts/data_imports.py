"""What the screens of imports show: columns with examples, what each cell would become, what a batch made."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext

from app.wording import word_code
from surveys.imports.cells import Cell
from surveys.imports.columns import ATTRIBUTE, PSEUDONYM, Aim, Column, Fault
from surveys.imports.drafts import ImportRow, Prepared
from surveys.imports.models import ImportState
from surveys.imports.planning import Plan
from surveys.models import Missing

EXAMPLES = 3
SHOWN_VALUES = 12
SHOWN_PROBLEMS = 50
SHOWN_NAMES = 30
MAX_EXAMPLE = 40


@dataclass(frozen=True, slots=True)
class MapRow:
    """One column of the file: examples of what stands in it, and what somebody wished for it."""

    place: int
    heading: str
    caption: str
    examples: tuple[str, ...]
    filled: int
    target: str
    wave: str
    problem: str


@dataclass(frozen=True, slots=True)
class ColumnsPage:
    """The columns of a file; `offered` are what they can be, with a label each, `faults` what is wrong as a whole."""

    rows: tuple[MapRow, ...]
    count: int
    waves: Mapping[str, str]
    offered: tuple[tuple[str, str], ...]
    faults: tuple[tuple[str, str], ...]
    has_questionnaires: bool


def columns_page(prepared: Prepared) -> ColumnsPage:
    """Return the page; nothing is said to be wrong before somebody said what columns are."""
    faults: Sequence[Fault] = prepared.columns()[1] if prepared.draft.wishes else ()
    worded = [(fault.place, word_code(fault.code, dict(fault.details or {}))) for fault in faults]
    by_place = {place: sentence for place, sentence in reversed(worded) if place is not None}
    return ColumnsPage(
        rows=tuple(_map_rows(prepared, by_place)),
        count=len(prepared.table.rows),
        waves=prepared.waves,
        offered=_offered(prepared),
        faults=tuple(("" if place is None else f"target-{place}", sentence) for place, sentence in worded),
        has_questionnaires=bool(prepared.fields),
    )


def _map_rows(prepared: Prepared, problems: Mapping[int, str]) -> Iterator[MapRow]:
    table = prepared.table
    for place, (heading, wish) in enumerate(zip(table.headings, prepared.wishes, strict=True)):
        cells = [row[place] for row in table.rows if row[place]]
        yield MapRow(
            place=place,
            heading=heading,
            caption=table.captions.get(heading, ""),
            examples=tuple(short(text) for text in list(dict.fromkeys(cells))[:EXAMPLES]),
            filled=len(cells),
            target=wish.target,
            wave=wish.wave,
            problem=problems.get(place, ""),
        )


def _offered(prepared: Prepared) -> tuple[tuple[str, str], ...]:
    locale = prepared.locale
    return (
        (PSEUDONYM.get(locale, PSEUDONYM["en"]), _("the person of the row")),
        (ATTRIBUTE.get(locale, ATTRIBUTE["en"]), _("a fact about the person; its name after the colon")),
        *(
            (field.name, f"{field.version.title} · {field.label or field.item.key}")
            for field in prepared.fields.values()
            if field.version.is_last
        ),
    )


def short(text: str) -> str:
    """Return the beginning of a cell."""
    return text if len(text) <= MAX_EXAMPLE else text[: MAX_EXAMPLE - 1] + "…"


@dataclass(frozen=True, slots=True)
class ValueRow:
    """What stands in cells of a column, what it becomes, and how often."""

    text: str
    becomes: str
    count: int


@dataclass(frozen=True, slots=True)
class ColumnPreview:
    """What a column becomes; `rest` counts the texts that are not shown."""

    heading: str
    target: str
    values: tuple[ValueRow, ...]
    rest: int


@dataclass(frozen=True, slots=True)
class CheckPage:
    """What would be done: counts, what stands against it, what is left out, what each column becomes."""

    is_ready: bool
    people: int
    cells: int
    batches: tuple[tuple[str, int], ...]
    attributes: tuple[str, ...]
    problems: tuple[str, ...]
    misfits: tuple[str, ...]
    is_left_aside: bool
    left_out: tuple[str, ...]
    columns: tuple[ColumnPreview, ...]


def preview(prepared: Prepared, plan: Plan) -> CheckPage:
    """Return what bringing a file in would do."""
    options = prepared.draft.options
    columns = [column for column in prepared.columns()[0] if column.aim in (Aim.ATTRIBUTE, Aim.ITEM)]
    return CheckPage(
        is_ready=plan.is_ready(options),
        people=len(plan.people),
        cells=plan.filled,
        batches=tuple(
            (_batch_name(batch.version.title, prepared.waves.get(batch.wave, "")), len(batch.responses))
            for batch in plan.batches.values()
        ),
        attributes=tuple(sorted({name for each in plan.attributes.values() for name in each})),
        problems=_problems(plan),
        misfits=_misfits(plan),
        is_left_aside=options.leave_aside,
        left_out=_left_out(prepared, plan),
        columns=tuple(_column(prepared, plan, column) for column in columns),
    )


def _batch_name(title: str, wave: str) -> str:
    return f"{title} · {wave}" if wave else title


def _problems(plan: Plan) -> tuple[str, ...]:
    sentences = [
        word_code(each.code, {"row": each.row, "column": each.column, "value": short(each.value)})
        for each in plan.problems[:SHOWN_PROBLEMS]
    ]
    rest = plan.problem_count - len(sentences)
    if rest:
        sentences.append(ngettext("And %(num)s more.", "And %(num)s more.", rest))
    return tuple(sentences)


def _misfits(plan: Plan) -> tuple[str, ...]:
    sentences = []
    if plan.blank:
        sentences.append(_("Without a pseudonym, rows: %(rows)s.", rows=_some(plan.blank)))
    if plan.unknown:
        names = [_("%(name)s (row %(row)s)", name=short(name), row=row) for name, row in plan.unknown]
        sentences.append(_("Not on the list of the study: %(names)s.", names=_some(names)))
    if plan.doubles:
        names = [
            _("%(name)s (rows %(rows)s)", name=short(name), rows=_some(rows)) for name, rows in plan.doubles.items()
        ]
        sentences.append(_("More than once in the file: %(names)s.", names=_some(names)))
    return tuple(sentences)


def _left_out(prepared: Prepared, plan: Plan) -> tuple[str, ...]:
    sentences = []
    if plan.withdrawn:
        sentences.append(
            ngettext(
                "%(num)s row is of a person who withdrew from the study: nothing of it is brought in.",
                "%(num)s rows are of people who withdrew from the study: nothing of them is brought in.",
                plan.withdrawn,
            )
        )
    for (title, wave), names in plan.answered.items():
        sentences.append(
            _(
                "Have an answer to %(batch)s already, which stands: %(names)s.",
                batch=_batch_name(title, prepared.waves.get(wave, "")),
                names=_some(sorted(names)),
            )
        )
    return tuple(sentences)


def _some(names: Sequence[Any]) -> str:
    shown = ", ".join(str(name) for name in names[:SHOWN_NAMES])
    rest = len(names) - SHOWN_NAMES
    if rest <= 0:
        return shown
    return shown + " " + str(ngettext("and %(num)s more", "and %(num)s more", rest))


def _column(prepared: Prepared, plan: Plan, column: Column) -> ColumnPreview:
    counts = plan.counts[column.place]
    shown = counts.most_common(SHOWN_VALUES)
    target = column.attribute
    if column.field is not None:
        field = column.field
        target = _batch_name(
            f"{field.version.title} · {field.label or field.item.key}", prepared.waves.get(column.wave, "")
        )
    return ColumnPreview(
        heading=column.heading,
        target=target,
        values=tuple(
            ValueRow(_cell_text(prepared, column, text), _becomes(column, plan.cells[column.place, text]), count)
            for text, count in shown
        ),
        rest=len(counts) - len(shown),
    )


def _cell_text(prepared: Prepared, column: Column, text: str) -> str:
    """Return what stands in a cell, with what the file itself calls it."""
    label = prepared.table.labels.get(column.heading, {}).get(text, "")
    return f"{short(text)} ({short(label)})" if label else short(text) or str(_("(empty)"))


def _becomes(column: Column, cell: Cell) -> str:
    if cell.problem:
        return str(_("not understood"))
    if not cell.is_said:
        return str(_("nothing: not asked") if column.field else _("nothing: what is known stays"))
    if cell.mark is not None:
        words = {
            Missing.REFUSED: _("refused"),
            Missing.UNKNOWN: _("does not know"),
            Missing.ILLEGIBLE: _("cannot be read"),
        }
        return str(words[cell.mark])
    if cell.value is None:
        return str(_("asked, left empty"))
    values = cell.value if isinstance(cell.value, list) else [cell.value]
    labels = column.field.labels if column.field else {}
    return short(", ".join(labels.get(value, "") or str(value) for value in values))


@dataclass(frozen=True, slots=True)
class Outcome:
    """An import as the list and its own page show it."""

    id: UUID
    file_name: str
    state: str
    tone: str
    by: str
    at: datetime
    can_be_undone: bool
    is_draft: bool


def outcome(row: ImportRow) -> Outcome:
    """Return how far an import is."""
    words = {
        ImportState.DRAFT: (_("being prepared"), "neutral"),
        ImportState.DONE: (_("brought in"), "good"),
        ImportState.UNDONE: (_("import undone"), "warning"),
    }
    state, tone = words[row.state]
    return Outcome(
        id=row.id,
        file_name=row.file_name,
        state=state,
        tone=tone,
        by=row.by,
        at=row.undone_at or row.done_at or row.created_at,
        can_be_undone=row.state is ImportState.DONE,
        is_draft=row.state is ImportState.DRAFT,
    )
