"""Asking the texts: words in their context, sorted on either side, and coded from there."""

from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from app.errors import status_of
from app.extensions import db
from app.research.contexts.design_choices import read_design_choices
from app.research.contexts.search import build_search_page, read_chosen
from app.research.contexts.viewing import current_viewer
from app.research.desk import code_of_name
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from app.wording import word
from coding.queries import list_codes, list_transcripts
from coding.services import add_coding
from core.errors import DomainError, Invalid

blueprint = Blueprint("search", __name__, url_prefix="/studies/<study_key>/search", template_folder="templates")


@blueprint.get("/")
@permits(Action.TRANSCRIPT_READ)
def search() -> ResponseReturnValue:
    """Show where the words asked for stand."""
    return _show()


@blueprint.post("/")
@permits(Action.CODING_EDIT)
@writes
def code_lines() -> ResponseReturnValue:
    """Put a code on the lines chosen."""
    study, account, session = current_study(), current_account(), db.session()
    try:
        with session.begin_nested():
            chosen = read_chosen(request.form)
            if not chosen.code_ids and not chosen.new_code:
                raise Invalid("coding.code_missing")
            code_ids = [*chosen.code_ids, code_of_name(chosen.new_code)] if chosen.new_code else chosen.code_ids
            for version_id, start, end in chosen.places:
                for code_id in code_ids:
                    add_coding(session, version_id, start, end, code_id, account.id)
    except DomainError as error:
        return _show(word(error)), status_of(error)
    count = len(chosen.places)
    flash(ngettext("%(num)s passage coded.", "%(num)s passages coded.", count), "good")
    return redirect(
        url_for(".search", study_key=study.key) + "?" + urlencode(list(request.args.items(multi=True))), 303
    )


def _show(problem: str = "") -> str:
    study, session = current_study(), db.session()
    page = build_search_page(
        session,
        study.study_id,
        request.args,
        codes=list_codes(session, study.study_id),
        transcripts=list_transcripts(session, study.study_id, current_viewer()),
        design=read_design_choices(session, study.study_id),
        problem=problem,
    )

    def page_address(wanted: int) -> str:
        kept = [(name, value) for name, value in request.args.items(multi=True) if name != "page"]
        return url_for(".search", study_key=study.key) + "?" + urlencode([*kept, ("page", wanted)])

    return render_template("research/search/show.html", page=page, page_address=page_address)
