"""From LimeSurvey's HTML to the little markup of our forms: bold, emphasis, links, lines; the rest is named."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

_SCRIPT: Final = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_BLOCKS: Final = frozenset(
    {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "tr", "blockquote", "pre", "hr", "section",
     "article", "header", "footer", "figure", "figcaption", "center", "dl", "dt", "dd", "address", "form"}
)  # fmt: skip
_STRONG: Final = frozenset({"b", "strong", "h1", "h2", "h3", "h4", "h5", "h6", "th"})
_EMPHASIS: Final = frozenset({"i", "em", "cite", "dfn"})
# What is said when it goes: without it the question may mean something else.
_NAMED: Final = frozenset(
    {"img", "iframe", "video", "audio", "object", "embed", "svg", "canvas", "input", "select", "textarea", "button",
     "form", "table", "map", "math"}
)  # fmt: skip
_OPENING, _CLOSING = "«\u00a0", "\u00a0»"
_MAX_OPEN: Final = 20
_MAX_BRACES: Final = 50
_MAX_EXPRESSION: Final = 20_000
_SCHEMES: Final = re.compile(r"(?:https?://|mailto:|tel:)[^\s)]{1,500}", re.IGNORECASE)
_TAG_LIKE: Final = re.compile(r"<(?=[A-Za-z/!?])")
_HTML: Final = re.compile(r"[<&]")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text as our forms have it, and the elements that were left out of it (`script`, `img`…)."""

    text: str
    dropped: tuple[str, ...] = ()


def clean(html: str) -> Cleaned:
    """Return what a text says, with the marks that our pages show."""
    dropped = ["script" if found[1].lower() == "script" else "style" for found in _SCRIPT.finditer(html)]
    bare = _SCRIPT.sub(" ", html)
    if not _HTML.search(bare):
        return Cleaned(_tidy(bare.replace("\r\n", "\n")), tuple(dict.fromkeys(dropped)))
    reader = _Reader()
    reader.feed(bare)
    reader.close()
    dropped += reader.dropped
    return Cleaned(_tidy("".join(reader.parts)), tuple(dict.fromkeys(dropped)))


def _tidy(text: str) -> str:
    """One space between words, no space around lines, never more than one empty line."""
    lines = [re.sub(r"[ \t\f\v]+", " ", line).strip(" ") for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


@dataclass(slots=True)
class _Mark:
    """An open mark: its element, its sign, and where it began."""

    element: str
    sign: str
    start: int


class _Reader(HTMLParser):
    """Collects the text of a fragment; marks that enclose nothing are not written."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.dropped: list[str] = []
        self._marks: list[_Mark] = []
        self._links: list[tuple[int, str]] = []
        self._lists: list[int | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if any(name.startswith("on") for name in values):
            self.dropped.append("script")
        if tag in _NAMED:
            self.dropped.append(tag)
        if tag in _BLOCKS:
            self._line()
        if tag in ("ul", "ol"):
            self._lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._bullet()
        else:
            self.parts.append(
                {"br": "\n", "td": " ", "th": " ", "q": _OPENING, "img": values.get("alt", "")}.get(tag, "")
            )
        if tag == "a" and len(self._links) < _MAX_OPEN:
            self._links.append((len(self.parts), values.get("href", "").strip()))
        if tag in (*_STRONG, *_EMPHASIS) and len(self._marks) < _MAX_OPEN:
            self._marks.append(_Mark(tag, "**" if tag in _STRONG else "*", len(self.parts)))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        if tag == "a" and self._links:
            self._link(*self._links.pop())
        if tag == "q":
            self.parts.append(_CLOSING)
        for number in reversed(range(len(self._marks))):
            if self._marks[number].element == tag:
                self._close(self._marks.pop(number))
                break
        if tag in _BLOCKS:
            self._line()

    def handle_data(self, data: str) -> None:
        # Between tags a line break is a space; a sign « less than » must not begin a tag on our pages.
        self.parts.append(_TAG_LIKE.sub("< ", data.replace("\r\n", "\n").replace("\n", " ")))

    def close(self) -> None:
        """End the fragment: marks left open are closed."""
        super().close()
        while self._marks:
            self._close(self._marks.pop())
        while self._links:
            self._link(*self._links.pop())

    def _line(self) -> None:
        if self.parts and not self.parts[-1].endswith("\n"):
            self.parts.append("\n")

    def _bullet(self) -> None:
        self._line()
        number = self._lists[-1] if self._lists else None
        if number is None:
            self.parts.append("– ")
        else:
            self._lists[-1] = number + 1
            self.parts.append(f"{number + 1}. ")

    def _close(self, mark: _Mark) -> None:
        inner = "".join(self.parts[mark.start :])
        bare = inner.strip()
        # The marks of our pages stand on one line and hold no other mark of their kind.
        if not bare or "\n" in bare or "*" in bare:
            return
        before, after = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
        self.parts[mark.start :] = [f"{before}{mark.sign}{bare}{mark.sign}{after}"]

    def _link(self, start: int, target: str) -> None:
        inner = "".join(self.parts[start:])
        words = " ".join(inner.split())
        if not _SCHEMES.fullmatch(target):
            if target and not target.startswith("#"):
                self.dropped.append("a")
            return
        if words and "]" not in words:
            self.parts[start:] = [f"[{words[:300]}]({target})"]


@dataclass(slots=True)
class Braces:
    """A text cut where LimeSurvey computes: plain pieces and, between them, the expressions in braces."""

    pieces: list[str] = field(default_factory=list)
    expressions: list[str] = field(default_factory=list)


def cut_braces(text: str) -> Braces:
    """Find `{…}`: a brace followed by a space or a line, or after a backslash, is a brace, as in LimeSurvey.

    Quotes inside protect braces; what is never closed is text.
    """
    found = Braces()
    start = position = failed = 0
    text = _SCRIPT.sub(lambda script: script[0].replace("{", "\ue07b").replace("}", "\ue07d"), text)
    while position < len(text):
        end = _closing(text, position) if text[position] == "{" and _opens(text, position) else -1
        if end < 0:
            failed += text[position] == "{"
            position = position + 1 if failed < _MAX_BRACES else len(text)
            continue
        found.pieces.append(text[start:position])
        found.expressions.append(text[position + 1 : end])
        start = position = end + 1
    found.pieces.append(text[start:])
    found.pieces = [piece.replace("\\{", "{").replace("\\}", "}").replace("\ue07b", "{").replace("\ue07d", "}")
                    for piece in found.pieces]  # fmt: skip
    return found


def _opens(text: str, position: int) -> bool:
    following = text[position + 1 : position + 2]
    return bool(following) and not following.isspace() and (position == 0 or text[position - 1] != "\\")


def _closing(text: str, position: int) -> int:
    depth, quote = 0, ""
    for index in range(position, min(len(text), position + _MAX_EXPRESSION)):
        sign = text[index]
        if quote:
            quote = "" if sign == quote and text[index - 1] != "\\" else quote
        elif sign in "'\"" and depth:
            quote = sign
        elif sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
            if not depth:
                return -1 if text[index - 1].isspace() else index
    return -1
