"""Take in what phones send by themselves. It may come twice, late, in another order, from two phones.

Nothing is refused: what does not fit goes to quarantine, once, and the phone is told so. Two phones that changed the
same page are merged question by question, the answer given last holds, and the other copy is kept. The exact rules
are in docs/method/offline.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.clock import now
from core.errors import Conflict, Invalid, NotFound
from surveys.answering import PageReading, keep_page, read_page, submit
from surveys.cards import open_cards
from surveys.carrying import typed_in, with_place, with_what_was_typed, with_words
from surveys.consents import keep_choices, read_choices
from surveys.definition import Repeat
from surveys.deliveries import End, Holder, Outcome, PageDelivery, Reply, Start
from surveys.drafts import (
    RESPONSE,
    Draft,
    OpenCollection,
    draft_of,
    find_collection,
    load_draft,
    start_response,
    upsert,
)
from surveys.fieldwork.quotas import is_enough
from surveys.fieldwork.ways import start_by_code
from surveys.helping import assistance_of, read_assistance, say_assistance, with_reading_aloud
from surveys.models import DeliveredPage, Response, ResponseState
from surveys.occurrences import split_key
from surveys.quarantine import quarantine
from surveys.receipts import give_code
from surveys.routing import Page, page_by_key, page_of_item
from surveys.tokens import receipt_of, spell, token_hash
from surveys.versions import LoadedVersion, load_version

_NAMES = UUID("5b3b1f0e-8a52-4f0e-9a55-6f2f4f5b7c11")
_REASONS = {
    "collection_closed": "closed",
    "collection_not_found": "unknown_collection",
    "version_not_found": "unknown_version",
    "invitation_not_found": "unknown_invitation",
}


@dataclass(frozen=True, slots=True)
class _Before:
    """What the last delivery of this page was."""

    revision: int
    sha256: str
    phone: str
    delivered_at: datetime


@dataclass(frozen=True, slots=True)
class _Found:
    """A response held, its row locked until the end of the transaction.

    `owns`: whether the holder may read it. Another phone took a personal link's response over: what the first one
    still sends is taken in, and it is shown nothing.
    """

    row: Any
    owns: bool
    before: _Before | None = field(default=None)


_R, _D = Response.__table__.c, DeliveredPage.__table__.c
_HELD: Any = (
    RESPONSE.add_columns(_R.resume_hash, _D.revision.label("page_revision"), _D.sha256, _D.phone, _D.delivered_at)
    .join(
        DeliveredPage.__table__,
        (_D.response_id == _R.id) & (_D.page_key == bindparam("page")),
        isouter=True,
    )
    .where((_R.resume_hash == bindparam("resume_hash")) | (_R.id == bindparam("response")))
    .with_for_update(of=Response.__table__)
)


def _find(session: Session, holder: Holder, page: str = "") -> _Found | None:
    """Return the response held; one statement."""
    wanted = token_hash(holder.token) if holder.token else ""
    rows = session.connection().execute(_HELD, {"page": page, "resume_hash": wanted, "response": holder.names}).all()
    if not rows:
        return None
    row = max(rows, key=lambda each: each.resume_hash == wanted)
    before = None if row.page_revision is None else _Before(row.page_revision, row.sha256, row.phone, row.delivered_at)
    return _Found(row, holder.response_id is not None or row.resume_hash == wanted, before)


def response_held(session: Session, holder: Holder) -> tuple[UUID, bool]:
    """Return the id of the response held, and whether it was withdrawn; one statement."""
    found = _find(session, holder)
    return (holder.names, False) if found is None else (found.row.id, found.row.state is ResponseState.WITHDRAWN)


def deliver_start(session: Session, code: str, holder: Holder, start: Start) -> Reply:
    """Start the response that a phone started already; twice is once."""
    found = _find(session, holder)
    if found is not None and (found.owns or not start.invitation):
        withdrawn = found.row.state is ResponseState.WITHDRAWN
        return Reply(outcome=Outcome.WITHDRAWN if withdrawn else Outcome.STARTED)
    if not holder.token:
        # It resumed by a code, so it cannot start anew what is gone.
        _set_apart(session, code, holder, "not_started", "start", {"locale": start.locale})
        return Reply(outcome=Outcome.KEPT, reason="not_started")
    try:
        collection = find_collection(session, code)
        chosen = collection_on(session, collection, start.version_id)
        choices = read_choices(session, chosen.study_id, start.form)
        if choices.is_declined:
            # Phones start nothing then; whatever sent this has nothing to keep.
            return Reply(outcome=Outcome.WITHDRAWN)
        if start.invitation:
            begin = partial(start_by_code, session, chosen, start.invitation)
        else:
            begin = partial(start_response, session, chosen)
        begun = begin(token=holder.token, locale=start.locale, moment=start.moment, seed=start.seed)
    except (NotFound, Conflict) as error:
        code_of_error = error.code.rpartition(".")[2]
        reason = _REASONS.get(code_of_error, code_of_error)
        sent = {"version": str(start.version_id), "locale": start.locale, "started": start.moment.isoformat()}
        _set_apart(session, code, holder, reason, "start", sent | ({"form": dict(start.form)} if start.form else {}))
        return Reply(outcome=Outcome.KEPT, reason=reason)
    keep_choices(session, chosen.study_id, begun, choices, at=start.moment)
    helped = read_assistance(start.form.get("way", ""), start.form.get("helper", ""))
    if helped is not None and helped.helper is not None:
        say_assistance(session, load_draft(session, begun), helped)
    return Reply(outcome=Outcome.STARTED)


def collection_on(session: Session, collection: OpenCollection, wanted: UUID | None) -> OpenCollection:
    """Return a collection with the version a phone shows: the current one, or another of the same questionnaire.

    Raises: NotFound("surveys.version_not_found"): it was never published, or belongs to another questionnaire.
    """
    current = collection.version
    if wanted is None or wanted == current.id:
        return collection
    version = load_version(session, wanted)
    if not version.is_published or version.questionnaire_id != current.questionnaire_id:
        raise NotFound("surveys.version_not_found", version_id=str(wanted))
    return replace(collection, version=version)


def deliver_page(session: Session, code: str, holder: Holder, page: PageDelivery) -> Reply:
    """Take a page in: at most six statements."""
    found = _find(session, holder, page.key)
    if found is None:
        if not page.is_apart:
            return Reply(outcome=Outcome.UNKNOWN)
        return _page_apart(session, code, holder, page, "not_started")
    if found.row.state is ResponseState.WITHDRAWN:
        return Reply(outcome=Outcome.WITHDRAWN)
    before = found.before
    if before is not None and (before.revision, before.sha256) == (page.revision, page.sha256):
        return Reply(outcome=Outcome.SAME, revision=before.revision)
    draft = draft_of(session, found.row)
    if draft.response_state is ResponseState.SUBMITTED or not draft.is_open:
        reason = "submitted" if draft.response_state is ResponseState.SUBMITTED else "closed"
        return _page_apart(session, code, Holder(response_id=draft.id), page, reason)
    return _take_in(session, code, draft, page, before, owns=found.owns, token=holder.token)


def _take_in(
    session: Session,
    code: str,
    draft: Draft,
    page: PageDelivery,
    before: _Before | None,
    *,
    owns: bool,
    token: str,
) -> Reply:
    sent = {name.partition(":")[0] for name in page.fields}
    known = {key for key in sent if _is_known(draft.version, page.key, key)}
    draft = open_cards(draft, known)
    known = {key for key in known if _exists(draft, key)}
    place = _place(draft, page.key, known)
    if page.help is not None and page.help != assistance_of(draft.mode, draft.carried):
        draft = say_assistance(session, draft, page.help)
    reading = read_page(draft, place, page.fields, only=known)
    older = _older(draft, reading, page, before)
    if older:
        reading = read_page(draft, place, page.fields, only=known - set(older))
    is_late = before is not None and page.revision < before.revision
    reading = with_what_was_typed(draft, reading)
    if page.at is not None and not is_late:
        reading = with_place(reading, page.at)
    if page.in_words is not None:
        reading = with_words(reading, alone=page.in_words)
    if page.is_read is not None:
        reading = with_reading_aloud(draft, reading, is_read=page.is_read)
    keep_page(session, draft, reading, clocks=page.clocks)
    if not is_late:
        _note(session, draft.id, page)
    crossed = before is not None and before.phone != page.phone and page.seen < before.revision
    if older or crossed:
        _keep_both(session, code, draft, reading, page, older)
    unknown = {name: list(values) for name, values in page.fields.items() if name.partition(":")[0] not in known}
    if unknown:
        _page_apart(session, code, Holder(response_id=draft.id), replace(page, fields=unknown), "unknown_question")
    outcome = Outcome.NEWER if is_late else Outcome.MERGED if older or crossed else Outcome.SAVED
    return Reply(
        outcome=Outcome.KEPT if unknown else outcome,
        reason="unknown_question" if unknown else "",
        revision=before.revision if before and is_late else page.revision,
        receipt=give_code(session, draft.id, code=receipt_of(token) if token else "")
        if page.wants_code and owns
        else "",
        is_enough=is_enough(session, draft, reading),
        copy=copy_of(draft, reading, place.items) if owns and (is_late or older or crossed) else None,
    )


def _is_known(version: LoadedVersion, page_key: str, key: str) -> bool:
    """Whether a field is that of a question, or the number of cards that the page of a list says."""
    try:
        version.structure.item(key)
    except KeyError:
        page = page_by_key(version.pages, page_key)
        return page is not None and bool(page.roster) and page.roster == key
    return True


def _exists(draft: Draft, key: str) -> bool:
    """Whether a question is asked so many times; numbers that no list can have are nobody's."""
    try:
        draft.state.occurrence(key)
    except KeyError:
        return isinstance(draft.version.structure.place(key).node, Repeat)
    return True


def _place(draft: Draft, key: str, sent: set[str]) -> Page:
    """Return the page, or a page made of what was sent where this version cuts its pages otherwise."""
    version = draft.version
    page = page_by_key(version.pages, key)
    if page is not None and sent <= {*page.items, page.roster} and all(_exists(draft, item) for item in page.items):
        return page
    places = [found for item in sent if (found := page_of_item(version.pages, item)) is not None]
    items = tuple(sorted(sent, key=lambda item: (version.structure.place(item).index, split_key(item)[1])))
    return Page(max((found.number for found in places), default=0), key, (), items)


def _older(draft: Draft, reading: PageReading, page: PageDelivery, before: _Before | None) -> dict[str, Any]:
    """Return what was sent and was answered before what the draft holds of the same questions.

    A phone is never older than itself: its revisions are in order, while its clock is only known to some seconds.
    """
    follows = before is not None and before.phone == page.phone and before.revision < page.revision
    older: dict[str, Any] = {}
    for key, value in reading.answers.items():
        kept_at = draft.answered_at.get(key)
        if kept_at is None or (follows and before is not None and kept_at <= before.delivered_at):
            continue
        mark = reading.missing.get(key)
        if page.clocks.get(key, kept_at) < kept_at and (value, mark) != (draft.answers[key], draft.missing.get(key)):
            older[key] = {"value": value, "missing": mark}
    return older


def _keep_both(
    session: Session, code: str, draft: Draft, reading: PageReading, page: PageDelivery, older: Mapping[str, Any]
) -> None:
    """Keep what the merge of two phones' copies let go of, whichever side it stood on."""
    replaced = {
        key: {"value": draft.answers[key], "missing": draft.missing.get(key)}
        for key, value in reading.answers.items()
        if key in draft.answers and (value, reading.missing.get(key)) != (draft.answers[key], draft.missing.get(key))
    }
    if older or replaced:
        payload = {"page": page.key, "revision": page.revision, "sent": dict(older), "replaced": replaced}
        _set_apart(session, code, Holder(response_id=draft.id), "two_phones", _named(page), payload)


def copy_of(draft: Draft, reading: PageReading | None, items: Sequence[str]) -> dict[str, Any]:
    """Return what the server keeps of some items, with what was just read of them: values, and missing marks."""
    answers = {**draft.answers, **(reading.answers if reading else {})}
    missing = {key: mark for key, mark in draft.missing.items() if not reading or key not in reading.answers}
    missing |= reading.missing if reading else {}
    return {
        "answers": {key: answers[key] for key in items if key in answers},
        "missing": {key: str(missing[key]) for key in items if key in missing},
    }


def _note(session: Session, response_id: UUID, page: PageDelivery) -> None:
    values = {
        "response_id": response_id,
        "page_key": page.key,
        "revision": page.revision,
        "sha256": page.sha256,
        "phone": page.phone,
        "clock_offset": page.clock_offset,
        "delivered_at": now(),
    }
    statement = upsert(session)(DeliveredPage).values(values)
    changed = {name: value for name, value in values.items() if name not in {"response_id", "page_key"}}
    session.execute(statement.on_conflict_do_update(index_elements=["response_id", "page_key"], set_=changed))


def _named(page: PageDelivery) -> str:
    return f"{page.key}|{page.revision}|{page.sha256}"


def _page_apart(session: Session, code: str, holder: Holder, page: PageDelivery, reason: str) -> Reply:
    answered = max(page.clocks.values(), default=None)
    payload = {
        "page": page.key,
        "revision": page.revision,
        "fields": {name: list(values) for name, values in page.fields.items()},
        "answered": answered.isoformat(timespec="seconds") if answered else None,
    }
    _set_apart(session, code, holder, reason, _named(page), payload)
    return Reply(outcome=Outcome.KEPT, reason=reason, revision=page.revision)


def _set_apart(session: Session, code: str, holder: Holder, reason: str, name: str, payload: Mapping[str, Any]) -> None:
    """Put a delivery in quarantine; the same one sent again is there once."""
    try:
        collection_id = find_collection(session, code).id
    except NotFound:
        collection_id = None
    quarantine(
        session,
        collection_id=collection_id,
        response_id=holder.names,
        reason=reason,
        payload=payload,
        id_=uuid5(_NAMES, f"{holder.names}|{reason}|{name}"),
    )


def deliver_end(session: Session, code: str, holder: Holder, end: End) -> Reply:
    """End a response that its phone ended; the second time gives the same receipt."""
    found = _find(session, holder)
    if found is None:
        if not end.is_apart:
            return Reply(outcome=Outcome.UNKNOWN)
        return _end_apart(session, code, holder, end, "not_started")
    if found.row.state is ResponseState.WITHDRAWN:
        return Reply(outcome=Outcome.WITHDRAWN)
    if found.row.state is ResponseState.SUBMITTED:
        return Reply(outcome=Outcome.SENT, receipt=spell(found.row.receipt) if found.owns else "")
    if not found.owns:
        return _end_apart(session, code, Holder(response_id=found.row.id), end, "handed_over")
    draft = draft_of(session, found.row)
    wanted = missing_pages(session, draft.id, end.revisions)
    if wanted and draft.is_open:
        return Reply(outcome=Outcome.INCOMPLETE, wanted=wanted)
    receipt_wanted = receipt_of(holder.token) if holder.token else ""
    if typed_in(draft):
        reason = "unreadable"
    else:
        try:
            return Reply(outcome=Outcome.SENT, receipt=submit(session, draft, code=receipt_wanted))
        except Invalid:
            reason = "does_not_fit"
        except Conflict:
            reason = "closed"
    receipt = give_code(session, draft.id, code=receipt_wanted)
    return replace(_end_apart(session, code, Holder(response_id=draft.id), end, reason), receipt=receipt)


def _end_apart(session: Session, code: str, holder: Holder, end: End, reason: str) -> Reply:
    _set_apart(session, code, holder, reason, f"end|{end.sha256}", {"end": True, "pages": dict(end.revisions)})
    return Reply(outcome=Outcome.KEPT, reason=reason)


def missing_pages(session: Session, response_id: UUID, revisions: Mapping[str, int]) -> tuple[str, ...]:
    """Return the pages of which an end speaks and that have not come, or not so recent."""
    have = delivered_revisions(session, response_id)
    return tuple(key for key, revision in revisions.items() if have.get(key, 0) < revision)


def delivered_revisions(session: Session, response_id: UUID) -> dict[str, int]:
    """Return the last revision of each page that phones delivered."""
    rows = session.execute(
        select(DeliveredPage.page_key, DeliveredPage.revision).where(DeliveredPage.response_id == response_id)
    )
    return {row.page_key: row.revision for row in rows}
