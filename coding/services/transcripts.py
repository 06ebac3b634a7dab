"""What may change about a transcript once imported: its title, whose words these are, who interviews."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from coding.models import (
    ClusterMember,
    Coding,
    Segment,
    Speaker,
    SpeakerRole,
    TextChunk,
    Transcript,
    TranscriptVersion,
    Turn,
)
from coding.object_models import ObjectKind
from coding.services.codings import find_turn
from coding.services.references import forget_references, move_references
from coding.spans import Span
from core.audit import record
from core.errors import Conflict, Invalid, NotFound
from core.text import normalise
from studies.models import Participant

_KEEP: Any = object()


def rename_transcript(
    session: Session, study_id: UUID, transcript_id: UUID, title: str, *, account_id: UUID | None = None
) -> None:
    """Change a transcript's title.

    Raises: NotFound: `coding.transcript_unknown`.  Conflict: `coding.title_taken`.  Invalid: `coding.title_missing`.
    """
    transcript = find_transcript(session, study_id, transcript_id)
    title = normalise(title).strip()
    if not title:
        raise Invalid("coding.title_missing")
    taken = session.scalar(select(Transcript.id).where(Transcript.study_id == study_id, Transcript.title == title))
    if taken is not None and taken != transcript.id:
        raise Conflict("coding.title_taken", title=title)
    before, transcript.title = transcript.title, title
    _record(session, "transcript.rename", transcript, account_id, before={"title": before}, after={"title": title})
    session.flush()


def link_participant(
    session: Session,
    study_id: UUID,
    transcript_id: UUID,
    participant_id: UUID | None,
    *,
    account_id: UUID | None = None,
) -> None:
    """Say whose interview it is (None: nobody's); the site follows.

    Raises: NotFound: `coding.transcript_unknown`, `coding.participant_unknown`.
    """
    transcript = find_transcript(session, study_id, transcript_id)
    before = {"participant": _text(transcript.participant_id)}
    if participant_id is not None:
        transcript.site_id = _participant(session, study_id, participant_id).site_id
    transcript.participant_id = participant_id
    after = {"participant": _text(participant_id)}
    _record(session, "transcript.link", transcript, account_id, before=before, after=after)
    session.flush()


def set_speaker(
    session: Session,
    study_id: UUID,
    speaker_id: UUID,
    *,
    role: SpeakerRole | None = None,
    participant_id: UUID | None = _KEEP,
    account_id: UUID | None = None,
) -> None:
    """Set a speaker's role, or the participant they are; segments count for the right person at once.

    Raises: NotFound: `coding.speaker_unknown`, `coding.participant_unknown`.
    """
    speaker, transcript = _speaker(session, study_id, speaker_id)
    before = _state(speaker)
    changes_role = role is not None and role is not speaker.role
    if role is not None:
        speaker.role = role
    if participant_id is not _KEEP:
        if participant_id is not None:
            _participant(session, study_id, participant_id)
        speaker.participant_id = participant_id
    session.flush()
    if changes_role:
        _place_segments(session, transcript.id)
    _record(session, "speaker.set", transcript, account_id, before=before, after=_state(speaker))
    session.flush()


def rename_speaker(
    session: Session, study_id: UUID, speaker_id: UUID, label: str, *, account_id: UUID | None = None
) -> None:
    """Change how a speaker is called; taking another speaker's label makes the two one.

    Raises: NotFound: `coding.speaker_unknown`.  Invalid: `coding.name_missing`.
    """
    speaker, transcript = _speaker(session, study_id, speaker_id)
    label = " ".join(normalise(label).split())
    if not label:
        raise Invalid("coding.name_missing")
    before = _state(speaker)
    other = session.scalars(
        select(Speaker).where(Speaker.transcript_id == transcript.id, Speaker.label == label, Speaker.id != speaker.id)
    ).one_or_none()
    if other is None:
        speaker.label = label
        after = _state(speaker)
    else:
        session.execute(update(Turn).where(Turn.speaker_id == speaker.id).values(speaker_id=other.id))
        move_references(session, study_id, ObjectKind.SPEAKER, speaker.id, other.id)
        session.delete(speaker)
        session.flush()
        _place_segments(session, transcript.id)
        after = _state(other)
    _record(session, "speaker.rename", transcript, account_id, before=before, after=after)
    session.flush()


def delete_transcript(session: Session, study_id: UUID, transcript_id: UUID, *, account_id: UUID | None = None) -> int:
    """Delete a transcript with its segments and codings; return how many codings went. The trail keeps each of them.

    Raises: NotFound: `coding.transcript_unknown`.
    """
    transcript = find_transcript(session, study_id, transcript_id)
    rows = session.execute(
        select(Segment.start, Segment.end, Coding.id, Coding.code_id, Coding.coder_id, Coding.status)
        .join(Segment, Segment.id == Coding.segment_id)
        .join(TranscriptVersion, TranscriptVersion.id == Segment.version_id)
        .where(TranscriptVersion.transcript_id == transcript_id)
    ).all()
    before = {
        "title": transcript.title,
        "file": transcript.source_reference,
        "codings": [
            {
                "id": str(row.id),
                "start": row.start,
                "end": row.end,
                "code": str(row.code_id),
                "coder": str(row.coder_id),
                "status": row.status.value,
            }
            for row in rows
        ],
    }
    _record(session, "transcript.delete", transcript, account_id, before=before)
    session.flush()
    versions = select(TranscriptVersion.id).where(TranscriptVersion.transcript_id == transcript_id)
    segments = select(Segment.id).where(Segment.version_id.in_(versions))
    for kind, ids in (
        (ObjectKind.CODING, [row.id for row in rows]),
        (ObjectKind.SEGMENT, list(session.scalars(segments))),
        (ObjectKind.SPEAKER, list(session.scalars(select(Speaker.id).where(Speaker.transcript_id == transcript_id)))),
        (ObjectKind.TRANSCRIPT, [transcript_id]),
    ):
        forget_references(session, study_id, kind, ids)
    for statement in (
        delete(Coding).where(Coding.segment_id.in_(segments)),
        delete(ClusterMember).where(ClusterMember.version_id.in_(versions)),
        delete(Segment).where(Segment.version_id.in_(versions)),
        delete(TextChunk).where(TextChunk.version_id.in_(versions)),
        delete(Turn).where(Turn.version_id.in_(versions)),
        delete(Speaker).where(Speaker.transcript_id == transcript_id),
        delete(TranscriptVersion).where(TranscriptVersion.transcript_id == transcript_id),
        delete(Transcript).where(Transcript.id == transcript_id),
    ):
        session.execute(statement)
    return len(rows)


def find_transcript(session: Session, study_id: UUID, transcript_id: UUID) -> Transcript:
    """Return a transcript of the study.  Raises: NotFound: `coding.transcript_unknown`."""
    transcript = session.get(Transcript, transcript_id)
    if transcript is None or transcript.study_id != study_id:
        raise NotFound("coding.transcript_unknown")
    return transcript


def _speaker(session: Session, study_id: UUID, speaker_id: UUID) -> tuple[Speaker, Transcript]:
    row = session.execute(
        select(Speaker, Transcript)
        .join(Transcript, Transcript.id == Speaker.transcript_id)
        .where(Speaker.id == speaker_id, Transcript.study_id == study_id)
    ).one_or_none()
    if row is None:
        raise NotFound("coding.speaker_unknown")
    return row[0], row[1]


def _participant(session: Session, study_id: UUID, participant_id: UUID) -> Participant:
    participant = session.get(Participant, participant_id)
    if participant is None or participant.study_id != study_id:
        raise NotFound("coding.participant_unknown")
    return participant


def _place_segments(session: Session, transcript_id: UUID) -> None:
    """Find anew which turn each segment counts for, since who interviews has changed."""
    segments = session.scalars(
        select(Segment)
        .join(TranscriptVersion, TranscriptVersion.id == Segment.version_id)
        .where(TranscriptVersion.transcript_id == transcript_id)
    ).all()
    for segment in segments:
        segment.turn_id = find_turn(session, segment.version_id, Span(segment.start, segment.end))


def _state(speaker: Speaker) -> dict[str, str | None]:
    return {
        "speaker": str(speaker.id),
        "label": speaker.label,
        "role": speaker.role.value,
        "participant": _text(speaker.participant_id),
    }


def _text(identifier: UUID | None) -> str | None:
    return None if identifier is None else str(identifier)


def _record(
    session: Session, verb: str, transcript: Transcript, account_id: UUID | None, *, before: Any, after: Any = None
) -> None:
    record(
        session,
        verb=verb,
        object_kind="transcript",
        object_id=transcript.id,
        study_id=transcript.study_id,
        account_id=account_id,
        before=before,
        after=after,
    )
