"""The corpus for lexicometry: IRaMuTeQ (starred variables) and TXM (plain texts with a table of metadata).

One text a person who speaks in a transcript, interviewers left out: what is counted is what people said. Where nobody
was recognised, the transcript is one text.
"""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coding.models import Speaker, SpeakerRole, Transcript, TranscriptVersion, Turn
from coding.object_models import AttributeScope
from coding.queries.objects import list_attributes
from studies.models import Arm, Participant, Population, Site, Wave

_THEN = (1980, 1, 1, 0, 0, 0)
_NOT_WORDS = re.compile(r"[^a-z0-9]+")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Speech:
    """All that one person says in one transcript, a line a turn, and what is known of them, in order."""

    variables: tuple[tuple[str, str], ...]
    turns: tuple[str, ...]


def read_speeches(session: Session, study_id: UUID) -> list[Speech]:
    """Return the speeches of a study by transcript, then in the order people first speak."""
    documents = session.execute(
        select(
            Transcript.id, Transcript.title, Transcript.participant_id, TranscriptVersion.id.label("version_id"),
            TranscriptVersion.text, Site.name.label("site"), Wave.name.label("wave"),
        )
        .join(TranscriptVersion, TranscriptVersion.transcript_id == Transcript.id)
        .outerjoin(Participant, Participant.id == Transcript.participant_id)
        .outerjoin(Site, Site.id == func.coalesce(Transcript.site_id, Participant.site_id))
        .outerjoin(Wave, Wave.id == Transcript.wave_id)
        .where(Transcript.study_id == study_id, TranscriptVersion.is_current)
        .order_by(Transcript.title, Transcript.id)
    ).all()  # fmt: skip
    turns: dict[UUID, list[tuple[int, int, UUID | None]]] = {}
    for row in session.execute(
        select(Turn.version_id, Turn.start, Turn.end, Turn.speaker_id)
        .where(Turn.version_id.in_([each.version_id for each in documents]))
        .order_by(Turn.position)
    ):
        turns.setdefault(row.version_id, []).append((row.start, row.end, row.speaker_id))
    speakers = {
        speaker.id: speaker
        for speaker in session.scalars(select(Speaker).join(Transcript).where(Transcript.study_id == study_id))
    }
    people = _people(session, study_id)
    facts: dict[UUID, list[tuple[str, str]]] = {}
    for attribute in list_attributes(session, study_id, AttributeScope.DOCUMENT):
        for transcript_id, value in attribute.values.items():
            facts.setdefault(transcript_id, []).append((attribute.name, value))
    speeches: list[Speech] = []
    for document in documents:
        said: dict[UUID | None, list[str]] = {}
        places = turns.get(document.version_id) or [(0, len(document.text), None)]
        has_speakers = any(speaker_id is not None for _start, _end, speaker_id in places)
        for start, end, speaker_id in places:
            speaker = speakers.get(speaker_id) if speaker_id is not None else None
            if (speaker is None and has_speakers) or (speaker and speaker.role is SpeakerRole.INTERVIEWER):
                continue
            said.setdefault(speaker_id, []).append(document.text[start:end])
        for speaker_id, words in said.items():
            if not any(word.strip() for word in words):
                continue
            speaker = speakers.get(speaker_id) if speaker_id is not None else None
            is_other = speaker is not None and speaker.role is SpeakerRole.OTHER
            person = (speaker.participant_id if speaker else None) or (None if is_other else document.participant_id)
            variables = [
                ("doc", document.title),
                *([("loc", speaker.label)] if speaker else []),
                *(people.get(person, []) if person else []),
                *([("site", document.site)] if document.site else []),
                *([("vague", document.wave)] if document.wave else []),
                *facts.get(document.id, []),
            ]
            speeches.append(Speech(tuple(variables), tuple(words)))
    return speeches


def _people(session: Session, study_id: UUID) -> dict[UUID, list[tuple[str, str]]]:
    found: dict[UUID, list[tuple[str, str]]] = {}
    for row in session.execute(
        select(
            Participant.id, Participant.pseudonym, Participant.attributes, Population.name.label("population"),
            Arm.name.label("arm"),
        )
        .join(Population, Population.id == Participant.population_id)
        .outerjoin(Arm, Arm.id == Participant.arm_id)
        .where(Participant.study_id == study_id)
    ):  # fmt: skip
        found[row.id] = [
            ("pers", row.pseudonym),
            ("pop", row.population),
            *([("bras", row.arm)] if row.arm else []),
            *((name, str(value)) for name, value in sorted(row.attributes.items()) if value not in (None, "")),
        ]
    return found


def to_iramuteq(speeches: Sequence[Speech]) -> bytes:
    """Return one text in UTF-8: a line of starred variables, then what was said without stars."""
    pieces: list[str] = []
    for speech in speeches:
        starred = " ".join(f"*{_starred(name)}_{_starred(value)}" for name, value in speech.variables)
        lines = [_BLANKS.sub(" ", turn.replace("*", " ")).strip() for turn in speech.turns]
        pieces.append("\n".join([f"**** {starred}", *(line for line in lines if line)]))
    return ("\n\n".join(pieces) + "\n").encode()


def _starred(word: str) -> str:
    """Return a word as IRaMuTeQ takes it in a variable: plain small letters and digits."""
    bare = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode().lower()
    return _NOT_WORDS.sub("", bare) or "x"


def to_txm(speeches: Sequence[Speech]) -> bytes:
    """Return a .zip of texts and their metadata.csv, for the import of TXM called TXT + CSV."""
    columns = list(dict.fromkeys(_starred(name) for speech in speeches for name, _value in speech.variables))
    table = io.StringIO(newline="")
    writer = csv.writer(table, quoting=csv.QUOTE_ALL)
    writer.writerow(["id", *columns])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, speech in enumerate(speeches, start=1):
            name = f"texte{number:04d}"
            values = {_starred(variable): value for variable, value in speech.variables}
            writer.writerow([name, *(values.get(column, "N/A") for column in columns)])
            archive.writestr(_member(f"{name}.txt"), "\n".join(speech.turns).encode())
        archive.writestr(_member("metadata.csv"), table.getvalue().encode())
    return buffer.getvalue()


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _THEN)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info
