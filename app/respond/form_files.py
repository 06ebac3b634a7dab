"""Pictures and sounds of a questionnaire, for the phones that answer it."""

from collections.abc import Mapping
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue

from app.components.form_media import FormMedia
from app.extensions import db
from app.files import serve_file
from app.respond.entrance import blueprint
from app.security import Action, permits
from core.errors import NotFound
from surveys.form_files import FileRef, find_shown
from surveys.tokens import read_code


@blueprint.get("/r/<code>/f/<digest>")
@permits(Action.ANSWER)
def show_form_file(code: str, digest: str) -> ResponseReturnValue:
    """Give a picture or a sound; its address carries its hash, so that a phone asks once."""
    try:
        found = find_shown(db.session(), digest, collection_code=read_code(code))
    except NotFound:
        return Response(status=404)
    return serve_file(found.content, found.media_type, name=found.name, digest=digest, immutable=True)


def media_of(code: str, files: Mapping[str, FileRef]) -> FormMedia:
    """Return the files of a questionnaire, and those that the person sent, with their addresses for phones."""
    return FormMedia(
        files,
        lambda ref: url_for("respond.show_form_file", code=code, digest=ref.digest),
        lambda id_: url_for("respond.show_own_file", code=code, file_id=UUID(id_)),
    )
