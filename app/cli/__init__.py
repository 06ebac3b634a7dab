"""Commands for those who script."""

from flask import Flask

from app.cli import agreement, coding, collection, database, demo, projects, report, serve, survey, worker


def init_app(app: Flask) -> None:
    """Open this room."""
    for part in (agreement, coding, collection, database, demo, projects, report, serve, survey, worker):
        part.init_app(app)
