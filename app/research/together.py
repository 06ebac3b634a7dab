"""Coding together: who codes what, who has finished, what is released."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.errors import status_of
from app.extensions import db
from app.research.contexts.acts import as_uuid
from app.research.contexts.agreement import coder_boxes
from app.security import Action, current_account, current_study, may, permits
from app.unit_of_work import writes
from app.wording import word
from coding.queries.agreement import list_coders
from coding.queries.together import plan
from coding.services.together import assign, hide_again, release, set_done, share_out, take_back
from core.errors import DomainError, Invalid

blueprint = Blueprint("together", __name__, url_prefix="/studies/<study_key>/together", template_folder="templates")


@blueprint.get("/")
@permits(Action.TRANSCRIPT_READ)
def show_plan() -> ResponseReturnValue:
    """Show one's own transcripts; to the lead, all of them, with who codes each."""
    return _show_plan()


@blueprint.post("/")
@permits(Action.LAYERS_MANAGE)
@writes
def change_plan() -> ResponseReturnValue:
    """Give transcripts to coders, take them back, release them or hide them again."""
    try:
        with db.session.begin_nested():
            said = _change(request.form.get("act", ""))
    except DomainError as error:
        return _show_plan(word(error)), status_of(error)
    flash(said, "good")
    return redirect(url_for(".show_plan", study_key=current_study().key), 303)


@blueprint.post("/<uuid:transcript_id>/done")
@permits(Action.CODING_EDIT)
@writes
def mark_done(transcript_id: UUID) -> ResponseReturnValue:
    """Say that one has finished a transcript, or not after all."""
    study = current_study()
    is_done = request.form.get("done") == "1"
    set_done(db.session(), study.study_id, transcript_id, account_id=current_account().id, is_done=is_done)
    flash(_("Noted: finished.") if is_done else _("Noted: not finished."), "good")
    return redirect(url_for(".show_plan", study_key=study.key), 303)


def _change(act: str) -> str:
    session, study_id, by, form = db.session(), current_study().study_id, current_account().id, request.form
    transcripts = [as_uuid(each) for each in form.getlist("transcript")]
    coders = [as_uuid(each) for each in form.getlist("coder")]
    if act == "assign":
        count = assign(session, study_id, transcripts, coders, by=by)
    elif act == "share_out":
        count = share_out(session, study_id, transcripts, coders, each=_each(form.get("each", "")), by=by)
    elif act == "take_back":
        count = take_back(session, study_id, transcripts, coders, by=by)
    elif act == "release":
        count = release(session, study_id, transcripts, by=by)
        return str(ngettext("%(num)s transcript released.", "%(num)s transcripts released.", count))
    elif act == "hide":
        count = hide_again(session, study_id, transcripts, by=by)
        return str(ngettext("%(num)s transcript hidden again.", "%(num)s transcripts hidden again.", count))
    else:
        raise Invalid("coding.act_unreadable")
    return str(ngettext("%(num)s assignment changed.", "%(num)s assignments changed.", count))


def _each(typed: str) -> int:
    typed = typed.strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 0  # noqa: PLR2004  no team is that large


def _show_plan(error: str | None = None) -> str:
    study, session, account = current_study(), db.session(), current_account()
    is_lead = may(Action.LAYERS_MANAGE)
    return render_template(
        "research/together/plan.html",
        mine=plan(session, study.study_id, account_id=account.id),
        rows=plan(session, study.study_id) if is_lead else (),
        coders=coder_boxes(list_coders(session, study.study_id)) if is_lead else (),
        account_id=account.id,
        typed=request.form,
        error=error,
    )
