"""From a document to one PDF that is an archive (PDF/A-3a), accessible (PDF/UA-1) and carries its data.

Runs in the process of a job: WeasyPrint's memory grows with the pages and is not given back.
"""

import base64
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from app.reports.fonts import font_faces
from app.reports.numbers import NO_BREAK_SPACE, THIN_SPACE

MAX_PAGES = 300
VARIANT = "pdf/a-3a"
POINTS_PER_PIXEL = 0.75


@dataclass(frozen=True, slots=True)
class Printed:
    """A PDF and its number of pages; `anchors` are the places of what has an id: page from 0, points from its top."""

    content: bytes
    page_count: int
    anchors: Mapping[str, tuple[int, float]] = field(default_factory=dict)


def picture_address(svg: str) -> str:
    """Return an address that holds the picture itself."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def write_html(document: dict[str, Any], pictures: Sequence[str | None]) -> str:
    """Return the printed page's HTML; `pictures` holds the SVG of each block, None where it has none."""
    environment = _environment()
    addresses = [None if svg is None else picture_address(svg) for svg in pictures]
    html = environment.get_template("report/document.html").render(document=document, pictures=addresses)
    return bind_french_marks(html) if document["locale"].startswith("fr") else html


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("app.reports"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def bind_french_marks(text: str) -> str:
    """Replace the spaces that French puts inside marks by ones that never end a line."""
    text = re.sub("« ", f"«{THIN_SPACE}", text)
    text = re.sub(r"(?<=[^\s>]) (?=[;!?»])", THIN_SPACE, text)
    return re.sub(r"(?<=[^\s>]) (?=: )", NO_BREAK_SPACE, text)


def write_pdf(document: dict[str, Any], pictures: Sequence[str | None]) -> Printed:
    """Print a document (the JSON of app.reports.document.Document).

    Raises: ValueError: more than 300 pages; long data belong in the annex.
    """
    return lay_out(
        write_html(document, pictures), "print", locale=document["locale"], attachments=document["attachments"]
    )


def print_template(name: str, document: dict[str, Any]) -> Printed:
    """Print what `report/<name>.html` makes of a document, with the styles of `report/<name>.css`.

    Raises: ValueError: more than 300 pages.
    """
    html = _environment().get_template(f"report/{name}.html").render(document=document)
    locale = str(document["locale"])
    return lay_out(bind_french_marks(html) if locale.startswith("fr") else html, name, locale=locale)


def lay_out(html: str, sheet: str, *, locale: str, attachments: Sequence[dict[str, str]] = ()) -> Printed:
    """Lay a page out and mark it as an archive and as accessible; `sheet` names its styles.

    Raises: ValueError: more than 300 pages.
    """
    from weasyprint import CSS, HTML, Attachment
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    # Nothing is fetched: fonts and pictures are inside the page.
    fetcher = URLFetcher(allowed_protocols=["data"])
    fonts = FontConfiguration()
    source, _filename, _uptodate = _style(sheet)
    style = CSS(string=font_faces() + source, font_config=fonts, url_fetcher=fetcher)
    page = HTML(string=html, url_fetcher=fetcher)
    rendered = page.render(stylesheets=[style], font_config=fonts)
    if len(rendered.pages) > MAX_PAGES:
        message = f"{len(rendered.pages)} pages"
        raise ValueError(message)
    rendered.metadata.attachments = [
        Attachment(
            string=each["content"].encode("utf-8-sig"),
            name=each["name"],
            description=each["description"],
            relationship="Data",
        )
        for each in attachments
    ]
    content = rendered.write_pdf(pdf_variant=VARIANT, custom_metadata=False)
    anchors = {
        name: (number, place[1] * POINTS_PER_PIXEL)
        for number, page in enumerate(rendered.pages)
        for name, place in page.anchors.items()
    }
    return Printed(mark_accessible(content, locale), len(rendered.pages), anchors)


def mark_accessible(content: bytes, locale: str) -> bytes:
    """Add the PDF/UA-1 mark that the archive variant leaves out, and show the title in the window."""
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as pdf:
        packet = pdf.Root.Metadata.read_bytes().decode()
        # Raw text: an archive must also describe each property that is not predefined, which libraries do not write.
        marked = packet.replace("</rdf:RDF>", _UA_MARK + "</rdf:RDF>")
        pdf.Root.Metadata.write(marked.encode())
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        pdf.Root.Lang = pikepdf.String(locale)
        buffer = io.BytesIO()
        pdf.save(buffer, object_stream_mode=pikepdf.ObjectStreamMode.preserve)
    return buffer.getvalue()


_UA_MARK = """<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


def _style(sheet: str) -> tuple[str, str | None, Any]:
    return PackageLoader("app.reports").get_source(Environment(autoescape=True), f"report/{sheet}.css")
