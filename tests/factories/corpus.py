"""Transcripts, codes and codings, made by the services in the session of the test."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from coding.models import Code, Transcript, TranscriptVersion
from coding.services import CodingResult, add_coding, create_code
from coding.transcripts import import_transcript, preview
from studies.models import Account, Participant, Study

INTERVIEW = """Enquêtrice : Comment ça a commencé ?

Nadège : Ben, par la lettre. J'avais peur qu'on me coupe le RSA.

Enquêtrice : Et ensuite ?

Nadège : Je suis venue au groupe. On était vingt-cinq, et j'ai parlé.
"""


def make_transcript(
    session: Session,
    study: Study,
    *,
    text: str = INTERVIEW,
    title: str = "Entretien",
    participant: Participant | None = None,
) -> Transcript:
    """Import a text as a transcript of the study."""
    transcript = import_transcript(
        session,
        study.id,
        preview("entretien.txt", text.encode()),
        title=title,
        participant_id=None if participant is None else participant.id,
    )
    session.commit()
    return transcript


def version_of(session: Session, transcript: Transcript) -> TranscriptVersion:
    """Return the current version."""
    return session.scalars(
        select(TranscriptVersion).where(TranscriptVersion.transcript_id == transcript.id, TranscriptVersion.is_current)
    ).one()


def make_code(
    session: Session, study: Study, name: str, *, parent_id: UUID | None = None, is_codable: bool = True
) -> Code:
    """Add a code to the study's codebook."""
    code = create_code(session, study.id, name, parent_id=parent_id, is_codable=is_codable)
    session.commit()
    return code


def code_words(session: Session, transcript: Transcript, words: str, code: Code, coder: Account) -> CodingResult:
    """Put a code on the first occurrence of some words."""
    version = version_of(session, transcript)
    start = version.text.index(words)
    result = add_coding(session, version.id, start, start + len(words), code.id, coder.id)
    session.commit()
    return result
