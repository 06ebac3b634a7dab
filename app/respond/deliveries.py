"""What a phone sends by itself: the start, a page, the end, each in a request that may come again.

Who sends is said by a header, with the token of the response; no cookie counts and no form token is needed
(docs/method/offline.md, docs/adr/0011-deliveries.md). Every answer carries the hash of the body it answers, which a
captive portal's does not.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from flask import Response, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import offline
from app.account.throttle import address_of_request, count_try
from app.extensions import db
from app.respond.copies import copy_name, is_carried
from app.respond.entrance import blueprint
from app.respond.holder import (
    collection_path,
    forget_invitation,
    form_token,
    held,
    hold,
    holder_of_header,
    invited,
    open_held,
)
from app.respond.invitation import invitation_here
from app.respond.polite import KEPT_BY_ADDRESS, keep_apart
from app.security import Action, permits
from app.unit_of_work import unit_of_work, writes_late
from core.clock import now
from core.errors import NotFound
from surveys.answering import Draft, find_collection
from surveys.deliveries import End, Holder, Outcome, PageDelivery, Reply, Start
from surveys.delivering import deliver_end, deliver_page, deliver_start, delivered_revisions
from surveys.helping import assistance_of, way_of
from surveys.models import ResponseState
from surveys.phone_bodies import UNREADABLE, end_of, page_of, start_of
from surveys.saved import as_sent

HASH, CLOCK = "Tresse-Hash", "Tresse-Clock"


Sent = TypeVar("Sent", Start, PageDelivery, End)


class _Again(Exception):
    """The phone must send this again: it did not come whole, or too much came at once."""


@blueprint.put("/r/<code>/envoi/debut")
@permits(Action.ANSWER)
@writes_late
def take_start(code: str) -> ResponseReturnValue:
    """Start the response that a phone started by itself; from now on its cookie opens the pages, too."""
    answer = _answered(code, _start, lambda session, holder, start: deliver_start(session, code, holder, start))
    holder = holder_of_header()
    if answer.status_code == 200 and holder and holder.token:  # noqa: PLR2004  started
        hold(answer, holder.token, collection_path(code))
        forget_invitation(answer, collection_path(code))
    offline.mark(answer)
    return answer


@blueprint.put("/r/<code>/envoi/pages/<path:key>")
@permits(Action.ANSWER)
@writes_late
def take_page(code: str, key: str) -> ResponseReturnValue:
    """Take one save of one page in."""
    read = partial(_page, key)
    return _answered(code, read, lambda session, holder, page: deliver_page(session, code, holder, page))


@blueprint.put("/r/<code>/envoi/fin")
@permits(Action.ANSWER)
@writes_late
def take_end(code: str) -> ResponseReturnValue:
    """End the response; sent twice, the receipt is the same."""
    return _answered(code, end_of, lambda session, holder, end: deliver_end(session, code, holder, end))


def _answered(
    code: str, read: Callable[[dict[str, Any], str], Sent], take: Callable[[Session, Holder, Sent], Reply]
) -> Response:
    """Read the body whole before anything of the database is opened, then take it in one short transaction."""
    holder = holder_of_header()
    if holder is None:
        return _json({"status": "no_holder"}, 401)
    raw = request.get_data(cache=False)
    digest = hashlib.sha256(raw).hexdigest()
    if digest != request.headers.get(HASH, "").lower():
        return _json({"status": "again"}, 400)
    try:
        sent = read(json.loads(raw), digest)
    except UNREADABLE:
        if not keep_apart(code, holder, "unreadable", {"body": [raw.decode(errors="replace")]}):
            return _json({"hash": digest, **_said(Reply(outcome=Outcome.WITHDRAWN))}, 200)
        return _json({"hash": digest, **_said(Reply(outcome=Outcome.KEPT, reason="unreadable"))}, 202)
    try:
        with unit_of_work() as session:
            reply = take(session, holder, sent)
            _limit(session, reply)
    except _Again:
        return _json({"status": "again"}, 429)
    return _json({"hash": digest, **_said(reply)}, 202 if reply.outcome is Outcome.KEPT else 200)


def _limit(session: Session, reply: Reply) -> None:
    """Quarantine takes a room full of phones, not a machine that fills it."""
    if reply.outcome is Outcome.KEPT:
        tries = count_try(session, f"respond-quarantine|{address_of_request()}")
        if tries > KEPT_BY_ADDRESS:
            raise _Again


def _said(reply: Reply) -> dict[str, Any]:
    said = {
        "status": reply.outcome.value,
        "reason": reply.reason,
        "revision": reply.revision,
        "receipt": reply.receipt,
        "wanted": list(reply.wanted),
        "enough": reply.is_enough,
        "copy": reply.copy,
    }
    return {name: value for name, value in said.items() if value} | {"now": _milliseconds(now())}


def _json(said: dict[str, Any], status: int) -> Response:
    answer = jsonify(said)
    answer.status_code = status
    return answer


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _offset(moment: datetime) -> timedelta:
    """Return the server's clock less the phone's, which the phone tells as it sends."""
    try:
        return moment - datetime.fromtimestamp(float(request.headers[CLOCK]) / 1000, UTC)
    except (KeyError, ValueError, OverflowError, OSError):
        return timedelta(0)


def _start(body: dict[str, Any], _digest: str) -> Start:
    moment = now()
    return start_of(body, _offset(moment), moment)


def _page(key: str, body: dict[str, Any], digest: str) -> PageDelivery:
    moment = now()
    return page_of(key, body, digest, _offset(moment), moment)


@blueprint.get("/r/<code>/envoi")
@permits(Action.ANSWER)
def give_copy(code: str) -> ResponseReturnValue:
    """Give a phone all that is kept of its response, and what opens it, to go on without network."""
    scheme, _space, value = request.headers.get("Authorization", "").partition(" ")
    value = value if scheme == "Bearer" else held()
    try:
        draft = open_held(db.session(), value)
    except NotFound:
        return _json({"status": Outcome.UNKNOWN.value, **_before_the_start(db.session(), code)}, 200)
    if draft.response_state is ResponseState.WITHDRAWN:
        return _json({"status": Outcome.WITHDRAWN.value}, 200)
    answer = _json({"status": _standing(draft), "holder": value, **_whole(db.session(), draft, code, value)}, 200)
    offline.mark(answer)
    return answer


def _before_the_start(session: Session, code: str) -> dict[str, Any]:
    """Return what a phone needs to start without network, {} where only the page of the server may.

    The personal code or a group's is in a cookie that scripts do not read: it goes with what is started.
    """
    try:
        collection = find_collection(session, code)
    except NotFound:
        return {}
    invitation = invitation_here(collection)
    is_new = invitation is None or (invitation.state is None and not invitation.is_early)
    if not (collection.is_open and is_new and is_carried(collection.version)):
        return {}
    name = copy_name(session, collection.version, code, collection.study_id, shows_previous=collection.shows_previous)
    address = url_for("respond.give_form", code=code, version_id=collection.version.id, name=name)
    return {"copy": address, "invitation": invited()}


def _standing(draft: Draft) -> str:
    """Return how a response stands for a phone: « elsewhere » when only the server's pages may go on with it.

    A correction replaces what was sent, which stays until then; lists of thousands are searched by the server.
    """
    if draft.response_state is not ResponseState.STARTED:
        return draft.response_state.value
    is_here = draft.corrects_id is None and is_carried(draft.version)
    return draft.response_state.value if is_here else "elsewhere"


def _whole(session: Session, draft: Draft, code: str, value: str) -> dict[str, Any]:
    if _standing(draft) != ResponseState.STARTED.value:
        return {"now": _milliseconds(now())}
    helped = assistance_of(draft.mode, draft.carried)
    name = copy_name(session, draft.version, code, draft.study_id, shows_previous=draft.shows_previous)
    return {
        "version": str(draft.version.id),
        "copy": url_for("respond.give_form", code=code, version_id=draft.version.id, name=name),
        "token": form_token(value),
        "locale": draft.locale,
        "open": draft.is_open,
        "moment": draft.moment.isoformat(),
        "seed": draft.seed,
        "receipt": draft.receipt or "",
        "answers": dict(draft.answers),
        "missing": {key: mark.value for key, mark in draft.missing.items()},
        "carried": as_sent(draft.carried),
        "confirmed": sorted(draft.confirmed),
        "help": {"way": way_of(helped), "helper": helped.helper.value if helped.helper else ""},
        "revisions": delivered_revisions(session, draft.id),
        "now": _milliseconds(now()),
    }
