"""The job that prints a report: read and worded in the worker, drawn and printed apart, kept exactly once."""

import hashlib
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from flask import current_app
from flask_babel import force_locale
from sqlalchemy.orm import Session

from app.reports.charts import draw_apart
from app.reports.composer import compose
from app.reports.document import inputs_hash
from app.reports.words import gettext as _
from core.errors import Invalid
from evaluation.services.reports import record_issue

KIND = "report.pdf"
DRAFT_KIND = "report.draft"


class _Job(Protocol):
    @property
    def arguments(self) -> dict[str, Any]: ...
    @property
    def study_id(self) -> UUID | None: ...
    @property
    def account_id(self) -> UUID | None: ...


class _Progress(Protocol):
    def __call__(self, progress: float, step: str = "") -> None: ...


def report_folder() -> Path:
    """Return the folder of issued files; nothing in it is served as it is."""
    folder: Path = current_app.config["SETTINGS"].data_dir / "reports"
    return folder


def gather(session: Session, job: _Job) -> dict[str, Any]:
    """Read and word the report just before it is printed.

    Raises: Invalid: the first problem that stops it from leaving.
    """
    assert job.study_id is not None
    document, problems = compose(session, job.study_id, UUID(job.arguments["report_id"]))
    if problems:
        raise Invalid("evaluation.report_not_ready", block=problems[0].block, count=len(problems))
    return {**job.arguments, "document": document.to_json(), "folder": str(report_folder())}


def draft_path(report_id: UUID) -> Path:
    """Return where a report's draft for review stands; the next one takes its place."""
    return report_folder() / f"draft_{report_id}.pdf"


def gather_draft(session: Session, job: _Job) -> dict[str, Any]:
    """Read and word the report, marked as a draft; the same refusals as for a version that leaves."""
    gathered = gather(session, job)
    with force_locale(gathered["document"]["locale"]):
        gathered["document"]["words"]["draft"] = _("Draft")
    return gathered


def body_of_draft(arguments: dict[str, Any], report: _Progress) -> dict[str, Any]:
    """Draw and print a draft under the report's own name."""
    content, page_count = _print(arguments["document"], report)
    _write(Path(arguments["folder"]) / f"draft_{arguments['report_id']}.pdf", content)
    return {"page_count": page_count}


def store_draft(_session: Session, _job: _Job, _result: dict[str, Any]) -> None:
    """Keep nothing: a draft is a file, and no version."""


def body(arguments: dict[str, Any], report: _Progress) -> dict[str, Any]:
    """Draw and print; the file is named by its content, so that doing it twice leaves one file."""
    document: dict[str, Any] = arguments["document"]
    content, page_count = _print(document, report)
    name = hashlib.sha256(content).hexdigest()
    _write(Path(arguments["folder"]) / f"{name}.pdf", content)
    return {
        "pdf_file": f"{name}.pdf",
        "pdf_sha256": name,
        "page_count": page_count,
        "inputs_sha256": inputs_hash(document),
        "content": {key: value for key, value in document.items() if key != "attachments"},
    }


def _print(document: dict[str, Any], report: _Progress) -> tuple[bytes, int]:
    from app.reports.pdf import write_pdf  # noqa: PLC0415  slow import

    report(0.1, "report.step_figures")
    pictures = draw_pictures(document)
    report(0.4, "report.step_layout")
    printed = write_pdf(document, pictures)
    report(0.9, "report.step_layout")
    return printed.content, printed.page_count


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(path)


def store(session: Session, job: _Job, result: dict[str, Any]) -> None:
    """Record the version that left."""
    record_issue(
        session,
        UUID(job.arguments["report_id"]),
        content=result["content"],
        inputs_sha256=result["inputs_sha256"],
        pdf_sha256=result["pdf_sha256"],
        pdf_file=result["pdf_file"],
        page_count=result["page_count"],
        account_id=job.account_id,
    )


def draw_pictures(document: dict[str, Any]) -> list[str | None]:
    """Return the SVG of each block that has a chart."""
    charts = [block["chart"] for block in document["blocks"]]
    drawn = iter(draw_apart([chart for chart in charts if chart]))
    return [next(drawn) if chart else None for chart in charts]
