"""The audit trail of a study, for those who lead it."""

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
    access = current_study()
    kind = request.args.get("kind", "")
    person = request.args.get("person", type=UUID)
    page = list_trail(
        db.session(),
        access.study_id,
        object_kind=kind,
        account_id=person,
        page=request.args.get("page", 1, type=int),
    )

    choices = trail_choices(db.session(), access.study_id)

    def href(number: int) -> str:
        return url_for(
            "journal.show_journal", study_key=access.key, kind=kind or None, person=person or None, page=number
        )

    return render_template(
        "research/studies/journal.html",
        page=page,
        rows=trail_rows(page.lines),
        choices=choices,
        kinds=[(name, kind_name(name)) for name in choices.kinds],
        kind=kind,
        person=person,
        href=href,
    )
