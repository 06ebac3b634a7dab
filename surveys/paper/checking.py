"""A second entry checks the first: what they read otherwise is listed, and somebody decides with the sheet in hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from core.clock import now
from core.errors import Conflict, Invalid
from surveys.drafts import load_draft
from surveys.fieldwork.quotas import take_places
from surveys.models import Answer, Missing, Response, ResponseState
from surveys.paper.entries import end_entry, find_entry, record_act
from surveys.paper.keyed import Field, Keyed, fields_of, read_entry
from surveys.paper.models import PaperEntry
from surveys.paper.plan import plan_of
from surveys.paper.responses import calculated_of, carried_by_sheet, write_answers
from surveys.paper.sheets import Sheet
from surveys.versions import load_version


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two entries read otherwise; texts are as typed."""

    field: Field
    first: str
    second: str


def finish_second(
    session: Session, sheet: Sheet, typed: Mapping[str, str], *, account_id: UUID | None
) -> tuple[Difference, ...]:
    """End the second entry and return what it reads otherwise; without any, the sheet is settled.

    Raises: Invalid("paper.not_understood").
    """
    entry = end_entry(session, sheet, 2, typed, account_id=account_id)
    found = differences(session, sheet)
    if not found:
        entry.settled_at = now()
    record_act(session, sheet, "check", account_id, {"differences": len(found)})
    session.flush()
    return found


def differences(session: Session, sheet: Sheet) -> tuple[Difference, ...]:
    """Return the fields that the two entries of a sheet read otherwise, in the order of the sheet."""
    first, second = find_entry(session, sheet, 1), find_entry(session, sheet, 2)
    if first is None or second is None:
        return ()
    version = load_version(session, sheet.version_id)
    plan = plan_of(version.structure)
    one, two = (read_entry(version, sheet, entry.typed, moment=first.started_at) for entry in (first, second))
    asked = one.relevant | two.relevant
    return tuple(
        Difference(field, one.typed[field.key], two.typed[field.key])
        for field in fields_of(plan, sheet.cards)
        if field.key in asked and _meaning(one, field.key) != _meaning(two, field.key)
    )


def _meaning(keyed: Keyed, key: str) -> tuple[Any, Missing | None]:
    return keyed.answers.get(key), keyed.marks.get(key)


def settle(
    session: Session, sheet: Sheet, chosen: Mapping[str, str], *, account_id: UUID | None
) -> tuple[Difference, ...]:
    """Settle the differences: `chosen` is what the sheet says for each, as typed; return what is left to settle.

    Both entries keep what they typed; the response takes what was decided.

    Raises: Conflict("paper.nothing_to_settle"); Invalid("paper.not_understood").
    """
    first, second = find_entry(session, sheet, 1), find_entry(session, sheet, 2)
    if first is None or second is None or second.finished_at is None or second.settled_at is not None:
        raise Conflict("paper.nothing_to_settle")
    found = differences(session, sheet)
    left = tuple(each for each in found if not chosen.get(each.field.key, "").strip())
    if left:
        return left
    typed = {**first.typed, **{each.field.key: chosen[each.field.key] for each in found}}
    _replace_answers(session, sheet, first, typed)
    second.settled_at = now()
    decided = {each.field.key: chosen[each.field.key] for each in found}
    record_act(session, sheet, "settle", account_id, {"fields": sorted(decided)})
    session.flush()
    return ()


def _replace_answers(session: Session, sheet: Sheet, first: PaperEntry, typed: Mapping[str, str]) -> None:
    response = session.get(Response, first.response_id, with_for_update=True) if first.response_id else None
    if response is None or response.state is not ResponseState.SUBMITTED:
        raise Conflict("paper.nothing_to_settle")
    if response.revision:
        # The person corrected their answers with the code of the sheet: their word goes before our reading.
        raise Conflict("paper.response_changed")
    version = load_version(session, sheet.version_id)
    keyed = read_entry(
        version,
        sheet,
        typed,
        moment=response.moment,
        seed=response.seed,
        carried=carried_by_sheet(session, sheet, version, response.moment),
    )
    if keyed.problems:
        raise Invalid("paper.not_understood", count=len(keyed.problems))
    session.execute(delete(Answer).where(Answer.response_id == response.id))
    write_answers(session, response.id, keyed)
    calculated = calculated_of(keyed, carried_by_sheet(session, sheet, version, response.moment))
    session.execute(
        update(Response)
        .where(Response.id == response.id)
        .values(calculated=calculated, saved_at=now(), revision=Response.revision + 1)
    )
    take_places(session, load_draft(session, response.id))
