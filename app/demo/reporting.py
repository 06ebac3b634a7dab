"""Indicators of the demonstration, and its report: written words, live numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.demo.content import Piece, report_head, report_pieces, rows
from app.demo.evidence import EVIDENCE
from coding.models import Coding, Segment
from evaluation.indicators import IndicatorMeasure
from evaluation.joint_display import Relation
from evaluation.models import BlockKind, Direction
from evaluation.services.indicators import IndicatorDraft, create_indicator
from evaluation.services.reports import create_report, judge_weaving

SOURCE = "questionnaires Passerelle (étude de démonstration, données inventées)."
RECIPIENTS = "parents seuls tirés au sort ayant répondu à la vague indiquée, comptés dans le bras où le sort les a mis."
QUOTES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One indicator to make: `questionnaire` is beneficiaries or professionals."""

    key: str
    item: str
    label: str
    measure: IndicatorMeasure
    definition: str
    unit: str = ""
    choices: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    direction: Direction = Direction.HIGHER
    questionnaire: str = "beneficiaries"
    wave: str | None = None
    baseline: str | None = None


PLANS = (
    Plan(
        key="emploi",
        item="emploi_situation",
        label="En emploi",
        measure=IndicatorMeasure.SHARE,
        choices=("emploi",),
        unknown=("nsp",),
        unit="%",
        wave="T2",
        definition="Part des personnes qui déclarent avoir un travail, quelle que soit sa durée.",
    ),
    Plan(
        key="moral",
        item="moral_score",
        label="Moral (échelle de 1 à 5)",
        measure=IndicatorMeasure.MEAN,
        unit="points",
        wave="T2",
        definition="Moyenne de quatre phrases notées de 1 à 5 ; « je me sens inutile » est retourné (6 moins la note).",
    ),
    Plan(
        key="moral_evolution",
        item="moral_score",
        label="Évolution du moral depuis l’entrée",
        measure=IndicatorMeasure.CHANGE,
        unit="points",
        wave="T1",
        baseline="T0",
        definition="Moral à douze mois moins moral à l’entrée, pour les mêmes personnes.",
    ),
    Plan(
        key="isolement",
        item="isolement",
        label="Sentiment de solitude (1 jamais, 5 tout le temps)",
        measure=IndicatorMeasure.MEAN,
        unit="points",
        direction=Direction.LOWER,
        wave="T1",
        definition="Moyenne de la fréquence déclarée du sentiment de solitude.",
    ),
    Plan(
        key="peur_sanction",
        item="peur_sanction",
        label="Peur souvent ou tout le temps de perdre le RSA",
        measure=IndicatorMeasure.SHARE,
        choices=("4", "5"),
        unit="%",
        direction=Direction.LOWER,
        wave="T0",
        definition="Part des personnes qui ont souvent ou tout le temps peur qu’on baisse ou coupe leur RSA.",
    ),
    Plan(
        key="garde",
        item="garde_renonce",
        label="Rendez-vous ou travail manqué faute de garde",
        measure=IndicatorMeasure.SHARE,
        choices=("oui",),
        unknown=("nsp",),
        unit="%",
        direction=Direction.LOWER,
        wave="T0",
        definition="Part des personnes qui ont manqué un rendez-vous ou un travail dans les six mois, faute de garde.",
    ),
    Plan(
        key="temps_partiel_subi",
        item="emploi_choix",
        label="Temps partiel plutôt subi",
        measure=IndicatorMeasure.SHARE,
        choices=("subi",),
        unknown=("nsp",),
        unit="%",
        direction=Direction.LOWER,
        wave="T2",
        definition="Parmi les personnes à temps partiel, part qui le disent plutôt subi.",
    ),
    Plan(
        key="motif",
        item="participation_motif",
        label="Venue d’abord par peur de perdre le RSA",
        measure=IndicatorMeasure.SHARE,
        choices=("sanction",),
        unit="%",
        direction=Direction.NEUTRAL,
        wave="T1",
        definition="Parmi les personnes venues, part qui donnent la peur de perdre le RSA comme première raison.",
    ),
    Plan(
        key="confiance",
        item="confiance",
        label="Confiance dans la personne qui accompagne (0 à 10)",
        measure=IndicatorMeasure.MEAN,
        unit="points",
        wave="T1",
        definition="Note moyenne de confiance.",
    ),
    Plan(
        key="motif_selon_pro",
        item="participation_motif",
        label="Venue d’abord par peur de perdre le RSA, selon les professionnel·les",
        measure=IndicatorMeasure.SHARE,
        choices=("sanction",),
        unit="%",
        direction=Direction.NEUTRAL,
        questionnaire="professionals",
        wave="T1",
        definition="Part des professionnel·les de Passerelle pour qui la peur fait venir la première fois.",
    ),
    Plan(
        key="confiance_selon_pro",
        item="confiance",
        label="Confiance supposée par les professionnel·les (0 à 10)",
        measure=IndicatorMeasure.MEAN,
        unit="points",
        questionnaire="professionals",
        wave="T1",
        definition="Note moyenne de la confiance que les professionnel·les pensent recevoir.",
    ),
    Plan(
        key="coordination",
        item="coordination_heures",
        label="Heures de coordination par semaine",
        measure=IndicatorMeasure.MEAN,
        unit="heures",
        direction=Direction.LOWER,
        questionnaire="professionals",
        wave="T1",
        definition="Nombre moyen d’heures passées à coordonner, déclaré par les professionnel·les.",
    ),
)


def write_indicators(
    session: Session,
    study_id: UUID,
    *,
    questionnaires: dict[str, UUID],
    waves: dict[str, UUID],
    account_id: UUID,
) -> dict[str, UUID]:
    """Make the indicators; return each by its key."""
    return {
        plan.key: create_indicator(
            session,
            study_id,
            IndicatorDraft(
                questionnaire_id=questionnaires[plan.questionnaire],
                item_name=plan.item,
                key=plan.key,
                label=plan.label,
                measure=plan.measure,
                definition=plan.definition,
                unit=plan.unit,
                choices=plan.choices,
                unknown_choices=plan.unknown,
                direction=plan.direction,
                wave_id=waves[plan.wave] if plan.wave else None,
                baseline_wave_id=waves[plan.baseline] if plan.baseline else None,
            ),
            account_id=account_id,
        ).id
        for plan in PLANS
    }


JUDGEMENTS = (
    (
        "emploi_prix",
        "emploi",
        Relation.DISCORDANCE,
        "Des récits de retour au travail ; le tirage n’en montre pas. Qui est venu était moins empêché dès le départ.",
    ),
    (
        "ne_plus_etre_seul",
        "isolement",
        Relation.CONFIRMATION,
        "Les récits de lien retrouvé et la baisse de la solitude pendant l’année vont dans le même sens.",
    ),
    (
        "contrainte",
        "peur_sanction",
        Relation.EXPANSION,
        "Le chiffre dit combien ont peur ; les entretiens disent ce que la peur fait : venir, se taire, puis parler.",
    ),
    (
        "empechements",
        "garde",
        Relation.CONFIRMATION,
        "La garde revient dans les deux matériaux ; elle éclaire qui a pu venir.",
    ),
    (
        "metier_change",
        "emploi",
        Relation.SILENCE,
        "Le métier des professionnel·les change ; l’indicateur d’emploi n’en dit rien.",
    ),
)
WOVEN_THEMES = ("contrainte", "ne_plus_etre_seul", "emploi_prix", "empechements")


def write_report(
    session: Session,
    study_id: UUID,
    *,
    indicators: dict[str, UUID],
    themes: dict[str, UUID],
    codes: dict[str, UUID],
    account_id: UUID,
) -> None:
    """Make the report from its written pieces; every number in it is read from the data when it is shown."""
    for theme, indicator, relation, sentence in JUDGEMENTS:
        judge_weaving(
            session,
            study_id,
            theme_id=themes[theme],
            indicator_id=indicators[indicator],
            relation=relation,
            sentence=sentence,
            account_id=account_id,
        )
    head = report_head()
    builder = _Builder(session, indicators, themes, codes)
    create_report(
        session,
        study_id,
        title=head["title"],
        subtitle=head["subtitle"],
        authors=head["authors"],
        blocks=list(builder.blocks(report_pieces())),
        account_id=account_id,
    )


class _Builder:
    """Turns pieces into blocks."""

    def __init__(
        self, session: Session, indicators: dict[str, UUID], themes: dict[str, UUID], codes: dict[str, UUID]
    ) -> None:
        self._session = session
        self._indicators = indicators
        self._themes = themes
        self._codes = codes
        self._theme_of_code = {code: row["key"] for row in rows("themes.csv") for code in row["codes"].split("|")}
        self._code_names = {row["key"]: row["name"] for row in rows("codebook.csv")}

    def blocks(self, pieces: list[Piece]) -> Iterator[tuple[BlockKind, dict[str, Any]]]:
        """Yield each block; a finding becomes the title of the text that follows it."""
        title = ""
        for piece in pieces:
            if piece.kind == "head":
                title = piece.text
            elif piece.kind == "text":
                yield BlockKind.TEXT, {"title": title, "body": piece.text}
                title = ""
            elif piece.kind == "key_points":
                yield BlockKind.KEY_POINTS, {"points": f"- {piece.text[:1].upper()}{piece.text[1:]}"}
            elif piece.kind == "quotes":
                yield BlockKind.QUOTES, self._quotes(piece.text)
            elif f"{piece.kind}:{piece.text}" in EVIDENCE:
                yield self._evidence(piece)

    def _evidence(self, piece: Piece) -> tuple[BlockKind, dict[str, Any]]:
        kind, content = EVIDENCE[f"{piece.kind}:{piece.text}"]
        filled = {"field": RECIPIENTS, "source": SOURCE, **content}
        if "indicators" in filled:
            filled["indicators"] = [str(self._indicators[key]) for key in filled["indicators"]]
        if "indicator" in filled:
            filled["indicator"] = str(self._indicators[filled["indicator"]])
        if kind is BlockKind.WEAVING:
            filled["themes"] = [str(self._themes[key]) for key in WOVEN_THEMES]
        return kind, filled

    def _quotes(self, code: str) -> dict[str, Any]:
        """Choose by a stated rule: words that most coders gave this code, the longest first, one a person."""
        ranked = self._session.execute(
            select(Segment.id, Segment.version_id, Segment.quote)
            .join(Coding, Coding.segment_id == Segment.id)
            .where(Coding.code_id == self._codes[code])
            .group_by(Segment.id, Segment.version_id, Segment.quote)
            .order_by(func.count(Coding.coder_id).desc(), func.length(Segment.quote).desc(), Segment.quote)
        ).all()
        chosen: dict[UUID, UUID] = {}
        for segment_id, version_id, _quote in ranked:
            chosen.setdefault(version_id, segment_id)
        return {
            "title": self._code_names[code],
            "theme": str(self._themes[self._theme_of_code[code]]),
            "segments": [str(segment_id) for segment_id in list(chosen.values())[:QUOTES]],
        }
