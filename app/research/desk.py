"""The coding desk: one transcript to read and code, in the text or in a table."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.errors import status_of
from app.extensions import db
from app.research.contexts.acts import Act, TableAct, read_act, read_table_act
from app.research.contexts.passages import build_table_page
from app.research.contexts.reading import build_desk_page, code_value
from app.research.contexts.undoing import say_undone, undone_value
from app.research.contexts.viewing import current_viewer
from app.security import Action, current_account, current_study, may, permits
from app.unit_of_work import writes
from app.wording import word
from coding.queries import find_document, list_codes
from coding.queries.places import code_named, coding_at, current_version, follow
from coding.services import add_coding, comment_coding, create_code, remove_coding
from coding.services.together import keep_act, known_act
from coding.services.undo import Undone, redo, undo
from coding.spans import Span
from core.errors import Conflict, DomainError, Invalid

blueprint = Blueprint("desk", __name__, url_prefix="/studies/<study_key>/transcripts", template_folder="templates")


@blueprint.get("/<uuid:transcript_id>")
@permits(Action.TRANSCRIPT_READ)
def read_transcript(transcript_id: UUID) -> ResponseReturnValue:
    """Show the transcript with its codings."""
    study, account = current_study(), current_account()
    document = find_document(db.session(), study.study_id, transcript_id, current_viewer())
    codes = list_codes(db.session(), study.study_id)
    page = build_desk_page(document, codes, account, study, may_code=may(Action.CODING_EDIT))
    return render_template("research/desk/read.html", page=page)


@blueprint.post("/<uuid:transcript_id>/codings")
@permits(Action.CODING_EDIT)
@writes
def add_codings(transcript_id: UUID) -> ResponseReturnValue:
    """Put codes, or a new one, on a stretch; sent twice it changes nothing."""
    try:
        act = read_act(request.get_json(silent=True))
        return _once(transcript_id, act, _add)
    except DomainError as error:
        return _refusal(error)


@blueprint.post("/<uuid:transcript_id>/codings/remove")
@permits(Action.CODING_EDIT)
@writes
def remove_codings(transcript_id: UUID) -> ResponseReturnValue:
    """Take one's own codes off a stretch; those that are gone already are no error."""
    try:
        act = read_act(request.get_json(silent=True))
        return _once(transcript_id, act, _remove)
    except DomainError as error:
        return _refusal(error)


@blueprint.post("/<uuid:transcript_id>/codings/comment")
@permits(Action.CODING_EDIT)
@writes
def comment_codings(transcript_id: UUID) -> ResponseReturnValue:
    """Set the remark of one's own codings on a stretch."""
    try:
        act = read_act(request.get_json(silent=True))
        return _once(transcript_id, act, _comment)
    except DomainError as error:
        return _refusal(error)


@blueprint.post("/<uuid:transcript_id>/undo")
@permits(Action.CODING_EDIT)
@writes
def undo_coding(transcript_id: UUID) -> ResponseReturnValue:
    """Undo one's last coding here: of today or of last month."""
    return _turn_back(transcript_id, undo)


@blueprint.post("/<uuid:transcript_id>/redo")
@permits(Action.CODING_EDIT)
@writes
def redo_coding(transcript_id: UUID) -> ResponseReturnValue:
    """Do again what was undone last."""
    return _turn_back(transcript_id, redo)


@blueprint.get("/<uuid:transcript_id>/segments")
@permits(Action.TRANSCRIPT_READ)
def list_segments(transcript_id: UUID) -> ResponseReturnValue:
    """Show the same codings as a table, with a form that codes without script."""
    return _show_table(transcript_id, TableAct())


@blueprint.post("/<uuid:transcript_id>/segments")
@permits(Action.CODING_EDIT)
@writes
def code_in_table(transcript_id: UUID) -> ResponseReturnValue:
    """Code the words of a turn named by their numbers or quoted."""
    study = current_study()
    act = read_table_act(request.form)
    try:
        with db.session.begin_nested():
            quote = _code_place(transcript_id, act)
    except DomainError as error:
        return _show_table(transcript_id, act, error), status_of(error)
    flash(_("The words are coded: « %(quote)s »", quote=quote[:120]), "good")
    return redirect(url_for(".list_segments", study_key=study.key, transcript_id=transcript_id, turn=act.turn), 303)


@blueprint.post("/<uuid:transcript_id>/segments/<uuid:coding_id>/remove")
@permits(Action.CODING_EDIT)
@writes
def remove_in_table(transcript_id: UUID, coding_id: UUID) -> ResponseReturnValue:
    """Take a code off."""
    study = current_study()
    current_version(db.session(), study.study_id, transcript_id)
    remove_coding(db.session(), coding_id, account_id=current_account().id)
    flash(_("The coding is removed."), "good")
    return redirect(url_for(".list_segments", study_key=study.key, transcript_id=transcript_id), 303)


@blueprint.post("/<uuid:transcript_id>/segments/<uuid:coding_id>/comment")
@permits(Action.CODING_EDIT)
@writes
def comment_in_table(transcript_id: UUID, coding_id: UUID) -> ResponseReturnValue:
    """Set a remark."""
    study = current_study()
    current_version(db.session(), study.study_id, transcript_id)
    comment_coding(db.session(), coding_id, request.form.get("comment", ""), account_id=current_account().id)
    flash(_("The remark is kept."), "good")
    return redirect(url_for(".list_segments", study_key=study.key, transcript_id=transcript_id), 303)


def _code_place(transcript_id: UUID, act: TableAct) -> str:
    """Put the codes of the form on the words it names; return these words."""
    session, account = db.session(), current_account()
    document = find_document(session, current_study().study_id, transcript_id, current_viewer())
    place = act.place(document)
    if not act.codes and not act.new_code:
        raise Invalid("coding.code_missing")
    codes = [*act.codes, code_of_name(act.new_code)] if act.new_code else act.codes
    for code_id in codes:
        add_coding(session, document.version_id, place.start, place.end, code_id, account.id, comment=act.comment)
    return document.text[place.start : place.end]


def _once(transcript_id: UUID, act: Act, do: Callable[[UUID, Act], dict[str, Any]]) -> dict[str, Any]:
    """Do an act; sent again by its browser, which did not hear of it, it gets the answer of the first time."""
    session, account_id = db.session(), current_account().id
    known = known_act(session, account_id, act.key) if act.key else None
    if known is not None:
        return known
    answer = do(transcript_id, act)
    if act.key:
        keep_act(session, account_id, act.key, answer)
    return answer


def _remove(transcript_id: UUID, act: Act) -> dict[str, Any]:
    for coding_id in _own_codings(transcript_id, act):
        remove_coding(db.session(), coding_id, account_id=current_account().id)
    return {"start": act.start, "end": act.end}


def _comment(transcript_id: UUID, act: Act) -> dict[str, Any]:
    for coding_id in _own_codings(transcript_id, act):
        comment_coding(db.session(), coding_id, act.comment, account_id=current_account().id)
    return {"start": act.start, "end": act.end}


def _add(transcript_id: UUID, act: Act) -> dict[str, Any]:
    study, account, session = current_study(), current_account(), db.session()
    version_id, place = _place_of(transcript_id, act)
    code_ids = [code_of_name(act.new_code)] if act.new_code else act.code_ids()
    answer: dict[str, Any] = {"start": place.start, "end": place.end}
    for code_id in code_ids:
        result = add_coding(session, version_id, place.start, place.end, code_id, account.id, comment=act.comment)
        answer = {"start": result.start, "end": result.end}
    answer["version"] = str(version_id)
    if act.new_code:
        made = next(code for code in list_codes(session, study.study_id) if code.code_id == code_ids[0])
        answer["code"] = code_value(made)
    return answer


def code_of_name(name: str) -> UUID:
    """Return the code of that name, made when there is none: the same act may arrive twice."""
    study = current_study()
    name = " ".join(name.split())
    known = code_named(db.session(), study.study_id, name)
    if known is not None:
        return known
    return create_code(db.session(), study.study_id, name, account_id=current_account().id).id


def _own_codings(transcript_id: UUID, act: Act) -> list[UUID]:
    version_id, place = _place_of(transcript_id, act)
    found = (
        coding_at(db.session(), version_id, place.start, place.end, code_id=code_id, coder_id=current_account().id)
        for code_id in act.code_ids()
    )
    return [coding_id for coding_id in found if coding_id is not None]


def _turn_back(transcript_id: UUID, turn: Callable[..., Undone | None]) -> ResponseReturnValue:
    """Undo or redo for the script (JSON) or for the table's buttons (a form)."""
    study, account, session = current_study(), current_account(), db.session()
    sent = request.get_json(silent=True) if request.is_json else {}
    key = str(sent.get("key", ""))[:100] if isinstance(sent, dict) else ""
    version_id = current_version(session, study.study_id, transcript_id)
    try:
        done = turn(session, study.study_id, transcript_id, account.id, key=key)
        sentence = say_undone(done, is_undo=turn is undo)
    except Conflict as error:
        done, sentence = None, word(error)
    if request.is_json:
        return {"sentence": sentence, "version": str(version_id), **undone_value(done)}
    flash(sentence, "info")
    return redirect(url_for(".list_segments", study_key=study.key, transcript_id=transcript_id), 303)


def _place_of(transcript_id: UUID, act: Act) -> tuple[UUID, Span]:
    """Return the current version and where the words of the act stand in it, corrected meanwhile or not."""
    session, place = db.session(), Span(act.start, act.end)
    version_id = current_version(session, current_study().study_id, transcript_id)
    if act.version_id is None or act.version_id == version_id:
        return version_id, place
    followed, place = follow(session, act.version_id, place)
    if followed != version_id:
        raise Invalid("coding.act_unreadable")
    return version_id, place


def _refusal(error: DomainError) -> ResponseReturnValue:
    return {"sentence": word(error), "code": None}, status_of(error)


def _show_table(transcript_id: UUID, act: TableAct, error: DomainError | None = None) -> str:
    study = current_study()
    document = find_document(db.session(), study.study_id, transcript_id, current_viewer())
    page = build_table_page(
        document,
        list_codes(db.session(), study.study_id),
        act,
        account_id=current_account().id,
        only_mine=request.args.get("who") == "mine",
        turn=request.args.get("turn", ""),
        error=word(error) if error else None,
    )
    return render_template("research/desk/table.html", page=page)
