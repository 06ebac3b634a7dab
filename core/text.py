"""From the bytes people send to the text we keep: encoding, Unicode form, line ends, and CSV dialects."""

import codecs
import csv
import io
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from core.errors import Invalid

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark begins it
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE_BYTES = 8_000
# In UTF-16 text of a European language nearly every other byte is zero; a third is far from any other text.
_ZERO_SHARE_OF_UTF16 = 0.3
_GUESSED_BYTES = 100_000
_ENCODINGS_OF_FRENCH = ("cp1252", "mac_roman", "cp850")  # Windows, old Macintosh, DOS: of equals the first
_LETTERS_OF_FRENCH = frozenset("àâçéèêëîïôöùûüœæÀÂÇÉÈÊËÎÏÔÙÛÜŒÆ«»“”‘’–—…€°\u00a0·•")
_SHARE_OF_FRENCH = 0.9
_ENOUGH_TO_GUESS = 30
# Control characters no XML or database takes, tab and line feed aside.
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff\ufeff]")
DELIMITERS = (",", ";", "\t", "|")
_SNIFFED_ROWS = 50
_SNIFFED_CHARACTERS = 200_000


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text in NFC with LF line ends and no byte order mark, and the encoding it was read with."""

    text: str
    encoding: str

    @property
    def is_guess(self) -> bool:
        """Whether nothing in the bytes says how they are written."""
        return not self.encoding.startswith("utf")


def decode(content: bytes, *, file: str = "") -> Decoded:
    """Read bytes as text: byte order mark, then strict UTF-8, then the look of UTF-16, then what reads as words.

    Raises: Invalid: `uploads.not_text` (a binary file) or `uploads.broken_encoding` (its mark does not hold).
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            try:
                return Decoded(normalise(content[len(mark) :].decode(encoding)), encoding)
            except UnicodeDecodeError as error:
                raise Invalid("uploads.broken_encoding", file=file, encoding=encoding) from error
    sample = content[:_SAMPLE_BYTES]
    if b"\x00" in sample:
        return _decode_utf16(content, file=file)
    try:
        return Decoded(normalise(content.decode()), "utf-8")
    except UnicodeDecodeError:
        encoding = _guess_encoding(content)
    try:
        return Decoded(normalise(content.decode(encoding)), encoding)
    except UnicodeDecodeError as error:
        raise Invalid("uploads.not_text", file=file) from error


def _guess_encoding(content: bytes) -> str:
    """Return the encoding by which the bytes above ASCII read best as French; otherwise as some other language."""
    sample = content[:_GUESSED_BYTES]
    shares = {}
    for encoding in _ENCODINGS_OF_FRENCH:
        letters = [letter for letter in sample.decode(encoding, errors="replace") if letter > "\x7f"]
        shares[encoding] = sum(letter in _LETTERS_OF_FRENCH for letter in letters) / max(1, len(letters))
    best = max(shares, key=lambda encoding: shares[encoding])
    if shares[best] >= _SHARE_OF_FRENCH:
        return best
    if sum(letter > "\x7f" for letter in sample.decode("latin-1")) < _ENOUGH_TO_GUESS:
        return "cp1252"
    from charset_normalizer import from_bytes  # noqa: PLC0415  seldom needed

    found = from_bytes(sample, preemptive_behaviour=False).best()
    return found.encoding if found is not None else "cp1252"


def _decode_utf16(content: bytes, *, file: str) -> Decoded:
    sample = content[: _SAMPLE_BYTES // 2 * 2]
    half = max(1, len(sample) // 2)
    zeros_first, zeros_second = sample[0::2].count(0) / half, sample[1::2].count(0) / half
    encoding = "utf-16-le" if zeros_second >= zeros_first else "utf-16-be"
    if max(zeros_first, zeros_second) < _ZERO_SHARE_OF_UTF16 or min(zeros_first, zeros_second) > _ZERO_SHARE_OF_UTF16:
        raise Invalid("uploads.not_text", file=file)
    try:
        return Decoded(normalise(content.decode(encoding)), encoding)
    except UnicodeDecodeError as error:
        raise Invalid("uploads.not_text", file=file) from error


def normalise(text: str) -> str:
    """Return `text` in NFC, lines ended by LF, without control characters."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\x0c", "\n")
    return unicodedata.normalize("NFC", _CONTROLS.sub("", unified))


def sniff_delimiter(text: str) -> str:
    """Return the separator that gives the first rows the most columns, alike from row to row; a comma if none does."""
    best, best_score = ",", (0.0, 0)
    sample = text.lstrip("\n ")[:_SNIFFED_CHARACTERS]
    for delimiter in DELIMITERS:
        widths = Counter(len(row) for row in _rows(sample, delimiter, _SNIFFED_ROWS))
        if not widths:
            continue
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
        score = (count / widths.total(), width)
        if width > 1 and score > best_score:
            best, best_score = delimiter, score
    return best


def read_csv(content: bytes, *, file: str = "", limit: int | None = None) -> list[list[str]]:
    """Return the rows of a CSV file, every cell as text (`NA` stays `NA`), blank lines dropped.

    Args:   limit: read no more rows than that; None reads all.

    Raises: Invalid: `uploads.not_text`, `uploads.broken_encoding`, or `uploads.broken_csv` with its row.
    """
    text = decode(content, file=file).text
    return _rows(text, sniff_delimiter(text), limit, file=file)


def _rows(text: str, delimiter: str, limit: int | None, *, file: str | None = None) -> list[list[str]]:
    rows: list[list[str]] = []
    # Blank lines are dropped as they come: three million of them are no table, and a second of work at most.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = 0
    try:
        for number, row in enumerate(reader, start=1):  # noqa: B007  the error below tells it
            if row and not "".join(row).isspace() and any(row):
                rows.append(row)
                if len(rows) == limit:
                    break
    except csv.Error as error:
        if file is not None:
            raise Invalid("uploads.broken_csv", file=file, row=number + 1) from error
    return rows
