"""Archives and XML sent by strangers, opened behind a gate.

Python's zipfile reads 6.7 GB out of a 42 kB archive whose members overlap, and believes the sizes it declares;
XML parsers follow any depth. Both are refused here before anything grows.
"""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from core.errors import Invalid

MAX_MEMBERS = 2_000
MAX_TOTAL_BYTES = 200_000_000
MAX_RATIO = 100
# Tiny members may shrink more than that (a page of spaces) without harm.
_RATIO_MATTERS_FROM = 1_000_000
_CHUNK = 65_536
_ENCRYPTED = 0x1
MAX_XML_BYTES = 20_000_000
MAX_XML_DEPTH = 100


class Archive:
    """A zip whose directory passed the gate; members are counted while they are read."""

    def __init__(self, zipped: zipfile.ZipFile, file: str) -> None:
        self._zipped = zipped
        self._members = {member.filename: member for member in zipped.infolist()}
        self._left = MAX_TOTAL_BYTES
        self.file = file

    @property
    def names(self) -> frozenset[str]:
        """Names of the members."""
        return frozenset(self._members)

    def read(self, name: str, *, max_bytes: int = MAX_TOTAL_BYTES) -> bytes:
        """Return a member's bytes.

        Raises: Invalid: it is absent, larger than `max_bytes`, larger than it declares, or broken.
        """
        member = self._members.get(name)
        if member is None:
            raise Invalid("uploads.member_missing", file=self.file, member=name)
        limit = min(max_bytes, self._left)
        if member.file_size > limit:
            raise Invalid("uploads.member_too_large", file=self.file, member=name, limit=limit // 1_000_000)
        try:
            kept = self._read_counting(member)
        except Invalid:
            raise
        except Exception as error:
            # zipfile, zlib, bz2 and lzma each raise their own classes on broken data.
            raise Invalid("uploads.archive_broken", file=self.file) from error
        self._left -= len(kept)
        return kept

    def _read_counting(self, member: zipfile.ZipInfo) -> bytes:
        kept = bytearray()
        with self._zipped.open(member) as stream:
            while chunk := stream.read(_CHUNK):
                kept += chunk
                if len(kept) > member.file_size:
                    raise Invalid("uploads.archive_lies", file=self.file, member=member.filename)
        return bytes(kept)


@contextmanager
def open_archive(content: bytes, *, file: str) -> Iterator[Archive]:
    """Open a zip after checking its directory: members, total size, ratio, repeated names, overlaps, encryption.

    Raises: Invalid: with the reason, before any member is read.
    """
    try:
        zipped = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Invalid("uploads.archive_broken", file=file) from error
    with zipped:
        _check_directory(zipped.infolist(), len(content), file)
        yield Archive(zipped, file)


def _check_directory(members: list[zipfile.ZipInfo], archive_bytes: int, file: str) -> None:
    if len(members) > MAX_MEMBERS:
        raise Invalid("uploads.archive_too_many", file=file, limit=MAX_MEMBERS)
    total = sum(member.file_size for member in members)
    if total > MAX_TOTAL_BYTES:
        raise Invalid("uploads.archive_too_large", file=file, limit=MAX_TOTAL_BYTES // 1_000_000)
    if total > _RATIO_MATTERS_FROM and total > MAX_RATIO * archive_bytes:
        raise Invalid("uploads.archive_ratio", file=file, limit=MAX_RATIO)
    if len({member.filename for member in members}) < len(members):
        raise Invalid("uploads.archive_repeats", file=file)
    free_from = 0
    for member in sorted(members, key=lambda each: each.header_offset):
        if member.flag_bits & _ENCRYPTED:
            raise Invalid("uploads.archive_encrypted", file=file)
        if member.file_size > _RATIO_MATTERS_FROM and member.file_size > MAX_RATIO * max(1, member.compress_size):
            raise Invalid("uploads.archive_ratio", file=file, limit=MAX_RATIO)
        if member.header_offset < 0:  # bytes are missing before the directory
            raise Invalid("uploads.archive_broken", file=file)
        if member.header_offset < free_from:
            raise Invalid("uploads.archive_repeats", file=file)
        free_from = member.header_offset + member.compress_size + 30  # 30 bytes: the shortest local header


def parse_xml(
    content: bytes, *, file: str, member: str = "", max_bytes: int = MAX_XML_BYTES, max_depth: int = MAX_XML_DEPTH
) -> Any:
    """Return the root element (xml.etree.ElementTree.Element) of a document without DTD, entities or depth tricks.

    Raises: Invalid: too large, too deep, with a DTD, or not well formed (with its line).
    """
    if len(content) > max_bytes:
        raise Invalid("uploads.member_too_large", file=file, member=member, limit=max_bytes // 1_000_000)
    depth = 0
    root: Any = None
    try:
        for event, element in iterparse(io.BytesIO(content), events=("start", "end"), forbid_dtd=True):
            if event == "start":
                root = element if root is None else root
                depth += 1
                if depth > max_depth:
                    raise Invalid("uploads.xml_too_deep", file=file, member=member, limit=max_depth)
            else:
                depth -= 1
    except ParseError as error:
        raise Invalid("uploads.xml_broken", file=file, member=member, line=error.position[0]) from error
    except DefusedXmlException as error:
        raise Invalid("uploads.xml_forbidden", file=file, member=member) from error
    except (ValueError, LookupError) as error:  # an encoding the parser does not know
        raise Invalid("uploads.xml_broken", file=file, member=member, line=1) from error
    if root is None:
        raise Invalid("uploads.xml_broken", file=file, member=member, line=1)
    return root
