"""Interviews and open answers come in: a preview of the file first, then the transcript with its turns."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from coding.models import Speaker, SpeakerRole, TextChunk, Transcript, TranscriptKind, TranscriptVersion, Turn
from coding.readers.files import read_file
from coding.readers.reading import Notice
from coding.services.attributes import describe_document
from coding.spans import CHUNK_LENGTH, Span
from coding.turns import SpeakerDraft, TurnDraft, describe, recognise
from core.audit import record
from core.errors import Conflict, Invalid, NotFound
from core.text import normalise
from studies.models import Participant

MAX_FILE_BYTES = 20_000_000
MAX_CHARACTERS = 3_000_000


@dataclass(frozen=True, slots=True)
class TranscriptDraft:
    """A file as it would be imported: nothing is stored yet. Spans are code points of `text` (NFC, LF)."""

    file_name: str
    title: str
    text: str
    source_format: str
    sha256: str
    word_count: int
    turns: tuple[TurnDraft, ...]
    speakers: tuple[SpeakerDraft, ...]
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class SpeakerChoice:
    """What the person decided for a label: labels given the same `name` become one speaker."""

    label: str
    name: str
    role: SpeakerRole
    participant_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class OpenText:
    """One open answer: `source_id` is its response, `speaker_label` the pseudonym to show, "" when there is none."""

    source_id: UUID
    speaker_label: str
    participant_id: UUID | None
    text: str


def preview(file_name: str, content: bytes) -> TranscriptDraft:
    """Read a transcript by its content (`coding.readers.files`), and recognise who speaks.

    Raises: Invalid: `coding.*` or `uploads.*` with the file, and the member and line where there are some.
    """
    if len(content) > MAX_FILE_BYTES:
        raise Invalid("uploads.too_large", file=file_name, limit=MAX_FILE_BYTES // 1_000_000)
    reading = read_file(file_name, content)
    if not reading.text.strip():
        raise Invalid("coding.empty_file", file=file_name)
    if len(reading.text) > MAX_CHARACTERS:
        raise Invalid("coding.text_too_long", file=file_name, limit=MAX_CHARACTERS)
    found = recognise(reading.text) if reading.turns is None else describe(reading.text, reading.turns)
    notices = list(reading.notices)
    if not found.speakers:
        notices.append(Notice("coding.notice_no_speakers", {"count": len(found.turns)}))
    notices += [
        Notice("coding.notice_same_speaker", {"label": speaker.label, "other": speaker.same_as})
        for speaker in found.speakers
        if speaker.same_as is not None
    ]
    return TranscriptDraft(
        file_name=file_name,
        title=normalise(PurePath(file_name.replace("\\", "/")).stem).strip() or file_name,
        text=reading.text,
        source_format=reading.source_format,
        sha256=sha256_of(reading.text),
        word_count=count_words(reading.text, found.turns),
        turns=found.turns,
        speakers=found.speakers,
        notices=tuple(notices),
    )


def choose_speakers(draft: TranscriptDraft) -> list[SpeakerChoice]:
    """Return the choices that follow the draft's guesses: misspellings joined, interviewers set."""
    return [
        SpeakerChoice(
            speaker.label,
            speaker.same_as or speaker.label,
            SpeakerRole.INTERVIEWER if speaker.is_interviewer else SpeakerRole.INTERVIEWEE,
        )
        for speaker in draft.speakers
    ]


def import_transcript(
    session: Session,
    study_id: UUID,
    draft: TranscriptDraft,
    *,
    title: str | None = None,
    participant_id: UUID | None = None,
    site_id: UUID | None = None,
    wave_id: UUID | None = None,
    kind: TranscriptKind = TranscriptKind.INTERVIEW,
    speakers: Sequence[SpeakerChoice] | None = None,
    attributes: Mapping[str, str] | None = None,
    account_id: UUID | None = None,
) -> Transcript:
    """Keep a draft as a transcript with its first version, speakers and turns.

    The site is the participant's when none is given; `speakers` None follows the guesses.
    Raises: Conflict: `coding.title_taken`.  Invalid: `coding.title_missing`.  NotFound: `coding.participant_unknown`.
    """
    if participant_id is not None:
        participant_site = _site_of(session, study_id, participant_id)
        site_id = site_id or participant_site
    transcript = _new_transcript(
        session, study_id, title=title if title is not None else draft.title, account_id=account_id
    )
    transcript.kind = kind
    transcript.participant_id = participant_id
    transcript.site_id = site_id
    transcript.wave_id = wave_id
    transcript.source_format = draft.source_format
    transcript.source_reference = draft.file_name
    choices = choose_speakers(draft) if speakers is None else list(speakers)
    for choice in choices:
        if choice.participant_id is not None:
            _site_of(session, study_id, choice.participant_id)
    store_text(session, transcript, draft.text, draft.turns, choices)
    describe_document(session, study_id, transcript.id, attributes or {})
    record(
        session,
        verb="transcript.import",
        object_kind="transcript",
        object_id=transcript.id,
        study_id=study_id,
        account_id=account_id,
        after={"title": transcript.title, "file": draft.file_name, "sha256": draft.sha256},
    )
    session.flush()
    return transcript


def import_texts(
    session: Session,
    study_id: UUID,
    title: str,
    texts: Sequence[OpenText],
    *,
    source_reference: str = "",
    account_id: UUID | None = None,
) -> Transcript:
    """Make one transcript of open answers: a paragraph and a turn each, its person as speaker; blank ones left out.

    Raises: Conflict: `coding.title_taken`.  Invalid: `coding.no_answers`, `coding.title_missing`.
    """
    kept = [(text, normalise(text.text).strip()) for text in texts]
    kept = [(text, said) for text, said in kept if said]
    if not kept:
        raise Invalid("coding.no_answers", title=title)
    transcript = _new_transcript(session, study_id, title=title, account_id=account_id)
    transcript.kind = TranscriptKind.OPEN_ANSWERS
    transcript.source_format = "answers"
    transcript.source_reference = source_reference
    pieces: list[str] = []
    turns: list[TurnDraft] = []
    choices: dict[str, SpeakerChoice] = {}
    position = 0
    for text, said in kept:
        label = text.speaker_label.strip() or text.source_id.hex[:12]
        choices.setdefault(label, SpeakerChoice(label, label, SpeakerRole.INTERVIEWEE, text.participant_id))
        pieces.append(said)
        turns.append(TurnDraft(position, position + len(said), label, source_id=text.source_id))
        position += len(said) + 2
    store_text(session, transcript, "\n\n".join(pieces), turns, list(choices.values()))
    record(
        session,
        verb="transcript.import",
        object_kind="transcript",
        object_id=transcript.id,
        study_id=study_id,
        account_id=account_id,
        after={"title": transcript.title, "answers": len(kept), "source": source_reference},
    )
    session.flush()
    return transcript


def _new_transcript(session: Session, study_id: UUID, *, title: str, account_id: UUID | None) -> Transcript:
    title = normalise(title).strip()
    if not title:
        raise Invalid("coding.title_missing")
    taken = session.scalar(select(Transcript.id).where(Transcript.study_id == study_id, Transcript.title == title))
    if taken is not None:
        raise Conflict("coding.title_taken", title=title)
    transcript = Transcript(id=uuid4(), study_id=study_id, title=title, imported_by=account_id)
    session.add(transcript)
    return transcript


def _site_of(session: Session, study_id: UUID, participant_id: UUID) -> UUID | None:
    participant = session.get(Participant, participant_id)
    if participant is None or participant.study_id != study_id:
        raise NotFound("coding.participant_unknown")
    return participant.site_id


def store_text(
    session: Session,
    transcript: Transcript,
    text: str,
    turns: Sequence[TurnDraft],
    choices: Sequence[SpeakerChoice],
) -> UUID:
    """Write version, speakers and turns; return the version. A label without a choice names a speaker of its own."""
    version = TranscriptVersion(
        id=uuid4(),
        transcript_id=transcript.id,
        text=text,
        sha256=sha256_of(text),
        word_count=count_words(text, turns),
    )
    session.add(version)
    by_name: dict[str, Speaker] = {}
    by_label: dict[str, UUID] = {}
    chosen = {choice.label: choice for choice in choices}
    for label in dict.fromkeys(turn.label for turn in turns if turn.label):
        choice = chosen.get(label) or SpeakerChoice(label, label, SpeakerRole.INTERVIEWEE)
        name = choice.name.strip() or label
        if name not in by_name:
            by_name[name] = Speaker(
                id=uuid4(),
                transcript_id=transcript.id,
                label=name,
                role=choice.role,
                participant_id=choice.participant_id,
                position=len(by_name),
            )
        by_label[label] = by_name[name].id
    session.add_all(by_name.values())
    session.flush()
    rows = [
        {
            "id": uuid4(),
            "version_id": version.id,
            "speaker_id": by_label.get(turn.label),
            "position": position,
            "start": turn.start,
            "end": turn.end,
            "start_ms": turn.start_ms,
            "end_ms": turn.end_ms,
            "source_id": turn.source_id,
        }
        for position, turn in enumerate(turns)
    ]
    if rows:
        session.execute(insert(Turn), rows)
    keep_chunks(session, version.id, text)
    return version.id


def keep_chunks(session: Session, version_id: UUID, text: str) -> None:
    """Write the pieces of a new version's text that codings read; every new version needs them."""
    if not text:
        return
    session.execute(
        insert(TextChunk),
        [
            {"version_id": version_id, "number": number, "text": text[start : start + CHUNK_LENGTH]}
            for number, start in enumerate(range(0, len(text), CHUNK_LENGTH))
        ],
    )


def sha256_of(text: str) -> str:
    """Return the fingerprint of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def count_words(text: str, turns: Sequence[TurnDraft | Span]) -> int:
    """Return how many words the turns hold, without who says them; those of the text when there is no turn."""
    return sum(len(text[turn.start : turn.end].split()) for turn in turns) or len(text.split())
