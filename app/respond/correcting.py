"""With the code of the receipt: correct what was sent while the questionnaire is open, and take a copy of it away."""

import json

from flask import Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, format_datetime
from flask_babel import gettext as _

from app.extensions import db
from app.respond import polite
from app.respond.contexts import review
from app.respond.entrance import blueprint, chrome_tag
from app.respond.holder import collection_path, held, hold, is_ours, open_held, signed_hold
from app.security import Action, permits
from app.unit_of_work import unit_of_work, writes_late
from core.errors import Conflict, NotFound
from surveys.answering import Draft
from surveys.corrections import give_up_correction, start_correction
from surveys.models import ResponseState
from surveys.receipts import code_of_collection


def _open_sent(*, or_begun: bool = False) -> Draft | ResponseReturnValue:
    """Return the response of the code that was typed, or the page that asks for it."""
    try:
        draft = open_held(db.session(), held())
    except NotFound:
        return redirect(url_for("respond.ask_code"), 303)
    is_begun = or_begun and draft.response_state is ResponseState.STARTED
    if draft.response_state is not ResponseState.SUBMITTED and not is_begun:
        return redirect(url_for("respond.show_answers"), 303)
    return draft


@blueprint.post("/recu/corriger")
@permits(Action.ANSWER)
@writes_late
def correct() -> ResponseReturnValue:
    """Open the correction of what was sent, the one under way or a new one."""
    draft = _open_sent()
    if not isinstance(draft, Draft):
        return draft
    if not is_ours(held(), request.form.get("csrf", "")):
        return redirect(url_for("respond.show_answers"), 303)
    try:
        with unit_of_work() as session:
            correction_id = start_correction(session, draft)
            code = code_of_collection(session, draft.collection_id)
    except Conflict:
        return polite.closed(draft.collection_title, draft.version.definition.locale(draft.locale))
    answer = redirect(url_for("respond.show_review", code=code), 303)
    hold(answer, signed_hold(correction_id), collection_path(code))
    return answer


@blueprint.post("/recu/correction/abandonner")
@permits(Action.ANSWER)
@writes_late
def leave_as_sent() -> ResponseReturnValue:
    """Forget the correction under way: what was sent stays."""
    draft = _open_sent()
    if not isinstance(draft, Draft):
        return draft
    if is_ours(held(), request.form.get("csrf", "")):
        with unit_of_work() as session:
            give_up_correction(session, draft.id)
    return redirect(url_for("respond.show_answers"), 303)


@blueprint.get("/recu/mes-reponses.txt")
@permits(Action.ANSWER)
def take_as_text() -> ResponseReturnValue:
    """Give the person their answers as a text that every phone opens."""
    draft = _open_sent(or_begun=True)
    if not isinstance(draft, Draft):
        return draft
    with force_locale(chrome_tag(draft.version.definition.locale(draft.locale))):
        return _file("\N{BYTE ORDER MARK}" + _as_text(draft), "text/plain; charset=utf-8", "txt")


def _as_text(draft: Draft) -> str:
    lines = [draft.version.definition.title, ""]
    if draft.receipt:
        lines += [_("Receipt: %(code)s", code=draft.receipt), ""]
    for section in review(draft).sections:
        lines += [section.title.upper(), ""] if section.title else []
        for line in section.lines:
            question = f"{line.card} – {line.label}" if line.card else line.label
            lines += [question, "  " + (line.answer or _("No answer")), ""]
    lines.append(_("Copy made on %(moment)s.", moment=format_datetime(format="d MMMM y, HH:mm")))
    return "\r\n".join(lines) + "\r\n"


@blueprint.get("/recu/mes-reponses.json")
@permits(Action.ANSWER)
def take_as_data() -> ResponseReturnValue:
    """Give the person their answers in the form that another program reads."""
    draft = _open_sent(or_begun=True)
    if not isinstance(draft, Draft):
        return draft
    sections = review(draft).sections
    content = {
        "questionnaire": draft.version.definition.title,
        "version": draft.version.number,
        "receipt": draft.receipt,
        "language": draft.locale,
        "answers": [
            {"section": section.title, "card": line.card, "question": line.label, "answer": line.answer}
            for section in sections
            for line in section.lines
        ],
        "values": dict(draft.answers),
        "missing": {key: mark.value for key, mark in draft.missing.items()},
    }
    return _file(json.dumps(content, ensure_ascii=False, indent=1), "application/json", "json")


def _file(content: str, media_type: str, ending: str) -> Response:
    name = _("my-answers")
    answer = make_response(content)
    answer.headers["Content-Type"] = media_type
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return answer
