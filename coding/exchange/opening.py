"""Opens a project file of any software that is read here, known by its content."""

import hashlib
from pathlib import PurePosixPath

from coding.exchange.databases import read_database
from coding.exchange.project import Project
from coding.exchange.refi_reader import read_qdpx, read_refi_xml
from core.archives import open_archive
from core.errors import Invalid

MAX_FILE_BYTES = 200_000_000
_SQLITE = b"SQLite format 3\x00"


def read_project(file_name: str, content: bytes) -> Project:
    """Read a QDPX, QDE or QDC, a Taguette database, or a QualCoder project (its database, or its folder as a .zip).

    Raises: Invalid: `uploads.*` or `project.*`, with the file and the place in it.
    """
    if len(content) > MAX_FILE_BYTES:
        raise Invalid("uploads.too_large", file=file_name, limit=MAX_FILE_BYTES // 1_000_000)
    if content.startswith(_SQLITE):
        return read_database(content, file=file_name)
    if content.startswith(b"PK"):
        inner = _database_within(content, file=file_name)
        return read_qdpx(content, file=file_name) if inner is None else read_database(inner, file=file_name)
    if content[:200].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \r\n\t").startswith(b"<"):
        return read_refi_xml(content, file=file_name)
    raise Invalid("project.format_unknown", file=file_name)


def digest_of(content: bytes) -> str:
    """Return what a file is known by."""
    return hashlib.sha256(content).hexdigest()


def _database_within(content: bytes, *, file: str) -> bytes | None:
    """Return the database of a QualCoder project whose folder was packed as a .zip."""
    with open_archive(content, file=file) as archive:
        for name in sorted(archive.names, key=lambda each: each.count("/")):
            if PurePosixPath(name).name == "data.qda":
                found = archive.read(name)
                return found if found.startswith(_SQLITE) else None
    return None
