"""Names found by the model of French; what rules find comes first. A proposal, always: see docs/method."""

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from coding.naming.models import NameKind
from coding.naming.rules import Found, find_by_rules
from coding.nlp.annotate import MODEL, SPEECH_WORDS

_KINDS = {"PER": NameKind.PERSON, "LOC": NameKind.PLACE, "ORG": NameKind.ORGANISATION, "MISC": NameKind.OTHER}
# What the model takes for names in speech, and is none.
_NOT_NAMES = (
    frozenset(
        """
    bah ça hein ben ouais xxx oui non bon bonjour merci rsa caf ccas pmi ase pole emploi france travail département
    madame monsieur mme m lundi mardi mercredi jeudi vendredi samedi dimanche noël dieu internet covid
    """.split()  # noqa: SIM905  a list of words reads better as prose
    )
    | SPEECH_WORDS
)
_PIECE = 20_000
_EDGES = " \t\n.,;:!?…«»\"“”()[]-–—'’"
_ARTICLE = re.compile(r"^(?:l|d|qu|j|n|s|c|m|t)['’]", re.IGNORECASE)


@cache
def _language() -> Any:
    """Load the model once a process, with what entities need only."""
    import spacy  # noqa: PLC0415  slow import

    return spacy.load(MODEL, exclude=["parser", "senter", "lemmatizer", "morphologizer", "attribute_ruler", "tagger"])


def find_names(texts: Sequence[str], report: Callable[[float], None] | None = None) -> list[list[Found]]:
    """Return what may identify people in each text, in order, without overlap; `report` hears the share done."""
    found = []
    for place, text in enumerate(texts, start=1):
        by_rule = find_by_rules(text)
        by_model = [
            each
            for each in _by_model(text)
            if not any(each.start < other.end and other.start < each.end for other in by_rule)
        ]
        found.append(sorted([*by_rule, *by_model], key=lambda each: each.start))
        if report is not None:
            report(place / len(texts))
    return found


def _by_model(text: str) -> list[Found]:
    found = []
    for start in _pieces(text):
        for entity in _language()(text[start : start + _PIECE]).ents:
            span = _tidy(text, start + entity.start_char, start + entity.end_char)
            if span is not None and entity.label_ in _KINDS:
                found.append(Found(_KINDS[entity.label_], *span, "model"))
    return found


def _pieces(text: str) -> Sequence[int]:
    """Cut at ends of lines where there are some: a name is not cut in two."""
    starts = [0]
    while len(text) - starts[-1] > _PIECE:
        cut = text.rfind("\n", starts[-1] + 1, starts[-1] + _PIECE)
        starts.append(starts[-1] + _PIECE if cut < 0 else cut + 1)
    return starts


def _tidy(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Leave out punctuation, elided articles and words of speech at the edges; None when nothing is left."""
    end = min(end, len(text))
    newline = text.find("\n", start, end)
    if newline >= 0:
        end = newline
    while start < end and text[start] in _EDGES:
        start += 1
    while end > start and text[end - 1] in _EDGES:
        end -= 1
    article = _ARTICLE.match(text[start:end])
    if article is not None:
        start += article.end()
    words = text[start:end].split()
    while words and words[0].casefold() in _NOT_NAMES:
        start += len(words.pop(0))
        start += len(text[start:end]) - len(text[start:end].lstrip())
    if end - start < 2 or not any(letter.isupper() for letter in text[start:end]):  # noqa: PLR2004  a letter is no name
        return None
    return start, end
