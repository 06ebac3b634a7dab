"""The answers themselves, as frozen values: for exports, indicators, and the coding of open answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from studies.models import Arm, FlowState, Participant, Site, Wave
from surveys.definition import Definition, ItemType
from surveys.helping import assistance_of
from surveys.models import (
    Answer,
    Collection,
    Missing,
    QuestionnaireVersion,
    Response,
    ResponseMode,
    ResponseState,
)
from surveys.occurrences import Numbers, split_key
from surveys.versions import LoadedVersion, load_version

BATCH = 500
"""Responses held at once while answers are streamed."""
IS_COUNTED = Participant.id.is_(None) | (Participant.state != FlowState.WITHDRAWN)
"""Nothing of who withdrew from the study is counted or quoted, before they take their answers back as well."""


@dataclass(frozen=True, slots=True)
class ResponseRow:
    """One response with its answers; `answers` and `missing` are by item, an item in neither was not asked."""

    response_id: UUID
    participant_id: UUID | None
    pseudonym: str | None
    site: str | None
    arm: str | None
    wave: str | None
    state: ResponseState
    mode: ResponseMode
    helper: str | None
    holder: str | None
    locale: str
    started_at: datetime
    submitted_at: datetime | None
    answers: Mapping[str, Any]
    missing: Mapping[str, Missing]


@dataclass(frozen=True, slots=True)
class ItemValue:
    """What one response gave to one item; `value` None with `missing` None: asked and left empty."""

    participant_id: UUID | None
    response_id: UUID
    wave_id: UUID | None
    arm_id: UUID | None
    site_id: UUID | None
    value: Any
    missing: Missing | None
    numbers: Numbers = ()
    """Those of the occurrence, where the item stands in repeats: then a response may give several values."""


@dataclass(frozen=True, slots=True)
class OpenAnswer:
    """A free text that somebody wrote, ready to be coded like an interview; `item_name` with its numbers in repeats."""

    response_id: UUID
    participant_id: UUID | None
    pseudonym: str | None
    item_name: str
    text: str
    locale: str
    submitted_at: datetime | None


def stream_responses(
    session: Session, study_id: UUID, collection_id: UUID, *, drafts: bool = False
) -> Iterator[ResponseRow]:
    """Yield the responses of a collection with all their values, calculations included, by date of start.

    Reads 500 responses at a time (two statements each). What was withdrawn is left out; drafts too unless asked.
    """
    states = [ResponseState.SUBMITTED, *([ResponseState.STARTED] if drafts else [])]
    query = (
        select(
            Response.id,
            Response.participant_id,
            Participant.pseudonym,
            Site.name.label("site"),
            Arm.name.label("arm"),
            Wave.name.label("wave"),
            Response.state,
            Response.mode,
            Response.locale,
            Response.started_at,
            Response.submitted_at,
            Response.calculated,
        )
        .join(Collection, Collection.id == Response.collection_id)
        .outerjoin(Participant, Participant.id == Response.participant_id)
        .outerjoin(Site, Site.id == Participant.site_id)
        .outerjoin(Arm, Arm.id == Participant.arm_id)
        .outerjoin(Wave, Wave.id == Collection.wave_id)
        .where(
            Response.collection_id == collection_id,
            Collection.study_id == study_id,
            Response.state.in_(states),
            Response.corrects_id.is_(None),
            IS_COUNTED,
        )
        .order_by(Response.started_at, Response.id)
    )
    offset = 0
    while batch := session.execute(query.limit(BATCH).offset(offset)).all():
        offset += BATCH
        values: dict[UUID, dict[str, Any]] = {row.id: dict(row.calculated) for row in batch}
        missing: dict[UUID, dict[str, Missing]] = {row.id: {} for row in batch}
        for response_id, name, value, absence in session.execute(
            select(Answer.response_id, Answer.item_name, Answer.value, Answer.missing).where(
                Answer.response_id.in_([row.id for row in batch])
            )
        ):
            values[response_id][name] = value
            if absence is not None:
                missing[response_id][name] = absence
        for row in batch:
            helped = assistance_of(row.mode, row.calculated)
            yield ResponseRow(
                row.id,
                row.participant_id,
                row.pseudonym,
                row.site,
                row.arm,
                row.wave,
                row.state,
                row.mode,
                helped.helper,
                helped.holder,
                row.locale,
                row.started_at,
                row.submitted_at,
                values[row.id],
                missing[row.id],
            )


def collection_version(session: Session, study_id: UUID, collection_id: UUID) -> LoadedVersion:
    """Return the version that a collection starts new responses on.

    Raises: NotFound("surveys.collection_not_found").
    """
    version_id = session.scalar(
        select(Collection.version_id).where(Collection.id == collection_id, Collection.study_id == study_id)
    )
    if version_id is None:
        raise NotFound("surveys.collection_not_found", token=str(collection_id))
    return load_version(session, version_id)


def collection_versions(session: Session, study_id: UUID, collection_id: UUID) -> tuple[LoadedVersion, ...]:
    """Return the version a collection asks, then the earlier ones on which responses were started, latest first.

    Raises: NotFound("surveys.collection_not_found").
    """
    current = collection_version(session, study_id, collection_id)
    ids = session.scalars(
        select(Response.version_id)
        .where(Response.collection_id == collection_id, Response.version_id != current.id)
        .distinct()
    )
    earlier = [load_version(session, version_id) for version_id in ids]
    return (current, *sorted(earlier, key=lambda version: -version.number))


def item_values(
    session: Session,
    study_id: UUID,
    questionnaire_id: UUID,
    item_name: str,
    *,
    collection_id: UUID | None = None,
    drafts: bool = False,
) -> list[ItemValue]:
    """Return what each response gave to one item, over every version and wave of a questionnaire; one statement.

    An item inside repeats has a value for each occurrence, in their order.

    Calculations and hidden items are read too. Responses that were not asked the item are not in the list.
    """
    states = [ResponseState.SUBMITTED, *([ResponseState.STARTED] if drafts else [])]
    query = (
        select(
            Response.participant_id,
            Response.id,
            Collection.wave_id,
            Participant.arm_id,
            Participant.site_id,
            Response.calculated,
            Answer.item_name,
            Answer.value,
            Answer.missing,
        )
        .join(Collection, Collection.id == Response.collection_id)
        .join(QuestionnaireVersion, QuestionnaireVersion.id == Collection.version_id)
        .outerjoin(Participant, Participant.id == Response.participant_id)
        .outerjoin(Answer, (Answer.response_id == Response.id) & _is_of(item_name))
        .where(
            Collection.study_id == study_id,
            QuestionnaireVersion.questionnaire_id == questionnaire_id,
            Response.state.in_(states),
            Response.corrects_id.is_(None),
            IS_COUNTED,
        )
        .order_by(Response.started_at, Response.id)
    )
    if collection_id is not None:
        query = query.where(Collection.id == collection_id)
    found = []
    for participant_id, response_id, wave_id, arm_id, site_id, calculated, name, value, missing in session.execute(
        query
    ):
        known = participant_id, response_id, wave_id, arm_id, site_id
        if name is not None:
            found.append(ItemValue(*known, value, missing, split_key(name)[1]))
            continue
        for key, computed in calculated.items():
            base, numbers = split_key(key)
            if base == item_name:
                found.append(ItemValue(*known, computed, None, numbers))
    order = {response_id: place for place, response_id in enumerate(dict.fromkeys(each.response_id for each in found))}
    return sorted(found, key=lambda each: (order[each.response_id], each.numbers))


def _is_of(item_name: str) -> ColumnElement[bool]:
    """Whether an answer is to this item, in whichever occurrence."""
    return (Answer.item_name == item_name) | Answer.item_name.startswith(f"{item_name}[", autoescape=True)


def open_answers(
    session: Session, study_id: UUID, collection_id: UUID, item_name: str, *, for_copying: bool = False
) -> list[OpenAnswer]:
    """Return the texts written in answer to one item of a collection, submitted responses only; one statement.

    Args: for_copying: what is made of them in this transaction will be found by a withdrawal made meanwhile, which
        waits (PostgreSQL; on SQLite there is one writer at a time).
    """
    query = (
        select(
            Response.id,
            Response.participant_id,
            Participant.pseudonym,
            Answer.item_name,
            Answer.value,
            Response.locale,
            Response.submitted_at,
        )
        .join(Response, Response.id == Answer.response_id)
        .join(Collection, Collection.id == Response.collection_id)
        .outerjoin(Participant, Participant.id == Response.participant_id)
        .where(
            Collection.study_id == study_id,
            Collection.id == collection_id,
            _is_of(item_name),
            Response.state == ResponseState.SUBMITTED,
            IS_COUNTED,
        )
        .order_by(Response.submitted_at, Response.id)
    )
    if for_copying:
        query = query.with_for_update(read=True, of=Response)
    rows = session.execute(query)
    found = [OpenAnswer(*row) for row in rows if isinstance(row.value, str) and row.value.strip()]
    order = {response_id: place for place, response_id in enumerate(dict.fromkeys(each.response_id for each in found))}
    return sorted(found, key=lambda each: (order[each.response_id], split_key(each.item_name)[1]))


def open_items(definition: Definition) -> tuple[str, ...]:
    """Return the keys of the items answered in free text."""
    return tuple(item.key for item in definition.items() if item.type is ItemType.TEXT)
