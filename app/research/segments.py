"""Segments by code: filtered, in their context, page by page, and as files."""

from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.research.contexts.design_choices import read_design_choices
from app.research.contexts.segments import build_segments_page, page_number, read_filter
from app.research.contexts.viewing import current_viewer
from app.security import Action, current_study, permits
from coding.queries import find_segments, list_codes, list_transcripts, segments_table
from core.tables import to_csv, to_xlsx

blueprint = Blueprint("segments", __name__, url_prefix="/studies/<study_key>/segments", template_folder="templates")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/")
@permits(Action.TRANSCRIPT_READ)
def list_segments() -> ResponseReturnValue:
    """Show the segments asked for."""
    study, viewer, session = current_study(), current_viewer(), db.session()
    wanted = read_filter(request.args)
    found = find_segments(session, study.study_id, viewer, wanted, page=page_number(request.args.get("page", "")))
    page = build_segments_page(
        found,
        request.args,
        codes=list_codes(session, study.study_id),
        transcripts=list_transcripts(session, study.study_id, viewer),
        design=read_design_choices(session, study.study_id),
    )

    def page_address(wanted: int) -> str:
        kept = [(name, value) for name, value in request.args.items(multi=True) if name != "page"]
        return url_for(".list_segments", study_key=study.key) + "?" + urlencode([*kept, ("page", wanted)])

    return render_template("research/segments/list.html", page=page, page_address=page_address)


@blueprint.get("/segments.<any(csv, xlsx):ending>")
@permits(Action.EXPORT)
def export(ending: str) -> ResponseReturnValue:
    """Give the segments asked for as a file, one row a coding."""
    study = current_study()
    table = segments_table(db.session(), study.study_id, current_viewer(), read_filter(request.args))
    content, kind = (to_csv(table), "text/csv") if ending == "csv" else (to_xlsx([table]), XLSX)
    headers = {"Content-Disposition": f'attachment; filename="{study.key}-segments.{ending}"'}
    return Response(content, mimetype=kind, headers=headers)
