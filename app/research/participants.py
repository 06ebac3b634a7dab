"""The people of a study, under pseudonym: list, import, export."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from app.errors import status_of
from app.extensions import db
from app.research.contexts.people import export_csv, problem_sentences
from app.research.forms import ListForm
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import begin_writing, writes, writes_late
from app.wording import word
from core.audit import record
from core.errors import Conflict, Invalid
from studies.listing import ListedPerson, read_people, read_table
from studies.models import FlowState
from studies.queries import (
    PeopleFilter,
    all_participants,
    count_flow,
    get_study,
    taken_pseudonyms,
)
from studies.queries import (
    list_participants as read_participants,
)
from studies.services import add_participants, update_participants

blueprint = Blueprint(
    "participants", __name__, url_prefix="/studies/<study_key>/participants", template_folder="templates"
)
FILTERS = ("population", "site", "arm", "state", "search")
STATES = {state.value: state for state in FlowState}


@blueprint.get("/")
@permits(Action.STUDY_READ)
def list_participants() -> ResponseReturnValue:
    """Show the people, filtered and paged."""
    access = current_study()
    keep = PeopleFilter(
        population_id=request.args.get("population", type=UUID),
        site_id=request.args.get("site", type=UUID),
        arm_id=request.args.get("arm", type=UUID),
        state=STATES.get(request.args.get("state", "")),
        search=request.args.get("search", "").strip(),
    )
    # Named one by one: url_for takes words of its own (_scheme, _external), and a stranger may write any address.
    chosen: dict[str, Any] = {name: value for name in FILTERS if (value := request.args.get(name))}
    return render_template(
        "research/studies/participants.html",
        study=get_study(db.session(), access.study_id),
        flow=count_flow(db.session(), access.study_id),
        page=read_participants(db.session(), access.study_id, keep=keep, page=request.args.get("page", 1, type=int)),
        keep=keep,
        states=list(FlowState),
        href=lambda number: url_for("participants.list_participants", study_key=access.key, **chosen, page=number),
    )


def _import_page(form: ListForm, problems: tuple[str, ...] = ()) -> str:
    study = get_study(db.session(), current_study().study_id)
    return render_template("research/studies/import_participants.html", form=form, problems=problems, study=study)


@blueprint.get("/import")
@permits(Action.STUDY_EDIT)
def show_import() -> ResponseReturnValue:
    """Show where a list is imported."""
    return _import_page(ListForm(formdata=None))


@blueprint.post("/import")
@permits(Action.STUDY_EDIT)
@writes_late
def import_participants() -> ResponseReturnValue:
    """Read a list; add all its people, or none and say what is wrong row by row."""
    form = ListForm()
    study_id = current_study().study_id
    content, name = _sent(form)
    try:
        rows = read_table(content, file=name)
        known = get_study(db.session(), study_id).known_names
        taken = taken_pseudonyms(db.session(), study_id)
        read = read_people(rows, known=known, taken=() if form.updates.data else taken)
        if read.problems:
            return _import_page(form, problem_sentences(read.problems)), 422
        _keep(study_id, read.people, taken)
    except (Conflict, Invalid) as error:
        form.file.errors = [word(error)]
        return _import_page(form), status_of(error)
    return redirect(url_for("participants.list_participants", study_key=current_study().key), 303)


def _keep(study_id: UUID, people: Sequence[ListedPerson], taken: Collection[str]) -> None:
    """Add the people who are new, bring the others up to date, and say how many."""
    new = [person for person in people if person.pseudonym not in taken]
    known = [person for person in people if person.pseudonym in taken]
    by = current_account().id
    session = begin_writing()
    added = add_participants(session, study_id, new, by=by) if new or not known else 0
    updated = update_participants(session, study_id, known, by=by)
    if added or not updated:
        flash(ngettext("%(num)s participant added.", "%(num)s participants added.", added), "good")
    if updated:
        flash(ngettext("%(num)s person brought up to date.", "%(num)s people brought up to date.", updated), "good")


def _sent(form: ListForm) -> tuple[bytes, str]:
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        return upload.read(), upload.filename
    return (form.pasted.data or "").encode(), ""


@blueprint.post("/export")
@permits(Action.EXPORT)
@writes
def export_participants() -> ResponseReturnValue:
    """Hand out the list as CSV; the trail keeps that it left."""
    access = current_study()
    people = all_participants(db.session(), access.study_id)
    record(
        db.session(),
        verb="export",
        object_kind="participants",
        object_id=None,
        study_id=access.study_id,
        account_id=current_account().id,
        after={"count": len(people)},
    )
    return Response(
        export_csv(people),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{access.key}-participants.csv"'},
    )
