"""Import the written interviews, the codebook, and what two people coded."""

from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.demo.content import CONTENT, coding_rows, interview_rows, rows
from coding.services.codebook import create_code, create_folder
from coding.services.codings import add_coding
from coding.services.themes import create_theme
from coding.transcripts import SpeakerChoice, choose_speakers, import_transcript, preview
from studies.models import Consent, ConsentPurpose


def write_interviews(
    session: Session,
    study_id: UUID,
    *,
    participants: dict[str, UUID],
    waves: dict[str, UUID],
    account_id: UUID,
) -> dict[str, UUID]:
    """Import each interview under its person's pseudonym; return the transcript of each file."""
    transcripts: dict[str, UUID] = {}
    for row in interview_rows():
        participant_id = participants[row["pseudonym"]]
        draft = preview(row["file"], (CONTENT / "interviews" / row["file"]).read_bytes())
        transcript = import_transcript(
            session,
            study_id,
            draft,
            title=row["title"],
            participant_id=participant_id,
            wave_id=waves[row["wave"]],
            speakers=[_with_participant(choice, participant_id) for choice in choose_speakers(draft)],
            account_id=account_id,
        )
        transcripts[row["file"]] = transcript.id
    _write_consents(session, [participants[row["pseudonym"]] for row in interview_rows()])
    return transcripts


def _with_participant(choice: SpeakerChoice, participant_id: UUID) -> SpeakerChoice:
    """Say that whoever does not interview is the person interviewed."""
    if choice.role.value == "interviewer":
        return choice
    return SpeakerChoice(choice.label, choice.name, choice.role, participant_id)


def _write_consents(session: Session, participant_ids: list[UUID]) -> None:
    session.execute(
        insert(Consent),
        [
            {"participant_id": participant_id, "purpose": purpose, "is_given": True, "channel": "paper"}
            for participant_id in participant_ids
            for purpose in (ConsentPurpose.INTERVIEW, ConsentPurpose.QUOTATION)
        ],
    )


def write_codebook(session: Session, study_id: UUID, *, account_id: UUID) -> dict[str, UUID]:
    """Make the folders and codes; return each code by its key."""
    by_key: dict[str, UUID] = {}
    for row in rows("codebook.csv"):
        if not row["parent"]:
            by_key[row["key"]] = create_folder(session, study_id, row["name"], account_id=account_id).id
            continue
        by_key[row["key"]] = create_code(
            session,
            study_id,
            row["name"],
            parent_id=by_key[row["parent"]],
            description=row["description"],
            inclusion=row["inclusion"],
            exclusion=row["exclusion"],
            example=row["example"],
            colour=row["colour"],
            account_id=account_id,
        ).id
    return by_key


def write_codings(
    session: Session,
    *,
    versions: dict[str, tuple[UUID, str]],
    codes: dict[str, UUID],
    coders: dict[str, UUID],
) -> int:
    """Put each coder's codes on the words quoted; return how many. `versions` is the version and text of each file."""
    for row in coding_rows():
        version_id, text = versions[row["interview"]]
        start = text.index(row["quote"])
        add_coding(session, version_id, start, start + len(row["quote"]), codes[row["code"]], coders[row["coder"]])
    return len(coding_rows())


def write_themes(session: Session, study_id: UUID, *, codes: dict[str, UUID], account_id: UUID) -> dict[str, UUID]:
    """Group codes into themes; return each theme by its key."""
    return {
        row["key"]: create_theme(
            session,
            study_id,
            row["name"],
            interpretation=row["interpretation"],
            code_ids=[codes[key] for key in row["codes"].split("|")],
            account_id=account_id,
        ).id
        for row in rows("themes.csv")
    }
