"""Lay a questionnaire out once, then give every sheet its own code: on each page, and on the coupon that one keeps.

Laying out costs seconds, a sheet more a few milliseconds: all sheets share the words, the fonts and the pictures.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import segno

from app.reports.pdf import Printed, print_template
from surveys.tokens import spell

COUPON = "coupon"
_MM = 72 / 25.4
_WIDTH, _HEIGHT = 210 * _MM, 297 * _MM
_MARGIN = 18 * _MM
_QR_SIDE, _QR_TOP = 16 * _MM, 7 * _MM
_CODE_SIZE, _NAME_SIZE, _COUPON_SIZE = 12, 8, 26
_LETTER = 0.6
"""Width of every letter of Courier, in its size."""


@dataclass(frozen=True, slots=True)
class SheetStamp:
    """What a sheet carries: its code, and what tells who hands it over to whom; "" for nobody known."""

    code: str
    name: str = ""


def print_blank(document: dict[str, Any]) -> Printed:
    """Print a questionnaire that belongs to nobody, accessible, to be read or tried."""
    return print_template("paper", {**document, "coupon": False})


def print_sheets(document: dict[str, Any], stamps: Sequence[SheetStamp]) -> Printed:
    """Print a sheet for each stamp, one after the other, each beginning on the front of a leaf."""
    import pikepdf

    laid = print_template("paper", {**document, "coupon": True})
    with pikepdf.open(io.BytesIO(laid.content)) as made:
        bare = _bare_pages(made)
        before, after = made.make_stream(b"q "), made.make_stream(b" Q ")
        del made.pages[:]
        # Tags belong to pages that are no more; a print for hands needs none, `print_blank` has them.
        for name in ("StructTreeRoot", "MarkInfo", "Outlines", "AF", "Names", "Metadata"):
            if name in made.Root:
                del made.Root[f"/{name}"]
        for stamp in stamps:
            code = made.make_stream(b"".join(_stamp(stamp)))
            for number, page in enumerate(bare):
                new = made.make_indirect(pikepdf.Dictionary(page))
                drawn = [before, *_streams(page), after, code]
                if COUPON in laid.anchors and laid.anchors[COUPON][0] == number:
                    drawn.append(made.make_stream(_coupon(stamp, laid.anchors[COUPON][1])))
                new.Contents = pikepdf.Array(drawn)
                made.pages.append(pikepdf.Page(new))
            if len(bare) % 2:
                made.add_blank_page(page_size=(_WIDTH, _HEIGHT))
        buffer = io.BytesIO()
        made.save(buffer, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return Printed(buffer.getvalue(), len(made.pages))


def _bare_pages(made: Any) -> list[Any]:
    """Return the dictionaries of the pages, with the font of the stamps and without their place in the tags."""
    import pikepdf

    font = made.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type1,
            BaseFont=pikepdf.Name("/Courier-Bold"),
            Encoding=pikepdf.Name.WinAnsiEncoding,
        )
    )
    found = []
    for page in made.pages:
        fonts = page.obj.Resources.get("/Font")
        # Pages may share one list of fonts.
        if fonts is None or "/Stamp" not in fonts:
            page.add_resource(font, pikepdf.Name.Font, pikepdf.Name("/Stamp"))
        for name in ("/StructParents", "/Annots", "/Tabs"):
            if name in page.obj:
                del page.obj[name]
        found.append(page.obj)
    return found


def _streams(page: Any) -> list[Any]:
    import pikepdf

    contents = page.Contents
    return list(contents) if isinstance(contents, pikepdf.Array) else [contents]


def _stamp(stamp: SheetStamp) -> Iterator[bytes]:
    """Draw the code at the top right of a page: squares, then letters beside them."""
    left = _WIDTH - _MARGIN - _QR_SIDE
    yield from _qr(stamp.code, left, _HEIGHT - _QR_TOP - _QR_SIDE)
    spelled = spell(stamp.code)
    begins = left - 8 - len(spelled) * _LETTER * _CODE_SIZE
    yield _words(spelled, begins, _HEIGHT - _QR_TOP - 14, _CODE_SIZE)
    if stamp.name:
        name = stamp.name[:40]
        yield _words(name, left - 8 - len(name) * _LETTER * _NAME_SIZE, _HEIGHT - _QR_TOP - 28, _NAME_SIZE)


def _qr(code: str, x: float, y: float) -> Iterator[bytes]:
    rows = tuple(segno.make(code, micro=False, error="q").matrix)
    side = _QR_SIDE / len(rows)
    yield b"0 0 0 rg "
    for number, row in enumerate(rows):
        for column, dark in enumerate(row):
            if dark:
                bottom = y + _QR_SIDE - (number + 1) * side
                yield f"{x + column * side:.3f} {bottom:.3f} {side:.3f} {side:.3f} re ".encode()
    yield b"f "


def _coupon(stamp: SheetStamp, top: float) -> bytes:
    spelled = spell(stamp.code)
    x = (_WIDTH - len(spelled) * _LETTER * _COUPON_SIZE) / 2
    return _words(spelled, x, _HEIGHT - top - _COUPON_SIZE - 4, _COUPON_SIZE)


def _words(text: str, x: float, y: float, size: int) -> bytes:
    written = text.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return f"BT /Stamp {size} Tf {x:.2f} {y:.2f} Td (".encode() + written + b") Tj ET "
