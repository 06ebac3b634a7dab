"""Questionnaires of a study: bring a form in, read it as on a phone, try it, publish it."""

import io
import json
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import status_of
from app.extensions import db
from app.research.arriving import Arrived, find_arrived, take_in
from app.research.contexts.questionnaires import item_rows, preview_pages
from app.research.contexts.trial import trial_around, trial_questions, trial_roster, trial_title
from app.research.form_files import media_of, sent_files
from app.research.trial import step_trial
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes, writes_late
from app.wording import word, word_code
from app.wording.surveys import word_remark
from core.errors import DomainError
from core.tables import to_xlsx
from surveys import queries
from surveys.form_files import file_report, read_files
from surveys.items.choices import searched_in
from surveys.parcels import SentFile, close_parcel
from surveys.services import publish
from surveys.versions import load_version
from surveys.xlsform.example import example_form
from surveys.xlsform.writer import write_form

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ZIP = "application/zip"

blueprint = Blueprint(
    "questionnaires", __name__, url_prefix="/studies/<study_key>/questionnaires", template_folder="templates"
)


@blueprint.get("/")
@permits(Action.STUDY_READ)
def list_questionnaires() -> ResponseReturnValue:
    """List the questionnaires and ask for a file."""
    return _show_list()


def _show_list(
    *, status: int = 200, error: str = "", remarks: tuple[Any, ...] = (), file: str = ""
) -> ResponseReturnValue:
    rows = queries.list_questionnaires(db.session(), current_study().study_id)
    page = render_template("research/questionnaires/list.html", rows=rows, error=error, remarks=remarks, file=file)
    return page, status


@blueprint.post("/")
@permits(Action.QUESTIONNAIRE_EDIT)
@writes_late
def import_file() -> ResponseReturnValue:
    """Read a form and the files beside it into a draft, or say what is wrong and where; a large one in a job."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        asked = _("Choose a file first: a workbook in the XLSForm format (.xlsx) or a LimeSurvey survey (.lss).")
        return _show_list(status=422, error=asked)
    try:
        arrived = take_in([*sent_files("file"), *sent_files("files")])
    except DomainError as error:
        return _show_list(status=status_of(error), error=word(error), file=sent.filename)
    return _show_arrived(arrived, sent.filename)


def _show_arrived(arrived: Arrived, file: str) -> ResponseReturnValue:
    study_key = current_study().key
    if arrived.job_id is not None:
        return redirect(url_for("jobs.show_job", study_key=study_key, job_id=arrived.job_id), 303)
    if arrived.version_id is None:
        remarks = _worded(arrived.problems)
        return _show_list(status=422, error=word_code(arrived.error_code, arrived.details), remarks=remarks, file=file)
    flash(_("The form was read. Check it, then publish it."), "good")
    return redirect(url_for(".show_version", study_key=study_key, version_id=arrived.version_id), 303)


@blueprint.get("/arrivals/<uuid:arrival_id>")
@permits(Action.QUESTIONNAIRE_EDIT)
def show_arrival(arrival_id: UUID) -> ResponseReturnValue:
    """Show what came of a form that a job read."""
    arrived, file = find_arrived(arrival_id)
    return _show_arrived(arrived, file)


@blueprint.get("/example.xlsx")
@permits(Action.STUDY_READ)
def download_example() -> ResponseReturnValue:
    """Give a small form to start from."""
    return send_file(
        io.BytesIO(to_xlsx(example_form())),
        mimetype=_WORKBOOK,
        as_attachment=True,
        download_name="exemple_xlsform.xlsx",
    )


@blueprint.get("/versions/<uuid:version_id>/form.<any(xlsx, zip):kind>")
@permits(Action.STUDY_READ)
def download_form(version_id: UUID, kind: str) -> ResponseReturnValue:
    """Give the form as an XLSForm workbook that other tools read, alone or in a zip with its files."""
    session, study = db.session(), current_study()
    row = queries.get_version(session, study.study_id, version_id)
    definition = load_version(session, version_id).definition
    name = f"{definition.form_id}_v{row.number}"
    content = write_form(definition)
    if kind == "zip":
        content = close_parcel(SentFile(f"{name}.xlsx", content), read_files(session, version_id))
    return send_file(
        io.BytesIO(content),
        mimetype=_ZIP if kind == "zip" else _WORKBOOK,
        as_attachment=True,
        download_name=f"{name}.{kind}",
    )


def _worded(problems: list[Any] | tuple[Any, ...]) -> tuple[tuple[str, str], ...]:
    """Return (severity, sentence) of each remark."""
    return tuple(
        (
            each["severity"],
            word_remark(each["code"], each["details"], sheet=each["sheet"], row=each["row"], column=each["column"]),
        )
        for each in problems
    )


@blueprint.get("/versions/<uuid:version_id>")
@permits(Action.STUDY_READ)
def show_version(version_id: UUID) -> ResponseReturnValue:
    """Show a version as on a phone, with its items and its sisters."""
    session, study = db.session(), current_study()
    row = queries.get_version(session, study.study_id, version_id)
    version = load_version(session, version_id)
    locale = version.definition.locale(request.args.get("lang", version.definition.default_locale))
    as_list = request.args.get("view") == "items"
    return render_template(
        "research/questionnaires/version.html",
        row=row,
        version=version,
        locale=locale,
        as_list=as_list,
        pages=() if as_list else preview_pages(version, locale, media_of(version)),
        items=item_rows(version.structure, locale) if as_list else (),
        remarks=_worded(row.warnings),
        versions=queries.list_versions(session, study.study_id, row.questionnaire_id),
        missing_files=file_report(version.definition, tuple(version.files.values())).missing,
    )


@blueprint.get("/versions/<uuid:version_id>/publish")
@permits(Action.QUESTIONNAIRE_EDIT)
def confirm_publication(version_id: UUID) -> ResponseReturnValue:
    """Say what publishing means."""
    session = db.session()
    row = queries.get_version(session, current_study().study_id, version_id)
    version = load_version(session, version_id)
    missing = file_report(version.definition, tuple(version.files.values())).missing
    return render_template("research/questionnaires/publish.html", row=row, missing_files=missing)


@blueprint.post("/versions/<uuid:version_id>/publish")
@permits(Action.QUESTIONNAIRE_EDIT)
@writes
def publish_version(version_id: UUID) -> ResponseReturnValue:
    """Freeze the version."""
    study = current_study()
    publish(db.session(), study.study_id, version_id, account_id=current_account().id)
    flash(_("Published. It can be answered as soon as a collection is open."), "good")
    return redirect(url_for(".show_version", study_key=study.key, version_id=version_id), 303)


@blueprint.route("/versions/<uuid:version_id>/try", methods=["GET", "POST"])
@permits(Action.STUDY_READ)
def try_version(version_id: UUID) -> ResponseReturnValue:
    """Answer in memory: the answers so far travel in the page and are kept nowhere."""
    session, study = db.session(), current_study()
    row = queries.get_version(session, study.study_id, version_id)
    version = load_version(session, version_id)
    locale = version.definition.locale(request.values.get("lang", version.definition.default_locale))
    trial = step_trial(version, locale)
    draft, page, reading = trial.draft, trial.page, trial.reading
    return render_template(
        "research/questionnaires/try.html",
        row=row,
        version=version,
        locale=locale,
        page=page,
        title=trial_title(draft, page, locale) if page else "",
        around=trial_around(draft, page) if page else "",
        questions=trial_questions(draft, page, reading, media_of(version), searched_in(request.form)) if page else (),
        roster=trial_roster(draft, page) if page and page.roster else None,
        so_far=json.dumps(trial.so_far),
        calculated={key: value for key, value in draft.state.calculated.items() if value is not None},
    )
