"""Projects of other software: send one, look at what it holds, bring it in; and give coding away as files."""

from uuid import UUID, uuid4

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from app.datafiles.orders import forget_exports
from app.extensions import db
from app.jobs.models import Job, JobState
from app.jobs.port import enqueue
from app.projects.orders import (
    EXPORT_KIND,
    IMPORT_KIND,
    MEDIA_TYPES,
    READ_KIND,
    CodingOrder,
    Format,
    keep_upload,
    upload_path,
)
from app.research.contexts.projects import FORMATS, build_home, build_import, build_reading, export_row
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from coding.object_models import ProjectImport
from core.errors import NotFound
from surveys.datafiles.sources import count_withdrawals

blueprint = Blueprint("projects", __name__, url_prefix="/studies/<study_key>/projects", template_folder="templates")


@blueprint.get("/")
@permits(Action.EXPORT)
def show_projects() -> ResponseReturnValue:
    """Show what came in, what left, and the two forms."""
    return _show()


def _show(error: str = "", status: int = 200) -> ResponseReturnValue:
    page = build_home(db.session(), current_study().study_id)
    return render_template("research/projects/show.html", page=page, formats=FORMATS, error=error), status


@blueprint.post("/import")
@permits(Action.DATA_IMPORT)
@writes
def send_project() -> ResponseReturnValue:
    """Keep a project, and have it read apart."""
    sent, study = request.files.get("file"), current_study()
    if sent is None or not sent.filename:
        return _show(_("Choose a file."), 422)
    upload_id = uuid4()
    keep_upload(study.study_id, upload_id, sent.read())
    return _ask(READ_KIND, upload_id, sent.filename)


def _ask(kind: str, upload_id: UUID, name: str) -> ResponseReturnValue:
    study = current_study()
    job_id = enqueue(
        db.session(),
        kind,
        {"study_id": str(study.study_id), "upload_id": str(upload_id), "name": name},
        key=f"{kind}:{upload_id}",
        study_id=study.study_id,
        account_id=current_account().id,
    )
    return redirect(url_for("jobs.show_job", study_key=study.key, job_id=job_id), 303)


@blueprint.get("/import/<uuid:upload_id>")
@permits(Action.DATA_IMPORT)
def review_project(upload_id: UUID) -> ResponseReturnValue:
    """Show what a project holds and where it departs from its standard, before it is brought in."""
    job = _find_job(READ_KIND, upload_id)
    is_there = upload_path(current_study().study_id, upload_id).is_file()
    reading = build_reading(job.arguments["name"], job.result or {}, upload_id=upload_id, is_there=is_there)
    return render_template("research/projects/review.html", reading=reading)


@blueprint.post("/import/<uuid:upload_id>")
@permits(Action.DATA_IMPORT)
@writes
def bring_project_in(upload_id: UUID) -> ResponseReturnValue:
    """Bring a project in, or set it aside."""
    job, study = _find_job(READ_KIND, upload_id), current_study()
    path = upload_path(study.study_id, upload_id)
    if request.form.get("act") == "forget":
        path.unlink(missing_ok=True)
        return redirect(url_for(".show_projects", study_key=study.key), 303)
    if not path.is_file():
        raise NotFound("project.upload_gone")
    return _ask(IMPORT_KIND, upload_id, job.arguments["name"])


@blueprint.get("/imports/<uuid:upload_id>")
@permits(Action.EXPORT)
def show_import(upload_id: UUID) -> ResponseReturnValue:
    """Show what an import made, and every deviation."""
    made = db.session().get(ProjectImport, upload_id)
    if made is None or made.study_id != current_study().study_id:
        raise NotFound("project.import_unknown")
    return render_template("research/projects/import.html", made=build_import(made))


@blueprint.post("/exports")
@permits(Action.EXPORT)
@writes
def ask_export() -> ResponseReturnValue:
    """Ask for a file of coding; it is made apart."""
    study = current_study()
    try:
        chosen = Format(request.form.get("format", ""))
    except ValueError:
        return _show(_("Choose a format."), 422)
    order = CodingOrder(
        id=uuid4(),
        study_id=study.study_id,
        format=chosen,
        account_id=current_account().id,
        is_blind=study.is_blind,
        locale=str(get_locale()),
    )
    key = f"{EXPORT_KIND}:{order.id}"
    job_id = enqueue(
        db.session(), EXPORT_KIND, order.to_json(), key=key, study_id=study.study_id, account_id=order.account_id
    )
    return redirect(url_for("jobs.show_job", study_key=study.key, job_id=job_id), 303)


@blueprint.get("/exports/<uuid:export_id>")
@permits(Action.EXPORT)
def show_export(export_id: UUID) -> ResponseReturnValue:
    """Show what a file holds, and hand it out."""
    return render_template("research/projects/export.html", row=export_row(_find_job(EXPORT_KIND, export_id)))


@blueprint.get("/exports/<uuid:export_id>/file")
@permits(Action.EXPORT)
def fetch_export(export_id: UUID) -> ResponseReturnValue:
    """Hand the file out, to the one who asked for it: a blind coder's file is not everybody's."""
    job = _find_job(EXPORT_KIND, export_id)
    order = CodingOrder.from_json(job.arguments)
    assert job.result is not None
    if job.result["withdrawals"] != count_withdrawals(db.session(), order.study_id):
        forget_exports(order.study_id)
    if order.account_id != current_account().id or not order.path.is_file():
        raise NotFound("exports.expired")
    name = f"{current_study().key}_{order.format.value}.{order.ending}"
    return send_file(order.path, mimetype=MEDIA_TYPES[order.ending], as_attachment=True, download_name=name, max_age=0)


def _find_job(kind: str, asked_id: UUID) -> Job:
    job = db.session().scalar(
        select(Job).where(
            Job.study_id == current_study().study_id,
            Job.kind == kind,
            Job.key.startswith(f"{kind}:{asked_id}", autoescape=True),
        )
    )
    if job is None or job.state is not JobState.DONE:
        raise NotFound("project.import_unknown")
    return job
