"""Languages: French first, English complete; one catalogue a room, merged when loaded."""

from flask import Flask, g, request
from flask_babel import get_locale

from app.extensions import babel

LOCALES = {"fr": "Français", "en": "English"}
LOCALE_COOKIE = "tresse_locale"
# One catalogue for each part of the interface, so that two people never edit the same file.
DOMAINS = (
    "account",
    "agreement",
    "care",
    "coding",
    "components",
    "datafiles",
    "desk",
    "editing",
    "evaluation",
    "exchange",
    "facilitate",
    "fieldwork",
    "following",
    "jobs",
    "live",
    "media",
    "messages",
    "naming",
    "offline",
    "pages",
    "projects",
    "repeats",
    "respond",
    "surveys",
)


def choose_locale() -> str:
    """Return the language of this request: the person's choice, the account's, the browser's, then French."""
    chosen = request.cookies.get(LOCALE_COOKIE, "")
    if chosen in LOCALES:
        return chosen
    account = g.get("account")
    if account is not None and account.locale in LOCALES:
        return str(account.locale)
    return request.accept_languages.best_match(list(LOCALES)) or "fr"


def init_app(app: Flask) -> None:
    """Bind Babel to the application."""
    app.config["BABEL_DEFAULT_LOCALE"] = "fr"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Europe/Paris"  # moments are kept in UTC and shown where the studies are
    app.config["BABEL_DOMAIN"] = ";".join(DOMAINS)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(["translations"] * len(DOMAINS))
    babel.init_app(app, locale_selector=choose_locale)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.globals["locales"] = LOCALES
    app.jinja_env.globals["current_locale"] = lambda: str(get_locale())
