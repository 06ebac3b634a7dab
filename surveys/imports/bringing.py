"""Bring a file in, whole or not at all; undo it as a batch.

What comes in becomes responses of collections of its own, one for each questionnaire and wave, never open: whatever
reads answers reads these too, and tells them by their mode.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import Table, delete, exists, insert, select
from sqlalchemy.orm import Session

from core.clock import now
from core.db import Base
from core.errors import Conflict, Invalid
from studies.models import Participant
from surveys.imports.cells import Cell
from surveys.imports.drafts import Prepared, find_row, load_known, record_act
from surveys.imports.fields import SILENT_TYPES
from surveys.imports.models import DataImport, ImportState
from surveys.imports.planning import Batch, Known, Plan, make_plan
from surveys.models import Answer, Collection, Response, ResponseMode, ResponseState
from surveys.services import open_collection
from surveys.tokens import new_token, token_hash

ROWS_AT_ONCE = 5_000


def bring_in(
    session: Session, prepared: Prepared, plan: Plan, known: Known, *, locale: str, account_id: UUID | None
) -> None:
    """Do what a plan says; made again here if somebody answered or the list changed meanwhile.

    Raises: NotFound("imports.not_found"), Conflict("imports.not_a_draft"), Invalid("imports.not_ready").
    """
    draft = prepared.draft
    row = find_row(session, draft.study_id, draft.id)
    if row.state is not ImportState.DRAFT:
        raise Conflict("imports.not_a_draft")
    now_known = load_known(session, draft.study_id)
    if now_known != known:
        plan = make_plan(prepared.table, prepared.columns()[0], now_known, draft.options)
    if not plan.is_ready(draft.options):
        raise Invalid("imports.not_ready")
    made = {
        "collections": [
            _write_batch(session, batch, row, prepared.waves, locale, account_id) for batch in plan.batches.values()
        ],
        "attributes": _write_attributes(session, plan.attributes),
        "people": len(plan.people),
        "cells": plan.filled,
        "set_aside": plan.misfits + plan.withdrawn,
    }
    row.state, row.done_at, row.content, row.made = ImportState.DONE, now(), None, made
    record_act(
        session, draft.study_id, draft.id, "import", account_id, {"name": row.file_name, "count": len(plan.people)}
    )


def _write_batch(
    session: Session, batch: Batch, row: DataImport, waves: Mapping[str, str], locale: str, account_id: UUID | None
) -> dict[str, Any]:
    moment = now()
    wave = waves.get(batch.wave, "")
    collection = open_collection(
        session,
        row.study_id,
        version_id=batch.version.id,
        title=f"{row.file_name} · {wave}" if wave else row.file_name,
        wave_id=UUID(batch.wave) if batch.wave else None,
        opens_at=moment - timedelta(seconds=1),
        closes_at=moment,
        account_id=account_id,
    )
    silent = {item.key for item in batch.version.definition.items() if item.type in SILENT_TYPES}
    responses, answers = [], []
    tag = batch.version.definition.locale(locale).tag
    for person_id, cells in batch.responses.items():
        response_id = uuid4()
        responses.append(
            {
                "id": response_id,
                "collection_id": collection.id,
                "version_id": batch.version.id,
                "participant_id": person_id,
                "resume_hash": token_hash(new_token()),  # of a token that nobody has
                "locale": tag,
                "mode": ResponseMode.IMPORTED,
                "state": ResponseState.SUBMITTED,
                "calculated": {key: cell.value for key, cell in cells.items() if key in silent},
                "submitted_at": moment,
            }
        )
        answers += [_answer(response_id, key, cell) for key, cell in cells.items() if key not in silent]
    # To tables, not classes: rows would be sent in as many statements as they change in what is empty.
    for model, rows in ((Response, responses), (Answer, answers)):
        table = cast("Table", model.__table__)
        for start in range(0, len(rows), ROWS_AT_ONCE):
            session.execute(insert(table), rows[start : start + ROWS_AT_ONCE])
    return {
        "id": str(collection.id),
        "title": batch.version.title,
        "version": batch.version.number,
        "wave": wave,
        "responses": len(responses),
    }


def _answer(response_id: UUID, key: str, cell: Cell) -> dict[str, Any]:
    return {"response_id": response_id, "item_name": key, "value": cell.value, "missing": cell.mark}


def _write_attributes(session: Session, attributes: Mapping[UUID, Mapping[str, Any]]) -> dict[str, Any]:
    """Write attributes; return, by person, what each one was before, and became."""
    changed: dict[str, Any] = {}
    for person in _people(session, attributes):
        new = {name: value for name, value in attributes[person.id].items() if person.attributes.get(name) != value}
        if new:
            before = {name: person.attributes[name] for name in new if name in person.attributes}
            changed[str(person.id)] = {"before": before, "after": new}
            person.attributes = {**person.attributes, **new}
    session.flush()
    return changed


def _people(session: Session, ids: Mapping[UUID, Any]) -> list[Participant]:
    wanted = list(ids)
    found: list[Participant] = []
    for start in range(0, len(wanted), ROWS_AT_ONCE):
        found += session.scalars(select(Participant).where(Participant.id.in_(wanted[start : start + ROWS_AT_ONCE])))
    return found


def undo(session: Session, study_id: UUID, import_id: UUID, *, account_id: UUID | None) -> None:
    """Take back all that an import made; attributes that were changed since stay as they are, and are listed.

    Raises: NotFound("imports.not_found"), Conflict("imports.not_done").
    """
    row = find_row(session, study_id, import_id)
    if row.state is not ImportState.DONE or row.made is None:
        raise Conflict("imports.not_done")
    for made in row.made["collections"]:
        _remove(session, UUID(made["id"]))
    kept = _restore(session, row.made["attributes"])
    row.made = {**row.made, "attributes": {}, "kept": kept}
    row.state, row.undone_at = ImportState.UNDONE, now()
    record_act(session, study_id, import_id, "undo", account_id, {"name": row.file_name, "count": row.made["people"]})


def _remove(session: Session, collection_id: UUID) -> None:
    """Delete what was brought in; the collection too, unless somebody made it serve for something else since."""
    options = {"synchronize_session": False}
    mine = Response.collection_id == collection_id
    session.execute(delete(Response).where(mine, Response.mode == ResponseMode.IMPORTED), execution_options=options)
    # Read from the mapped tables, since the packages above this one cannot be named here.
    hanging = [
        key.parent
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table is Collection.__table__
    ]
    if not any(session.scalar(select(exists().where(column == collection_id))) for column in hanging):
        session.execute(delete(Collection).where(Collection.id == collection_id), execution_options=options)


def _restore(session: Session, changed: Mapping[str, Any]) -> list[list[str]]:
    """Put attributes back; return pseudonym and name of those that somebody changed since."""
    kept = []
    for person in _people(session, {UUID(id_): None for id_ in changed}):
        before, after = changed[str(person.id)]["before"], changed[str(person.id)]["after"]
        attributes = dict(person.attributes)
        for name, value in after.items():
            if attributes.get(name) != value:
                kept.append([person.pseudonym, name])
            elif name in before:
                attributes[name] = before[name]
            else:
                del attributes[name]
        person.attributes = attributes
    session.flush()
    return kept


def forget_person(session: Session, study_id: UUID, participant_id: UUID) -> None:
    """Erase what imports keep of a person who is deleted."""
    rows = session.scalars(
        select(DataImport).where(DataImport.study_id == study_id, DataImport.state == ImportState.DONE)
    )
    for row in rows:
        if row.made and str(participant_id) in row.made["attributes"]:
            attributes = {id_: each for id_, each in row.made["attributes"].items() if id_ != str(participant_id)}
            row.made = {**row.made, "attributes": attributes}
    session.flush()
