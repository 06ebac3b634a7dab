"""Letters and lists of calls: printed for those who are due, kept sealed for a week."""

import io
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from app.errors import status_of
from app.extensions import db
from app.jobs.queries import find_job
from app.mailing.contacts import open_file
from app.mailing.printing import KIND, PRINTED, PrintOrder, ask_to_print, people_to_take_out, print_path
from app.mailing.reminding import plan_now
from app.research.contexts.mailing import print_lines, step_lines
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import begin_writing, writes, writes_late
from app.wording import word
from core.audit import record
from core.errors import Conflict, Invalid, NotFound
from surveys import queries
from surveys.fieldwork import mailing

blueprint = Blueprint(
    "mailing_paper",
    __name__,
    url_prefix="/studies/<study_key>/collections/<uuid:collection_id>/messages",
    template_folder="templates",
)


@blueprint.get("/paper")
@permits(Action.COLLECTION_MANAGE)
def show_prints(collection_id: UUID) -> ResponseReturnValue:
    """Show the letters and lists of calls of the plan, how many are due, and what was printed."""
    return _prints_page(collection_id)


def _prints_page(collection_id: UUID, problem: str = "") -> str:
    session, study = db.session(), current_study()
    row = queries.get_collection(session, study.study_id, collection_id)
    every = mailing.steps_of(session, collection_id)
    steps = [step for step in every if step.channel in PRINTED]
    plan = None
    if steps:
        try:
            plan = plan_now(session, study.study_id, collection_id, steps=[step.id for step in steps])
        except Invalid as error:
            problem = word(error)
    return render_template(
        "research/mailing/paper.html",
        row=row,
        lines=step_lines(steps, plan),
        is_paused=bool(plan and plan.setup.is_paused),
        prints=print_lines(session, study.study_id, collection_id, every),
        problem=problem,
    )


def _print(order: PrintOrder) -> ResponseReturnValue:
    session = begin_writing()
    try:
        job_id = ask_to_print(session, order, account_id=current_account().id)
    except (Conflict, Invalid) as error:
        session.rollback()
        return _prints_page(order.collection_id, word(error)), status_of(error)
    return redirect(url_for("jobs.show_job", study_key=current_study().key, job_id=job_id), 303)


@blueprint.post("/paper/<uuid:step_id>")
@permits(Action.IDENTITY_READ)
@writes_late
def print_step(collection_id: UUID, step_id: UUID) -> ResponseReturnValue:
    """Ask for the letters or the list of calls of everybody who is due."""
    return _print(PrintOrder(current_study().study_id, collection_id, step_id))


@blueprint.post("/paper/<uuid:step_id>/waiting")
@permits(Action.IDENTITY_READ)
@writes_late
def print_waiting(collection_id: UUID, step_id: UUID) -> ResponseReturnValue:
    """Ask for the list of everybody who is still to be called, with what came of earlier calls."""
    return _print(PrintOrder(current_study().study_id, collection_id, step_id, is_waiting=True))


@blueprint.post("/prints/<uuid:job_id>/again")
@permits(Action.IDENTITY_READ)
@writes_late
def print_again(collection_id: UUID, job_id: UUID) -> ResponseReturnValue:
    """Print for the same people again, without those who answered or said no since."""
    return _print(PrintOrder(current_study().study_id, collection_id, _order(collection_id, job_id).step_id, job_id))


def _order(collection_id: UUID, job_id: UUID) -> PrintOrder:
    job = find_job(db.session(), job_id, study_id=current_study().study_id)
    if job.kind != KIND or job.arguments["collection_id"] != str(collection_id):
        raise NotFound("mailing.print_gone")
    return PrintOrder.from_json(job.arguments)


@blueprint.post("/prints/<uuid:job_id>")
@permits(Action.IDENTITY_READ)
@writes
def fetch_print(collection_id: UUID, job_id: UUID) -> ResponseReturnValue:
    """Hand out what was printed, unless somebody in it said no since; the trail keeps that names were read."""
    session, study = db.session(), current_study()
    order = _order(collection_id, job_id)
    path = print_path(study.study_id, job_id)
    unwilling = people_to_take_out(session, order, job_id)
    if unwilling or not path.is_file():
        error = Conflict("mailing.print_outdated", count=unwilling) if unwilling else NotFound("mailing.print_gone")
        return _prints_page(collection_id, word(error)), status_of(error)
    content = open_file(current_app.config["SETTINGS"].data_dir, path.read_bytes())
    record(
        session,
        verb="read",
        object_kind="identity",
        object_id=collection_id,
        study_id=study.study_id,
        account_id=current_account().id,
    )
    name = f"{study.key}_{job_id.hex[:8]}.pdf"
    return send_file(io.BytesIO(content), mimetype="application/pdf", as_attachment=True, download_name=name, max_age=0)
