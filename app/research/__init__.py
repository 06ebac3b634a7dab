"""The sociologist's desk: one module and one blueprint per area, named here."""

from flask import Flask

from app.research import home, journal, members, participants, studies
from app.research.contexts.words import role_name, state_name

AREAS = (
    home,
    studies,
    participants,
    members,
    journal,
)


def init_app(app: Flask) -> None:
    """Open this room."""
    app.jinja_env.globals.update(role_name=role_name, state_name=state_name)
    for area in AREAS:
        app.register_blueprint(area.blueprint)
