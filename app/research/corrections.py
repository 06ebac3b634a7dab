"""A transcript's words are corrected, its earlier versions read, and the coded passages that changed looked at."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.errors import status_of
from app.extensions import db
from app.research.contexts.corrections import build_touched, build_versions, build_words_page, read_words
from app.research.contexts.viewing import current_viewer
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from app.wording import word
from coding.queries import find_document
from coding.queries.versions import list_versions
from coding.services.corrections import Corrected, correct_words, restore_text, settle_segment
from core.errors import DomainError

blueprint = Blueprint(
    "corrections",
    __name__,
    url_prefix="/studies/<study_key>/transcripts/<uuid:transcript_id>",
    template_folder="templates",
)


@blueprint.get("/words")
@permits(Action.TRANSCRIPT_IMPORT)
def show_words(transcript_id: UUID) -> ResponseReturnValue:
    """Show the turns, some at a time, each in a field."""
    return _show_words(transcript_id)


@blueprint.post("/words")
@permits(Action.TRANSCRIPT_IMPORT)
@writes
def keep_words(transcript_id: UUID) -> ResponseReturnValue:
    """Keep the words of the turns shown, as one new version."""
    study, account, session = current_study(), current_account(), db.session()
    document = find_document(session, study.study_id, transcript_id, current_viewer())
    try:
        with session.begin_nested():
            done = correct_words(
                session,
                study.study_id,
                transcript_id,
                read_words(document, request.form),
                version_id=request.form.get("version", default=document.version_id, type=UUID),
                account_id=account.id,
            )
    except DomainError as error:
        return _show_words(transcript_id, word(error)), status_of(error)
    _tell(done)
    page = request.form.get("page", default=1, type=int)
    return redirect(url_for(".show_words", study_key=study.key, transcript_id=transcript_id, page=page), 303)


@blueprint.get("/versions")
@permits(Action.TRANSCRIPT_IMPORT)
def show_versions(transcript_id: UUID) -> ResponseReturnValue:
    """List the versions with what each changed."""
    study = current_study()
    document = find_document(db.session(), study.study_id, transcript_id, current_viewer())
    versions = build_versions(list_versions(db.session(), study.study_id, transcript_id))
    return render_template("research/transcripts/versions.html", document=document, versions=versions)


@blueprint.post("/versions/<int:number>")
@permits(Action.TRANSCRIPT_IMPORT)
@writes
def restore(transcript_id: UUID, number: int) -> ResponseReturnValue:
    """Bring an earlier text back."""
    study = current_study()
    try:
        done = restore_text(
            db.session(),
            study.study_id,
            transcript_id,
            number,
            version_id=request.form.get("version", default=transcript_id, type=UUID),
            account_id=current_account().id,
        )
    except DomainError as error:
        flash(word(error), "danger")
    else:
        _tell(done)
    return redirect(url_for(".show_versions", study_key=study.key, transcript_id=transcript_id), 303)


@blueprint.get("/touched")
@permits(Action.TRANSCRIPT_IMPORT)
def show_touched(transcript_id: UUID) -> ResponseReturnValue:
    """List the coded passages whose words were corrected."""
    document = find_document(db.session(), current_study().study_id, transcript_id, current_viewer())
    return render_template("research/transcripts/touched.html", document=document, passages=build_touched(document))


@blueprint.post("/touched/<uuid:segment_id>")
@permits(Action.TRANSCRIPT_IMPORT)
@writes
def settle(transcript_id: UUID, segment_id: UUID) -> ResponseReturnValue:
    """Say that a passage stands as it is."""
    study = current_study()
    settle_segment(db.session(), study.study_id, segment_id, account_id=current_account().id)
    return redirect(url_for(".show_touched", study_key=study.key, transcript_id=transcript_id), 303)


def _tell(done: Corrected) -> None:
    if not done.change_count:
        flash(_("Nothing was changed."), "info")
        return
    sentence = ngettext("%(num)s place corrected.", "%(num)s places corrected.", done.change_count)
    if done.touched_count:
        sentence += " " + ngettext(
            "The words of %(num)s coded passage were corrected.",
            "The words of %(num)s coded passages were corrected.",
            done.touched_count,
        )
    flash(sentence, "good")


def _show_words(transcript_id: UUID, error: str = "") -> str:
    document = find_document(db.session(), current_study().study_id, transcript_id, current_viewer())
    page = build_words_page(document, request.values.get("page", default=1, type=int), request.form, error)

    def page_address(wanted: int) -> str:
        return url_for(".show_words", study_key=current_study().key, transcript_id=transcript_id, page=wanted)

    return render_template("research/transcripts/words.html", page=page, page_address=page_address)
