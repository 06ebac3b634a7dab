"""Key a sheet of paper in: by its code, on one screen, by keyboard; a second time to check; settle what differs."""

from collections.abc import Mapping
from dataclasses import asdict

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_time
from flask_babel import gettext as _

from app.errors import status_of
from app.extensions import db
from app.research.contexts.keying import choice_labels, field_rows
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from app.wording import word
from core.clock import now
from core.errors import Conflict, DomainError, Invalid, NotFound
from surveys.paper.checking import differences, finish_second, settle
from surveys.paper.entries import find_entry, finish_first, is_withdrawn, keep_entry
from surveys.paper.keyed import Keyed, read_entry
from surveys.paper.plan import plan_of
from surveys.paper.sheets import Sheet, find_sheet
from surveys.tokens import spell
from surveys.versions import load_version

blueprint = Blueprint("keying", __name__, url_prefix="/studies/<study_key>/keying", template_folder="templates")
FIRST, SECOND = 1, 2


@blueprint.get("/")
@permits(Action.PAPER_KEY)
def ask_sheet() -> ResponseReturnValue:
    """Ask for the code of a sheet, typed or scanned."""
    return render_template("research/keying/ask.html", error="", typed="")


@blueprint.post("/")
@permits(Action.PAPER_KEY)
@writes
def open_sheet() -> ResponseReturnValue:
    """Go to a sheet."""
    typed = request.form.get("code", "")[:40]
    try:
        sheet = find_sheet(db.session(), current_study().study_id, typed)
    except NotFound as error:
        return render_template("research/keying/ask.html", error=word(error), typed=typed), 404
    return redirect(url_for(".show_sheet", study_key=current_study().key, code=sheet.code), 303)


def _sheet(code: str) -> Sheet:
    return find_sheet(db.session(), current_study().study_id, code)


@blueprint.get("/<code>")
@permits(Action.PAPER_KEY)
def show_sheet(code: str) -> ResponseReturnValue:
    """Show a sheet to key, or where it stands once it is keyed."""
    session, sheet = db.session(), _sheet(code)
    if is_withdrawn(session, sheet):
        return render_template("research/keying/withdrawn.html", sheet=sheet, code=spell(sheet.code))
    first, second = find_entry(session, sheet, FIRST), find_entry(session, sheet, SECOND)
    if first is None or first.finished_at is None:
        return _show_fields(sheet, FIRST, first.typed if first else {})
    is_checked = second is not None and second.finished_at is not None
    waiting = second is not None and is_checked and second.settled_at is None
    return render_template(
        "research/keying/done.html",
        sheet=sheet,
        code=spell(sheet.code),
        keyed_at=first.finished_at,
        is_checked=is_checked,
        differences=len(differences(session, sheet)) if waiting else 0,
    )


@blueprint.get("/<code>/second")
@permits(Action.PAPER_KEY)
def show_second(code: str) -> ResponseReturnValue:
    """Show a sheet to key a second time, without what was keyed first."""
    session, sheet = db.session(), _sheet(code)
    first, second = find_entry(session, sheet, FIRST), find_entry(session, sheet, SECOND)
    if first is None or first.finished_at is None:
        raise Conflict("paper.first_not_finished")
    if second is not None and second.finished_at is not None:
        return redirect(url_for(".show_sheet", study_key=current_study().key, code=sheet.code), 303)
    return _show_fields(sheet, SECOND, second.typed if second else {})


def _show_fields(
    sheet: Sheet, rank: int, typed: Mapping[str, str], *, error: str = "", status: int = 200
) -> ResponseReturnValue:
    version = load_version(db.session(), sheet.version_id)
    keyed = read_entry(version, sheet, typed, moment=now())
    page = render_template(
        "research/keying/sheet.html",
        sheet=sheet,
        rank=rank,
        code=spell(sheet.code),
        title=version.definition.title,
        locale=version.definition.locale(sheet.locale),
        rows=field_rows(version, sheet, keyed),
        error=error,
    )
    return page, status


@blueprint.post("/<code>")
@permits(Action.PAPER_KEY)
@writes
def key_sheet(code: str) -> ResponseReturnValue:
    """Keep what was typed so far, or end the first entry."""
    return _keep(_sheet(code), FIRST)


@blueprint.post("/<code>/second")
@permits(Action.PAPER_KEY)
@writes
def key_second(code: str) -> ResponseReturnValue:
    """Keep what was typed so far, or end the second entry."""
    return _keep(_sheet(code), SECOND)


def _keep(sheet: Sheet, rank: int) -> ResponseReturnValue:
    typed = {name: value for name, value in request.form.items() if name not in ("csrf_token", "act")}
    wants_data = request.accept_mimetypes.best == "application/json"
    try:
        if request.form.get("act") == "finish":
            return _finish(sheet, rank, typed)
        _entry, keyed = keep_entry(db.session(), sheet, rank, typed, account_id=current_account().id)
    except Invalid as error:
        # Not an error status: what was typed is kept, and only the end waits.
        return _show_fields(sheet, rank, typed, error=word(error))
    except DomainError as error:
        if wants_data:
            return jsonify(error=word(error)), status_of(error)
        return _show_fields(sheet, rank, typed, error=word(error), status=status_of(error))
    if wants_data:
        return jsonify(_state(sheet, keyed))
    flash(_("Kept. You may go on later."), "good")
    return redirect(request.full_path.rstrip("?"), 303)


def _state(sheet: Sheet, keyed: Keyed) -> dict[str, object]:
    """Return what the screen's script shows: what was understood, field by field."""
    rows = field_rows(load_version(db.session(), sheet.version_id), sheet, keyed)
    names = ("meaning", "problem", "warning", "is_off", "has_surplus")
    fields = {row.key: {name: value for name, value in asdict(row).items() if name in names} for row in rows}
    return {"fields": fields, "saved": _("Kept at %(time)s", time=format_time(now(), "medium"))}


def _finish(sheet: Sheet, rank: int, typed: Mapping[str, str]) -> ResponseReturnValue:
    study, account_id = current_study(), current_account().id
    if rank == FIRST:
        finish_first(db.session(), sheet, typed, account_id=account_id)
        flash(_("Sheet %(code)s is keyed.", code=spell(sheet.code)), "good")
        return redirect(url_for(".ask_sheet", study_key=study.key), 303)
    if finish_second(db.session(), sheet, typed, account_id=account_id):
        return redirect(url_for(".show_differences", study_key=study.key, code=sheet.code), 303)
    flash(_("Both entries of sheet %(code)s say the same.", code=spell(sheet.code)), "good")
    return redirect(url_for(".ask_sheet", study_key=study.key), 303)


@blueprint.get("/<code>/differences")
@permits(Action.PAPER_KEY)
def show_differences(code: str) -> ResponseReturnValue:
    """List what two entries read otherwise."""
    return _show_differences(_sheet(code), {})


def _show_differences(
    sheet: Sheet, chosen: Mapping[str, str], *, error: str = "", status: int = 200
) -> ResponseReturnValue:
    version = load_version(db.session(), sheet.version_id)
    plan = plan_of(version.structure)
    lines = [
        {
            "row": each,
            "label": version.definition.text(each.field.stop.item.labels, sheet.locale)[0],
            "codes": [
                (code, choice_labels(version, each.field.stop.item, sheet.locale).get(name, name))
                for name, code in plan.codes.get(each.field.stop.item.key, {}).items()
            ],
            "chosen": chosen.get(each.field.key, ""),
        }
        for each in differences(db.session(), sheet)
    ]
    page = render_template(
        "research/keying/differences.html", sheet=sheet, code=spell(sheet.code), lines=lines, error=error
    )
    return page, status


@blueprint.post("/<code>/differences")
@permits(Action.PAPER_KEY)
@writes
def settle_differences(code: str) -> ResponseReturnValue:
    """Take what was decided with the sheet in hand."""
    sheet = _sheet(code)
    chosen = {name: value for name, value in request.form.items() if name != "csrf_token"}
    try:
        left = settle(db.session(), sheet, chosen, account_id=current_account().id)
    except DomainError as error:
        return _show_differences(sheet, chosen, error=word(error), status=status_of(error))
    if left:
        sentence = _("Decide on every line: read the sheet again.")
        return _show_differences(sheet, chosen, error=sentence, status=422)
    flash(_("Settled: the response of sheet %(code)s holds what you decided.", code=spell(sheet.code)), "good")
    return redirect(url_for(".ask_sheet", study_key=current_study().key), 303)
