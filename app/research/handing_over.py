"""Pass the phone: the professional's session ends on this device, then the questionnaire opens for the person."""

from uuid import UUID

from flask import Blueprint, current_app, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from app import offline
from app.account.recognition import current_token, take_token_back
from app.account.sessions import end_session
from app.extensions import db
from app.research.contexts.corpus import optional_uuid
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from core.audit import record
from surveys.helping import Helper
from surveys.invitations import make_invitations, personal_code
from surveys.queries import get_collection

blueprint = Blueprint("handing_over", __name__, url_prefix="/studies/<study_key>/collections/<uuid:collection_id>")


@blueprint.post("/pass")
@permits(Action.ROOM_RUN)
@writes
def pass_phone(collection_id: UUID) -> ResponseReturnValue:
    """End this session and open the collection: for everybody, or by the personal link of one participant."""
    study = current_study()
    row = get_collection(db.session(), study.study_id, collection_id)
    participant_id = optional_uuid(request.form.get("participant", ""))
    record(
        db.session(),
        verb="pass",
        object_kind="collection",
        object_id=collection_id,
        study_id=study.study_id,
        account_id=current_account().id,
    )
    if participant_id is None:
        target = url_for("respond.show_welcome", code=row.token, aide=Helper.PROFESSIONAL.value)
    else:
        target = url_for("respond.open_invitation", code=_link(collection_id, participant_id), aide="professional")
    end_session(db.session(), current_token())
    response = make_response(redirect(target, 303))
    take_token_back(response)
    session.clear()
    response.headers["Clear-Site-Data"] = offline.what_to_clear()
    return response


def _link(collection_id: UUID, participant_id: UUID) -> str:
    secret = str(current_app.config["SECRET_KEY"])
    make_invitations(
        db.session(),
        current_study().study_id,
        collection_id,
        [participant_id],
        secret=secret,
        account_id=current_account().id,
    )
    return personal_code(secret, collection_id, participant_id)
