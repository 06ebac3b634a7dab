"""The little markup that authors of forms use (bold, emphasis, links, new lines), made safe; nothing else passes.

The only place where text of a person becomes HTML: what is not on the list of nh3 is dropped, scripts first.
"""

import re
from collections.abc import Callable
from functools import lru_cache

import nh3
from markupsafe import Markup, escape

_MARKUP = re.compile(r"[*_<&\[\n#>]")
_LINK = re.compile(r"\[([^\]\n]{1,300})\]\(((?:https?://|mailto:|tel:)[^\s)]{1,500})\)")
# Without a limit, marks that are never closed have each the rest of the line searched.
_STRONG = re.compile(r"(\*\*|__)(?=\S)([^\n]{1,500}?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])(\*|_)(?=\S)([^*_\n]+?)(?<=\S)\1(?![\w*])")
_HEADING = re.compile(r"^#{1,6}\s+(.+)$", re.MULTILINE)
_QUOTED = re.compile(r"\$\{[^}]*\}")
_SET_ASIDE = re.compile("\ue000(\\d+)\ue001", re.ASCII)
_INLINE = {"a", "b", "strong", "i", "em", "u", "br"}
_SCHEMES = {"http", "https", "mailto", "tel"}
# Bounded, like marks: many that are never closed must not have each the whole text searched.
_BLOCKS = re.compile(
    r"(?:\s{0,20}</?(?:p|div|h[1-6]|ul|ol|li|table|tr|blockquote)\b[^>]{0,500}>\s{0,20})+", re.IGNORECASE
)
_LINE_END = re.compile(r"<br\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")
_SPACES = re.compile(r"[ \t\r\n]+")
_BREAKABLE = re.compile(r"(?<=\S) (?=[?!:;»])|(?<=«) ")


@lru_cache(maxsize=2048)
def rich(text: str) -> Markup:
    """Return a text of a form as safe HTML of one flow: links, bold, emphasis, line breaks."""
    return _marked(unbroken(text))


def unbroken(text: str) -> str:
    """Return a text whose signs stay on the line of their word, where its author typed plain spaces: « Où ? »."""
    return _BREAKABLE.sub("\u00a0", text)


def _marked(text: str) -> Markup:
    if not _MARKUP.search(text):
        return escape(text)
    html = _BLOCKS.sub("\n", text)
    html = _LINK.sub(r'<a href="\2">\1</a>', html)
    html = _HEADING.sub(r"<strong>\1</strong>", html)
    html = _STRONG.sub(r"<strong>\2</strong>", html)
    html = _EMPHASIS.sub(r"<em>\2</em>", html)
    html = html.strip().replace("\n", "<br>")
    clean = nh3.clean(
        html, tags=_INLINE, attributes={"a": {"href"}}, url_schemes=_SCHEMES, link_rel="noopener noreferrer"
    )
    return Markup(clean.replace("&nbsp;", "\u00a0"))  # noqa: S704  nh3 cleaned it


def paragraphs(text: str) -> Markup:
    """Return a text of several paragraphs, an empty line between two, as safe HTML."""
    parts = (part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")))
    return Markup("").join(Markup("<p>{}</p>").format(rich(part)) for part in parts if part)


@lru_cache(maxsize=2048)
def dressed(text: str) -> str | None:
    """Return the safe HTML of a text that may quote answers (`${name}`), None where it is the text itself, escaped.

    What is quoted is filled in later, so marks in an answer never become markup.
    """
    if not _MARKUP.search(text) and not _BREAKABLE.search(text):
        return None
    names: list[str] = []

    def set_aside(found: re.Match[str]) -> str:
        names.append(found[0])
        return f"\ue000{len(names) - 1}\ue001"

    html = str(rich(_QUOTED.sub(set_aside, text)))
    html = _SET_ASIDE.sub(lambda found: str(escape(names[int(found[1])])), html)
    return None if html == str(escape(text)) else html


def quoting(write: Callable[[Callable[[str], str | None]], str]) -> Markup:
    """Return as HTML what `write` makes of a text dressed, having escaped what it quotes."""
    return Markup(write(dressed))  # noqa: S704  the author's text is clean, what is quoted is escaped


def plain(text: str) -> str:
    """Return a text of a form without markup, on one line, its spaces as they are: links, tables, exports."""
    return one_line(_marked(text)) if _MARKUP.search(text) else text


def one_line(html: Markup) -> str:
    """Return safe HTML as words on one line: titles of pages, questions read again."""
    words = _TAG.sub("", _LINE_END.sub(" ", html))
    return _SPACES.sub(" ", Markup(words).unescape()).strip()  # noqa: S704  leaves as text, escaped again when shown
