"""The job that prints questionnaires: one that belongs to nobody, or a sheet for each of a batch."""

from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from flask import current_app
from sqlalchemy.orm import Session

from app.paper.composing import compose
from studies.models import Study
from surveys.paper.sheets import sheets_of_batch
from surveys.versions import load_version

KIND = "paper.print"


class _Job(Protocol):
    @property
    def arguments(self) -> dict[str, Any]: ...
    @property
    def study_id(self) -> UUID | None: ...


class _Report(Protocol):
    def __call__(self, progress: float, step: str = "") -> None: ...


def print_path(study_id: UUID, print_id: UUID) -> Path:
    """Return where a print stands; it holds no answer."""
    folder: Path = current_app.config["SETTINGS"].data_dir / "paper" / str(study_id)
    return folder / f"{print_id}.pdf"


def gather(session: Session, job: _Job) -> dict[str, Any]:
    """Compose the pages and list the codes."""
    assert job.study_id is not None
    asked = job.arguments
    study = session.get_one(Study, job.study_id)
    batch = sheets_of_batch(session, UUID(asked["batch_id"])) if asked["batch_id"] else []
    document = compose(
        session,
        load_version(session, UUID(asked["version_id"])),
        tag=asked["locale"],
        fallback=study.locale,
        study=study.title,
        cards=asked["cards"],
        address=asked["address"],
    )
    return {
        "path": str(print_path(job.study_id, UUID(asked["print_id"]))),
        "document": document,
        "sheets": [[sheet.code, pseudonym] for sheet, pseudonym in batch],
    }


def body(arguments: dict[str, Any], report: _Report) -> dict[str, Any]:
    """Lay out and stamp."""
    from app.paper.printing import SheetStamp, print_blank, print_sheets  # noqa: PLC0415  slow import

    report(0.1, "export.step_layout")
    stamps = [SheetStamp(code, name) for code, name in arguments["sheets"]]
    printed = print_sheets(arguments["document"], stamps) if stamps else print_blank(arguments["document"])
    report(0.9, "export.step_layout")
    path = Path(arguments["path"])
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(printed.content)
    part.replace(path)
    return {"pages": printed.page_count, "sheets": len(stamps)}


def store(_session: Session, _job: _Job, _result: dict[str, Any]) -> None:
    """Keep nothing: a print is a file, and can be made again."""
