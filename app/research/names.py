"""Names in the texts: proposed by rules and by the model, decided on in one list, replaced everywhere at once."""

from uuid import UUID, uuid4

from flask import Blueprint, Response, after_this_request, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.database import overwrite_journal
from app.errors import status_of
from app.extensions import db
from app.jobs.port import enqueue
from app.research.contexts.names import KIND_NAMES, as_kind, as_state, build_names_page, read_choices
from app.research.identities import open_name, seal_name
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from app.wording import word
from coding.naming.entries import add_name, bring_back, decide
from coding.queries.names import sealed_names
from core.audit import record
from core.errors import DomainError, Invalid

blueprint = Blueprint("names", __name__, url_prefix="/studies/<study_key>/names", template_folder="templates")


@blueprint.get("/")
@permits(Action.TRANSCRIPT_IMPORT)
def list_names() -> ResponseReturnValue:
    """Show the names to decide on, or those decided."""
    return _show()


@blueprint.post("/search")
@permits(Action.TRANSCRIPT_IMPORT)
@writes
def search() -> ResponseReturnValue:
    """Look for names in every transcript, apart."""
    study, account = current_study(), current_account()
    job_id = enqueue(
        db.session(),
        "coding.names",
        {"study_id": str(study.study_id)},
        key=f"coding.names.{uuid4()}",
        study_id=study.study_id,
        account_id=account.id,
    )
    return redirect(url_for("jobs.show_job", study_key=study.key, job_id=job_id), 303)


@blueprint.post("/")
@permits(Action.TRANSCRIPT_IMPORT)
@writes
def decide_names() -> ResponseReturnValue:
    """Keep what was decided on this page; names to replace are replaced in the whole study."""
    study, session = current_study(), db.session()
    try:
        with session.begin_nested():
            choices = read_choices(request.form)
            done = decide(session, study.study_id, choices, seal=seal_name, account_id=current_account().id)
    except DomainError as error:
        return _show(word(error)), status_of(error)
    if done.names:
        after_this_request(_forget_journal)
        flash(_say(done.names, done.places), "good")
    return redirect(url_for(".list_names", study_key=study.key, show=as_state(request.form.get("show")).value), 303)


@blueprint.post("/add")
@permits(Action.TRANSCRIPT_IMPORT)
@writes
def add() -> ResponseReturnValue:
    """Add a name that nothing found."""
    study = current_study()
    try:
        with db.session.begin_nested():
            add_name(
                db.session(),
                study.study_id,
                request.form.get("form", ""),
                as_kind(request.form.get("kind")),
                account_id=current_account().id,
            )
    except DomainError as error:
        return _show(word(error)), status_of(error)
    return redirect(url_for(".list_names", study_key=study.key), 303)


@blueprint.post("/register")
@permits(Action.IDENTITY_READ)
@writes
def reveal() -> ResponseReturnValue:
    """Open the register: which name stands behind each pseudonym. Each reading leaves a trace."""
    study, session = current_study(), db.session()
    try:
        rows = [
            (entry_id, KIND_NAMES[kind], pseudonym, open_name(sealed))
            for entry_id, kind, pseudonym, sealed in sealed_names(session, study.study_id)
        ]
    except Invalid as error:
        return _show(word(error)), status_of(error)
    record(
        session, verb="name.reveal", object_kind="name", object_id=None, study_id=study.study_id,
        account_id=current_account().id, after={"count": len(rows)},
    )  # fmt: skip
    return render_template("research/names/register.html", rows=rows)


@blueprint.post("/<uuid:entry_id>/back")
@permits(Action.IDENTITY_EDIT)
@writes
def put_back(entry_id: UUID) -> ResponseReturnValue:
    """Put a name back in the texts."""
    study, session = current_study(), db.session()
    sealed = {row[0]: row[3] for row in sealed_names(session, study.study_id)}
    try:
        with session.begin_nested():
            form = open_name(sealed.get(entry_id, b""))
            done = bring_back(session, study.study_id, entry_id, form, account_id=current_account().id)
    except DomainError as error:
        return _show(word(error)), status_of(error)
    flash(_say(done.names, done.places), "good")
    return redirect(url_for(".list_names", study_key=study.key), 303)


def _forget_journal(response: Response) -> Response:
    """Once all is written: no name stays in what the database keeps of before."""
    overwrite_journal(db.engine)
    return response


def _say(names: int, places: int) -> str:
    return str(
        _(
            "%(names)s in %(places)s.",
            names=ngettext("%(num)s name replaced", "%(num)s names replaced", names),
            places=ngettext("%(num)s place", "%(num)s places", places),
        )
    )


def _show(error: str = "") -> str:
    page = build_names_page(db.session(), current_study().study_id, request.values, open_name, error=error)

    def page_address(wanted: int) -> str:
        return url_for(".list_names", study_key=current_study().key, show=page.show, page=wanted)

    return render_template("research/names/list.html", page=page, page_address=page_address)
