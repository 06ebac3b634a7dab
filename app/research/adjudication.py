"""Reading where coders differ, and settling it on one page."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import status_of
from app.extensions import db
from app.research.contexts.acts import as_uuid
from app.research.contexts.adjudication import OUTCOMES, build_passages_page, build_settle_page, read_outcomes
from app.research.contexts.corpus import optional_uuid
from app.research.contexts.segments import page_number
from app.research.contexts.viewing import current_viewer
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from app.wording import word
from coding.queries import find_document
from coding.queries.agreement import branches_of, find_agreement, hidden_transcripts
from coding.queries.places import current_version
from coding.queries.together import (
    coder_names,
    codings_to_compare,
    readers_by_transcript,
    readers_of,
    settle_list,
)
from coding.services.adjudication import decide, reopen
from core.errors import DomainError

blueprint = Blueprint("adjudication", __name__, url_prefix="/studies/<study_key>", template_folder="templates")


@blueprint.get("/agreement/<uuid:run_id>/passages")
@permits(Action.AGREEMENT_READ)
def list_passages(run_id: UUID) -> ResponseReturnValue:
    """Show the passages that all, some or one of the coders of a measure gave a code."""
    study, session, viewer = current_study(), db.session(), current_viewer()
    run = find_agreement(session, study.study_id, run_id)
    coders = [UUID(each) for each, _name in run.parameters["coders"]]
    code_id = optional_uuid(request.args.get("code", ""))
    codings = codings_to_compare(
        session, study.study_id, viewer, code_ids=branches_of(session, study.study_id, run.parameters, code_id),
        coder_ids=coders, transcript_ids=[UUID(each) for each in run.parameters["transcripts"]],
    )  # fmt: skip
    readers = readers_by_transcript(session, study.study_id, coders)
    return render_template(
        "research/agreement/passages.html",
        run=run,
        code_id=code_id,
        page=build_passages_page(run, code_id, codings, readers, request.args.get("kind", "some")),
        hidden=len(hidden_transcripts(session, study.study_id, coders)),
    )


@blueprint.get("/transcripts/<uuid:transcript_id>/settle")
@permits(Action.CODING_EDIT)
def show_settling(transcript_id: UUID) -> ResponseReturnValue:
    """Show the passages of a transcript on which coders differ."""
    return _show_settling(transcript_id)


@blueprint.post("/transcripts/<uuid:transcript_id>/settle")
@permits(Action.CODING_EDIT)
@writes
def settle_passage(transcript_id: UUID) -> ResponseReturnValue:
    """Keep or leave out each coding of a passage, with the reason."""
    study = current_study()
    current_version(db.session(), study.study_id, transcript_id)
    try:
        with db.session.begin_nested():
            decide(
                db.session(), study.study_id, read_outcomes(request.form), viewer=current_viewer(),
                reason=request.form.get("reason", ""), account_id=current_account().id,
            )  # fmt: skip
    except DomainError as error:
        return _show_settling(transcript_id, word(error)), status_of(error)
    flash(_("The decision is kept."), "good")
    return _back(transcript_id)


@blueprint.post("/transcripts/<uuid:transcript_id>/settle/reopen")
@permits(Action.CODING_EDIT)
@writes
def reopen_passage(transcript_id: UUID) -> ResponseReturnValue:
    """Take a decision back."""
    study = current_study()
    current_version(db.session(), study.study_id, transcript_id)
    codings = [as_uuid(each) for each in request.form.getlist("coding")]
    reopen(db.session(), study.study_id, codings, viewer=current_viewer(), account_id=current_account().id)
    flash(_("The passage is to be settled again."), "good")
    return _back(transcript_id)


def _back(transcript_id: UUID) -> ResponseReturnValue:
    shown, page = request.form.get("shown", "open"), page_number(request.form.get("page", ""))
    return redirect(
        url_for(".show_settling", study_key=current_study().key, transcript_id=transcript_id, shown=shown, page=page),
        303,
    )


def _show_settling(transcript_id: UUID, error: str | None = None) -> str:
    study, session, viewer = current_study(), db.session(), current_viewer()
    document = find_document(session, study.study_id, transcript_id, viewer)
    readers = readers_of(session, study.study_id, transcript_id, viewer)
    page = build_settle_page(
        document,
        settle_list(session, document.codings, readers),
        coder_names(session, readers),
        shown=request.values.get("shown", "open"),
        page=page_number(request.values.get("page", "")),
    )
    return render_template(
        "research/together/settle.html", page=page, outcomes=OUTCOMES, error=error, typed=request.form
    )
