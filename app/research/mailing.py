"""Writing to the people of a collection: who signs, which messages when, in which words."""

from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import status_of
from app.extensions import db
from app.mailing.contacts import ContactBook
from app.mailing.job import carriers_in_force, site_of_messages
from app.mailing.reasons import step_name, step_when
from app.mailing.settings import Carriers
from app.mailing.words import step_words
from app.research.contexts.mailing import (
    Preview,
    carrier_words,
    composer_for,
    example_preview,
    locales_of,
    person_preview,
    step_lines,
)
from app.research.mailing_forms import SetupForm, StepForm, WordsForm, step_values
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from app.wording import word
from core.audit import record
from core.errors import DomainError, Invalid
from surveys import queries
from surveys.fieldwork import mailing, message_desk
from surveys.fieldwork.mailing import StepWords
from surveys.fieldwork.mailing_models import Channel
from surveys.fieldwork.templates import PLACES

blueprint = Blueprint(
    "mailing",
    __name__,
    url_prefix="/studies/<study_key>/collections/<uuid:collection_id>/messages",
    template_folder="templates",
)


def _back(collection_id: UUID, endpoint: str = ".show_plan", **more: object) -> ResponseReturnValue:
    address = url_for(endpoint, study_key=current_study().key, collection_id=collection_id, **more)  # type: ignore[arg-type]
    return redirect(address, 303)


def _carriers() -> Carriers | None:
    try:
        return carriers_in_force()
    except Invalid:
        return None


def _plan_page(collection_id: UUID, *, setup: SetupForm | None = None, step: StepForm | None = None) -> str:
    session, study = db.session(), current_study()
    row = queries.get_collection(session, study.study_id, collection_id)
    carriers = _carriers()
    known = mailing.setup_of(session, collection_id)
    return render_template(
        "research/mailing/show.html",
        row=row,
        setup=setup or SetupForm(formdata=None, obj=known),
        known=known,
        step=step or StepForm(formdata=None),
        lines=step_lines(mailing.steps_of(session, collection_id), None),
        counts=message_desk.count_messages(session, collection_id),
        carriers=[(channel, carrier_words(carriers, channel)) for channel in (Channel.EMAIL, Channel.SMS)],
    )


@blueprint.get("/")
@permits(Action.STUDY_READ)
def show_plan(collection_id: UUID) -> ResponseReturnValue:
    """Show who writes, and which messages when."""
    return _plan_page(collection_id)


@blueprint.post("/setup")
@permits(Action.COLLECTION_MANAGE)
@writes
def save_setup(collection_id: UUID) -> ResponseReturnValue:
    """Change who writes."""
    form = SetupForm()
    if not form.validate_on_submit():
        return _plan_page(collection_id, setup=form), 422
    try:
        mailing.save_setup(
            db.session(), current_study().study_id, collection_id, form.setup(), account_id=current_account().id
        )
    except Invalid as error:
        form.show(error)
        return _plan_page(collection_id, setup=form), status_of(error)
    flash(_("Saved."), "good")
    return _back(collection_id)


@blueprint.post("/steps")
@permits(Action.COLLECTION_MANAGE)
@writes
def add_step(collection_id: UUID) -> ResponseReturnValue:
    """Add a message to the plan."""
    form = StepForm()
    if not form.validate_on_submit():
        return _plan_page(collection_id, step=form), 422
    try:
        step_id = mailing.add_step(
            db.session(), current_study().study_id, collection_id, form.draft(), account_id=current_account().id
        )
    except DomainError as error:
        form.show(error)
        return _plan_page(collection_id, step=form), status_of(error)
    flash(_("The message is in the plan: read its words."), "good")
    return _back(collection_id, ".show_step", step_id=step_id)


def _step(collection_id: UUID, step_id: UUID) -> StepWords:
    return mailing.get_step(db.session(), current_study().study_id, collection_id, step_id)


def _step_page(
    collection_id: UUID,
    step_id: UUID,
    *,
    form: StepForm | None = None,
    words: WordsForm | None = None,
    preview: Preview | None = None,
    problem: str = "",
) -> str:
    session, study = db.session(), current_study()
    known = _step(collection_id, step_id)
    locales = locales_of(known, study.locale)
    locale = request.values.get("locale", "")
    locale = locale if locale in dict(locales) else locales[0][0]
    shown = words or WordsForm(formdata=None, obj=step_words(known.step, locale, known.words))
    composer = composer_for(session, study.study_id, collection_id, known.step, site_of_messages())
    return render_template(
        "research/mailing/step.html",
        row=queries.get_collection(session, study.study_id, collection_id),
        step=known.step,
        name=step_name(known.step),
        when=step_when(known.step),
        form=form or StepForm(formdata=None, data=step_values(known.step)),
        words=shown,
        languages=locales,
        language=locale,
        is_own=locale in known.words,
        places=PLACES,
        preview=preview or example_preview(composer, known, locale, shown.words()),
        problem=problem,
    )


@blueprint.get("/steps/<uuid:step_id>")
@permits(Action.COLLECTION_MANAGE)
def show_step(collection_id: UUID, step_id: UUID) -> ResponseReturnValue:
    """Show when a message leaves and what it says."""
    return _step_page(collection_id, step_id)


@blueprint.post("/steps/<uuid:step_id>")
@permits(Action.COLLECTION_MANAGE)
@writes
def save_step(collection_id: UUID, step_id: UUID) -> ResponseReturnValue:
    """Change when a message leaves."""
    form = StepForm()
    if not form.validate_on_submit():
        return _step_page(collection_id, step_id, form=form), 422
    ids = (current_study().study_id, collection_id, step_id)
    try:
        mailing.edit_step(db.session(), *ids, form.draft(), account_id=current_account().id)
    except DomainError as error:
        form.show(error)
        return _step_page(collection_id, step_id, form=form), status_of(error)
    flash(_("Saved."), "good")
    return _back(collection_id, ".show_step", step_id=step_id)


@blueprint.post("/steps/<uuid:step_id>/delete")
@permits(Action.COLLECTION_MANAGE)
@writes
def delete_step(collection_id: UUID, step_id: UUID) -> ResponseReturnValue:
    """Take a message out of the plan."""
    ids = (current_study().study_id, collection_id, step_id)
    try:
        mailing.delete_step(db.session(), *ids, account_id=current_account().id)
    except DomainError as error:
        return _step_page(collection_id, step_id, problem=word(error)), status_of(error)
    flash(_("The message is taken out of the plan."), "good")
    return _back(collection_id)


@blueprint.post("/steps/<uuid:step_id>/words")
@permits(Action.COLLECTION_MANAGE)
@writes
def save_words(collection_id: UUID, step_id: UUID) -> ResponseReturnValue:
    """Keep the words of a message in one language, or show how they read."""
    form = WordsForm()
    if not form.validate_on_submit():
        return _step_page(collection_id, step_id, words=form), 422
    if request.form.get("act") == "try":
        return _step_page(collection_id, step_id, words=form), 200
    ids = (current_study().study_id, collection_id, step_id)
    locale = request.form.get("locale", "")
    try:
        mailing.save_words(db.session(), *ids, locale, form.words(), account_id=current_account().id)
    except DomainError as error:
        form.show(error)
        return _step_page(collection_id, step_id, words=form), status_of(error)
    flash(_("The words are saved."), "good")
    return _back(collection_id, ".show_step", step_id=step_id, locale=locale)


@blueprint.post("/steps/<uuid:step_id>/preview")
@permits(Action.IDENTITY_READ)
@writes
def preview_step(collection_id: UUID, step_id: UUID) -> ResponseReturnValue:
    """Show a message as one person reads it; the trail keeps that their contacts were opened."""
    session, study, known = db.session(), current_study(), _step(collection_id, step_id)
    composer = composer_for(session, study.study_id, collection_id, known.step, site_of_messages())
    book = ContactBook(session, current_app.config["SETTINGS"].data_dir)
    try:
        pseudonym = request.form.get("pseudonym", "").strip()
        preview = person_preview(session, composer, book, known, study.study_id, pseudonym)
    except DomainError as error:
        return _step_page(collection_id, step_id, problem=word(error)), status_of(error)
    record(
        session,
        verb="read",
        object_kind="identity",
        object_id=preview.written.recipient.participant_id,
        study_id=study.study_id,
        account_id=current_account().id,
    )
    return _step_page(collection_id, step_id, preview=preview)
