"""`report build`: print a report from the command line."""

import shutil
from pathlib import Path
from uuid import UUID

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from flask_babel import force_locale
from sqlalchemy import select

from app.cli.database import prepare
from app.reports.job import KIND, body, gather, report_folder, store
from app.unit_of_work import unit_of_work
from app.wording import word, word_code
from core.errors import DomainError, Invalid, NotFound
from evaluation.queries.reports import ReportCard, list_reports
from studies.models import Study

group = AppGroup("report", help="Reports: print one as PDF.")


class ReportRefused(click.ClickException):
    """The report cannot be built; the sentence says why."""

    exit_code = 2


class _Asked:
    """The job that a command stands for: asked for by nobody, run at once."""

    def __init__(self, study_id: UUID, report_id: UUID) -> None:
        self.study_id: UUID | None = study_id
        self.account_id: UUID | None = None
        self.arguments = {"report_id": str(report_id)}
        self.kind = KIND


@group.command("build")
@click.argument("study")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The PDF to write.")
@click.option("--report", "title", help="The report's title; needed when the study has several.")
def build(study: str, out: Path, title: str | None) -> None:
    """Print the report of STUDY (its key) as PDF/A-3a and PDF/UA-1, and keep it as an issued version."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  the application itself
    prepare(app)
    with force_locale(app.config["SETTINGS"].default_locale):
        try:
            pages = issue(study, title, out)
        except DomainError as error:
            raise ReportRefused(word(error)) from error
        except OSError as error:
            details: dict[str, object] = {"file": str(out), "reason": error.strerror}
            raise ReportRefused(word_code("evaluation.file_not_writable", details)) from error
    click.echo(f"{out}: {pages} p.")


def init_app(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(group)


def issue(study_key: str, title: str | None = None, out: Path | None = None) -> int:
    """Print a report as the job does, copy it to `out`, keep the version; return its number of pages.

    Raises: NotFound: no such study or report.  Invalid: several reports and no title, or one that is not ready.
    OSError: `out` cannot be written; no version is kept.
    """
    with unit_of_work() as session:
        study_id = session.scalar(select(Study.id).where(Study.key == study_key))
        if study_id is None:
            raise NotFound("evaluation.study_unknown", study=study_key)
        asked = _Asked(study_id, _choose(list_reports(session, study_id), study_key, title).id)
        arguments = gather(session, asked)
    result = body(arguments, lambda _progress, _step="": None)
    if out is not None:
        shutil.copyfile(report_folder() / result["pdf_file"], out)
    with unit_of_work() as session:
        store(session, asked, result)
    pages: int = result["page_count"]
    return pages


def _choose(reports: tuple[ReportCard, ...], study_key: str, title: str | None) -> ReportCard:
    if title is not None:
        for report in reports:
            if report.title == title:
                return report
        raise NotFound("evaluation.report_unknown", study=study_key, title=title)
    if not reports:
        raise NotFound("evaluation.no_report", study=study_key)
    if len(reports) > 1:
        raise Invalid("evaluation.report_title_ambiguous", study=study_key)
    return reports[0]
