"""What a room shows: collections open now, and how many people have answered."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, func, select
from sqlalchemy.orm import Session

from core.clock import now
from core.errors import NotFound
from studies.models import Membership, Population, Role, Study, Wave
from surveys.models import Collection, Response, ResponseState


@dataclass(frozen=True, slots=True)
class OpenCollection:
    """A collection open now; `token` is its code, `population` and `wave` are "" when not set.

    `submitted` and `started` count responses, never persons by name; a number of responses tells no answer.
    """

    id: UUID
    study_key: str
    study_title: str
    title: str
    token: str
    population: str
    wave: str
    closes_at: datetime | None
    submitted: int
    started: int


def runs_sessions(session: Session, account_id: UUID) -> bool:
    """Say whether this account may run a session in some study."""
    return session.scalar(select(_own_studies(account_id).exists())) is True


def count_since(session: Session, collection_id: UUID, since: datetime) -> int:
    """Return how many responses were submitted since a moment."""
    counted = select(func.count()).where(
        Response.collection_id == collection_id,
        Response.state == ResponseState.SUBMITTED,
        Response.submitted_at >= since,
    )
    return session.scalar(counted) or 0


def open_collections(session: Session, study_id: UUID) -> tuple[OpenCollection, ...]:
    """Return the collections of a study that are open now, in one query."""
    rows = session.execute(_select().where(Collection.study_id == study_id))
    return tuple(OpenCollection(*row) for row in rows)


def open_collections_of(session: Session, account_id: UUID) -> tuple[OpenCollection, ...]:
    """Return the collections open now in every study where this account may run a session, in one query."""
    rows = session.execute(_select().where(Collection.study_id.in_(_own_studies(account_id))))
    return tuple(OpenCollection(*row) for row in rows)


def get_open_collection(session: Session, study_id: UUID, collection_id: UUID) -> OpenCollection:
    """Return one collection open now.

    Raises: NotFound: it is closed, or belongs to another study.
    """
    row = session.execute(
        _select().where(Collection.study_id == study_id, Collection.id == collection_id)
    ).one_or_none()
    if row is None:
        raise NotFound("facilitate.closed")
    return OpenCollection(*row)


def _own_studies(account_id: UUID) -> Select[UUID]:
    return select(Membership.study_id).where(
        Membership.account_id == account_id, Membership.role.in_((Role.LEAD, Role.FACILITATOR))
    )


def _select() -> Select[UUID, str, str, str, str, str, str, datetime | None, int, int]:
    moment = now()
    return (
        select(
            Collection.id,
            Study.key,
            Study.title,
            Collection.title,
            Collection.token,
            func.coalesce(Population.name, ""),
            func.coalesce(Wave.name, ""),
            Collection.closes_at,
            _count(ResponseState.SUBMITTED),
            _count(ResponseState.STARTED),
        )
        .join(Study, Study.id == Collection.study_id)
        .outerjoin(Population, Population.id == Collection.population_id)
        .outerjoin(Wave, Wave.id == Collection.wave_id)
        .where(Collection.opens_at <= moment, (Collection.closes_at.is_(None)) | (Collection.closes_at > moment))
        .order_by(Study.title, Collection.opens_at, Collection.title)
    )


def _count(state: ResponseState) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(Response)
        .where(Response.collection_id == Collection.id, Response.state == state, Response.corrects_id.is_(None))
        .correlate(Collection)
        .scalar_subquery()
    )
