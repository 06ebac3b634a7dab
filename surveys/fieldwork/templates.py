"""The words of a message with places in them: `${lien}`, `${code}`, `${prénom}`… A template, never an expression.

`[[Une question ? ${contact}]]` is left out whole where nobody is named to ask.
"""

import re
import unicodedata
from collections.abc import Mapping

from core.errors import Invalid

PLACES = ("lien", "code", "prénom", "nom", "vague", "date limite", "structure", "contact", "arrêt")
"""What a message may quote, as people write it; accents, capitals and spaces do not matter."""
MAX_BODY = 4_000
MAX_SUBJECT = 200
_PLACE = re.compile(r"\$\{([^}]{0,60})\}")
_OPTIONAL = re.compile(r"\[\[((?:(?!\[\[|\]\]).){0,500})\]\]", re.DOTALL)


def _folded(name: str) -> str:
    bare = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[\s_-]+", " ", bare).strip()


_BY_FOLDED = {_folded(place): place for place in PLACES} | {
    "link": "lien",
    "first name": "prénom",
    "name": "nom",
    "wave": "vague",
    "last day": "date limite",
    "organisation": "structure",
    "stop": "arrêt",
}


def places_in(text: str) -> tuple[str, ...]:
    """Return the places a text names, each once, in order.

    Raises: Invalid("fieldwork.unknown_place"): it names one that no message has, or a brace is never closed.
    """
    found: dict[str, None] = {}
    for match in _PLACE.finditer(text):
        place = _BY_FOLDED.get(_folded(match[1]))
        if place is None:
            raise Invalid("fieldwork.unknown_place", name=match[1].strip(), known=", ".join(PLACES))
        found[place] = None
    if "${" in _PLACE.sub("", text):
        raise Invalid("fieldwork.place_not_closed")
    return tuple(found)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its places filled; `[[…]]` around one that has no value is left out whole."""
    chosen = _OPTIONAL.sub(lambda match: match[1] if _has_all(match[1], values) else "", text)
    filled = _PLACE.sub(lambda match: _value(match[1], values), chosen)
    tidied = re.sub(r"[ \t]+(?=\n|$)", "", re.sub(r"[ \t]{2,}", " ", filled))
    return re.sub(r"\n{3,}", "\n\n", tidied)


def _has_all(text: str, values: Mapping[str, str]) -> bool:
    return all(_value(match[1], values) for match in _PLACE.finditer(text))


def _value(name: str, values: Mapping[str, str]) -> str:
    return values.get(_BY_FOLDED.get(_folded(name), ""), "")
