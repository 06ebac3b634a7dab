"""Data from elsewhere: bring a file, say what its columns are, look at what would be done, do it, undo it."""

from dataclasses import replace
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from app.errors import status_of
from app.extensions import db
from app.research.contexts.data_imports import (
    columns_page,
    outcome,
    preview,
)
from app.research.data_import_forms import MappingForm, mapping_form, reading_form, wishes_of
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import begin_writing, writes, writes_late
from app.wording import word
from core.errors import Conflict, Invalid
from surveys.imports.bringing import bring_in, undo
from surveys.imports.drafts import (
    Prepared,
    find_draft,
    forget_draft,
    get_import,
    keep_file,
    keep_reading,
    keep_wishes,
    list_imports,
    load_known,
    prepare_draft,
    same_file,
)
from surveys.imports.models import ImportState
from surveys.imports.planning import Known, Plan, make_plan
from surveys.imports.tables import with_choice

blueprint = Blueprint("data_imports", __name__, url_prefix="/studies/<study_key>/imports", template_folder="templates")


@blueprint.get("/")
@permits(Action.DATA_IMPORT)
def list_files() -> ResponseReturnValue:
    """Ask for a file, and show those brought in."""
    return _list()


def _list(error: str = "", status: int = 200) -> ResponseReturnValue:
    rows = [outcome(row) for row in list_imports(db.session(), current_study().study_id)]
    return render_template("research/imports/list.html", rows=rows, error=error), status


@blueprint.post("/")
@permits(Action.DATA_IMPORT)
@writes
def send_file() -> ResponseReturnValue:
    """Keep a file, and go on to its columns."""
    sent: FileStorage | None = request.files.get("file")
    if sent is None or not sent.filename:
        return _list(_("Choose a file."), 422)
    study = current_study()
    try:
        import_id = keep_file(
            db.session(), study.study_id, sent.read(), file=sent.filename, account_id=current_account().id
        )
    except Invalid as error:
        return _list(word(error), status_of(error))
    return redirect(url_for(".show_import", study_key=study.key, import_id=import_id), 303)


@blueprint.get("/<uuid:import_id>")
@permits(Action.DATA_IMPORT)
def show_import(import_id: UUID) -> ResponseReturnValue:
    """Show the columns of a file that waits, or what one brought in made."""
    row = get_import(db.session(), current_study().study_id, import_id)
    if row.state is not ImportState.DRAFT:
        return render_template("research/imports/done.html", row=outcome(row), made=row.made)
    return _show_columns(import_id)


def _show_columns(
    import_id: UUID, form: MappingForm | None = None, *, error: str = "", status: int = 200
) -> ResponseReturnValue:
    """Show the columns with what is typed or proposed; a file that cannot be read so still shows how it is read."""
    session, study = db.session(), current_study()
    draft = find_draft(session, study.study_id, import_id)
    page = None
    try:
        prepared = prepare_draft(session, draft, locale=study.locale)
        if form is not None:
            prepared = replace(prepared, wishes=wishes_of(prepared.table, request.form))
        page = columns_page(prepared)
    except Invalid as unread:
        error = word(unread)
    html = render_template(
        "research/imports/columns.html",
        draft=draft,
        page=page,
        error=error,
        reading=reading_form(draft),
        form=form or mapping_form(draft, page),
        brought_at=same_file(session, study.study_id, import_id),
    )
    return html, status


@blueprint.post("/<uuid:import_id>/reading")
@permits(Action.DATA_IMPORT)
@writes
def correct_reading(import_id: UUID) -> ResponseReturnValue:
    """Read the file otherwise than was detected."""
    session, study = db.session(), current_study()
    draft = find_draft(session, study.study_id, import_id)
    chosen = {name: request.form.get(name, "") for name in ("encoding", "delimiter", "sheet")}
    keep_reading(session, draft, with_choice(draft.reading, **chosen))
    return redirect(url_for(".show_import", study_key=study.key, import_id=import_id), 303)


@blueprint.post("/<uuid:import_id>")
@permits(Action.DATA_IMPORT)
@writes
def map_columns(import_id: UUID) -> ResponseReturnValue:
    """Keep what the columns are, and go on to what would be done unless something is wrong with them."""
    session, study = db.session(), current_study()
    draft = find_draft(session, study.study_id, import_id)
    try:
        prepared = prepare_draft(session, draft, locale=study.locale)
    except Invalid:
        return _show_columns(import_id, status=422)
    form = MappingForm()
    form.offer(prepared.waves)
    if not form.validate_on_submit():
        return _show_columns(import_id, form, status=422)
    keep_wishes(session, draft, wishes_of(prepared.table, request.form), form.options())
    return redirect(url_for(".check_import", study_key=study.key, import_id=import_id), 303)


def _plan(import_id: UUID) -> tuple[Prepared, Plan | None, Known | None]:
    """Return what a draft would do, None while something is wrong with its columns."""
    session, study = db.session(), current_study()
    prepared = prepare_draft(session, find_draft(session, study.study_id, import_id), locale=study.locale)
    columns, faults = prepared.columns()
    if faults:
        return prepared, None, None
    known = load_known(session, study.study_id)
    return prepared, make_plan(prepared.table, columns, known, prepared.draft.options), known


@blueprint.get("/<uuid:import_id>/check")
@permits(Action.DATA_IMPORT)
def check_import(import_id: UUID) -> ResponseReturnValue:
    """Show what would be done, and what stands against it."""
    return _check(import_id)


def _check(import_id: UUID, error: str = "", status: int = 200) -> ResponseReturnValue:
    try:
        prepared, plan, _known = _plan(import_id)
    except Invalid as refused:
        return _show_columns(import_id, error=word(refused), status=422)
    if plan is None:
        return _show_columns(import_id, status=422)
    page = preview(prepared, plan)
    return render_template("research/imports/check.html", draft=prepared.draft, page=page, error=error), status


@blueprint.post("/<uuid:import_id>/check")
@permits(Action.DATA_IMPORT)
@writes_late
def bring_file_in(import_id: UUID) -> ResponseReturnValue:
    """Do it, wholly or not at all; twice is harmless."""
    study = current_study()
    try:
        prepared, plan, known = _plan(import_id)
        if plan is None or known is None:
            return _show_columns(import_id, status=422)
        bring_in(begin_writing(), prepared, plan, known, locale=study.locale, account_id=current_account().id)
    except Invalid as error:
        return _check(import_id, word(error), status_of(error))
    except Conflict:
        return redirect(url_for(".show_import", study_key=study.key, import_id=import_id), 303)
    flash(_("The data is brought in."), "good")
    return redirect(url_for(".show_import", study_key=study.key, import_id=import_id), 303)


@blueprint.post("/<uuid:import_id>/undo")
@permits(Action.DATA_IMPORT)
@writes
def undo_import(import_id: UUID) -> ResponseReturnValue:
    """Take back all that a file brought."""
    study = current_study()
    undo(db.session(), study.study_id, import_id, account_id=current_account().id)
    flash(_("The import is undone."), "good")
    return redirect(url_for(".show_import", study_key=study.key, import_id=import_id), 303)


@blueprint.post("/<uuid:import_id>/forget")
@permits(Action.DATA_IMPORT)
@writes
def forget_import(import_id: UUID) -> ResponseReturnValue:
    """Erase a file that is not to be brought in."""
    study = current_study()
    draft = find_draft(db.session(), study.study_id, import_id)
    forget_draft(db.session(), draft, account_id=current_account().id)
    flash(_("The file is erased; nothing was brought in."), "good")
    return redirect(url_for(".list_files", study_key=study.key), 303)
