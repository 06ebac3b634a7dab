"""The facilitator's room: a code on the wall, a count that grows."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Open this room."""
