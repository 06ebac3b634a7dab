"""The audit trail of a study, for those who lead it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.research.contexts.trail import kind_name, trail_rows
from app.security import Action, current_study, permits
from studies.queries import list_trail, trail_choices

blueprint = Blueprint("journal", __name__, url_prefix="/studies/<study_key>/journal", template_folder="templates")


@blueprint.get("/")
@permits(Action.STUDY_EDIT)
def show_journal() -> ResponseReturnValue:
    """Show who did what, latest first."""
    study_id = current_study().study_id
    kind = request.args.get("kind", "")
    person = request.args.get("person", type=UUID)
    number = request.args.get("page", 1, type=int)
    page = list_trail(db.session(), study_id, object_kind=kind, account_id=person, page=number)
    choices = trail_choices(db.session(), study_id)
    return render_template(
        "research/studies/journal.html",
        page=page,
        rows=trail_rows(page.lines),
        choices=choices,
        kinds=[(name, kind_name(name)) for name in choices.kinds],
        kind=kind,
        person=person,
        href=_address_of_page,
    )


def _address_of_page(number: int) -> str:
    kept: dict[str, Any] = {name: value for name in ("kind", "person") if (value := request.args.get(name))}
    return url_for("journal.show_journal", study_key=current_study().key, **kept, page=number)
