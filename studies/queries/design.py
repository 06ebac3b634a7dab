"""Reads of the design: accounts, studies, teams, participants, the trail."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from core.errors import NotFound
from studies.listing import KnownNames
from studies.models import (
    OUTSIDE,
    Account,
    Membership,
    PopulationKind,
    Role,
    Study,
)


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
    """Return every account, by name; outside coders, who never sign in, have none to look after."""
    rows = session.execute(
        select(
            Account.id,
            Account.name,
            Account.email,
            Account.is_admin,
            Account.is_active,
            Account.password_hash != "",
            Account.created_at,
        )
        .where(Account.email.not_like(f"%@{OUTSIDE}"))
        .order_by(Account.name, Account.email)
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


@dataclass(frozen=True, slots=True)
class Named:
    """A site, arm or population: its id and name."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class WaveLine:
    """A wave and its place on the time line, in months after the start."""

    id: UUID
    name: str
    months_after_start: int


@dataclass(frozen=True, slots=True)
class PopulationLine:
    """A population and whose voice it is."""

    id: UUID
    name: str
    kind: PopulationKind


@dataclass(frozen=True, slots=True)
class ArmLine:
    """An arm of the comparison."""

    id: UUID
    name: str
    is_control: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyValue:
    """A study with its design, each list in its order."""

    id: UUID
    key: str
    title: str
    programme: str
    description: str
    locale: str
    disclosure_threshold: int
    populations: tuple[PopulationLine, ...]
    sites: tuple[Named, ...]
    arms: tuple[ArmLine, ...]
    waves: tuple[WaveLine, ...]

    @property
    def known_names(self) -> KnownNames:
        """Return the names a list of people may use."""
        return KnownNames(
            populations=tuple(population.name for population in self.populations),
            sites=tuple(site.name for site in self.sites),
            arms=tuple(arm.name for arm in self.arms),
        )


def get_study(session: Session, study_id: UUID) -> StudyValue:
    """Return a study with its design, in five queries.

    Raises: NotFound: no such study.
    """
    study = session.scalar(
        select(Study)
        .where(Study.id == study_id)
        .options(
            selectinload(Study.populations),
            selectinload(Study.sites),
            selectinload(Study.arms),
            selectinload(Study.waves),
        )
        .execution_options(populate_existing=True)
    )
    if study is None:
        raise NotFound("studies.unknown")
    return StudyValue(
        id=study.id,
        key=study.key,
        title=study.title,
        programme=study.programme,
        description=study.description,
        locale=study.locale,
        disclosure_threshold=study.disclosure_threshold,
        populations=tuple(PopulationLine(row.id, row.name, row.kind) for row in study.populations),
        sites=tuple(Named(row.id, row.name) for row in study.sites),
        arms=tuple(ArmLine(row.id, row.name, row.is_control) for row in study.arms),
        waves=tuple(WaveLine(row.id, row.name, row.months_after_start) for row in study.waves),
    )


def find_study_id(session: Session, key: str) -> UUID:
    """Return the id of the study with this key, for commands.

    Raises: NotFound: no such study.
    """
    study_id = session.scalar(select(Study.id).where(Study.key == key))
    if study_id is None:
        raise NotFound("studies.unknown_key", key=key)
    return study_id


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A colleague in a study's team."""

    id: UUID
    name: str
    email: str
    role: Role
    is_blind: bool
    is_active: bool


def list_members(session: Session, study_id: UUID) -> tuple[MemberLine, ...]:
    """Return the team of a study, by name, in one query."""
    rows = session.execute(
        select(Membership.id, Account.name, Account.email, Membership.role, Membership.is_blind, Account.is_active)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.study_id == study_id)
        .order_by(Account.name, Account.email)
    )
    return tuple(MemberLine(*row) for row in rows)
