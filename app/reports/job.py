"""The job that prints a report: read and worded in the worker, drawn and printed apart, kept exactly once."""

import hashlib
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from flask import current_app
from sqlalchemy.orm import Session

from app.reports.charts import draw_apart
from app.reports.composer import compose
from app.reports.document import inputs_hash
from core.errors import Invalid
from evaluation.services.reports import record_issue

KIND = "report.pdf"


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


def body(arguments: dict[str, Any], report: _Progress) -> dict[str, Any]:
    """Draw and print; the file is named by its content, so that doing it twice leaves one file."""
    from app.reports.pdf import write_pdf  # noqa: PLC0415  slow import

    document: dict[str, Any] = arguments["document"]
    report(0.1, "report.step_figures")
    pictures = draw_pictures(document)
    report(0.4, "report.step_layout")
    printed = write_pdf(document, pictures)
    report(0.9, "report.step_layout")
    name = hashlib.sha256(printed.content).hexdigest()
    folder = Path(arguments["folder"])
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{name}.part"
    part.write_bytes(printed.content)
    part.replace(folder / f"{name}.pdf")
    return {
        "pdf_file": f"{name}.pdf",
        "pdf_sha256": name,
        "page_count": printed.page_count,
        "inputs_sha256": inputs_hash(document),
        "content": {key: value for key, value in document.items() if key != "attachments"},
    }


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
