"""flask demo: seed the demonstration study; twice is harmless."""

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_babel import force_locale, gettext

from app.cli.database import prepare
from app.cli.report import issue
from app.demo import seed
from app.unit_of_work import unit_of_work


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Seed the demonstration study (key: demo), invented from end to end."""
    application = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  the proxy cannot be passed on
    prepare(application)
    with force_locale(application.config["SETTINGS"].default_locale):
        with unit_of_work() as session:
            if seed.exists(session):
                click.echo(gettext("The demonstration study is there already; nothing was changed."))
                return
            made = seed.seed_demonstration(session)
        click.echo(
            gettext(
                "Demonstration study made: %(participants)d people, %(responses)d responses, "
                "%(transcripts)d interviews, %(codings)d codings.",
                participants=made.participants,
                responses=made.responses,
                transcripts=made.transcripts,
                codings=made.codings,
            )
        )
        click.echo(gettext("Sign in as one of: %(emails)s", emails=", ".join(made.emails)))
        click.echo(gettext("Password, shown once: %(password)s", password=made.password))
        click.echo(gettext("Printing its report…"))
        pages = issue(seed.KEY)
        click.echo(gettext("Its report is issued (%(pages)d pages): readers find it under Reports.", pages=pages))


def init_app(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(demo)
