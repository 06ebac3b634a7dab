"""flask coding: bring interviews in from scripts."""

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from flask_babel import force_locale, gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cli.database import prepare
from app.unit_of_work import unit_of_work
from app.wording import word, word_code
from coding.transcripts import import_transcript, preview
from core.errors import DomainError
from studies.models import Study

commands = AppGroup("coding", help="Bring interviews in.")


class CodingRefused(click.ClickException):
    """The act cannot be done; the sentence says why, and nothing was changed."""

    exit_code = 2


@commands.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--study", "study_key", required=True, help="Key of the study.")
@with_appcontext
def import_files(files: tuple[Path, ...], study_key: str) -> None:
    """Import interviews (.docx, .odt, .rtf, .txt, .vtt, .srt, .eaf, .TextGrid, .trs), all of them or none."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  the application itself
    prepare(app)
    with force_locale(app.config["SETTINGS"].default_locale):
        try:
            with unit_of_work() as session:
                study = session.scalars(select(Study).where(Study.key == study_key)).one_or_none()
                if study is None:
                    raise CodingRefused(gettext("There is no study with the key “%(key)s”.", key=study_key))
                for file in files:
                    _import_file(session, study, file)
        except DomainError as error:
            raise CodingRefused(word(error)) from error


def _import_file(session: Session, study: Study, file: Path) -> None:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise CodingRefused(gettext("“%(file)s” cannot be read.", file=file)) from error
    draft = preview(file.name, content)
    transcript = import_transcript(session, study.id, draft)
    click.echo(
        gettext(
            "%(file)s: “%(title)s” imported, %(words)s words, %(turns)s turns.",
            file=file.name,
            title=transcript.title,
            words=draft.word_count,
            turns=len(draft.turns),
        )
    )
    for notice in draft.notices:
        click.echo("  " + word_code(notice.code, notice.details))


def init_app(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(commands)
