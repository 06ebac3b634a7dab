"""Accounts of the staff, and the role each has in a study."""

import enum
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Dated, Identified, value_enum
from studies.models.study import Study

OUTSIDE = "outside.invalid"
"""Where people would be whom an imported file names: a domain that never exists, so that nothing is ever sent there."""


class Role(enum.StrEnum):
    """What a colleague may do in one study."""

    LEAD = "lead"
    CODER = "coder"
    FACILITATOR = "facilitator"
    READER = "reader"


class Account(Identified, Dated, Base):
    """A member of a team who signs in; respondents have none. One at OUTSIDE is an outside coder, and never does."""

    __tablename__ = "account"

    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    locale: Mapped[str] = mapped_column(default="fr")
    is_admin: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    memberships: Mapped[list["Membership"]] = relationship(back_populates="account", lazy="raise")


class Membership(Identified, Dated, Base):
    """One role of one account in one study; a blind coder sees nobody else's codings."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("study_id", "account_id"),)

    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(value_enum(Role))
    is_blind: Mapped[bool] = mapped_column(default=False)
    account: Mapped[Account] = relationship(back_populates="memberships", lazy="raise")
    study: Mapped[Study] = relationship(lazy="raise")
