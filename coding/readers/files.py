"""The reader of a file, chosen by what it holds rather than by its name."""

from pathlib import PurePath

from coding.readers.annotations import read_elan, read_transcriber
from coding.readers.docx import read_docx
from coding.readers.odt import read_odt
from coding.readers.reading import Notice, Reading
from coding.readers.rtf import read_rtf
from coding.readers.subtitles import read_subtitles
from coding.readers.textgrid import read_textgrid
from core.archives import open_archive
from core.errors import Invalid
from core.text import Decoded, decode

_UNREAD = ((b"%PDF", "PDF"), (b"\xd0\xcf\x11\xe0", "DOC"))
_HEAD_BYTES = 2_000


def read_file(file_name: str, content: bytes) -> Reading:
    """Read a transcript of any format that is carried.

    Raises: Invalid: `coding.*` or `uploads.*` with the file, and the member and line where there are some.
    """
    for mark, name in _UNREAD:
        if content.startswith(mark):
            raise Invalid("coding.format_unknown", file=file_name, format=name)
    if content.startswith(b"PK"):
        return _read_archive(file_name, content)
    if content.startswith(b"{\\rtf"):
        return read_rtf(content, file=file_name)
    head = content[:_HEAD_BYTES]
    if b"<ANNOTATION_DOCUMENT" in head:
        return read_elan(content, file=file_name)
    if b"<Trans" in head:
        return read_transcriber(content, file=file_name)
    return _read_text(file_name, decode(content, file=file_name))


def _read_archive(file_name: str, content: bytes) -> Reading:
    with open_archive(content, file=file_name) as archive:
        if "content.xml" in archive.names:
            return read_odt(archive)
        if "_rels/.rels" in archive.names or any(name.startswith("word/") for name in archive.names):
            return read_docx(archive)
    raise Invalid("coding.format_unknown", file=file_name, format="ZIP")


def _read_text(file_name: str, decoded: Decoded) -> Reading:
    extension = PurePath(file_name).suffix.lower()
    text = decoded.text
    if 'ooTextFile"' in text[:200] and '"TextGrid"' in text[:200]:
        reading = read_textgrid(text, file=file_name)
    elif text.startswith("WEBVTT") or extension == ".vtt":
        reading = read_subtitles(text, file=file_name, source_format="vtt")
    elif extension == ".srt":
        reading = read_subtitles(text, file=file_name, source_format="srt")
    else:
        reading = Reading(text.strip("\n"), "txt")
    if decoded.is_guess:
        notice = Notice("coding.notice_encoding", {"encoding": _name_encoding(decoded.encoding)})
        return Reading(reading.text, reading.source_format, (*reading.notices, notice), reading.turns)
    return reading


def _name_encoding(encoding: str) -> str:
    if encoding.startswith("cp125"):
        return f"Windows-{encoding[2:]}"
    return encoding.replace("_", " ").title() if encoding.startswith("mac") else encoding.upper().replace("_", "-")
