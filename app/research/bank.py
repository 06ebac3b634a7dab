"""The question bank of a study: what its questionnaires and waves share, each question with its words and uses."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.extensions import db
from app.research.contexts.bank import bank_shelves, read_wording, title_of_row, use_lines, wording_forms
from app.research.contexts.editor import node_kind
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from surveys.editing import bank
from surveys.editing.bank_reads import bank_uses, get_bank_item
from surveys.editing.starter import import_starter

blueprint = Blueprint("bank", __name__, url_prefix="/studies/<study_key>/bank", template_folder="templates")


@blueprint.get("/")
@permits(Action.STUDY_READ)
def list_questions() -> ResponseReturnValue:
    """List the questions by theme."""
    with_retired = request.args.get("retired") == "yes"
    found = bank_shelves(db.session(), current_study().study_id, with_retired=with_retired)
    return render_template("research/bank/list.html", shelves=found, with_retired=with_retired)


@blueprint.post("/starter")
@permits(Action.QUESTIONNAIRE_EDIT)
@writes
def add_starter() -> ResponseReturnValue:
    """Put the questions that come with Tresse into the bank."""
    study = current_study()
    count = import_starter(db.session(), study.study_id, account_id=current_account().id)
    said = ngettext("One question came into the bank.", "%(num)s questions came into the bank.", count)
    flash(said if count else _("They are all in the bank already."), "good" if count else "info")
    return redirect(url_for(".list_questions", study_key=study.key), 303)


@blueprint.get("/<key>")
@permits(Action.STUDY_READ)
def show_question(key: str) -> ResponseReturnValue:
    """Show a question, its words for each population, and where it is asked."""
    session, study = db.session(), current_study()
    row = get_bank_item(session, study.study_id, key)
    return render_template(
        "research/bank/show.html",
        row=row,
        title=title_of_row(row),
        kind=node_kind(row.content.item),
        wordings=wording_forms(session, study.study_id, row),
        uses=use_lines(row, bank_uses(session, study.study_id)),
    )


def _back(key: str) -> ResponseReturnValue:
    return redirect(url_for(".show_question", study_key=current_study().key, key=key), 303)


@blueprint.post("/<key>/wording")
@permits(Action.QUESTIONNAIRE_EDIT)
@writes
def keep_wording(key: str) -> ResponseReturnValue:
    """Keep the words of a question for one population."""
    bank.set_wording(
        db.session(),
        current_study().study_id,
        key,
        request.form.get("population", ""),
        read_wording(request.form),
        account_id=current_account().id,
    )
    flash(_("Saved."), "good")
    return _back(key)


@blueprint.post("/<key>/place")
@permits(Action.QUESTIONNAIRE_EDIT)
@writes
def keep_place(key: str) -> ResponseReturnValue:
    """Keep the theme and the scale of a question, or offer it no more."""
    session, study = db.session(), current_study()
    act = request.form.get("act", "save")
    if act in {"retire", "restore"}:
        is_retired = act == "retire"
        bank.retire(session, study.study_id, key, is_retired=is_retired, account_id=current_account().id)
        said = _("The question is offered no more. Questionnaires that ask it keep it.")
        flash(said if is_retired else _("The question is offered again."), "good")
    else:
        theme, scale = request.form.get("theme", ""), request.form.get("scale", "")
        bank.classify(session, study.study_id, key, theme=theme, scale=scale)
        flash(_("Saved."), "good")
    return _back(key)


@blueprint.post("/<key>/refresh")
@permits(Action.QUESTIONNAIRE_EDIT)
@writes
def refresh_drafts(key: str) -> ResponseReturnValue:
    """Bring the question up to date in the drafts that were ticked."""
    session, study = db.session(), current_study()
    ticked = request.form.getlist("draft")
    lines = use_lines(get_bank_item(session, study.study_id, key), bank_uses(session, study.study_id))
    late = [line.use for line in lines if line.can_refresh and f"{line.use.version_id} {line.use.item_key}" in ticked]
    for use in late:
        account_id = current_account().id
        bank.refresh_from_bank(session, study.study_id, use.version_id, use.item_key, account_id=account_id)
    flash(ngettext("One draft was brought up to date.", "%(num)s drafts were brought up to date.", len(late)), "good")
    return _back(key)
