"""The weave: themes beside indicators, by arm, and what a person makes of each pair."""

from uuid import UUID

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from app.extensions import db
from app.reports.tables import table_weaving, word_uncovered, write_csv
from app.research.evaluation_forms import JudgementForm
from app.security import Action, current_account, current_study, permits
from app.unit_of_work import writes
from app.wording import word
from coding.queries.themes import quotations as find_quotations
from core.audit import record
from core.errors import Invalid
from evaluation.joint_display import JointDisplay, Relation
from evaluation.queries.evidence import Evidence
from evaluation.queries.weaving import load_judgements
from evaluation.services.reports import judge_weaving

blueprint = Blueprint("weaving", __name__, url_prefix="/studies/<study_key>/weaving", template_folder="templates")
FIRST_CHOICE = 3
QUOTATIONS_SHOWN = 5


def _evidence() -> Evidence:
    return Evidence.load(db.session(), current_study().study_id, locale=str(get_locale()))


def _chosen(evidence: Evidence) -> tuple[set[str], set[str]]:
    """Return the themes and indicators asked for; when none is, those already judged, else the first three of each."""
    values = request.values
    themes, indicators = set(values.getlist("theme")), set(values.getlist("indicator"))
    judged = () if themes and indicators else tuple(load_judgements(db.session(), evidence.frame.id))
    # The change of an item says again what its waves say: one indicator an item is enough to begin with.
    first_cards = {(card.questionnaire_id, card.item_name): card for card in reversed(evidence.cards)}
    ordered = [card for card in evidence.cards if card in first_cards.values()][:FIRST_CHOICE]
    themes = (
        themes or {str(theme) for theme, _card in judged} or {str(each.id) for each in evidence.themes[:FIRST_CHOICE]}
    )
    indicators = indicators or {str(card) for _theme, card in judged} or {str(card.id) for card in ordered}
    return themes, indicators


def _weave(evidence: Evidence) -> JointDisplay:
    themes, indicators = _chosen(evidence)
    return evidence.weave(
        [theme for theme in evidence.themes if str(theme.id) in themes],
        [card for card in evidence.cards if str(card.id) in indicators],
    )


@blueprint.get("/")
@permits(Action.WEAVING_READ)
def show_weaving() -> ResponseReturnValue:
    """Show the themes and indicators chosen side by side."""
    evidence = _evidence()
    display = _weave(evidence)
    themes, indicators = _chosen(evidence)
    return render_template(
        "research/weaving/show.html",
        evidence=evidence,
        display=display,
        table=table_weaving(display, evidence.locale),
        warnings=word_uncovered(display),
        themes=themes,
        indicators=indicators,
    )


@blueprint.post("/export")
@permits(Action.WEAVING_EDIT)
@writes
def export_weaving() -> ResponseReturnValue:
    """Hand out the table as CSV; the trail keeps that it left."""
    evidence = _evidence()
    table = table_weaving(_weave(evidence), evidence.locale)
    if table is None:
        abort(404)
    study = current_study()
    record(
        db.session(),
        verb="export",
        object_kind="weaving",
        object_id=None,
        study_id=study.study_id,
        account_id=current_account().id,
    )
    return Response(
        write_csv(table, evidence.locale).encode("utf-8-sig"),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{study.key}_weaving.csv"'},
    )


@blueprint.get("/<uuid:theme_id>/<uuid:indicator_id>")
@permits(Action.WEAVING_EDIT)
def show_judgement(theme_id: UUID, indicator_id: UUID) -> ResponseReturnValue:
    """Show one theme beside one indicator, and the form of the judgement."""
    judgement = load_judgements(db.session(), current_study().study_id).get((theme_id, indicator_id))
    data = {"relation": "", "sentence": ""}
    if judgement is not None:
        data = {"relation": judgement.relation.value, "sentence": judgement.sentence}
    return _judgement_page(theme_id, indicator_id, JudgementForm(data=data))


@blueprint.post("/<uuid:theme_id>/<uuid:indicator_id>")
@permits(Action.WEAVING_EDIT)
@writes
def keep_judgement(theme_id: UUID, indicator_id: UUID) -> ResponseReturnValue:
    """Keep, or take back, the judgement."""
    form = JudgementForm()
    study = current_study()
    if form.validate_on_submit():
        try:
            judge_weaving(
                db.session(),
                study.study_id,
                theme_id=theme_id,
                indicator_id=indicator_id,
                relation=Relation(form.relation.data) if form.relation.data else None,
                sentence=form.sentence.data,
                account_id=current_account().id,
            )
            return redirect(url_for("weaving.show_weaving", study_key=study.key), 303)
        except Invalid as error:
            form.sentence.errors = [word(error)]
    return _judgement_page(theme_id, indicator_id, form), 422


def _judgement_page(theme_id: UUID, indicator_id: UUID, form: JudgementForm) -> str:
    evidence = _evidence()
    theme = next((each for each in evidence.themes if each.id == theme_id), None)
    card = evidence.card(indicator_id)
    if theme is None or card is None:
        abort(404)
    table = table_weaving(evidence.weave([theme], [card]), evidence.locale)
    # What a report could quote: the agreed layer, not what one person sees.
    quotations = find_quotations(db.session(), current_study().study_id, theme_id=theme_id, limit=QUOTATIONS_SHOWN)
    return render_template(
        "research/weaving/judge.html", form=form, theme=theme, card=card, table=table, quotations=quotations
    )
