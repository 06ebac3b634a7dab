"""The register of names: what was found in the texts, and the pseudonym that took its place."""

import enum
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Dated, Identified, value_enum


class NameKind(enum.StrEnum):
    """What a name tells."""

    PERSON = "person"
    PLACE = "place"
    ORGANISATION = "organisation"
    PHONE = "phone"
    EMAIL = "email"
    SOCIAL_NUMBER = "social_number"
    ALLOCATION = "allocation"
    BIRTH_DATE = "birth_date"
    ADDRESS = "address"
    ACCOUNT = "account"
    OTHER = "other"


class NameState(enum.StrEnum):
    """What a person decided: nothing yet, that it may stay, or that a pseudonym takes its place."""

    PROPOSED = "proposed"
    KEPT = "kept"
    REPLACED = "replaced"


class NameEntry(Identified, Dated, Base):
    """One form met in the texts of a study. Once replaced, `form` is gone: only `sealed` holds it, for who has the key.

    `reason` is the rule or the model that found it, "hand" when a person added it; `count` its occurrences then.
    """

    __tablename__ = "name_entry"
    __table_args__ = (UniqueConstraint("study_id", "form"),)

    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    kind: Mapped[NameKind] = mapped_column(value_enum(NameKind))
    form: Mapped[str | None]
    sealed: Mapped[bytes | None]
    pseudonym: Mapped[str] = mapped_column(default="")
    state: Mapped[NameState] = mapped_column(value_enum(NameState), default=NameState.PROPOSED)
    reason: Mapped[str] = mapped_column(default="")
    count: Mapped[int] = mapped_column(default=0)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
