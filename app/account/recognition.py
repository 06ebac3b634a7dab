"""Who is asking: read once at the start of each request, from our own cookie and one query."""

from flask import Flask, Response, current_app, g, request

from app.account.sessions import LIFETIME, mark_seen, recognise
from app.extensions import db

KNOWN_DEVICE_SECONDS = 365 * 24 * 3600


def cookie_name() -> str:
    """Return the name of the session cookie; browsers hold `__Host-` cookies to this very host over TLS."""
    return "__Host-tresse-session" if current_app.config["SESSION_COOKIE_SECURE"] else "tresse-session"


def current_token() -> str:
    """Return the token this request came with, "" without one."""
    return request.cookies.get(cookie_name(), "")


def give_token(response: Response, token: str) -> None:
    """Put a new session's token in the browser."""
    response.set_cookie(
        cookie_name(),
        token,
        max_age=int(LIFETIME.total_seconds()),
        path="/",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def take_token_back(response: Response) -> None:
    """Remove the token from the browser."""
    response.delete_cookie(
        cookie_name(),
        path="/",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def init_app(app: Flask) -> None:
    """Recognise the person before any view or permission is reached."""

    @app.before_request
    def load_account() -> None:
        g.account = None
        g.session_is_stale = False
        g.pop("study", None)
        if request.endpoint == "static":
            return
        token = current_token()
        if not token:
            return
        recognised = recognise(db.session(), token)
        if recognised is None:
            g.session_is_stale = True
            return
        g.account = recognised.account
        view = app.view_functions.get(request.endpoint or "")
        # Reading never writes: the moment last seen is kept when the request writes anyway.
        if recognised.is_due and getattr(view, "writes", False) and not getattr(view, "writes_late", False):
            mark_seen(db.session(), recognised.token_hash)
