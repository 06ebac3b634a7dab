"""Questionnaires on paper: print one to read it, print sheets for a collection, follow them."""

from uuid import UUID, uuid4

from flask import Blueprint, current_app, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from app.errors import status_of
from app.extensions import db
from app.jobs.port import enqueue
from app.paper.job import KIND, print_path
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from app.wording import word
from core.errors import DomainError, NotFound
from surveys import queries
from surveys.invitations import groups_of
from surveys.paper.sheets import MAX_CARDS, MAX_SHEETS, list_batches, list_sheets, make_sheets, sheets_of_batch
from surveys.versions import LoadedVersion, load_version

blueprint = Blueprint("paper", __name__, url_prefix="/studies/<study_key>", template_folder="templates")
DEFAULT_CARDS = 3


class BlankForm(FlaskForm):
    """In which language, with how many cards."""

    locale = SelectField(validators=[InputRequired()])
    cards = IntegerField(validators=[Optional(), NumberRange(1, MAX_CARDS)], default=DEFAULT_CARDS)


class SheetsForm(BlankForm):
    """For whom, or how many."""

    whom = RadioField(validators=[InputRequired()], default="people")
    site = SelectField(validators=[Optional()])
    count = IntegerField(validators=[Optional(), NumberRange(1, MAX_SHEETS)])


def _fill(form: BlankForm, version: LoadedVersion) -> None:
    form.locale.choices = [(locale.tag, locale.name) for locale in version.definition.locales]
    form.locale.label.text = _("Language")
    form.cards.label.text = _("Cards for each repeated group")
    if isinstance(form, SheetsForm):
        sites, _arms = groups_of(db.session(), current_study().study_id)
        form.whom.choices = [
            ("people", _("One sheet for each person on the list, linked to them")),
            ("nobody", _("Sheets that are linked to nobody")),
        ]
        form.site.choices = [("", _("All sites")), *((str(id_), name) for id_, name in sites)]
        form.whom.label.text = _("For whom")
        form.site.label.text = _("Site")
        form.count.label.text = _("How many sheets that are linked to nobody")


@blueprint.get("/questionnaires/versions/<uuid:version_id>/paper")
@permits(Action.STUDY_READ)
def ask_blank(version_id: UUID) -> ResponseReturnValue:
    """Ask in which language a questionnaire is printed."""
    return _show_blank(version_id, BlankForm(formdata=None))


def _show_blank(version_id: UUID, form: BlankForm, status: int = 200) -> ResponseReturnValue:
    row = queries.get_version(db.session(), current_study().study_id, version_id)
    version = load_version(db.session(), version_id)
    _fill(form, version)
    has_repeats = version.definition.has_repeats
    return render_template("research/paper/blank.html", row=row, form=form, has_repeats=has_repeats), status


@blueprint.post("/questionnaires/versions/<uuid:version_id>/paper")
@permits(Action.STUDY_READ)
@writes
def print_blank(version_id: UUID) -> ResponseReturnValue:
    """Ask for a questionnaire that belongs to nobody."""
    form = BlankForm()
    queries.get_version(db.session(), current_study().study_id, version_id)
    _fill(form, load_version(db.session(), version_id))
    if not form.validate_on_submit():
        return _show_blank(version_id, form, 422)
    return _print(uuid4(), version_id, form.locale.data, form.cards.data or DEFAULT_CARDS)


def _print(
    print_id: UUID, version_id: UUID, locale: str, cards: int, batch_id: UUID | None = None
) -> ResponseReturnValue:
    study = current_study()
    arguments = {
        "print_id": str(print_id),
        "version_id": str(version_id),
        "locale": locale,
        "cards": cards,
        "batch_id": str(batch_id) if batch_id else None,
        "address": str(current_app.config["SETTINGS"].public_url) + url_for("respond.ask_code"),
    }
    job_id = enqueue(
        db.session(),
        KIND,
        arguments,
        key=f"{KIND}:{print_id}:{uuid4()}",
        study_id=study.study_id,
        account_id=current_account().id,
    )
    return redirect(url_for("jobs.show_job", study_key=study.key, job_id=job_id), 303)


@blueprint.get("/paper/<uuid:print_id>.pdf")
@permits(Action.STUDY_READ)
def fetch_print(print_id: UUID) -> ResponseReturnValue:
    """Hand out what was printed."""
    study = current_study()
    path = print_path(study.study_id, print_id)
    if not path.is_file():
        raise NotFound("paper.print_not_found")
    name = f"{study.key}_{print_id.hex[:8]}.pdf"
    return send_file(path, mimetype="application/pdf", as_attachment=True, download_name=name, max_age=0)


@blueprint.get("/collections/<uuid:collection_id>/paper")
@permits(Action.PAPER_KEY)
def show_paper(collection_id: UUID) -> ResponseReturnValue:
    """Show the sheets of a collection, and print others."""
    return _show_paper(collection_id, SheetsForm(formdata=None))


def _show_paper(collection_id: UUID, form: SheetsForm, status: int = 200) -> ResponseReturnValue:
    session, study = db.session(), current_study()
    row = queries.get_collection(session, study.study_id, collection_id)
    version = load_version(session, row.version_id)
    _fill(form, version)
    batches = list_batches(session, study.study_id, collection_id)
    page = render_template(
        "research/paper/collection.html",
        row=row,
        form=form,
        batches=batches,
        has_repeats=version.definition.has_repeats,
    )
    return page, status


@blueprint.post("/collections/<uuid:collection_id>/paper")
@permits(Action.COLLECTION_MANAGE)
@writes
def print_sheets(collection_id: UUID) -> ResponseReturnValue:
    """Make a batch of sheets and ask for its print."""
    session, study, form = db.session(), current_study(), SheetsForm()
    row = queries.get_collection(session, study.study_id, collection_id)
    _fill(form, load_version(session, row.version_id))
    if form.whom.data == "nobody" and not form.count.data and not form.count.errors:
        form.count.validators = [InputRequired(_("Say how many."))]
    if not form.validate_on_submit():
        return _show_paper(collection_id, form, 422)
    cards = form.cards.data or DEFAULT_CARDS
    try:
        batch_id = _make(collection_id, form, cards)
    except DomainError as error:
        form.form_errors.append(word(error))
        return _show_paper(collection_id, form, status_of(error))
    return _print(batch_id, row.version_id, form.locale.data, cards, batch_id)


def _make(collection_id: UUID, form: SheetsForm, cards: int) -> UUID:
    return make_sheets(
        db.session(),
        current_study().study_id,
        collection_id,
        locale=form.locale.data,
        cards=cards,
        count=form.count.data or 0 if form.whom.data == "nobody" else 0,
        site_id=UUID(form.site.data) if form.site.data else None,
        account_id=current_account().id,
    )


@blueprint.get("/collections/<uuid:collection_id>/paper/<uuid:batch_id>")
@permits(Action.PAPER_KEY)
def show_batch(collection_id: UUID, batch_id: UUID) -> ResponseReturnValue:
    """Show how far each sheet of a batch is."""
    session, study = db.session(), current_study()
    row = queries.get_collection(session, study.study_id, collection_id)
    sheets = list_sheets(session, study.study_id, batch_id)
    if not sheets:
        raise NotFound("paper.batch_not_found")
    is_printed = print_path(study.study_id, batch_id).is_file()
    return render_template(
        "research/paper/batch.html", row=row, batch_id=batch_id, sheets=sheets, is_printed=is_printed
    )


@blueprint.post("/collections/<uuid:collection_id>/paper/<uuid:batch_id>")
@permits(Action.COLLECTION_MANAGE)
@writes
def print_again(collection_id: UUID, batch_id: UUID) -> ResponseReturnValue:
    """Ask for the print of a batch again: the same sheets, the same codes."""
    queries.get_collection(db.session(), current_study().study_id, collection_id)
    sheets = sheets_of_batch(db.session(), batch_id)
    if not sheets or sheets[0][0].collection_id != collection_id:
        raise NotFound("paper.batch_not_found")
    first = sheets[0][0]
    return _print(batch_id, first.version_id, first.locale, first.cards, batch_id)
