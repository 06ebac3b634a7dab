"""Who does what in a study."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import record
from core.errors import Conflict, Invalid, NotFound
from studies.models import Account, Membership, Role


def add_member(
    session: Session, study_id: UUID, *, email: str, role: Role, is_blind: bool = False, by: UUID
) -> Membership:
    """Give a colleague who has an account a role in the study.

    Raises: Invalid: nobody has this address, or they are in the team already.
    """
    email = email.strip().lower()
    account_id = session.scalar(select(Account.id).where(Account.email == email, Account.is_active))
    if account_id is None:
        raise Invalid("studies.member_unknown", email=email)
    if session.scalar(
        select(Membership.id).where(Membership.study_id == study_id, Membership.account_id == account_id)
    ):
        raise Invalid("studies.member_twice", email=email)
    membership = Membership(
        study_id=study_id, account_id=account_id, role=role, is_blind=is_blind and role is Role.CODER
    )
    session.add(membership)
    session.flush()
    _record(session, "add", membership, by=by, after=_values(membership))
    return membership


def change_member(
    session: Session, study_id: UUID, membership_id: UUID, *, role: Role, is_blind: bool, by: UUID
) -> None:
    """Give a member of the team another role.

    Raises: NotFound: not in this study.  Conflict: it is the last lead.
    """
    membership = _find(session, study_id, membership_id)
    if membership.role is Role.LEAD and role is not Role.LEAD:
        _refuse_last_lead(session, study_id)
    before = _values(membership)
    membership.role, membership.is_blind = role, is_blind and role is Role.CODER
    session.flush()
    _record(session, "change", membership, by=by, before=before, after=_values(membership))


def remove_member(session: Session, study_id: UUID, membership_id: UUID, *, by: UUID) -> None:
    """Take a colleague's role away; what they did stays.

    Raises: NotFound: not in this study.  Conflict: it is the last lead.
    """
    membership = _find(session, study_id, membership_id)
    if membership.role is Role.LEAD:
        _refuse_last_lead(session, study_id)
    _record(session, "remove", membership, by=by, before=_values(membership))
    session.delete(membership)
    session.flush()


def _find(session: Session, study_id: UUID, membership_id: UUID) -> Membership:
    membership = session.scalar(
        select(Membership).where(Membership.id == membership_id, Membership.study_id == study_id)
    )
    if membership is None:
        raise NotFound("studies.member_absent", membership_id=str(membership_id))
    return membership


def _refuse_last_lead(session: Session, study_id: UUID) -> None:
    # Locked on PostgreSQL so that two leads cannot leave at once; SQLite has one writer at a time anyway.
    leads = session.scalars(
        select(Membership.id).where(Membership.study_id == study_id, Membership.role == Role.LEAD).with_for_update()
    ).all()
    if len(leads) == 1:
        raise Conflict("studies.last_lead")


def _values(membership: Membership) -> dict[str, object]:
    return {
        "account_id": str(membership.account_id),
        "role": membership.role.value,
        "is_blind": membership.is_blind,
    }


def _record(
    session: Session,
    verb: str,
    membership: Membership,
    *,
    by: UUID,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    record(
        session,
        verb=verb,
        object_kind="member",
        object_id=membership.id,
        study_id=membership.study_id,
        account_id=by,
        before=before,
        after=after,
    )
