"""The small Markdown of report texts, as plain nodes that templates show: no HTML is ever made from a person's words.

Known: `#` headings, paragraphs, `-` and `1.` lists, **bold**, *italic*, [words](https://address). All else is text.
"""

import re
from dataclasses import dataclass

_HEADING = re.compile(r"(#{1,3})\s+(.+)")
_BULLET = re.compile(r"[-*]\s+(.+)")
_NUMBER = re.compile(r"\d{1,3}[.)]\s+(.+)")
_INLINE = re.compile(
    r"\*\*(?P<strong>[^*\n]{1,500})\*\*|\*(?P<em>[^*\n]{1,500})\*"
    r"|\[(?P<link>[^\]\n]{1,300})\]\((?P<href>https://[^\s)]{1,500})\)"
)


@dataclass(frozen=True, slots=True)
class Inline:
    """A stretch of words; `style` is plain, strong, em or link."""

    text: str
    style: str = "plain"
    href: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A block: `tag` is h1, h2, h3, p, ul or ol; `lines` has one line, or one for each item of a list."""

    tag: str
    lines: tuple[tuple[Inline, ...], ...]


def parse_markdown(text: str) -> tuple[Node, ...]:
    """Return the blocks of a text."""
    nodes: list[Node] = []
    paragraph: list[str] = []
    items: list[str] = []
    list_tag = ""

    def close() -> None:
        nonlocal list_tag
        if paragraph:
            nodes.append(Node("p", (parse_inline(" ".join(paragraph)),)))
            paragraph.clear()
        if items:
            nodes.append(Node(list_tag, tuple(parse_inline(item) for item in items)))
            items.clear()
        list_tag = ""

    for raw in text.replace("\r\n", "\n").split("\n"):
        line = raw.strip()
        if not line:
            close()
        elif heading := _HEADING.fullmatch(line):
            close()
            nodes.append(Node(f"h{len(heading[1])}", (parse_inline(heading[2]),)))
        elif item := _BULLET.fullmatch(line) or _NUMBER.fullmatch(line):
            tag = "ol" if line[0].isdigit() else "ul"
            if paragraph or (items and tag != list_tag):
                close()
            list_tag = tag
            items.append(item[1])
        elif items:
            items[-1] += " " + line
        else:
            paragraph.append(line)
    close()
    return tuple(nodes)


def parse_inline(text: str) -> tuple[Inline, ...]:
    """Return the stretches of one line."""
    found: list[Inline] = []
    end = 0
    for match in _INLINE.finditer(text):
        if match.start() > end:
            found.append(Inline(text[end : match.start()]))
        if match["link"]:
            found.append(Inline(match["link"], "link", match["href"]))
        elif match["strong"]:
            found.append(Inline(match["strong"], "strong"))
        else:
            found.append(Inline(match["em"], "em"))
        end = match.end()
    if end < len(text):
        found.append(Inline(text[end:]))
    return tuple(found)
