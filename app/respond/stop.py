"""The address that ends all messages: in every e-mail, with one button; nothing is asked, nothing else changes."""

from flask import request
from flask.typing import ResponseReturnValue

from app.account.throttle import count_try, tries_so_far
from app.extensions import db
from app.respond import polite
from app.respond.entrance import blueprint, interface_locale, show
from app.respond.holder import form_token, held, hold, is_ours, new_hold
from app.respond.invitation import TRIES_BY_ADDRESS, code_door
from app.security import Action, permits
from app.unit_of_work import unit_of_work, writes_late
from core.errors import NotFound
from studies.models import ConsentPurpose
from studies.services import withdraw_consent
from surveys.invitations import find_invitation, study_of

PATH = "/stop"


@blueprint.get(PATH + "/<code>")
@permits(Action.ANSWER)
def ask_stop(code: str) -> ResponseReturnValue:
    """Ask once; a mail program that opens links to look at them ends nothing."""
    if tries_so_far(db.session(), code_door()) > TRIES_BY_ADDRESS:
        return polite.too_many_tries()
    try:
        find_invitation(db.session(), code)
    except NotFound:
        return polite.unknown_invitation()
    holder = held() or new_hold()
    answer = show("respond/stop.html", interface_locale(), code=code, token=form_token(holder))
    hold(answer, holder, PATH, seconds=3600)
    return answer


@blueprint.post(PATH + "/<code>")
@permits(Action.ANSWER)
@writes_late
def stop(code: str) -> ResponseReturnValue:
    """Keep that the person does not want to be contacted again."""
    if not is_ours(held(), request.form.get("csrf", "")):
        return ask_stop(code)
    try:
        with unit_of_work() as session:
            found = find_invitation(session, code)
            study_id = study_of(session, found.collection_id)
            purpose = ConsentPurpose.CONTACT_AGAIN
            withdraw_consent(session, study_id, found.participant_id, purpose, "screen", by=None)
    except NotFound:
        with unit_of_work() as session:
            count_try(session, code_door())
        return polite.unknown_invitation()
    return polite.no_more_messages()
