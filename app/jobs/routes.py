"""Screens of jobs: how far one is, stop it, start it again, all those of a study."""

from uuid import UUID

from flask import Blueprint, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.jobs.contexts import job_context
from app.jobs.port import start_anew
from app.jobs.queries import find_job, latest_jobs
from app.jobs.services import request_cancel
from app.security import Action, current_study, permits
from app.unit_of_work import writes

blueprint = Blueprint("jobs", __name__, url_prefix="/studies/<study_key>/jobs", template_folder="templates")


@blueprint.get("/")
@permits(Action.JOB_READ)
def list_jobs() -> ResponseReturnValue:
    """Show the latest jobs of the study."""
    study = current_study()
    jobs = [job_context(job, study_key=study.key) for job in latest_jobs(db.session(), study_id=study.study_id)]
    return render_template("jobs/list.html", jobs=jobs)


@blueprint.get("/<uuid:job_id>")
@permits(Action.JOB_READ)
def show_job(job_id: UUID) -> ResponseReturnValue:
    """Show how far a job is, and where its result is."""
    study = current_study()
    job = job_context(find_job(db.session(), job_id, study_id=study.study_id), study_key=study.key)
    return render_template("jobs/show.html", job=job)


@blueprint.get("/<uuid:job_id>/state")
@permits(Action.JOB_READ)
def show_state(job_id: UUID) -> ResponseReturnValue:
    """Tell the page's script how far a job is."""
    study = current_study()
    job = job_context(find_job(db.session(), job_id, study_id=study.study_id), study_key=study.key)
    return jsonify(progress=job.progress, step=job.step, unfinished=job.is_unfinished)


@blueprint.post("/<uuid:job_id>/cancel")
@permits(Action.JOB_CANCEL)
@writes
def cancel_job(job_id: UUID) -> ResponseReturnValue:
    """Ask a job to stop."""
    study = current_study()
    request_cancel(db.session(), job_id, study_id=study.study_id)
    return redirect(url_for("jobs.show_job", study_key=study.key, job_id=job_id), 303)


@blueprint.post("/<uuid:job_id>/restart")
@permits(Action.JOB_RESTART)
@writes
def restart_job(job_id: UUID) -> ResponseReturnValue:
    """Start again a job that failed or was stopped."""
    study = current_study()
    start_anew(db.session(), job_id, study_id=study.study_id)
    return redirect(url_for("jobs.show_job", study_key=study.key, job_id=job_id), 303)
