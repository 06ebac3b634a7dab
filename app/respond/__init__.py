"""A questionnaire answered on a phone, with or without JavaScript."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Open this room."""
