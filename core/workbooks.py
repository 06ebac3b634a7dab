"""Workbooks (.xlsx) sent by strangers, measured before the reader makes room for them.

The reader holds the whole grid from A1 to the farthest filled cell: one cell at XFD1048576 asks for 17 thousand
million. It also reads XML that is not quite XML, so what it is given is a copy holding only what was measured here.
"""

import io
import re
import zipfile

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from core.archives import MAX_TOTAL_BYTES, open_archive
from core.errors import Invalid

MAX_CELLS = 4_000_000
MAX_SHEET_BYTES = 100_000_000
# The parts a workbook is read from; an OpenDocument file hidden in the same archive is not among them.
_PARTS = ("xl/", "_rels/", "[content_types].xml")
_PLACE = re.compile(r"([A-Za-z]+)([0-9]+)")
_CHUNK = 1 << 20


class FarCell(Invalid):
    """A sheet fills a cell too far away to hold the grid that leads to it."""


def measured_copy(content: bytes, *, file: str, max_bytes: int = MAX_TOTAL_BYTES) -> bytes:
    """Return the workbook with only its well-formed XML parts, none of which fills a cell too far away.

    Args: max_bytes: all parts together, unpacked; about 6 MB a second are read.
    Raises: Invalid: the archive fails the gate.  FarCell: the grid to the farthest filled cell exceeds MAX_CELLS, or
    the parts exceed `max_bytes`.
    """
    copied = io.BytesIO()
    left = max_bytes
    with open_archive(content, file=file) as archive, zipfile.ZipFile(copied, "w") as copy:
        for name in sorted(archive.names):
            if not name.lower().startswith(_PARTS):
                continue
            part = archive.read(name, max_bytes=MAX_SHEET_BYTES)
            left -= len(part)
            if left < 0:
                raise FarCell("uploads.archive_too_large", file=file, limit=max_bytes // 1_000_000)
            extent = _extent(part)
            if extent is None:
                continue
            if extent.rows * extent.columns > MAX_CELLS:
                raise FarCell("uploads.archive_too_large", file=file, limit=MAX_TOTAL_BYTES // 1_000_000)
            copy.writestr(name, part)
    return copied.getvalue()


def _extent(part: bytes) -> "_Extent | None":
    """Return how far the filled cells of a part reach, None when it is not XML."""
    extent = _Extent()
    parser = DefusedXMLParser(target=extent, forbid_dtd=True)
    try:
        for start in range(0, len(part), _CHUNK):
            parser.feed(part[start : start + _CHUNK])
        parser.close()
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return None
    return extent


class _Extent:
    """Hears the elements of a sheet; rows and cells without a place follow the ones before them."""

    def __init__(self) -> None:
        self.rows = self.columns = 1
        self._row = self._column = 0
        self._at = (0, 0)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if name == "row":
            number = attributes.get("r", "").strip()
            self._row = int(number[:9]) if number.isascii() and number.isdigit() else self._row + 1
            self._column = 0
        elif name == "c":
            self._column += 1
            place = _PLACE.fullmatch(attributes.get("r", "").strip())
            if place:
                self._column = _column_number(place[1])
            self._at = (max(self._row, int(place[2][:9])) if place else self._row, self._column)
        elif name in {"v", "is", "f"}:
            self.rows, self.columns = max(self.rows, self._at[0]), max(self.columns, self._at[1])

    def end(self, tag: str) -> None:
        """Nothing: the parser wants it."""

    def data(self, text: str) -> None:
        """Nothing: the parser wants it."""

    def close(self) -> None:
        """Nothing: the parser wants it."""


def _column_number(letters: str) -> int:
    column = 0
    for letter in letters.upper()[:6]:
        column = column * 26 + ord(letter) - 64
    return column
