"""One person under pseudonym: shown, added, corrected, withdrawn, deleted; what they agree to."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import status_of
from app.extensions import db
from app.mailing.forgetting import forget_named_files
from app.research.contexts.person import person_page
from app.research.person_forms import PersonForm, person_values
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from app.wording import word
from core.errors import Conflict, Invalid, NotFound
from studies.models import ConsentPurpose
from studies.queries import get_participant, get_study
from studies.services import (
    CHANNELS,
    add_participant,
    delete_participant,
    edit_participant,
    give_consent,
    withdraw_consent,
    withdraw_participant,
)
from surveys.imports.bringing import forget_person

blueprint = Blueprint("persons", __name__, url_prefix="/studies/<study_key>/participants", template_folder="templates")


def _show(participant_id: UUID, problem: str = "") -> str:
    page = person_page(db.session(), current_study().study_id, participant_id)
    return render_template("research/studies/person.html", page=page, problem=problem)


def _back(participant_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("persons.show_person", study_key=current_study().key, participant_id=participant_id), 303)


@blueprint.get("/<uuid:participant_id>")
@permits(Action.STUDY_READ)
def show_person(participant_id: UUID) -> ResponseReturnValue:
    """Show what the study knows of a person, and what they agree to."""
    return _show(participant_id)


@blueprint.get("/new")
@permits(Action.STUDY_EDIT)
def new_person() -> ResponseReturnValue:
    """Show where one person is added."""
    form = PersonForm(formdata=None).offer(get_study(db.session(), current_study().study_id))
    return render_template("research/studies/new_person.html", form=form)


@blueprint.post("/new")
@permits(Action.STUDY_EDIT)
@writes
def add_person() -> ResponseReturnValue:
    """Add one person."""
    study_id = current_study().study_id
    form = PersonForm().offer(get_study(db.session(), study_id))
    if not form.validate_on_submit():
        return render_template("research/studies/new_person.html", form=form), 422
    try:
        participant_id = add_participant(db.session(), study_id, form.draft(), by=current_account().id)
    except (Invalid, NotFound) as error:
        form.show(error)
        return render_template("research/studies/new_person.html", form=form), 422
    flash(_("The person is added."), "good")
    return _back(participant_id)


@blueprint.get("/<uuid:participant_id>/edit")
@permits(Action.STUDY_EDIT)
def edit_person(participant_id: UUID) -> ResponseReturnValue:
    """Show what is known of a person, to be corrected."""
    study = get_study(db.session(), current_study().study_id)
    person = get_participant(db.session(), study.id, participant_id)
    form = PersonForm(formdata=None, data=person_values(person, study)).offer(study)
    return render_template("research/studies/edit_person.html", form=form, person=person)


@blueprint.post("/<uuid:participant_id>/edit")
@permits(Action.STUDY_EDIT)
@writes
def save_person(participant_id: UUID) -> ResponseReturnValue:
    """Correct what is known of a person."""
    study = get_study(db.session(), current_study().study_id)
    person = get_participant(db.session(), study.id, participant_id)
    form = PersonForm().offer(study)
    if not form.validate_on_submit():
        return render_template("research/studies/edit_person.html", form=form, person=person), 422
    try:
        draft = form.draft(person.attributes)
        edit_participant(db.session(), study.id, participant_id, draft, by=current_account().id)
    except (Invalid, NotFound) as error:
        form.show(error)
        return render_template("research/studies/edit_person.html", form=form, person=person), 422
    flash(_("The person is saved."), "good")
    return _back(participant_id)


@blueprint.post("/<uuid:participant_id>/consents")
@permits(Action.STUDY_EDIT)
@writes
def keep_consent(participant_id: UUID) -> ResponseReturnValue:
    """Keep that a person agrees, or does not, to one purpose."""
    study_id = current_study().study_id
    get_participant(db.session(), study_id, participant_id)
    keep = {"give": give_consent, "withdraw": withdraw_consent}.get(request.form.get("act", ""))
    try:
        purpose = ConsentPurpose(request.form.get("purpose", ""))
    except ValueError:
        purpose = None
    if keep is None or purpose is None:
        return _show(participant_id, _("Choose a purpose, then Give or Withdraw.")), 422
    try:
        channel = request.form.get("channel", "")
        keep(db.session(), study_id, participant_id, purpose, channel, by=current_account().id)
    except Invalid as error:
        return _show(participant_id, word(error)), 422
    flash(_("The consent is kept."), "good")
    return _back(participant_id)


@blueprint.post("/<uuid:participant_id>/withdraw")
@permits(Action.STUDY_EDIT)
@writes
def withdraw_person(participant_id: UUID) -> ResponseReturnValue:
    """Withdraw a person from the study."""
    channel = request.form.get("channel", "")
    if channel not in CHANNELS:
        return _show(participant_id, word(Invalid("studies.channel_unknown", channel=channel))), 422
    withdraw_participant(db.session(), current_study().study_id, participant_id, channel, by=current_account().id)
    forget_named_files(db.session(), current_study().study_id, participant_id)
    flash(_("The person is withdrawn: nothing of theirs is quoted or counted any more."), "good")
    return _back(participant_id)


@blueprint.post("/<uuid:participant_id>/delete")
@permits(Action.STUDY_EDIT)
@writes
def delete_person(participant_id: UUID) -> ResponseReturnValue:
    """Delete a person on whom nothing hangs."""
    access = current_study()
    try:
        delete_participant(db.session(), access.study_id, participant_id, by=current_account().id)
        forget_person(db.session(), access.study_id, participant_id)
    except Conflict as error:
        return _show(participant_id, word(error)), status_of(error)
    flash(_("The person is deleted."), "good")
    return redirect(url_for("participants.list_participants", study_key=access.key), 303)
