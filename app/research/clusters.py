"""Groups of uncoded segments proposed by the machine; a person keeps or leaves each."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.errors import status_of
from app.extensions import db
from app.jobs.port import enqueue
from app.research.contexts.clusters import (
    build_clustering_page,
    build_clusterings_page,
    read_cluster_form,
    states_of_jobs,
)
from app.research.contexts.corpus import optional_uuid
from app.research.contexts.viewing import current_viewer
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from app.wording import word
from coding.queries import find_cluster_run, list_cluster_runs, list_codes, list_transcripts
from coding.services import dismiss_group, keep_group_as_code, request_clusters, restore_group
from core.errors import DomainError

blueprint = Blueprint("clusters", __name__, url_prefix="/studies/<study_key>/clusters", template_folder="templates")


@blueprint.get("/")
@permits(Action.TRANSCRIPT_READ)
def list_clusterings() -> ResponseReturnValue:
    """Show the groupings asked for so far, and a form for another."""
    return _show_list()


@blueprint.post("/")
@permits(Action.CODING_EDIT)
@writes
def ask_for_clusters() -> ResponseReturnValue:
    """Ask for a grouping: the job exists if and only if the request is kept."""
    study, account, session = current_study(), current_account(), db.session()
    try:
        with session.begin_nested():
            asked = read_cluster_form(request.form)
            run = request_clusters(
                session,
                study.study_id,
                requested_by=account.id,
                k=asked.k,
                transcript_ids=asked.transcript_ids or None,
            )
            run.job_id = enqueue(
                session,
                "coding.cluster",
                {"run_id": str(run.id)},
                key=f"coding.cluster.{run.id}",
                study_id=study.study_id,
                account_id=account.id,
            )
    except DomainError as error:
        return _show_list(word(error)), status_of(error)
    return redirect(url_for(".show_clustering", study_key=study.key, run_id=run.id), 303)


@blueprint.get("/<uuid:run_id>")
@permits(Action.TRANSCRIPT_READ)
def show_clustering(run_id: UUID) -> ResponseReturnValue:
    """Show the proposed groups, or how far the work is."""
    return _show_run(run_id)


@blueprint.post("/<uuid:run_id>/groups/<uuid:group_id>/keep")
@permits(Action.CODING_EDIT)
@writes
def keep_group(run_id: UUID, group_id: UUID) -> ResponseReturnValue:
    """Make a code of a group, or give its segments to a code there is."""
    study = current_study()
    try:
        with db.session.begin_nested():
            kept = keep_group_as_code(
                db.session(),
                study.study_id,
                group_id,
                coder_id=current_account().id,
                name=request.form.get("name", ""),
                code_id=optional_uuid(request.form.get("code", "")),
            )
    except DomainError as error:
        return _show_run(run_id, word(error)), status_of(error)
    flash(
        ngettext(
            "The group is a code now, on %(num)s segment. Name and define it here.",
            "The group is a code now, on %(num)s segments. Name and define it here.",
            kept.coding_count,
        ),
        "good",
    )
    return redirect(url_for("codebook.show_code", study_key=study.key, code_id=kept.code_id), 303)


@blueprint.post("/<uuid:run_id>/groups/<uuid:group_id>/leave")
@permits(Action.CODING_EDIT)
@writes
def leave_group(run_id: UUID, group_id: UUID) -> ResponseReturnValue:
    """Set a group aside."""
    study = current_study()
    try:
        with db.session.begin_nested():
            dismiss_group(db.session(), study.study_id, group_id, account_id=current_account().id)
    except DomainError as error:
        return _show_run(run_id, word(error)), status_of(error)
    flash(_("The group is left aside; its segments stay uncoded."), "good")
    return redirect(url_for(".show_clustering", study_key=study.key, run_id=run_id), 303)


@blueprint.post("/<uuid:run_id>/groups/<uuid:group_id>/restore")
@permits(Action.CODING_EDIT)
@writes
def take_up_group(run_id: UUID, group_id: UUID) -> ResponseReturnValue:
    """Take up again a group left aside."""
    study = current_study()
    restore_group(db.session(), study.study_id, group_id, account_id=current_account().id)
    flash(_("The group is to be decided again."), "good")
    return redirect(url_for(".show_clustering", study_key=study.key, run_id=run_id), 303)


def _show_list(error: str | None = None) -> str:
    study, session = current_study(), db.session()
    runs = list_cluster_runs(session, study.study_id, current_viewer())
    page = build_clusterings_page(
        runs,
        states_of_jobs(session, [run.job_id for run in runs if run.job_id]),
        list_transcripts(session, study.study_id, current_viewer()),
        request.form,
    )
    return render_template("research/clusters/list.html", page=page, error=error)


def _show_run(run_id: UUID, error: str | None = None) -> str:
    study, session = current_study(), db.session()
    asked = request.args.get("read", type=int)
    run = find_cluster_run(session, study.study_id, run_id, current_viewer(), whole=asked - 1 if asked else None)
    codes = tuple(code for code in list_codes(session, study.study_id) if code.is_codable)
    page = build_clustering_page(session, run, codes, study_key=study.key)
    return render_template("research/clusters/show.html", page=page, error=error)
