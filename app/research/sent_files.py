"""Files that people gave as answers: photos, voices, documents, signatures."""

import tempfile
from uuid import UUID

from flask import Blueprint, render_template, send_file
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.files import serve_file
from app.security import Action, current_study, permits
from surveys import queries
from surveys.attached import find_attached, list_attached, write_archive

SPOOLED_BYTES = 32 * 1024 * 1024
"""Of an archive, held in memory; the rest goes to a temporary file that nobody can name."""

blueprint = Blueprint(
    "sent_files",
    __name__,
    url_prefix="/studies/<study_key>/collections/<uuid:collection_id>/files",
    template_folder="templates",
)


@blueprint.get("/")
@permits(Action.EXPORT)
def list_files(collection_id: UUID) -> ResponseReturnValue:
    """List the files of the responses that were sent."""
    session, study = db.session(), current_study()
    row = queries.get_collection(session, study.study_id, collection_id)
    files = list_attached(session, study.study_id, collection_id)
    return render_template("research/collections/files.html", row=row, files=files)


@blueprint.get("/<uuid:file_id>")
@permits(Action.EXPORT)
def show_file(collection_id: UUID, file_id: UUID) -> ResponseReturnValue:
    """Give one file; pictures and sounds are shown, anything else is downloaded."""
    found = find_attached(db.session(), current_study().study_id, collection_id, file_id)
    return serve_file(found.content, found.media_type, name=found.name, digest=found.sha256, immutable=False)


@blueprint.get("/all.zip")
@permits(Action.EXPORT)
def download_all(collection_id: UUID) -> ResponseReturnValue:
    """Give all of them in one archive, with a list."""
    session, study = db.session(), current_study()
    row = queries.get_collection(session, study.study_id, collection_id)
    out = tempfile.SpooledTemporaryFile(max_size=SPOOLED_BYTES)  # noqa: SIM115  closed when the answer was sent
    write_archive(session, list_attached(session, study.study_id, collection_id), out)
    out.seek(0)
    name = f"{study.key}-{row.token}-fichiers.zip"
    return send_file(out, mimetype="application/zip", as_attachment=True, download_name=name)
