"""The page of a list of cards, and the views that take a card out of it."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.respond import polite
from app.respond.entrance import blueprint, show
from app.respond.holder import form_token, held, is_ours, open_held
from app.respond.rosters import removal, roster_page
from app.security import Action, permits
from app.unit_of_work import unit_of_work, writes_late
from core.errors import Conflict, NotFound
from surveys.answering import Draft, remove_card
from surveys.cards import list_of
from surveys.carrying import AT
from surveys.models import ResponseState
from surveys.routing import Page, page_by_key


def render_roster(code: str, draft: Draft, page: Page, *, then: str = "") -> ResponseReturnValue:
    """Show the page of a list."""
    definition = draft.version.definition
    notice = request.args.get("notice", "")
    return show(
        "respond/roster.html",
        definition.locale(draft.locale),
        page=lambda: roster_page(draft, page),
        code=code,
        locales=definition.locales,
        token=form_token(held()),
        notice=notice if notice in {"removed", "changed"} else "",
        then=then,
    )


def _open_card(code: str, key: str) -> Draft | ResponseReturnValue:
    """Return the response of this browser when it is open and has this card; else where to go."""
    try:
        draft = open_held(db.session(), held())
    except NotFound:
        return redirect(url_for("respond.show_welcome", code=code), 303)
    if draft.response_state is ResponseState.WITHDRAWN:
        return polite.unknown_response()
    if draft.response_state is ResponseState.SUBMITTED:
        return polite.already_sent(code, draft)
    list_key, number = list_of(key)
    roster = page_by_key(draft.version.pages, list_key)
    if not number or roster is None or not roster.roster:
        return redirect(url_for("respond.show_welcome", code=code), 303)
    if number > draft.state.count(roster.roster):
        return redirect(url_for("respond.show_page", code=code, key=roster.key, notice="changed"), 303)
    return draft


@blueprint.get("/r/<code>/enlever/<path:key>")
@permits(Action.ANSWER)
def confirm_removal(code: str, key: str) -> ResponseReturnValue:
    """Say what is lost with a card before it goes."""
    draft = _open_card(code, key)
    if not isinstance(draft, Draft):
        return draft
    return show(
        "respond/remove_card.html",
        draft.version.definition.locale(draft.locale),
        page=lambda: removal(draft, key),
        code=code,
        form_title=draft.version.definition.title,
        read_at=draft.revision,
        token=form_token(held()),
    )


@blueprint.post("/r/<code>/enlever/<path:key>")
@permits(Action.ANSWER)
@writes_late
def take_card_out(code: str, key: str) -> ResponseReturnValue:
    """Take a card out, unless something was saved since it was looked at: its number may be another's by now."""
    if not is_ours(held(), request.form.get("csrf", "")):
        return polite.not_recognised(code, {})
    draft = _open_card(code, key)
    if not isinstance(draft, Draft):
        return draft
    roster, notice = list_of(key)[0], "changed"
    if request.form.get("read_at") == str(draft.revision):
        try:
            with unit_of_work() as session:
                remove_card(session, draft, key, {**draft.carried, AT: roster})
            notice = "removed"
        except Conflict:  # another tab saved something in between: the person looks again
            notice = "changed"
    return redirect(url_for("respond.show_page", code=code, key=roster, notice=notice), 303)
