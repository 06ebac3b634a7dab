"""Files sent as answers: with the page, as any browser does, or by themselves from a phone that answers offline.

The id of a file is minted before it is sent, by the page or by the phone, so that sending twice keeps one.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.extensions import db
from app.files import serve_file
from app.respond.deliveries import HASH
from app.respond.entrance import blueprint
from app.respond.holder import held, holder_of_header, open_held
from app.security import Action, permits
from app.unit_of_work import unit_of_work, writes_late
from core.errors import Invalid, NotFound
from surveys.answering import Draft, PageReading, load_draft, open_draft
from surveys.attaching import (
    ReadyAttachment,
    find_own_file,
    forget_attachments,
    keep_attachments,
    ready_attachment,
    typed_signature,
)
from surveys.definition import Item
from surveys.items import Posted
from surveys.items.attachments import FAULT_PART
from surveys.models import ResponseState
from surveys.parcels import SentFile
from surveys.quarantine import quarantine
from surveys.routing import Page
from surveys.tokens import response_id_of

UNREADABLE = "unreadable_file"
"""Why a file is in quarantine: it is kept, and is no answer."""


@dataclass(frozen=True, slots=True)
class TakenFiles:
    """The fields of a page with ids in place of its files, and the files, checked, not yet kept."""

    fields: Posted
    files: tuple[ReadyAttachment, ...] = ()


def take_files(draft: Draft, page: Page, posted: Posted) -> TakenFiles:
    """Read the files of a page: takes processor time for photos, runs no statement."""
    fields = {name: values for name, values in posted.items() if not name.endswith(f":{FAULT_PART}")}
    ready: list[ReadyAttachment] = []
    for key in _files_on(draft, page):
        item = draft.state.structure.item(key)
        # A phone that sent the file by itself names it; a page without scripts has the field of a new file only.
        named = [value for value in fields.get(key, ()) if value] or [str(draft.answers.get(key) or "")]
        fields[key] = [] if f"{key}:remove" in fields else list(named)
        try:
            taken = _taken(item, key, fields)
        except Invalid as refusal:
            fields[f"{key}:{FAULT_PART}"] = [refusal.code, *map(str, refusal.details.values())]
            continue
        if taken is not None:
            ready.append(taken)
            fields[f"{key}:{FAULT_PART}" if taken.fault else key] = [taken.fault or str(taken.id)]
    return TakenFiles(fields, tuple(ready))


def _taken(item: Item, key: str, fields: Posted) -> ReadyAttachment | None:
    sent = request.files.get(f"{key}:file")
    if sent is not None and sent.filename:
        sent.stream.seek(0)  # a page may be read twice, when another tab saved something in between
        return ready_attachment(item, key, SentFile(sent.filename, sent.read()), _minted(key, fields))
    name = (fields.get(f"{key}:name") or [""])[0]
    if item.is_signature and name.strip() and f"{key}:sign" in fields:
        return typed_signature(key, name, _minted(key, fields))
    return None


def _minted(key: str, fields: Posted) -> UUID:
    try:
        return UUID((fields.get(f"{key}:id") or [""])[0])
    except ValueError:
        return uuid4()


def without_room(taken: TakenFiles) -> TakenFiles:
    """Return the page as if its files could not be kept: there is no room left for them."""
    faults = {f"{each.key}:{FAULT_PART}": ["surveys.attachment_too_many"] for each in taken.files}
    return TakenFiles({**taken.fields, **faults})


def keep_taken(session: Session, draft: Draft, files: Sequence[ReadyAttachment], *, page: str = "") -> bool:
    """Keep files of a response; False when there is no room for them."""
    if not keep_attachments(session, draft.id, files):
        return False
    for each in files:
        if each.fault:
            said = {"page": page, "question": each.key, "file": str(each.id), "name": each.name}
            quarantine(
                session,
                collection_id=draft.collection_id,
                response_id=draft.id,
                reason=UNREADABLE,
                payload={**said, "type": each.media_type},
                id_=each.id,
            )
    return True


def forget_replaced(session: Session, draft: Draft, reading: PageReading) -> None:
    """Erase the files that a page replaced or took back."""
    replaced = {
        key: UUID(str(draft.answers[key]))
        for key, value in reading.answers.items()
        if draft.answers.get(key) not in (None, value) and key in _files_on(draft, reading.page)
    }
    forget_attachments(session, draft.id, replaced)


def _files_on(draft: Draft, page: Page) -> list[str]:
    return [key for key in page.items if draft.state.structure.item(key).type.is_attachment]


@blueprint.get("/r/<code>/fichiers/<uuid:file_id>")
@permits(Action.ANSWER)
def show_own_file(code: str, file_id: UUID) -> ResponseReturnValue:  # noqa: ARG001  the cookie is bound to its path
    """Give back a file to who sent it."""
    try:
        draft = open_held(db.session(), held())
        found = find_own_file(db.session(), draft.id, file_id)
    except NotFound:
        return Response(status=404)
    return serve_file(found.content, found.media_type, name=found.name, digest=found.sha256, immutable=False)


@blueprint.put("/r/<code>/envoi/fichiers/<uuid:file_id>")
@permits(Action.ANSWER)
@writes_late
def take_file(code: str, file_id: UUID) -> ResponseReturnValue:  # noqa: ARG001  the token says which response
    """Take in one file that a phone sends by itself; `question` names what it answers, the page says so later."""
    holder = holder_of_header()
    if holder is None:
        return _answer(401, "", "no_holder")
    raw = request.get_data(cache=False)
    digest = hashlib.sha256(raw).hexdigest()
    if digest != request.headers.get(HASH, "").lower():
        return _answer(400, "", "again")
    try:
        draft = load_draft(db.session(), holder.names) if holder.response_id else _draft_of(holder.token)
    except NotFound:
        return _answer(200, digest, "unknown")
    if draft.response_state is ResponseState.WITHDRAWN:
        return _answer(200, digest, "withdrawn")
    return _taken_in(draft, file_id, raw, digest)


def _draft_of(token: str) -> Draft:
    """Return the response of a token; another phone that took it over does not keep the first from delivering."""
    try:
        return open_draft(db.session(), token)
    except NotFound:
        return load_draft(db.session(), response_id_of(token))


def _taken_in(draft: Draft, file_id: UUID, raw: bytes, digest: str) -> Response:
    key = request.args.get("question", "")
    try:
        item = draft.state.structure.item(key)
        file = ready_attachment(item, key, SentFile(request.args.get("name", ""), raw), file_id)
    except (KeyError, Invalid) as refusal:
        reason = refusal.code if isinstance(refusal, Invalid) else "surveys.not_an_attachment"
        return _answer(200, digest, "refused", reason)
    with unit_of_work() as session:
        is_kept = keep_taken(session, draft, [file])
    if not is_kept:
        return _answer(200, digest, "refused", "surveys.attachment_too_many")
    return _answer(202, digest, "kept", file.fault) if file.fault else _answer(200, digest, "saved")


def _answer(code: int, digest: str, status: str, reason: str = "") -> Response:
    said = {"hash": digest, "status": status, "reason": reason}
    answer = jsonify({name: value for name, value in said.items() if value})
    answer.status_code = code
    return answer
