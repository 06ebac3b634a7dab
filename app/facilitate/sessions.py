"""Choose a collection, show its code on the wall, follow the count."""

import io
from uuid import UUID

from flask import Blueprint, Response, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.facilitate.reading import get_open_collection, open_collections, open_collections_of
from app.security import Action, current_account, current_study, permits
from surveys.tokens import spell

blueprint = Blueprint("facilitate", __name__, template_folder="templates")


def _address(token: str) -> str:
    return f"{current_app.config['SETTINGS'].public_url}/r/{token}"


@blueprint.get("/facilitate")
@permits(Action.ACCOUNT_OWN)
def show_door() -> ResponseReturnValue:
    """Show the open collections of all the studies where the person may run a session."""
    return render_template(
        "facilitate/choose.html", collections=open_collections_of(db.session(), current_account().id), study=None
    )


@blueprint.get("/studies/<study_key>/sessions/")
@permits(Action.ROOM_RUN)
def choose_collection() -> ResponseReturnValue:
    """Show the collections of the study that are open now."""
    access = current_study()
    return render_template(
        "facilitate/choose.html", collections=open_collections(db.session(), access.study_id), study=access
    )


@blueprint.get("/studies/<study_key>/sessions/<uuid:collection_id>")
@permits(Action.ROOM_RUN)
def show_wall(collection_id: UUID) -> ResponseReturnValue:
    """Show the code, the address and the count, to be projected."""
    collection = get_open_collection(db.session(), current_study().study_id, collection_id)
    address = _address(collection.token)
    return render_template(
        "facilitate/wall.html",
        collection=collection,
        address=address.partition("://")[2],
        code=spell(collection.token),
        site=current_app.config["SETTINGS"].public_url.partition("://")[2],
    )


@blueprint.get("/studies/<study_key>/sessions/<uuid:collection_id>/code.svg")
@permits(Action.ROOM_RUN)
def show_code(collection_id: UUID) -> ResponseReturnValue:
    """Return the code as a picture."""
    import segno  # noqa: PLC0415  only rooms need it

    collection = get_open_collection(db.session(), current_study().study_id, collection_id)
    picture = io.BytesIO()
    segno.make(_address(collection.token), error="m").save(picture, kind="svg", scale=10, border=2, xmldecl=False)
    return Response(picture.getvalue(), mimetype="image/svg+xml")


@blueprint.get("/studies/<study_key>/sessions/<uuid:collection_id>/count")
@permits(Action.ROOM_RUN)
def show_count(collection_id: UUID) -> ResponseReturnValue:
    """Return the counts, for the page on the wall."""
    collection = get_open_collection(db.session(), current_study().study_id, collection_id)
    return jsonify(submitted=collection.submitted, started=collection.started)
