"""Codes that people read aloud, and tokens that only links carry."""

import hashlib
import secrets
import uuid

from surveys.digits import plain_digits

# 32 signs: no I or 1, no O or 0, so that what is heard or copied by hand has one reading.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 8
"""8 of 32 signs are 40 bits: among 10,000 collections a guess is right once in 110 million."""
_HALF = CODE_LENGTH // 2
TOKEN_BYTES = 18
"""144 bits, 24 characters of an address."""


def new_code() -> str:
    """Return a random code of 8 unambiguous signs, 40 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def spell(code: str) -> str:
    """Write a code as people are given it: K7M2-QX4P."""
    return f"{code[:_HALF]}-{code[_HALF:]}"


def read_code(typed: str) -> str:
    """Return the code in what somebody typed: any case, spaces and hyphens anywhere, O and I read as look-alikes."""
    signs = (sign for sign in plain_digits(typed).upper() if sign.isalnum())
    return "".join({"0": "Q", "O": "Q", "1": "L", "I": "L"}.get(sign, sign) for sign in signs)


def new_token() -> str:
    """Return a random token for a link, 144 bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def is_token(text: str) -> bool:
    """Whether a text has the shape of a token; the start page sends back the one it was given."""
    return len(text) == TOKEN_BYTES * 4 // 3 and all(sign.isalnum() or sign in "-_" for sign in text) and text.isascii()


def token_hash(token: str) -> str:
    """Return what the database keeps of a token: its SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()


def response_id_of(token: str) -> uuid.UUID:
    """Return the id of the response a token opens: the same start sent twice is one response.

    The id tells nothing of the token, so it may stand in exports.
    """
    return uuid.UUID(bytes=hashlib.sha256(b"response:" + token.encode()).digest()[:16], version=4)


def receipt_of(token: str) -> str:
    """Return the code that a response opened by this token is given at its end, 8 signs.

    Its phone works it out by itself, so that a person who finishes without network leaves with the code. Who knows the
    code learns nothing of the token: 40 bits of 144.
    """
    digest = hashlib.sha256(b"receipt:" + token.encode()).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:CODE_LENGTH])
