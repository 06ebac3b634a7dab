"""Where a page leads once it is kept: on, back, a pause, another language, the last reading."""

import re
from dataclasses import replace

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.components.question import place_of
from app.extensions import db
from surveys.answering import Draft, PageReading, remaining
from surveys.engine import FormState
from surveys.fieldwork.quotas import is_enough
from surveys.reading import offered_anew
from surveys.routing import Page, closing_pages, page_of_item, previous_page

_RETURN = re.compile(r"(?P<from>review|cards)(?:-(?P<line>q\d{1,5}(?:-\d{1,4}){0,8}))?", re.ASCII)
LOOKS = ("words", "pictures")
"""What the button says that shows the choices of a page another way."""
REVIEW, CARDS = "review", "cards"


def following_key(reading: PageReading, draft: Draft, page: Page) -> str:
    """Return the key of the page that the button leads to, "" for the last reading."""
    move = request.form.get("move", "next")
    following = page if move == "next" and offered_anew(draft, reading) else reading.next_page
    if move == "back":
        following = previous_page(draft.version.pages, reading.state, page)
    elif move != "next":
        following = page
    return following.key if following else ""


def move_on(code: str, draft: Draft, page: Page, reading: PageReading) -> ResponseReturnValue | None:
    """Go where the button says; None when the page must be shown again with what is wrong."""
    move = request.form.get("move", "next")
    then = return_to(request.form.get("then"))
    pages, state = draft.version.pages, reading.state
    anew = offered_anew(draft, reading)
    if move == "back":
        previous = previous_page(pages, state, page)
        target = (
            page_address(code, previous, then=_then_on(state, previous, then))
            if previous
            else url_for("respond.show_welcome", code=code)
        )
    elif move == "pause":
        target = url_for("respond.show_pause", code=code, page=page.key)
    elif move.startswith("locale:") or move in LOOKS:
        target = page_address(code, page, then=_then_on(state, page, then))
    elif any(each.key not in anew for each in reading.violations):
        return None
    elif reading.revealed or anew:
        place = place_of(state, (*reading.revealed, *anew)[0])
        more, other = (place, None) if reading.revealed else (None, place)
        target = url_for(
            "respond.show_page", code=code, key=page.key, more=more, anew=other, then=then or None, _anchor=f"b{place}"
        )
    elif is_enough(db.session(), draft, reading):
        target = url_for("respond.show_full", code=code)
    elif then.startswith(REVIEW):
        target = _after_correction(code, draft, reading, then)
    else:
        following = None if reading.next_page in closing_pages(pages, state) else reading.next_page
        target = page_address(code, following, then=_then_on(state, following, then))
    return redirect(target, 303)


def _then_on(state: FormState, page: Page | None, then: str) -> str:
    """Say on a page where the person came from: on the page of the list, a card's return is the list's."""
    if page is None or then.startswith(REVIEW):
        return ""
    is_list = page.roster and then == f"{CARDS}-q{place_of(state, page.roster)}"
    return then.replace(CARDS, REVIEW) if is_list else then


def _after_correction(code: str, draft: Draft, reading: PageReading, then: str) -> str:
    """Return to the review, or to a page that this correction made necessary."""
    waiting = remaining(replace(draft, state=reading.state))
    page = page_of_item(draft.version.pages, waiting[0].key) if waiting else None
    if page is None or page.order <= reading.page.order:
        return url_for("respond.show_review", code=code, _anchor=then.partition("-")[2] or None)
    return url_for("respond.show_page", code=code, key=page.key, then=then)


def return_to(asked: str | None) -> str:
    """Return where a correction comes from, "" elsewhere.

    « review-q7 »: the seventh line of the last reading, to which the page leads back. « cards-q7 »: a card of the list
    on that line; all its pages are gone through before the list, which leads back to the last reading.
    """
    return asked if asked and _RETURN.fullmatch(asked) else ""


def page_address(code: str, page: Page | None, *, then: str = "", notice: str | None = None) -> str:
    """Return the address of a page; None is the last reading."""
    if page is None:
        return url_for("respond.show_review", code=code)
    return url_for("respond.show_page", code=code, key=page.key, then=then or None, notice=notice)
