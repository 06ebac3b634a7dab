"""Agreement between coders: measured in a job, shown with n and interval."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import status_of
from app.extensions import db
from app.jobs.port import enqueue
from app.research.contexts.agreement import (
    UNITS,
    build_measure_page,
    coder_boxes,
    measure_lines,
    read_measure_form,
)
from app.research.contexts.clusters import states_of_jobs
from app.research.contexts.viewing import current_viewer
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from app.wording import word
from coding.agreement.kinds import UnitKind
from coding.queries import list_codes, list_transcripts
from coding.queries.agreement import find_agreement, list_agreements, list_coders
from coding.services.agreement import DEFAULT_SEED, request_agreement
from core.errors import DomainError

blueprint = Blueprint("agreement", __name__, url_prefix="/studies/<study_key>/agreement", template_folder="templates")


@blueprint.get("/")
@permits(Action.AGREEMENT_READ)
def list_measures() -> ResponseReturnValue:
    """Show the measures asked for so far, and a form for another."""
    return _show_list()


@blueprint.post("/")
@permits(Action.AGREEMENT_READ)
@writes
def ask_for_measure() -> ResponseReturnValue:
    """Ask for a measure: the job exists if and only if the request is kept."""
    study, account, session = current_study(), current_account(), db.session()
    try:
        with session.begin_nested():
            asked = read_measure_form(request.form)
            run = request_agreement(
                session, study.study_id, unit=asked.unit, coder_ids=asked.coder_ids, code_ids=asked.code_ids,
                transcript_ids=asked.transcript_ids, only_coded=asked.only_coded,
                with_codes_below=asked.with_codes_below, requested_by=account.id, seed=asked.seed,
            )  # fmt: skip
            run.job_id = enqueue(
                session, "coding.agreement", {"run_id": str(run.id)}, key=f"coding.agreement.{run.id}",
                study_id=study.study_id, account_id=account.id,
            )  # fmt: skip
    except DomainError as error:
        return _show_list(word(error)), status_of(error)
    return redirect(url_for(".show_measure", study_key=study.key, run_id=run.id), 303)


@blueprint.get("/<uuid:run_id>")
@permits(Action.AGREEMENT_READ)
def show_measure(run_id: UUID) -> ResponseReturnValue:
    """Show the table, or how far the work is."""
    study, session = current_study(), db.session()
    page = build_measure_page(session, find_agreement(session, study.study_id, run_id), study_key=study.key)
    return render_template("research/agreement/show.html", page=page)


def _show_list(error: str | None = None) -> str:
    study, session = current_study(), db.session()
    runs = list_agreements(session, study.study_id)
    return render_template(
        "research/agreement/list.html",
        lines=measure_lines(runs, states_of_jobs(session, [run.job_id for run in runs if run.job_id])),
        units=tuple((unit.value, str(label)) for unit, label in UNITS.items()),
        coders=coder_boxes(list_coders(session, study.study_id)),
        codes=list_codes(session, study.study_id),
        transcripts=list_transcripts(session, study.study_id, current_viewer()),
        typed=request.form,
        default_unit=UnitKind.TURN.value,
        default_seed=DEFAULT_SEED,
        error=error,
    )
