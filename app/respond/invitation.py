"""A personal link: exchanged at once for a cookie, the code stays in no address; « Start » links the response."""

from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.account.throttle import address_of_request, count_try, tries_so_far
from app.extensions import db
from app.respond import polite
from app.respond.entrance import blueprint
from app.respond.holder import DAY, collection_path, forget_invitation, hold, hold_invitation, invited, new_hold
from app.security import Action, permits
from app.unit_of_work import unit_of_work
from core.errors import Conflict, NotFound
from surveys.answering import OpenCollection, start_response
from surveys.fieldwork.groups import Group, find_group, is_group
from surveys.fieldwork.ways import start_by_code
from surveys.invitations import Invited, find_invitation, is_personal
from surveys.tokens import read_code

TRIES_BY_ADDRESS = 300
"""Codes tried from one address in a quarter of an hour, counted with those of receipts."""
STARTS_BY_GROUP = 200
"""Responses started by one group's code in a quarter of an hour: a large room, twice; a script would make thousands."""


@blueprint.get("/i/<code>")
@permits(Action.ANSWER)
def open_invitation(code: str) -> ResponseReturnValue:
    """Exchange the personal code for a cookie; what this browser held of somebody else is let go.

    Opening writes nothing, so it counts no try: it only refuses an address that tried too many codes elsewhere.
    """
    if tries_so_far(db.session(), code_door()) > TRIES_BY_ADDRESS:
        return polite.too_many_tries()
    try:
        found = find_invitation(db.session(), code)
    except NotFound:
        return polite.unknown_invitation()
    path = collection_path(found.collection_code)
    helper = request.args.get("aide")
    answer = redirect(url_for("respond.show_welcome", code=found.collection_code, aide=helper), 303)
    hold_invitation(answer, read_code(code), path)
    hold(answer, new_hold(), path)
    return answer


def invitation_here(collection: OpenCollection) -> Invited | None:
    """Return the invitation that this browser holds for a collection; no statement for those who hold none."""
    if not is_personal(invited()):
        return None
    try:
        found = find_invitation(db.session(), invited())
    except NotFound:
        return None
    return found if found.collection_id == collection.id else None


@blueprint.get("/g/<code>")
@permits(Action.ANSWER)
def open_group(code: str) -> ResponseReturnValue:
    """Exchange the code of a group for a cookie; a shared phone starts anew with each scan."""
    if tries_so_far(db.session(), code_door()) > TRIES_BY_ADDRESS:
        return polite.too_many_tries()
    try:
        group = find_group(db.session(), code)
    except NotFound:
        return polite.unknown_invitation()
    if not group.is_open:
        return polite.group_closed()
    path = collection_path(group.collection_code)
    answer = redirect(path, 303)
    hold_invitation(answer, read_code(code), path, seconds=DAY)
    hold(answer, new_hold(), path)
    return answer


def group_here(collection: OpenCollection) -> Group | None:
    """Return the group by whose code this browser came in; no statement for those who came otherwise."""
    if not is_group(invited()):
        return None
    try:
        group = find_group(db.session(), invited())
    except NotFound:
        return None
    return group if group.collection_id == collection.id else None


def begin(session: Session, collection: OpenCollection, *, token: str, locale: str) -> UUID:
    """Start a response by the code this browser holds, or linked to nobody when it holds none; return its id.

    Raises:
        NotFound, Conflict: as `start_by_code` and `start_response` do; Conflict("fieldwork.group_crowded").
    """
    if not invited():
        return start_response(session, collection, token=token, locale=locale)
    if is_group(invited()) and count_try(session, f"group|{invited()}") > STARTS_BY_GROUP:
        raise Conflict("fieldwork.group_crowded")
    return start_by_code(session, collection, invited(), token=token, locale=locale)


def refuse_invitation(code: str) -> ResponseReturnValue:
    """Say that the personal code opens nothing in this collection, take it back and count the try."""
    with unit_of_work() as session:
        count_try(session, code_door())
    answer = polite.unknown_invitation()
    forget_invitation(answer, collection_path(code))
    return answer


def code_door() -> str:
    """Return the key under which tries of codes, personal ones and receipts alike, are counted for an address."""
    return f"receipt|{address_of_request()}"
