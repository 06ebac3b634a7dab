"""Two versions of a questionnaire compared."""

from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.research.contexts.comparing import comparison
from app.security import Action, current_study, permits
from surveys import queries
from surveys.versions import load_version

blueprint = Blueprint(
    "comparing",
    __name__,
    url_prefix="/studies/<study_key>/questionnaires/versions/<uuid:version_id>/compare",
    template_folder="templates",
)


@blueprint.get("/")
@permits(Action.STUDY_READ)
def show_comparison(version_id: UUID) -> ResponseReturnValue:
    """Show what changed since an earlier version, the one before by default."""
    session, study = db.session(), current_study()
    row = queries.get_version(session, study.study_id, version_id)
    versions = queries.list_versions(session, study.study_id, row.questionnaire_id)
    others = [each for each in versions if each.id != version_id]
    earlier = [each for each in others if each.number < row.number]
    before = max(earlier, key=lambda each: each.number, default=next(iter(others), None))
    before = next((each for each in others if each.id == request.args.get("with", type=UUID)), before)
    found = None
    if before is not None:
        pair = sorted((before, row), key=lambda each: each.number)
        found = comparison(*(load_version(session, each.id).structure for each in pair))
    return render_template("research/comparing/show.html", row=row, before=before, others=others, found=found)
