"""Somebody helps: who, with whose hands on the phone; and the questions that are not for them."""

from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from app.extensions import db
from app.respond import polite
from app.respond.entrance import blueprint, show
from app.respond.holder import form_token, held, is_ours, open_held
from app.respond.moves import page_address
from app.security import Action, permits
from app.unit_of_work import unit_of_work, writes_late
from core.errors import NotFound
from surveys.answering import Draft
from surveys.earlier import may_look_back, questions_to_look_back_at
from surveys.helping import (
    Assistance,
    Helper,
    PhoneHolder,
    assistance_of,
    private_items,
    read_assistance,
    say_assistance,
    was_read_aloud,
    way_of,
)
from surveys.models import ResponseMode, ResponseState
from surveys.routing import Page, previous_page

HELPERS = {
    Helper.PROFESSIONAL: lazy_gettext("A professional who accompanies me"),
    Helper.OTHER_PROFESSIONAL: lazy_gettext("Another professional"),
    Helper.RELATIVE: lazy_gettext("Somebody of my family, a friend"),
    Helper.INTERPRETER: lazy_gettext("An interpreter"),
    Helper.FACILITATOR: lazy_gettext("The person who runs the session"),
}
WAYS = {
    "alone": lazy_gettext("I answer alone"),
    "person": lazy_gettext("Somebody helps me, I hold the phone"),
    "helper": lazy_gettext("Somebody helps me and holds the phone"),
    "filled_for": lazy_gettext("I fill in for somebody who is not here"),
}


@dataclass(frozen=True, slots=True)
class HelpLine:
    """What a page says of help: the link at its foot, and the box « read aloud » while somebody helps."""

    words: str
    address: str
    is_helped: bool
    is_read: bool
    earlier: str
    """Where what the person answered before is shown, "" where it is not."""


def help_line(code: str, draft: Draft, page: Page) -> HelpLine:
    """Return what a page says of help."""
    is_helped = draft.mode in (ResponseMode.HELPED, ResponseMode.FILLED_FOR)
    return HelpLine(
        # Worded with the page, in its language, which is not that of the browser.
        words=lazy_gettext("Somebody helps me: change") if is_helped else lazy_gettext("Somebody helps me to answer"),
        address=url_for("respond.ask_help", code=code, page=page.key),
        is_helped=is_helped,
        is_read=was_read_aloud(draft, page),
        earlier=url_for("respond.show_earlier", code=code, key=page.key)
        if may_look_back(draft) and questions_to_look_back_at(draft, page)
        else "",
    )


def ask_for_privacy(code: str, draft: Draft, page: Page) -> ResponseReturnValue:
    """Before a private question, give the phone back to the person."""
    before = previous_page(draft.version.pages, draft.state, page)
    return show(
        "respond/private.html",
        draft.version.definition.locale(draft.locale),
        code=code,
        page=lambda: page,
        keys=private_items(draft, page),
        back=page_address(code, before) if before else url_for("respond.show_welcome", code=code),
        is_away=draft.mode is ResponseMode.FILLED_FOR,
        form_title=draft.version.definition.title,
        token=form_token(held()),
    )


@blueprint.get("/r/<code>/aide")
@permits(Action.ANSWER)
def ask_help(code: str) -> ResponseReturnValue:
    """Ask who helps."""
    draft = _open(code)
    if not isinstance(draft, Draft):
        return draft
    return _ask(code, draft, assistance_of(draft.mode, draft.carried))


def _ask(code: str, draft: Draft, said: Assistance, *, problem: bool = False) -> ResponseReturnValue:
    return show(
        "respond/help.html",
        draft.version.definition.locale(draft.locale),
        status=422 if problem else 200,
        code=code,
        way=way_of(said),
        helper=said.helper.value if said.helper else "",
        ways=WAYS,
        helpers=HELPERS,
        problem=problem,
        back=request.args.get("page", ""),
        token=form_token(held()),
    )


@blueprint.post("/r/<code>/aide")
@permits(Action.ANSWER)
@writes_late
def keep_help(code: str) -> ResponseReturnValue:
    """Keep who helps, and go back to the page."""
    draft = _open(code)
    if not isinstance(draft, Draft):
        return draft
    if not is_ours(held(), request.form.get("csrf", "")):
        return polite.not_recognised(code, {})
    said = read_assistance(request.form.get("way", ""), request.form.get("helper", ""))
    if said is None:
        return _ask(code, draft, Assistance(ResponseMode.HELPED, None, PhoneHolder.PERSON), problem=True)
    with unit_of_work() as session:
        say_assistance(session, draft, said)
    page = request.args.get("page", "")
    target = url_for("respond.show_page", code=code, key=page) if page else url_for("respond.show_welcome", code=code)
    return redirect(target, 303)


def _open(code: str) -> Draft | ResponseReturnValue:
    try:
        draft = open_held(db.session(), held())
    except NotFound:
        return redirect(url_for("respond.show_welcome", code=code), 303)
    if draft.response_state is not ResponseState.STARTED:
        return redirect(url_for("respond.show_welcome", code=code), 303)
    return draft
