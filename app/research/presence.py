"""What colleagues do at the same transcript; the desk asks, nothing is pushed (docs/adr/0018-the-desk-asks.md)."""

import hashlib
import json
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.research.contexts.reading import code_value
from app.research.contexts.viewing import current_viewer
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from coding.queries import codings_between, list_codes
from coding.queries.places import current_version
from coding.queries.together import present
from coding.services.together import be_present

blueprint = Blueprint("presence", __name__, url_prefix="/studies/<study_key>/transcripts", template_folder="templates")


@blueprint.get("/<uuid:transcript_id>/live")
@permits(Action.TRANSCRIPT_READ)
def show_live(transcript_id: UUID) -> ResponseReturnValue:
    """Give the codings of the others and who is there; 304 when nothing changed since the ETag sent."""
    study, session, viewer = current_study(), db.session(), current_viewer()
    version_id = current_version(session, study.study_id, transcript_id)
    me = current_account().id
    codings = [
        each for each in codings_between(session, study.study_id, version_id, viewer) if each.coder_id != me
    ]  # fmt: skip
    used = {each.code_id for each in codings}
    content: dict[str, Any] = {
        "version": str(version_id),
        "here": present(session, study.study_id, transcript_id, viewer),
        "coders": sorted({(each.coder_id.hex, each.coder) for each in codings}),
        "codings": [
            [each.start, each.end, str(each.code_id), each.coder_id.hex, each.comment, each.status.value]
            for each in codings
        ],
        "codes": [code_value(code) for code in list_codes(session, study.study_id) if code.code_id in used],
    }
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    response = Response(body, mimetype="application/json")
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    return response.make_conditional(request)


@blueprint.post("/<uuid:transcript_id>/here")
@permits(Action.TRANSCRIPT_READ)
@writes
def say_here(transcript_id: UUID) -> ResponseReturnValue:
    """Note that this person has the transcript open."""
    current_version(db.session(), current_study().study_id, transcript_id)
    be_present(db.session(), transcript_id, current_account().id)
    return "", 204
