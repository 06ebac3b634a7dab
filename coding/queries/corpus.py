"""The list of transcripts of a study."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coding.models import Coding, Segment, Speaker, SpeakerRole, Transcript, TranscriptKind, TranscriptVersion
from coding.queries.visibility import COUNTED, Viewer, from_codings
from studies.models import Account, Arm, Participant, Population, PopulationKind, Site, Wave


@dataclass(frozen=True, slots=True)
class CorpusRow:
    """One transcript as the list shows it; counts are of codings the viewer sees, proposals left out."""

    transcript_id: UUID
    version_id: UUID
    title: str
    kind: TranscriptKind
    word_count: int
    segment_count: int
    code_count: int
    coders: tuple[str, ...]
    participant_id: UUID | None
    pseudonym: str | None
    person_count: int
    population: str | None
    population_kind: PopulationKind | None
    arm: str | None
    site: str | None
    wave: str | None
    created_at: datetime


def list_transcripts(session: Session, study_id: UUID, viewer: Viewer) -> tuple[CorpusRow, ...]:
    """Return the transcripts in the order of their titles. Four statements, whatever their number."""
    rows = session.execute(
        select(
            Transcript.id,
            TranscriptVersion.id.label("version_id"),
            Transcript.title,
            Transcript.kind,
            TranscriptVersion.word_count,
            Transcript.participant_id,
            Participant.pseudonym,
            Population.name.label("population"),
            Population.kind.label("population_kind"),
            Arm.name.label("arm"),
            Site.name.label("site"),
            Wave.name.label("wave"),
            Transcript.created_at,
        )
        .join(TranscriptVersion, TranscriptVersion.transcript_id == Transcript.id)
        .outerjoin(Participant, Participant.id == Transcript.participant_id)
        .outerjoin(Population, Population.id == Participant.population_id)
        .outerjoin(Arm, Arm.id == Participant.arm_id)
        .outerjoin(Site, Site.id == func.coalesce(Transcript.site_id, Participant.site_id))
        .outerjoin(Wave, Wave.id == Transcript.wave_id)
        .where(Transcript.study_id == study_id, TranscriptVersion.is_current)
        .order_by(Transcript.title)
    ).all()
    counts = {
        row.transcript_id: row
        for row in session.execute(
            from_codings(
                (
                    TranscriptVersion.transcript_id,
                    func.count(Segment.id.distinct()).label("segments"),
                    func.count(Coding.code_id.distinct()).label("codes"),
                ),
                study_id,
                viewer,
            )
            .where(Coding.status.in_(COUNTED))
            .group_by(TranscriptVersion.transcript_id)
        )
    }
    coders: dict[UUID, list[str]] = {}
    for transcript_id, name in session.execute(
        from_codings((TranscriptVersion.transcript_id, Account.name), study_id, viewer)
        .join(Account, Account.id == Coding.coder_id)
        .where(Coding.status.in_(COUNTED))
        .distinct()
        .order_by(Account.name)
    ):
        coders.setdefault(transcript_id, []).append(name)
    linked = {
        row.transcript_id: row.persons
        for row in session.execute(
            select(Speaker.transcript_id, func.count(Speaker.participant_id.distinct()).label("persons"))
            .join(Transcript, Transcript.id == Speaker.transcript_id)
            .where(Transcript.study_id == study_id, Speaker.role != SpeakerRole.INTERVIEWER)
            .group_by(Speaker.transcript_id)
        )
    }
    return tuple(
        CorpusRow(
            transcript_id=row.id,
            version_id=row.version_id,
            title=row.title,
            kind=row.kind,
            word_count=row.word_count,
            segment_count=counts[row.id].segments if row.id in counts else 0,
            code_count=counts[row.id].codes if row.id in counts else 0,
            coders=tuple(coders.get(row.id, ())),
            participant_id=row.participant_id,
            pseudonym=row.pseudonym,
            person_count=linked.get(row.id, 0) or int(row.participant_id is not None),
            population=row.population,
            population_kind=row.population_kind,
            arm=row.arm,
            site=row.site,
            wave=row.wave,
            created_at=row.created_at,
        )
        for row in rows
    )
