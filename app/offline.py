"""Whether this browser may hold answers that a respondent has not sent yet; staff may share it with them."""

from flask import current_app, request
from werkzeug.wrappers import Response

_COOKIE = "tresse-offline"
_SECONDS = 365 * 24 * 3600


def mark(response: Response) -> None:
    """Remember that answers may be kept on this device."""
    response.set_cookie(
        _COOKIE,
        "1",
        max_age=_SECONDS,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def what_to_clear() -> str:
    """Return what a browser is asked to erase as staff sign out: all of ours, or not what respondents left there.

    Professionals sign out before they hand a tablet over: that must not erase what others have not sent yet.
    """
    return '"cache"' if request.cookies.get(_COOKIE) else '"cache", "storage"'
