"""Answering with somebody's help: who helps, who holds the phone, what was read aloud, what is not for the helper.

Kept with the response beside its answers, because effects of the mode are part of what an analysis must see.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from core.clock import now
from surveys.drafts import Draft
from surveys.models import Response, ResponseMode, ResponseState
from surveys.reading import PageReading
from surveys.routing import Page, shown_items
from surveys.saved import SAVED_FROM, as_kept
from surveys.structure import Structure

HELP = ":help"
"""Where a response carries who helps."""
READ = ":read"
"""Where a response carries the keys of the pages that were read aloud to the person."""
KEPT_AT_THE_END = (HELP, READ, SAVED_FROM)


class Helper(enum.StrEnum):
    """Who helps."""

    PROFESSIONAL = "professional"
    """Somebody of the service that the questions are about."""
    OTHER_PROFESSIONAL = "other_professional"
    RELATIVE = "relative"
    INTERPRETER = "interpreter"
    FACILITATOR = "facilitator"


class PhoneHolder(enum.StrEnum):
    """Who has the phone in hand."""

    PERSON = "person"
    HELPER = "helper"


@dataclass(frozen=True, slots=True)
class Assistance:
    """How a response is answered; no helper when the person is alone."""

    mode: ResponseMode
    helper: Helper | None = None
    holder: PhoneHolder | None = None


ALONE = Assistance(ResponseMode.ALONE)


WAYS = ("alone", "person", "helper", "filled_for")
"""How forms say it: alone, who holds the phone while somebody helps, or for somebody who is not there."""


def read_assistance(way: str, helper: str) -> Assistance | None:
    """Return what a form says of help, None where it says that somebody helps and not who."""
    if way not in WAYS or way == "alone":
        return ALONE
    if helper not in set(Helper):
        return None
    if way == "filled_for":
        return Assistance(ResponseMode.FILLED_FOR, Helper(helper), PhoneHolder.HELPER)
    return Assistance(ResponseMode.HELPED, Helper(helper), PhoneHolder(way))


def way_of(said: Assistance) -> str:
    """Return how forms say it."""
    if said.mode is ResponseMode.FILLED_FOR:
        return "filled_for"
    return said.holder.value if said.mode is ResponseMode.HELPED and said.holder else "alone"


def assistance_of(mode: ResponseMode, carried: Mapping[str, Any]) -> Assistance:
    """Return how a response is answered, from what it carries."""
    said: Mapping[str, str] = carried.get(HELP) or {}
    helper, holder = said.get("helper"), said.get("holder")
    return Assistance(mode, Helper(helper) if helper else None, PhoneHolder(holder) if holder else None)


def say_assistance(session: Session, draft: Draft, assistance: Assistance) -> Draft:
    """Keep who helps from now on, and return the response so; what was sent already is not changed by it."""
    carried = {key: value for key, value in draft.carried.items() if key != HELP}
    if assistance.helper is not None:
        carried[HELP] = {"helper": assistance.helper.value, "holder": (assistance.holder or PhoneHolder.PERSON).value}
    session.execute(
        update(Response)
        .where(Response.id == draft.id, Response.state == ResponseState.STARTED)
        .values(mode=assistance.mode, calculated=as_kept(carried), saved_at=now()),
        execution_options={"synchronize_session": False},
    )
    return replace(draft, mode=assistance.mode, carried=carried)


def with_reading_aloud(draft: Draft, reading: PageReading, *, is_read: bool) -> PageReading:
    """Keep whether this page was read aloud by who helps; nothing changes for somebody alone."""
    if draft.mode is ResponseMode.ALONE:
        return reading
    before: list[str] = reading.carried.get(READ) or []
    pages = [key for key in before if key != reading.page.key] + ([reading.page.key] if is_read else [])
    # In one order, whatever order pages come in from a phone.
    return replace(reading, carried={**reading.carried, READ: sorted(pages)})


def was_read_aloud(draft: Draft, page: Page) -> bool:
    """Whether this page was read aloud to the person."""
    return page.key in (draft.carried.get(READ) or ())


def private_items(draft: Draft, page: Page) -> tuple[str, ...]:
    """Return the items of a page that the helper must not see; none while the person is alone."""
    if draft.mode not in (ResponseMode.HELPED, ResponseMode.FILLED_FOR):
        return ()
    structure: Structure = draft.version.structure
    return tuple(
        key
        for key in shown_items(page, draft.state)
        if structure.item(key).type.is_answered and structure.item(key).is_private
    )
