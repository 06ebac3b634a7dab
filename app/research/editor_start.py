"""A questionnaire begun without a file, a new draft of a published one, and the settings of a draft."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import SelectField, StringField

from app.errors import status_of
from app.extensions import db
from app.i18n import LOCALES
from app.research.contexts.checking import check_page
from app.research.editor import editing_of, load
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from app.wording import word
from core.errors import Invalid
from studies.models import Population
from surveys.definition import Locale
from surveys.editing import drafting
from surveys.editing.lists import drop_unused_lists

blueprint = Blueprint(
    "editor_start", __name__, url_prefix="/studies/<study_key>/questionnaires", template_folder="templates"
)


class SettingsForm(FlaskForm):
    """Title and population."""

    title = StringField(
        lazy_gettext("Title of the questionnaire"),
        description=lazy_gettext("Respondents read it. Short and plain, for example “Your life at the moment”."),
        render_kw={"maxlength": 200},
    )
    population = SelectField(
        lazy_gettext("Who answers"),
        description=lazy_gettext("Questions of the bank have their words for each: “you” or “the person you support”."),
        validate_choice=False,
    )

    def offer(self) -> None:
        """List the populations of the study."""
        query = select(Population.id, Population.name).where(Population.study_id == current_study().study_id)
        rows = db.session.execute(query.order_by(Population.position, Population.name))
        self.population.choices = [("", str(_("Anybody"))), *((str(row[0]), row[1]) for row in rows)]

    @property
    def population_id(self) -> UUID | None:
        """The population chosen; one that was not offered counts as none."""
        offered = {value for value, _label in self.population.choices or ()}
        return UUID(self.population.data) if self.population.data and self.population.data in offered else None


@blueprint.get("/new")
@permits(Action.QUESTIONNAIRE_EDIT)
def ask_questionnaire() -> ResponseReturnValue:
    """Ask for a title, and who answers."""
    form = SettingsForm()
    form.offer()
    return render_template("research/editor/new.html", form=form)


@blueprint.post("/new")
@permits(Action.QUESTIONNAIRE_EDIT)
@writes
def create_questionnaire() -> ResponseReturnValue:
    """Begin a questionnaire and open its editor."""
    form, study = SettingsForm(), current_study()
    form.offer()
    try:
        version = drafting.create_questionnaire(
            db.session(),
            study.study_id,
            title=form.title.data or "",
            locale=Locale(study.locale, LOCALES.get(study.locale, study.locale)),
            population_id=form.population_id,
            account_id=current_account().id,
        )
    except Invalid as error:
        form.title.errors = [word(error)]
        return render_template("research/editor/new.html", form=form), status_of(error)
    return redirect(url_for("editor.show_editor", study_key=study.key, version_id=version.id), 303)


@blueprint.post("/versions/<uuid:version_id>/draft")
@permits(Action.QUESTIONNAIRE_EDIT)
@writes
def make_draft(version_id: UUID) -> ResponseReturnValue:
    """Open the draft of a questionnaire, made from this version when there is none."""
    study = current_study()
    draft = drafting.draft_from(db.session(), study.study_id, version_id, account_id=current_account().id)
    return redirect(url_for("editor.show_editor", study_key=study.key, version_id=draft.id), 303)


@blueprint.get("/versions/<uuid:version_id>/edit/settings")
@permits(Action.QUESTIONNAIRE_EDIT)
def ask_settings(version_id: UUID) -> ResponseReturnValue:
    """Show title and population."""
    draft = load(version_id)
    form = SettingsForm(data={"title": draft.definition.title, "population": str(draft.population_id or "")})
    form.offer()
    return render_template("research/editor/settings.html", draft=draft, form=form)


@blueprint.post("/versions/<uuid:version_id>/edit/settings")
@permits(Action.QUESTIONNAIRE_EDIT)
@writes
def keep_settings(version_id: UUID) -> ResponseReturnValue:
    """Save title and population."""
    form, study = SettingsForm(), current_study()
    form.offer()
    try:
        drafting.change_settings(
            db.session(),
            study.study_id,
            version_id,
            title=form.title.data or "",
            population_id=form.population_id,
            account_id=current_account().id,
        )
    except Invalid as error:
        form.title.errors = [word(error)]
        return render_template("research/editor/settings.html", draft=load(version_id), form=form), status_of(error)
    flash(_("Saved."), "good")
    return redirect(url_for(".ask_settings", study_key=study.key, version_id=version_id), 303)


@blueprint.get("/versions/<uuid:version_id>/edit/check")
@permits(Action.QUESTIONNAIRE_EDIT)
def show_check(version_id: UUID) -> ResponseReturnValue:
    """List what is to be looked at before publishing, by question."""
    draft = load(version_id)
    return render_template("research/editor/check.html", draft=draft, page=check_page(db.session(), draft))


@blueprint.post("/versions/<uuid:version_id>/edit/clear-lists")
@permits(Action.QUESTIONNAIRE_EDIT)
@writes
def clear_lists(version_id: UUID) -> ResponseReturnValue:
    """Take out the lists of answers that no question uses."""
    editing_of(version_id).step(lambda form, _keys: drop_unused_lists(form), "lists_cleared", {})
    return redirect(url_for(".show_check", study_key=current_study().key, version_id=version_id), 303)
