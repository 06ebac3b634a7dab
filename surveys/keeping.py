"""The short writing part of a page: its answers and the response, in two statements, and a card taken out of a list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.clock import now
from core.errors import Conflict, NotFound
from surveys.cards import list_of, moves_without, renamed
from surveys.definition import Item, Node
from surveys.drafts import Draft
from surveys.models import Answer, Attachment, Missing, Response, ResponseState
from surveys.occurrences import split_key
from surveys.quarantine import quarantine
from surveys.reading import PageReading
from surveys.saved import as_kept


@dataclass(frozen=True, slots=True)
class _Row:
    """What is kept of one answer."""

    value: Any
    missing: Missing | None = None
    shown: str | None = None
    is_confirmed: bool = False


def keep_page(
    session: Session, draft: Draft, reading: PageReading, *, clocks: Mapping[str, datetime] | None = None
) -> None:
    """Write what a page sent: one upsert of its answers and one update of the response.

    What comes too late (closed collection, response already submitted) goes to quarantine, whole; what comes after a
    withdrawal is kept nowhere.

    Args: clocks: when each item was answered, where that is not now.

    Raises: Conflict("surveys.changed_meanwhile"): the page stands in a list or shows one, and another tab saved
        something since the draft was read: read it again, then read the page against it.
    """
    is_in_time = draft.is_open and draft.response_state is ResponseState.STARTED
    is_in_list = bool(reading.page.repeats or reading.page.roster)
    if is_in_time and _mark_saved(session, draft, reading.carried, page=reading.page.number, is_in_list=is_in_list):
        rows = {
            key: _Row(value, reading.missing.get(key), reading.shown.get(key), key in reading.confirmed)
            for key, value in reading.answers.items()
        }
        _write_answers(session, draft.id, rows, clocks or {})
    else:
        sent = {"page": reading.page.key, "answers": dict(reading.answers), "missing": dict(reading.missing)}
        _set_apart(session, draft, sent)
    if reading.quarantined:
        long = {"page": reading.page.key, "answers": dict(reading.quarantined)}
        _set_apart(session, draft, long, reason="too_long")


def _set_apart(session: Session, draft: Draft, payload: Mapping[str, Any], *, reason: str = "") -> None:
    """Put something in quarantine, unless the response was withdrawn: nothing of it fills up again.

    Args: reason: "" where it came too late, by what the response is now: another tab may have sent it.
    """
    response_id, state = draft.id, _state_now(session, draft.id)
    if state is None and draft.corrects_id is not None:  # a correction is gone once it is sent
        response_id, state = draft.corrects_id, _state_now(session, draft.corrects_id)
    if state is ResponseState.WITHDRAWN:
        return
    late = "closed" if state is ResponseState.STARTED else ResponseState.SUBMITTED.value
    quarantine(
        session,
        collection_id=draft.collection_id,
        response_id=response_id,
        reason=reason or late,
        payload=payload,
    )


def _state_now(session: Session, response_id: UUID) -> ResponseState | None:
    """Return how far a response is, held until the end of the transaction; None once it is gone."""
    return session.scalar(select(Response.state).where(Response.id == response_id).with_for_update())


def remove_card(session: Session, draft: Draft, key: str, carried: Mapping[str, Any]) -> None:
    """Take one occurrence out of a list, with all that was answered in it; those after it move down by one.

    Args: carried: what the response carries from now on besides answers, under the keys of before.
    Raises: NotFound("surveys.card_not_found"); Conflict("surveys.changed_meanwhile"): see `keep_page`;
        Conflict("surveys.response_not_open"): it was sent or withdrawn, or the collection is closed.
    """
    list_key, number = list_of(key)
    if not 1 <= number <= draft.state.count(list_key):
        raise NotFound("surveys.card_not_found", card=key)
    if not draft.is_open or draft.response_state is not ResponseState.STARTED:
        raise Conflict("surveys.response_not_open")
    structure, before = draft.state.structure, as_kept(carried)
    kept = {
        each: renamed(value, moves_without(structure, value, key)) if isinstance(value, Mapping) else value
        for each, value in renamed(before, moves_without(structure, before, key)).items()
    }
    if not _mark_saved(session, draft, kept, page=0, is_in_list=True):
        raise Conflict("surveys.response_not_open")
    moves = moves_without(structure, draft.answers, key)
    rows = {
        new: _Row(draft.answers[old], draft.missing.get(old), draft.shown.get(old), old in draft.confirmed)
        for old, new in moves.items()
        if new is not None
    }
    if gone := set(moves) - set(rows):
        session.execute(
            delete(Answer).where(Answer.response_id == draft.id, Answer.item_name.in_(gone)),
            execution_options={"synchronize_session": False},
        )
    _write_answers(session, draft.id, {**rows, list_key: _Row(draft.state.count(list_key) - 1)}, {})
    _move_attachments(session, draft, moves)


def _move_attachments(session: Session, draft: Draft, news: Mapping[str, str | None]) -> None:
    structure = draft.state.structure
    files = {old: new for old, new in news.items() if _is_attachment(structure.place(old).node)}
    if not files:
        return
    options = {"synchronize_session": False}
    mine = Attachment.response_id == draft.id
    gone = [old for old, new in files.items() if new is None]
    session.execute(delete(Attachment).where(mine, Attachment.item_name.in_(gone)), execution_options=options)
    for old, new in sorted(files.items(), key=lambda each: split_key(each[0])[1]):
        if new is not None:
            renamed = update(Attachment).where(mine, Attachment.item_name == old).values(item_name=new)
            session.execute(renamed, execution_options=options)


def _is_attachment(node: Node) -> bool:
    return isinstance(node, Item) and node.type.is_attachment


def _mark_saved(session: Session, draft: Draft, carried: Mapping[str, Any], *, page: int, is_in_list: bool) -> bool:
    """Note that a response was saved; False when it was sent or withdrawn meanwhile.

    Raises: Conflict("surveys.changed_meanwhile"): numbers of cards may mean others by now.
    """
    values = {
        "of_response": draft.id,
        "reached": max(draft.last_page, page),
        "calculated": as_kept(carried),
        "locale": draft.locale,
        "saved_at": now(),
    }
    connection = session.connection()
    if not is_in_list:
        return bool(connection.execute(_MARK_SAVED, values).rowcount)
    if connection.execute(_MARK_UNCHANGED, {**values, "read_at": draft.revision}).rowcount:
        return True
    if _state_now(session, draft.id) is ResponseState.STARTED:
        raise Conflict("surveys.changed_meanwhile")
    return False


def _write_answers(
    session: Session,
    response_id: UUID,
    rows: Mapping[str, _Row],
    clocks: Mapping[str, datetime],
) -> None:
    if not rows:
        return
    connection, moment = session.connection(), now()
    values = [
        {
            "response_id": response_id,
            "item_name": key,
            "value": row.value,
            "missing": row.missing,
            "saved_at": clocks.get(key, moment),
            "shown": row.shown,
            "is_confirmed": row.is_confirmed,
        }
        for key, row in rows.items()
    ]
    connection.execute(_KEEP[connection.dialect.name], values)


_KEPT_COLUMNS = ("value", "missing", "saved_at", "shown", "is_confirmed")


def _keep_statement(insertion: Any) -> Any:
    statement = insertion(_ANSWER)
    return statement.on_conflict_do_update(
        index_elements=[_ANSWER.c.response_id, _ANSWER.c.item_name],
        set_={name: statement.excluded[name] for name in _KEPT_COLUMNS},
    )


# The two statements of every page answered, built once: building them anew took a third of the time of a page.
_ANSWER: Any = Answer.__table__
_RESPONSES: Any = Response.__table__
_KEEP = {"sqlite": _keep_statement(sqlite.insert), "postgresql": _keep_statement(postgresql.insert)}
_MARK_SAVED = (
    update(_RESPONSES)
    .where(_RESPONSES.c.id == bindparam("of_response"), _RESPONSES.c.state == ResponseState.STARTED)
    .values(
        revision=_RESPONSES.c.revision + 1,
        last_page=bindparam("reached"),
        calculated=bindparam("calculated"),
        locale=bindparam("locale"),
        saved_at=bindparam("saved_at"),
    )
)
_MARK_UNCHANGED = _MARK_SAVED.where(_RESPONSES.c.revision == bindparam("read_at"))
