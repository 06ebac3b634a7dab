"""What somebody asks for: which answers, in which format; and the place where the file waits."""

import enum
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import current_app

KIND = "export.answers"
KEPT_SECONDS = 24 * 3600
"""A file of answers is there to be fetched, not to be kept: withdrawals must not find copies everywhere."""


class Scope(enum.StrEnum):
    """Which answers."""

    COLLECTION = "collection"
    QUESTIONNAIRE = "questionnaire"
    STUDY = "study"


class Format(enum.StrEnum):
    """As what."""

    SPSS = "spss"
    STATA = "stata"
    CSV = "csv"
    PLAIN_CSV = "plain_csv"
    XLSX = "xlsx"
    JSON = "json"
    DDI = "ddi"
    CODEBOOK = "codebook"


_ENDINGS = {
    Format.SPSS: "zip",
    Format.STATA: "zip",
    Format.CSV: "zip",
    Format.PLAIN_CSV: "zip",
    Format.XLSX: "xlsx",
    Format.JSON: "json",
    Format.DDI: "xml",
    Format.CODEBOOK: "pdf",
}
MEDIA_TYPES = {
    "zip": "application/zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "xml": "application/xml",
    "pdf": "application/pdf",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One export; `target_id` is the collection or questionnaire, `locale` the language of labels."""

    id: UUID
    study_id: UUID
    scope: Scope
    target_id: UUID | None
    format: Format
    locale: str
    drafts: bool

    def to_json(self) -> dict[str, Any]:
        """Return the arguments of the job."""
        return {
            "export_id": str(self.id),
            "study_id": str(self.study_id),
            "scope": self.scope.value,
            "target_id": str(self.target_id) if self.target_id else None,
            "format": self.format.value,
            "locale": self.locale,
            "drafts": self.drafts,
        }

    @classmethod
    def from_json(cls, arguments: dict[str, Any]) -> "Order":
        """Read what `to_json` wrote."""
        return cls(
            id=UUID(arguments["export_id"]),
            study_id=UUID(arguments["study_id"]),
            scope=Scope(arguments["scope"]),
            target_id=UUID(arguments["target_id"]) if arguments["target_id"] else None,
            format=Format(arguments["format"]),
            locale=arguments["locale"],
            drafts=arguments["drafts"],
        )


def ending_of(order: Order) -> str:
    """Return how the name of its file ends; several workbooks go in one archive."""
    if order.format is Format.XLSX and order.scope is Scope.STUDY:
        return "zip"
    return _ENDINGS[order.format]


def exports_folder() -> Path:
    """Return the folder of the files that wait."""
    folder: Path = current_app.config["SETTINGS"].data_dir / "exports"
    return folder


def path_of(order: Order) -> Path:
    """Return where the file of an order is, or will be."""
    return exports_folder() / str(order.study_id) / f"{order.id}.{ending_of(order)}"


def forget_exports(study_id: UUID) -> None:
    """Erase the files of a study that wait: somebody took their answers back."""
    shutil.rmtree(exports_folder() / str(study_id), ignore_errors=True)


def sweep_exports() -> None:
    """Erase the files that waited too long, and what a stopped job left half made."""
    oldest = time.time() - KEPT_SECONDS
    for path in _files():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def _files() -> Iterator[Path]:
    folder = exports_folder()
    if folder.is_dir():
        for study in folder.iterdir():
            if study.is_dir():
                yield from (path for path in study.iterdir() if path.is_file())
