"""The way out: read everything again, send it, keep the receipt."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.respond import polite
from app.respond.contexts import review
from app.respond.entrance import blueprint, show
from app.respond.holder import (
    AFTER_END_SECONDS,
    code_of_held,
    collection_path,
    form_token,
    held,
    hold,
    is_ours,
    is_same_visit,
    note_sent,
    open_held,
    signed_hold,
)
from app.security import Action, permits
from app.unit_of_work import unit_of_work, writes_late
from core.errors import Conflict, Invalid, NotFound
from surveys.additions import forget_last_addition
from surveys.answering import Draft, submit
from surveys.carrying import typed_in
from surveys.consents import agreements_of
from surveys.models import ResponseState


def _open(code: str) -> Draft | ResponseReturnValue:
    try:
        draft = open_held(db.session(), held())
    except NotFound:
        return redirect(url_for("respond.show_welcome", code=code), 303)
    return polite.unknown_response() if draft.response_state is ResponseState.WITHDRAWN else draft


@blueprint.get("/r/<code>/verifier")
@permits(Action.ANSWER)
def show_review(code: str) -> ResponseReturnValue:
    """Show every answer with the way to change it."""
    draft = _open(code)
    if not isinstance(draft, Draft):
        return draft
    if draft.response_state is ResponseState.SUBMITTED:
        return redirect(url_for("respond.show_done", code=code), 303)
    return _render(code, draft)


def _render(code: str, draft: Draft, *, refused: bool = False) -> ResponseReturnValue:
    return show(
        "respond/review.html",
        draft.version.definition.locale(draft.locale),
        status=422 if refused else 200,
        page=lambda: review(draft),
        code=code,
        refused=refused,
        is_correction=draft.corrects_id is not None,
        form_title=draft.version.definition.title,
        token=form_token(held()),
    )


@blueprint.post("/r/<code>/verifier")
@permits(Action.ANSWER)
@writes_late
def send(code: str) -> ResponseReturnValue:
    """Send the answers; sent twice, they are sent once and the receipt is the same."""
    if not is_ours(held(), request.form.get("csrf", "")):
        return polite.not_recognised(code, {})
    draft = _open(code)
    if not isinstance(draft, Draft):
        return draft
    if typed_in(draft):
        return _render(code, draft, refused=True)
    try:
        with unit_of_work() as session:
            submit(session, draft, code=code_of_held())
    except Invalid:
        return _render(code, draft, refused=True)
    except Conflict:
        return polite.closed(draft.collection_title, draft.version.definition.locale(draft.locale))
    answer = redirect(url_for("respond.show_done", code=code), 303)
    # A correction is gone once it is sent: from now on the phone holds what it corrected.
    holder = held() if draft.corrects_id is None else signed_hold(draft.corrects_id)
    hold(answer, holder, collection_path(code), seconds=AFTER_END_SECONDS)
    note_sent(answer, holder, collection_path(code))
    return answer


@blueprint.get("/r/<code>/merci")
@permits(Action.ANSWER)
def show_done(code: str) -> ResponseReturnValue:
    """Show the receipt to who has just sent; later, to who types its code."""
    draft = _open(code)
    if not isinstance(draft, Draft):
        return draft
    if draft.response_state is not ResponseState.SUBMITTED:
        return redirect(url_for("respond.show_review", code=code), 303)
    if not is_same_visit(held()):
        return polite.already_sent(code, draft)
    return show(
        "respond/done.html",
        draft.version.definition.locale(draft.locale),
        code=code,
        receipt=draft.receipt,
        has_agreed=bool(agreements_of(db.session(), draft.id)),
        token=form_token(held()),
    )


@blueprint.post("/r/<code>/ajout")
@permits(Action.ANSWER)
@writes_late
def forget_addition(code: str) -> ResponseReturnValue:
    """Erase what another tab sent after the end."""
    draft = _open(code)
    if not isinstance(draft, Draft):
        return draft
    if not is_ours(held(), request.form.get("csrf", "")):
        return redirect(url_for("respond.show_welcome", code=code), 303)
    with unit_of_work() as session:
        forget_last_addition(session, draft.id)
    return polite.addition_erased(code)
