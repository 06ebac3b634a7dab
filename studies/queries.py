"""Reads of the design: accounts, studies, teams, participants, the trail."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studies.models import Account, Membership, Role, Study


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account in the list of the team; `has_password` is False while an invitation waits."""

    id: UUID
    name: str
    email: str
    is_admin: bool
    is_active: bool
    has_password: bool
    created_at: datetime


def find_account(session: Session, email: str) -> Account | None:
    """Return the active account with this e-mail address, in small letters."""
    return session.scalar(select(Account).where(Account.email == email, Account.is_active))


def count_active_administrators(session: Session) -> int:
    """Return how many administrators may sign in."""
    return session.scalar(select(func.count()).where(Account.is_admin, Account.is_active)) or 0


def list_accounts(session: Session) -> tuple[AccountLine, ...]:
    """Return every account, by name."""
    rows = session.execute(
        select(
            Account.id, Account.name, Account.email, Account.is_admin, Account.is_active,
            Account.password_hash != "", Account.created_at,
        ).order_by(Account.name, Account.email)
    )
    return tuple(AccountLine(*row) for row in rows)


@dataclass(frozen=True, slots=True)
class StudyLine:
    """A study in somebody's list, with their role in it."""

    id: UUID
    key: str
    title: str
    programme: str
    role: Role


def list_studies_of(session: Session, account_id: UUID) -> tuple[StudyLine, ...]:
    """Return the studies in which an account has a role, the newest first."""
    rows = session.execute(
        select(Study.id, Study.key, Study.title, Study.programme, Membership.role)
        .join(Membership, Membership.study_id == Study.id)
        .where(Membership.account_id == account_id)
        .order_by(Study.created_at.desc(), Study.title)
    )
    return tuple(StudyLine(*row) for row in rows)
