"""What the person answered last time to the questions of one page, on a page of its own that they open themselves."""

from dataclasses import dataclass
from datetime import datetime

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from app.components.answer_words import answer_text
from app.components.rich_text import plain
from app.extensions import db
from app.respond.entrance import blueprint, show
from app.respond.holder import held, open_held
from app.security import Action, permits
from core.errors import NotFound
from surveys.answering import Draft
from surveys.definition import Locale
from surveys.earlier import earlier_draft, may_look_back, questions_to_look_back_at
from surveys.models import ResponseState
from surveys.routing import Page, page_by_key


@dataclass(frozen=True, slots=True)
class EarlierLine:
    """One question as it reads now, and what was answered to it before; "" when nothing was."""

    label: str
    answer: str


@dataclass(frozen=True, slots=True)
class EarlierPage:
    """The questions of a page; `at` is when they were answered, None when the person never answered them."""

    at: datetime | None
    lines: tuple[EarlierLine, ...]


@blueprint.get("/r/<code>/avant/<path:key>")
@permits(Action.ANSWER)
def show_earlier(code: str, key: str) -> ResponseReturnValue:
    """Show what was answered before to the questions of a page."""
    try:
        draft = open_held(db.session(), held())
    except NotFound:
        return redirect(url_for("respond.show_welcome", code=code), 303)
    page = page_by_key(draft.version.pages, key)
    if page is None or draft.response_state is not ResponseState.STARTED or not may_look_back(draft):
        return redirect(url_for("respond.show_welcome", code=code), 303)
    earlier = earlier_draft(db.session(), draft)
    return show(
        "respond/earlier.html",
        draft.version.definition.locale(draft.locale),
        page=lambda: _earlier_page(draft, earlier, page),
        form_title=draft.version.definition.title,
    )


def _earlier_page(draft: Draft, earlier: Draft | None, page: Page) -> EarlierPage:
    locale = draft.version.definition.locale(draft.locale)
    keys = [key for key in questions_to_look_back_at(draft, page) if draft.state.is_relevant(key)]
    if earlier is None or not any(key in earlier.answers for key in keys):
        return EarlierPage(None, ())
    lines = tuple(EarlierLine(plain(draft.state.label(key, locale.tag)), _said(earlier, key, locale)) for key in keys)
    return EarlierPage(max(earlier.answered_at[key] for key in keys if key in earlier.answers), lines)


def _said(earlier: Draft, key: str, locale: Locale) -> str:
    if key not in earlier.answers:
        return ""
    return answer_text(earlier.state, key, earlier.answers[key], earlier.missing.get(key), locale)
