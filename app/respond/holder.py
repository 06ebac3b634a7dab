"""Who holds a response: an HttpOnly cookie bound to the address of its collection, and the forms' token drawn from it.

The token of the link never stays in an address. A phone that resumed by code has no link's token: its cookie names the
response, signed. Neither check needs the database.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from uuid import UUID

from flask import current_app, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from core.errors import NotFound
from surveys.answering import Draft, load_draft, open_draft
from surveys.deliveries import Holder
from surveys.fieldwork.groups import is_group
from surveys.fieldwork.ways import is_way_in
from surveys.tokens import is_token, new_token, receipt_of

DAY = 24 * 3600
KEEP_SECONDS = 30 * DAY
"""A draft may be resumed on the same phone for a month; by its link or code, as long as the collection is open."""
AFTER_END_SECONDS = 3600
_SIGNED = "~"
_MAC_BYTES = 16


def cookie_name() -> str:
    """Return the name of the cookie; the prefix forbids a plain-text neighbour to set it."""
    return "__Secure-tresse-answers" if current_app.config["SESSION_COOKIE_SECURE"] else "tresse-answers"


def held() -> str:
    """Return what the browser holds for this address, "" when nothing of ours."""
    value = request.cookies.get(cookie_name(), "")
    return value if is_token(value) or _signed_id(value) else ""


def code_of_held() -> str:
    """Return the receipt that this browser's token announces, "" for a phone that resumed by its code: it has one."""
    return receipt_of(held()) if is_token(held()) else ""


def holder_of_header() -> Holder | None:
    """Return who sends, by the header that a phone's program adds itself: no page of another site can make it do so."""
    scheme, _space, value = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer":
        return None
    return holder_of(value)


def holder_of(value: str) -> Holder | None:
    """Return which response a holder's value names, None when it is not ours."""
    if is_token(value):
        return Holder(token=value)
    response_id = _signed_id(value)
    return Holder(response_id=response_id) if response_id else None


def hold(response: Response, value: str, path: str, *, seconds: int = KEEP_SECONDS) -> None:
    """Give the browser what opens the response, for the pages below `path` only."""
    response.set_cookie(
        cookie_name(),
        value,
        max_age=seconds,
        path=path,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def let_go(response: Response, path: str) -> None:
    """Take it back, and ask the browser to forget what it kept of these pages."""
    response.delete_cookie(
        cookie_name(),
        path=path,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    forget_invitation(response, path)
    end_visit(response, path)
    # Not "storage": on a shared tablet, answers of other people may wait there for the network (adr 11).
    response.headers["Clear-Site-Data"] = '"cache"'


def invitation_cookie() -> str:
    """Return the name of the cookie of somebody who came by a personal link and has not started yet."""
    return f"{cookie_name()}-invitation"


def invited() -> str:
    """Return the personal code, or that of a group, that the browser holds for this address, "" when none."""
    value = request.cookies.get(invitation_cookie(), "")
    return value if is_way_in(value) else ""


def hold_invitation(response: Response, code: str, path: str, *, seconds: int = KEEP_SECONDS) -> None:
    """Give the browser a personal code or a group's, until the start: afterwards it holds the response itself."""
    response.set_cookie(
        invitation_cookie(),
        code,
        max_age=seconds,
        path=path,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def forget_invitation(response: Response, path: str) -> None:
    """Take the personal code back; a phone that several people use keeps nobody's, yet stays in its group."""
    if invitation_cookie() in request.cookies and not is_group(invited()):
        response.delete_cookie(
            invitation_cookie(),
            path=path,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )


SAME_VISIT_SECONDS = 900


def _sent_cookie() -> str:
    return f"{cookie_name()}-sent"


def note_sent(response: Response, value: str, path: str) -> None:
    """Remember that these answers were sent just now, by who is in front of the screen."""
    response.set_cookie(
        _sent_cookie(),
        _mac("sent", value).hex(),
        max_age=SAME_VISIT_SECONDS,
        path=path,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def is_same_visit(value: str) -> bool:
    """Whether who looks is who has just sent: a shared phone shows nobody the code of somebody else."""
    return hmac.compare_digest(request.cookies.get(_sent_cookie(), "").encode(), _mac("sent", value).hex().encode())


def end_visit(response: Response, path: str) -> None:
    """Somebody came in by the door: from now on the receipt is for who has the code."""
    if _sent_cookie() in request.cookies:
        response.delete_cookie(
            _sent_cookie(),
            path=path,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )


def collection_path(code: str) -> str:
    """Return the path of the pages of a collection."""
    return url_for("respond.show_welcome", code=code)


def new_hold() -> str:
    """Return a fresh token for somebody who starts."""
    return new_token()


def signed_hold(response_id: UUID) -> str:
    """Return what a phone holds that resumed by code."""
    return f"{_SIGNED}{response_id.hex}{_mac('hold', response_id.hex).hex()}"


def _signed_id(value: str) -> UUID | None:
    identifier, mac = value[1:33], value[33:]
    if not value.startswith(_SIGNED) or not hmac.compare_digest(mac.encode(), _mac("hold", identifier).hex().encode()):
        return None
    return UUID(hex=identifier)


def open_held(session: Session, value: str, *, locale: str = "") -> Draft:
    """Return the response that the browser holds; two statements.

    Raises: NotFound("surveys.response_not_found").
    """
    if not value:
        raise NotFound("surveys.response_not_found")
    response_id = _signed_id(value)
    if response_id is not None:
        return load_draft(session, response_id, locale=locale)
    return open_draft(session, value, locale=locale)


def form_token(value: str) -> str:
    """Return the token that the forms of this holder carry, masked anew each time so that compression tells nothing."""
    mask = secrets.token_bytes(_MAC_BYTES)
    masked = bytes(one ^ other for one, other in zip(mask, _mac("form", value), strict=True))
    return urlsafe_b64encode(mask + masked).decode().rstrip("=")


def is_ours(value: str, token: str) -> bool:
    """Whether a form was sent from a page that we gave to this holder."""
    try:
        sent = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (Error, ValueError):
        return False
    if not value or len(sent) != 2 * _MAC_BYTES:
        return False
    unmasked = bytes(one ^ other for one, other in zip(sent[:_MAC_BYTES], sent[_MAC_BYTES:], strict=True))
    return hmac.compare_digest(unmasked, _mac("form", value))


def _mac(purpose: str, value: str) -> bytes:
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, f"respond|{purpose}|{value}".encode(), hashlib.sha256).digest()[:_MAC_BYTES]
