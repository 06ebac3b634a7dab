"""Enough people of this kind have answered: said as soon as it is known, kindly; who wants to go on goes on."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.respond.contexts import resume_page
from app.respond.entrance import blueprint, show
from app.respond.holder import form_token, held, is_ours, open_held
from app.security import Action, permits
from app.unit_of_work import unit_of_work, writes_late
from core.errors import NotFound
from surveys.answering import Draft
from surveys.fieldwork.quotas import answers_of, full_quota, go_on_over
from surveys.models import ResponseState


@blueprint.get("/r/<code>/complet")
@permits(Action.ANSWER)
def show_full(code: str) -> ResponseReturnValue:
    """Say that there is enough of these answers, and that one may stop or go on."""
    draft = _open()
    if draft is None:
        return redirect(url_for("respond.show_welcome", code=code), 303)
    if draft.goes_on_over or full_quota(db.session(), draft, answers_of(draft)) is None:
        return _onward(code, draft)
    return show(
        "respond/full.html",
        draft.version.definition.locale(draft.locale),
        code=code,
        form_title=draft.version.definition.title,
        token=form_token(held()),
    )


@blueprint.post("/r/<code>/complet")
@permits(Action.ANSWER)
@writes_late
def go_on(code: str) -> ResponseReturnValue:
    """Go on all the same: the answers are kept like the others, and marked as over the quota."""
    draft = _open()
    if draft is None or not is_ours(held(), request.form.get("csrf", "")):
        return redirect(url_for("respond.show_welcome", code=code), 303)
    with unit_of_work() as session:
        go_on_over(session, draft)
    return _onward(code, draft)


def _open() -> Draft | None:
    try:
        draft = open_held(db.session(), held())
    except NotFound:
        return None
    return draft if draft.response_state is ResponseState.STARTED else None


def _onward(code: str, draft: Draft) -> ResponseReturnValue:
    page = resume_page(draft)
    address = url_for("respond.show_page", code=code, key=page) if page else url_for("respond.show_review", code=code)
    return redirect(address, 303)
