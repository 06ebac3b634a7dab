"""Reads of consent texts: the one in force in a language, and all that were."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from studies.models import ConsentPurpose, ConsentText


@dataclass(frozen=True, slots=True)
class ConsentTextValue:
    """One version in one language; `purposes` are those asked, in the order of their list, with their sentence."""

    id: UUID
    number: int
    locale: str
    body: str
    purposes: Mapping[ConsentPurpose, str]
    published_at: datetime


def _value(row: ConsentText) -> ConsentTextValue:
    asked = {purpose: str(row.purposes[purpose.value]) for purpose in ConsentPurpose if purpose.value in row.purposes}
    return ConsentTextValue(row.id, row.number, row.locale, row.body, asked, row.created_at)


def list_texts(session: Session, study_id: UUID) -> tuple[ConsentTextValue, ...]:
    """Return every version of a study, by language, latest first; one statement."""
    rows = session.scalars(
        select(ConsentText)
        .where(ConsentText.study_id == study_id)
        .order_by(ConsentText.locale, ConsentText.number.desc())
    )
    return tuple(_value(row) for row in rows)


def current_text(session: Session, study_id: UUID, locale: str) -> ConsentTextValue | None:
    """Return the text in force for a reader of `locale`, None when the study asks for no consent; one statement.

    A language without a text reads that of its base language, then French, then the first there is.
    """
    latest: dict[str, ConsentTextValue] = {}
    for text in list_texts(session, study_id):
        latest.setdefault(text.locale, text)
    wanted = (locale, locale.split("-", maxsplit=1)[0], "fr", *latest)
    return next((latest[tag] for tag in wanted if tag in latest), None)


def get_text(session: Session, study_id: UUID, text_id: UUID) -> ConsentTextValue | None:
    """Return one version of a study by its id, as it was read; None when it is not of this study."""
    row = session.get(ConsentText, text_id)
    return _value(row) if row is not None and row.study_id == study_id else None
