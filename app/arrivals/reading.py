"""The body: opens what was sent, makes the files ready, reads the form. It runs apart and writes no row."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from app.arrivals.folder import Arrival, pick_up, write_read
from core.errors import Invalid
from surveys.form_files import lists_in, ready_file
from surveys.importing import read_questionnaire
from surveys.parcels import Parcel, open_parcel
from surveys.xlsform import FormRefused, ReadForm

MEBIBYTE = 1024 * 1024
ROOM_MEBIBYTES = 900
"""Of address space, beyond what the process holds when it begins: what asks for more at one go is refused."""


class _Report(Protocol):
    def __call__(self, progress: float, step: str = "") -> None: ...


def body(arguments: dict[str, Any], report: _Report) -> dict[str, Any]:
    """Read what was sent into its folder; return the hash of the form, or what to correct and where."""
    arrival, data_dir = Arrival.from_json(arguments), Path(os.environ["TRESSE_DATA_DIR"])
    report(0.0, "arrivals.step_open")
    with _bounded_memory():
        parcel = open_parcel(pick_up(data_dir, arrival))
        files = []
        for number, each in enumerate(parcel.files):
            report(0.1 + 0.5 * number / len(parcel.files), "arrivals.step_files")
            files.append(ready_file(each))
        report(0.6, "arrivals.step_read")
        try:
            form = _read(parcel, arrival.locale)
        except FormRefused as refused:
            problems = [each.to_json() for each in refused.problems]
            return {"refused": {"code": refused.code, "details": refused.details, "problems": problems}}
        report(0.95, "arrivals.step_read")
        assert parcel.form is not None  # `_read` refused it otherwise
        digest = hashlib.sha256(parcel.form.content).hexdigest()
        written = {
            "definition": form.definition.to_json(),
            "problems": [each.to_json() for each in form.problems],
            "source_name": parcel.form.name,
            "source_sha256": digest,
        }
        write_read(data_dir, arrival, written, files)
    return {"sha256": digest}


def _read(parcel: Parcel, locale: str) -> ReadForm:
    if parcel.form is None:  # open_parcel refused it
        raise Invalid("uploads.parcel_without_form", file="–")
    try:
        return read_questionnaire(
            parcel.form.content, file_name=parcel.form.name, locale=locale, files=lists_in(parcel.files)
        )
    except Invalid as refusal:
        if refusal.details.get("file") == "":  # what opens archives does not know their name
            refusal.details["file"] = parcel.form.name
        raise


@contextmanager
def _bounded_memory() -> Iterator[None]:
    """Let one request for too much memory fail by itself: the worker looks only four times a second.

    Raises: Invalid("jobs.too_large").
    """
    import resource  # noqa: PLC0415  not on every system

    before = resource.getrlimit(resource.RLIMIT_AS)
    limit = (_held_mebibytes() + ROOM_MEBIBYTES) * MEBIBYTE
    resource.setrlimit(resource.RLIMIT_AS, (limit, before[1]))
    try:
        yield
    except MemoryError as error:
        raise Invalid("jobs.too_large", limit=ROOM_MEBIBYTES) from error
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def _held_mebibytes() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:  # no Linux: from nothing
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // MEBIBYTE
