"""Mirrored questions: what people say and what professionals say, side by side."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from app.extensions import db
from app.research.contexts.mirror import mirror_page
from app.security import Action, current_study, permits
from evaluation.queries.frame import load_frame
from evaluation.queries.mirror import load_mirror

blueprint = Blueprint("mirror", __name__, url_prefix="/studies/<study_key>/mirror", template_folder="templates")


@blueprint.get("/")
@permits(Action.STUDY_READ)
def show_mirror() -> ResponseReturnValue:
    """Show each question asked of both populations."""
    session, locale = db.session(), str(get_locale())
    frame = load_frame(session, current_study().study_id)
    mirror = load_mirror(session, frame, locale=locale, wave=request.args.get("wave"))
    return render_template("research/collections/mirror.html", page=mirror_page(mirror, locale))
