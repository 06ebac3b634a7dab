"""Which live numbers a study can cite: only those that resolve, each with what it gives."""

from collections.abc import Iterator

from app.reports.words import gettext as _
from core.errors import DomainError
from evaluation.queries.evidence import Evidence
from evaluation.queries.indicators import IndicatorCard
from evaluation.references import parse_reference

_GROUPS = ("programme", "temoin", "ecart", "")
_STEPS = ("drawn", "invited", "enrolled", "observed")


def resolves(evidence: Evidence, source: str) -> bool:
    """Whether the reference, without its braces, gives something in this study."""
    try:
        evidence.cite(parse_reference(source))
    except DomainError:
        return False
    return True


def cite_indicator(evidence: Evidence, card: IndicatorCard, *, group: str | None = None) -> tuple[str, str] | None:
    """Return the group and the words to type for an indicator: of the programme, else of all; None without data."""
    wave = evidence.wave_of(card)
    for each in ("programme", "") if group is None else (group,):
        source = f"indicator:{card.key}" + (f"@{wave}" if wave else "") + (f":{each}" if each else "")
        if resolves(evidence, source):
            return each, braced(source)
    return None


def live_numbers(evidence: Evidence) -> tuple[tuple[str, str], ...]:
    """Return what may be pasted in a text of this study, and what each gives."""
    return tuple((braced(source), label) for source, label in _sources(evidence) if resolves(evidence, source))


def braced(source: str) -> str:
    """Return a reference as it is typed in a text."""
    return "{{ " + source + " }}"


def _sources(evidence: Evidence) -> Iterator[tuple[str, str]]:
    for card in evidence.cards:
        wave = evidence.wave_of(card)
        label = _("%(label)s, %(wave)s", label=card.label, wave=wave) if wave else card.label
        for group in _GROUPS:
            source = f"indicator:{card.key}" + (f"@{wave}" if wave else "") + (f":{group}" if group else "")
            yield source, f"{label} – {_word_group(group)}"
    for theme in evidence.themes:
        for group in ("programme", "temoin", ""):
            label = _("persons who speak of “%(theme)s”", theme=theme.name)
            yield f"theme:{theme.name}" + (f":{group}" if group else ""), f"{label} – {_word_group(group)}"
    if evidence.frame.arms:
        for step in _STEPS:
            for group in ("programme", "temoin"):
                yield f"flow:{step}:{group}", f"{_word_step(step)} – {_word_group(group)}"


def _word_group(group: str) -> str:
    return {
        "programme": _("programme group"),
        "temoin": _("control group"),
        "ecart": _("difference as drawn"),
        "": _("everyone together"),
    }[group]


def _word_step(step: str) -> str:
    return {
        "drawn": _("persons drawn by lot"),
        "invited": _("persons invited"),
        "enrolled": _("persons enrolled"),
        "observed": _("persons observed after the start"),
    }[step]
