"""Transcripts, codes and codings for tests, made by the services themselves and committed."""

from uuid import UUID

from sqlalchemy import select

from app.extensions import db
from coding.models import Code, Transcript, TranscriptVersion
from coding.services import add_coding, create_code
from coding.transcripts import import_transcript, preview
from studies.models import Account, Study

INTERVIEW = """Enquêtrice : Comment ça a commencé ?

Nadège : Par la lettre. J'ai eu peur, je me suis dit ça y est, ils vont me couper.

Enquêtrice : Et ensuite ?

Nadège : Ensuite il y a eu le groupe. Là, j'ai levé la tête."""


def make_transcript(study: Study, *, title: str = "Nadège", text: str = INTERVIEW) -> Transcript:
    """Import a text as a transcript of the study."""
    transcript = import_transcript(db.session(), study.id, preview(f"{title}.txt", text.encode()))
    db.session.commit()
    return transcript


def make_code(study: Study, name: str = "Peur", *, parent: Code | None = None, is_codable: bool = True) -> Code:
    """Add a code."""
    code = create_code(db.session(), study.id, name, parent_id=parent.id if parent else None, is_codable=is_codable)
    db.session.commit()
    return code


def code_words(transcript: Transcript, words: str, code: Code, account: Account) -> UUID:
    """Put a code on the first place where these words stand; return the coding's id."""
    version = version_of(transcript)
    start = version.text.index(words)
    result = add_coding(db.session(), version.id, start, start + len(words), code.id, account.id)
    db.session.commit()
    return result.coding_id


def version_of(transcript: Transcript) -> TranscriptVersion:
    """Return the current version."""
    return db.session.scalars(select(TranscriptVersion).where(TranscriptVersion.transcript_id == transcript.id)).one()
