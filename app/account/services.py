"""Acts on accounts: make one, change its password, close it."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.account import passwords
from app.account.sessions import end_other_sessions
from core.audit import record
from core.errors import Conflict, Invalid, NotFound
from studies.models import Account
from studies.queries import count_active_administrators, find_account


def create_account(
    session: Session,
    *,
    email: str,
    name: str,
    is_admin: bool = False,
    password: str | None = None,
    by: UUID | None = None,
) -> Account:
    """Make an account; without a password it waits for a one-time link.

    Raises: Invalid: the e-mail address is taken, or the password is refused.
    """
    email = email.strip().lower()
    if find_account(session, email) is not None:
        raise Invalid("account.email_taken", email=email)
    if password is not None:
        passwords.check_strength(password, email=email, name=name)
    account = Account(
        email=email,
        name=name.strip(),
        is_admin=is_admin,
        password_hash=passwords.hash_password(password) if password is not None else "",
    )
    session.add(account)
    session.flush()
    record(
        session,
        verb="create",
        object_kind="account",
        object_id=account.id,
        account_id=by or account.id,
        after={"is_admin": is_admin},
    )
    return account


def set_password(session: Session, account: Account, password: str) -> None:
    """Replace the password.

    Raises: Invalid: too short, too long, common or made of the person's own data.
    """
    passwords.check_strength(password, email=account.email, name=account.name)
    account.password_hash = passwords.hash_password(password)
    session.flush()
    record(session, verb="set_password", object_kind="account", object_id=account.id, account_id=account.id)


def change_password(session: Session, account_id: UUID, *, current: str, password: str, keep_token: str) -> int:
    """Replace the password of somebody signed in and end their other sessions; return how many ended.

    Raises: Invalid: the current password is wrong, or the new one is refused.
    """
    account = session.get_one(Account, account_id)
    if not passwords.matches(account.password_hash, current):
        raise Invalid("account.password_wrong")
    set_password(session, account, password)
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
