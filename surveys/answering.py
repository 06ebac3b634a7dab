"""Answer a questionnaire: start, save a page, submit, resume by link.

A page is read in two statements (the response with its collection, its answers), computed in memory, and saved in
two (all its answers in one upsert, the response). Reading and computing need no lock: `open_draft` and `read_page`
come first, `keep_page` is the short writing part. The same page sent twice gives the same rows.
"""

from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.clock import now
from core.errors import Conflict, Invalid, NotFound
from surveys.cards import open_card
from surveys.corrections import replace_answers
from surveys.definition import ItemType, Repeat
from surveys.drafts import Draft, OpenCollection, find_collection, load_draft, open_draft, start_response
from surveys.engine import Fault, Violation
from surveys.fieldwork.quotas import take_places
from surveys.helping import KEPT_AT_THE_END
from surveys.items import Posted
from surveys.keeping import keep_page, remove_card
from surveys.models import Answer, Response, ResponseState
from surveys.occurrences import split_key
from surveys.quarantine import quarantine
from surveys.reading import PageReading, read_page
from surveys.receipts import unless_taken
from surveys.routing import page_of_item
from surveys.tokens import new_code, read_code, spell
from surveys.withdrawing import Withdrawn, withdraw

__all__ = [
    "Draft",
    "OpenCollection",
    "PageReading",
    "Withdrawn",
    "find_collection",
    "hidden_answers",
    "keep_page",
    "load_draft",
    "open_draft",
    "quarantine",
    "read_page",
    "remaining",
    "remove_card",
    "save_page",
    "start_response",
    "submit",
    "withdraw",
]


def save_page(session: Session, draft: Draft, page_key: str, posted: Posted) -> PageReading:
    """Read a page and keep what can be read of it, also when something needs to be corrected.

    Raises: NotFound("surveys.page_not_found").
    """
    page = draft.page(page_key)
    card = open_card(draft, page)
    if card is None:
        raise NotFound("surveys.page_not_found", page=page_key)
    reading = read_page(card, page, posted)
    keep_page(session, card, reading)
    return reading


def submit(session: Session, draft: Draft, *, code: str = "") -> str:
    """End a response: drop the answers that are not relevant, give the receipt; the second time gives the same one.

    A correction takes the place of what it corrects, and has the receipt of it.

    Args: code: the receipt wanted for a response that has none, given unless another response has it.

    Raises:
        Invalid("surveys.not_complete"): something must still be corrected; details name `page`, `item` and `count`.
        Conflict("surveys.collection_closed"), Conflict("surveys.response_withdrawn").
    """
    if draft.response_state is ResponseState.SUBMITTED and draft.receipt:
        return draft.receipt
    if draft.response_state is ResponseState.WITHDRAWN:
        raise Conflict("surveys.response_withdrawn")
    if not draft.is_open:
        raise Conflict("surveys.collection_closed", title=draft.collection_title)
    violations = remaining(draft)
    if violations:
        page = page_of_item(draft.version.pages, violations[0].key)
        raise Invalid(
            "surveys.not_complete", page=page.key if page else "", item=violations[0].key, count=len(violations)
        )
    moment = now()
    ended = {
        item.key: moment.isoformat(timespec="seconds")
        for item in draft.version.definition.items()
        if item.type is ItemType.END
    }
    calculated = {**{key: value for key, value in draft.state.calculated.items() if value is not None}, **ended}
    calculated |= {key: draft.carried[key] for key in KEPT_AT_THE_END if key in draft.carried}
    hidden = [key for key in draft.answers if not _is_kept(draft, key)]
    if draft.corrects_id is not None:
        return replace_answers(session, draft, calculated, hidden)
    if hidden:
        session.execute(
            delete(Answer).where(Answer.response_id == draft.id, Answer.item_name.in_(hidden)),
            execution_options={"synchronize_session": False},
        )
    receipt_wanted: Any = read_code(draft.receipt) if draft.receipt else new_code()
    if code and not draft.receipt:
        receipt_wanted = unless_taken(code)
    changed = session.execute(
        update(Response)
        .where(Response.id == draft.id, Response.state == ResponseState.STARTED)
        .values(
            state=ResponseState.SUBMITTED,
            submitted_at=moment,
            saved_at=moment,
            receipt=receipt_wanted,
            revision=Response.revision + 1,
            calculated=calculated,
        )
        .returning(Response.receipt),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    if changed:
        take_places(session, draft)
        return spell(changed.receipt or "")
    # Another tab was faster: its receipt is the one.
    kept = session.scalar(select(Response.receipt).where(Response.id == draft.id))
    if kept is None:
        raise Conflict("surveys.response_withdrawn")
    return spell(kept)


def remaining(draft: Draft) -> tuple[Violation, ...]:
    """Return what prevents a draft from being submitted, in the order of the form."""
    on_pages = {key for page in draft.version.pages for key in page.items}
    found = (violation for violation in draft.state.violations() if violation.item in on_pages)
    # A doubt is asked once, on its page; it never stands in the way.
    return tuple(violation for violation in found if violation.fault is not Fault.DOUBT)


def hidden_answers(draft: Draft) -> tuple[str, ...]:
    """Return the items answered once and no longer relevant: they will not be sent, and the review page says so."""
    given = (key for key, value in draft.answers.items() if value is not None and not _is_count(draft, key))
    return tuple(key for key in given if not _is_kept(draft, key))


def _is_kept(draft: Draft, key: str) -> bool:
    """Whether a row is sent: what is relevant, and the counts of lists that are."""
    try:
        return draft.state.is_offered(key) if _is_count(draft, key) else draft.state.is_relevant(key)
    except KeyError:
        return False


def _is_count(draft: Draft, key: str) -> bool:
    """Whether a row counts the occurrences of a repeat."""
    structure = draft.state.structure
    index = structure.by_key.get(split_key(key)[0])
    return index is not None and isinstance(structure.places[index].node, Repeat)
