"""With the code of the receipt: read what one said, withdraw it, or go on where one stopped."""

from typing import Any

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from flask_wtf.csrf import validate_csrf
from wtforms.validators import ValidationError

from app.account.throttle import count_try
from app.database import overwrite_journal
from app.datafiles.orders import forget_exports
from app.extensions import db
from app.respond import polite
from app.respond.contexts import review
from app.respond.entrance import WORDED, blueprint, interface_locale, show
from app.respond.holder import (
    code_of_held,
    collection_path,
    form_token,
    held,
    hold,
    is_ours,
    let_go,
    new_hold,
    open_held,
    signed_hold,
)
from app.respond.invitation import code_door
from app.security import Action, permits
from app.unit_of_work import unit_of_work, writes_late
from coding.services import erase_source
from core.errors import NotFound
from surveys.answering import Draft, find_collection, withdraw
from surveys.consents import agreements_of
from surveys.corrections import correction_of
from surveys.fieldwork.groups import is_group
from surveys.invitations import is_personal
from surveys.models import ResponseState
from surveys.receipts import find_by_code, give_code
from surveys.tokens import read_code

PATH = "/recu"
TRIES_BY_ADDRESS = 300
"""Codes typed from one address in a quarter of an hour: a workshop of sixty phones behind one box, five tries each.

At that rate, all year, from a thousand addresses, one of 10,000 receipts would be found by chance once in ten years.
"""


@blueprint.get(PATH)
@permits(Action.ANSWER)
def ask_code() -> ResponseReturnValue:
    """Ask for the code."""
    return _ask()


def _ask(*, status: int = 200, error: Any = "", typed: str = "") -> ResponseReturnValue:
    holder = held() or new_hold()
    answer = show(
        "respond/ask_code.html",
        interface_locale(),
        status=status,
        error=error,
        typed=typed,
        languages=WORDED,
        token=form_token(holder),
    )
    hold(answer, holder, PATH, seconds=3600)
    return answer


@blueprint.post(PATH)
@permits(Action.ANSWER)
@writes_late
def open_by_code() -> ResponseReturnValue:
    """Open what the code names: a response, or a questionnaire."""
    typed = request.form.get("code", "")[:40]
    if not is_ours(held(), request.form.get("csrf", "")):
        return _ask(status=400, error=_("This page was open for too long. Type your code again."), typed=typed)
    return _open_code(typed)


@blueprint.post("/code")
@permits(Action.ANSWER)
@writes_late
def open_any_code() -> ResponseReturnValue:
    """Open what was typed on the first page of Tresse, whose forms carry the token of the session."""
    typed = request.form.get("code", "")[:40]
    if current_app.config["WTF_CSRF_ENABLED"]:
        try:
            validate_csrf(request.form.get("csrf_token"))
        except ValidationError:
            return _ask(status=400, error=_("This page was open for too long. Type your code again."), typed=typed)
    return _open_code(typed)


def _open_code(typed: str) -> ResponseReturnValue:
    if not typed.strip():
        return _ask(status=422, error=_("Type the code that you were given, or the one that you wrote down."))
    if is_personal(typed):
        return redirect(url_for("respond.open_invitation", code=read_code(typed)), 303)
    if is_group(typed):
        return redirect(url_for("respond.open_group", code=read_code(typed)), 303)
    try:
        find_collection(db.session(), typed)
        return redirect(url_for("respond.show_welcome", code=read_code(typed)), 303)
    except NotFound:
        db.session.rollback()
    with unit_of_work() as session:
        tries = count_try(session, code_door())
    if tries > TRIES_BY_ADDRESS:
        return _ask(
            status=429, error=_("Too many tries for now. Wait a quarter of an hour, then try again."), typed=typed
        )
    try:
        found = find_by_code(db.session(), typed)
    except NotFound:
        return _ask(status=422, error=_("We do not find this code. Check each letter and each digit."), typed=typed)
    if found.state is ResponseState.STARTED:
        answer = redirect(url_for("respond.show_welcome", code=found.collection_code), 303)
        hold(answer, signed_hold(found.response_id), collection_path(found.collection_code))
        return answer
    answer = redirect(url_for("respond.show_answers"), 303)
    hold(answer, signed_hold(found.response_id), PATH, seconds=3600)
    return answer


def _open() -> Draft | ResponseReturnValue:
    try:
        return open_held(db.session(), held())
    except NotFound:
        return redirect(url_for("respond.ask_code"), 303)


@blueprint.get(PATH + "/reponses")
@permits(Action.ANSWER)
def show_answers() -> ResponseReturnValue:
    """Show what the person said."""
    draft = _open()
    if not isinstance(draft, Draft):
        return draft
    if draft.response_state is ResponseState.WITHDRAWN:
        return polite.withdrawn()
    return show(
        "respond/answers.html",
        draft.version.definition.locale(draft.locale),
        page=lambda: review(draft),
        form_title=draft.version.definition.title,
        confirm=bool(request.args.get("confirm")),
        is_open=draft.is_open and draft.response_state is ResponseState.SUBMITTED,
        has_agreed=bool(agreements_of(db.session(), draft.id)),
        is_correcting=correction_of(db.session(), draft.id) is not None,
        token=form_token(held()),
    )


@blueprint.post("/r/<code>/retirer")
@permits(Action.ANSWER)
@writes_late
def ask_withdrawal(code: str) -> ResponseReturnValue:
    """Lead who has not sent yet to where answers are withdrawn, with the code that opens them there."""
    try:
        draft = open_held(db.session(), held())
    except NotFound:
        return redirect(url_for("respond.show_welcome", code=code), 303)
    if not is_ours(held(), request.form.get("csrf", "")):
        return redirect(url_for("respond.show_pause", code=code), 303)
    if draft.corrects_id is None:
        with unit_of_work() as session:
            give_code(session, draft.id, code=code_of_held())
    answer = redirect(url_for("respond.show_answers", confirm=1), 303)
    hold(answer, signed_hold(draft.corrects_id or draft.id), PATH, seconds=3600)
    return answer


@blueprint.post(PATH + "/retirer")
@permits(Action.ANSWER)
@writes_late
def withdraw_answers() -> ResponseReturnValue:
    """Erase the answers for good."""
    draft = _open()
    if not isinstance(draft, Draft):
        return draft
    if not is_ours(held(), request.form.get("csrf", "")) or not draft.receipt:
        return redirect(url_for("respond.show_answers"), 303)
    with unit_of_work() as session:
        gone = withdraw(session, draft.receipt)
        erased = erase_source(session, gone.study_id, gone.response_id)
    overwrite_journal(db.engine)
    forget_exports(gone.study_id)
    answer = polite.withdrawn(erased)
    let_go(answer, PATH)
    return answer
