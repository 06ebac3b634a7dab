"""The codebook: codes in folders, what each holds, and the themes they make."""

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.errors import status_of
from app.extensions import db
from app.research.contexts.codebook import CodeForm, build_code_page, build_codebook_page, read_code_form
from app.research.contexts.corpus import optional_uuid
from app.research.contexts.viewing import current_viewer
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from app.wording import word
from coding.queries import codebook_table, codebook_tree, list_codes, list_themes
from coding.services import (
    create_code,
    create_folder,
    create_theme,
    delete_code,
    delete_theme,
    merge_codes,
    move_code,
    set_theme_codes,
    update_code,
    update_theme,
)
from core.errors import DomainError
from core.tables import to_csv

blueprint = Blueprint("codebook", __name__, url_prefix="/studies/<study_key>/codebook", template_folder="templates")


@blueprint.get("/")
@permits(Action.TRANSCRIPT_READ)
def show_codebook() -> ResponseReturnValue:
    """Show the tree of codes."""
    return _show_codebook(CodeForm())


@blueprint.post("/")
@permits(Action.CODEBOOK_EDIT)
@writes
def add_code() -> ResponseReturnValue:
    """Add a code or a folder."""
    study, account = current_study(), current_account()
    form = read_code_form(request.form)
    try:
        with db.session.begin_nested():
            make = create_folder if form.is_folder else create_code
            parent_id = optional_uuid(form.parent)
            code = make(db.session(), study.study_id, form.name, account_id=account.id, parent_id=parent_id)
            if not form.is_folder:
                update_code(db.session(), study.study_id, code.id, account_id=account.id, **form.texts())
    except DomainError as error:
        return _show_codebook(form, word(error)), status_of(error)
    flash(_("« %(name)s » is in the codebook.", name=code.name), "good")
    return redirect(url_for(".show_codebook", study_key=study.key), 303)


@blueprint.get("/codes/<uuid:code_id>")
@permits(Action.TRANSCRIPT_READ)
def show_code(code_id: UUID) -> ResponseReturnValue:
    """Show one code, to read or to change."""
    return _show_code(code_id)


@blueprint.post("/codes/<uuid:code_id>")
@permits(Action.CODEBOOK_EDIT)
@writes
def keep_code(code_id: UUID) -> ResponseReturnValue:
    """Keep name, colour, definition and the rest."""
    study, account = current_study(), current_account()
    form = read_code_form(request.form)
    try:
        with db.session.begin_nested():
            update_code(
                db.session(), study.study_id, code_id, account_id=account.id, name=form.name, colour=form.colour,
                **form.texts(),
            )  # fmt: skip
    except DomainError as error:
        return _show_code(code_id, form, word(error)), status_of(error)
    flash(_("« %(name)s » is up to date.", name=form.name), "good")
    return redirect(url_for(".show_codebook", study_key=study.key), 303)


@blueprint.post("/codes/<uuid:code_id>/move")
@permits(Action.CODEBOOK_EDIT)
@writes
def move(code_id: UUID) -> ResponseReturnValue:
    """Put a code or folder elsewhere in the tree."""
    study = current_study()
    place = request.form.get("position", "")
    try:
        with db.session.begin_nested():
            code = move_code(
                db.session(),
                study.study_id,
                code_id,
                parent_id=optional_uuid(request.form.get("parent", "")),
                position=int(place) - 1 if place.isascii() and place.isdigit() else None,
                account_id=current_account().id,
            )
    except DomainError as error:
        return _show_code(code_id, error=word(error)), status_of(error)
    flash(_("« %(name)s » has moved.", name=code.name), "good")
    return redirect(url_for(".show_codebook", study_key=study.key), 303)


@blueprint.post("/codes/<uuid:code_id>/merge")
@permits(Action.CODEBOOK_EDIT)
@writes
def merge(code_id: UUID) -> ResponseReturnValue:
    """Give everything of this code to another."""
    study = current_study()
    target_id = optional_uuid(request.form.get("target", ""))
    if target_id is None:
        return _show_code(code_id, error=_("Choose the code that receives the codings.")), 422
    try:
        with db.session.begin_nested():
            target = merge_codes(db.session(), study.study_id, code_id, target_id, account_id=current_account().id)
    except DomainError as error:
        return _show_code(code_id, error=word(error)), status_of(error)
    flash(_("Merged into « %(name)s »: no coding is lost.", name=target.name), "good")
    return redirect(url_for(".show_code", study_key=study.key, code_id=target_id), 303)


@blueprint.post("/codes/<uuid:code_id>/delete")
@permits(Action.CODEBOOK_EDIT)
@writes
def delete(code_id: UUID) -> ResponseReturnValue:
    """Delete a code or folder with all it holds."""
    study = current_study()
    count = delete_code(db.session(), study.study_id, code_id, account_id=current_account().id)
    # How many codings the others had is not for a blind coder.
    said = ngettext("Deleted, with %(num)s coding.", "Deleted, with %(num)s codings.", count)
    flash(_("Deleted.") if study.is_blind else said, "good")
    return redirect(url_for(".show_codebook", study_key=study.key), 303)


@blueprint.get("/codebook.csv")
@permits(Action.EXPORT)
def export() -> ResponseReturnValue:
    """Give the codebook as a file."""
    study = current_study()
    table = codebook_table(db.session(), study.study_id, current_viewer())
    headers = {"Content-Disposition": f'attachment; filename="{study.key}-codebook.csv"'}
    return Response(to_csv(table), mimetype="text/csv", headers=headers)


@blueprint.get("/themes")
@permits(Action.TRANSCRIPT_READ)
def show_themes() -> ResponseReturnValue:
    """Show the themes, and a form for one more."""
    return _show_themes()


@blueprint.post("/themes")
@permits(Action.CODEBOOK_EDIT)
@writes
def add_theme() -> ResponseReturnValue:
    """Make a theme of codes."""
    study, form = current_study(), request.form
    try:
        with db.session.begin_nested():
            theme = create_theme(
                db.session(),
                study.study_id,
                form.get("name", ""),
                interpretation=form.get("interpretation", ""),
                code_ids=_chosen_codes(),
                account_id=current_account().id,
            )
    except DomainError as error:
        return _show_themes(word(error)), status_of(error)
    flash(_("The theme « %(name)s » is made.", name=theme.name), "good")
    return redirect(url_for(".show_themes", study_key=study.key), 303)


@blueprint.post("/themes/<uuid:theme_id>")
@permits(Action.CODEBOOK_EDIT)
@writes
def keep_theme(theme_id: UUID) -> ResponseReturnValue:
    """Keep a theme's name, interpretation and codes."""
    study, account, form = current_study(), current_account(), request.form
    try:
        with db.session.begin_nested():
            update_theme(
                db.session(), study.study_id, theme_id, name=form.get("name", ""),
                interpretation=form.get("interpretation", ""), account_id=account.id,
            )  # fmt: skip
            set_theme_codes(db.session(), study.study_id, theme_id, _chosen_codes(), account_id=account.id)
    except DomainError as error:
        return _show_themes(word(error), theme_id), status_of(error)
    flash(_("The theme is up to date."), "good")
    return redirect(url_for(".show_themes", study_key=study.key), 303)


@blueprint.post("/themes/<uuid:theme_id>/delete")
@permits(Action.CODEBOOK_EDIT)
@writes
def remove_theme(theme_id: UUID) -> ResponseReturnValue:
    """Delete a theme; its codes stay."""
    study = current_study()
    delete_theme(db.session(), study.study_id, theme_id, account_id=current_account().id)
    flash(_("The theme is deleted; its codes stay."), "good")
    return redirect(url_for(".show_themes", study_key=study.key), 303)


def _chosen_codes() -> list[UUID]:
    chosen = (optional_uuid(each) for each in request.form.getlist("code"))
    return [each for each in chosen if each is not None]


def _show_codebook(form: CodeForm, error: str | None = None) -> str:
    tree = codebook_tree(db.session(), current_study().study_id, current_viewer())
    return render_template("research/codebook/tree.html", page=build_codebook_page(tree), form=form, error=error)


def _show_code(code_id: UUID, form: CodeForm | None = None, error: str | None = None) -> str:
    tree = codebook_tree(db.session(), current_study().study_id, current_viewer())
    page = build_code_page(tree, code_id, form)
    return render_template("research/codebook/code.html", page=page, error=error)


def _show_themes(error: str | None = None, theme_id: UUID | None = None) -> str:
    study = current_study()
    return render_template(
        "research/codebook/themes.html",
        themes=list_themes(db.session(), study.study_id, current_viewer()),
        codes=tuple(code for code in list_codes(db.session(), study.study_id) if code.is_codable),
        error=error,
        failed=theme_id,
        typed=request.form,
        typed_codes=_chosen_codes() if error else [],
    )
