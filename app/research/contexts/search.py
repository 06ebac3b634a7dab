"""What was asked of the texts, and what the page of the search shows."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.research.contexts.acts import as_uuid
from app.research.contexts.design_choices import DesignChoices
from app.research.contexts.segments import ids_in, page_number
from app.wording import word
from coding.queries import CodeRow, CorpusRow
from coding.queries.concordance import SORTS, Concordance, ConcordanceFilter, find_lines
from coding.search.asking import read_query
from coding.search.matching import Asking
from core.errors import Invalid

PAGE_SIZE = 50
MAX_CHOSEN = 500
SORT_NAMES = {
    "text": _("the order of the texts"),
    "before": _("the word before"),
    "words": _("the words found"),
    "after": _("the word after"),
}


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The page; `found` is None until something readable was asked."""

    typed: str
    found: Concordance | None
    page: int
    pages: int
    sort: str
    sorts: tuple[tuple[str, str, str], ...]
    with_accents: bool
    with_interviewers: bool
    codes: tuple[CodeRow, ...]
    code_options: list[tuple[str, str]]
    options: dict[str, tuple[tuple[str, str], ...]]
    asked: dict[str, str]
    query: str
    problem: str


def build_search_page(
    session: Session,
    study_id: UUID,
    asked: MultiDict[str, str],
    *,
    codes: tuple[CodeRow, ...],
    transcripts: tuple[CorpusRow, ...],
    design: DesignChoices,
    problem: str,
) -> SearchPage:
    """Search, and compute the page."""
    typed = asked.get("q", "")
    sort = asked.get("sort", "text") if asked.get("sort") in SORTS else "text"
    page = max(1, page_number(asked.get("page", "")))
    wanted = ConcordanceFilter(
        transcript_ids=ids_in(asked, "transcript"),
        site_ids=ids_in(asked, "site"),
        wave_ids=ids_in(asked, "wave"),
        with_interviewers="interviewers" in asked,
    )
    found = None
    if typed.strip():
        try:
            asking = Asking(read_query(typed), with_accents="accents" in asked)
            found = find_lines(session, study_id, asking, wanted, sort=sort, page=page, page_size=PAGE_SIZE)
        except Invalid as error:
            problem = problem or word(error)
    options = {
        "transcript": tuple((str(row.transcript_id), row.title) for row in transcripts),
        "site": design.sites,
        "wave": design.waves,
    }
    kept = [(name, value) for name, value in asked.items(multi=True) if value and name not in {"page", "sort"}]
    return SearchPage(
        typed=typed,
        found=found,
        page=page,
        pages=max(1, -(-(found.total if found else 0) // PAGE_SIZE)),
        sort=sort,
        sorts=tuple((each, str(SORT_NAMES[each]), urlencode([*kept, ("sort", each)])) for each in SORTS),
        with_accents="accents" in asked,
        with_interviewers="interviewers" in asked,
        codes=codes,
        code_options=[(str(code.code_id), " › ".join((*code.path, code.name))) for code in codes if code.is_codable],
        options={name: choices for name, choices in options.items() if choices},
        asked={name: asked.get(name, "") for name in options},
        query=urlencode([(name, value) for name, value in asked.items(multi=True) if value]),
        problem=problem,
    )


@dataclass(frozen=True, slots=True)
class Chosen:
    """The lines and codes chosen: (version, start, end) in code points."""

    places: tuple[tuple[UUID, int, int], ...]
    code_ids: list[UUID]
    new_code: str


def read_chosen(form: MultiDict[str, str]) -> Chosen:
    """Read the form.

    Raises: Invalid: `coding.act_unreadable`; `coding.no_line_chosen`.
    """
    places = []
    for line in form.getlist("line")[:MAX_CHOSEN]:
        version, _colon, rest = line.partition(":")
        start, _dash, end = rest.partition("-")
        if not (start.isascii() and start.isdigit() and end.isascii() and end.isdigit()):
            raise Invalid("coding.act_unreadable")
        places.append((as_uuid(version), int(start), int(end)))
    if not places:
        raise Invalid("coding.no_line_chosen")
    code_ids = [as_uuid(code) for code in form.getlist("code") if code]
    return Chosen(tuple(places), code_ids, form.get("new_code", "").strip()[:300])
