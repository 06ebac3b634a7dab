"""Who is to be called, a page at a time, and the calls that were made."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.mailing.paper import call_back_words, tries_words
from core.clock import now
from studies.windows import today_in_paris
from surveys.fieldwork.calls import CallRow, WaitingCall, list_calls, waiting_calls
from surveys.fieldwork.mailing import steps_of
from surveys.fieldwork.mailing_models import Channel

PAGE_LENGTH = 50


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """Somebody to call; `call_back` is "" when no day was agreed on, `is_due` tells today or before."""

    participant_id: UUID
    pseudonym: str
    site: str
    tries: str
    call_back: str
    is_due: bool


@dataclass(frozen=True, slots=True)
class CallsPage:
    """Who is to be called, how many of them agreed on today or a day before; the last calls; the step to print."""

    lines: tuple[WaitingLine, ...]
    total: int
    due: int
    page: int
    pages: int
    made: Sequence[CallRow]
    step_id: UUID | None
    pseudonyms: tuple[str, ...]


def calls_page(session: Session, study_id: UUID, collection_id: UUID, *, page: int = 1) -> CallsPage:
    """Return one page of those who are to be called, the first first, with the last hundred calls.

    Raises: NotFound("surveys.collection_not_found").
    """
    waiting = waiting_calls(session, study_id, collection_id, moment=now())
    pages = max(1, -(-len(waiting) // PAGE_LENGTH))
    page = min(max(1, page), pages)
    steps = [step.id for step in steps_of(session, collection_id) if step.channel is Channel.CALL]
    return CallsPage(
        lines=tuple(_line(call) for call in waiting[(page - 1) * PAGE_LENGTH : page * PAGE_LENGTH]),
        total=len(waiting),
        due=sum(_is_due(call) for call in waiting),
        page=page,
        pages=pages,
        made=list_calls(session, study_id, collection_id),
        step_id=steps[-1] if steps else None,
        pseudonyms=tuple(call.person.pseudonym for call in waiting),
    )


def _line(call: WaitingCall) -> WaitingLine:
    return WaitingLine(
        participant_id=call.person.participant_id,
        pseudonym=call.person.pseudonym,
        site=call.person.site,
        tries=tries_words(call.tries) if call.tries else _("none yet"),
        call_back=call_back_words(call.tries) if call.tries else "",
        is_due=_is_due(call),
    )


def _is_due(call: WaitingCall) -> bool:
    return call.call_back_on is not None and call.call_back_on <= today_in_paris(now())
