"""Files of answers: ask for one, follow it, fetch it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import InputRequired

from app.datafiles.orders import KIND, MEDIA_TYPES, Format, Order, Scope, ending_of, forget_exports, path_of
from app.extensions import db
from app.jobs.labels import STATES, TONES
from app.jobs.models import Job, JobState
from app.jobs.port import enqueue
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from core.errors import NotFound
from surveys import queries
from surveys.datafiles.sources import count_withdrawals
from surveys.versions import load_version

blueprint = Blueprint("exports", __name__, url_prefix="/studies/<study_key>/exports", template_folder="templates")

LATEST = 20
WHOLE = Scope.STUDY.value


class ExportForm(FlaskForm):
    """Which answers, as what, in which language."""

    answers = SelectField(validators=[InputRequired()])
    format = RadioField(validators=[InputRequired()], default=Format.SPSS.value)
    locale = SelectField(validators=[InputRequired()])
    drafts = BooleanField()


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One file asked for; `is_ready` while it can be fetched."""

    id: UUID
    job_id: UUID
    title: str
    format: str
    state: str
    tone: str
    asked_at: datetime
    is_ready: bool


def format_name(kind: Format) -> str:
    """Return a format as screens call it."""
    names = {
        Format.SPSS: _("SPSS (.sav), with labels and missing values"),
        Format.STATA: _("Stata (.dta), with labels and missing values"),
        Format.CSV: _("CSV for a spreadsheet (semicolons, decimal commas)"),
        Format.PLAIN_CSV: _("Plain CSV for programs (commas, decimal points)"),
        Format.XLSX: _("Excel workbook (.xlsx)"),
        Format.JSON: _("JSON, with the questionnaire itself"),
        Format.DDI: _("DDI-Codebook 2.5 (.xml), for a data archive"),
        Format.CODEBOOK: _("Codebook to read (.pdf), small counts hidden"),
    }
    return str(names[kind])


def _form() -> ExportForm:
    session, study = db.session(), current_study()
    form = ExportForm()
    collections = queries.list_collections(session, study.study_id)
    several = {row.questionnaire_id: row.questionnaire for row in collections}
    form.answers.choices = [
        (WHOLE, _("The whole study: every questionnaire and population")),
        *(
            (f"{Scope.QUESTIONNAIRE.value}:{id_}", _("%(title)s, every wave", title=title))
            for id_, title in several.items()
        ),
        *((f"{Scope.COLLECTION.value}:{row.id}", _("Collection: %(title)s", title=row.title)) for row in collections),
    ]
    form.format.choices = [(each.value, format_name(each)) for each in Format]
    form.locale.choices = _languages(collections, study.locale)
    labels = {
        "answers": _("Which answers"),
        "format": _("As what"),
        "locale": _("Language of questions and answers"),
        "drafts": _("Also the answers that were started and not sent"),
    }
    for name, label in labels.items():
        form[name].label.text = label
    return form


def _languages(collections: Sequence[queries.CollectionRow], own: str) -> list[tuple[str, str]]:
    """Return the languages of the questionnaires, that of the study first."""
    found: dict[str, str] = {}
    for version_id in {row.version_id for row in collections}:
        definition = load_version(db.session(), version_id).definition
        found |= {locale.tag: locale.name for locale in definition.locales if locale.tag not in found}
    return sorted(found.items(), key=lambda each: (each[0] != own, each[1])) or [(own, own)]


@blueprint.get("/")
@permits(Action.EXPORT)
def list_exports() -> ResponseReturnValue:
    """Ask for a file, and show the latest ones."""
    form = _form()
    chosen = {value for value, _label in form.answers.choices}
    if request.args.get("answers") in chosen:
        form.answers.data = request.args["answers"]
    return _show(form)


def _show(form: ExportForm, status: int = 200) -> ResponseReturnValue:
    study = current_study()
    jobs = db.session().scalars(
        select(Job)
        .where(Job.study_id == study.study_id, Job.kind == KIND)
        .order_by(Job.created_at.desc())
        .limit(LATEST)
    )
    titles = dict(form.answers.choices)
    rows = [_row(job, titles) for job in jobs]
    return render_template("research/exports/list.html", form=form, rows=rows), status


def _row(job: Job, titles: dict[str, str]) -> ExportRow:
    order = Order.from_json(job.arguments)
    target = WHOLE if order.target_id is None else f"{order.scope.value}:{order.target_id}"
    return ExportRow(
        id=order.id,
        job_id=job.id,
        title=titles.get(target, _("answers that are gone")),
        format=format_name(order.format),
        state=str(STATES[job.state]),
        tone=TONES[job.state],
        asked_at=job.created_at,
        is_ready=job.state is JobState.DONE and path_of(order).is_file(),
    )


@blueprint.post("/")
@permits(Action.EXPORT)
@writes
def ask_export() -> ResponseReturnValue:
    """Ask for a file; it is made apart."""
    form, study = _form(), current_study()
    if not form.validate_on_submit():
        return _show(form, 422)
    scope, _colon, target = form.answers.data.partition(":")
    order = Order(
        id=uuid4(),
        study_id=study.study_id,
        scope=Scope(scope),
        target_id=UUID(target) if target else None,
        format=Format(form.format.data),
        locale=form.locale.data,
        drafts=form.drafts.data,
    )
    job_id = enqueue(
        db.session(),
        KIND,
        order.to_json(),
        key=f"{KIND}:{order.id}",
        study_id=study.study_id,
        account_id=current_account().id,
    )
    return redirect(url_for("jobs.show_job", study_key=study.key, job_id=job_id), 303)


def _find(export_id: UUID) -> Job:
    study = current_study()
    job = db.session().scalar(
        select(Job).where(
            Job.study_id == study.study_id, Job.kind == KIND, Job.key.startswith(f"{KIND}:{export_id}", autoescape=True)
        )
    )
    if job is None or job.state is not JobState.DONE:
        raise NotFound("exports.not_found")
    return job


@blueprint.get("/<uuid:export_id>")
@permits(Action.EXPORT)
def show_export(export_id: UUID) -> ResponseReturnValue:
    """Show what a file holds, and hand it out."""
    job = _find(export_id)
    path = path_of(Order.from_json(job.arguments))
    row = _row(job, dict(_form().answers.choices))
    return render_template(
        "research/exports/show.html", row=row, result=job.result, size=path.stat().st_size if path.is_file() else 0
    )


@blueprint.get("/<uuid:export_id>/file")
@permits(Action.EXPORT)
def fetch_export(export_id: UUID) -> ResponseReturnValue:
    """Hand the file out."""
    job = _find(export_id)
    order = Order.from_json(job.arguments)
    path = path_of(order)
    assert job.result is not None
    if job.result["withdrawals"] != count_withdrawals(db.session(), order.study_id):
        forget_exports(order.study_id)
    if not path.is_file():
        raise NotFound("exports.expired")
    name = f"{current_study().key}_{order.format.value}.{ending_of(order)}"
    return send_file(path, mimetype=MEDIA_TYPES[ending_of(order)], as_attachment=True, download_name=name, max_age=0)
