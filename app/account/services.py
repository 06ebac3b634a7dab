"""Acts on accounts: make one, change its password, close it."""

from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.account import passwords
from app.account.sessions import end_other_sessions
from core.audit import record
from core.errors import Conflict, Invalid, NotFound
from studies.models import Account, Membership, Role, Study
from studies.queries import count_active_administrators, find_account


def new_hash(password: str, *, email: str, name: str) -> str:
    """Return what will be kept of a new password. Slow on purpose: call it before writing begins.

    Raises: Invalid: too short, too long, common or made of the person's own data.
    """
    passwords.check_strength(password, email=email.strip().lower(), name=name)
    return passwords.hash_password(password)


def create_account(
    session: Session,
    *,
    email: str,
    name: str,
    is_admin: bool = False,
    password_hash: str = "",
    by: UUID | None = None,
) -> Account:
    """Make an account; without a password (made by `new_hash`) it waits for a one-time link.

    An administrator leads the studies that nobody is in: a command makes such a study when there is no account yet.
    Raises: Invalid: the e-mail address is taken.
    """
    email = email.strip().lower()
    if find_account(session, email) is not None:
        raise Invalid("account.email_taken", email=email)
    account = Account(email=email, name=name.strip(), is_admin=is_admin, password_hash=password_hash)
    session.add(account)
    session.flush()
    if is_admin:
        alone = select(Study.id).where(~exists().where(Membership.study_id == Study.id))
        session.add_all(
            Membership(study_id=study_id, account_id=account.id, role=Role.LEAD)
            for study_id in session.scalars(alone).all()
        )
    record(
        session,
        verb="create",
        object_kind="account",
        object_id=account.id,
        account_id=by or account.id,
        after={"is_admin": is_admin},
    )
    return account


def set_password(session: Session, account: Account, password_hash: str) -> None:
    """Replace the password by one made with `new_hash`."""
    account.password_hash = password_hash
    session.flush()
    record(session, verb="set_password", object_kind="account", object_id=account.id, account_id=account.id)


def prepare_change(session: Session, account_id: UUID, *, current: str, password: str) -> tuple[str, str]:
    """Check the current password and return its hash and the new one's; slow, it only reads.

    Raises: Invalid: the current password is wrong, or the new one is refused.
    """
    account = session.get_one(Account, account_id)
    if not passwords.matches(account.password_hash, current):
        raise Invalid("account.password_wrong")
    return account.password_hash, new_hash(password, email=account.email, name=account.name)


def change_password(session: Session, account_id: UUID, *, hashes: tuple[str, str], keep_token: str) -> int:
    """Replace the password of somebody signed in and end their other sessions; return how many ended.

    Args:   hashes: what `prepare_change` returned.
    Raises: Invalid: the password was changed since it was checked.
    """
    account = session.get_one(Account, account_id)
    checked, new = hashes
    if account.password_hash != checked:
        raise Invalid("account.password_wrong")
    set_password(session, account, new)
    return end_other_sessions(session, account_id, keep_token=keep_token)


def edit_profile(session: Session, account_id: UUID, *, name: str, locale: str) -> None:
    """Change one's own name and language."""
    account = session.get_one(Account, account_id)
    account.name, account.locale = name, locale
    session.flush()


def set_active(session: Session, account_id: UUID, *, is_active: bool, by: UUID) -> Account:
    """Close an account, ending its sessions, or open it again.

    Raises: NotFound: no such account.  Conflict: it is the last administrator.
    """
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound("account.unknown")
    if not is_active and account.is_admin and count_active_administrators(session) == 1:
        raise Conflict("account.last_administrator")
    account.is_active = is_active
    session.flush()
    if not is_active:
        end_other_sessions(session, account.id, keep_token=None)
    record(session, verb="open" if is_active else "close", object_kind="account", object_id=account.id, account_id=by)
    return account
