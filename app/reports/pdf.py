"""From a document to one PDF that is an archive (PDF/A-3a), accessible (PDF/UA-1) and carries its data.

Runs in the process of a job: WeasyPrint's memory grows with the pages and is not given back.
"""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from app.reports.fonts import font_faces

MAX_PAGES = 300
VARIANT = "pdf/a-3a"


@dataclass(frozen=True, slots=True)
class Printed:
    """A PDF and its number of pages."""

    content: bytes
    page_count: int


def picture_address(svg: str) -> str:
    """Return an address that holds the picture itself."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def write_html(document: dict[str, Any], pictures: Sequence[str | None]) -> str:
    """Return the printed page's HTML; `pictures` holds the SVG of each block, None where it has none."""
    environment = Environment(
        loader=PackageLoader("app.reports"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    addresses = [None if svg is None else picture_address(svg) for svg in pictures]
    return environment.get_template("report/document.html").render(document=document, pictures=addresses)


def write_pdf(document: dict[str, Any], pictures: Sequence[str | None]) -> Printed:
    """Print a document (the JSON of app.reports.document.Document).

    Raises: ValueError: more than 300 pages; long data belong in the annex.
    """
    from weasyprint import CSS, HTML, Attachment  # noqa: PLC0415  slow import
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415  slow import
    from weasyprint.urls import URLFetcher  # noqa: PLC0415  slow import

    # Nothing is fetched: fonts and pictures are inside the page.
    fetcher = URLFetcher(allowed_protocols=["data"])
    fonts = FontConfiguration()
    source, _filename, _uptodate = _style()
    style = CSS(string=font_faces() + source, font_config=fonts, url_fetcher=fetcher)
    page = HTML(string=write_html(document, pictures), url_fetcher=fetcher)
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
        for each in document["attachments"]
    ]
    content = rendered.write_pdf(pdf_variant=VARIANT, custom_metadata=False)
    return Printed(mark_accessible(content, document), len(rendered.pages))


def mark_accessible(content: bytes, document: dict[str, Any]) -> bytes:
    """Add the PDF/UA-1 mark that the archive variant leaves out, and show the title in the window."""
    import pikepdf  # noqa: PLC0415  slow import

    with pikepdf.open(io.BytesIO(content)) as pdf:
        namespace = "http://www.aiim.org/pdfua/ns/id/"
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
            metadata.register_xml_namespace(namespace, "pdfuaid")
            metadata["pdfuaid:part"] = "1"
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        pdf.Root.Lang = pikepdf.String(document["locale"])
        buffer = io.BytesIO()
        pdf.save(buffer, linearize=False, object_stream_mode=pikepdf.ObjectStreamMode.preserve)
    return buffer.getvalue()


def _style() -> tuple[str, str | None, Any]:
    return PackageLoader("app.reports").get_source(Environment(autoescape=True), "report/print.css")
