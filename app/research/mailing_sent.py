"""Who is written to now and why not the others; what left, what failed, what somebody must decide."""

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.errors import status_of
from app.extensions import db
from app.mailing.job import ask_to_send
from app.mailing.outbox import read_file
from app.mailing.reasons import STATE_TONES, STATES, step_name
from app.mailing.reminding import plan_now, queue_plan
from app.research.contexts.mailing import PAGE_LENGTH, plan_page, sent_lines
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import begin_writing, writes, writes_late
from app.wording import word
from core.audit import record
from core.errors import DomainError, Invalid, NotFound
from surveys import queries
from surveys.fieldwork import mailing, message_desk
from surveys.fieldwork.mailing_models import MessageState

blueprint = Blueprint(
    "mailing_sent",
    __name__,
    url_prefix="/studies/<study_key>/collections/<uuid:collection_id>/messages",
    template_folder="templates",
)


def _steps_chosen() -> list[UUID] | None:
    chosen = request.values.get("step", "")
    try:
        return [UUID(chosen)] if chosen else None
    except ValueError:
        return None


@blueprint.get("/now")
@permits(Action.COLLECTION_MANAGE)
def show_due(collection_id: UUID) -> ResponseReturnValue:
    """Show who would be written to now, and why not the others; nothing is sent."""
    session, study = db.session(), current_study()
    row = queries.get_collection(session, study.study_id, collection_id)
    kept: dict[str, Any] = {name: value for name in ("step", "why") if (value := request.args.get(name))}
    try:
        plan = plan_now(session, study.study_id, collection_id, steps=_steps_chosen())
    except Invalid as error:
        return render_template("research/mailing/trouble.html", row=row, problem=word(error)), status_of(error)
    return render_template(
        "research/mailing/now.html",
        row=row,
        page=plan_page(plan, chosen=request.args.get("why", ""), page=request.args.get("page", 1, type=int)),
        steps=mailing.steps_of(session, collection_id),
        step_name=step_name,
        chosen_step=request.args.get("step", ""),
        href=lambda number: url_for(".show_due", study_key=study.key, collection_id=collection_id, **kept, page=number),
    )


@blueprint.post("/now")
@permits(Action.COLLECTION_MANAGE)
@writes_late
def send_now(collection_id: UUID) -> ResponseReturnValue:
    """Queue the messages that are due, and have them sent; pressed twice, each leaves once."""
    study = current_study()
    queries.get_collection(db.session(), study.study_id, collection_id)
    plan = plan_now(db.session(), study.study_id, collection_id, steps=_steps_chosen())
    session = begin_writing()
    queued = queue_plan(session, study.study_id, plan, account_id=current_account().id)
    if queued:
        ask_to_send(session, study.study_id, collection_id, account_id=current_account().id)
    flash(ngettext("%(num)s message is leaving.", "%(num)s messages are leaving.", queued), "good")
    return redirect(url_for(".list_sent", study_key=study.key, collection_id=collection_id), 303)


def _sent_page(collection_id: UUID, problem: str = "") -> str:
    session, study = db.session(), current_study()
    state = request.args.get("state", "")
    states = [MessageState(state)] if state in set(MessageState) else []
    counts = message_desk.count_messages(session, collection_id)
    total = sum(counts[each] for each in states or MessageState)
    pages = max(1, -(-total // PAGE_LENGTH))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    rows = message_desk.list_messages(
        session, study.study_id, collection_id, states=states, limit=PAGE_LENGTH, offset=(page - 1) * PAGE_LENGTH
    )
    kept: dict[str, Any] = {"state": state} if states else {}
    return render_template(
        "research/mailing/sent.html",
        row=queries.get_collection(session, study.study_id, collection_id),
        lines=sent_lines(rows, mailing.steps_of(session, collection_id)),
        counts=counts,
        states=STATES,
        tones=STATE_TONES,
        chosen=state if states else "",
        page=page,
        pages=pages,
        problem=problem,
        href=lambda number: url_for(
            ".list_sent", study_key=study.key, collection_id=collection_id, **kept, page=number
        ),
    )


@blueprint.get("/sent")
@permits(Action.STUDY_READ)
def list_sent(collection_id: UUID) -> ResponseReturnValue:
    """Show the messages, the latest first."""
    return _sent_page(collection_id)


def _back(collection_id: UUID) -> ResponseReturnValue:
    return redirect(url_for(".list_sent", study_key=current_study().key, collection_id=collection_id), 303)


@blueprint.post("/sent/<uuid:message_id>/decide")
@permits(Action.COLLECTION_MANAGE)
@writes
def decide(collection_id: UUID, message_id: UUID) -> ResponseReturnValue:
    """Decide on a message that perhaps left: it did, or it is sent again."""
    session, study, account_id = db.session(), current_study(), current_account().id
    again = request.form.get("act") == "again"
    try:
        message_desk.decide(session, study.study_id, collection_id, message_id, send_again=again, account_id=account_id)
    except DomainError as error:
        return _sent_page(collection_id, word(error)), status_of(error)
    if again:
        ask_to_send(session, study.study_id, collection_id, account_id=account_id)
    flash(_("It is sent again.") if again else _("It counts as sent."), "good")
    return _back(collection_id)


@blueprint.post("/sent/<uuid:message_id>/bounced")
@permits(Action.COLLECTION_MANAGE)
@writes
def note_bounced(collection_id: UUID, message_id: UUID) -> ResponseReturnValue:
    """Note that a message came back."""
    message_desk.mark_bounced(
        db.session(), current_study().study_id, collection_id, message_id, account_id=current_account().id
    )
    flash(_("Noted: nothing more is sent to this person on this channel."), "good")
    return _back(collection_id)


@blueprint.post("/sent/<uuid:message_id>")
@permits(Action.IDENTITY_READ)
@writes
def read_message(collection_id: UUID, message_id: UUID) -> ResponseReturnValue:
    """Show a message that was written as a file; the trail keeps that it was read."""
    session, study = db.session(), current_study()
    row = queries.get_collection(session, study.study_id, collection_id)
    participant_id = message_desk.participant_of(session, study.study_id, collection_id, message_id)
    message = read_file(current_app.config["SETTINGS"].data_dir, message_id)
    if message is None:
        raise NotFound("fieldwork.message_not_found")
    record(
        session,
        verb="read",
        object_kind="identity",
        object_id=participant_id,
        study_id=study.study_id,
        account_id=current_account().id,
    )
    return render_template("research/mailing/message.html", row=row, message=message)
