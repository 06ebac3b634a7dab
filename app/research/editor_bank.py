"""Questions of the bank put into a draft, several at once."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.extensions import db
from app.research.contexts.bank import bank_shelves
from app.research.editor import back_to, load, told
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from surveys.editing.bank import insert_from_bank
from surveys.editing.operations import Spot, bank_link, spot_after
from surveys.editing.tree import node_of

blueprint = Blueprint(
    "editor_bank",
    __name__,
    url_prefix="/studies/<study_key>/questionnaires/versions/<uuid:version_id>/edit/bank",
    template_folder="templates",
)


@blueprint.get("/")
@permits(Action.QUESTIONNAIRE_EDIT)
def choose_questions(version_id: UUID) -> ResponseReturnValue:
    """Offer the questions of the bank, those asked already marked."""
    draft = load(version_id)
    asked = {bank_link(item)[0] for item in draft.definition.items()}
    return render_template(
        "research/editor/bank.html",
        draft=draft,
        shelves=bank_shelves(db.session(), current_study().study_id),
        asked=asked,
        after=request.args.get("after", ""),
    )


@blueprint.post("/")
@permits(Action.QUESTIONNAIRE_EDIT)
@writes
def insert_questions(version_id: UUID) -> ResponseReturnValue:
    """Put the questions ticked into the draft, after the one asked for or at the end."""
    study, after = current_study(), request.form.get("after", "")
    keys = request.form.getlist("question")
    if not keys:
        flash(_("Tick at least one question."), "warning")
        return redirect(url_for(".choose_questions", study_key=study.key, version_id=version_id, after=after), 303)
    spot = Spot()
    made: tuple[str, ...] = ()
    with told(version_id):
        if after:
            form = load(version_id).definition
            node_of(form, after)
            spot = spot_after(form, after)
        made = insert_from_bank(db.session(), study.study_id, version_id, keys, spot, account_id=current_account().id)
    return back_to(version_id, made[0] if made else "")
