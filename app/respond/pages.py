"""Answer: one page, save it, go to the next; stop for a while."""

import base64
import io
import re
from dataclasses import replace

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.respond import polite
from app.respond.contexts import question_page
from app.respond.entrance import blueprint, kept_fields, posted_fields, show
from app.respond.form_files import media_of
from app.respond.holder import code_of_held, form_token, held, is_ours, open_held
from app.security import Action, permits
from app.unit_of_work import unit_of_work, writes_late
from core.errors import NotFound
from surveys.answering import Draft, PageReading, keep_page, read_page, remaining
from surveys.carrying import with_place, with_what_was_typed, with_words
from surveys.models import ResponseState
from surveys.receipts import give_code
from surveys.routing import Page, closing_pages, is_shown, next_page, page_by_key, page_of_item, previous_page
from surveys.tokens import is_token

LOOKS = ("words", "pictures")
"""What the button says that shows the choices of a page another way."""


@blueprint.get("/r/<code>/p/<path:key>")
@permits(Action.ANSWER)
def show_page(code: str, key: str) -> ResponseReturnValue:
    """Show a page with what was kept of it."""
    draft = _open(code)
    if not isinstance(draft, Draft):
        return draft
    if draft.response_state is not ResponseState.STARTED:
        return polite.already_sent(code, draft)
    page = page_by_key(draft.version.pages, key)
    if page is None or not is_shown(page, draft.state):
        following = next_page(draft.version.pages, draft.state, page.number if page else -1)
        return redirect(_address(code, following), 303)
    if page in closing_pages(draft.version.pages, draft.state):
        return redirect(_address(code, None), 303)
    return _render(code, draft, page, check=bool(request.args.get("check")))


@blueprint.post("/r/<code>/p/<path:key>")
@permits(Action.ANSWER)
@writes_late
def save_page(code: str, key: str) -> ResponseReturnValue:
    """Keep what the page sent, whatever the button; then go where the button says."""
    holder, posted = held(), posted_fields()
    if not is_ours(holder, request.form.get("csrf", "")):
        return polite.not_recognised(code, kept_fields(posted))
    draft = _open(code, locale=request.form.get("move", "").partition("locale:")[2])
    if not isinstance(draft, Draft):
        polite.keep_apart(code, None, "no_response", kept_fields(posted))
        return draft
    page = page_by_key(draft.version.pages, key)
    if page is None:
        polite.keep_apart(code, draft.id, "unknown_page", kept_fields(posted))
        return redirect(url_for("respond.show_welcome", code=code), 303)
    reading = with_what_was_typed(draft, read_page(draft, page, posted))
    reading = with_place(reading, _following(reading, draft))
    if request.form.get("move") in LOOKS:
        reading = with_words(reading, alone=request.form["move"] == "words")
    with unit_of_work() as session:
        keep_page(session, draft, reading)
    if draft.response_state is not ResponseState.STARTED:
        return polite.already_sent(code, draft, kept=True)
    if not draft.is_open:
        return polite.closed(draft.collection_title, draft.version.definition.locale(draft.locale), kept=True)
    return _move(code, draft, page, reading)


def _open(code: str, *, locale: str = "") -> Draft | ResponseReturnValue:
    """Return the response of this browser, or the page that says why there is none."""
    try:
        draft = open_held(db.session(), held(), locale=locale)
    except NotFound:
        return redirect(url_for("respond.show_welcome", code=code), 303)
    if draft.response_state is ResponseState.WITHDRAWN:
        return polite.unknown_response()
    return draft


def _following(reading: PageReading, draft: Draft) -> str:
    """Return the key of the page that the button leads to, "" for the last reading."""
    move = request.form.get("move", "next")
    following = reading.next_page
    if move == "back":
        following = previous_page(draft.version.pages, reading.state, reading.page.number)
    elif move != "next":
        following = reading.page
    return following.key if following else ""


def _move(code: str, draft: Draft, page: Page, reading: PageReading) -> ResponseReturnValue:
    move = request.form.get("move", "next")
    pages, state = draft.version.pages, reading.state
    if move == "back":
        previous = previous_page(pages, state, page.number)
        address = _address(code, previous) if previous else url_for("respond.show_welcome", code=code)
        return redirect(address, 303)
    if move == "pause":
        return redirect(url_for("respond.show_pause", code=code, page=page.key), 303)
    if move.startswith("locale:") or move in LOOKS:
        return redirect(_address(code, page), 303)
    if reading.violations:
        return _render(code, draft, page, reading=reading)
    if reading.revealed:
        place = state.structure.by_key[reading.revealed[0]]
        return redirect(url_for("respond.show_page", code=code, key=page.key, more=place, _anchor=f"b{place}"), 303)
    if _return_to(request.form.get("then")):
        return redirect(_after_correction(code, draft, reading), 303)
    closing = closing_pages(pages, state)
    return redirect(_address(code, None if reading.next_page in closing else reading.next_page), 303)


def _after_correction(code: str, draft: Draft, reading: PageReading) -> str:
    """Return to the review, or to a page that this correction made necessary."""
    then = _return_to(request.form.get("then"))
    waiting = remaining(replace(draft, state=reading.state))
    page = page_of_item(draft.version.pages, waiting[0].key) if waiting else None
    if page is None or page.number <= reading.page.number:
        return url_for("respond.show_review", code=code, _anchor=then.partition("-")[2] or None)
    return url_for("respond.show_page", code=code, key=page.key, then=then)


def _return_to(asked: str | None) -> str:
    """Return « review-q7 » where a correction comes from the seventh line of the last reading, "" elsewhere."""
    return asked if asked and re.fullmatch(r"review(-q\d{1,5})?", asked, re.ASCII) else ""


def _address(code: str, page: Page | None) -> str:
    if page is None:
        return url_for("respond.show_review", code=code)
    return url_for("respond.show_page", code=code, key=page.key)


def _render(
    code: str, draft: Draft, page: Page, *, reading: PageReading | None = None, check: bool = False
) -> ResponseReturnValue:
    locale = draft.version.definition.locale(draft.locale)
    return show(
        "respond/page.html",
        locale,
        status=422 if reading else 200,
        page=lambda: question_page(
            draft, page, reading=reading, check=check, media=media_of(code, draft.version.files)
        ),
        code=code,
        locales=draft.version.definition.locales,
        token=form_token(held()),
        more="" if reading else "q" + request.args.get("more", ""),
        then=_return_to(request.form.get("then") or request.args.get("then")),
    )


@blueprint.get("/r/<code>/pause")
@permits(Action.ANSWER)
def show_pause(code: str) -> ResponseReturnValue:
    """Show how to come back: the link, and on demand a short code to say or write down."""
    draft = _open(code)
    if not isinstance(draft, Draft):
        return draft
    holder = held()
    link = (
        current_app.config["SETTINGS"].public_url + url_for("respond.resume", token=holder) if is_token(holder) else ""
    )
    return show(
        "respond/pause.html",
        draft.version.definition.locale(draft.locale),
        code=code,
        receipt=draft.receipt,
        link=link,
        picture=_qr(link) if link else "",
        back=request.args.get("page", ""),
        token=form_token(holder),
    )


@blueprint.post("/r/<code>/pause")
@permits(Action.ANSWER)
@writes_late
def make_code(code: str) -> ResponseReturnValue:
    """Give the short code that resumes on any phone."""
    draft = _open(code)
    if not isinstance(draft, Draft):
        return draft
    if is_ours(held(), request.form.get("csrf", "")):
        with unit_of_work() as session:
            give_code(session, draft.id, code=code_of_held())
    return redirect(url_for("respond.show_pause", code=code, page=request.form.get("page", "")), 303)


def _qr(text: str) -> str:
    """Return a picture of the link as a data address; a PNG of one bit a pixel weighs less than an SVG."""
    import segno  # noqa: PLC0415  only pauses and posters draw one

    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="png", scale=4, border=4)
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()
