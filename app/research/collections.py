"""Collections of a study: open, show the address, follow, read the answers, take them away, close."""

from uuid import UUID

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from app.datafiles.plain import sheet_names
from app.errors import status_of
from app.extensions import db
from app.research.contexts.collections import (
    all_answers,
    hidden_counts,
    items_of,
    missing_name,
    page_counts,
    read_moment,
    reason_name,
    state_of_response,
    version_counts,
)
from app.research.contexts.design_choices import read_design_choices
from app.research.contexts.following import following
from app.research.contexts.invitations import picture_of
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from app.wording import word
from coding.models import Transcript
from coding.transcripts import OpenText, import_texts
from core.clock import now
from core.errors import DomainError
from core.tables import PLAIN, SPREADSHEET
from studies.models import Population
from surveys import queries
from surveys.exports import write_csv, write_workbook
from surveys.invitations import count_invitations
from surveys.models import Collection
from surveys.repeated import repeat_tables
from surveys.services import close_collection, open_collection, reopen_collection
from surveys.tokens import spell

blueprint = Blueprint(
    "collections", __name__, url_prefix="/studies/<study_key>/collections", template_folder="templates"
)


class CollectionForm(FlaskForm):
    """A published version opened to a population in a wave."""

    version = SelectField(validators=[InputRequired()])
    title = StringField(validators=[InputRequired(), Length(max=200)])
    population = SelectField(validators=[Optional()])
    wave = SelectField(validators=[Optional()])
    opens_on = DateField(validators=[Optional()])
    closes_on = DateField(validators=[Optional()])


def _form() -> CollectionForm:
    session, study = db.session(), current_study()
    form = CollectionForm()
    populations = session.execute(
        select(Population.id, Population.name)
        .where(Population.study_id == study.study_id)
        .order_by(Population.position)
    )
    waves = read_design_choices(session, study.study_id).waves
    form.version.choices = [
        (
            str(row.published_version_id),
            _("%(title)s, version %(number)s", title=row.title, number=row.published_number),
        )
        for row in queries.list_questionnaires(session, study.study_id)
        if row.published_version_id
    ]
    form.population.choices = [("", _("Anyone")), *((str(id_), name) for id_, name in populations)]
    form.wave.choices = [("", _("No wave")), *waves]
    labels = {
        "version": _("Questionnaire"),
        "title": _("Title of the collection"),
        "population": _("Who is asked"),
        "wave": _("Wave"),
        "opens_on": _("Opens on"),
        "closes_on": _("Closes on, at the end of the day"),
    }
    for name, label in labels.items():
        form[name].label.text = label
    return form


@blueprint.get("/")
@permits(Action.STUDY_READ)
def list_collections() -> ResponseReturnValue:
    """List the collections."""
    rows = queries.list_collections(db.session(), current_study().study_id)
    return render_template("research/collections/list.html", rows=rows, spell=spell)


@blueprint.get("/new")
@permits(Action.COLLECTION_MANAGE)
def ask_collection() -> ResponseReturnValue:
    """Ask what to open, to whom, when."""
    form = _form()
    form.version.data = request.args.get("version", form.version.data)
    return render_template("research/collections/new.html", form=form)


@blueprint.post("/new")
@permits(Action.COLLECTION_MANAGE)
@writes
def create_collection() -> ResponseReturnValue:
    """Open a collection."""
    form, study = _form(), current_study()
    if not form.validate_on_submit():
        return render_template("research/collections/new.html", form=form), 422
    try:
        collection = open_collection(
            db.session(),
            study.study_id,
            version_id=UUID(form.version.data),
            title=form.title.data,
            population_id=UUID(form.population.data) if form.population.data else None,
            wave_id=UUID(form.wave.data) if form.wave.data else None,
            opens_at=read_moment(form.opens_on.data.isoformat() if form.opens_on.data else ""),
            closes_at=read_moment(form.closes_on.data.isoformat() if form.closes_on.data else "", end=True),
            account_id=current_account().id,
        )
    except DomainError as error:
        form.form_errors.append(word(error))
        return render_template("research/collections/new.html", form=form), status_of(error)
    _warn_of_the_common_address(collection)
    return redirect(url_for(".show_collection", study_key=study.key, collection_id=collection.id), 303)


def _warn_of_the_common_address(collection: Collection) -> None:
    """Say at once that the common address links nobody, when the people of the collection are on the list."""
    if collection.population_id and count_invitations(db.session(), collection.study_id, collection.id).people:
        flash(_("The collection is open. Its people are on the list: make their personal links."), "warning")


@blueprint.get("/<uuid:collection_id>")
@permits(Action.STUDY_READ)
def show_collection(collection_id: UUID) -> ResponseReturnValue:
    """Show the address and how far the collection is."""
    session, study = db.session(), current_study()
    row = queries.get_collection(session, study.study_id, collection_id)
    progress = queries.collection_progress(session, study.study_id, collection_id)
    versions = queries.collection_versions(session, study.study_id, collection_id)
    limit = study.disclosure_threshold
    return render_template(
        "research/collections/show.html",
        row=row,
        progress=progress,
        address=_address(row.token),
        code=spell(row.token),
        states=hidden_counts(
            {state_of_response(state): count for state, count in progress.by_state.items()}, limit, unknown=""
        ),
        pages=page_counts(progress, versions, limit),
        versions=version_counts(progress, limit),
        sites=hidden_counts(progress.by_site, limit, unknown=_("no site known"), anonymous=progress.anonymous),
        arms=hidden_counts(progress.by_arm, limit, unknown=_("no group known"), anonymous=progress.anonymous),
        invitations=count_invitations(session, study.study_id, collection_id),
        charts=following(session, study.study_id, collection_id, progress, limit),
        threshold=limit,
    )


def _address(token: str) -> str:
    return str(current_app.config["SETTINGS"].public_url) + url_for("respond.show_welcome", code=token)


@blueprint.get("/<uuid:collection_id>/poster")
@permits(Action.STUDY_READ)
def show_poster(collection_id: UUID) -> ResponseReturnValue:
    """Show a page to print and hang up."""
    study = current_study()
    row = queries.get_collection(db.session(), study.study_id, collection_id)
    return render_template(
        "research/collections/poster.html",
        row=row,
        group=None,
        address=_address(row.token),
        code=spell(row.token),
        picture=picture_of(_address(row.token)),
        line=request.args.get("line", "").strip()[:200],
        action=url_for(".show_poster", study_key=study.key, collection_id=collection_id),
    )


@blueprint.post("/<uuid:collection_id>/close")
@permits(Action.COLLECTION_MANAGE)
@writes
def close(collection_id: UUID) -> ResponseReturnValue:
    """Close now; what comes later goes to quarantine."""
    study = current_study()
    close_collection(db.session(), study.study_id, collection_id, account_id=current_account().id)
    flash(_("Closed. What still arrives is kept in quarantine."), "good")
    return redirect(url_for(".show_collection", study_key=study.key, collection_id=collection_id), 303)


@blueprint.post("/<uuid:collection_id>/reopen")
@permits(Action.COLLECTION_MANAGE)
@writes
def reopen(collection_id: UUID) -> ResponseReturnValue:
    """Open again, without end."""
    study = current_study()
    reopen_collection(db.session(), study.study_id, collection_id, account_id=current_account().id)
    flash(_("Open again."), "good")
    return redirect(url_for(".show_collection", study_key=study.key, collection_id=collection_id), 303)


@blueprint.get("/<uuid:collection_id>/answers")
@permits(Action.EXPORT)
def show_answers(collection_id: UUID) -> ResponseReturnValue:
    """Show the answers item by item."""
    session, study = db.session(), current_study()
    row = queries.get_collection(session, study.study_id, collection_id)
    answers = all_answers(session, study.study_id, collection_id, study.disclosure_threshold)
    return render_template(
        "research/collections/answers.html",
        row=row,
        items=answers.items,
        tables=answers.tables,
        missing_name=missing_name,
        threshold=study.disclosure_threshold,
    )


@blueprint.get("/<uuid:collection_id>/answers/<path:key>")
@permits(Action.TRANSCRIPT_READ)
def show_texts(collection_id: UUID, key: str) -> ResponseReturnValue:
    """Show what was written in answer to one question."""
    return _show_texts(collection_id, key)


def _show_texts(collection_id: UUID, key: str, *, error: str = "", status: int = 200) -> ResponseReturnValue:
    session, study = db.session(), current_study()
    row = queries.get_collection(session, study.study_id, collection_id)
    texts = queries.open_answers(session, study.study_id, collection_id, key)
    page = render_template(
        "research/collections/texts.html", row=row, key=key, label=_label(row, key), texts=texts, error=error
    )
    return page, status


def _label(row: queries.CollectionRow, key: str) -> str:
    """Return the words of a question, as the latest version that asks it has them."""
    session, study = db.session(), current_study()
    found = items_of(queries.collection_versions(session, study.study_id, row.id)).get(key)
    return (found[0].text(found[1].labels, study.locale)[0] if found else "") or key


@blueprint.post("/<uuid:collection_id>/answers/<path:key>")
@permits(Action.TRANSCRIPT_IMPORT)
@writes
def code_texts(collection_id: UUID, key: str) -> ResponseReturnValue:
    """Put the texts on the coding desk, as one transcript; values cross, not rows."""
    session, study = db.session(), current_study()
    row = queries.get_collection(session, study.study_id, collection_id)
    answers = queries.open_answers(session, study.study_id, collection_id, key, for_copying=True)
    try:
        transcript = import_texts(
            session,
            study.study_id,
            _title_of_texts(row, key),
            [_open_text(answer, number) for number, answer in enumerate(answers, start=1)],
            source_reference=f"{collection_id}/{key}",
            account_id=current_account().id,
        )
    except DomainError as error:
        return _show_texts(collection_id, key, error=word(error), status=status_of(error))
    flash(_("The answers are on the coding desk, under “%(title)s”.", title=transcript.title), "good")
    return redirect(url_for("desk.read_transcript", study_key=study.key, transcript_id=transcript.id), 303)


def _title_of_texts(row: queries.CollectionRow, key: str) -> str:
    """Name a transcript by the question's words and the wave; one that comes again says its moment."""
    session, study = db.session(), current_study()
    title = f"{_label(row, key)[:160]} – {row.title}"
    taken = session.scalar(
        select(Transcript.id).where(Transcript.study_id == study.study_id, Transcript.title == title)
    )
    return f"{title} ({format_datetime(now(), 'short')})" if taken else title


def _open_text(answer: queries.OpenAnswer, number: int) -> OpenText:
    return OpenText(
        text=answer.text,
        source_id=answer.response_id,
        participant_id=answer.participant_id,
        speaker_label=answer.pseudonym or _("Answer %(number)s", number=number),
    )


@blueprint.get("/<uuid:collection_id>/answers.csv")
@permits(Action.EXPORT)
def export_csv(collection_id: UUID) -> ResponseReturnValue:
    """Give the answers as CSV, or those of one repeat: for a spreadsheet, or plain for programs."""
    session, study = db.session(), current_study()
    row = queries.get_collection(session, study.study_id, collection_id)
    version = queries.collection_version(session, study.study_id, collection_id)
    asked = request.args.get("repeat", "")
    table = next((each for each in repeat_tables(version.definition) if each.repeat.key == asked), None)
    if asked and table is None:
        abort(404)
    rows = queries.stream_responses(session, study.study_id, collection_id)
    style = PLAIN if request.args.get("style") == "plain" else SPREADSHEET
    content = "".join(write_csv(version.definition, rows, table=table, style=style)).encode()
    end = f"-{table.repeat.name}" if table else ""
    return _download(content, "text/csv; charset=utf-8", f"{study.key}-{row.token}{end}.csv")


@blueprint.get("/<uuid:collection_id>/answers.xlsx")
@permits(Action.EXPORT)
def export_workbook(collection_id: UUID) -> ResponseReturnValue:
    """Give the answers as a workbook: codes, labels, codebook."""
    session, study = db.session(), current_study()
    row = queries.get_collection(session, study.study_id, collection_id)
    version = queries.collection_version(session, study.study_id, collection_id)
    rows = queries.stream_responses(session, study.study_id, collection_id)
    content = write_workbook(version.definition, rows, locale=study.locale, names=sheet_names())
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _download(content, kind, f"{study.key}-{row.token}.xlsx")


def _download(content: bytes, kind: str, name: str) -> Response:
    return Response(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@blueprint.get("/<uuid:collection_id>/quarantine")
@permits(Action.EXPORT)
def show_quarantine(collection_id: UUID) -> ResponseReturnValue:
    """Show what arrived and fitted nowhere."""
    session, study = db.session(), current_study()
    row = queries.get_collection(session, study.study_id, collection_id)
    kept = queries.list_quarantine(session, study.study_id, collection_id)
    return render_template("research/collections/quarantine.html", row=row, kept=kept, reason_name=reason_name)
