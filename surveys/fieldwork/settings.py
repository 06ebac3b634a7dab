"""What can be changed of a collection while people answer: its title, its days, to whom it opens when."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.errors import Conflict, Invalid, NotFound
from studies.models import Wave, WaveAnchor
from surveys.models import Collection


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionSettings:
    """What somebody typed; `closes_at` None: until it is closed by hand."""

    title: str
    opens_at: datetime
    closes_at: datetime | None
    opens_by_person: bool
    shows_previous: bool = False


def settings_of(session: Session, study_id: UUID, collection_id: UUID) -> CollectionSettings:
    """Return the settings of a collection.

    Raises: NotFound("surveys.collection_not_found").
    """
    return _shown(_collection(session, study_id, collection_id))


def change_settings(
    session: Session, study_id: UUID, collection_id: UUID, wanted: CollectionSettings, *, account_id: UUID | None = None
) -> None:
    """Change them; answers already given stay as they are.

    Raises:
        NotFound("surveys.collection_not_found"); Invalid("surveys.closes_before_it_opens"),
        Invalid("fieldwork.title_missing"); Conflict("fieldwork.no_personal_window").
    """
    collection = _collection(session, study_id, collection_id)
    if not wanted.title.strip():
        raise Invalid("fieldwork.title_missing")
    if wanted.closes_at is not None and wanted.closes_at <= wanted.opens_at:
        raise Invalid("surveys.closes_before_it_opens")
    if wanted.opens_by_person and not has_personal_windows(session, collection.wave_id):
        raise Conflict("fieldwork.no_personal_window")
    before = _shown(collection)
    collection.title = wanted.title.strip()
    collection.opens_at, collection.closes_at = wanted.opens_at, wanted.closes_at
    collection.opens_by_person = wanted.opens_by_person
    collection.shows_previous = wanted.shows_previous
    session.flush()
    audit.record(
        session,
        verb="edit",
        object_kind="collection",
        object_id=collection_id,
        study_id=study_id,
        account_id=account_id,
        before=_plain(before),
        after=_plain(_shown(collection)),
    )


def has_personal_windows(session: Session, wave_id: UUID | None) -> bool:
    """Whether a wave is counted from a date of each person."""
    if wave_id is None:
        return False
    return session.scalar(select(Wave.anchor).where(Wave.id == wave_id)) not in {None, WaveAnchor.START}


def _collection(session: Session, study_id: UUID, collection_id: UUID) -> Collection:
    collection = session.get(Collection, collection_id)
    if collection is None or collection.study_id != study_id:
        raise NotFound("surveys.collection_not_found", token=str(collection_id))
    return collection


def _shown(collection: Collection) -> CollectionSettings:
    return CollectionSettings(
        title=collection.title,
        opens_at=collection.opens_at,
        closes_at=collection.closes_at,
        opens_by_person=collection.opens_by_person,
        shows_previous=collection.shows_previous,
    )


def _plain(settings: CollectionSettings) -> dict[str, str | bool | None]:
    return {
        "title": settings.title,
        "opens_at": settings.opens_at.isoformat(),
        "closes_at": settings.closes_at.isoformat() if settings.closes_at else None,
        "opens_by_person": settings.opens_by_person,
        "shows_previous": settings.shows_previous,
    }
