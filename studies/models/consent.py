"""Versioned consent texts, and what each person agreed to, purpose by purpose."""

import enum
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.db import Base, Dated, Identified, value_enum


class ConsentPurpose(enum.StrEnum):
    """What the person agrees to; each is given and withdrawn alone."""

    ANSWER = "answer"
    INTERVIEW = "interview"
    QUOTATION = "quotation"
    CONTACT_AGAIN = "contact_again"
    SHARING = "sharing"


class ConsentText(Identified, Dated, Base):
    """One version of the words shown, in one language; never changed, the next version is another row.

    `purposes` holds, for each purpose that is asked (by its value), the sentence people say yes or no to.
    """

    __tablename__ = "consent_text"
    __table_args__ = (UniqueConstraint("study_id", "locale", "number"),)

    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    locale: Mapped[str]
    body: Mapped[str]
    purposes: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Consent(Identified, Base):
    """One event, given or withdrawn; the last one for a person and purpose is in force. Rows are only added."""

    __tablename__ = "consent"
    __table_args__ = (Index(None, "participant_id", "purpose", "at"),)

    participant_id: Mapped[UUID] = mapped_column(ForeignKey("participant.id", ondelete="CASCADE"))
    consent_text_id: Mapped[UUID | None] = mapped_column(ForeignKey("consent_text.id"))
    purpose: Mapped[ConsentPurpose] = mapped_column(value_enum(ConsentPurpose))
    is_given: Mapped[bool]
    channel: Mapped[str] = mapped_column(default="screen")
    at: Mapped[datetime] = mapped_column(default=now)
