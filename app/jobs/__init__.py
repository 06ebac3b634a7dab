"""Work done apart from the web process."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Open this room."""
