"""What the team reads of questionnaires and answers: frozen values, a counted number of statements each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.clock import now
from core.errors import NotFound
from studies.models import Arm, Participant, Population, Site, Wave
from surveys.answers import (
    ItemValue,
    OpenAnswer,
    ResponseRow,
    collection_version,
    collection_versions,
    item_values,
    open_answers,
    open_items,
    stream_responses,
)
from surveys.models import (
    Collection,
    Quarantine,
    Questionnaire,
    QuestionnaireVersion,
    Response,
    ResponseMode,
    ResponseState,
)

__all__ = [
    "CollectionProgress",
    "CollectionRow",
    "ItemValue",
    "OpenAnswer",
    "QuarantineRow",
    "QuestionnaireRow",
    "ResponseRow",
    "VersionRow",
    "collection_progress",
    "collection_version",
    "collection_versions",
    "get_collection",
    "get_version",
    "item_values",
    "list_collections",
    "list_quarantine",
    "list_questionnaires",
    "list_versions",
    "open_answers",
    "open_items",
    "stream_responses",
]


@dataclass(frozen=True, slots=True)
class QuestionnaireRow:
    """A questionnaire in a list: its last version, and the last one published (None: never)."""

    id: UUID
    key: str
    title: str
    population: str | None
    last_version_id: UUID
    last_number: int
    published_version_id: UUID | None
    published_number: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version with what its import remarked, as stored."""

    id: UUID
    questionnaire_id: UUID
    key: str
    title: str
    number: int
    source_name: str
    created_at: datetime
    published_at: datetime | None
    warnings: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class CollectionRow:
    """A collection in a list, with its counts of responses by state."""

    id: UUID
    title: str
    token: str
    questionnaire_id: UUID
    questionnaire: str
    version_id: UUID
    version_number: int
    population: str | None
    wave: str | None
    opens_at: datetime
    closes_at: datetime | None
    started: int
    submitted: int
    withdrawn: int

    @property
    def is_open(self) -> bool:
        """Whether it takes answers now."""
        moment = now()
        return self.opens_at <= moment and (self.closes_at is None or moment < self.closes_at)


@dataclass(frozen=True, slots=True)
class CollectionProgress:
    """Counts of the responses of a collection.

    `by_site` and `by_arm` count responses linked to a participant (None: theirs is not known), `anonymous` the others.
    `by_page` counts drafts by number of their version, then of the last page reached: where people stop. `by_version`
    counts drafts and sent responses by number of the version they were started on; `sent_by_site` and `sent_anonymous`
    those sent among them. Counts are raw; the caller hides small cells before they are shown.
    """

    total: int
    by_state: Mapping[ResponseState, int]
    by_mode: Mapping[ResponseMode, int]
    by_site: Mapping[str | None, int]
    by_arm: Mapping[str | None, int]
    by_page: Mapping[tuple[int, int], int]
    by_version: Mapping[int, int]
    anonymous: int
    quarantined: int
    last_saved_at: datetime | None
    sent_by_site: Mapping[str | None, int]
    sent_anonymous: int


@dataclass(frozen=True, slots=True)
class QuarantineRow:
    """Something that fitted nowhere, as it came."""

    id: UUID
    created_at: datetime
    reason: str
    response_id: UUID | None
    payload: Mapping[str, Any]


def list_questionnaires(session: Session, study_id: UUID) -> list[QuestionnaireRow]:
    """Return the questionnaires of a study, by title; two statements."""
    questionnaires = session.execute(
        select(Questionnaire.id, Questionnaire.key, Questionnaire.title, Population.name, Questionnaire.created_at)
        .outerjoin(Population, Population.id == Questionnaire.population_id)
        .where(Questionnaire.study_id == study_id)
        .order_by(Questionnaire.title, Questionnaire.key)
    ).all()
    versions: dict[UUID, list[Any]] = {}
    for row in session.execute(
        select(
            QuestionnaireVersion.id,
            QuestionnaireVersion.questionnaire_id,
            QuestionnaireVersion.number,
            QuestionnaireVersion.published_at,
        )
        .join(Questionnaire, Questionnaire.id == QuestionnaireVersion.questionnaire_id)
        .where(Questionnaire.study_id == study_id)
        .order_by(QuestionnaireVersion.number)
    ):
        versions.setdefault(row.questionnaire_id, []).append(row)
    found = []
    for id_, key, title, population, created_at in questionnaires:
        rows = versions.get(id_, [])
        if rows:
            published = next((row for row in reversed(rows) if row.published_at is not None), None)
            found.append(
                QuestionnaireRow(
                    id_,
                    key,
                    title,
                    population,
                    rows[-1].id,
                    rows[-1].number,
                    published.id if published else None,
                    published.number if published else None,
                    created_at,
                )
            )
    return found


def list_versions(session: Session, study_id: UUID, questionnaire_id: UUID | None = None) -> list[VersionRow]:
    """Return the versions of a study or of one questionnaire, the latest first."""
    query = _version_query(study_id).order_by(Questionnaire.title, QuestionnaireVersion.number.desc())
    if questionnaire_id is not None:
        query = query.where(Questionnaire.id == questionnaire_id)
    return [_version_row(row) for row in session.execute(query)]


def get_version(session: Session, study_id: UUID, version_id: UUID) -> VersionRow:
    """Return one version.

    Raises: NotFound("surveys.version_not_found").
    """
    row = session.execute(_version_query(study_id).where(QuestionnaireVersion.id == version_id)).one_or_none()
    if row is None:
        raise NotFound("surveys.version_not_found", version_id=str(version_id))
    return _version_row(row)


def _version_query(study_id: UUID) -> Select[Any]:
    return (
        select(
            QuestionnaireVersion.id,
            QuestionnaireVersion.questionnaire_id,
            Questionnaire.key,
            Questionnaire.title,
            QuestionnaireVersion.number,
            QuestionnaireVersion.source_name,
            QuestionnaireVersion.created_at,
            QuestionnaireVersion.published_at,
            QuestionnaireVersion.warnings,
        )
        .join(Questionnaire, Questionnaire.id == QuestionnaireVersion.questionnaire_id)
        .where(Questionnaire.study_id == study_id)
    )


def _version_row(row: Any) -> VersionRow:
    return VersionRow(
        row.id,
        row.questionnaire_id,
        row.key,
        row.title,
        row.number,
        row.source_name,
        row.created_at,
        row.published_at,
        tuple(row.warnings),
    )


def list_collections(session: Session, study_id: UUID, *, collection_id: UUID | None = None) -> list[CollectionRow]:
    """Return the collections of a study, the latest first; two statements."""
    query = (
        select(
            Collection.id,
            Collection.title,
            Collection.token,
            Questionnaire.id,
            Questionnaire.title,
            QuestionnaireVersion.id,
            QuestionnaireVersion.number,
            Population.name,
            Wave.name,
            Collection.opens_at,
            Collection.closes_at,
        )
        .join(QuestionnaireVersion, QuestionnaireVersion.id == Collection.version_id)
        .join(Questionnaire, Questionnaire.id == QuestionnaireVersion.questionnaire_id)
        .outerjoin(Population, Population.id == Collection.population_id)
        .outerjoin(Wave, Wave.id == Collection.wave_id)
        .where(Collection.study_id == study_id)
        .order_by(Collection.opens_at.desc(), Collection.title)
    )
    counts = (
        select(Response.collection_id, Response.state, func.count())
        .join(Collection, Collection.id == Response.collection_id)
        .where(Collection.study_id == study_id, Response.corrects_id.is_(None))
        .group_by(Response.collection_id, Response.state)
    )
    if collection_id is not None:
        query = query.where(Collection.id == collection_id)
        counts = counts.where(Collection.id == collection_id)
    by_state = {(row[0], row[1]): row[2] for row in session.execute(counts)}
    return [
        CollectionRow(
            *row,
            *(
                by_state.get((row[0], state), 0)
                for state in (ResponseState.STARTED, ResponseState.SUBMITTED, ResponseState.WITHDRAWN)
            ),
        )
        for row in session.execute(query)
    ]


def get_collection(session: Session, study_id: UUID, collection_id: UUID) -> CollectionRow:
    """Return one collection with its counts.

    Raises: NotFound("surveys.collection_not_found").
    """
    found = list_collections(session, study_id, collection_id=collection_id)
    if not found:
        raise NotFound("surveys.collection_not_found", token=str(collection_id))
    return found[0]


def collection_progress(session: Session, study_id: UUID, collection_id: UUID) -> CollectionProgress:
    """Count the responses of a collection; two statements."""
    rows = session.execute(
        select(
            Response.state,
            Response.mode,
            Site.name,
            Arm.name,
            QuestionnaireVersion.number,
            Response.last_page,
            Response.participant_id.is_(None),
            func.count(),
            func.max(Response.saved_at),
        )
        .join(Collection, Collection.id == Response.collection_id)
        .join(QuestionnaireVersion, QuestionnaireVersion.id == Response.version_id)
        .outerjoin(Participant, Participant.id == Response.participant_id)
        .outerjoin(Site, Site.id == Participant.site_id)
        .outerjoin(Arm, Arm.id == Participant.arm_id)
        .where(Response.collection_id == collection_id, Collection.study_id == study_id, Response.corrects_id.is_(None))
        .group_by(
            Response.state,
            Response.mode,
            Site.name,
            Arm.name,
            QuestionnaireVersion.number,
            Response.last_page,
            Response.participant_id.is_(None),
        )
    ).all()
    by_state: dict[ResponseState, int] = dict.fromkeys(ResponseState, 0)
    by_mode: dict[ResponseMode, int] = {}
    by_site: dict[str | None, int] = {}
    sent_by_site: dict[str | None, int] = {}
    by_arm: dict[str | None, int] = {}
    by_page: dict[tuple[int, int], int] = {}
    by_version: dict[int, int] = {}
    anonymous = sent_anonymous = 0
    for state, mode, site, arm, version, page, is_anonymous, count, _saved in rows:
        by_state[state] += count
        if state is ResponseState.WITHDRAWN:
            continue
        by_mode[mode] = by_mode.get(mode, 0) + count
        by_version[version] = by_version.get(version, 0) + count
        sent = count if state is ResponseState.SUBMITTED else 0
        if is_anonymous:
            anonymous += count
            sent_anonymous += sent
        else:
            sent_by_site[site] = sent_by_site.get(site, 0) + sent
            by_site[site] = by_site.get(site, 0) + count
            by_arm[arm] = by_arm.get(arm, 0) + count
        if state is ResponseState.STARTED:
            by_page[version, page] = by_page.get((version, page), 0) + count
    quarantined = session.scalar(
        select(func.count())
        .select_from(Quarantine)
        .join(Collection, Collection.id == Quarantine.collection_id)
        .where(Quarantine.collection_id == collection_id, Collection.study_id == study_id)
    )
    return CollectionProgress(
        sum(by_state.values()),
        by_state,
        by_mode,
        dict(sorted(by_site.items(), key=lambda each: each[0] or "")),
        dict(sorted(by_arm.items(), key=lambda each: each[0] or "")),
        dict(sorted(by_page.items())),
        dict(sorted(by_version.items())),
        anonymous,
        quarantined or 0,
        max((row[-1] for row in rows), default=None),
        sent_by_site,
        sent_anonymous,
    )


def list_quarantine(session: Session, study_id: UUID, collection_id: UUID) -> list[QuarantineRow]:
    """Return what fitted nowhere in a collection, the latest first."""
    return [
        QuarantineRow(*row)
        for row in session.execute(
            select(Quarantine.id, Quarantine.created_at, Quarantine.reason, Quarantine.response_id, Quarantine.payload)
            .join(Collection, Collection.id == Quarantine.collection_id)
            .where(Quarantine.collection_id == collection_id, Collection.study_id == study_id)
            .order_by(Quarantine.created_at.desc())
        )
    ]
