"""What a new report starts from: blocks already tied to the study's indicators and themes, to be written up.

Only blocks that this study can show are planned: each is tried as the report would try it.
"""

from typing import Any
from uuid import UUID

from app.reports.composer import compose_report
from app.reports.live_numbers import braced, cite_indicator, resolves
from app.reports.tables import table_selection_bias
from app.reports.words import gettext as _
from core.clock import now
from evaluation.indicators import IndicatorMeasure
from evaluation.models import BlockKind
from evaluation.queries.evidence import Evidence
from evaluation.queries.indicators import IndicatorCard
from evaluation.queries.reports import BlockValue, ReportValue

Block = tuple[BlockKind, dict[str, Any]]
Blocks = list[Block]
_NOBODY = UUID(int=0)


def make_outline(name: str, evidence: Evidence) -> Blocks:
    """Return the blocks of an outline (full, short or blank), in the language in force."""
    if name == "blank":
        return []
    cards = [card for card in evidence.cards if evidence.measures(card).waves]
    shown = [card for card in cards if card.measure is not IndicatorMeasure.CHANGE]
    if name == "short":
        return _shown(
            [_key_points(shown[:2], evidence), *_figures(shown[:1], evidence), *_table(cards, evidence)], evidence
        )
    answers = [*_figures(shown, evidence), *_table(cards, evidence), *_selection_bias(shown, evidence)]
    words: Blocks = [
        (BlockKind.QUOTES, {"title": theme.name, "theme": str(theme.id), "count": 2, "segments": [], "intro": ""})
        for theme in evidence.themes[:3]
    ]
    blocks: Blocks = [_opening(), _key_points(shown[:3], evidence), *_shown([_flow(evidence)], evidence)]
    blocks += _chapter(_("What people answer"), _shown(answers, evidence))
    blocks += _chapter(_("What people say"), _shown(words, evidence))
    if evidence.themes and cards:
        both = _shown([_weaving(cards, evidence)], evidence)
        blocks += _chapter(_("What both strands say together"), both)
    return blocks


def _shown(blocks: Blocks, evidence: Evidence) -> Blocks:
    """Keep the blocks that nothing stops from leaving."""
    return [block for block in blocks if not _is_stopped(block, evidence)]


def _is_stopped(block: Block, evidence: Evidence) -> bool:
    alone = ReportValue(
        id=_NOBODY,
        study_id=evidence.frame.id,
        title="-",
        subtitle="",
        authors="",
        locale=evidence.locale,
        modified_at=now(),
        blocks=(BlockValue(id=_NOBODY, position=1, kind=block[0], content=block[1]),),
    )
    return bool(compose_report(alone, evidence)[1])


def field_line(evidence: Evidence, card: IndicatorCard) -> str:
    """Propose who is counted, as the answers are linked: to persons drawn, to persons followed, or to nobody."""
    population = card.population or _("all persons")
    answered = {each.person_id for each in evidence.observations(card)}
    linked = [person for person in evidence.frame.persons if person.id in answered]
    if any(person.arm is not None for person in linked):
        return _("%(population)s of the study, persons drawn by lot, with an answer.", population=population)
    if linked:
        return _("%(population)s of the study, with an answer.", population=population)
    return _("%(population)s: everyone who answered, without a link to the persons followed.", population=population)


def source_line(evidence: Evidence, card: IndicatorCard | None = None) -> str:
    """Propose where the data come from."""
    if card is None:
        return _("follow-up register of the study %(study)s.", study=evidence.frame.title)
    return _("questionnaire “%(title)s”, study %(study)s.", title=card.questionnaire, study=evidence.frame.title)


def reading_line(evidence: Evidence, card: IndicatorCard) -> str:
    """Propose a reading that stays live."""
    found = cite_indicator(evidence, card)
    if found is None:
        return _("%(label)s.", label=card.label)
    group, number = found
    if group:
        return _("%(label)s, programme group: %(number)s.", label=card.label, number=number)
    return _("%(label)s: %(number)s.", label=card.label, number=number)


def _opening() -> Block:
    return BlockKind.TEXT, {
        "title": _("Write here the main finding as a sentence"),
        "body": _("Three sentences: what was asked, of whom, what was found."),
    }


def _chapter(title: str, blocks: Blocks) -> Blocks:
    """Put a heading before its blocks; no heading stands alone."""
    return [(BlockKind.TEXT, {"title": title, "body": ""}), *blocks] if blocks else []


def _key_points(cards: list[IndicatorCard], evidence: Evidence) -> Block:
    found = [(card.label, cite_indicator(evidence, card, group="")) for card in cards]
    lines = [label + _(": ") + cited[1] for label, cited in found if cited is not None]
    return BlockKind.KEY_POINTS, {"points": "\n".join(lines) or _("First thing to remember.")}


def _flow(evidence: Evidence) -> Block:
    source = "flow:enrolled:programme"
    number = braced(source) if resolves(evidence, source) else "–"
    return BlockKind.FIGURE, {
        "title": _("From the draw to the answers: who went how far"),
        "chart": "flow",
        "indicators": [],
        "wave": "",
        "reading": _("persons of the programme group who enrolled: %(number)s.", number=number),
        "field": _("all persons drawn by lot."),
        "source": source_line(evidence),
        "alternative": "",
    }


def _figures(cards: list[IndicatorCard], evidence: Evidence) -> Blocks:
    return [
        (
            BlockKind.FIGURE,
            {
                "title": card.label,
                "chart": "waves" if len(evidence.measures(card).waves) > 1 or not card.reads.is_share else "shares",
                "indicators": [str(card.id)],
                "wave": "",
                "reading": reading_line(evidence, card),
                "field": field_line(evidence, card),
                "source": source_line(evidence, card),
                "alternative": "",
            },
        )
        for card in cards
    ]


def _table(cards: list[IndicatorCard], evidence: Evidence) -> Blocks:
    if not cards:
        return []
    content = {
        "title": _("All indicators, wave by wave"),
        "indicators": [str(card.id) for card in cards],
        "wave": "",
        "by": "arm",
        "reading": reading_line(evidence, cards[0]),
        "field": field_line(evidence, cards[0]),
        "source": source_line(evidence, cards[0]),
    }
    return [(BlockKind.TABLE, content)]


def _selection_bias(cards: list[IndicatorCard], evidence: Evidence) -> Blocks:
    """Propose the box for the first indicator that can be shown both ways."""
    for card in cards:
        wave = evidence.wave_of(card)
        if any(person.took_up for person in evidence.frame.persons) and table_selection_bias(evidence, card, wave=wave):
            content = {
                "title": _("Those who enrolled differ from the others: this difference does not measure the programme"),
                "indicator": str(card.id),
                "wave": "",
                "reading": reading_line(evidence, card),
                "field": field_line(evidence, card),
                "source": source_line(evidence, card),
            }
            return [(BlockKind.SELECTION_BIAS, content)]
    return []


def _weaving(cards: list[IndicatorCard], evidence: Evidence) -> Block:
    return BlockKind.WEAVING, {
        "title": _("Themes beside indicators"),
        "themes": [str(theme.id) for theme in evidence.themes],
        "indicators": [str(card.id) for card in cards[:3]],
        "reading": _("a theme is counted once a person, whatever the number of passages."),
        "field": _("persons interviewed for themes; for indicators: %(field)s", field=field_line(evidence, cards[0])),
        "source": _("interviews and questionnaires of the study %(study)s.", study=evidence.frame.title),
    }
