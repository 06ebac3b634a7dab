"""Coded segments to read: by code, each with where it comes from, as HTML, Word (.docx) or OpenDocument (.odt).

The three say the same: a heading a code, then each segment with its line of origin. No library is needed for so plain
a layout; styles are those that word processors name themselves, so that a team's template can take them over.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from coding.queries.codebook import CodeRow
from coding.queries.segments import SegmentRow

_THEN = (1980, 1, 1, 0, 0, 0)
_LEVELS = 4


@dataclass(frozen=True, slots=True)
class Labels:
    """Words of the document, in its language; `locale` is the tag of that language."""

    locale: str
    title: str
    no_segment: str
    do_not_quote: str
    coded_by: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: `style` is title, heading, definition, quote or origin; `level` counts from 1 for headings."""

    style: str
    text: str
    level: int = 1


def lay_out(codes: Sequence[CodeRow], rows: Iterable[SegmentRow], labels: Labels) -> list[Paragraph]:
    """Return the paragraphs: codes in the order of the codebook, under each its segments by text and place."""
    by_code: dict[object, list[SegmentRow]] = {}
    for row in rows:
        by_code.setdefault(row.code_id, []).append(row)
    paragraphs = [Paragraph("title", labels.title)]
    for code in codes:
        held = by_code.get(code.code_id, [])
        if not held and code.is_codable:
            continue
        paragraphs.append(Paragraph("heading", code.name, min(code.depth + 1, _LEVELS)))
        if code.description:
            paragraphs.append(Paragraph("definition", code.description))
        for row in held:
            paragraphs.append(Paragraph("quote", row.quote))
            paragraphs.append(Paragraph("origin", _origin(row, labels)))
    if len(paragraphs) == 1:
        paragraphs.append(Paragraph("definition", labels.no_segment))
    return paragraphs


def _origin(row: SegmentRow, labels: Labels) -> str:
    parts = [
        row.title,
        row.pseudonym or row.speaker,
        row.population,
        row.arm,
        row.site,
        row.wave,
        f"{labels.coded_by} {', '.join(coded.coder for coded in row.codings)}",
        # Nobody's words are nobody's to refuse; a known person's need their consent.
        labels.do_not_quote if row.participant_id is not None and not row.may_quote else None,
    ]
    return " · ".join(part for part in parts if part)


def to_html(paragraphs: Sequence[Paragraph], labels: Labels) -> bytes:
    """Return a page that needs no other file."""
    tags = {"title": "h1", "definition": "p", "quote": "blockquote", "origin": "p class=origin"}
    lines = [
        "<!doctype html>",
        f'<html lang="{escape(labels.locale)}"><head><meta charset="utf-8"><title>{escape(labels.title)}</title>',
        (
            "<style>body{max-width:46rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 serif}"
            "blockquote{margin:1.2rem 0 0;white-space:pre-line}.origin{margin:.2rem 0 0;color:#555;font-size:.85rem}"
            "</style></head><body>"
        ),
    ]
    for each in paragraphs:
        opening = f"h{each.level + 1}" if each.style == "heading" else tags[each.style]
        lines.append(f"<{opening}>{escape(each.text)}</{opening.split()[0]}>")
    return "\n".join([*lines, "</body></html>", ""]).encode()


def to_docx(paragraphs: Sequence[Paragraph], labels: Labels) -> bytes:
    """Return a Word document."""
    names = {"title": "Title", "definition": "Normal", "quote": "Quote", "origin": "Origin"}
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{f"Heading{each.level}" if each.style == "heading" else names[each.style]}"/>'
        f"</w:pPr>{_docx_runs(each.text)}</w:p>"
        for each in paragraphs
    )
    document = f'{_XML}<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'
    return _packed(
        {
            "[Content_Types].xml": _CONTENT_TYPES,
            "_rels/.rels": _RELATIONS.format(type="officeDocument", target="word/document.xml"),
            "word/document.xml": document,
            "word/_rels/document.xml.rels": _RELATIONS.format(type="styles", target="styles.xml"),
            "word/styles.xml": _docx_styles(labels.locale),
        }
    )


def _docx_runs(text: str) -> str:
    lines = (f'<w:t xml:space="preserve">{escape(line, quote=False)}</w:t>' for line in text.split("\n"))
    return f"<w:r>{'<w:br/>'.join(lines)}</w:r>"


def _docx_styles(locale: str) -> str:
    headings = "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{level}"><w:name w:val="heading {level}"/>'
        f'<w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:pPr><w:keepNext/><w:spacing w:before="360"/>'
        f'<w:outlineLvl w:val="{level - 1}"/></w:pPr><w:rPr><w:b/><w:sz w:val="{36 - 4 * level}"/></w:rPr></w:style>'
        for level in range(1, _LEVELS + 1)
    )
    return (
        f'{_XML}<w:styles xmlns:w="{_W}"><w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/>'
        f'<w:lang w:val="{escape(locale)}"/></w:rPr></w:rPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="Normal"/>'
        '<w:rPr><w:b/><w:sz w:val="40"/></w:rPr></w:style>'
        f"{headings}"
        '<w:style w:type="paragraph" w:styleId="Quote"><w:name w:val="Quote"/><w:basedOn w:val="Normal"/>'
        '<w:pPr><w:keepNext/><w:spacing w:before="240"/><w:ind w:left="360"/></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:customStyle="1" w:styleId="Origin"><w:name w:val="Origin"/>'
        '<w:basedOn w:val="Normal"/><w:pPr><w:ind w:left="360"/></w:pPr>'
        '<w:rPr><w:color w:val="555555"/><w:sz w:val="18"/></w:rPr></w:style></w:styles>'
    )


def to_odt(paragraphs: Sequence[Paragraph], labels: Labels) -> bytes:
    """Return an OpenDocument text."""
    names = {"title": "Title", "definition": "Text_20_body", "quote": "Quotations", "origin": "Origin"}
    body = "".join(
        f'<text:h text:style-name="Heading_20_{each.level}" text:outline-level="{each.level}">{_odt_text(each.text)}'
        "</text:h>"
        if each.style == "heading"
        else f'<text:p text:style-name="{names[each.style]}">{_odt_text(each.text)}</text:p>'
        for each in paragraphs
    )
    mimetype = "application/vnd.oasis.opendocument.text"
    manifest = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
        for path, kind in (("/", mimetype), ("content.xml", "text/xml"), ("styles.xml", "text/xml"))
    )
    return _packed(
        {
            "mimetype": mimetype,
            "META-INF/manifest.xml": f'{_XML}<manifest:manifest xmlns:manifest="{_ODF}manifest:1.0" '
            f'manifest:version="1.3">{manifest}</manifest:manifest>',
            "content.xml": f'{_XML}<office:document-content {_ODT} office:version="1.3"><office:body><office:text>'
            f"{body}</office:text></office:body></office:document-content>",
            "styles.xml": _odt_styles(labels.locale),
        }
    )


def _odt_text(text: str) -> str:
    return "<text:line-break/>".join(escape(line, quote=False) for line in text.split("\n"))


def _odt_styles(locale: str) -> str:
    language, _, country = locale.partition("-")
    styles = "".join(_odt_style(*each) for each in _ODT_PARAGRAPHS)
    return (
        f'{_XML}<office:document-styles {_ODT} office:version="1.3"><office:styles>'
        '<style:default-style style:family="paragraph"><style:text-properties fo:font-size="11pt" '
        f'fo:language="{escape(language)}" fo:country="{escape(country or language.upper())}"/></style:default-style>'
        f"{styles}</office:styles></office:document-styles>"
    )


def _odt_style(name: str, shown: str, size: int, weight: str, above: str, left: str) -> str:
    return (
        f'<style:style style:name="{name}" style:display-name="{shown}" style:family="paragraph">'
        f'<style:paragraph-properties fo:margin-top="{above}" fo:margin-left="{left}"/>'
        f'<style:text-properties fo:font-size="{size}pt" fo:font-weight="{weight}"/></style:style>'
    )


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_ODT = " ".join(
    f'xmlns:{prefix}="{space}"'
    for prefix, space in (
        ("office", f"{_ODF}office:1.0"),
        ("text", f"{_ODF}text:1.0"),
        ("style", f"{_ODF}style:1.0"),
        ("fo", f"{_ODF}xsl-fo-compatible:1.0"),
    )
)
_ODT_PARAGRAPHS = (
    ("Title", "Title", 20, "bold", "0cm", "0cm"),
    *((f"Heading_20_{n}", f"Heading {n}", 18 - 2 * n, "bold", "0.6cm", "0cm") for n in range(1, _LEVELS + 1)),
    ("Text_20_body", "Text body", 11, "normal", "0cm", "0cm"),
    ("Quotations", "Quotations", 11, "normal", "0.4cm", "0.6cm"),
    ("Origin", "Origin", 9, "normal", "0cm", "0.6cm"),
)
_CONTENT_TYPES = (
    f'{_XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    '<Override PartName="/word/styles.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>'
)
_RELATIONS = (
    f'{_XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{type}" '
    'Target="{target}"/></Relationships>'
)


def _packed(members: dict[str, str]) -> bytes:
    """Return an archive; a member called mimetype comes first and unpacked, as OpenDocument asks."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in _members(members):
            info = zipfile.ZipInfo(name, _THEN)
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(info, content.encode())
    return buffer.getvalue()


def _members(members: dict[str, str]) -> Iterator[tuple[str, str]]:
    yield from sorted(members.items(), key=lambda each: each[0] != "mimetype")
