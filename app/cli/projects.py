"""`coding import-project` and `coding export-project`: projects of other software, in and out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_babel import force_locale, gettext, ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cli.coding import CodingRefused, commands
from app.cli.database import prepare
from app.unit_of_work import unit_of_work
from app.wording import word, word_code
from coding.exchange.gathering_objects import gather_codebook, gather_project
from coding.exchange.keeping import import_project
from coding.exchange.opening import digest_of, read_project
from coding.exchange.project import Project
from coding.exchange.refi_writer import write_qdc, write_qdpx
from coding.object_models import ProjectImport
from coding.queries import RELEASED
from core.audit import record
from core.errors import DomainError
from studies.models import Account, Study
from studies.services import StudyDesign, create_study, suggest_key


def init_app(app: Flask) -> None:
    """The commands are those of `coding`, which this module adds to."""
    del app


@commands.command("import-project")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--study", "study_key", required=True, help="Key of the study; made if there is none.")
@with_appcontext
def import_file(file: Path, study_key: str) -> None:
    """Bring in a project: QDPX, QDC, Taguette (.sqlite3), QualCoder (.qda, or its folder in a .zip)."""
    with _refusing():
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CodingRefused(gettext("“%(file)s” cannot be read.", file=file)) from error
        project = read_project(file.name, content)
        with unit_of_work() as session:
            study = _find(session, study_key) or _make(session, study_key, project)
            made = import_project(session, study.id, project, file_name=file.name, sha256=digest_of(content))
            _tell(file.name, study.key, made)


@commands.command("export-project")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--study", "study_key", required=True, help="Key of the study.")
@with_appcontext
def export_file(file: Path, study_key: str) -> None:
    """Write a study's coding as a project (.qdpx) or its codes alone (.qdc)."""
    with _refusing(), unit_of_work() as session:
        study = _find(session, study_key)
        if study is None:
            raise CodingRefused(gettext("There is no study with the key “%(key)s”.", key=study_key))
        if file.suffix.lower() == ".qdc":
            project = gather_codebook(session, study.id, RELEASED)
            written = write_qdc(project)
        else:
            project = gather_project(session, study.id, RELEASED)
            written = write_qdpx(project)
        try:
            file.write_bytes(written.content)
        except OSError as error:
            raise CodingRefused(gettext("The file “%(file)s” cannot be written.", file=file)) from error
        record(
            session, verb="export", object_kind="study", object_id=study.id, study_id=study.id,
            after={"file": file.name, "sha256": digest_of(written.content)},
        )  # fmt: skip
        click.echo(gettext("%(file)s: written. %(counts)s.", file=file.name, counts=counts_in_words(project.count())))
        for each in written.left_out:
            click.echo("  " + word_code(each.code, each.details))


@contextmanager
def _refusing() -> Iterator[None]:
    """Prepare the database, and turn what the domain refuses into one sentence."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  the application itself
    prepare(app)
    with force_locale(app.config["SETTINGS"].default_locale):
        try:
            yield
        except DomainError as error:
            raise CodingRefused(word(error)) from error


def _find(session: Session, key: str) -> Study | None:
    """Return the study of that key, or of the key that would be made of it."""
    keys = {key.strip(), suggest_key(key)}
    return session.scalars(select(Study).where(Study.key.in_(keys)).order_by(Study.key != key.strip())).first()


def _make(session: Session, key: str, project: Project) -> Study:
    """Make the study that a file is for; the first administrator leads it, where there is one."""
    lead = session.scalars(
        select(Account.id).where(Account.is_admin, Account.is_active).order_by(Account.created_at)
    ).first()
    design = StudyDesign(title=project.name.strip() or key)
    study = create_study(session, key=suggest_key(key), design=design, by=lead)
    click.echo(gettext("The study “%(key)s” was made.", key=study.key))
    return study


def _tell(file: str, key: str, made: ProjectImport) -> None:
    click.echo(
        gettext(
            "%(file)s: imported into “%(key)s”. In the file: %(read)s. New here: %(new)s.",
            file=file,
            key=key,
            read=counts_in_words(made.counts["read"]),
            new=counts_in_words(made.counts["made"]),
        )
    )
    click.echo(
        ngettext("%(num)s deviation from the standard:", "%(num)s deviations from the standard:", len(made.deviations))
        if made.deviations
        else gettext("No deviation from the standard.")
    )
    for code, details in made.deviations:
        click.echo("  " + word_code(code, details))


def counts_in_words(counts: dict[str, int]) -> str:
    """Return the numbers of objects that there are, as « 12 codes, 3 texts »."""
    names: dict[str, Callable[[int], str]] = {
        "users": lambda n: ngettext("%(num)s coder", "%(num)s coders", n),
        "codes": lambda n: ngettext("%(num)s code", "%(num)s codes", n),
        "sources": lambda n: ngettext("%(num)s text", "%(num)s texts", n),
        "selections": lambda n: ngettext("%(num)s selection", "%(num)s selections", n),
        "codings": lambda n: ngettext("%(num)s coding", "%(num)s codings", n),
        "notes": lambda n: ngettext("%(num)s memo", "%(num)s memos", n),
        "variables": lambda n: ngettext("%(num)s attribute", "%(num)s attributes", n),
        "cases": lambda n: ngettext("%(num)s case", "%(num)s cases", n),
        "sets": lambda n: ngettext("%(num)s set", "%(num)s sets", n),
        "links": lambda n: ngettext("%(num)s link", "%(num)s links", n),
        "graphs": lambda n: ngettext("%(num)s drawing", "%(num)s drawings", n),
        "kept": lambda n: ngettext("%(num)s picture, recording or PDF", "%(num)s pictures, recordings or PDFs", n),
    }
    told = [say(counts[name]) for name, say in names.items() if counts.get(name)]
    return ", ".join(told) or gettext("nothing")
