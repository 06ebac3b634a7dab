"""One transcript to read and code."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coding.models import (
    Code,
    Coding,
    CodingStatus,
    Segment,
    Speaker,
    SpeakerRole,
    Transcript,
    TranscriptKind,
    TranscriptVersion,
    Turn,
)
from coding.queries.visibility import Viewer, from_codings
from core.errors import NotFound
from studies.models import Account, Arm, Participant, Population, Site, Wave


@dataclass(frozen=True, slots=True)
class SpeakerView:
    """Someone who speaks here."""

    speaker_id: UUID
    label: str
    role: SpeakerRole
    participant_id: UUID | None
    pseudonym: str | None
    turn_count: int


@dataclass(frozen=True, slots=True)
class TurnView:
    """One turn, [start, end) in code points of the text; times in milliseconds."""

    turn_id: UUID
    position: int
    start: int
    end: int
    speaker_id: UUID | None
    label: str
    role: SpeakerRole | None
    start_ms: int | None
    end_ms: int | None


@dataclass(frozen=True, slots=True)
class CodingView:
    """One code on one stretch by one coder; `is_touched`: corrected since, and not looked at."""

    coding_id: UUID
    segment_id: UUID
    start: int
    end: int
    quote: str
    code_id: UUID
    code: str
    colour: str
    coder_id: UUID
    coder: str
    status: CodingStatus
    source: str
    comment: str
    is_touched: bool
    earlier_quote: str


@dataclass(frozen=True, slots=True)
class Document:
    """A transcript's current version, whole, with the codings its reader may see (refused proposals left out)."""

    transcript_id: UUID
    version_id: UUID
    title: str
    kind: TranscriptKind
    text: str
    word_count: int
    participant_id: UUID | None
    pseudonym: str | None
    population: str | None
    arm: str | None
    site: str | None
    wave: str | None
    speakers: tuple[SpeakerView, ...]
    turns: tuple[TurnView, ...]
    codings: tuple[CodingView, ...]


def find_document(session: Session, study_id: UUID, transcript_id: UUID, viewer: Viewer) -> Document:
    """Return a transcript to read. Four statements.

    Raises: NotFound: `coding.transcript_unknown`.
    """
    row = session.execute(
        select(
            Transcript.id,
            TranscriptVersion.id.label("version_id"),
            Transcript.title,
            Transcript.kind,
            TranscriptVersion.text,
            TranscriptVersion.word_count,
            Transcript.participant_id,
            Participant.pseudonym,
            Population.name.label("population"),
            Arm.name.label("arm"),
            Site.name.label("site"),
            Wave.name.label("wave"),
        )
        .join(TranscriptVersion, TranscriptVersion.transcript_id == Transcript.id)
        .outerjoin(Participant, Participant.id == Transcript.participant_id)
        .outerjoin(Population, Population.id == Participant.population_id)
        .outerjoin(Arm, Arm.id == Participant.arm_id)
        .outerjoin(Site, Site.id == func.coalesce(Transcript.site_id, Participant.site_id))
        .outerjoin(Wave, Wave.id == Transcript.wave_id)
        .where(Transcript.id == transcript_id, Transcript.study_id == study_id, TranscriptVersion.is_current)
    ).one_or_none()
    if row is None:
        raise NotFound("coding.transcript_unknown")
    turns = session.execute(
        select(Turn.id, Turn.position, Turn.start, Turn.end, Turn.speaker_id, Turn.start_ms, Turn.end_ms)
        .where(Turn.version_id == row.version_id)
        .order_by(Turn.position)
    ).all()
    said: dict[UUID, int] = {}
    for turn in turns:
        if turn.speaker_id is not None:
            said[turn.speaker_id] = said.get(turn.speaker_id, 0) + 1
    speakers = tuple(
        SpeakerView(each.id, each.label, each.role, each.participant_id, each.pseudonym, said.get(each.id, 0))
        for each in session.execute(
            select(Speaker.id, Speaker.label, Speaker.role, Speaker.participant_id, Participant.pseudonym)
            .outerjoin(Participant, Participant.id == Speaker.participant_id)
            .where(Speaker.transcript_id == transcript_id)
            .order_by(Speaker.position, Speaker.label)
        )
    )
    by_id = {speaker.speaker_id: speaker for speaker in speakers}
    return Document(
        transcript_id=row.id,
        version_id=row.version_id,
        title=row.title,
        kind=row.kind,
        text=row.text,
        word_count=row.word_count,
        participant_id=row.participant_id,
        pseudonym=row.pseudonym,
        population=row.population,
        arm=row.arm,
        site=row.site,
        wave=row.wave,
        speakers=speakers,
        turns=tuple(
            TurnView(
                turn_id=turn.id,
                position=turn.position,
                start=turn.start,
                end=turn.end,
                speaker_id=turn.speaker_id,
                label=by_id[turn.speaker_id].label if turn.speaker_id in by_id else "",
                role=by_id[turn.speaker_id].role if turn.speaker_id in by_id else None,
                start_ms=turn.start_ms,
                end_ms=turn.end_ms,
            )
            for turn in turns
        ),
        codings=codings_between(session, study_id, row.version_id, viewer),
    )


def codings_between(
    session: Session,
    study_id: UUID,
    version_id: UUID,
    viewer: Viewer,
    *,
    start: int = 0,
    end: int | None = None,
) -> tuple[CodingView, ...]:
    """Return the codings that share a character with [start, end), in reading order; longer ones first."""
    query = _codings(study_id, viewer).where(Segment.version_id == version_id, Segment.end > start)
    if end is not None:
        query = query.where(Segment.start < end)
    return tuple(CodingView(*row) for row in session.execute(query))


def find_coding(session: Session, study_id: UUID, coding_id: UUID, viewer: Viewer) -> CodingView:
    """Return one coding the viewer may see.  Raises: NotFound: `coding.coding_unknown`."""
    row = session.execute(_codings(study_id, viewer).where(Coding.id == coding_id)).one_or_none()
    if row is None:
        raise NotFound("coding.coding_unknown")
    return CodingView(*row)


def _codings(study_id: UUID, viewer: Viewer) -> Any:
    return (
        from_codings(
            (
                Coding.id, Coding.segment_id, Segment.start, Segment.end, Segment.quote, Coding.code_id, Code.name,
                Code.colour, Coding.coder_id, Account.name, Coding.status, Coding.source, Coding.comment,
                Segment.is_touched, Segment.earlier_quote,
            ),
            study_id,
            viewer,
        )
        .join(Account, Account.id == Coding.coder_id)
        .where(Coding.status != CodingStatus.REJECTED)
        .order_by(Segment.start, Segment.end.desc(), Code.position, Code.name, Account.name)
    )  # fmt: skip
