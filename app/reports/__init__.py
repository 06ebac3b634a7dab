"""A report's values become HTML, then a PDF."""

from flask import Blueprint, Flask


def init_app(app: Flask) -> None:
    """Lend the parts of a report to the screens that preview it; this room has no page of its own."""
    app.register_blueprint(Blueprint("report_parts", __name__, template_folder="templates"))
