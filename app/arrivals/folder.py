"""The folder where what was sent waits for its reading, and what was read waits to be kept."""

import json
import shutil
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from core.errors import NotFound
from surveys.form_files import ReadyFile
from surveys.parcels import SentFile

KEPT_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Arrival:
    """A questionnaire and the files beside it, in the order they were sent; `names` are those their senders gave."""

    id: UUID
    study_id: UUID
    names: tuple[str, ...]
    locale: str
    """The language of texts whose column names none."""

    def to_json(self) -> dict[str, Any]:
        """Return the arguments of the job."""
        return {
            "arrival_id": str(self.id),
            "study_id": str(self.study_id),
            "names": list(self.names),
            "locale": self.locale,
        }

    @classmethod
    def from_json(cls, arguments: dict[str, Any]) -> "Arrival":
        """Read what `to_json` wrote."""
        return cls(
            UUID(arguments["arrival_id"]),
            UUID(arguments["study_id"]),
            tuple(arguments["names"]),
            arguments["locale"],
        )


def _folder(data_dir: Path, arrival: Arrival) -> Path:
    return data_dir / "arrivals" / str(arrival.study_id) / str(arrival.id)


def put_down(data_dir: Path, study_id: UUID, sent: Sequence[SentFile], *, locale: str) -> Arrival:
    """Keep what was sent until it is read; what others left behind a day ago goes."""
    _sweep(data_dir)
    arrival = Arrival(uuid4(), study_id, tuple(each.name for each in sent), locale)
    folder = _folder(data_dir, arrival)
    folder.mkdir(parents=True)
    for number, each in enumerate(sent):
        (folder / f"sent-{number}").write_bytes(each.content)
    return arrival


def pick_up(data_dir: Path, arrival: Arrival) -> tuple[SentFile, ...]:
    """Return what was sent.

    Raises: NotFound("arrivals.expired").
    """
    folder = _folder(data_dir, arrival)
    try:
        return tuple(
            SentFile(name, (folder / f"sent-{number}").read_bytes()) for number, name in enumerate(arrival.names)
        )
    except FileNotFoundError as error:
        raise NotFound("arrivals.expired") from error


def write_read(data_dir: Path, arrival: Arrival, form: dict[str, Any], files: Iterable[ReadyFile]) -> None:
    """Keep what was read of the form, in JSON, and the files made ready."""
    folder = _folder(data_dir, arrival)
    kept = []
    for number, each in enumerate(files):
        (folder / f"ready-{number}").write_bytes(each.content)
        kept.append([each.name, each.media_type])
    (folder / "read.json").write_text(json.dumps({"form": form, "files": kept}), encoding="utf-8")


def read_back(data_dir: Path, arrival: Arrival) -> tuple[dict[str, Any], tuple[ReadyFile, ...]]:
    """Return what `write_read` kept.

    Raises: NotFound("arrivals.expired").
    """
    folder = _folder(data_dir, arrival)
    try:
        read = json.loads((folder / "read.json").read_text(encoding="utf-8"))
        files = tuple(
            ReadyFile(name, media_type, (folder / f"ready-{number}").read_bytes())
            for number, (name, media_type) in enumerate(read["files"])
        )
    except FileNotFoundError as error:
        raise NotFound("arrivals.expired") from error
    return read["form"], files


def forget(data_dir: Path, arrival: Arrival) -> None:
    """Erase what was sent and what was read of it."""
    shutil.rmtree(_folder(data_dir, arrival), ignore_errors=True)


def _sweep(data_dir: Path) -> None:
    oldest = time.time() - KEPT_SECONDS
    for folder in (data_dir / "arrivals").glob("*/*"):
        if folder.stat().st_mtime < oldest:
            shutil.rmtree(folder, ignore_errors=True)
