"""Tries at a door, counted in the database so that all processes count together.

A known device (it signed in to this account before) has its own count; strangers to an account share one. So
somebody who hammers an account shuts out other strangers for a quarter of an hour, never its owner at their own
computer, and never another account. The ceiling by address is wide: a whole team sits behind one.
"""

import hashlib
import ipaddress
from datetime import timedelta
from uuid import UUID

from flask import request
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.account.models import RateWindow
from core.clock import now

WINDOW = timedelta(minutes=15)
TRIES = 10
TRIES_BY_ADDRESS = 300


def address_of_request() -> str:
    """Return the address that tries of this request are counted by.

    Of IPv6 only the network: whoever has a connection has 2^64 addresses in it.
    """
    said = request.remote_addr or ""
    try:
        address = ipaddress.ip_address(said)
    except ValueError:
        return said
    if isinstance(address, ipaddress.IPv4Address):
        return said
    return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))


def count_try(session: Session, key: str) -> int:
    """Count one try under `key` and return how many this window of time has seen, this one included."""
    moment = now()
    start = moment.replace(minute=moment.minute - moment.minute % 15, second=0, microsecond=0)
    session.execute(delete(RateWindow).where(RateWindow.window_start < start - WINDOW))
    key_hash = hashlib.sha256(key.encode()).hexdigest()
    here = (RateWindow.key_hash == key_hash, RateWindow.window_start == start)
    another = update(RateWindow).where(*here).values(tries=RateWindow.tries + 1).returning(RateWindow.tries)
    tries = session.scalar(another)
    if tries is not None:
        return tries
    try:
        with session.begin_nested():
            session.execute(insert(RateWindow).values(key_hash=key_hash, window_start=start, tries=1))
    except IntegrityError:  # the first two tries of a window came at once
        return session.scalar(another) or 1
    return 1


def tries_so_far(session: Session, key: str) -> int:
    """Return how many tries this window of time has seen under `key`; counts none."""
    moment = now()
    start = moment.replace(minute=moment.minute - moment.minute % 15, second=0, microsecond=0)
    key_hash = hashlib.sha256(key.encode()).hexdigest()
    here = (RateWindow.key_hash == key_hash, RateWindow.window_start == start)
    return session.scalar(select(RateWindow.tries).where(*here)) or 0


def allow_sign_in(session: Session, *, email: str, device: str, address: str) -> bool:
    """Count a try to sign in; False when there were too many."""
    tries = count_try(session, f"sign-in|{email}|{device}")
    tries_by_address = count_try(session, f"sign-in-address|{address}")
    return tries <= TRIES and tries_by_address <= TRIES_BY_ADDRESS


def allow_password(session: Session, account_id: UUID) -> bool:
    """Count a try of the current password by somebody signed in; False when there were too many."""
    return count_try(session, f"password|{account_id}") <= TRIES


def forget_tries(session: Session, *, email: str, device: str) -> None:
    """Start counting anew after a sign-in that succeeded."""
    key_hash = hashlib.sha256(f"sign-in|{email}|{device}".encode()).hexdigest()
    session.execute(delete(RateWindow).where(RateWindow.key_hash == key_hash))
