"""An import before it is brought in: the file is kept, how it is read and what its columns are can be corrected."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, func, select
from sqlalchemy.orm import Session

from core import audit
from core.clock import now
from core.errors import Conflict, NotFound
from studies.models import Account, FlowState, Participant, Wave
from surveys.imports.cells import Signs
from surveys.imports.columns import Column, Fault, Wish, propose, read_wishes
from surveys.imports.fields import Field, Version, fields_of
from surveys.imports.models import DataImport, ImportState
from surveys.imports.planning import Known, Options, Person
from surveys.imports.tables import Reading, SourceTable, detect, read_source
from surveys.models import Collection, Questionnaire, QuestionnaireVersion, Response, ResponseState
from surveys.parcels import bare_name
from surveys.versions import load_version

KEPT_FOR = timedelta(days=7)
"""A file that nobody brought in is erased after that."""
MAX_NAME = 120


@dataclass(frozen=True, slots=True)
class ImportRow:
    """An import; `made` is read for one alone."""

    id: UUID
    file_name: str
    state: ImportState
    by: str
    created_at: datetime
    done_at: datetime | None
    undone_at: datetime | None
    made: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """An import that is being prepared, as values; `wishes` is empty until somebody said what columns are."""

    id: UUID
    study_id: UUID
    file_name: str
    content: bytes
    reading: Reading
    wishes: tuple[Wish, ...]
    options: Options


@dataclass(frozen=True, slots=True)
class Prepared:
    """A draft read: its table, what columns can fill, the names of waves by id, what was wished or is proposed."""

    draft: Draft
    table: SourceTable
    fields: Mapping[str, Field]
    waves: Mapping[str, str]
    wishes: tuple[Wish, ...]
    locale: str

    def columns(self) -> tuple[tuple[Column, ...], tuple[Fault, ...]]:
        """Return the columns understood, and what is wrong with the others."""
        return read_wishes(self.wishes, self.table, self.fields, wave=self.draft.options.wave)


def keep_file(session: Session, study_id: UUID, content: bytes, *, file: str, account_id: UUID | None) -> UUID:
    """Keep a file to prepare its import; the one the same person was preparing is erased.

    Raises: Invalid: it is no table of a known kind.
    """
    reading = detect(content, file=file)
    _forget_drafts(session, DataImport.study_id == study_id, DataImport.account_id == account_id)
    row = DataImport(
        study_id=study_id,
        account_id=account_id,
        file_name=bare_name(file)[-MAX_NAME:],
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        reading={"file": reading.to_json(), "options": asdict(Options())},
    )
    session.add(row)
    session.flush()
    return row.id


def forget_old_drafts(session: Session) -> None:
    """Erase the files that nobody brought in for a week."""
    _forget_drafts(session, DataImport.created_at < now() - KEPT_FOR)


def _forget_drafts(session: Session, *which: ColumnElement[bool]) -> None:
    session.execute(delete(DataImport).where(DataImport.state == ImportState.DRAFT, *which))


def list_imports(session: Session, study_id: UUID, *, import_id: UUID | None = None) -> list[ImportRow]:
    """Return the imports of a study, the latest first."""
    query = (
        select(
            DataImport.id,
            DataImport.file_name,
            DataImport.state,
            func.coalesce(Account.name, ""),
            DataImport.created_at,
            DataImport.done_at,
            DataImport.undone_at,
        )
        .outerjoin(Account, Account.id == DataImport.account_id)
        .where(DataImport.study_id == study_id)
        .order_by(DataImport.created_at.desc())
    )
    if import_id is not None:
        query = query.where(DataImport.id == import_id)
    return [ImportRow(*row) for row in session.execute(query)]


def get_import(session: Session, study_id: UUID, import_id: UUID) -> ImportRow:
    """Return one import, with what it made.

    Raises: NotFound("imports.not_found").
    """
    found = list_imports(session, study_id, import_id=import_id)
    if not found:
        raise NotFound("imports.not_found")
    made = session.scalar(select(DataImport.made).where(DataImport.id == import_id))
    return replace(found[0], made=made or {})


def same_file(session: Session, study_id: UUID, import_id: UUID) -> datetime | None:
    """Return when the very same file was brought in last, unless that was undone."""
    mine = select(DataImport.sha256).where(DataImport.id == import_id).scalar_subquery()
    return session.scalar(
        select(func.max(DataImport.done_at)).where(
            DataImport.study_id == study_id, DataImport.state == ImportState.DONE, DataImport.sha256 == mine
        )
    )


def find_draft(session: Session, study_id: UUID, import_id: UUID) -> Draft:
    """Return an import that is being prepared.

    Raises: NotFound("imports.not_found"), Conflict("imports.not_a_draft").
    """
    row = session.scalar(_query(study_id, import_id))
    if row is None:
        raise NotFound("imports.not_found")
    if row.state is not ImportState.DRAFT or row.content is None:
        raise Conflict("imports.not_a_draft")
    kept = row.reading["options"]
    return Draft(
        row.id,
        row.study_id,
        row.file_name,
        row.content,
        Reading.from_json(row.reading["file"]),
        tuple(Wish(**wish) for wish in row.mapping),
        Options(**{**kept, "signs": Signs(**kept["signs"])}),
    )


def find_row(session: Session, study_id: UUID, import_id: UUID) -> DataImport:
    """Return the row of an import, held until the end of a transaction that writes.

    Raises: NotFound("imports.not_found").
    """
    row = session.scalar(_query(study_id, import_id).with_for_update())
    if row is None:
        raise NotFound("imports.not_found")
    return row


def _query(study_id: UUID, import_id: UUID) -> Select[DataImport]:
    return select(DataImport).where(DataImport.id == import_id, DataImport.study_id == study_id)


def keep_reading(session: Session, draft: Draft, reading: Reading) -> None:
    """Keep how the file is read; what its columns are is asked anew."""
    row = find_row(session, draft.study_id, draft.id)
    row.reading = {**row.reading, "file": reading.to_json()}
    row.mapping = []
    session.flush()


def keep_wishes(session: Session, draft: Draft, wishes: Sequence[Wish], options: Options) -> None:
    """Keep what its columns are, right or not."""
    row = find_row(session, draft.study_id, draft.id)
    row.mapping = [wish.to_json() for wish in wishes]
    row.reading = {**row.reading, "options": asdict(options)}
    session.flush()


def forget_draft(session: Session, draft: Draft, *, account_id: UUID | None) -> None:
    """Erase a file that is not to be brought in."""
    session.delete(find_row(session, draft.study_id, draft.id))
    record_act(session, draft.study_id, draft.id, "forget", account_id, {"name": draft.file_name})


def record_act(
    session: Session, study_id: UUID, import_id: UUID, verb: str, account_id: UUID | None, after: Mapping[str, Any]
) -> None:
    """Write an act on an import in the trail."""
    audit.record(
        session,
        verb=verb,
        object_kind="data_import",
        object_id=import_id,
        study_id=study_id,
        account_id=account_id,
        after=dict(after),
    )
    session.flush()


def prepare_draft(session: Session, draft: Draft, *, locale: str) -> Prepared:
    """Read the file of a draft, with what its columns can fill.

    Raises: Invalid: it cannot be read as it is said to be written.
    """
    table = read_source(draft.content, draft.reading, file=draft.file_name)
    fields = fields_of(_versions(session, draft.study_id), locale=locale)
    waves = {
        str(id_): name
        for id_, name in session.execute(
            select(Wave.id, Wave.name).where(Wave.study_id == draft.study_id).order_by(Wave.position, Wave.name)
        )
    }
    wishes = draft.wishes or propose(table, fields, waves, locale=locale)
    return Prepared(draft, table, fields, waves, wishes, locale)


def _versions(session: Session, study_id: UUID) -> list[Version]:
    rows = session.execute(
        select(
            QuestionnaireVersion.id, QuestionnaireVersion.number, Questionnaire.id.label("questionnaire_id"),
            Questionnaire.key, Questionnaire.title,
        )
        .join(Questionnaire, Questionnaire.id == QuestionnaireVersion.questionnaire_id)
        .where(Questionnaire.study_id == study_id, QuestionnaireVersion.published_at.is_not(None))
        .order_by(Questionnaire.title, QuestionnaireVersion.number)
    ).all()  # fmt: skip
    last = {row.questionnaire_id: row.number for row in rows}
    return [
        Version(
            row.id,
            row.questionnaire_id,
            row.key,
            row.title,
            row.number,
            row.number == last[row.questionnaire_id],
            load_version(session, row.id).definition,
        )
        for row in rows
    ]


def load_known(session: Session, study_id: UUID) -> Known:
    """Return what a plan rests on."""
    people = session.execute(
        select(Participant.pseudonym, Participant.id, Participant.state).where(Participant.study_id == study_id)
    )
    answered = session.execute(
        select(Response.participant_id, QuestionnaireVersion.questionnaire_id, Collection.wave_id)
        .join(Collection, Collection.id == Response.collection_id)
        .join(QuestionnaireVersion, QuestionnaireVersion.id == Collection.version_id)
        .where(
            Collection.study_id == study_id,
            Response.participant_id.is_not(None),
            Response.state == ResponseState.SUBMITTED,
        )
    )
    return Known(
        {row.pseudonym: Person(row.id, row.state is FlowState.WITHDRAWN) for row in people},
        frozenset(
            (row.participant_id, row.questionnaire_id, row.wave_id)
            for row in answered
            if row.participant_id is not None
        ),
    )
