"""Soft quotas: how many responses of one kind are wanted, counted in the transaction that ends a response.

A place is taken by one UPDATE that holds only while there is room: whatever comes at the same moment, no quota counts
more than it wants. What comes when it is full is kept like the rest, and marked: nobody is refused. The rules are in
docs/method/quotas.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, delete, func, insert, select, update
from sqlalchemy.orm import Session

from studies.models import Participant
from surveys.drafts import OVER, Draft
from surveys.fieldwork.models import Quota, QuotaPlace
from surveys.models import GroupLink, Response, ResponseState
from surveys.reading import PageReading
from surveys.saved import as_kept

_OPTIONS = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Kind:
    """What of a response decides in which quotas it counts; None where it is not known."""

    site_id: UUID | None
    population_id: UUID | None


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """A quota with what it holds."""

    id: UUID
    label: str
    site_id: UUID | None
    population_id: UUID | None
    conditions: Sequence[Mapping[str, Any]]
    target: int
    taken: int

    @property
    def is_full(self) -> bool:
        """Whether it has no place left."""
        return self.taken >= self.target


def quotas_of(session: Session, collection_id: UUID) -> list[QuotaRow]:
    """Return the quotas of a collection, always in the same order: places are taken in it."""
    rows = session.execute(
        select(Quota.id, Quota.label, Quota.site_id, Quota.population_id, Quota.conditions, Quota.target, Quota.taken)
        .where(Quota.collection_id == collection_id)
        .order_by(Quota.id)
    )
    return [QuotaRow(*row) for row in rows]


def counts_in(quota: QuotaRow, kind: Kind, answers: Mapping[str, Any]) -> bool | None:
    """Say whether a response counts in a quota; None while an answer that decides is not given yet."""
    if quota.site_id is not None and kind.site_id != quota.site_id:
        return False
    if quota.population_id is not None and kind.population_id != quota.population_id:
        return False
    verdicts = [_holds(condition, answers) for condition in quota.conditions]
    if False in verdicts:
        return False
    return None if None in verdicts else True


def _holds(condition: Mapping[str, Any], answers: Mapping[str, Any]) -> bool | None:
    value = answers.get(condition["item"])
    if value is None:
        return None
    if "values" in condition:
        given = value if isinstance(value, list) else [value]
        return any(str(each) in condition["values"] for each in given)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    least, most = condition.get("least"), condition.get("most")
    return (least is None or value >= least) and (most is None or value <= most)


def kind_of(session: Session, response_id: UUID) -> Kind:
    """Return what is known of a response besides its answers: its person's site, else its group's; one statement."""
    row = session.execute(
        select(func.coalesce(Participant.site_id, GroupLink.site_id), Participant.population_id)
        .select_from(Response)
        .outerjoin(Participant, Participant.id == Response.participant_id)
        .outerjoin(GroupLink, GroupLink.id == Response.group_link_id)
        .where(Response.id == response_id)
    ).one_or_none()
    return Kind(row[0], row[1]) if row else Kind(None, None)


def answers_of(draft: Draft) -> dict[str, Any]:
    """Return the answers that may decide: those relevant, and what the form computes."""
    relevant = {key: value for key, value in draft.answers.items() if _is_relevant(draft, key)}
    return {**draft.state.calculated, **relevant}


def _is_relevant(draft: Draft, key: str) -> bool:
    try:
        return draft.state.is_relevant(key)
    except KeyError:
        return False


def full_quota(session: Session, draft: Draft, answers: Mapping[str, Any]) -> QuotaRow | None:
    """Return a full quota in which a response would count by what is known of it now; two statements at most."""
    full = [quota for quota in quotas_of(session, draft.collection_id) if quota.is_full]
    if not full:
        return None
    kind = kind_of(session, draft.id)
    return next((quota for quota in full if counts_in(quota, kind, answers)), None)


def is_enough(session: Session, draft: Draft, reading: PageReading) -> bool:
    """Whether a response belongs to a full quota by what was just answered; no statement where there are no quotas."""
    if not draft.has_quotas or draft.goes_on_over or draft.corrects_id is not None:
        return False
    answered = replace(draft, answers={**draft.answers, **reading.answers}, state=reading.state)
    return full_quota(session, answered, answers_of(answered)) is not None


def go_on_over(session: Session, draft: Draft) -> None:
    """Remember that the person goes on past a full quota, so that they are told once."""
    session.execute(
        update(Response)
        .where(Response.id == draft.id, Response.state == ResponseState.STARTED)
        .values(calculated={**as_kept(draft.carried), OVER: True}),
        execution_options=_OPTIONS,
    )


def take_places(session: Session, draft: Draft, *, of: UUID | None = None) -> None:
    """Count a response that was just sent, once in each quota it belongs to; where there is no room, mark it as over.

    In the transaction that ends the response; what it held before is given back first.

    Args: of: the response whose answers the draft just replaced; the draft itself otherwise.
    """
    if not draft.has_quotas:
        return
    response_id = of or draft.id
    free_places(session, response_id)
    kind, answers = kind_of(session, response_id), answers_of(draft)
    for quota in quotas_of(session, draft.collection_id):
        if counts_in(quota, kind, answers):
            is_over = not _take(session, quota.id)
            session.execute(insert(QuotaPlace).values(quota_id=quota.id, response_id=response_id, is_over=is_over))


def _take(session: Session, quota_id: UUID) -> bool:
    taken = session.execute(
        update(Quota).where(Quota.id == quota_id, Quota.taken < Quota.target).values(taken=Quota.taken + 1),
        execution_options=_OPTIONS,
    )
    assert isinstance(taken, CursorResult)
    return taken.rowcount > 0


def free_places(session: Session, response_id: UUID) -> None:
    """Give back the places of a response: it is erased, or counted anew. Those over stay over: nobody was refused."""
    held = session.execute(
        delete(QuotaPlace)
        .where(QuotaPlace.response_id == response_id)
        .returning(QuotaPlace.quota_id, QuotaPlace.is_over),
        execution_options=_OPTIONS,
    ).all()
    for quota_id in sorted(quota_id for quota_id, is_over in held if not is_over):
        session.execute(
            update(Quota).where(Quota.id == quota_id).values(taken=Quota.taken - 1), execution_options=_OPTIONS
        )
