"""What the team does with questionnaires: import, publish, open and close a collection; answering is in `answering`."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import audit
from core.clock import now
from core.errors import Conflict, Invalid, NotFound
from studies.models import Population, Wave
from surveys.answering import (
    find_collection,
    keep_page,
    load_draft,
    open_draft,
    quarantine,
    read_page,
    save_page,
    start_response,
    submit,
    withdraw,
)
from surveys.definition import Definition
from surveys.editing.checks import errors
from surveys.editing.history import note_import
from surveys.importing import read_questionnaire
from surveys.lists import ListFile
from surveys.models import Collection, Questionnaire, QuestionnaireVersion
from surveys.tokens import new_code
from surveys.xlsform import Problem

__all__ = [
    "close_collection",
    "find_collection",
    "import_questionnaire",
    "keep_page",
    "load_draft",
    "open_collection",
    "open_draft",
    "publish",
    "quarantine",
    "read_page",
    "reopen_collection",
    "save_page",
    "start_response",
    "submit",
    "withdraw",
]


def import_questionnaire(
    session: Session,
    study_id: UUID,
    *,
    file_name: str,
    content: bytes,
    population_id: UUID | None = None,
    account_id: UUID | None = None,
    questionnaire_id: UUID | None = None,
    locale: str = "fr",
    lists: Mapping[str, ListFile] | None = None,
) -> QuestionnaireVersion:
    """Read a form into a draft version; a form of the same id in this study gets its next version.

    A draft not yet published is replaced. `locale` is the language of texts whose column names none; `lists` are those
    sent beside it.

    Raises: FormRefused: the form cannot be used; its `problems` say why and where.
    """
    form = read_questionnaire(content, file_name=file_name, locale=locale, files=lists)
    return store_definition(
        session,
        study_id,
        form.definition,
        warnings=form.problems,
        source_name=file_name,
        source_sha256=hashlib.sha256(content).hexdigest(),
        population_id=population_id,
        account_id=account_id,
        questionnaire_id=questionnaire_id,
    )


def store_definition(
    session: Session,
    study_id: UUID,
    definition: Definition,
    *,
    warnings: tuple[Problem, ...] = (),
    source_name: str = "",
    source_sha256: str = "",
    population_id: UUID | None = None,
    account_id: UUID | None = None,
    questionnaire_id: UUID | None = None,
) -> QuestionnaireVersion:
    """Keep a definition as the draft of its questionnaire.

    Raises: NotFound("surveys.questionnaire_not_found"), NotFound("surveys.population_not_found").
    """
    _check_belongs(session, Population, population_id, study_id, "surveys.population_not_found")
    questionnaire = _questionnaire(session, study_id, definition, population_id, questionnaire_id)
    draft = session.scalar(
        select(QuestionnaireVersion).where(
            QuestionnaireVersion.questionnaire_id == questionnaire.id, QuestionnaireVersion.published_at.is_(None)
        )
    )
    if draft is None:
        last = session.scalar(
            select(func.max(QuestionnaireVersion.number)).where(
                QuestionnaireVersion.questionnaire_id == questionnaire.id
            )
        )
        draft = QuestionnaireVersion(
            questionnaire_id=questionnaire.id, number=(last or 0) + 1, definition=definition.to_json()
        )
        session.add(draft)
    else:
        note_import(session, draft, definition, account_id=account_id, file_name=source_name)
    draft.warnings = [warning.to_json() for warning in warnings]
    draft.source_name = source_name
    draft.source_sha256 = source_sha256
    session.flush()
    audit.record(
        session,
        verb="import",
        object_kind="questionnaire_version",
        object_id=draft.id,
        study_id=study_id,
        account_id=account_id,
        after={"number": draft.number, "source": source_name, "sha256": source_sha256},
    )
    session.flush()
    return draft


def _questionnaire(
    session: Session,
    study_id: UUID,
    definition: Definition,
    population_id: UUID | None,
    questionnaire_id: UUID | None,
) -> Questionnaire:
    query = select(Questionnaire).where(Questionnaire.study_id == study_id)
    if questionnaire_id is not None:
        found = session.scalar(query.where(Questionnaire.id == questionnaire_id))
        if found is None:
            raise NotFound("surveys.questionnaire_not_found", questionnaire_id=str(questionnaire_id))
    else:
        found = session.scalar(query.where(Questionnaire.key == definition.form_id))
    if found is None:
        found = Questionnaire(study_id=study_id, key=definition.form_id, title=definition.title)
        session.add(found)
    found.title = definition.title
    if population_id is not None:
        found.population_id = population_id
    session.flush()
    return found


def publish(session: Session, study_id: UUID, version_id: UUID, *, account_id: UUID | None = None) -> None:
    """Freeze a draft: from now on it never changes and may be answered; twice is harmless.

    Raises: NotFound("surveys.version_not_found"); Conflict("surveys.draft_has_errors"): something in it cannot work.
    """
    version = _version(session, study_id, version_id)
    if version.published_at is not None:
        return
    if wrong := errors(Definition.from_json(version.definition)):
        raise Conflict("surveys.draft_has_errors", count=len(wrong))
    version.published_at = now()
    audit.record(
        session,
        verb="publish",
        object_kind="questionnaire_version",
        object_id=version_id,
        study_id=study_id,
        account_id=account_id,
        after={"number": version.number, "sha256": version.source_sha256},
    )
    session.flush()


def _version(session: Session, study_id: UUID, version_id: UUID) -> QuestionnaireVersion:
    version = session.scalar(
        select(QuestionnaireVersion)
        .join(Questionnaire, Questionnaire.id == QuestionnaireVersion.questionnaire_id)
        .where(QuestionnaireVersion.id == version_id, Questionnaire.study_id == study_id)
    )
    if version is None:
        raise NotFound("surveys.version_not_found", version_id=str(version_id))
    return version


def open_collection(
    session: Session,
    study_id: UUID,
    *,
    version_id: UUID,
    title: str,
    population_id: UUID | None = None,
    wave_id: UUID | None = None,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    account_id: UUID | None = None,
) -> Collection:
    """Open a published version to a population in a wave; `token` is the code of its public address.

    Raises: Conflict("surveys.not_published"); Invalid("surveys.closes_before_it_opens"); NotFound.
    """
    version = _version(session, study_id, version_id)
    if version.published_at is None:
        raise Conflict("surveys.not_published", number=version.number)
    _check_belongs(session, Population, population_id, study_id, "surveys.population_not_found")
    _check_belongs(session, Wave, wave_id, study_id, "surveys.wave_not_found")
    opens_at = opens_at or now()
    if closes_at is not None and closes_at <= opens_at:
        raise Invalid("surveys.closes_before_it_opens")
    collection = Collection(
        version_id=version_id,
        study_id=study_id,
        population_id=population_id,
        wave_id=wave_id,
        title=title.strip(),
        token=_unused_code(session),
        opens_at=opens_at,
        closes_at=closes_at,
    )
    session.add(collection)
    session.flush()
    audit.record(
        session,
        verb="open",
        object_kind="collection",
        object_id=collection.id,
        study_id=study_id,
        account_id=account_id,
        after={"title": collection.title, "version_id": str(version_id)},
    )
    session.flush()
    return collection


def _unused_code(session: Session) -> str:
    code = new_code()
    while session.scalar(select(Collection.id).where(Collection.token == code)) is not None:
        code = new_code()
    return code


def _check_belongs(
    session: Session, model: type[Population] | type[Wave], id_: UUID | None, study_id: UUID, code: str
) -> None:
    if id_ is None:
        return
    if session.scalar(select(model.id).where(model.id == id_, model.study_id == study_id)) is None:
        raise NotFound(code)


def close_collection(
    session: Session, study_id: UUID, collection_id: UUID, *, account_id: UUID | None = None
) -> Collection:
    """Close a collection now; pages still on their way go to quarantine. Closing a closed one changes nothing.

    Raises: NotFound("surveys.collection_not_found").
    """
    collection = _collection(session, study_id, collection_id)
    moment = now()
    if collection.closes_at is None or collection.closes_at > moment:
        collection.closes_at = moment
        _record_collection(session, "close", collection, account_id)
    return collection


def reopen_collection(
    session: Session,
    study_id: UUID,
    collection_id: UUID,
    *,
    closes_at: datetime | None = None,
    account_id: UUID | None = None,
) -> Collection:
    """Open a closed collection again, until `closes_at` or without end.

    Raises: NotFound("surveys.collection_not_found").
    """
    collection = _collection(session, study_id, collection_id)
    collection.closes_at = closes_at
    _record_collection(session, "reopen", collection, account_id)
    return collection


def _record_collection(session: Session, verb: str, collection: Collection, account_id: UUID | None) -> None:
    audit.record(
        session,
        verb=verb,
        object_kind="collection",
        object_id=collection.id,
        study_id=collection.study_id,
        account_id=account_id,
        after={"closes_at": collection.closes_at.isoformat() if collection.closes_at else None},
    )
    session.flush()


def _collection(session: Session, study_id: UUID, collection_id: UUID) -> Collection:
    collection = session.scalar(
        select(Collection).where(Collection.id == collection_id, Collection.study_id == study_id)
    )
    if collection is None:
        raise NotFound("surveys.collection_not_found", token=str(collection_id))
    return collection
