"""A study: make it, see how far it is, change its design."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.extensions import db
from app.research.contexts.overview import overview
from app.research.forms import DesignForm, NewStudyForm, design_values, preset_values
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from core.errors import Conflict, Invalid
from studies.queries import get_study
from studies.services import create_study
from studies.services import edit_study as change_design

blueprint = Blueprint("studies", __name__, url_prefix="/studies", template_folder="templates")


@blueprint.get("/new")
@permits(Action.STUDY_CREATE)
def new_study() -> ResponseReturnValue:
    """Show where a study is made."""
    return render_template("research/studies/new.html", form=NewStudyForm(formdata=None, data=preset_values()))


@blueprint.post("/new")
@permits(Action.STUDY_CREATE)
@writes
def make_study() -> ResponseReturnValue:
    """Make the study, led by whoever makes it."""
    form = NewStudyForm()
    if not form.validate_on_submit():
        return render_template("research/studies/new.html", form=form), 422
    account = current_account()
    try:
        study = create_study(
            db.session(), key=form.chosen_key(), design=form.design(), by=account.id, locale=account.locale
        )
    except Invalid as error:
        form.show(error)
        return render_template("research/studies/new.html", form=form), 422
    flash(_("The study is made. You lead it."), "good")
    return redirect(url_for("studies.show_study", study_key=study.key), 303)


@blueprint.get("/<study_key>/")
@permits(Action.STUDY_READ)
def show_study() -> ResponseReturnValue:
    """Show the research cycle of the study, with counts and what to do next."""
    return render_template("research/studies/overview.html", page=overview(db.session(), current_study()))


@blueprint.get("/<study_key>/design")
@permits(Action.STUDY_EDIT)
def edit_study() -> ResponseReturnValue:
    """Show the design, to be changed."""
    study = get_study(db.session(), current_study().study_id)
    return render_template("research/studies/edit.html", form=DesignForm(formdata=None, data=design_values(study)))


@blueprint.post("/<study_key>/design")
@permits(Action.STUDY_EDIT)
@writes
def save_study() -> ResponseReturnValue:
    """Change the design."""
    form = DesignForm()
    access = current_study()
    if not form.validate_on_submit():
        return render_template("research/studies/edit.html", form=form), 422
    try:
        change_design(db.session(), access.study_id, design=form.design(), by=current_account().id)
    except (Invalid, Conflict) as error:
        form.show(error)
        return render_template("research/studies/edit.html", form=form), 422
    flash(_("The design is saved."), "good")
    return redirect(url_for("studies.show_study", study_key=access.key), 303)
