"""Plain language: what is hard to read in a form, and who approved its easy texts."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length

from app.errors import status_of
from app.extensions import db
from app.research.contexts.plain_texts import plain_texts
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from app.wording import word
from core.errors import DomainError
from surveys import queries
from surveys.easy_texts import MAX_REVIEWERS, forget_review, list_reviews, record_review
from surveys.plain_language import LANGUAGES
from surveys.versions import load_version

blueprint = Blueprint(
    "plain_texts",
    __name__,
    url_prefix="/studies/<study_key>/questionnaires/versions/<uuid:version_id>/plain",
    template_folder="templates",
)


class ReviewForm(FlaskForm):
    """Who read the texts, and when."""

    reviewers = StringField(
        lazy_gettext("Group of readers"),
        validators=[InputRequired(lazy_gettext("Name the group that read the texts.")), Length(max=MAX_REVIEWERS)],
        description=lazy_gettext("A group, not a person's name. For example: reading group of the association X."),
    )
    reviewed_on = DateField(
        lazy_gettext("Read on"), validators=[InputRequired(lazy_gettext("Give the day of the reading."))]
    )


@blueprint.get("/")
@permits(Action.STUDY_READ)
def show_texts(version_id: UUID) -> ResponseReturnValue:
    """Show what is hard to read in one language of a version, and its reviews."""
    return _page(version_id, ReviewForm())


def _page(version_id: UUID, form: ReviewForm, *, status: int = 200) -> ResponseReturnValue:
    session = db.session()
    row = queries.get_version(session, current_study().study_id, version_id)
    version = load_version(session, version_id)
    definition = version.definition
    easy = next((each.tag for each in definition.locales if each.is_easy), definition.default_locale)
    locale = definition.locale(request.values.get("lang", easy))
    page = render_template(
        "research/questionnaires/plain.html",
        row=row,
        languages=definition.locales,
        locale=locale,
        is_checked=locale.tag.lower().split("-")[0] in LANGUAGES,
        texts=plain_texts(definition, locale.tag),
        reviews=list_reviews(session, version.questionnaire_id, definition, locale.tag),
        form=form,
    )
    return page, status


@blueprint.post("/reviews")
@permits(Action.QUESTIONNAIRE_EDIT)
@writes
def add_review(version_id: UUID) -> ResponseReturnValue:
    """Record that a group read and approved the texts."""
    form, study, tag = ReviewForm(), current_study(), request.form.get("lang", "")
    if not form.validate_on_submit():
        return _page(version_id, form, status=422)
    try:
        record_review(
            db.session(),
            study.study_id,
            version_id,
            locale=tag,
            reviewers=form.reviewers.data,
            reviewed_on=form.reviewed_on.data,
            account_id=current_account().id,
        )
    except DomainError as error:
        form.form_errors.append(word(error))
        return _page(version_id, form, status=status_of(error))
    flash(_("The review is recorded: these texts are called easy to read, as long as they do not change."), "good")
    return redirect(url_for(".show_texts", study_key=study.key, version_id=version_id, lang=tag), 303)


@blueprint.post("/reviews/<uuid:review_id>/remove")
@permits(Action.QUESTIONNAIRE_EDIT)
@writes
def remove_review(version_id: UUID, review_id: UUID) -> ResponseReturnValue:
    """Take back a review recorded by mistake."""
    study = current_study()
    forget_review(db.session(), study.study_id, version_id, review_id, account_id=current_account().id)
    tag = request.form.get("lang", "")
    return redirect(url_for(".show_texts", study_key=study.key, version_id=version_id, lang=tag), 303)
