"""Answer a questionnaire: start, save a page, submit, resume by link.

A page is read in two statements (the response with its collection, its answers), computed in memory, and saved in
two (all its answers in one upsert, the response). Reading and computing need no lock: `open_draft` and `read_page`
come first, `keep_page` is the short writing part. The same page sent twice gives the same rows.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.clock import now
from core.errors import Conflict, Invalid
from surveys.definition import Item, ItemType
from surveys.drafts import Draft, OpenCollection, find_collection, load_draft, open_draft, start_response
from surveys.engine import Fault, FormState, Violation, evaluate_form
from surveys.items import Parsed, Posted, parse_posted
from surveys.models import Answer, Missing, Response, ResponseState
from surveys.quarantine import quarantine
from surveys.receipts import unless_taken
from surveys.routing import Page, next_page, page_of_item
from surveys.tokens import new_code, read_code, spell
from surveys.withdrawing import Withdrawn, withdraw, withdraw_draft

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
    "save_page",
    "start_response",
    "submit",
    "withdraw",
    "withdraw_draft",
]

MISSING_PART = "missing"
"""`key:missing` is the field of « I don't know » (unknown) and « I prefer not to say » (refused)."""


@dataclass(frozen=True, slots=True)
class PageReading:
    """What a page sent, read and checked, not yet kept.

    `parsed` is by item, with what was typed; `violations` are those of this page; `revealed` are items of this page
    that these answers just made appear: the page is then shown again; `next_page` is None after the last one.
    """

    page: Page
    parsed: Mapping[str, Parsed]
    answers: Mapping[str, Any]
    missing: Mapping[str, Missing]
    violations: tuple[Violation, ...]
    revealed: tuple[str, ...]
    next_page: Page | None
    state: FormState
    carried: Mapping[str, Any]
    quarantined: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        """Whether nothing on the page needs to be corrected."""
        return not self.violations


def read_page(draft: Draft, page: Page, posted: Posted, *, only: AbstractSet[str] | None = None) -> PageReading:
    """Read and check what a page sent; computes only, no statement.

    An item that was not on the page when it was sent and that nothing was sent for is left as it was. Of a value and
    a missing mark sent together, the one that changed since the draft holds; the value when both did.

    Args: only: the items to read, where others of the page must stay as they are.
    """
    parsed: dict[str, Parsed] = {}
    answers: dict[str, Any] = {}
    missing: dict[str, Missing] = {}
    quarantined: dict[str, Any] = {}
    faults: list[Violation] = []
    structure = draft.version.structure
    for key in page.items:
        if only is not None and key not in only:
            continue
        item = structure.item(key)
        was_shown = draft.state.is_relevant(key)
        if not item.type.is_answered or not (was_shown or _is_sent(item, posted)) or draft.state.is_read_only(key):
            continue
        reading = parse_posted(item, posted)
        parsed[key] = reading
        mark = _mark(posted, key)
        if mark is not None and (reading.value is None or _mark_holds(draft, key, reading.value, mark)):
            answers[key], missing[key] = None, mark
        elif reading.code:
            faults.append(Violation(key, key, Fault.TYPE, reading.code))
            if reading.code == "surveys.text_too_long":
                quarantined[key] = reading.raw
        else:
            answers[key] = reading.value
    merged = {**draft.answers, **answers}
    marks = {key: mark for key, mark in draft.missing.items() if key not in answers} | missing
    state = evaluate_form(
        structure,
        merged,
        moment=draft.moment,
        seed=draft.seed,
        locale=draft.locale,
        missing=frozenset(marks),
        changed=frozenset(key for key, value in answers.items() if draft.answers.get(key) != value),
        started=draft.carried,
    )
    # Hidden by what was just answered, its field went unsent: the draft keeps what it held, should it be shown again.
    for key in [each for each, value in answers.items() if value is None and each not in missing]:
        if not state.is_relevant(key) and not _is_sent(structure.item(key), posted):
            del answers[key]
    revealed = tuple(
        key
        for key in page.items
        if key not in parsed
        and structure.item(key).type.is_answered
        and state.is_relevant(key)
        and not draft.state.is_relevant(key)
    )
    notes = [key for key in page.items if structure.item(key).type is ItemType.NOTE]
    asked = [key for key in page.items if (key in answers or key in notes) and state.is_relevant(key)]
    faults = [fault for fault in faults if state.is_relevant(fault.key)]
    violations = (*faults, *state.violations(asked))
    stays = bool(revealed) or bool(violations)
    return PageReading(
        page=page,
        parsed=parsed,
        answers=answers,
        missing=missing,
        violations=violations,
        revealed=revealed,
        next_page=page if stays else next_page(draft.version.pages, state, page.number),
        state=state,
        carried=_carried(draft, state),
        quarantined=quarantined,
    )


def _carried(draft: Draft, state: FormState) -> dict[str, Any]:
    """Return what the response carries silently after a page: hidden values stay even while they are not relevant."""
    carried = dict(draft.carried)
    for item in draft.version.definition.items():
        if item.calculation is None or item.trigger:
            stored = state.occurrence(item.key).stored if item.type.is_silent else ""
            if stored and (item.trigger or item.key not in carried):
                carried[item.key] = stored
        elif (value := state.value(item.key)) is not None:
            carried[item.key] = value
        else:
            carried.pop(item.key, None)
    return carried


def _is_sent(item: Item, posted: Posted) -> bool:
    return any(name == item.key or name.startswith(f"{item.key}:") for name in posted)


def _mark(posted: Posted, key: str) -> Missing | None:
    sent = posted.get(f"{key}:{MISSING_PART}")
    try:
        return Missing(sent[0]) if sent and sent[0] else None
    except ValueError:
        return None


def _mark_holds(draft: Draft, key: str, value: Any, mark: Missing) -> bool:
    return draft.missing.get(key) is not mark and draft.answers.get(key) == value


def keep_page(
    session: Session, draft: Draft, reading: PageReading, *, clocks: Mapping[str, datetime] | None = None
) -> None:
    """Write what a page sent: one upsert of its answers and one update of the response.

    What comes too late (closed collection, response already submitted or withdrawn) goes to quarantine, whole.

    Args: clocks: when each item was answered, where that is not now.
    """
    moment = now()
    if not draft.is_open or draft.response_state is not ResponseState.STARTED:
        reason = "closed" if draft.response_state is ResponseState.STARTED else draft.response_state.value
        sent = {"page": reading.page.key, "answers": dict(reading.answers), "missing": dict(reading.missing)}
        quarantine(session, collection_id=draft.collection_id, response_id=draft.id, reason=reason, payload=sent)
        return
    if reading.quarantined:
        sent = {"page": reading.page.key, "answers": dict(reading.quarantined)}
        quarantine(session, collection_id=draft.collection_id, response_id=draft.id, reason="too_long", payload=sent)
    connection = session.connection()
    marked = connection.execute(
        _MARK_SAVED,
        {
            "of_response": draft.id,
            "reached": max(draft.last_page, reading.page.number),
            "calculated": dict(reading.carried),
            "locale": draft.locale,
            "saved_at": moment,
        },
    )
    if not marked.rowcount:
        # Sent or withdrawn by another tab since the draft was read: an erased response must not fill up again.
        sent = {"page": reading.page.key, "answers": dict(reading.answers), "missing": dict(reading.missing)}
        quarantine(session, collection_id=draft.collection_id, response_id=draft.id, reason="submitted", payload=sent)
    elif reading.answers:
        rows = [
            {
                "response_id": draft.id,
                "item_name": key,
                "value": value,
                "missing": reading.missing.get(key),
                "saved_at": (clocks or {}).get(key, moment),
            }
            for key, value in reading.answers.items()
        ]
        connection.execute(_KEEP[connection.dialect.name], rows)


def _keep_statement(insertion: Any) -> Any:
    statement = insertion(_ANSWER)
    return statement.on_conflict_do_update(
        index_elements=[_ANSWER.c.response_id, _ANSWER.c.item_name],
        set_={name: statement.excluded[name] for name in ("value", "missing", "saved_at")},
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


def save_page(session: Session, draft: Draft, page_key: str, posted: Posted) -> PageReading:
    """Read a page and keep what can be read of it, also when something needs to be corrected.

    Raises: NotFound("surveys.page_not_found").
    """
    reading = read_page(draft, draft.page(page_key), posted)
    keep_page(session, draft, reading)
    return reading


def submit(session: Session, draft: Draft, *, code: str = "") -> str:
    """End a response: drop the answers that are not relevant, give the receipt; the second time gives the same one.

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
    hidden = [key for key in draft.answers if not _is_kept(draft, key)]
    if hidden:
        session.execute(
            delete(Answer).where(Answer.response_id == draft.id, Answer.item_name.in_(hidden)),
            execution_options={"synchronize_session": False},
        )
    receipt: Any = read_code(draft.receipt) if draft.receipt else new_code()
    if code and not draft.receipt:
        receipt = unless_taken(code)
    ended = {
        item.key: moment.isoformat(timespec="seconds")
        for item in draft.version.definition.items()
        if item.type is ItemType.END
    }
    changed = session.execute(
        update(Response)
        .where(Response.id == draft.id, Response.state == ResponseState.STARTED)
        .values(
            state=ResponseState.SUBMITTED,
            submitted_at=moment,
            saved_at=moment,
            receipt=receipt,
            revision=Response.revision + 1,
            calculated={**{key: value for key, value in draft.state.calculated.items() if value is not None}, **ended},
        )
        .returning(Response.receipt),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    if changed:
        return spell(changed.receipt or "")
    # Another tab was faster: its receipt is the one.
    kept = session.scalar(select(Response.receipt).where(Response.id == draft.id))
    if kept is None:
        raise Conflict("surveys.response_withdrawn")
    return spell(kept)


def remaining(draft: Draft) -> tuple[Violation, ...]:
    """Return what prevents a draft from being submitted, in the order of the form."""
    on_pages = {key for page in draft.version.pages for key in page.items}
    return tuple(violation for violation in draft.state.violations() if violation.key in on_pages)


def hidden_answers(draft: Draft) -> tuple[str, ...]:
    """Return the items answered once and no longer relevant: they will not be sent, and the review page says so."""
    return tuple(key for key, value in draft.answers.items() if value is not None and not _is_kept(draft, key))


def _is_kept(draft: Draft, key: str) -> bool:
    try:
        return draft.state.is_relevant(key)
    except KeyError:
        return False
