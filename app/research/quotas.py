"""Quotas of a collection: how many of each kind are wanted, how many came."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.errors import status_of
from app.extensions import db
from app.research.contexts.quotas import gauges, quota_choices
from app.research.quota_forms import QuotaForm, read_target
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from app.wording import word
from core.errors import DomainError
from surveys import queries
from surveys.fieldwork.quota_desk import add_quotas, change_target, count_anew, delete_quota
from surveys.fieldwork.quota_offer import offered_quotas

blueprint = Blueprint(
    "quotas",
    __name__,
    url_prefix="/studies/<study_key>/collections/<uuid:collection_id>/quotas",
    template_folder="templates",
)


def _list(collection_id: UUID, problem: str = "") -> str:
    session, study = db.session(), current_study()
    return render_template(
        "research/quotas/list.html",
        row=queries.get_collection(session, study.study_id, collection_id),
        gauges=gauges(session, study.study_id, collection_id, study.disclosure_threshold, study.locale),
        threshold=study.disclosure_threshold,
        offered=offered_quotas(session, study.study_id, collection_id),
        problem=problem,
    )


def _back(collection_id: UUID) -> ResponseReturnValue:
    return redirect(url_for(".list_quotas", study_key=current_study().key, collection_id=collection_id), 303)


@blueprint.get("/")
@permits(Action.STUDY_READ)
def list_quotas(collection_id: UUID) -> ResponseReturnValue:
    """Show how full each quota is."""
    return _list(collection_id)


@blueprint.get("/gauges")
@permits(Action.STUDY_READ)
def show_gauges(collection_id: UUID) -> ResponseReturnValue:
    """Give the gauges alone: the page asks for them as answers come."""
    study = current_study()
    rows = gauges(db.session(), study.study_id, collection_id, study.disclosure_threshold, study.locale)
    return {"gauges": [{"id": str(each.id), "share": each.share, "words": each.words} for each in rows]}


def _new(collection_id: UUID, form: QuotaForm, status: int = 200) -> ResponseReturnValue:
    session, study = db.session(), current_study()
    row = queries.get_collection(session, study.study_id, collection_id)
    return render_template("research/quotas/new.html", row=row, form=form), status


def _form(collection_id: UUID, *, filled: bool) -> QuotaForm:
    session, study = db.session(), current_study()
    choices = quota_choices(session, study.study_id, collection_id, study.locale)
    form = QuotaForm() if filled else QuotaForm(formdata=None)
    return form.offer(choices, [request.values.get("first", ""), request.values.get("second", "")])


@blueprint.get("/new")
@permits(Action.COLLECTION_MANAGE)
def ask_quota(collection_id: UUID) -> ResponseReturnValue:
    """Ask which questions decide, then which answers."""
    return _new(collection_id, _form(collection_id, filled=False))


@blueprint.post("/new")
@permits(Action.COLLECTION_MANAGE)
@writes
def create_quotas(collection_id: UUID) -> ResponseReturnValue:
    """Add one quota, or one for each combination."""
    form = _form(collection_id, filled=True)
    if not form.validate_on_submit():
        return _new(collection_id, form, 422)
    try:
        made = add_quotas(
            db.session(), current_study().study_id, collection_id, form.drafts(), account_id=current_account().id
        )
    except DomainError as error:
        form.show(error)
        return _new(collection_id, form, status_of(error))
    flash(ngettext("%(num)s quota added.", "%(num)s quotas added.", made), "good")
    return _back(collection_id)


@blueprint.post("/offered")
@permits(Action.COLLECTION_MANAGE)
@writes
def add_offered(collection_id: UUID) -> ResponseReturnValue:
    """Add the quotas that the form came with."""
    session, study = db.session(), current_study()
    offered = offered_quotas(session, study.study_id, collection_id)
    try:
        made = add_quotas(session, study.study_id, collection_id, offered, account_id=current_account().id)
    except DomainError as error:
        return _list(collection_id, word(error)), status_of(error)
    flash(ngettext("%(num)s quota added.", "%(num)s quotas added.", made), "good")
    return _back(collection_id)


@blueprint.post("/<uuid:quota_id>")
@permits(Action.COLLECTION_MANAGE)
@writes
def save_target(collection_id: UUID, quota_id: UUID) -> ResponseReturnValue:
    """Want more or fewer."""
    try:
        target = read_target(request.form.get("target", ""))
        change_target(
            db.session(), current_study().study_id, collection_id, quota_id, target, account_id=current_account().id
        )
    except DomainError as error:
        return _list(collection_id, word(error)), status_of(error)
    flash(_("The quota is changed; places are counted anew."), "good")
    return _back(collection_id)


@blueprint.post("/<uuid:quota_id>/delete")
@permits(Action.COLLECTION_MANAGE)
@writes
def remove_quota(collection_id: UUID, quota_id: UUID) -> ResponseReturnValue:
    """Take a quota away."""
    delete_quota(db.session(), current_study().study_id, collection_id, quota_id, account_id=current_account().id)
    flash(_("The quota is taken away. Responses stay."), "good")
    return _back(collection_id)


@blueprint.post("/count")
@permits(Action.COLLECTION_MANAGE)
@writes
def recount(collection_id: UUID) -> ResponseReturnValue:
    """Count every place anew, from what was sent."""
    queries.get_collection(db.session(), current_study().study_id, collection_id)
    count_anew(db.session(), collection_id)
    flash(_("Places are counted anew."), "good")
    return _back(collection_id)
