"""The facilitator's room: a code on the wall, a count that grows."""

from flask import Flask

from app.facilitate import sessions


def init_app(app: Flask) -> None:
    """Open this room."""
    app.register_blueprint(sessions.blueprint)
