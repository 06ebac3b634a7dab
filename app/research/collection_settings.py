"""What can be changed of a collection while people answer."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import status_of
from app.extensions import db
from app.research.collection_forms import SettingsForm, settings_values
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from app.wording import word
from core.errors import Conflict, Invalid
from surveys import queries
from surveys.fieldwork.settings import change_settings, settings_of
from surveys.fieldwork.standing import timing_of
from surveys.fieldwork.versions import move_to_version, newer_versions

blueprint = Blueprint(
    "collection_settings",
    __name__,
    url_prefix="/studies/<study_key>/collections/<uuid:collection_id>/settings",
    template_folder="templates",
)


def _page(collection_id: UUID, form: SettingsForm | None = None, problem: str = "") -> str:
    session, study = db.session(), current_study()
    row = queries.get_collection(session, study.study_id, collection_id)
    known = settings_of(session, study.study_id, collection_id)
    return render_template(
        "research/collections/settings.html",
        row=row,
        form=form or SettingsForm(formdata=None, data=settings_values(known)),
        timing=timing_of(session, study.study_id, collection_id),
        progress=queries.collection_progress(session, study.study_id, collection_id),
        newer=newer_versions(session, study.study_id, collection_id),
        problem=problem,
    )


def _back(collection_id: UUID) -> ResponseReturnValue:
    return redirect(url_for(".show_settings", study_key=current_study().key, collection_id=collection_id), 303)


@blueprint.get("/")
@permits(Action.STUDY_READ)
def show_settings(collection_id: UUID) -> ResponseReturnValue:
    """Show the settings."""
    return _page(collection_id)


@blueprint.post("/")
@permits(Action.COLLECTION_MANAGE)
@writes
def save_settings(collection_id: UUID) -> ResponseReturnValue:
    """Change the title, the days, to whom it opens when."""
    form, session, study_id = SettingsForm(), db.session(), current_study().study_id
    known = settings_of(session, study_id, collection_id)
    if not form.validate_on_submit():
        return _page(collection_id, form), 422
    try:
        change_settings(session, study_id, collection_id, form.settings(known), account_id=current_account().id)
    except (Conflict, Invalid) as error:
        form.show(error)
        return _page(collection_id, form), status_of(error)
    flash(_("The settings are saved."), "good")
    return _back(collection_id)


@blueprint.post("/version")
@permits(Action.COLLECTION_MANAGE)
@writes
def move_version(collection_id: UUID) -> ResponseReturnValue:
    """Go on with a newer version of the questionnaire."""
    try:
        version_id = UUID(request.form.get("version", ""))
    except ValueError:
        return _page(collection_id, problem=word(Conflict("fieldwork.not_a_newer_version"))), 422
    try:
        move_to_version(
            db.session(), current_study().study_id, collection_id, version_id, account_id=current_account().id
        )
    except Conflict as error:
        return _page(collection_id, problem=word(error)), status_of(error)
    flash(_("From now on, who starts answers the new version. Those under way finish on theirs."), "good")
    return _back(collection_id)
