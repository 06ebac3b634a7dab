"""What colleagues say of the questions of a questionnaire: read, answered, settled."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import status_of
from app.extensions import db
from app.research.contexts.comments import comment_page
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from app.wording import word
from core.errors import Invalid
from surveys.editing import comments

blueprint = Blueprint(
    "comments",
    __name__,
    url_prefix="/studies/<study_key>/questionnaires/versions/<uuid:version_id>/comments",
    template_folder="templates",
)


@blueprint.get("/")
@permits(Action.QUESTIONNAIRE_COMMENT)
def show_comments(version_id: UUID) -> ResponseReturnValue:
    """List the threads, open ones first, and ask for one more."""
    return _page(version_id)


def _page(version_id: UUID, problem: str = "") -> str:
    page = comment_page(db.session(), current_study().study_id, version_id)
    return render_template(
        "research/comments/show.html",
        page=page,
        version_id=version_id,
        problem=problem,
        item=request.values.get("item", ""),
        typed=request.form.get("body", "") if problem else "",
    )


@blueprint.post("/")
@permits(Action.QUESTIONNAIRE_COMMENT)
@writes
def add_comment(version_id: UUID) -> ResponseReturnValue:
    """Keep a remark on a question, or an answer in a thread."""
    study = current_study()
    try:
        thread = comments.add_comment(
            db.session(),
            study.study_id,
            version_id,
            request.form.get("item", ""),
            request.form.get("body", ""),
            account_id=current_account().id,
            thread_id=request.form.get("thread", type=UUID),
        )
    except Invalid as error:
        return _page(version_id, word(error)), status_of(error)
    return redirect(url_for(".show_comments", study_key=study.key, version_id=version_id, _anchor=f"t{thread}"), 303)


@blueprint.post("/settle")
@permits(Action.QUESTIONNAIRE_COMMENT)
@writes
def settle_thread(version_id: UUID) -> ResponseReturnValue:
    """Mark a thread as settled, or open it again."""
    study, thread_id = current_study(), request.form.get("thread", UUID(int=0), UUID)
    is_settled = request.form.get("act") != "open"
    comments.settle(db.session(), study.study_id, thread_id, is_settled=is_settled, account_id=current_account().id)
    return redirect(url_for(".show_comments", study_key=study.key, version_id=version_id, _anchor=f"t{thread_id}"), 303)
