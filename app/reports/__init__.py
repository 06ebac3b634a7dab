"""A report's values become HTML, then a PDF."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: "Flask") -> None:
    """Lend the parts of a report to the screens that preview it; this room has no page of its own."""
    from flask import Blueprint  # noqa: PLC0415  charts are drawn in processes that know no page

    app.register_blueprint(Blueprint("report_parts", __name__, template_folder="templates"))
