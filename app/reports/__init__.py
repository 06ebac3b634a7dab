"""A report's values become HTML, then a PDF."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Open this room."""
