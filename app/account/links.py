"""One-time links: to set a password when invited or locked out, and to make the first account.

A link is signed, ages, and carries a mark of the password it is to replace: once that password is set, the mark no
longer fits and the link is spent, without a table of links.
"""

import hashlib
from uuid import UUID

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core.errors import Invalid
from studies.models import OUTSIDE, Account

LINK_DAYS = 7
_FIRST = "first account"


def _serializer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=f"tresse.{purpose}")


def _mark(account: Account) -> str:
    return hashlib.sha256(f"{account.id}|{account.password_hash}".encode()).hexdigest()[:32]


def password_link(account: Account) -> str:
    """Return the address at which this account's password can be set once, within a week."""
    token = _serializer("password").dumps([account.id.hex, _mark(account)])
    return f"{current_app.config['SETTINGS'].public_url}/account/link/{token}"


def account_of(session: Session, token: str) -> Account:
    """Return the account whose password a link may set.

    Raises: Invalid: the link is forged, older than a week or already used.
    """
    try:
        account_id, mark = _serializer("password").loads(token, max_age=LINK_DAYS * 86400)
    except BadSignature as error:
        raise Invalid("account.link_spent") from error
    account = session.get(Account, UUID(account_id))
    if account is None or not account.is_active or _mark(account) != mark:
        raise Invalid("account.link_spent")
    return account


def _has_accounts(session: Session) -> bool:
    """Whether somebody can sign in; outside coders of an imported project cannot."""
    return session.scalar(select(exists().where(Account.email.not_like(f"%@{OUTSIDE}")))) or False


def setup_link(session: Session) -> str | None:
    """Return the address at which the first account is made, or None once there is one."""
    if _has_accounts(session):
        return None
    token = _serializer("setup").dumps(_FIRST)
    return f"{current_app.config['SETTINGS'].public_url}/account/setup/{token}"


def check_setup(session: Session, token: str) -> None:
    """Let the first account be made, once.

    Raises: Invalid: the link is forged or old, or an account exists.
    """
    try:
        _serializer("setup").loads(token, max_age=LINK_DAYS * 86400)
    except BadSignature as error:
        raise Invalid("account.link_spent") from error
    if _has_accounts(session):
        raise Invalid("account.setup_done")
