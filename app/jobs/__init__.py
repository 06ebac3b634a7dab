"""Work done apart from the web process."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Open this room."""
    from app.jobs.routes import blueprint  # noqa: PLC0415  bodies run in processes that know no page

    app.register_blueprint(blueprint)
