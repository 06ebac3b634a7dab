"""What a phone keeps to go on without network: the copy of a questionnaire, and the worker that gives it back."""

import gzip
from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue

from app.components.assets import asset
from app.compression import accepts_gzip
from app.extensions import db
from app.respond.copies import copy_name, draw_copy
from app.respond.entrance import LEVEL, blueprint
from app.security import Action, permits
from core.errors import NotFound
from surveys.answering import find_collection
from surveys.delivering import collection_on

YEAR = "public, max-age=31536000, immutable"


@blueprint.get("/r/<code>/copie/<uuid:version_id>/<name>.json")
@permits(Action.ANSWER)
def give_form(code: str, version_id: UUID, name: str) -> ResponseReturnValue:
    """Give the copy of a version; it holds nobody's answers, and its address changes with it."""
    session = db.session()
    try:
        collection = collection_on(session, find_collection(session, code), version_id)
    except NotFound:
        return Response(status=404)
    if (
        copy_name(session, collection.version, code, collection.study_id, shows_previous=collection.shows_previous)
        != name
    ):
        return Response(status=404)
    body = draw_copy(session, name, collection, code)
    answer = Response(body, mimetype="application/json")
    answer.headers["Cache-Control"] = YEAR
    if accepts_gzip():
        answer.set_data(gzip.compress(body, LEVEL, mtime=0))
        answer.headers["Content-Encoding"] = "gzip"
    return answer


@blueprint.get("/ouvrier.js")
@permits(Action.ANSWER)
def give_worker() -> ResponseReturnValue:
    """Give the worker of the phone: the program of its pages, in a worker. From here it may serve their addresses."""
    answer = Response(f'importScripts("{asset("respond.js")}");', mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer
