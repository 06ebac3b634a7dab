"""A questionnaire answered on a phone, with or without JavaScript."""

from flask import Flask

from app.extensions import csrf
from app.respond import (  # noqa: F401  they add their views to the blueprint
    agreeing,
    cards,
    correcting,
    deliveries,
    earlier,
    ending,
    form_files,
    helping,
    invitation,
    live,
    offline_pages,
    pages,
    quota,
    receipt,
    sent_files,
    stop,
    welcome,
)
from app.respond.entrance import blueprint


def init_app(app: Flask) -> None:
    """Open this room; its forms carry their own token, bound to the response (docs/adr/0009-respondents-csrf.md)."""
    csrf.exempt(blueprint)
    app.register_blueprint(blueprint)
