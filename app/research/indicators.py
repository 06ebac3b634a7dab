"""Indicators: what is measured, from which item, and what it says by group."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from app.extensions import db
from app.reports.screens import indicator_screen, item_preview, overview
from app.research.evaluation_forms import IndicatorForm, indicator_data
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from app.wording import word
from core.errors import DomainError, NotFound
from evaluation.queries.answers import SourceItem
from evaluation.queries.evidence import Evidence
from evaluation.services import indicators as services

blueprint = Blueprint("indicators", __name__, url_prefix="/studies/<study_key>/indicators", template_folder="templates")


def _evidence() -> Evidence:
    return Evidence.load(db.session(), current_study().study_id, locale=str(get_locale()))


@blueprint.get("/")
@permits(Action.STUDY_READ)
def list_indicators() -> ResponseReturnValue:
    """List the indicators with their latest values."""
    evidence = _evidence()
    return render_template(
        "research/indicators/list.html", overview=overview(evidence), has_items=bool(evidence.source_items())
    )


@blueprint.get("/items")
@permits(Action.INDICATOR_EDIT)
def choose_item() -> ResponseReturnValue:
    """Choose the item an indicator is read from."""
    by_questionnaire: dict[str, list[SourceItem]] = {}
    for item in _evidence().source_items():
        by_questionnaire.setdefault(item.questionnaire, []).append(item)
    return render_template("research/indicators/items.html", questionnaires=by_questionnaire)


@blueprint.get("/new")
@permits(Action.INDICATOR_EDIT)
def show_new() -> ResponseReturnValue:
    """Show the item's answers and the form of a new indicator."""
    evidence = _evidence()
    item = _item(evidence)
    return _form_page(evidence, item, IndicatorForm(data={"label": item.label[:300]}))


@blueprint.post("/new")
@permits(Action.INDICATOR_EDIT)
@writes
def create_indicator() -> ResponseReturnValue:
    """Keep a new indicator."""
    evidence = _evidence()
    item = _item(evidence)
    form = IndicatorForm()
    form.offer(item, evidence.frame)
    if form.validate_on_submit():
        try:
            draft = form.draft(item.questionnaire_id, item.name)
            made = services.create_indicator(
                db.session(), current_study().study_id, draft, account_id=current_account().id
            )
            return redirect(
                url_for("indicators.show_indicator", study_key=current_study().key, indicator_id=made.id), 303
            )
        except DomainError as error:
            form.form_errors.append(word(error))
    return _form_page(evidence, item, form), 422


@blueprint.get("/<uuid:indicator_id>")
@permits(Action.STUDY_READ)
def show_indicator(indicator_id: UUID) -> ResponseReturnValue:
    """Show one indicator over its waves."""
    evidence = _evidence()
    return render_template("research/indicators/show.html", screen=indicator_screen(evidence, indicator_id))


@blueprint.get("/<uuid:indicator_id>/edit")
@permits(Action.INDICATOR_EDIT)
def show_edit(indicator_id: UUID) -> ResponseReturnValue:
    """Show the form of an indicator."""
    evidence = _evidence()
    card = evidence.card(indicator_id)
    item = evidence.source_item(card) if card else None
    if card is None or item is None:
        raise NotFound("evaluation.indicator_not_found", id=str(indicator_id))
    return _form_page(evidence, item, IndicatorForm(data=indicator_data(card, evidence.frame)), indicator_id)


@blueprint.post("/<uuid:indicator_id>/edit")
@permits(Action.INDICATOR_EDIT)
@writes
def edit_indicator(indicator_id: UUID) -> ResponseReturnValue:
    """Keep the changes of an indicator."""
    evidence = _evidence()
    card = evidence.card(indicator_id)
    item = evidence.source_item(card) if card else None
    if card is None or item is None:
        raise NotFound("evaluation.indicator_not_found", id=str(indicator_id))
    form = IndicatorForm()
    form.offer(item, evidence.frame)
    study = current_study()
    if form.validate_on_submit():
        try:
            draft = form.draft(item.questionnaire_id, item.name)
            services.edit_indicator(db.session(), study.study_id, indicator_id, draft, account_id=current_account().id)
            return redirect(url_for("indicators.show_indicator", study_key=study.key, indicator_id=indicator_id), 303)
        except DomainError as error:
            form.form_errors.append(word(error))
    return _form_page(evidence, item, form, indicator_id), 422


@blueprint.post("/<uuid:indicator_id>/delete")
@permits(Action.INDICATOR_EDIT)
@writes
def delete_indicator(indicator_id: UUID) -> ResponseReturnValue:
    """Remove an indicator."""
    study = current_study()
    services.delete_indicator(db.session(), study.study_id, indicator_id, account_id=current_account().id)
    flash(_("The indicator was removed."), "good")
    return redirect(url_for("indicators.list_indicators", study_key=study.key), 303)


def _item(evidence: Evidence) -> SourceItem:
    wanted = (request.args.get("questionnaire", ""), request.args.get("item", ""))
    for item in evidence.source_items():
        if (str(item.questionnaire_id), item.name) == wanted:
            return item
    raise NotFound("evaluation.item_not_found", item=wanted[1])


def _form_page(evidence: Evidence, item: SourceItem, form: IndicatorForm, indicator_id: UUID | None = None) -> str:
    form.offer(item, evidence.frame)
    return render_template(
        "research/indicators/form.html",
        form=form,
        item=item,
        preview=item_preview(evidence, item),
        indicator_id=indicator_id,
    )
