"""Mirrored questions in words: both sides, the gap with its interval, and the pairs."""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from app.reports.numbers import word_count, word_estimate_value, word_interval, word_percent
from evaluation.disclosure import Reason
from evaluation.estimates import Estimate
from evaluation.mirror import ChoiceGap, Dyads
from evaluation.queries.mirror import Mirror, MirrorQuestion


@dataclass(frozen=True, slots=True)
class GapRow:
    """One choice: what each side says, the share in [0, 1] for its bar, and the gap."""

    label: str
    sides: tuple[str, str]
    bars: tuple[float | None, float | None]
    gap: str
    is_clear: bool
    """Whether the interval of the gap leaves zero out."""


@dataclass(frozen=True, slots=True)
class MirrorCard:
    """One question; `summary` is its sentence, `pairs` that of the pairs, "" without."""

    key: str
    labels: tuple[str, str]
    populations: tuple[str, str]
    ns: str
    rows: tuple[GapRow, ...]
    pairs: str
    notes: tuple[str, ...]
    is_hidden: bool
    widest: float
    """The largest gap shown, for the order of the cards: shares in [0, 1], means over the spread of both."""


@dataclass(frozen=True, slots=True)
class MirrorPage:
    """The page: cards from the widest gap to the narrowest."""

    wave: str
    waves: tuple[str, ...]
    link: str
    cards: tuple[MirrorCard, ...]


def mirror_page(mirror: Mirror, locale: str) -> MirrorPage:
    """Compute the page."""
    cards = [_card(question, locale) for question in mirror.questions]
    return MirrorPage(
        mirror.wave, mirror.waves, mirror.link, tuple(sorted(cards, key=lambda card: (card.is_hidden, -card.widest)))
    )


def _card(question: MirrorQuestion, locale: str) -> MirrorCard:
    result = question.result
    if result.hidden is not None:
        rows: tuple[GapRow, ...] = ()
    elif question.choices:
        labels = dict(question.choices)
        rows = tuple(_choice_row(gap, labels[gap.choice], locale) for gap in result.choices)
    else:
        rows = (_mean_row(result.means, result.mean_gap, locale),)
    gaps = [abs(each.gap.value) for each in result.choices if each.gap is not None]
    if result.mean_gap is not None:
        gaps.append(_standardised(result.means, result.mean_gap))
    return MirrorCard(
        key=question.key,
        labels=question.labels,
        populations=question.populations,
        ns=_(
            "%(first)s: %(n)s, %(second)s: %(m)s",
            first=question.populations[0],
            second=question.populations[1],
            n=word_count(result.ns[0], locale),
            m=word_count(result.ns[1] or 0, locale),
        )
        if result.ns[0] is not None
        else "",
        rows=rows,
        pairs=_pairs(question.dyads, locale),
        notes=tuple(_notes(question)),
        is_hidden=result.hidden is not None,
        widest=max(gaps, default=0.0),
    )


def _choice_row(gap: ChoiceGap, label: str, locale: str) -> GapRow:
    return GapRow(
        label=label,
        sides=(_side(gap, 0, locale), _side(gap, 1, locale)),
        bars=gap.shares,
        gap=_gap(gap.gap, locale),
        is_clear=gap.gap is not None and not gap.gap.covers_zero,
    )


def _side(gap: ChoiceGap, place: int, locale: str) -> str:
    count, share, reason = gap.counts[place], gap.shares[place], gap.hidden[place]
    if reason is not None or count is None:
        return str(_("hidden (small count)") if reason is Reason.SMALL_CELL else _("hidden (protects another)"))
    if share is None:
        return word_count(count, locale)
    return f"{word_percent(share, locale, decimals=0)} ({word_count(count, locale)})"


def _mean_row(means: tuple[Estimate | None, Estimate | None], gap: Estimate | None, locale: str) -> GapRow:
    words = tuple(
        f"{word_estimate_value(mean, locale)} {word_interval(mean, locale)}".strip() if mean else "–" for mean in means
    )
    return GapRow(
        label=_("Mean"),
        sides=(words[0], words[1]),
        bars=(None, None),
        gap=_gap(gap, locale),
        is_clear=gap is not None and not gap.covers_zero,
    )


def _gap(gap: Estimate | None, locale: str) -> str:
    return "–" if gap is None else f"{word_estimate_value(gap, locale)} {word_interval(gap, locale)}".strip()


def _standardised(means: tuple[Estimate | None, Estimate | None], gap: Estimate) -> float:
    widths = [mean.high - mean.low for mean in means if mean and mean.high is not None and mean.low is not None]
    spread = sum(widths)
    return abs(gap.value) / spread if spread else 0.0


def _pairs(dyads: Dyads | None, locale: str) -> str:
    if dyads is None or dyads.pairs == 0:
        return ""
    if dyads.hidden is Reason.SMALL_CELL:
        return str(_("Pairs: hidden, too few of them say the same, or do not."))
    if dyads.hidden is not None or dyads.pairs is None or dyads.professionals is None:
        return str(_("Pairs: hidden, too few professionals."))
    counted = (
        ngettext("%(num)s pair", "%(num)s pairs", dyads.pairs)
        + ", "
        + ngettext("%(num)s professional", "%(num)s professionals", dyads.professionals)
    )
    if dyads.same is not None:
        value = f"{word_estimate_value(dyads.same, locale)} {word_interval(dyads.same, locale)}".strip()
        return str(_("Both of a pair say the same: %(value)s (%(counted)s).", value=value, counted=counted))
    if dyads.difference is not None:
        value = _gap(dyads.difference, locale)
        return str(_("Person minus professional, pair by pair: %(value)s (%(counted)s).", value=value, counted=counted))
    return ""


def _notes(question: MirrorQuestion) -> list[str]:
    notes = []
    if not question.is_linked:
        notes.append(_("Taken for the same question because it has the same name on both sides."))
    for labels, population in ((question.only_first, 0), (question.only_second, 1)):
        if labels:
            notes.append(
                _(
                    "Offered to one side only (%(who)s): %(choices)s.",
                    who=question.populations[population],
                    choices=", ".join(labels),
                )
            )
    return notes
