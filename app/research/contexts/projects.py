"""What the pages of projects show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cli.projects import counts_in_words
from app.jobs.labels import STATES, TONES
from app.jobs.models import Job, JobState
from app.projects.orders import EXPORT_KIND, CodingOrder, Format
from app.security import current_account
from app.wording import word_code
from coding.object_models import ProjectImport

LATEST = 20

FORMATS = (
    (Format.QDPX, _("REFI-QDA project (.qdpx): texts, codes, codings, memos, cases; for NVivo, ATLAS.ti, MAXQDA…")),
    (Format.QDC, _("REFI-QDA codebook (.qdc): codes and their sets")),
    (Format.DOCX, _("Coded segments to read, Word (.docx)")),
    (Format.ODT, _("Coded segments to read, OpenDocument (.odt)")),
    (Format.HTML, _("Coded segments to read, web page (.html)")),
    (Format.XLSX, _("Coded segments as a table, Excel (.xlsx)")),
    (Format.CSV, _("Coded segments as a table, CSV for a spreadsheet")),
    (Format.IRAMUTEQ, _("Corpus for IRaMuTeQ (.txt), with starred variables; interviewers left out")),
    (Format.TXM, _("Corpus for TXM (.zip), with its table of metadata; interviewers left out")),
)
_NAMES = dict(FORMATS)


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A project that came in."""

    id: UUID
    name: str
    origin: str
    made: str
    deviation_count: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ExportRow:
    """A file asked for; `is_ready` while the person of this request can fetch it."""

    id: UUID
    job_id: UUID
    format: str
    state: str
    tone: str
    asked_at: datetime
    size: int
    is_ready: bool
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Home:
    """All that came in and left."""

    imports: tuple[ImportRow, ...]
    exports: tuple[ExportRow, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A project as it would come in, or came in: what it holds, in words, and its deviations, worded."""

    id: UUID
    file_name: str
    origin: str
    counts: str
    made: str
    deviations: tuple[str, ...]
    untold: int
    is_there: bool


def build_home(session: Session, study_id: UUID) -> Home:
    """Read the page. Two statements."""
    imports = session.scalars(
        select(ProjectImport).where(ProjectImport.study_id == study_id).order_by(ProjectImport.created_at.desc())
    )
    jobs = session.scalars(
        select(Job)
        .where(Job.study_id == study_id, Job.kind == EXPORT_KIND)
        .order_by(Job.created_at.desc())
        .limit(LATEST)
    )
    return Home(
        tuple(
            ImportRow(
                row.id, row.file_name, row.origin, counts_in_words(row.counts["made"]), len(row.deviations),
                row.created_at,
            )
            for row in imports
        ),
        tuple(export_row(job) for job in jobs),
    )  # fmt: skip


def export_row(job: Job) -> ExportRow:
    """Return a file asked for."""
    order = CodingOrder.from_json(job.arguments)
    is_there = job.state is JobState.DONE and order.path.is_file()
    return ExportRow(
        id=order.id,
        job_id=job.id,
        format=str(_NAMES[order.format]),
        state=str(STATES[job.state]),
        tone=TONES[job.state],
        asked_at=job.created_at,
        size=order.path.stat().st_size if is_there else 0,
        is_ready=is_there and order.account_id == current_account().id,
        remarks=_worded((job.result or {}).get("left_out", ())),
    )


def build_reading(name: str, result: dict[str, Any], *, upload_id: UUID, is_there: bool) -> Reading:
    """Return what a job read in a file."""
    return Reading(
        id=upload_id,
        file_name=name,
        origin=result.get("origin", ""),
        counts=counts_in_words(result.get("counts", {})),
        made="",
        deviations=_worded(result.get("deviations", ())),
        untold=result.get("untold", 0),
        is_there=is_there,
    )


def build_import(made: ProjectImport) -> Reading:
    """Return what an import did."""
    return Reading(
        id=made.id,
        file_name=made.file_name,
        origin=made.origin,
        counts=counts_in_words(made.counts["read"]),
        made=counts_in_words(made.counts["made"]),
        deviations=_worded(made.deviations),
        untold=0,
        is_there=False,
    )


def _worded(deviations: Sequence[Any]) -> tuple[str, ...]:
    return tuple(word_code(code, details) for code, details in deviations)
