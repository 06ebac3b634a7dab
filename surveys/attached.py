"""Files given as answers, as the team reads them: a list, one at a time, all in one archive.

Never a receipt among the names: who has it may read and withdraw the answers.
"""

import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.tables import Table, to_csv
from studies.models import ConsentPurpose, Participant
from studies.queries.consent import consents_of
from surveys.answers import IS_COUNTED
from surveys.attaching import StoredFile, ending_of
from surveys.models import Answer, Attachment, Collection, Response, ResponseState

_UNSAFE = re.compile(r"[^\w.-]+")
_SHORT_ID = 8


@dataclass(frozen=True, slots=True)
class AttachedRow:
    """A file without its content; `name` is the one it leaves under.

    `pseudonym` is None where nobody is known; `is_answer` is false for what could not be read, or came after the end.
    """

    id: UUID
    response_id: UUID
    name: str
    pseudonym: str | None
    item_name: str
    media_type: str
    size: int
    sha256: str
    saved_at: datetime
    is_answer: bool


def list_attached(session: Session, study_id: UUID, collection_id: UUID) -> tuple[AttachedRow, ...]:
    """Return the files of the responses that were sent, by person and question; two statements.

    Those of a person who withdrew, or whose last word on answering is no, are left out.
    """
    rows = session.execute(
        select(
            Attachment.id,
            Attachment.response_id,
            Response.participant_id,
            Participant.pseudonym,
            Attachment.item_name,
            Attachment.media_type,
            func.length(Attachment.content),
            Attachment.sha256,
            Attachment.saved_at,
            Answer.value,
        )
        .join(Response, Response.id == Attachment.response_id)
        .join(Collection, Collection.id == Response.collection_id)
        .outerjoin(Participant, Participant.id == Response.participant_id)
        .outerjoin(Answer, (Answer.response_id == Attachment.response_id) & (Answer.item_name == Attachment.item_name))
        .where(
            Collection.study_id == study_id,
            Collection.id == collection_id,
            Response.state == ResponseState.SUBMITTED,
            IS_COUNTED,
        )
        .order_by(Participant.pseudonym, Attachment.response_id, Attachment.item_name, Attachment.saved_at)
    ).all()
    consents = consents_of(session, {row[2] for row in rows if row[2]})
    found = []
    for id_, response_id, person, pseudonym, item, media_type, size, sha256, saved_at, value in rows:
        word = consents[person].latest(ConsentPurpose.ANSWER) if person else None
        if word is None or word.is_given:
            name = _name(pseudonym, response_id, item, id_, media_type)
            is_answer = value == str(id_)
            found.append(
                AttachedRow(id_, response_id, name, pseudonym, item, media_type, size, sha256, saved_at, is_answer)
            )
    return tuple(found)


def _name(pseudonym: str | None, response_id: UUID, item: str, id_: UUID, media_type: str) -> str:
    """Return a name that says whose and of which question, and that no other file has."""
    who = _UNSAFE.sub("-", pseudonym or response_id.hex[:_SHORT_ID]).strip("-.")
    question = _UNSAFE.sub("-", item).strip("-.")
    return f"{who}_{question}_{id_.hex[:_SHORT_ID]}.{ending_of(media_type)}"


def find_attached(session: Session, study_id: UUID, collection_id: UUID, file_id: UUID) -> StoredFile:
    """Return one file of a collection.

    Raises: NotFound("surveys.file_not_found").
    """
    row = session.execute(
        select(Attachment.name, Attachment.media_type, Attachment.sha256, Attachment.content)
        .join(Response, Response.id == Attachment.response_id)
        .join(Collection, Collection.id == Response.collection_id)
        .where(Attachment.id == file_id, Collection.id == collection_id, Collection.study_id == study_id)
    ).one_or_none()
    if row is None:
        raise NotFound("surveys.file_not_found")
    return StoredFile(*row)


def write_archive(session: Session, rows: Sequence[AttachedRow], out: IO[bytes]) -> None:
    """Write a zip of the files with a list of them, one file at a time; nothing is compressed twice."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("fichiers.csv", to_csv(files_table(rows)))
        for row in rows:
            content = session.scalar(select(Attachment.content).where(Attachment.id == row.id))
            if content is not None:  # withdrawn since the list was read
                archive.writestr(row.name, content)


def files_table(rows: Sequence[AttachedRow]) -> Table:
    """Return the list as a table; `file_id` is what the answers hold, moments are in UTC."""
    columns = (
        "file",
        "file_id",
        "participant",
        "response_id",
        "item",
        "type",
        "bytes",
        "sha256",
        "sent_at",
        "is_answer",
    )
    return Table(
        "files",
        columns,
        tuple(
            (
                row.name,
                str(row.id),
                row.pseudonym,
                str(row.response_id),
                row.item_name,
                row.media_type,
                row.size,
                row.sha256,
                row.saved_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                int(row.is_answer),
            )
            for row in rows
        ),
    )
