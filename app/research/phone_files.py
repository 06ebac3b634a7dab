"""Take in the answers that a phone without network gives in a file."""

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.extensions import db
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from app.wording import word
from core.errors import Invalid
from surveys import queries
from surveys.phone_files import TakenIn, take_in_file

MAX_BYTES = 2 * 1024 * 1024

blueprint = Blueprint("phone_files", __name__, url_prefix="/studies/<study_key>/collections/<uuid:collection_id>")


@blueprint.post("/quarantine/phone-file")
@permits(Action.COLLECTION_MANAGE)
@writes
def take_in(collection_id: UUID) -> ResponseReturnValue:
    """Take in the file of a phone; the same file twice changes nothing."""
    study, session = current_study(), db.session()
    row = queries.get_collection(session, study.study_id, collection_id)
    sent = request.files.get("file")
    back = redirect(url_for("collections.show_quarantine", study_key=study.key, collection_id=collection_id), 303)
    if sent is None or not sent.filename:
        flash(_("Choose the file first."), "danger")
        return back
    try:
        taken = take_in_file(
            session,
            study.study_id,
            collection_id,
            row.token,
            sent.read(MAX_BYTES),
            account_id=current_account().id,
        )
    except Invalid as error:
        flash(word(error), "danger")
        return back
    flash(_said(taken), "good")
    return back


def _said(taken: TakenIn) -> str:
    said = ngettext("%(num)s page taken in.", "%(num)s pages taken in.", taken.pages)
    if taken.apart:
        said += " " + ngettext("%(num)s is below.", "%(num)s are below.", taken.apart)
    if taken.is_sent:
        said += " " + _("The response is sent: receipt %(receipt)s.", receipt=taken.receipt)
    return str(said)
