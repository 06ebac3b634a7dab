"""The sites, waves, arms and participants of a study, to choose from."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from studies.models import Account, Arm, Membership, Participant, Role, Site, Wave

Option = tuple[str, str]


@dataclass(frozen=True, slots=True)
class DesignChoices:
    """(id, name) pairs in the study's own order; participants by pseudonym, coders by name."""

    participants: tuple[Option, ...]
    sites: tuple[Option, ...]
    waves: tuple[Option, ...]
    arms: tuple[Option, ...]
    coders: tuple[Option, ...]


def read_design_choices(session: Session, study_id: UUID) -> DesignChoices:
    """Return what a form offers. Five statements."""
    return DesignChoices(
        participants=_options(
            session,
            select(Participant.id, Participant.pseudonym)
            .where(Participant.study_id == study_id)
            .order_by(Participant.pseudonym),
        ),
        sites=_options(session, select(Site.id, Site.name).where(Site.study_id == study_id).order_by(Site.position)),
        waves=_options(session, select(Wave.id, Wave.name).where(Wave.study_id == study_id).order_by(Wave.position)),
        arms=_options(session, select(Arm.id, Arm.name).where(Arm.study_id == study_id).order_by(Arm.position)),
        coders=_options(
            session,
            select(Account.id, Account.name)
            .join(Membership, Membership.account_id == Account.id)
            .where(Membership.study_id == study_id, Membership.role.in_((Role.LEAD, Role.CODER)))
            .order_by(Account.name),
        ),
    )


def _options(session: Session, query: object) -> tuple[Option, ...]:
    return tuple((str(row[0]), row[1]) for row in session.execute(query))  # type: ignore[call-overload]
