"""The design system: macros, their styles, and a gallery that shows them all."""
from flask import Flask


def init_app(app: Flask) -> None:
    """Open this room."""
