"""Live numbers in the text of a report: `{{ indicator:emploi@T2:programme }}`.

Grammar (spaces around parts do not matter):
    {{ indicator:KEY[@WAVE][:GROUP] }}   GROUP: an arm, `programme`, `temoin`, `ensemble` (default) or `ecart`
    {{ theme:NAME[:GROUP] }}             persons with the theme among those interviewed
    {{ flow:STEP[:GROUP] }}              STEP: drawn, invited, enrolled, observed
Names are compared without case, accents or punctuation.
"""

import enum
import re
import unicodedata
from dataclasses import dataclass

from core.errors import Invalid

_TOKEN = re.compile(r"\{\{\s*([^{}]{1,200}?)\s*\}\}")
_REFERENCE = re.compile(r"(indicator|theme|flow)\s*:\s*([^@:]+?)(?:\s*@\s*([^:]+?))?(?:\s*:\s*([^:]+?))?")


class ReferenceKind(enum.StrEnum):
    """What a reference names."""

    INDICATOR = "indicator"
    THEME = "theme"
    FLOW = "flow"


class Group(enum.StrEnum):
    """Groups that every study has, whatever its arms are called."""

    INTERVENTION = "intervention"
    CONTROL = "control"
    ALL = "all"
    DIFFERENCE = "difference"


_GROUPS = {
    "programme": Group.INTERVENTION,
    "program": Group.INTERVENTION,
    "intervention": Group.INTERVENTION,
    "temoin": Group.CONTROL,
    "control": Group.CONTROL,
    "ensemble": Group.ALL,
    "tous": Group.ALL,
    "all": Group.ALL,
    "ecart": Group.DIFFERENCE,
    "difference": Group.DIFFERENCE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One live number; `group` is one of Group, or the slug of an arm's name."""

    source: str
    kind: ReferenceKind
    name: str
    wave: str | None
    group: Group | str


def split_text(text: str) -> list[str | Reference]:
    """Return the text cut into plain stretches and references.

    Raises: Invalid("evaluation.reference_malformed"): braces hold something else.
    """
    parts: list[str | Reference] = []
    end = 0
    for match in _TOKEN.finditer(text):
        if match.start() > end:
            parts.append(text[end : match.start()])
        parts.append(parse_reference(match.group(1)))
        end = match.end()
    if end < len(text):
        parts.append(text[end:])
    return parts


def parse_reference(source: str) -> Reference:
    """Read what stands between the braces.

    Raises: Invalid("evaluation.reference_malformed"): it is no reference.
    """
    match = _REFERENCE.fullmatch(source.strip())
    if match is None:
        raise Invalid("evaluation.reference_malformed", reference=source)
    kind, name, wave, group = match.groups()
    slug = slugify(group) if group else Group.ALL
    return Reference(
        source=source.strip(),
        kind=ReferenceKind(kind),
        name=slugify(name),
        wave=wave,
        group=_GROUPS.get(slug, slug),
    )


def slugify(words: str) -> str:
    """Return words without case, accents and punctuation, joined by underscores."""
    plain = unicodedata.normalize("NFKD", words.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
