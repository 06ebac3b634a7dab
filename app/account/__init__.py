"""Sign-in, sign-out, the team."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Open this room."""
