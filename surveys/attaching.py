"""Files given as answers: photos, recordings, films, documents, signatures. Checked, made anew, kept once each.

Their ids are minted by who sends them, so that a file sent twice is one row. What cannot be read is kept all the same,
apart from the answers, for the team to see.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core.archives import open_archive
from core.clock import now
from core.errors import Invalid, NotFound
from core.media import FILMS, PICTURES, SOUNDS, sniff, untagged
from core.pictures import remade_picture
from core.text import decode
from surveys.definition import Item, ItemType
from surveys.drafts import upsert
from surveys.models import Answer, Attachment, Response, ResponseState
from surveys.parcels import SentFile, bare_name

MEBIBYTE = 1024 * 1024
MAX_BYTES = {
    ItemType.IMAGE: 24 * MEBIBYTE,
    ItemType.AUDIO: 12 * MEBIBYTE,
    ItemType.VIDEO: 24 * MEBIBYTE,
    ItemType.FILE: 10 * MEBIBYTE,
}
"""As sent; a photo is made smaller before it is kept. Ten minutes of voice weigh 2 to 10 MB."""
MAX_FILES, MAX_KEPT_BYTES = 100, 80 * MEBIBYTE
"""Of one response, so that one phone does not fill the disk."""
TEXT = "text/plain"
_OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
_MAX_NAME = 120
_ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "video/3gpp": "3gp",
    "video/quicktime": "mov",
    _OPEN_DOCUMENT + "text": "odt",
    _OPEN_DOCUMENT + "spreadsheet": "ods",
    _OPEN_DOCUMENT + "presentation": "odp",
    TEXT: "txt",
    "application/octet-stream": "bin",
    **{media_type: {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}[folder] for folder, media_type in _OFFICE.items()},
}


@dataclass(frozen=True, slots=True)
class ReadyAttachment:
    """A file checked; `fault` is the code of why it is no answer, "" when it is one."""

    id: UUID
    key: str
    name: str
    media_type: str
    content: bytes
    fault: str = ""


def ready_attachment(item: Item, key: str, sent: SentFile, id_: UUID) -> ReadyAttachment:
    """Check what was sent for an item and make it what is kept; a photo takes 50 to 500 ms of processor.

    Raises: Invalid("surveys.attachment_too_large"), Invalid("surveys.attachment_empty"): nothing of it is kept.
    """
    if not sent.content:
        raise Invalid("surveys.attachment_empty")
    limit = MAX_BYTES[item.type]
    if len(sent.content) > limit:
        raise Invalid("surveys.attachment_too_large", limit=limit // MEBIBYTE)
    name = bare_name(sent.name)[-_MAX_NAME:]
    media_type = _type_of(sent.content)
    try:
        if media_type in PICTURES and item.type in (ItemType.IMAGE, ItemType.FILE):
            picture = remade_picture(sent.content)
            return ReadyAttachment(id_, key, name, picture.media_type, picture.content)
    except Invalid:
        return ReadyAttachment(id_, key, name, media_type, sent.content, "surveys.attachment_unreadable")
    if not _fits(item.type, media_type):
        kept = media_type or "application/octet-stream"
        return ReadyAttachment(id_, key, name, kept, sent.content, "surveys.attachment_unreadable")
    return ReadyAttachment(id_, key, name, media_type, untagged(sent.content, media_type))


def typed_signature(key: str, words: str, id_: UUID) -> ReadyAttachment:
    """Make a signature of a name typed and a box ticked, for who cannot draw one."""
    return ReadyAttachment(id_, key, "", TEXT, words.strip()[:_MAX_NAME].encode())


def _fits(kind: ItemType, media_type: str) -> bool:
    if kind is ItemType.AUDIO:
        return media_type in SOUNDS
    if kind is ItemType.VIDEO:
        return media_type in FILMS
    is_document = media_type in (TEXT, "application/pdf", *_OFFICE.values()) or media_type.startswith(_OPEN_DOCUMENT)
    return kind is ItemType.FILE and (is_document or media_type in SOUNDS)


def _type_of(content: bytes) -> str:
    media_type = sniff(content)
    if media_type == "application/zip":
        return _office_type(content)
    if media_type:
        return media_type
    try:
        decode(content)
    except Invalid:
        return ""
    return TEXT


def _office_type(content: bytes) -> str:
    """Tell the documents of office programs, which are zips, from other zips."""
    try:
        with open_archive(content, file="") as archive:
            if "mimetype" in archive.names:
                said = archive.read("mimetype", max_bytes=_MAX_NAME).decode("ascii", "replace").strip()
                return said if said.startswith(_OPEN_DOCUMENT) else "application/zip"
            return next(
                (kind for folder, kind in _OFFICE.items() if any(name.startswith(folder) for name in archive.names)),
                "application/zip",
            )
    except Invalid:
        return "application/zip"


def keep_attachments(session: Session, response_id: UUID, files: Sequence[ReadyAttachment]) -> bool:
    """Keep files of a response, each id once; two statements. False: it was withdrawn meanwhile, or has no room left.

    An id that another response took already stays that one's.
    """
    if not files:
        return True
    mine = Attachment.response_id == response_id
    others = mine & Attachment.id.not_in([each.id for each in files])
    row = session.execute(
        select(
            Response.state,
            select(func.count()).where(others).correlate(None).scalar_subquery(),
            select(func.coalesce(func.sum(func.length(Attachment.content)), 0))
            .where(others)
            .correlate(None)
            .scalar_subquery(),
        )
        .where(Response.id == response_id)
        .with_for_update(of=Response)
    ).one_or_none()
    new_bytes = sum(len(each.content) for each in files)
    if row is None or row[0] is ResponseState.WITHDRAWN:
        return False
    if row[1] + len(files) > MAX_FILES or row[2] + new_bytes > MAX_KEPT_BYTES:
        return False
    statement = upsert(session)(Attachment)
    moment = now()
    replaced = {name: statement.excluded[name] for name in ("item_name", "name", "media_type", "sha256", "content")}
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[Attachment.id], set_=replaced, where=Attachment.response_id == response_id
        ),
        [
            {
                "id": each.id,
                "response_id": response_id,
                "item_name": each.key,
                "name": each.name,
                "media_type": each.media_type,
                "sha256": hashlib.sha256(each.content).hexdigest(),
                "content": each.content,
                "saved_at": moment,
            }
            for each in files
        ],
    )
    return True


def forget_attachments(session: Session, response_id: UUID, replaced: Mapping[str, UUID]) -> None:
    """Erase files that were the answers of items, by key, unless they still are: another tab may have sent them."""
    if not replaced:
        return
    values = session.scalars(
        select(Answer.value).where(Answer.response_id == response_id, Answer.item_name.in_(replaced))
    )
    gone = set(replaced.values()) - {UUID(value) for value in values if value}
    session.execute(
        delete(Attachment).where(Attachment.response_id == response_id, Attachment.id.in_(gone)),
        execution_options={"synchronize_session": False},
    )


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as kept."""

    name: str
    media_type: str
    sha256: str
    content: bytes


def find_own_file(session: Session, response_id: UUID, file_id: UUID) -> StoredFile:
    """Return a file of a response.

    Raises: NotFound("surveys.file_not_found").
    """
    row = session.execute(
        select(Attachment.name, Attachment.media_type, Attachment.sha256, Attachment.content).where(
            Attachment.id == file_id, Attachment.response_id == response_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound("surveys.file_not_found")
    return StoredFile(*row)


def ending_of(media_type: str) -> str:
    """Return the ending that files of a type have, without point."""
    return _ENDINGS.get(media_type) or media_type.rpartition("/")[2]
