"""What identifies people by its shape: telephone, e-mail, numbers of administrations, addresses, birth dates, titles.

Sources: INSEE, NIR and its key (97 − number mod 97, 2A and 2B counted as 19 and 18); ARCEP, numbering plan. The
measures of spoken French on which the rules rest are in docs/method/pseudonymisation.md.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from coding.naming.models import NameKind

_MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_DAY = rf"\d{{1,2}}(?:er)?(?:[ \u00a0](?:{_MONTHS})(?:[ \u00a0]\d{{4}})?|[/.\-]\d{{1,2}}[/.\-]\d{{2,4}})"
_WAYS = (
    "rue|avenue|av\\.|boulevard|bd|allée|impasse|place|chemin|route|quai|square|cours|passage|résidence|lotissement"
    "|sentier|voie|cité|faubourg|ruelle"
)
_CAPITAL = r"[A-ZÀ-ÖØ-ÞŒ]"
_PROPER = rf"{_CAPITAL}[\w'’\-]*"


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of text that may identify somebody, [start, end) in code points, and the rule that says so."""

    kind: NameKind
    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class _Rule:
    """`group` is the part of the match that identifies; `holds` refuses matches that only look alike."""

    name: str
    kind: NameKind
    pattern: re.Pattern[str]
    group: int = 0
    holds: Callable[[str], bool] = bool


def _is_nir(number: str) -> bool:
    digits = re.sub(r"\s", "", number).upper().replace("2A", "19").replace("2B", "18")
    if len(digits) == 13:  # noqa: PLR2004  the number without its key
        return True
    return 97 - int(digits[:13]) % 97 == int(digits[13:])


_RULES = (
    _Rule("email", NameKind.EMAIL, re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)*\.[a-zA-Z]{2,}")),
    _Rule(
        "iban", NameKind.ACCOUNT,
        re.compile(r"\b[A-Z]{2}\d{2}(?:[ \u00a0]?[0-9A-Z]{4}){4,7}(?:[ \u00a0]?[0-9A-Z]{1,3})?\b"),
    ),
    _Rule(
        "nir", NameKind.SOCIAL_NUMBER,
        re.compile(
            r"(?<!\d)[12]\s?\d{2}\s?(?:0[1-9]|1[0-2]|[2-9]\d)\s?(?:2[ABab]|\d{2})\s?\d{3}\s?\d{3}(?:\s?\d{2})?(?!\d)"
        ),
        holds=_is_nir,
    ),
    _Rule(
        "phone", NameKind.PHONE,
        re.compile(
            r"(?<![\d+])(?:(?:\+|00)33[ .\-\u00a0]?(?:\(0\)[ .\-\u00a0]?)?[1-9]|0[1-9])(?:[ .\-\u00a0]?\d{2}){4}(?!\d)"
        ),
    ),
    _Rule(
        "allocation", NameKind.ALLOCATION,
        re.compile(
            r"(?:allocataire|matricule|dossier|identifiant|CAF|France[ ]Travail|P[ôo]le[ ]emploi)[^\d\n]{0,30}"
            r"(\d{6,8}[ ]?[A-Z]?)\b",
            re.IGNORECASE,
        ),
        group=1,
    ),
    _Rule(
        "birth", NameKind.BIRTH_DATE,
        re.compile(rf"(?:\bnée?(?:·e)?s?[ \u00a0]le|date de naissance\s*:?)[ \u00a0]({_DAY})", re.IGNORECASE), group=1,
    ),
    _Rule(
        "address", NameKind.ADDRESS,
        re.compile(
            rf"\b\d{{1,4}}(?:[ ]?(?:bis|ter|quater))?,?[ \u00a0]+(?:{_WAYS})[ \u00a0]+"
            rf"(?:(?:de|du|des|la|le|les|d['’]|l['’])[ \u00a0]?)*(?:{_PROPER}|\d{{1,2}})"
            rf"(?:[ \u00a0\-](?:(?:de|du|des|la|le|les)[ \u00a0])*{_PROPER})*"
        ),
    ),
    _Rule("postcode", NameKind.PLACE, re.compile(rf"(?<!\d)\d{{5}}[ \u00a0]({_PROPER}(?:[ \-]{_PROPER})*)"), group=0),
    _Rule("plate", NameKind.OTHER, re.compile(r"\b[A-HJ-NP-TV-Z]{2}[ \-]\d{3}[ \-][A-HJ-NP-TV-Z]{2}\b")),
    _Rule("web", NameKind.OTHER, re.compile(r"\b(?:https?://|www\.)[^\s<>«»\"]+[^\s<>«»\".,;:!?)]")),
    _Rule("handle", NameKind.OTHER, re.compile(r"(?<![\w.])@\w{3,}")),
    _Rule(
        "title", NameKind.PERSON,
        re.compile(
            r"\b(?:madame|monsieur|mademoiselle|mme|mlle|m\.|docteure?|dre?|maître|tonton|tata|tatie|tante|oncle)"
            rf"[ \u00a0](?-i:({_PROPER}(?:[ \u00a0]{_PROPER})?))",
            re.IGNORECASE,
        ),
        group=1,
    ),
)  # fmt: skip


def find_by_rules(text: str) -> list[Found]:
    """Return what the rules find, in order; where two claim the same characters, the rule listed first has them."""
    taken: list[Found] = []
    for found in _matches(text):
        if not any(found.start < other.end and other.start < found.end for other in taken):
            taken.append(found)
    return sorted(taken, key=lambda found: found.start)


def _matches(text: str) -> Iterator[Found]:
    for rule in _RULES:
        for match in rule.pattern.finditer(text):
            start, end = match.span(rule.group)
            if rule.holds(text[start:end]):
                yield Found(rule.kind, start, end, rule.name)
