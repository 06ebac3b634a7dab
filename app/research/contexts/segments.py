"""What the list of segments was asked, and what its page shows."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from werkzeug.datastructures import MultiDict

from app.research.contexts.corpus import role_options
from app.research.contexts.design_choices import DesignChoices
from coding.models import SpeakerRole
from coding.queries import CodeRow, CorpusRow, SegmentFilter, SegmentPage

FILTERS = ("transcript", "site", "arm", "wave", "coder", "role")
# An id that nobody has: a filter that cannot be read finds nothing rather than everything.
_NOTHING = UUID(int=0)
_MAX_DIGITS = 9


@dataclass(frozen=True, slots=True)
class SegmentsPage:
    """The page; `asked` holds what the filters say, `query` repeats it in addresses of exports."""

    found: SegmentPage
    codes: tuple[CodeRow, ...]
    chosen_codes: frozenset[UUID]
    options: dict[str, tuple[tuple[str, str], ...]]
    asked: dict[str, str]
    query: str
    is_filtered: bool
    has_codes: bool


def read_filter(asked: MultiDict[str, str]) -> SegmentFilter:
    """Read the address."""
    roles: tuple[SpeakerRole, ...] = ()
    if asked.get("role") in list(SpeakerRole):
        roles = (SpeakerRole(asked["role"]),)
    return SegmentFilter(
        code_ids=ids_in(asked, "code"),
        transcript_ids=ids_in(asked, "transcript"),
        site_ids=ids_in(asked, "site"),
        arm_ids=ids_in(asked, "arm"),
        wave_ids=ids_in(asked, "wave"),
        coder_ids=ids_in(asked, "coder"),
        roles=roles,
    )


def page_number(typed: str) -> int:
    """Read the number of a page; the first one when it cannot be read."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= _MAX_DIGITS else 1


def build_segments_page(
    found: SegmentPage,
    asked: MultiDict[str, str],
    *,
    codes: tuple[CodeRow, ...],
    transcripts: tuple[CorpusRow, ...],
    design: DesignChoices,
) -> SegmentsPage:
    """Compute the page."""
    options = {
        "transcript": tuple((str(row.transcript_id), row.title) for row in transcripts),
        "site": design.sites,
        "arm": design.arms,
        "wave": design.waves,
        "coder": design.coders,
        "role": role_options(),
    }
    kept = [(name, value) for name, value in asked.items(multi=True) if value and name != "page"]
    return SegmentsPage(
        found=found,
        codes=codes,
        chosen_codes=frozenset(ids_in(asked, "code")),
        options={name: options[name] for name in FILTERS if options[name]},
        asked={name: asked.get(name, "") for name in FILTERS},
        query=urlencode(kept),
        is_filtered=bool(kept),
        has_codes=bool(codes),
    )


def ids_in(asked: MultiDict[str, str], name: str) -> tuple[UUID, ...]:
    """Return the ids of an address; one that cannot be read becomes an id that nobody has."""
    ids = []
    for text in asked.getlist(name):
        if not text:
            continue
        try:
            ids.append(UUID(text))
        except ValueError:
            ids.append(_NOTHING)
    return tuple(ids)
