"""What makes a text hard to read, with the place and what to write instead: a help for authors, never a label.

Only rules that anybody can check by eye, in French and English. A text is called easy only once readers approved it
(surveys/easy_texts.py). Rules, limits and sources: docs/method/plain-language.md.
"""

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

from surveys.plain_words import LONG_BUT_COMMON, SIMPLER

LANGUAGES = frozenset({"fr", "en"})
MAX_WORDS = 20
MAX_EASY_WORDS = 12
"""Of a sentence; the second for a text that means to be easy (FALC)."""
LONG_WORD = 13
"""Letters from which a word that is not common is long."""


class Rule(enum.StrEnum):
    """What a remark is about."""

    LONG_SENTENCE = "long_sentence"
    NEGATION = "negation"
    DOUBLE_NEGATION = "double_negation"
    PASSIVE = "passive"
    HARD_WORD = "hard_word"
    LONG_WORD = "long_word"
    ABBREVIATION = "abbreviation"
    PERCENTAGE = "percentage"
    NUMBER_IN_WORDS = "number_in_words"
    AND_OR = "and_or"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class Remark:
    """One stretch of a text, half-open [start, end) in code points; `instead` is what to write, "" where it depends.

    `count` is the number of words of a long sentence, 0 elsewhere.
    """

    rule: Rule
    start: int
    end: int
    words: str
    instead: str = ""
    count: int = 0


_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CASE = re.IGNORECASE
_NEGATIONS = MappingProxyType(
    {
        "fr": re.compile(r"\b(?:ne\b|n['’](?=\w)|sans\b|ni\b|aucune?\b|jamais\b)", _CASE),
        "en": re.compile(r"\b(?:not|never|nothing|nobody|without|neither|nor|cannot|none)\b|n['’]t\b", _CASE),
    }
)
# « ne … jamais », « ne … aucun » are one negation.
_ECHO = MappingProxyType({"fr": frozenset({"jamais", "aucun", "aucune", "ni"}), "en": frozenset({"nor"})})
_TURNED = MappingProxyType(
    {
        "fr": re.compile(r"\bpas (?:im|in|ir|il)(?=[^\W\d_]{4})[^\W\d_]+", _CASE),
        "en": re.compile(r"\b(?:not|n['’]t) (?:im|in|un|dis)(?=[a-z]{4})[a-z]+", _CASE),
    }
)
_PASSIVES = MappingProxyType(
    {
        "fr": re.compile(
            r"\b(?:est|sont|êtes|sommes|suis|était|étaient|étiez|sera|seront|serez|soit|soient)\s+(?:\w+\s+)?"
            r"[^\W\d_]+(?:é|ée|és|ées|i|ie|is|ies|u|ue|us|ues|it|ite|its|ites)\s+(?:\w+\s+)?par\b"
            r"|\bété\s+[^\W\d_]+(?:é|ée|és|ées|i|ie|is|ies|u|ue|us|ues|it|ite|its|ites)\b",
            _CASE,
        ),
        "en": re.compile(
            r"\b(?:is|are|was|were|be)\s+(?:\w+\s+)?\w+(?:ed|en)\s+by\b|\b(?:been|being)\s+\w+(?:ed|en|de|nt|ld|ght)\b",
            _CASE,
        ),
    }
)
_ABBREVIATION = re.compile(r"\b[A-ZÀ-Þ](?:\.?[A-ZÀ-Þ0-9])+\b|\b(?:etc|cf|ex|env|resp|i\.e|e\.g|nb|tél)\.", re.UNICODE)
# Said in letters by everybody, more than what they stand for.
_KNOWN_LETTERS = frozenset({"RSA", "CAF", "SMS", "TV", "OK", "CV", "PDF", "QR"})
_PERCENTAGE = MappingProxyType(
    {
        "fr": re.compile(r"\d\s*%|\bpour cent\b|\bpourcentages?\b|\btaux\b|\b(?:un|deux) (?:tiers|quarts?)\b", _CASE),
        "en": re.compile(r"\d\s*%|\bper ?cent(?:age)?s?\b|\brates?\b|\b(?:a|one|two) (?:thirds?|quarters?)\b", _CASE),
    }
)
_NUMBERS = MappingProxyType(
    {
        "fr": "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt trente "
        "quarante cinquante soixante cent mille",
        "en": "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen twenty thirty "
        "forty fifty hundred thousand",
    }
)
_NUMBER = MappingProxyType(
    {language: re.compile(rf"\b(?:{'|'.join(words.split())})\b", _CASE) for language, words in _NUMBERS.items()}
)
_AND_OR = re.compile(r"\b(?:et|and)\s?/\s?(?:ou|or)\b", _CASE)
_ASIDE = re.compile(r"\([^()]{3,}\)|;")
_HARD = MappingProxyType(
    {
        language: tuple((re.compile(rf"\b(?:{hard})\b", _CASE), instead) for hard, instead in pairs.items())
        for language, pairs in SIMPLER.items()
    }
)


def check_text(text: str, language: str, *, is_easy: bool = False) -> tuple[Remark, ...]:
    """Return the remarks on a text without markup, in its order; none in a language that is not known here.

    Args: language: a primary subtag; is_easy: whether it means to be easy to read, which shortens sentences.
    """
    if language not in LANGUAGES:
        return ()
    found = [
        *_sentences(text, MAX_EASY_WORDS if is_easy else MAX_WORDS),
        *_negations(text, language),
        *_matches(Rule.PASSIVE, _PASSIVES[language], text),
        *_words(text, language),
        *(each for each in _matches(Rule.ABBREVIATION, _ABBREVIATION, text) if each.words not in _KNOWN_LETTERS),
        *_matches(Rule.PERCENTAGE, _PERCENTAGE[language], text),
        *_matches(Rule.AND_OR, _AND_OR, text),
        *_matches(Rule.ASIDE, _ASIDE, text),
    ]
    percentages = [each for each in found if each.rule is Rule.PERCENTAGE]
    found += [
        each
        for each in _matches(Rule.NUMBER_IN_WORDS, _NUMBER[language], text)
        if not any(other.start <= each.start < other.end for other in percentages)
    ]
    return tuple(sorted(found, key=lambda each: (each.start, each.end, each.rule)))


def _matches(rule: Rule, pattern: re.Pattern[str], text: str) -> Iterator[Remark]:
    for match in pattern.finditer(text):
        yield Remark(rule, match.start(), match.end(), match.group())


def _sentences(text: str, limit: int) -> Iterator[Remark]:
    for match in _SENTENCE.finditer(text):
        count = len(_WORD.findall(match.group()))
        if count > limit:
            words = match.group().strip()
            start = match.start() + match.group().index(words)
            yield Remark(Rule.LONG_SENTENCE, start, start + len(words), words, count=count)


def _negations(text: str, language: str) -> Iterator[Remark]:
    """Yield one remark a sentence: a negation, or what makes two of them."""
    for sentence in _SENTENCE.finditer(text):
        found = list(_NEGATIONS[language].finditer(text, sentence.start(), sentence.end()))
        turned = _TURNED[language].search(text, sentence.start(), sentence.end())
        heads = [each for each in found if each.group().lower() not in _ECHO[language]] or found[:1]
        if turned or len(heads) > 1:
            ends = [*heads, *([turned] if turned else [])]
            start, end = min(each.start() for each in ends), max(each.end() for each in ends)
            yield Remark(Rule.DOUBLE_NEGATION, start, end, text[start:end])
        elif heads:
            yield Remark(Rule.NEGATION, heads[0].start(), heads[0].end(), heads[0].group())


def _words(text: str, language: str) -> Iterator[Remark]:
    taken: set[int] = set()
    for pattern, instead in _HARD[language]:
        for match in pattern.finditer(text):
            taken.update(range(match.start(), match.end()))
            yield Remark(Rule.HARD_WORD, match.start(), match.end(), match.group(), instead)
    for match in _WORD.finditer(text):
        word = max(re.split(r"['’-]", match.group()), key=len)
        is_common = word.lower() in LONG_BUT_COMMON[language]
        if len(word) >= LONG_WORD and not is_common and match.start() not in taken:
            yield Remark(Rule.LONG_WORD, match.start(), match.end(), match.group())
