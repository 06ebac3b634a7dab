r"""Rich Text Format 1.9: the words a reader of the page would see, revisions accepted.

Kept: paragraphs, line breaks, tabs, table cells, tracked insertions. Left out and announced: tracked deletions, hidden
text, notes, comments, pictures. Bytes are read by the code page of their font, `\u` by itself.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from coding.readers.reading import Reading, announce
from core.errors import Invalid
from core.text import normalise

_TOKEN = re.compile(
    r"\\(?:'([0-9a-fA-F]{2})|([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|(.))|([{}])|([^\\{}\r\n]+)|[\r\n]+", re.DOTALL
)
_SKIPPED = frozenset({
    "fonttbl", "colortbl", "stylesheet", "info", "header", "headerl", "headerr", "headerf", "footer", "footerl",
    "footerr", "footerf", "fldinst", "listtext", "pntext", "nonshppict", "template", "filetbl", "listtable",
    "listoverridetable", "revtbl", "rsidtbl", "xmlnstbl", "themedata", "colorschememapping", "latentstyles",
    "datastore", "generator", "ftnsep", "ftnsepc", "aftnsep", "aftnsepc", "tc", "xe", "bkmkstart", "bkmkend",
    "sp", "mmathPr",
})  # fmt: skip
_ANNOUNCED = {"pict": "picture", "shppict": "picture", "object": "picture", "shp": "picture", "footnote": "note",
              "annotation": "comment"}  # fmt: skip
_CHARACTERS = {
    "par": "\n", "line": "\n", "sect": "\n", "page": "\n", "row": "\n", "cell": "\t", "nestcell": "\t", "nestrow": "\n",
    "tab": "\t", "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "emspace": " ", "enspace": " ", "qmspace": " ",
}  # fmt: skip
_SYMBOLS = {"~": "\u00a0", "_": "‑", "\n": "\n", "\r": "\n", "\\": "\\", "{": "{", "}": "}"}
_PAGES = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
_CHARSETS = {77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "big5", 161: "cp1253", 162: "cp1254",
             163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
             238: "cp1250"}  # fmt: skip
_MAX_DEPTH = 500


@dataclass(frozen=True, slots=True)
class _Group:
    """What holds inside a group: `skips` leaves its words out, `kind` is its destination where that matters."""

    skips: bool = False
    kind: str = ""
    hidden: bool = False
    deleted: bool = False
    inserted: bool = False
    font: int | None = None
    after_unicode: int = 1


def read_rtf(content: bytes, *, file: str) -> Reading:
    """Read an RTF file.

    Raises: Invalid: `coding.rtf_truncated` (a group is not closed), `coding.rtf_too_deep`.
    """
    reader = _Reader(content.decode("latin-1"), file)
    said = "".join(reader.read())
    # A character beyond the first 65,536 is written as two halves.
    whole = said.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return Reading(normalise(whole), "rtf", announce(reader.found))


class _Reader:
    def __init__(self, source: str, file: str) -> None:
        self._source = source
        self._file = file
        self._group = _Group()
        self._outer: list[_Group] = []
        self._page = "cp1252"
        self._fonts: dict[int, str] = {}
        self._default_font: int | None = None
        self._starred = False
        self._to_skip = 0  # what stands for a \u where Unicode is not read
        self._bytes = bytearray()  # waiting for the others of their character
        self._words: list[str] = []
        self.found: Counter[str] = Counter()

    def read(self) -> list[str]:
        place, end = 0, len(self._source)
        while place < end:
            token = _TOKEN.match(self._source, place)
            if token is None:  # a lone backslash at the very end
                break
            place = token.end()
            code, word, number, symbol, brace, plain = token.groups()
            if brace:
                self._brace(brace)
                if not self._outer and brace == "}":
                    return self._finished()
            elif word == "bin":
                place += max(0, int(number or 0))
            elif word:
                self._control(word, None if number is None else int(number))
            elif code is not None:
                self._byte(bytes([int(code, 16)]))
            elif symbol is not None:
                self._symbol(symbol)
            elif plain:
                self._byte(plain.encode("latin-1"))
        raise Invalid("coding.rtf_truncated", file=self._file, line=self._source.count("\n") + 1)

    def _finished(self) -> list[str]:
        self._flush()
        return self._words

    def _brace(self, brace: str) -> None:
        self._flush()
        self._starred, self._to_skip = False, 0
        if brace == "{":
            if len(self._outer) >= _MAX_DEPTH:
                raise Invalid("coding.rtf_too_deep", file=self._file, limit=_MAX_DEPTH)
            self._outer.append(self._group)
        elif self._outer:
            self._group = self._outer.pop()

    def _control(self, word: str, number: int | None) -> None:
        if word == "u" and number is not None:
            self._unicode(number)
            return
        self._flush()
        starred, self._starred = self._starred, False
        is_on = number != 0
        if word in _ANNOUNCED and not self._group.skips:
            self.found[_ANNOUNCED[word]] += 1
            self._change(skips=True)
        elif word in _SKIPPED:
            self._change(skips=True, kind=word)
        elif starred and word != "fldrslt":
            self._change(skips=True)
        elif word in _CHARACTERS:
            self._say(_CHARACTERS[word])
        elif word == "v":
            self._mark("hidden", hidden=is_on)
        elif word == "deleted":
            self._mark("deletion", deleted=is_on)
        elif word == "revised":
            self._mark("insertion", inserted=is_on)
        elif word == "plain":
            self._change(hidden=False, deleted=False, inserted=False, font=self._default_font)
        else:
            self._describe(word, number)

    def _describe(self, word: str, number: int | None) -> None:
        """Take in what says how bytes are read."""
        if word == "uc" and number is not None:
            self._change(after_unicode=max(0, number))
        elif word == "ansicpg" and number:
            self._page = f"cp{number}" if number != 65001 else "utf-8"  # noqa: PLR2004  the number of UTF-8's page
        elif word in _PAGES:
            self._page = _PAGES[word]
        elif word == "deff":
            self._default_font = number
        elif word == "f" and number is not None:
            self._change(font=number)
        elif word == "fcharset" and number in _CHARSETS and self._group.font is not None:
            self._fonts[self._group.font] = _CHARSETS[number]

    def _change(self, **changes: Any) -> None:
        self._group = replace(self._group, **changes)

    def _mark(self, kind: str, **change: bool) -> None:
        [(name, is_on)] = change.items()
        if is_on and not getattr(self._group, name) and not self._group.skips:
            self.found[kind] += 1
        self._change(**change)

    def _unicode(self, number: int) -> None:
        self._flush()
        self._say(chr(number % 0x10000))
        self._to_skip = self._group.after_unicode

    def _byte(self, said: bytes) -> None:
        skipped = min(self._to_skip, len(said))
        self._to_skip -= skipped
        self._bytes += said[skipped:]

    def _symbol(self, symbol: str) -> None:
        self._flush()
        if symbol == "*":
            self._starred = True
        elif self._to_skip:
            self._to_skip -= 1
        else:
            self._say(_SYMBOLS.get(symbol, ""))

    def _flush(self) -> None:
        if self._bytes:
            page = self._fonts.get(self._group.font, self._page) if self._group.font is not None else self._page
            said = bytes(self._bytes)
            self._bytes.clear()
            try:
                self._say(said.decode(page, errors="replace"))
            except LookupError:  # a code page nobody knows
                self._say(said.decode("cp1252", errors="replace"))

    def _say(self, words: str) -> None:
        group = self._group
        if self._outer and not (group.skips or group.hidden or group.deleted):
            self._words.append(words)
