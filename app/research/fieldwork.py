"""Who of a collection's people is due, late, done: the list one works from."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.mailing.paper import call_back_words, tries_words
from app.research.contexts.standing import TONES, people_by_standing, standing_name, standing_table, window_words
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from core.audit import record
from core.clock import now
from core.tables import to_csv
from studies.windows import today_in_paris
from surveys import queries
from surveys.fieldwork.calls import tries_of
from surveys.fieldwork.standing import people_standing

blueprint = Blueprint(
    "fieldwork",
    __name__,
    url_prefix="/studies/<study_key>/collections/<uuid:collection_id>/people",
    template_folder="templates",
)


@blueprint.get("/")
@permits(Action.STUDY_READ)
def show_people(collection_id: UUID) -> ResponseReturnValue:
    """Show who stands where."""
    session, study = db.session(), current_study()
    chosen = {name: request.args.get(name, "") for name in ("standing", "site")}
    kept: dict[str, Any] = {name: value for name, value in chosen.items() if value}
    return render_template(
        "research/fieldwork/people.html",
        row=queries.get_collection(session, study.study_id, collection_id),
        page=people_by_standing(
            session,
            study.study_id,
            collection_id,
            chosen=chosen["standing"],
            site=chosen["site"],
            page=request.args.get("page", 1, type=int),
        ),
        standing_name=standing_name,
        tries_words=tries_words,
        call_back_words=call_back_words,
        tones=TONES,
        window_words=window_words,
        href=lambda number: url_for(
            ".show_people", study_key=study.key, collection_id=collection_id, **kept, page=number
        ),
    )


@blueprint.post("/list.csv")
@permits(Action.EXPORT)
@writes
def export_people(collection_id: UUID) -> ResponseReturnValue:
    """Hand out the list as CSV; the trail keeps that it left."""
    session, study = db.session(), current_study()
    row = queries.get_collection(session, study.study_id, collection_id)
    people = people_standing(session, study.study_id, collection_id, today=today_in_paris(now()))
    record(
        session,
        verb="export",
        object_kind="participants",
        object_id=collection_id,
        study_id=study.study_id,
        account_id=current_account().id,
        after={"count": len(people)},
    )
    name = f"{study.key}-{row.token}-echeances.csv"
    return Response(
        to_csv(standing_table(people, tries_of(session, collection_id))),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
