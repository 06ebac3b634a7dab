"""What somebody asks to leave or brings in: which file, for whom, and the place where it waits."""

import enum
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import current_app

from app.datafiles.orders import exports_folder

EXPORT_KIND = "export.coding"
READ_KIND = "project.read"
IMPORT_KIND = "project.import"
KEPT_SECONDS = 2 * 24 * 3600
"""A project that nobody brought in after two days is erased."""


class Format(enum.StrEnum):
    """As what coding leaves."""

    QDPX = "qdpx"
    QDC = "qdc"
    DOCX = "docx"
    ODT = "odt"
    HTML = "html"
    XLSX = "xlsx"
    CSV = "csv"
    IRAMUTEQ = "iramuteq"
    TXM = "txm"


ENDINGS = {Format.IRAMUTEQ: "txt", Format.TXM: "zip"}
MEDIA_TYPES = {
    "qdpx": "application/zip",
    "qdc": "application/xml",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "html": "text/html",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "txt": "text/plain",
    "zip": "application/zip",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingOrder:
    """One export of coding; a blind coder's holds their own codings only."""

    id: UUID
    study_id: UUID
    format: Format
    account_id: UUID
    is_blind: bool
    locale: str

    def to_json(self) -> dict[str, Any]:
        """Return the arguments of the job."""
        return {
            "export_id": str(self.id),
            "study_id": str(self.study_id),
            "format": self.format.value,
            "account_id": str(self.account_id),
            "is_blind": self.is_blind,
            "locale": self.locale,
        }

    @classmethod
    def from_json(cls, arguments: dict[str, Any]) -> "CodingOrder":
        """Read what `to_json` wrote."""
        return cls(
            id=UUID(arguments["export_id"]),
            study_id=UUID(arguments["study_id"]),
            format=Format(arguments["format"]),
            account_id=UUID(arguments["account_id"]),
            is_blind=arguments["is_blind"],
            locale=arguments["locale"],
        )

    @property
    def ending(self) -> str:
        """How the name of the file ends."""
        return ENDINGS.get(self.format, self.format.value)

    @property
    def path(self) -> Path:
        """Where the file is or will be: among the exports of the study, so that a withdrawal erases it too."""
        return exports_folder() / str(self.study_id) / f"{self.id}.{self.ending}"


def uploads_folder() -> Path:
    """Return the folder of the projects that wait to be brought in."""
    folder: Path = current_app.config["SETTINGS"].data_dir / "projects"
    return folder


def upload_path(study_id: UUID, upload_id: UUID) -> Path:
    """Return where a project that was sent waits."""
    return uploads_folder() / str(study_id) / str(upload_id)


def keep_upload(study_id: UUID, upload_id: UUID, content: bytes) -> None:
    """Keep a project until somebody brings it in."""
    path = upload_path(study_id, upload_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(path)


def sweep_uploads() -> None:
    """Erase the projects that waited too long."""
    oldest = time.time() - KEPT_SECONDS
    for path in _uploads():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def _uploads() -> Iterator[Path]:
    folder = uploads_folder()
    if folder.is_dir():
        for study in folder.iterdir():
            if study.is_dir():
                yield from (path for path in study.iterdir() if path.is_file())
