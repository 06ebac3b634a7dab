"""Calls: who is to be called next, what came of each call."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import status_of
from app.extensions import db
from app.mailing.contacts import Contact, ContactBook
from app.mailing.paper import hour_words
from app.mailing.reasons import OUTCOMES
from app.research.contexts.calls import calls_page
from app.research.mailing_forms import CallForm
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from app.wording import word
from core.audit import record
from core.clock import now
from core.errors import DomainError, Invalid
from surveys import queries
from surveys.fieldwork import calls

blueprint = Blueprint(
    "mailing_calls",
    __name__,
    url_prefix="/studies/<study_key>/collections/<uuid:collection_id>/messages/calls",
    template_folder="templates",
)


def _page(
    collection_id: UUID, form: CallForm, *, contacts: Mapping[UUID, Contact] | None = None, problem: str = ""
) -> str:
    session, study = db.session(), current_study()
    return render_template(
        "research/mailing/calls.html",
        row=queries.get_collection(session, study.study_id, collection_id),
        page=calls_page(session, study.study_id, collection_id, page=request.args.get("page", 1, type=int)),
        outcomes=OUTCOMES,
        hour_words=hour_words,
        form=form,
        contacts=contacts,
        problem=problem,
        href=lambda number: url_for(".show_calls", study_key=study.key, collection_id=collection_id, page=number),
    )


@blueprint.get("/")
@permits(Action.CALL_NOTE)
def show_calls(collection_id: UUID) -> ResponseReturnValue:
    """Show who is to be called and the calls that were made, and ask what came of one."""
    return _page(collection_id, CallForm(formdata=None, data={"pseudonym": request.args.get("person", "")}))


@blueprint.post("/")
@permits(Action.CALL_NOTE)
@writes
def add_call(collection_id: UUID) -> ResponseReturnValue:
    """Keep what came of a call."""
    form = CallForm()
    if not form.validate_on_submit():
        return _page(collection_id, form), 422
    study = current_study()
    try:
        calls.note_call(
            db.session(),
            study.study_id,
            collection_id,
            form.pseudonym.data,
            form.outcome.data,
            moment=now(),
            call_back_on=form.call_back_on.data,
            call_back_at=form.call_back_at.data,
            account_id=current_account().id,
        )
    except DomainError as error:
        form.show(error)
        return _page(collection_id, form), status_of(error)
    flash(_("The call is noted: %(person)s.", person=form.pseudonym.data), "good")
    return redirect(url_for(".show_calls", study_key=study.key, collection_id=collection_id), 303)


@blueprint.post("/<uuid:call_id>/take-back")
@permits(Action.CALL_NOTE)
@writes
def take_back(collection_id: UUID, call_id: UUID) -> ResponseReturnValue:
    """Take away a call noted by mistake."""
    study = current_study()
    calls.take_back_call(db.session(), study.study_id, collection_id, call_id, account_id=current_account().id)
    flash(_("The call is taken away."), "good")
    return redirect(url_for(".show_calls", study_key=study.key, collection_id=collection_id), 303)


@blueprint.post("/names")
@permits(Action.IDENTITY_READ)
@writes
def show_names(collection_id: UUID) -> ResponseReturnValue:
    """Show names and numbers beside those who are to be called; the trail keeps that they were read."""
    session, study = db.session(), current_study()
    form = CallForm(formdata=None)
    page = calls_page(session, study.study_id, collection_id, page=request.args.get("page", 1, type=int))
    book = ContactBook(session, current_app.config["SETTINGS"].data_dir)
    try:
        contacts = book.contacts([line.participant_id for line in page.lines])
    except Invalid as error:
        return _page(collection_id, form, problem=word(error)), status_of(error)
    record(
        session,
        verb="read",
        object_kind="identity",
        object_id=collection_id,
        study_id=study.study_id,
        account_id=current_account().id,
    )
    return _page(collection_id, form, contacts=contacts)
