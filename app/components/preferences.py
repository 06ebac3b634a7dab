"""Language and light: two choices kept in cookies of the browser, changed by POST, useful without an account."""

from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, request
from flask.typing import ResponseReturnValue

from app.i18n import LOCALE_COOKIE, LOCALES
from app.security import Action, permits

THEME_COOKIE = "tresse_theme"
THEMES = ("auto", "light", "dark")
ONE_YEAR = 365 * 24 * 3600

blueprint = Blueprint("preferences", __name__)


def local_path(target: str | None, default: str = "/") -> str:
    """Return `target` when it is a path of this site, `default` otherwise.

    Browsers read backslashes as slashes and drop control characters, so both are refused before parsing.
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return default
    if "\\" in target or any(ord(character) < 0x20 or ord(character) == 0x7F for character in target):  # noqa: PLR2004  the control characters
        return default
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else default


def here() -> str:
    """Return the path to come back to after a choice: this page when it can be asked for again."""
    if request.method not in {"GET", "HEAD"} or request.endpoint is None:
        return "/"
    return request.full_path.rstrip("?")


def chosen_theme() -> str:
    """Return "auto", "light" or "dark"."""
    theme = request.cookies.get(THEME_COOKIE, "auto")
    return theme if theme in THEMES else "auto"


def _remember(cookie: str, value: str) -> ResponseReturnValue:
    response = redirect(local_path(request.form.get("next")), 303)
    response.set_cookie(
        cookie,
        value,
        max_age=ONE_YEAR,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


@blueprint.post("/preferences/language")
@permits(Action.HOME)
def choose_language() -> ResponseReturnValue:
    """Show Tresse in this language from now on."""
    locale = request.form.get("locale", "")
    return _remember(LOCALE_COOKIE, locale if locale in LOCALES else "fr")


@blueprint.post("/preferences/theme")
@permits(Action.HOME)
def choose_theme() -> ResponseReturnValue:
    """Show Tresse in this light from now on."""
    theme = request.form.get("theme", "")
    return _remember(THEME_COOKIE, theme if theme in THEMES else "auto")
