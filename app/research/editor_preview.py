"""A draft as on a phone: the real page beside the editor, answered in memory, each question a way back to its card."""

import json
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.research.contexts.preview import page_of, preview_page
from app.research.editor import language_of, load
from app.research.form_files import media_of
from app.research.trial import step_trial
from app.security import Action, permits
from surveys.versions import load_version

blueprint = Blueprint(
    "editor_preview",
    __name__,
    url_prefix="/studies/<study_key>/questionnaires/versions/<uuid:version_id>/edit/preview",
    template_folder="templates",
)


@blueprint.route("/", methods=["GET", "POST"])
@permits(Action.QUESTIONNAIRE_EDIT)
def show_preview(version_id: UUID) -> ResponseReturnValue:
    """Show one page of the draft; what is answered travels in the page and is kept nowhere."""
    draft, version = load(version_id), load_version(db.session(), version_id)
    locale = language_of(draft.definition)
    trial = step_trial(version, locale)
    item = request.values.get("item", "")
    if item and "move" not in request.form:
        trial = page_of(version, trial, item)
    return render_template(
        "research/editor/preview.html",
        draft=draft,
        locale=locale,
        shown=preview_page(version, trial, locale, media_of(version)),
        so_far=json.dumps(trial.so_far),
    )
