"""The team of a study: who has which role."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.extensions import db
from app.research.contexts.words import ROLE_HELP, ROLES
from app.research.forms import MemberForm
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from app.wording import word
from core.errors import Conflict, Invalid
from studies.models import Role
from studies.queries import list_members as read_members
from studies.services import add_member, change_member, remove_member

blueprint = Blueprint("members", __name__, url_prefix="/studies/<study_key>/team", template_folder="templates")


def _page(form: MemberForm | None = None, problem: str = "") -> str:
    return render_template(
        "research/studies/team.html",
        form=form or MemberForm(formdata=None),
        members=read_members(db.session(), current_study().study_id),
        roles=ROLES,
        role_help=ROLE_HELP,
        problem=problem,
    )


def _back() -> ResponseReturnValue:
    return redirect(url_for("members.list_members", study_key=current_study().key), 303)


@blueprint.get("/")
@permits(Action.STUDY_EDIT)
def list_members() -> ResponseReturnValue:
    """Show the team."""
    return _page()


@blueprint.post("/")
@permits(Action.STUDY_EDIT)
@writes
def add() -> ResponseReturnValue:
    """Give a colleague a role."""
    form = MemberForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        add_member(
            db.session(),
            current_study().study_id,
            email=form.email.data,
            role=form.role.data,
            is_blind=form.is_blind.data,
            by=current_account().id,
        )
    except Invalid as error:
        form.email.errors = [word(error)]
        return _page(form), 422
    flash(_("The role is given."), "good")
    return _back()


@blueprint.post("/<uuid:membership_id>")
@permits(Action.STUDY_EDIT)
@writes
def change(membership_id: UUID) -> ResponseReturnValue:
    """Give a member another role."""
    try:
        role = Role(request.form.get("role", ""))
    except ValueError:
        return _page(problem=_("Choose a role.")), 422
    try:
        change_member(
            db.session(),
            current_study().study_id,
            membership_id,
            role=role,
            is_blind="is_blind" in request.form,
            by=current_account().id,
        )
    except Conflict as error:
        return _page(problem=word(error)), 409
    flash(_("The role is changed."), "good")
    return _back()


@blueprint.post("/<uuid:membership_id>/remove")
@permits(Action.STUDY_EDIT)
@writes
def remove(membership_id: UUID) -> ResponseReturnValue:
    """Take a role away."""
    try:
        remove_member(db.session(), current_study().study_id, membership_id, by=current_account().id)
    except Conflict as error:
        return _page(problem=word(error)), 409
    flash(_("The role is taken away; what the person did stays."), "good")
    return _back()
