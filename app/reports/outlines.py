"""What a new report starts from: blocks already tied to the study's indicators and themes, to be written up."""

from typing import Any

from app.reports.tables import table_selection_bias
from app.reports.words import gettext as _
from evaluation.indicators import IndicatorMeasure
from evaluation.models import BlockKind
from evaluation.queries.evidence import Evidence
from evaluation.queries.indicators import IndicatorCard

Blocks = list[tuple[BlockKind, dict[str, Any]]]


def make_outline(name: str, evidence: Evidence) -> Blocks:
    """Return the blocks of an outline (full, short or blank), in the language in force."""
    if name == "blank":
        return []
    cards = [card for card in evidence.cards if evidence.measures(card).waves]
    shown = [card for card in cards if card.measure is not IndicatorMeasure.CHANGE]
    if name == "short":
        return [_key_points(shown[:2]), *_figures(shown[:1], evidence), *_table(cards, evidence)]
    blocks: Blocks = [_opening(), _key_points(shown[:3])]
    if evidence.frame.arms:
        blocks.append(_flow(evidence))
    if shown:
        blocks.append(_chapter(_("What people answer")))
        blocks += _figures(shown, evidence)
        blocks += _table(cards, evidence)
        blocks += _selection_bias(shown, evidence)
    if evidence.themes:
        blocks.append(_chapter(_("What people say")))
        blocks += [
            (BlockKind.QUOTES, {"title": theme.name, "theme": str(theme.id), "count": 2, "segments": [], "intro": ""})
            for theme in evidence.themes[:3]
        ]
    if evidence.themes and cards:
        blocks.append(_chapter(_("What both strands say together")))
        blocks.append(_weaving(cards, evidence))
    return blocks


def field_line(card: IndicatorCard | None = None) -> str:
    """Propose who is counted."""
    population = card.population if card is not None and card.population else _("all persons")
    return _("%(population)s of the study, persons drawn by lot, with an answer.", population=population)


def source_line(evidence: Evidence, card: IndicatorCard | None = None) -> str:
    """Propose where the data come from."""
    if card is None:
        return _("follow-up register of the study %(study)s.", study=evidence.frame.title)
    return _("questionnaire “%(title)s”, study %(study)s.", title=card.questionnaire, study=evidence.frame.title)


def reading_line(evidence: Evidence, card: IndicatorCard) -> str:
    """Propose a reading that stays live."""
    wave = evidence.wave_of(card)
    group = ":intervention" if len(evidence.frame.arms) > 1 else ""
    number = "{{ indicator:" + card.key + (f"@{wave}" if wave else "") + group + " }}"
    if group:
        return _("%(label)s, programme group: %(number)s.", label=card.label, number=number)
    return _("%(label)s: %(number)s.", label=card.label, number=number)


def _opening() -> tuple[BlockKind, dict[str, Any]]:
    return BlockKind.TEXT, {
        "title": _("Write here the main finding as a sentence"),
        "body": _("Three sentences: what was asked, of whom, what was found."),
    }


def _chapter(title: str) -> tuple[BlockKind, dict[str, Any]]:
    return BlockKind.TEXT, {"title": title, "body": ""}


def _key_points(cards: list[IndicatorCard]) -> tuple[BlockKind, dict[str, Any]]:
    lines = [card.label + _(": ") + "{{ indicator:" + card.key + " }}" for card in cards]
    return BlockKind.KEY_POINTS, {"points": "\n".join(lines) or _("First thing to remember.")}


def _flow(evidence: Evidence) -> tuple[BlockKind, dict[str, Any]]:
    number = "{{ flow:enrolled:intervention }}"
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
                "field": field_line(card),
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
        "field": field_line(cards[0]),
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
                "field": field_line(card),
                "source": source_line(evidence, card),
            }
            return [(BlockKind.SELECTION_BIAS, content)]
    return []


def _weaving(cards: list[IndicatorCard], evidence: Evidence) -> tuple[BlockKind, dict[str, Any]]:
    return BlockKind.WEAVING, {
        "title": _("Themes beside indicators"),
        "themes": [str(theme.id) for theme in evidence.themes],
        "indicators": [str(card.id) for card in cards[:3]],
        "reading": _("a theme is counted once a person, whatever the number of passages."),
        "field": _("persons interviewed for themes, persons drawn by lot for indicators."),
        "source": _("interviews and questionnaires of the study %(study)s.", study=evidence.frame.title),
    }
