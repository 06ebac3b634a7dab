"""Segments by code, with where they come from and what surrounds them."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from coding.models import Code, Coding, CodingStatus, Segment, Speaker, SpeakerRole, Transcript, TranscriptKind
from coding.queries.codebook import branches
from coding.queries.visibility import COUNTED, Viewer, from_codings, person, quotation_consents
from studies.models import Account, Arm, Participant, Population, PopulationKind, Site, Wave

PAGE_SIZE = 50
# Columns of the loading query that are fields of SegmentRow, in its order; those of the coding come after.
_PLACE_COLUMNS = 22


@dataclass(frozen=True, slots=True)
class SegmentFilter:
    """What to list; an empty field asks for nothing. Codes are alternatives, and bring those below them."""

    code_ids: tuple[UUID, ...] = ()
    transcript_ids: tuple[UUID, ...] = ()
    segment_ids: tuple[UUID, ...] = ()
    kinds: tuple[TranscriptKind, ...] = ()
    roles: tuple[SpeakerRole, ...] = ()
    site_ids: tuple[UUID, ...] = ()
    arm_ids: tuple[UUID, ...] = ()
    population_ids: tuple[UUID, ...] = ()
    wave_ids: tuple[UUID, ...] = ()
    coder_ids: tuple[UUID, ...] = ()
    statuses: tuple[CodingStatus, ...] = COUNTED
    with_codes_below: bool = True


@dataclass(frozen=True, slots=True)
class CodedBy:
    """One coder's coding of the row."""

    coding_id: UUID
    coder_id: UUID
    coder: str
    status: CodingStatus
    comment: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """One segment with one code, and all who put it there; `may_quote` is the person's consent to quotation."""

    segment_id: UUID
    version_id: UUID
    transcript_id: UUID
    title: str
    kind: TranscriptKind
    start: int
    end: int
    quote: str
    context_before: str
    context_after: str
    code_id: UUID
    code: str
    colour: str
    speaker: str | None
    role: SpeakerRole | None
    participant_id: UUID | None
    pseudonym: str | None
    population: str | None
    population_kind: PopulationKind | None
    arm: str | None
    site: str | None
    wave: str | None
    may_quote: bool
    codings: tuple[CodedBy, ...]


@dataclass(frozen=True, slots=True)
class SegmentPage:
    """A page of segments; `total` counts rows over all pages, pages count from 1."""

    rows: tuple[SegmentRow, ...]
    total: int
    page: int
    page_size: int

    @property
    def page_count(self) -> int:
        """Number of pages, at least 1."""
        return max(1, -(-self.total // self.page_size))


def find_segments(
    session: Session,
    study_id: UUID,
    viewer: Viewer,
    wanted: SegmentFilter | None = None,
    *,
    page: int = 1,
    page_size: int | None = PAGE_SIZE,
) -> SegmentPage:
    """Return the segments asked for, by transcript and place; `page_size` None brings all of them.

    At most five statements, whatever the number of rows.
    """
    wanted = wanted or SegmentFilter()
    if wanted.code_ids and wanted.with_codes_below:
        held = branches(session, study_id)
        below = frozenset[UUID]().union(*(held.get(code_id, ()) for code_id in wanted.code_ids))
        wanted = replace(wanted, code_ids=(*wanted.code_ids, *below), with_codes_below=False)
    keys = (Segment.id, Coding.code_id)
    matching = _matching(study_id, viewer, wanted, keys).distinct()
    if page_size is None:
        pairs = None
        total = 0
    else:
        total = session.scalar(select(func.count()).select_from(matching.subquery())) or 0
        page = max(1, min(page, -(-total // page_size) or 1))
        ordered = (
            _matching(study_id, viewer, wanted, (*keys, Transcript.title, Segment.start, Segment.end, Code.name))
            .distinct()
            .order_by(Transcript.title, Segment.start, Segment.end, Code.name, *keys)
            .limit(page_size)
            .offset((page - 1) * page_size)
        )
        pairs = [(row[0], row[1]) for row in session.execute(ordered)]
        if not pairs:
            return SegmentPage((), total, page, page_size)
    rows = _load(session, study_id, viewer, wanted, pairs)
    if page_size is None:
        return SegmentPage(rows, len(rows), 1, max(1, len(rows)))
    return SegmentPage(rows, total, page, page_size)


def _matching(study_id: UUID, viewer: Viewer, wanted: SegmentFilter, columns: tuple[Any, ...]) -> Select[Any]:
    query = (
        from_codings(columns, study_id, viewer)
        .outerjoin(Participant, Participant.id == person())
        .where(Coding.status.in_(wanted.statuses))
    )
    for column, values in (
        (Coding.code_id, wanted.code_ids),
        (Transcript.id, wanted.transcript_ids),
        (Segment.id, wanted.segment_ids),
        (Transcript.kind, wanted.kinds),
        (Speaker.role, wanted.roles),
        (func.coalesce(Transcript.site_id, Participant.site_id), wanted.site_ids),
        (Participant.arm_id, wanted.arm_ids),
        (Participant.population_id, wanted.population_ids),
        (Transcript.wave_id, wanted.wave_ids),
        (Coding.coder_id, wanted.coder_ids),
    ):
        if values:
            query = query.where(column.in_(values))
    return query


def _load(
    session: Session,
    study_id: UUID,
    viewer: Viewer,
    wanted: SegmentFilter,
    pairs: list[tuple[UUID, UUID]] | None,
) -> tuple[SegmentRow, ...]:
    columns = (
        Segment.id, Segment.version_id, Transcript.id.label("transcript_id"), Transcript.title, Transcript.kind,
        Segment.start, Segment.end, Segment.quote, Segment.context_before, Segment.context_after, Coding.code_id,
        Code.name.label("code"), Code.colour, Speaker.label.label("speaker"), Speaker.role,
        Participant.id.label("participant_id"), Participant.pseudonym, Population.name.label("population"),
        Population.kind.label("population_kind"), Arm.name.label("arm"), Site.name.label("site"),
        Wave.name.label("wave"), Coding.id.label("coding_id"), Coding.coder_id, Account.name.label("coder"),
        Coding.status, Coding.comment, Coding.created_at,
    )  # fmt: skip
    query = (
        _matching(study_id, viewer, wanted, columns)
        .join(Account, Account.id == Coding.coder_id)
        .outerjoin(Population, Population.id == Participant.population_id)
        .outerjoin(Arm, Arm.id == Participant.arm_id)
        .outerjoin(Site, Site.id == func.coalesce(Transcript.site_id, Participant.site_id))
        .outerjoin(Wave, Wave.id == Transcript.wave_id)
        .order_by(
            Transcript.title, Segment.start, Segment.end, Code.name, Segment.id, Coding.code_id, Account.name, Coding.id
        )
    )
    if pairs is not None:
        query = query.where(tuple_(Segment.id, Coding.code_id).in_(pairs))
    rows = session.execute(query).all()
    quotable = set(session.scalars(quotation_consents(select(Participant.id).where(Participant.study_id == study_id))))
    grouped: dict[tuple[UUID, UUID], list[Any]] = {}
    for row in rows:
        grouped.setdefault((row.id, row.code_id), []).append(row)
    return tuple(_row(group, may_quote=group[0].participant_id in quotable) for group in grouped.values())


def _row(group: list[Any], *, may_quote: bool) -> SegmentRow:
    """Make one row of the codings that share segment and code."""
    place: tuple[Any, ...] = tuple(group[0])[:_PLACE_COLUMNS]
    codings = tuple(
        CodedBy(row.coding_id, row.coder_id, row.coder, row.status, row.comment, row.created_at) for row in group
    )
    values = (*place, may_quote, codings)
    return SegmentRow(*values)
