"""Sheets of paper: made in batches, found by their code, counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import audit
from core.errors import Invalid, NotFound
from studies.models import FlowState, Participant, Site
from surveys.models import Collection, Response
from surveys.paper.models import PaperEntry, PaperSheet
from surveys.tokens import new_code, read_code
from surveys.versions import load_version

MAX_SHEETS = 500
MAX_CARDS = 12


@dataclass(frozen=True, slots=True)
class BatchRow:
    """Sheets printed together: how many, how many were keyed, keyed twice, and how many differences wait."""

    id: UUID
    made_at: datetime
    locale: str
    cards: int
    sheets: int
    keyed: int
    checked: int
    waiting: int


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One sheet: whose it is, if anybody's, and how far it is."""

    id: UUID
    number: int
    code: str
    pseudonym: str
    site: str
    keyed_at: datetime | None
    checked_at: datetime | None
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as who keys it needs it."""

    id: UUID
    study_id: UUID
    collection_id: UUID
    collection: str
    version_id: UUID
    participant_id: UUID | None
    code: str
    number: int
    locale: str
    cards: int


def make_sheets(
    session: Session,
    study_id: UUID,
    collection_id: UUID,
    *,
    locale: str,
    cards: int,
    count: int = 0,
    site_id: UUID | None = None,
    account_id: UUID | None = None,
) -> UUID:
    """Make a batch of sheets and return its id: `count` that belong to nobody, or with 0 one for each person asked.

    Raises:
        NotFound("surveys.collection_not_found").
        Invalid("paper.too_many_sheets"), Invalid("paper.too_many_cards"), Invalid("paper.nobody_to_print_for").
    """
    collection = session.scalar(
        select(Collection).where(Collection.id == collection_id, Collection.study_id == study_id)
    )
    if collection is None:
        raise NotFound("surveys.collection_not_found", token=str(collection_id))
    if not 1 <= cards <= MAX_CARDS:
        raise Invalid("paper.too_many_cards", limit=MAX_CARDS)
    people: Sequence[UUID | None] = [None] * count if count else _people(session, collection, site_id)
    if not people:
        raise Invalid("paper.nobody_to_print_for")
    if len(people) > MAX_SHEETS:
        raise Invalid("paper.too_many_sheets", limit=MAX_SHEETS)
    tag = load_version(session, collection.version_id).definition.locale(locale).tag
    batch_id, codes = uuid4(), _codes(session, len(people))
    session.add_all(
        PaperSheet(
            collection_id=collection_id,
            version_id=collection.version_id,
            participant_id=participant_id,
            batch_id=batch_id,
            number=number,
            code=code,
            locale=tag,
            cards=cards,
        )
        for number, (participant_id, code) in enumerate(zip(people, codes, strict=True), 1)
    )
    audit.record(
        session,
        verb="print",
        object_kind="paper_sheet",
        object_id=collection_id,
        study_id=study_id,
        account_id=account_id,
        after={"count": len(people), "for_people": count == 0},
    )
    session.flush()
    return batch_id


def _people(session: Session, collection: Collection, site_id: UUID | None) -> list[UUID]:
    query = select(Participant.id).where(
        Participant.study_id == collection.study_id, Participant.state != FlowState.WITHDRAWN
    )
    if collection.population_id is not None:
        query = query.where(Participant.population_id == collection.population_id)
    if site_id is not None:
        query = query.where(Participant.site_id == site_id)
    return list(session.scalars(query.order_by(Participant.pseudonym)))


def _codes(session: Session, count: int) -> list[str]:
    """Return codes that no sheet has, nor any receipt: a sheet's code becomes the receipt of its response."""
    codes: set[str] = set()
    while len(codes) < count:
        fresh = {new_code() for _ in range(count - len(codes))} - codes
        taken = set(session.scalars(select(PaperSheet.code).where(PaperSheet.code.in_(fresh))))
        taken |= set(session.scalars(select(Response.receipt).where(Response.receipt.in_(fresh))))
        codes |= fresh - taken
    return list(codes)


def _sheets() -> Any:
    return (
        select(
            PaperSheet.id,
            Collection.study_id,
            PaperSheet.collection_id,
            Collection.title,
            PaperSheet.version_id,
            PaperSheet.participant_id,
            PaperSheet.code,
            PaperSheet.number,
            PaperSheet.locale,
            PaperSheet.cards,
        )
        .join(Collection, Collection.id == PaperSheet.collection_id)
        .order_by(PaperSheet.number)
    )


def find_sheet(session: Session, study_id: UUID, typed: str) -> Sheet:
    """Return the sheet of a code, typed or scanned, in any case, with or without hyphen.

    Raises: NotFound("paper.sheet_not_found").
    """
    row = session.execute(
        _sheets().where(PaperSheet.code == read_code(typed), Collection.study_id == study_id)
    ).one_or_none()
    if row is None:
        raise NotFound("paper.sheet_not_found", typed=typed[:20])
    return Sheet(*row)


def sheets_of_batch(session: Session, batch_id: UUID) -> list[tuple[Sheet, str]]:
    """Return the sheets of a batch in their order, each with the pseudonym of its person, "" for nobody."""
    rows = session.execute(
        _sheets()
        .add_columns(Participant.pseudonym)
        .outerjoin(Participant, Participant.id == PaperSheet.participant_id)
        .where(PaperSheet.batch_id == batch_id)
    ).all()
    return [(Sheet(*row[:-1]), row[-1] or "") for row in rows]


def list_batches(session: Session, study_id: UUID, collection_id: UUID) -> list[BatchRow]:
    """Return the batches of a collection, the latest first; one statement."""
    first, second = _entry(1), _entry(2)
    rows = session.execute(
        select(
            PaperSheet.batch_id,
            func.min(PaperSheet.created_at),
            func.min(PaperSheet.locale),
            func.min(PaperSheet.cards),
            func.count(),
            func.count(first.c.finished_at),
            func.count(second.c.finished_at),
            func.count(second.c.settled_at),
        )
        .join(Collection, Collection.id == PaperSheet.collection_id)
        .outerjoin(first, first.c.sheet_id == PaperSheet.id)
        .outerjoin(second, second.c.sheet_id == PaperSheet.id)
        .where(PaperSheet.collection_id == collection_id, Collection.study_id == study_id)
        .group_by(PaperSheet.batch_id)
        .order_by(func.min(PaperSheet.created_at).desc())
    ).all()
    return [
        BatchRow(id_, made_at, locale, cards, sheets, keyed, checked, checked - settled)
        for id_, made_at, locale, cards, sheets, keyed, checked, settled in rows
    ]


def list_sheets(session: Session, study_id: UUID, batch_id: UUID) -> list[SheetRow]:
    """Return the sheets of a batch with how far each is; one statement."""
    first, second = _entry(1), _entry(2)
    rows = session.execute(
        select(
            PaperSheet.id,
            PaperSheet.number,
            PaperSheet.code,
            func.coalesce(Participant.pseudonym, ""),
            func.coalesce(Site.name, ""),
            first.c.finished_at,
            second.c.finished_at,
            second.c.settled_at,
        )
        .join(Collection, Collection.id == PaperSheet.collection_id)
        .outerjoin(Participant, Participant.id == PaperSheet.participant_id)
        .outerjoin(Site, Site.id == Participant.site_id)
        .outerjoin(first, first.c.sheet_id == PaperSheet.id)
        .outerjoin(second, second.c.sheet_id == PaperSheet.id)
        .where(PaperSheet.batch_id == batch_id, Collection.study_id == study_id)
        .order_by(PaperSheet.number)
    )
    return [SheetRow(*row) for row in rows]


def _entry(rank: int) -> Any:
    return select(PaperEntry).where(PaperEntry.rank == rank).subquery(f"entry_{rank}")
