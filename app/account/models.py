"""Sessions of the staff, kept on the server: what the browser holds is worth nothing once the row is gone."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import Base, Dated
from studies.models import Account


class AccountSession(Dated, Base):
    """A sign-in in force; `token_hash` is the SHA-256 of the random token in the cookie."""

    __tablename__ = "account_session"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    last_seen_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    user_agent: Mapped[str] = mapped_column(default="")
    account: Mapped[Account] = relationship(lazy="raise")


class RateWindow(Base):
    """Tries counted for one key in one window of time; kept in the database so that all processes count together."""

    __tablename__ = "rate_window"

    key_hash: Mapped[str] = mapped_column(primary_key=True)
    window_start: Mapped[datetime] = mapped_column(primary_key=True)
    tries: Mapped[int] = mapped_column(default=0)
