"""Sessions of the staff: opened at sign-in, read once a request, gone at sign-out.

The cookie carries 256 random bits; the database keeps their SHA-256 only, so that a copy of the database opens
no session.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.account.models import AccountSession
from app.security import SignedIn
from core.clock import now
from studies.models import Account

IDLE = timedelta(hours=12)
LIFETIME = timedelta(days=7)
SEEN_STEP = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session in force, as its owner sees it in the list; `key` names it without giving access to it."""

    key: str
    opened_at: datetime
    last_seen_at: datetime
    user_agent: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Recognised:
    """Who holds the cookie of this request, and whether the moment they were last seen is worth writing again."""

    account: SignedIn
    token_hash: str
    is_due: bool


def hash_token(token: str) -> str:
    """Return what the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(session: Session, account_id: UUID, *, user_agent: str) -> str:
    """Start a session and return its token, to be put in a cookie and nowhere else."""
    moment = now()
    session.execute(
        delete(AccountSession).where(
            AccountSession.account_id == account_id,
            (AccountSession.expires_at < moment) | (AccountSession.last_seen_at < moment - IDLE),
        )
    )
    token = secrets.token_urlsafe(32)
    session.add(
        AccountSession(
            token_hash=hash_token(token),
            account_id=account_id,
            expires_at=moment + LIFETIME,
            user_agent=user_agent[:200],
        )
    )
    session.flush()
    return token


def recognise(session: Session, token: str) -> Recognised | None:
    """Return who holds this token, or None when it is unknown, ended, expired or idle for too long; one query."""
    moment = now()
    token_hash = hash_token(token)
    row = session.execute(
        select(Account.id, Account.name, Account.email, Account.locale, Account.is_admin, AccountSession.last_seen_at)
        .join(AccountSession, AccountSession.account_id == Account.id)
        .where(
            AccountSession.token_hash == token_hash,
            AccountSession.expires_at > moment,
            AccountSession.last_seen_at > moment - IDLE,
            Account.is_active,
        )
    ).one_or_none()
    if row is None:
        return None
    return Recognised(SignedIn(*row[:5]), token_hash, row.last_seen_at < moment - SEEN_STEP)


def mark_seen(session: Session, token_hash: str) -> None:
    """Write that the session is in use; only within a request that writes anyway."""
    session.execute(update(AccountSession).where(AccountSession.token_hash == token_hash).values(last_seen_at=now()))


def end_session(session: Session, token: str) -> None:
    """End one session: its cookie is worth nothing from now on."""
    session.execute(delete(AccountSession).where(AccountSession.token_hash == hash_token(token)))


def end_other_sessions(session: Session, account_id: UUID, *, keep_token: str | None) -> int:
    """End every session of an account but one; return how many."""
    statement = delete(AccountSession).where(AccountSession.account_id == account_id)
    if keep_token is not None:
        statement = statement.where(AccountSession.token_hash != hash_token(keep_token))
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]  # a DELETE has one


def end_listed_session(session: Session, account_id: UUID, key: str) -> int:
    """End the session that the list shows under `key`; return how many ended."""
    hashes = session.scalars(select(AccountSession.token_hash).where(AccountSession.account_id == account_id))
    found = [token_hash for token_hash in hashes if _key(token_hash) == key]
    session.execute(delete(AccountSession).where(AccountSession.token_hash.in_(found)))
    return len(found)


def list_sessions(session: Session, account_id: UUID, *, token: str) -> tuple[OpenSession, ...]:
    """Return the sessions in force of an account, the latest used first."""
    moment = now()
    rows = session.scalars(
        select(AccountSession)
        .where(
            AccountSession.account_id == account_id,
            AccountSession.expires_at > moment,
            AccountSession.last_seen_at > moment - IDLE,
        )
        .order_by(AccountSession.last_seen_at.desc())
    )
    current = hash_token(token)
    return tuple(
        OpenSession(_key(row.token_hash), row.created_at, row.last_seen_at, row.user_agent, row.token_hash == current)
        for row in rows
    )


def _key(token_hash: str) -> str:
    return hashlib.sha256(b"listed:" + token_hash.encode()).hexdigest()[:24]
