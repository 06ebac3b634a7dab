"""flask worker: the process that runs jobs, for other machines or beside one's own server."""

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app.cli.database import prepare


@click.command("worker")
@with_appcontext
def worker_command() -> None:
    """Run jobs until told to stop (Ctrl-C or SIGTERM)."""
    from app.jobs.worker import Worker  # noqa: PLC0415  only this process needs it

    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  the application itself
    prepare(app)
    Worker(app).run()


def init_app(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(worker_command)
