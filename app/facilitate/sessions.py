"""Choose a collection, show its code on the wall, follow the count."""

import io
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, Response, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.facilitate.reading import (
    OpenCollection,
    count_since,
    get_open_collection,
    open_collections,
    open_collections_of,
    runs_sessions,
)
from app.security import Action, StudyAccess, current_account, current_study, permits
from core.clock import now
from surveys.tokens import spell

blueprint = Blueprint("facilitate", __name__, template_folder="templates")


def _address(token: str) -> str:
    return f"{current_app.config['SETTINGS'].public_url}/r/{token}"


def _since() -> datetime:
    """Return when the session began, from the address; now when it says nothing that can be read."""
    try:
        began = datetime.fromisoformat(request.args.get("since", ""))
    except ValueError:
        return now()
    return began if began.tzinfo else now()


def _is_local(address: str) -> bool:
    """Say whether an address leads only to the machine that reads it."""
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _choose(collections: tuple[OpenCollection, ...], study: StudyAccess | None, *, may_run: bool) -> str:
    public_url = current_app.config["SETTINGS"].public_url
    return render_template(
        "facilitate/choose.html",
        collections=collections,
        study=study,
        may_run=may_run,
        local_address=public_url if _is_local(public_url) else "",
        began=now().isoformat(),
    )


@blueprint.get("/facilitate")
@permits(Action.ACCOUNT_OWN)
def show_door() -> ResponseReturnValue:
    """Show the open collections of all the studies where the person may run a session."""
    account_id = current_account().id
    return _choose(open_collections_of(db.session(), account_id), None, may_run=runs_sessions(db.session(), account_id))


@blueprint.get("/studies/<study_key>/sessions/")
@permits(Action.ROOM_RUN)
def choose_collection() -> ResponseReturnValue:
    """Show the collections of the study that are open now."""
    access = current_study()
    return _choose(open_collections(db.session(), access.study_id), access, may_run=True)


@blueprint.get("/studies/<study_key>/sessions/<uuid:collection_id>")
@permits(Action.ROOM_RUN)
def show_wall(collection_id: UUID) -> ResponseReturnValue:
    """Show the code, the address and the count, to be projected."""
    collection = get_open_collection(db.session(), current_study().study_id, collection_id)
    address = _address(collection.token)
    since = _since()
    return render_template(
        "facilitate/wall.html",
        collection=collection,
        address=address.partition("://")[2],
        since=since.isoformat(),
        arrived=count_since(db.session(), collection_id, since),
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
    arrived = count_since(db.session(), collection_id, _since())
    return jsonify(submitted=collection.submitted, started=collection.started, arrived=arrived)
