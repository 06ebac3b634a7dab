"""A collection page by page: who reaches each page, where people stop, how long it takes, what looks sent twice."""

from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.research.contexts.pace import pace_page
from app.security import Action, current_study, permits
from surveys.queries import get_collection

blueprint = Blueprint(
    "pace", __name__, url_prefix="/studies/<study_key>/collections/<uuid:collection_id>", template_folder="templates"
)


@blueprint.get("/pace")
@permits(Action.STUDY_READ)
def show_pace(collection_id: UUID) -> ResponseReturnValue:
    """Show the pages with their counts and times."""
    session, study = db.session(), current_study()
    return render_template(
        "research/collections/pace.html",
        row=get_collection(session, study.study_id, collection_id),
        page=pace_page(session, study.study_id, collection_id, study.disclosure_threshold),
        threshold=study.disclosure_threshold,
    )
