"""Makes the file of an order of coding."""

from collections.abc import Callable
from typing import Any, Protocol

from flask_babel import force_locale
from sqlalchemy.orm import Session

from app.i18n import LOCALES
from app.projects.orders import CodingOrder, Format
from app.reports.words import gettext as _
from coding.exchange import documents, lexicometry
from coding.exchange.gathering_objects import gather_codebook, gather_project
from coding.exchange.refi_writer import Written, write_qdc, write_qdpx
from coding.queries import Viewer, find_segments, list_codes, segments_table
from core.tables import to_csv, to_xlsx
from studies.models import Study


class _Report(Protocol):
    def __call__(self, progress: float, step: str = "") -> None: ...


def make_file(session: Session, order: CodingOrder, report: _Report) -> dict[str, Any]:
    """Write the file, which appears under its name when it is whole; return what it holds.

    `count` counts codings or codes, `left_out` lists what could not be written as [code, details].
    """
    study = session.get_one(Study, order.study_id)
    viewer = Viewer(order.account_id, is_blind=order.is_blind)
    with force_locale(order.locale if order.locale in LOCALES else study.locale):
        content, count, left_out = _MAKERS[order.format](session, order, viewer, study)
    report(0.9, "export.step_write")
    order.path.parent.mkdir(parents=True, exist_ok=True)
    part = order.path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(order.path)
    return {"count": count, "bytes": len(content), "left_out": left_out}


Made = tuple[bytes, int, list[list[Any]]]
_Maker = Callable[[Session, CodingOrder, Viewer, Study], Made]


def _project(session: Session, order: CodingOrder, viewer: Viewer, _study: Study) -> Made:
    project = gather_project(session, order.study_id, viewer)
    return _written(write_qdpx(project), len(project.all_codings()))


def _codebook(session: Session, order: CodingOrder, viewer: Viewer, _study: Study) -> Made:
    project = gather_codebook(session, order.study_id, viewer)
    return _written(write_qdc(project), len(project.all_codes()))


def _written(written: Written, count: int) -> Made:
    return written.content, count, [[each.code, each.details] for each in written.left_out]


def _document(session: Session, order: CodingOrder, viewer: Viewer, study: Study) -> Made:
    labels = documents.Labels(
        locale=order.locale,
        title=_("%(title)s: coded segments", title=study.title),
        no_segment=_("Nothing is coded yet."),
        do_not_quote=_("not to be quoted"),
        coded_by=_("coded by"),
    )
    rows = find_segments(session, order.study_id, viewer, page_size=None).rows
    paragraphs = documents.lay_out(list_codes(session, order.study_id), rows, labels)
    write = {
        Format.DOCX: documents.to_docx, Format.ODT: documents.to_odt, Format.HTML: documents.to_html,
    }[order.format]  # fmt: skip
    return write(paragraphs, labels), len(rows), []


def _table(session: Session, order: CodingOrder, viewer: Viewer, _study: Study) -> Made:
    table = segments_table(session, order.study_id, viewer)
    content = to_csv(table) if order.format is Format.CSV else to_xlsx([table])
    return content, len(table.rows), []


def _corpus(session: Session, order: CodingOrder, _viewer: Viewer, _study: Study) -> Made:
    speeches = lexicometry.read_speeches(session, order.study_id)
    write = lexicometry.to_iramuteq if order.format is Format.IRAMUTEQ else lexicometry.to_txm
    return write(speeches), len(speeches), []


_MAKERS: dict[Format, _Maker] = {
    Format.QDPX: _project,
    Format.QDC: _codebook,
    Format.DOCX: _document,
    Format.ODT: _document,
    Format.HTML: _document,
    Format.XLSX: _table,
    Format.CSV: _table,
    Format.IRAMUTEQ: _corpus,
    Format.TXM: _corpus,
}
