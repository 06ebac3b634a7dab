"""Commands for those who script."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Open this room."""
