"""What an author sends: a form alone, a form with its files, files alone, or all of them in one zip."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from core.archives import open_archive
from core.errors import Invalid

MAX_FILES = 300
MAX_FILE_BYTES = 10_000_000
MAX_TOTAL_BYTES = 60_000_000
FORM_ENDINGS = (".xlsx", ".xls", ".md", ".lss", ".lsa")
_ZIP = b"PK\x03\x04"
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# What programs put in archives without being asked.
_STRAY = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it came; `name` has no folder and is in NFC."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Parcel:
    """A form (None: files alone) and the files beside it."""

    form: SentFile | None
    files: tuple[SentFile, ...]


def bare_name(name: str) -> str:
    """Return a file's name without folders or the `jr://images/` of XForms, composed, without spaces around it.

    Nor does it hold line ends and the like, which neither databases nor the heads of an answer take.
    """
    return unicodedata.normalize("NFC", _CONTROLS.sub("", name.replace("\\", "/").rpartition("/")[2])).strip()


def file_key(name: str) -> str:
    """Return what two names share when they name one file: authors and their folders do not agree on capitals."""
    return bare_name(name).casefold()


def open_parcel(sent: Sequence[SentFile], *, form_expected: bool = True) -> Parcel:
    """Tell the form from the files beside it, zips opened.

    Raises: Invalid: `uploads.parcel_without_form`, `uploads.parcel_with_forms`, `uploads.file_sent_twice`,
        `uploads.parcel_too_many`, `uploads.parcel_too_large`, or what the gate of archives refuses.
    """
    files = [part for each in sent for part in (_unpacked(each) if _is_folder(each) else (each,))]
    forms = [each for each in files if each.name.lower().endswith(FORM_ENDINGS)]
    if form_expected and not forms and len(files) == 1:
        forms = files  # whatever its name, the only file sent is the form: a .csv for example
    if form_expected and not forms:
        raise Invalid("uploads.parcel_without_form", file=_names(sent))
    if len(forms) > (1 if form_expected else 0):
        raise Invalid("uploads.parcel_with_forms" if form_expected else "uploads.form_among_files", file=_names(forms))
    beside = tuple(each for each in files if each not in forms)
    _check(beside)
    return Parcel(forms[0] if forms else None, beside)


def close_parcel(form: SentFile, files: Iterable[SentFile]) -> bytes:
    """Return a zip of a form and its files, these in a folder named as other tools want it (`form-media`)."""
    folder = f"{PurePosixPath(form.name).stem}-media"
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:  # pictures and sounds do not shrink
        archive.writestr(form.name, form.content)
        for each in files:
            archive.writestr(f"{folder}/{bare_name(each.name)}", each.content)
    return written.getvalue()


def _is_folder(each: SentFile) -> bool:
    """Whether it is a zip that is no workbook: a workbook is a zip too."""
    return each.content.startswith(_ZIP) and not each.name.lower().endswith(FORM_ENDINGS)


def _unpacked(each: SentFile) -> Iterable[SentFile]:
    with open_archive(each.content, file=each.name) as archive:
        names = [name for name in sorted(archive.names) if not _is_stray(name)]
        if len(names) > MAX_FILES:
            raise Invalid("uploads.archive_too_many", file=each.name, limit=MAX_FILES)
        if "xl/workbook.xml" in names:
            return [each]
        return [SentFile(bare_name(name), archive.read(name, max_bytes=MAX_FILE_BYTES)) for name in names]


def _is_stray(name: str) -> bool:
    return name.endswith("/") or any(mark in name for mark in _STRAY) or bare_name(name).startswith(".")


def _check(files: Sequence[SentFile]) -> None:
    if len(files) > MAX_FILES:
        raise Invalid("uploads.parcel_too_many", limit=MAX_FILES)
    if sum(len(each.content) for each in files) > MAX_TOTAL_BYTES:
        raise Invalid("uploads.parcel_too_large", limit=MAX_TOTAL_BYTES // 1_000_000)
    seen: set[str] = set()
    for each in files:
        if len(each.content) > MAX_FILE_BYTES:
            raise Invalid("uploads.too_large", file=each.name, limit=MAX_FILE_BYTES // 1_000_000)
        if file_key(each.name) in seen:
            raise Invalid("uploads.file_sent_twice", file=each.name)
        seen.add(file_key(each.name))


def _names(files: Sequence[SentFile]) -> str:
    return ", ".join(each.name for each in files[:5]) or "–"


def ending(name: str) -> str:
    """Return the last part of a name, in lower case: `.csv`."""
    return PurePosixPath(name.lower()).suffix
