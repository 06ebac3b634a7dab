"""Numbers as a reader of the language expects them: decimal comma, thin spaces, a true minus sign."""

from babel.numbers import format_decimal

from evaluation.estimates import Estimand, Estimate

THIN_SPACE = "\N{NARROW NO-BREAK SPACE}"
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"


def word_number(value: float, locale: str, *, decimals: int = 1, signed: bool = False) -> str:
    """Return the number with a fixed number of decimals."""
    rounded = round(value, decimals) + 0.0
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    words = format_decimal(abs(rounded), format=pattern, locale=locale)
    sign = MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
    return sign + words


def word_count(count: int, locale: str) -> str:
    """Return a number of persons."""
    return word_number(count, locale, decimals=0)


def word_percent(share: float, locale: str, *, decimals: int = 1) -> str:
    """Return a share in [0, 1] as a percentage."""
    return word_number(share * 100, locale, decimals=decimals) + percent_sign(locale)


def percent_sign(locale: str) -> str:
    """Return the sign with the space that the language puts before it."""
    return f"{THIN_SPACE}%" if locale.startswith("fr") else "%"


def word_estimate_value(estimate: Estimate, locale: str, *, unit: str = "") -> str:
    """Return the value alone: percent for shares, points for their differences, the unit for means."""
    return word_value(estimate.value, estimate.estimand, locale, unit=unit)


def word_value(value: float, estimand: Estimand, locale: str, *, unit: str = "") -> str:
    """Return any value of that estimand (the estimate or an end of its interval)."""
    if estimand is Estimand.SHARE:
        return word_percent(value, locale)
    if estimand in (Estimand.SHARE_CHANGE, Estimand.SHARE_DIFFERENCE):
        # The same word in both languages.
        return word_number(value * 100, locale, signed=True) + NO_BREAK_SPACE + "points"
    signed = estimand in (Estimand.MEAN_CHANGE, Estimand.MEAN_DIFFERENCE)
    words = word_number(value, locale, decimals=2 if abs(value) < 10 else 1, signed=signed)  # noqa: PLR2004  three digits tell enough
    return f"{words}{NO_BREAK_SPACE}{unit}" if unit else words


def word_interval(estimate: Estimate, locale: str) -> str:
    """Return the interval in brackets, without unit: `[47,1 ; 57,4]`; empty when there is none."""
    if estimate.low is None or estimate.high is None:
        return ""
    scale, decimals = (100, 1) if estimate.is_share else (1, 2 if abs(estimate.value) < 10 else 1)  # noqa: PLR2004  as the value
    signed = estimate.estimand not in (Estimand.SHARE, Estimand.MEAN)
    low, high = (
        word_number(end * scale, locale, decimals=decimals, signed=signed) for end in (estimate.low, estimate.high)
    )
    return f"[{low}{THIN_SPACE}; {high}]" if locale.startswith("fr") else f"[{low}; {high}]"
