"""The corpus: the list of transcripts, files that come in, who speaks in each."""

from dataclasses import replace
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.errors import status_of
from app.extensions import db
from app.research.contexts.corpus import (
    KINDS,
    DraftForm,
    as_kind,
    as_role,
    build_corpus_page,
    build_draft_form,
    kind_name,
    optional_uuid,
    read_attributes,
    role_options,
    speaker_choices,
)
from app.research.contexts.design_choices import read_design_choices
from app.research.contexts.viewing import current_viewer
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from app.wording import word
from coding import queries
from coding.pending import PendingDraft, forget_pending, keep_files, list_pending
from coding.services import (
    delete_transcript,
    link_participant,
    rename_speaker,
    rename_transcript,
    set_speaker,
)
from coding.transcripts import MAX_FILE_BYTES, import_transcript
from core.errors import DomainError, Invalid

blueprint = Blueprint(
    "transcripts", __name__, url_prefix="/studies/<study_key>/transcripts", template_folder="templates"
)


@blueprint.get("/")
@permits(Action.TRANSCRIPT_READ)
def list_transcripts() -> ResponseReturnValue:
    """Show the corpus."""
    rows = queries.list_transcripts(db.session(), current_study().study_id, current_viewer())
    page = build_corpus_page(rows, request.args)
    return render_template("research/transcripts/list.html", page=page, kind_name=kind_name)


@blueprint.get("/import")
@permits(Action.TRANSCRIPT_IMPORT)
def choose_files() -> ResponseReturnValue:
    """Ask for files."""
    return render_template("research/transcripts/import.html", errors=(), limit=MAX_FILE_BYTES // 1_000_000)


@blueprint.post("/import")
@permits(Action.TRANSCRIPT_IMPORT)
@writes
def receive_files() -> ResponseReturnValue:
    """Keep the files that can be read, say why the others cannot, and go on to the review."""
    sent = [(each.filename or "", each.read()) for each in request.files.getlist("files") if each.filename]
    study = current_study()
    if not sent:
        return _refuse_files([_("Choose at least one file.")])
    try:
        errors = keep_files(db.session(), study.study_id, current_account().id, sent)
    except Invalid as error:
        return _refuse_files([word(error)])
    sentences = [word(error) for error in errors]
    if len(errors) == len(sent):
        return _refuse_files(sentences)
    for sentence in sentences:
        flash(sentence, "danger")
    return redirect(url_for(".review_files", study_key=study.key), 303)


@blueprint.get("/import/review")
@permits(Action.TRANSCRIPT_IMPORT)
def review_files() -> ResponseReturnValue:
    """Show what was recognised in each file."""
    pending = list_pending(db.session(), current_study().study_id, current_account().id)
    return _show_review([build_draft_form(each, request.form) for each in pending])


@blueprint.post("/import/review")
@permits(Action.TRANSCRIPT_IMPORT)
@writes
def import_files() -> ResponseReturnValue:
    """Import the files that are in order; the others stay, each with what is wrong."""
    study, account, session = current_study(), current_account(), db.session()
    left: list[DraftForm] = []
    imported = 0
    for pending in list_pending(session, study.study_id, account.id):
        form = build_draft_form(pending, request.form)
        try:
            with session.begin_nested():
                imported += _import(pending, form)
        except DomainError as error:
            left.append(replace(form, error=word(error)))
    if imported:
        flash(ngettext("%(num)s transcript imported.", "%(num)s transcripts imported.", imported), "good")
    if left:
        # 200 and not 422: what is in order has been imported, and must be kept.
        return _show_review(left)
    return redirect(url_for(".list_transcripts", study_key=study.key), 303)


@blueprint.get("/<uuid:transcript_id>/edit")
@permits(Action.TRANSCRIPT_IMPORT)
def edit_transcript(transcript_id: UUID) -> ResponseReturnValue:
    """Show title, person and speakers of a transcript."""
    return _show_edit(transcript_id)


@blueprint.post("/<uuid:transcript_id>/edit")
@permits(Action.TRANSCRIPT_IMPORT)
@writes
def keep_transcript(transcript_id: UUID) -> ResponseReturnValue:
    """Keep title, person, and each speaker's name, role and person."""
    study = current_study()
    try:
        _keep(transcript_id)
    except DomainError as error:
        db.session.expire_all()
        return _show_edit(transcript_id, word(error)), status_of(error)
    flash(_("The transcript is up to date."), "good")
    return redirect(url_for("desk.read_transcript", study_key=study.key, transcript_id=transcript_id), 303)


@blueprint.post("/<uuid:transcript_id>/delete")
@permits(Action.TRANSCRIPT_IMPORT)
@writes
def delete(transcript_id: UUID) -> ResponseReturnValue:
    """Delete a transcript with its codings; the trail keeps them."""
    study = current_study()
    count = delete_transcript(db.session(), study.study_id, transcript_id, account_id=current_account().id)
    said = ngettext(
        "The transcript is deleted, with %(num)s coding; the audit trail keeps it.",
        "The transcript is deleted, with %(num)s codings; the audit trail keeps them.",
        count,
    )
    flash(_("Deleted.") if study.is_blind else said, "good")
    return redirect(url_for(".list_transcripts", study_key=study.key), 303)


def _import(pending: PendingDraft, form: DraftForm) -> int:
    """Import one file, or set it aside; return how many transcripts that made."""
    study, account, session = current_study(), current_account(), db.session()
    if form.action == "later":
        return 0
    if form.action != "forget":
        import_transcript(
            session,
            study.study_id,
            pending.draft,
            title=form.title,
            participant_id=optional_uuid(form.participant),
            site_id=optional_uuid(form.site),
            wave_id=optional_uuid(form.wave),
            kind=as_kind(form.kind),
            speakers=speaker_choices(form),
            attributes=read_attributes(form.attributes),
            account_id=account.id,
        )
    forget_pending(session, study.study_id, account.id, pending.id)
    return int(form.action != "forget")


def _keep(transcript_id: UUID) -> None:
    study, account, session, form = current_study(), current_account(), db.session(), request.form
    with session.begin_nested():
        rename_transcript(session, study.study_id, transcript_id, form.get("title", ""), account_id=account.id)
        link_participant(
            session, study.study_id, transcript_id, optional_uuid(form.get("participant", "")), account_id=account.id
        )
        document = queries.find_document(session, study.study_id, transcript_id, current_viewer())
        for speaker in document.speakers:
            key = speaker.speaker_id.hex
            if f"role-{key}" not in form:
                continue
            set_speaker(
                session,
                study.study_id,
                speaker.speaker_id,
                role=as_role(form[f"role-{key}"]),
                participant_id=optional_uuid(form.get(f"participant-{key}", "")),
                account_id=account.id,
            )
            name = form.get(f"name-{key}", speaker.label)
            if name.strip() != speaker.label:
                rename_speaker(session, study.study_id, speaker.speaker_id, name, account_id=account.id)


def _refuse_files(sentences: list[str]) -> ResponseReturnValue:
    limit = MAX_FILE_BYTES // 1_000_000
    return render_template("research/transcripts/import.html", errors=sentences, limit=limit), 422


def _show_review(forms: list[DraftForm]) -> str:
    return render_template(
        "research/transcripts/review.html",
        drafts=forms,
        design=read_design_choices(db.session(), current_study().study_id),
        kinds=tuple((kind.value, str(name)) for kind, name in KINDS.items()),
        roles=role_options(),
    )


def _show_edit(transcript_id: UUID, error: str | None = None) -> str:
    study = current_study()
    document = queries.find_document(db.session(), study.study_id, transcript_id, current_viewer())
    return render_template(
        "research/transcripts/edit.html",
        document=document,
        error=error,
        form=request.form,
        design=read_design_choices(db.session(), study.study_id),
        roles=role_options(),
    )
