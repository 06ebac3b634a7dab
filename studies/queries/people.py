"""Reads of the list of people: filtered, paged, counted, exported."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from studies.models import Arm, FlowState, Participant, Population, Site

PAGE_LENGTH = 50


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A participant as lists and exports show them: names instead of ids, "" where there is none."""

    id: UUID
    pseudonym: str
    population: str
    site: str
    arm: str
    stratum: str
    state: FlowState
    took_up: bool
    attributes: dict[str, Any]
    drawn_on: date | None
    entered_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleFilter:
    """What to keep; None keeps all. `search` is the beginning of a pseudonym."""

    population_id: UUID | None = None
    site_id: UUID | None = None
    arm_id: UUID | None = None
    state: FlowState | None = None
    search: str = ""


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """One page of the list; pages count from 1, `total` counts all pages."""

    people: tuple[PersonLine, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowCounts:
    """People by state of the flow, in all and by arm name ("" for none)."""

    total: int
    by_state: dict[FlowState, int] = field(default_factory=dict)


def list_participants(session: Session, study_id: UUID, *, keep: PeopleFilter, page: int = 1) -> PeoplePage:
    """Return one page of participants by pseudonym, in two queries; a page out of range becomes the nearest one."""
    conditions = _conditions(study_id, keep)
    total = session.scalar(select(func.count()).select_from(Participant).where(*conditions)) or 0
    pages = max(1, -(-total // PAGE_LENGTH))
    page = min(max(1, page), pages)
    people = _select(session, conditions, limit=PAGE_LENGTH, offset=(page - 1) * PAGE_LENGTH)
    return PeoplePage(people, total, page, pages)


def all_participants(session: Session, study_id: UUID) -> tuple[PersonLine, ...]:
    """Return every participant by pseudonym, in one query."""
    return _select(session, _conditions(study_id, PeopleFilter()))


def get_participant(session: Session, study_id: UUID, participant_id: UUID) -> PersonLine:
    """Return one participant, in one query.

    Raises: NotFound: nobody of this study.
    """
    found = _select(session, [Participant.study_id == study_id, Participant.id == participant_id])
    if not found:
        raise NotFound("studies.participant_unknown")
    return found[0]


def taken_pseudonyms(session: Session, study_id: UUID) -> frozenset[str]:
    """Return the pseudonyms in use."""
    return frozenset(session.scalars(select(Participant.pseudonym).where(Participant.study_id == study_id)))


def count_flow(session: Session, study_id: UUID) -> FlowCounts:
    """Return how many people are in each state, in one query."""
    rows = session.execute(
        select(Participant.state, func.count()).where(Participant.study_id == study_id).group_by(Participant.state)
    )
    by_state = {state: count for state, count in rows}  # noqa: C416  rows are not pairs to dict()
    return FlowCounts(total=sum(by_state.values()), by_state=by_state)


def _conditions(study_id: UUID, keep: PeopleFilter) -> list[ColumnElement[bool]]:
    conditions = [Participant.study_id == study_id]
    if keep.population_id is not None:
        conditions.append(Participant.population_id == keep.population_id)
    if keep.site_id is not None:
        conditions.append(Participant.site_id == keep.site_id)
    if keep.arm_id is not None:
        conditions.append(Participant.arm_id == keep.arm_id)
    if keep.state is not None:
        conditions.append(Participant.state == keep.state)
    if keep.search:
        conditions.append(Participant.pseudonym.startswith(keep.search, autoescape=True))
    return conditions


def _select(
    session: Session, conditions: list[ColumnElement[bool]], *, limit: int | None = None, offset: int = 0
) -> tuple[PersonLine, ...]:
    rows = session.execute(
        select(
            Participant.id,
            Participant.pseudonym,
            Population.name,
            func.coalesce(Site.name, ""),
            func.coalesce(Arm.name, ""),
            Participant.stratum,
            Participant.state,
            Participant.took_up,
            Participant.attributes,
            Participant.drawn_on,
            Participant.entered_on,
        )
        .join(Population, Population.id == Participant.population_id)
        .outerjoin(Site, Site.id == Participant.site_id)
        .outerjoin(Arm, Arm.id == Participant.arm_id)
        .where(*conditions)
        .order_by(Participant.pseudonym)
        .limit(limit)
        .offset(offset)
    )
    return tuple(PersonLine(*row) for row in rows)
