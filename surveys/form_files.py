"""Pictures, sounds and lists that a version names: checked, kept in the database, read by their hash.

A published version never changes, and neither do its files: their addresses carry a hash and may be kept for ever.
"""

import hashlib
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core import audit
from core.errors import Conflict, Invalid, NotFound
from core.media import PICTURES, SOUNDS, sniff
from core.pictures import remade_picture
from surveys.definition import Definition, Item
from surveys.lists import ListFile, files_of, is_file, list_id, read_list
from surveys.models import Collection, FormFile, Questionnaire, QuestionnaireVersion
from surveys.parcels import SentFile, bare_name, ending, file_key

MAX_PICTURE_SIDE = 1_200
"""Pixels; a phone is 360 to 430 wide, up to three a point."""
LIST_TYPE = "text/csv"
_LIST_ENDINGS = {
    ".csv": LIST_TYPE,
    ".tsv": LIST_TYPE,
    ".txt": LIST_TYPE,
    ".geojson": "application/geo+json",
    ".xml": "application/xml",
}
SHOWN_TYPES = PICTURES | SOUNDS
"""What respondents' pages may load; lists are read by the server only."""
MEDIA_KINDS = ("image", "big-image", "audio")
"""Kinds of media whose cell names a file; `video` is a link."""


DIGEST_LENGTH = 24
"""Of the hash, what addresses carry: 96 bits; a page of twelve pictograms weighs less so."""


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file without its content; `size` is in bytes."""

    name: str
    media_type: str
    sha256: str
    size: int

    @property
    def digest(self) -> str:
        """What its address carries: another content has another address."""
        return self.sha256[:DIGEST_LENGTH]


@dataclass(frozen=True, slots=True)
class ReadyFile:
    """A file checked, ready to be kept."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class FileUse:
    """A file that a form names, and the items or lists of choices that name it."""

    name: str
    kind: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileReport:
    """What stands, what is lacking and what is too much: files kept, files named and not sent, sent and not named."""

    kept: tuple[FileRef, ...]
    missing: tuple[FileUse, ...]
    unused: tuple[FileRef, ...]


def ready_file(sent: SentFile) -> ReadyFile:
    """Check a file and make it what is kept: pictures are decoded and encoded again, which takes 20 to 300 ms each.

    Raises: Invalid: `uploads.svg_refused`, `uploads.kind_refused`, about a picture, or about a list (`read_list`).
    """
    name = bare_name(sent.name)
    listed = _LIST_ENDINGS.get(ending(name))
    if listed:
        read_list(name, sent.content)
        return ReadyFile(name, listed, sent.content)
    media_type = sniff(sent.content)
    if media_type in PICTURES:
        picture = remade_picture(sent.content, file=name, max_side=MAX_PICTURE_SIDE)
        return ReadyFile(name, picture.media_type, picture.content)
    if media_type in SOUNDS:
        return ReadyFile(name, media_type, sent.content)
    raise Invalid("uploads.svg_refused" if media_type == "image/svg+xml" else "uploads.kind_refused", file=name)


def lists_in(files: Iterable[SentFile | ReadyFile]) -> dict[str, ListFile]:
    """Return the lists among files, by what formulas call them.

    Raises: Invalid: about a list (`read_list`).
    """
    return {list_id(each.name): read_list(each.name, each.content) for each in files if is_file(each.name)}


def keep_files(
    session: Session,
    study_id: UUID,
    version_id: UUID,
    files: Iterable[ReadyFile],
    *,
    account_id: UUID | None = None,
) -> None:
    """Keep files beside a draft; one of the same name replaces the earlier one.

    Raises: NotFound("surveys.version_not_found"); Conflict("surveys.files_frozen").
    """
    _check_is_draft(session, study_id, version_id)
    new = {file_key(each.name): each for each in files}
    _forget(session, version_id, set(new))
    for each in new.values():
        digest = hashlib.sha256(each.content).hexdigest()
        session.add(
            FormFile(
                version_id=version_id, name=each.name, media_type=each.media_type, sha256=digest, content=each.content
            )
        )
    if new:
        _record(session, "add", study_id, version_id, [each.name for each in new.values()], account_id)
    session.flush()


def remove_file(
    session: Session, study_id: UUID, version_id: UUID, name: str, *, account_id: UUID | None = None
) -> None:
    """Take a file away from a draft; one that is not there changes nothing.

    Raises: NotFound("surveys.version_not_found"); Conflict("surveys.files_frozen").
    """
    _check_is_draft(session, study_id, version_id)
    if _forget(session, version_id, {file_key(name)}):
        _record(session, "remove", study_id, version_id, [name], account_id)
        session.flush()


def inherit_files(session: Session, version_id: UUID) -> None:
    """Give a draft the files of the version before it that it names and does not have: nobody sends them twice."""
    row = session.execute(
        select(
            QuestionnaireVersion.questionnaire_id, QuestionnaireVersion.number, QuestionnaireVersion.definition
        ).where(QuestionnaireVersion.id == version_id)
    ).one()
    before = session.scalar(
        select(QuestionnaireVersion.id)
        .where(QuestionnaireVersion.questionnaire_id == row.questionnaire_id, QuestionnaireVersion.number < row.number)
        .order_by(QuestionnaireVersion.number.desc())
        .limit(1)
    )
    if before is None:
        return
    wanted = {file_key(use.name) for use in named_files(Definition.from_json(row.definition))}
    wanted -= {file_key(each.name) for each in list_files(session, version_id)}
    for earlier in session.scalars(select(FormFile).where(FormFile.version_id == before)):
        if file_key(earlier.name) in wanted:
            session.add(
                FormFile(
                    version_id=version_id,
                    name=earlier.name,
                    media_type=earlier.media_type,
                    sha256=earlier.sha256,
                    content=earlier.content,
                )
            )
    session.flush()
    _take_back_remarks(session, version_id)


def _take_back_remarks(session: Session, version_id: UUID) -> None:
    """Take back what the import said of lists that were not sent, and that the version before had."""
    kept = {list_id(each.name) for each in list_files(session, version_id)}
    version = session.get_one(QuestionnaireVersion, version_id)
    version.warnings = [
        each
        for each in version.warnings
        if each["code"] != "surveys.list_file_missing" or list_id(each["details"]["name"]) not in kept
    ]
    session.flush()


def _check_is_draft(session: Session, study_id: UUID, version_id: UUID) -> None:
    row = session.execute(
        select(QuestionnaireVersion.id, QuestionnaireVersion.number, QuestionnaireVersion.published_at)
        .join(Questionnaire, Questionnaire.id == QuestionnaireVersion.questionnaire_id)
        .where(QuestionnaireVersion.id == version_id, Questionnaire.study_id == study_id)
    ).one_or_none()
    if row is None:
        raise NotFound("surveys.version_not_found", version_id=str(version_id))
    if row.published_at is not None:
        raise Conflict("surveys.files_frozen", number=row.number)


def _forget(session: Session, version_id: UUID, keys: AbstractSet[str]) -> bool:
    """Erase the files of these keys; say whether there were any."""
    same = [
        row.id
        for row in session.execute(select(FormFile.id, FormFile.name).where(FormFile.version_id == version_id))
        if file_key(row.name) in keys
    ]
    if same:
        session.execute(delete(FormFile).where(FormFile.id.in_(same)))
    return bool(same)


def _record(
    session: Session, verb: str, study_id: UUID, version_id: UUID, names: list[str], account_id: UUID | None
) -> None:
    audit.record(
        session,
        verb=verb,
        object_kind="form_file",
        object_id=version_id,
        study_id=study_id,
        account_id=account_id,
        after={"names": names},
    )


def list_files(session: Session, version_id: UUID) -> tuple[FileRef, ...]:
    """Return the files of a version by name, without their contents; one statement."""
    rows = session.execute(
        select(FormFile.name, FormFile.media_type, FormFile.sha256, func.length(FormFile.content))
        .where(FormFile.version_id == version_id)
        .order_by(FormFile.name)
    )
    return tuple(FileRef(*row) for row in rows)


def read_file(session: Session, version_id: UUID, name: str) -> bytes | None:
    """Return the content of the file that a form calls so; None when it was not sent. For lists, at import."""
    for row in session.execute(select(FormFile.id, FormFile.name).where(FormFile.version_id == version_id)):
        if file_key(row.name) == file_key(name):
            return session.scalar(select(FormFile.content).where(FormFile.id == row.id))
    return None


def read_files(session: Session, version_id: UUID) -> tuple[SentFile, ...]:
    """Return the files of a version with their contents, by name; one statement."""
    files = select(FormFile.name, FormFile.content).where(FormFile.version_id == version_id).order_by(FormFile.name)
    return tuple(SentFile(*row) for row in session.execute(files))


def read_lists(session: Session, version_id: UUID, wanted: Mapping[str, str]) -> dict[str, ListFile]:
    """Return the lists of a version that its form reads, by what formulas call them; one statement, none without any.

    Args: wanted: what `lists.files_of` says. A list that was not sent, or that cannot be read, is not there.
    """
    if not wanted:
        return {}
    found: dict[str, ListFile] = {}
    for name, content in session.execute(
        select(FormFile.name, FormFile.content)
        .where(FormFile.version_id == version_id, FormFile.media_type.in_(_LIST_ENDINGS.values()))
        .order_by(FormFile.name)
    ):
        if list_id(name) in wanted:
            with suppress(Invalid):
                found[list_id(name)] = read_list(name, content)
    return found


def find_shown(
    session: Session, digest: str, *, collection_code: str = "", version_id: UUID | None = None
) -> ReadyFile:
    """Return a picture or a sound by its digest, of a collection by its public code or of a version; one statement.

    Raises: NotFound("surveys.file_not_found"): absent, or no kind that pages load.
    """
    query = select(FormFile.name, FormFile.media_type, FormFile.content).where(
        func.substr(FormFile.sha256, 1, DIGEST_LENGTH) == digest, FormFile.media_type.in_(SHOWN_TYPES)
    )
    if version_id is not None:
        query = query.where(FormFile.version_id == version_id)
    else:
        query = query.join(Collection, Collection.version_id == FormFile.version_id).where(
            Collection.token == collection_code
        )
    row = session.execute(query.limit(1)).one_or_none()
    if row is None:
        raise NotFound("surveys.file_not_found")
    return ReadyFile(*row)


def file_report(definition: Definition, kept: tuple[FileRef, ...]) -> FileReport:
    """Compare what a form names with what is kept beside it."""
    have = {file_key(each.name) for each in kept}
    uses = named_files(definition)
    named = {file_key(use.name) for use in uses}
    return FileReport(
        kept,
        tuple(use for use in uses if file_key(use.name) not in have),
        tuple(each for each in kept if file_key(each.name) not in named),
    )


def named_files(definition: Definition) -> tuple[FileUse, ...]:
    """Return the files that a form names, in its order, each once."""
    found: dict[str, tuple[str, str, list[str]]] = {}
    for kind, name, place in _named(definition):
        _name, _kind, places = found.setdefault(file_key(name), (bare_name(name), kind, []))
        if place and place not in places:
            places.append(place)
    return tuple(FileUse(name, kind, tuple(places)) for name, kind, places in found.values())


def _named(definition: Definition) -> Iterable[tuple[str, str, str]]:
    """Yield kind, name and who names it."""
    for node in definition.nodes():
        yield from _media(node.media, node.key)
        if isinstance(node, Item) and is_file(node.list_name):
            yield "list", node.list_name, node.key
    for name in files_of(definition).values():
        yield "list", name, ""
    used = {item.list_name for item in definition.items() if item.list_name}
    for list_name, choices in definition.choice_lists.items():
        if list_name in used:
            for choice in choices:
                yield from _media(choice.media, list_name)


def _media(media: Mapping[str, Mapping[str, str]], place: str) -> Iterable[tuple[str, str, str]]:
    for kind in MEDIA_KINDS:
        for name in media.get(kind, {}).values():
            # A name that quotes an answer (`${plan}.png`) is known only when somebody answers.
            if bare_name(name) and "${" not in name:
                yield kind, name, place
