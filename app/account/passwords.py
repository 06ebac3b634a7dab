"""Passwords: how they are kept, how they are checked, which are refused."""

import functools
import threading
import unicodedata
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.errors import Invalid

MINIMUM_LENGTH = 12
MAXIMUM_LENGTH = 128
_hasher = PasswordHasher()
# Each hash takes 64 MiB on purpose; without a limit a handful of tries at once would exhaust a small server.
_turn = threading.BoundedSemaphore(2)


@functools.cache
def _decoy() -> str:
    with _turn:
        return _hasher.hash("no account has this password")


@functools.cache
def _common() -> frozenset[str]:
    return frozenset((Path(__file__).parent / "common_passwords.txt").read_text("utf-8").split())


def check_strength(password: str, *, email: str, name: str = "") -> None:
    """Refuse what a stranger would try first; no rule on kinds of characters, long sentences are welcome.

    Raises: Invalid: too short, too long, common, or made of the person's own e-mail address or name.
    """
    password = _composed(password)
    if len(password) < MINIMUM_LENGTH:
        raise Invalid("account.password_short", minimum=MINIMUM_LENGTH)
    if len(password) > MAXIMUM_LENGTH:
        raise Invalid("account.password_long", maximum=MAXIMUM_LENGTH)
    folded = password.casefold()
    if len(set(folded)) < 4 or _is_common(folded):  # noqa: PLR2004  "aaaaaaaaaaaa", "121212121212"
        raise Invalid("account.password_common")
    own = {_letters(word) for word in (email, email.partition("@")[0], name) if _letters(word)}
    if _letters(folded) in own:
        raise Invalid("account.password_own")


_DISGUISES = str.maketrans("013457@$!", "oleastasi")


def _letters(text: str) -> str:
    """Return the letters once usual disguises and ends are taken off: "M0tDeP@sse-2026!" gives "motdepasse"."""
    bare = text.casefold().strip("0123456789!?.-_*#+=/ ")
    return "".join(letter for letter in bare.translate(_DISGUISES) if letter.isalpha())


def _is_common(folded: str) -> bool:
    if folded in _SEQUENCES or any(folded in sequence for sequence in _SEQUENCES):
        return True
    letters = _letters(folded)
    if not letters:
        return folded.isdigit()  # twelve digits alone: a date, a telephone number, a sequence
    words = _common()
    if letters in words:
        return True
    # "soleilsoleil" and "bonjourbonjour1" are as common as their half.
    half = letters[: len(letters) // 2]
    return half * 2 == letters and half in words


_SEQUENCES = (
    "01234567890123456789",
    "98765432109876543210",
    "abcdefghijklmnopqrstuvwxyz",
    "azertyuiopqsdfghjklmwxcvbn",
)


def _composed(password: str) -> str:
    """Return the letters whatever keyboard typed them: an "é" is one character here and two on a Mac."""
    return unicodedata.normalize("NFKC", password)


def hash_password(password: str) -> str:
    """Return what is kept of a password (argon2id)."""
    with _turn:
        return _hasher.hash(_composed(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Say whether the password is the one kept; takes as long when there is none to compare with."""
    typed = _composed(password[: 4 * MAXIMUM_LENGTH])[:MAXIMUM_LENGTH]
    with _turn_after_decoy():
        try:
            return _hasher.verify(password_hash or _decoy(), typed) and bool(password_hash)
        except (VerificationError, InvalidHashError):
            return False


def _turn_after_decoy() -> threading.BoundedSemaphore:
    _decoy()  # made outside: making it takes a turn itself
    return _turn
