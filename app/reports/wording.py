"""The words around numbers: reasons of hidden cells, citations, intervals; in the language of the request or report."""

import re

from app.reports.document import Cell
from app.reports.numbers import (
    NO_BREAK_SPACE,
    THIN_SPACE,
    percent_sign,
    word_count,
    word_estimate_value,
    word_interval,
    word_number,
    word_percent,
)
from app.reports.words import gettext as _
from app.reports.words import ngettext
from evaluation.disclosure import ProtectedResult, Reason
from evaluation.estimates import Assumption, Estimand, Estimate, Method
from evaluation.joint_display import Prevalence, Relation
from evaluation.models import BlockKind
from evaluation.queries.evidence import Cited


def word_reason(reason: Reason) -> str:
    """Say why a cell is hidden."""
    return {
        Reason.SMALL_CELL: _("hidden: too few persons"),
        Reason.SMALL_BASE: _("hidden: group too small"),
        Reason.COMPLEMENTARY: _("hidden: would give back a hidden cell"),
        Reason.NO_CONSENT: _("hidden: no consent to be quoted"),
    }[reason]


def word_relation(relation: Relation) -> str:
    """Name how two strands relate."""
    return {
        Relation.CONFIRMATION: _("Confirmation"),
        Relation.EXPANSION: _("Expansion"),
        Relation.DISCORDANCE: _("Discordance"),
        Relation.SILENCE: _("Silence"),
    }[relation]


def word_method(method: Method) -> str:
    """Name how an interval was computed."""
    return {
        Method.STUDENT: _("Student's interval"),
        Method.WILSON: _("Wilson's interval"),
        Method.PAIRED_STUDENT: _("Student's interval on each person's change"),
        Method.NEWCOMBE_PAIRED: _("Newcombe's interval for the same persons"),
        Method.WELCH: _("Welch's interval"),
        Method.NEWCOMBE: _("Newcombe's interval"),
        Method.CLUSTERED: _("interval between professionals, several pairs each"),
    }[method]


def word_assumption(assumption: Assumption) -> str:
    """Say what must hold for an estimate to mean what it says."""
    return {
        Assumption.PERSONS_INDEPENDENT: _("persons answer independently of each other"),
        Assumption.MISSING_AT_RANDOM: _("those without a value do not differ from those who have one"),
        Assumption.NEAR_NORMAL_MEAN: _("enough persons for the mean to be nearly normal"),
        Assumption.SAME_PERSONS: _("only persons with a value in both waves"),
        Assumption.DRAWN_BY_LOT: _("arms as drawn by lot, whoever enrolled"),
        Assumption.STRATA_NOT_ADJUSTED: _("strata of the draw are not adjusted for"),
    }[assumption]


def word_kind(kind: BlockKind) -> str:
    """Name a kind of block."""
    return {
        BlockKind.TEXT: _("Text"),
        BlockKind.KEY_POINTS: _("Key points"),
        BlockKind.FIGURE: _("Figure"),
        BlockKind.TABLE: _("Table"),
        BlockKind.WEAVING: _("Themes × indicators"),
        BlockKind.QUOTES: _("Quotations"),
        BlockKind.SELECTION_BIAS: _("Box: participants and others (not an effect)"),
    }[kind]


def word_step(step: str) -> str:
    """Name a step of participation."""
    return {
        "drawn": _("Drawn by lot"),
        "invited": _("Invited"),
        "enrolled": _("Enrolled"),
        "observed": _("Observed"),
    }[step]


def word_quotation(words: str, locale: str) -> str:
    """Return someone's words set as print sets them: no word changes, only apostrophes, dots and inner quotes."""
    set_words = words.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}").replace("...", "…")
    if locale.startswith("fr"):
        # Inside « », a second level takes the other marks.
        set_words = re.sub(r"«\s*", "\N{LEFT DOUBLE QUOTATION MARK}", set_words)
        set_words = re.sub(r"\s*»", "\N{RIGHT DOUBLE QUOTATION MARK}", set_words)
        set_words = re.sub(r"(?<=\w) ?([!?;])", THIN_SPACE + r"\1", set_words)
    return set_words


def word_selection_bias() -> str:
    """Say why participants differ from the others, and which comparison to read."""
    return _(
        "Those who enrolled chose to, and could. They differed from the others before the programme started, so their "
        "difference adds who comes to what the programme does. The lot makes groups that are alike: only the "
        "difference between the groups as drawn can be read as an effect of being invited."
    )


def word_n(n: int, locale: str) -> str:
    """Return `n = 412`."""
    return f"n{NO_BREAK_SPACE}={NO_BREAK_SPACE}{word_count(n, locale)}"


def cell_of(result: ProtectedResult, locale: str, *, unit: str = "", base: int = 0) -> Cell:
    """Return a value with its interval and n, or the reason why it is hidden.

    Under `base` persons a share is given as counts.
    """
    if result.hidden:
        return Cell(text="–", reason=word_reason(result.hidden))
    return cell_of_estimate(result.estimate, locale, unit=unit, base=base)


def cell_of_estimate(estimate: Estimate | None, locale: str, *, unit: str = "", base: int = 0) -> Cell:
    """Return an estimate with its interval and n; a dash without data."""
    if estimate is None:
        return Cell(text="–", note=_("no data"))
    value = word_estimate_value(estimate, locale, unit=unit)
    if estimate.counted is not None and estimate.n < base:
        value = _(
            "%(counted)s of %(n)s", counted=word_count(estimate.counted, locale), n=word_count(estimate.n, locale)
        )
    notes = [word_interval(estimate, locale), word_n(estimate.n, locale)]
    return Cell(text=value, note=" · ".join(note for note in notes if note))


def cell_of_prevalence(prevalence: Prevalence, locale: str) -> Cell:
    """Return persons with the theme among the interviewed, with the interval of the share."""
    if prevalence.hidden:
        note = ""
        if prevalence.n_interviewed is not None:
            note = _("of %(n)s interviewed", n=word_count(prevalence.n_interviewed, locale))
        return Cell(text="–", note=note, reason=word_reason(prevalence.hidden))
    if prevalence.estimate is None:
        return Cell(text="–", note=_("nobody interviewed"))
    counted, n = prevalence.estimate.counted or 0, prevalence.estimate.n
    return Cell(
        text=_("%(counted)s of %(n)s", counted=word_count(counted, locale), n=word_count(n, locale)),
        note=word_interval(prevalence.estimate, locale) + percent_sign(locale),
    )


def word_citation(cited: Cited, locale: str) -> str:
    """Return a live number as it stands in a sentence: the value, its interval, its n."""
    if cited.hidden:
        return f"[{word_reason(cited.hidden)}]"
    if cited.prevalence is not None and cited.prevalence.estimate is not None:
        counted, n = cited.prevalence.estimate.counted or 0, cited.prevalence.estimate.n
        return ngettext(
            "%(counted)s person of %(n)s interviewed",
            "%(counted)s persons of %(n)s interviewed",
            counted,
            counted=word_count(counted, locale),
            n=word_count(n, locale),
        )
    if cited.count is not None:
        return word_count(cited.count, locale)
    if cited.estimate is None:
        return _("[no data]")
    value = word_estimate_value(cited.estimate, locale, unit=cited.unit)
    if cited.estimate.low is None or cited.estimate.high is None:
        return f"{value} ({word_n(cited.estimate.n, locale)})"
    return _(
        "%(value)s (95%% interval: %(low)s to %(high)s; %(n)s)",
        value=value,
        low=_end(cited.estimate, cited.estimate.low, locale),
        high=_end(cited.estimate, cited.estimate.high, locale),
        n=word_n(cited.estimate.n, locale),
    )


def word_change(value: float, locale: str, *, percent: bool) -> str:
    """Return a difference with its sign, in points when `percent`."""
    if percent:
        return _("%(value)s points", value=word_number(value * 100, locale, signed=True))
    return word_number(value, locale, decimals=2, signed=True)


def word_share(share: float, locale: str) -> str:
    """Return a share without decimals, for labels in charts."""
    return word_percent(share, locale, decimals=0)


def _end(estimate: Estimate, end: float, locale: str) -> str:
    signed = estimate.estimand not in (Estimand.SHARE, Estimand.MEAN)
    if estimate.is_share:
        return word_number(end * 100, locale, signed=signed)
    return word_number(end, locale, decimals=2 if abs(estimate.value) < 10 else 1, signed=signed)  # noqa: PLR2004  as the value
