"""Answer: one page, save it, go to the next; stop for a while."""

import base64
import io
from dataclasses import replace

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from app.extensions import db
from app.respond import polite
from app.respond.cards import render_roster
from app.respond.contexts import question_page
from app.respond.entrance import blueprint, kept_fields, posted_fields, show
from app.respond.form_files import media_of
from app.respond.helping import ask_for_privacy, help_line
from app.respond.holder import code_of_held, form_token, held, holder_of, is_ours, open_held
from app.respond.moves import LOOKS, following_key, move_on, page_address, return_to
from app.respond.sent_files import forget_replaced, keep_taken, take_files, without_room
from app.security import Action, permits
from app.unit_of_work import unit_of_work, writes_late
from core.errors import Conflict, NotFound
from surveys.answering import Draft, PageReading, keep_page, read_page
from surveys.cards import is_list, open_card
from surveys.carrying import with_place, with_what_was_typed, with_words
from surveys.helping import READ, private_items, with_reading_aloud
from surveys.items import Posted
from surveys.items.choices import SEARCH_PART, searched_in
from surveys.models import ResponseState
from surveys.occurrences import key_at
from surveys.receipts import give_code
from surveys.routing import Page, closing_pages, is_shown, next_page, page_by_key, previous_page
from surveys.tokens import is_token

TRIES = 5
"""Times that a page of a list is read again because another tab saved something in between."""


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
    card = open_card(draft, page) if page else None
    if page is None or card is None or not is_shown(page, card.state):
        return redirect(page_address(code, next_page(draft.version.pages, draft.state, page)), 303)
    if page in closing_pages(draft.version.pages, draft.state):
        return redirect(page_address(code, None), 303)
    if private_items(card, page) and not request.args.get("alone"):
        return ask_for_privacy(code, card, page)
    return _render(code, card, page, check=bool(request.args.get("check")), counts=counts_around(draft, page))


@blueprint.post("/r/<code>/p/<path:key>")
@permits(Action.ANSWER)
@writes_late
def save_page(code: str, key: str) -> ResponseReturnValue:
    """Keep what the page sent, whatever the button; then go where the button says."""
    try:
        holder, posted = held(), posted_fields()
    except RequestEntityTooLarge:
        return polite.too_heavy(request.path)
    if not is_ours(holder, request.form.get("csrf", "")):
        return polite.not_recognised(code, kept_fields(posted))
    draft = _open(code, locale=request.form.get("move", "").partition("locale:")[2])
    if not isinstance(draft, Draft):
        polite.keep_apart(code, holder_of(holder), "no_response", kept_fields(posted))
        return draft
    page = page_by_key(draft.version.pages, key)
    if page is None:
        polite.keep_apart(code, holder_of(holder), "unknown_page", kept_fields(posted))
        return redirect(url_for("respond.show_welcome", code=code), 303)
    for _try in range(TRIES):
        try:
            return _save(code, draft, page, posted)
        except Conflict:  # another tab saved something between our reading and our writing
            draft = open_held(db.session(), holder, locale=draft.locale)
    return redirect(page_address(code, page), 303)


def _save(code: str, draft: Draft, page: Page, posted: Posted) -> ResponseReturnValue:
    card, move = open_card(draft, page), request.form.get("move", "next")
    if card is None:
        polite.keep_apart(code, holder_of(held()), "list_changed", kept_fields(posted))
        return redirect(page_address(code, next_page(draft.version.pages, draft.state, page), notice="changed"), 303)
    taken = take_files(card, page, posted)
    reading = read_page(card, page, taken.fields)
    if not _is_as_shown(draft, reading, request.form.get("cards")):
        return _render(code, card, page, reading=reading, counts=counts_around(draft, page), is_changed=True)
    if card is not draft and reading.is_blank and move != "next":
        # Nothing was written on a new card: it never was one.
        roster = previous_page(draft.version.pages, draft.state, page) or page
        reading = replace(read_page(draft, roster, {}), page=roster)
        card = draft
    reading = with_place(with_what_was_typed(card, reading), following_key(reading, card, page))
    if move in LOOKS:
        reading = with_words(reading, alone=move == "words")
    reading = with_reading_aloud(card, reading, is_read=bool(request.form.get(READ)))
    with unit_of_work() as session:
        is_room = keep_taken(session, card, taken.files, page=page.key)
        if not is_room:
            reading = with_what_was_typed(card, read_page(card, page, without_room(taken).fields))
        keep_page(session, card, reading)
        forget_replaced(session, card, reading)
    if draft.response_state is not ResponseState.STARTED:
        return polite.already_sent(code, draft, kept=True)
    if not draft.is_open:
        return polite.closed(draft.collection_title, draft.version.definition.locale(draft.locale), kept=True)
    if move == SEARCH_PART:
        return _render(code, card, page, reading=replace(reading, violations=()), is_search=True)
    return move_on(code, card, page, reading) or _render(code, card, page, reading=reading)


def counts_around(draft: Draft, page: Page) -> str:
    """Return how many cards the lists had that a page stands in, as it says it when it is sent back."""
    keys = [key_at(repeat, page.numbers[:depth]) for depth, repeat in enumerate(page.repeats)]
    return ".".join(str(draft.state.count(key)) for key in keys if is_list(draft.state, key))


def _is_as_shown(draft: Draft, reading: PageReading, counts: str | None) -> bool:
    """Whether the numbers of the page still mean the cards they meant; the same page sent twice is no change."""
    if not counts or counts == counts_around(draft, reading.page):
        return True
    return all(draft.answers.get(key) == value for key, value in reading.answers.items())


def _open(code: str, *, locale: str = "") -> Draft | ResponseReturnValue:
    """Return the response of this browser, or the page that says why there is none."""
    try:
        draft = open_held(db.session(), held(), locale=locale)
    except NotFound:
        return redirect(url_for("respond.show_welcome", code=code), 303)
    if draft.response_state is ResponseState.WITHDRAWN:
        return polite.unknown_response()
    return draft


def _render(
    code: str,
    draft: Draft,
    page: Page,
    *,
    reading: PageReading | None = None,
    check: bool = False,
    counts: str = "",
    is_changed: bool = False,
    is_search: bool = False,
) -> ResponseReturnValue:
    then = return_to(request.form.get("then") or request.args.get("then"))
    if page.roster:
        return render_roster(code, draft, page, then=then)
    return show(
        "respond/page.html",
        draft.version.definition.locale(draft.locale),
        status=409 if is_changed else 422 if reading and not is_search else 200,
        page=lambda: question_page(
            draft,
            page,
            reading=reading,
            check=check,
            media=media_of(code, draft.version.files),
            searched=searched_in(request.form),
            code=code,
        ),
        code=code,
        locales=draft.version.definition.locales,
        token=form_token(held()),
        help=help_line(code, draft, page),
        more="" if reading else "q" + request.args.get("more", ""),
        anew="" if reading else "q" + request.args.get("anew", ""),
        then=then,
        counts=counts or counts_around(draft, page),
        is_changed=is_changed,
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
        is_leaving=bool(request.args.get("leaving")),
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
    leaving = request.form.get("leaving") and 1
    return redirect(url_for("respond.show_pause", code=code, page=request.form.get("page", ""), leaving=leaving), 303)


def _qr(text: str) -> str:
    """Return a picture of the link as a data address; a PNG of one bit a pixel weighs less than an SVG."""
    import segno  # noqa: PLC0415  only pauses and posters draw one

    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="png", scale=4, border=4)
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()
