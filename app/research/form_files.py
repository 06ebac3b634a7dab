"""Files beside a form: pictures, sounds and lists that its cells name; what is lacking, what is too much."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from app.components.form_media import FormMedia
from app.errors import status_of
from app.extensions import db
from app.files import serve_file
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import begin_writing, writes, writes_late
from app.wording import word
from core.errors import DomainError, Invalid
from surveys import queries
from surveys.form_files import file_report, find_shown, keep_files, list_files, ready_file, remove_file
from surveys.parcels import MAX_FILE_BYTES, SentFile, open_parcel
from surveys.versions import LoadedVersion, load_version

blueprint = Blueprint(
    "form_files",
    __name__,
    url_prefix="/studies/<study_key>/questionnaires/versions/<uuid:version_id>/files",
    template_folder="templates",
)


def sent_files(field: str) -> tuple[SentFile, ...]:
    """Return the files of a field; one left empty counts for nothing.

    Raises: Invalid("uploads.too_large"): the file, before it is held in memory.
    """
    return tuple(_read(each) for each in request.files.getlist(field) if each.filename)


def _read(each: FileStorage) -> SentFile:
    name = each.filename or ""
    limit = MAX_FILE_BYTES if not name.lower().endswith(".zip") else 10 * MAX_FILE_BYTES
    content = each.read(limit + 1)
    if len(content) > limit:
        raise Invalid("uploads.too_large", file=name, limit=limit // 1_000_000)
    return SentFile(name, content)


def media_of(version: LoadedVersion) -> FormMedia:
    """Return the files of a version with their addresses for previews."""
    study_key = current_study().key
    return FormMedia(
        version.files,
        lambda ref: url_for("form_files.show_file", study_key=study_key, version_id=version.id, digest=ref.digest),
    )


@blueprint.get("/")
@permits(Action.STUDY_READ)
def show_files(version_id: UUID) -> ResponseReturnValue:
    """List the files of a version, those it names and lacks, those it does not name."""
    return _page(version_id)


def _page(version_id: UUID, *, error: str = "", status: int = 200) -> ResponseReturnValue:
    session = db.session()
    row = queries.get_version(session, current_study().study_id, version_id)
    version = load_version(session, version_id)
    report = file_report(version.definition, list_files(session, version_id))
    return render_template("research/questionnaires/files.html", row=row, report=report, error=error), status


@blueprint.post("/")
@permits(Action.QUESTIONNAIRE_EDIT)
@writes_late
def add_files(version_id: UUID) -> ResponseReturnValue:
    """Keep files beside a draft, loose or in a zip."""
    study = current_study()
    queries.get_version(db.session(), study.study_id, version_id)
    try:
        sent = sent_files("files")
        if not sent:
            return _page(version_id, error=_("Choose one or several files first."), status=422)
        ready = [ready_file(each) for each in open_parcel(sent, form_expected=False).files]
        keep_files(begin_writing(), study.study_id, version_id, ready, account_id=current_account().id)
    except DomainError as error:
        return _page(version_id, error=word(error), status=status_of(error))
    flash(_("Files kept: %(count)s.", count=len(ready)), "good")
    return redirect(url_for(".show_files", study_key=study.key, version_id=version_id), 303)


@blueprint.post("/remove")
@permits(Action.QUESTIONNAIRE_EDIT)
@writes
def drop_file(version_id: UUID) -> ResponseReturnValue:
    """Take one file away from a draft."""
    study, name = current_study(), request.form.get("name", "")
    remove_file(db.session(), study.study_id, version_id, name, account_id=current_account().id)
    return redirect(url_for(".show_files", study_key=study.key, version_id=version_id), 303)


@blueprint.get("/<digest>")
@permits(Action.STUDY_READ)
def show_file(version_id: UUID, digest: str) -> ResponseReturnValue:
    """Give a picture or a sound to previews."""
    session = db.session()
    queries.get_version(session, current_study().study_id, version_id)
    found = find_shown(session, digest, version_id=version_id)
    return serve_file(found.content, found.media_type, name=found.name, digest=digest, immutable=False)
