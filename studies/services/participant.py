"""Acts on one person: add, correct, withdraw, delete."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.audit import record
from core.db import Base
from core.errors import Conflict, Invalid, NotFound
from studies.models import Arm, FlowState, Identity, Participant, Population, Site
from studies.services.consent import stop_consents


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDraft:
    """A person as typed on a page; ids are of the same study."""

    pseudonym: str
    population_id: UUID
    site_id: UUID | None = None
    arm_id: UUID | None = None
    stratum: str = ""
    state: FlowState = FlowState.LISTED
    took_up: bool = False
    attributes: dict[str, Any] = field(default_factory=dict)
    drawn_on: date | None = None
    entered_on: date | None = None


def add_participant(session: Session, study_id: UUID, draft: PersonDraft, *, by: UUID) -> UUID:
    """Add one person; return their id.

    Raises: Invalid: no pseudonym, or a taken one.  NotFound: a population, site or arm of another study.
    """
    person = Participant(study_id=study_id, pseudonym="", population_id=draft.population_id)
    _write(session, person, draft)
    _record(session, "add", person, by, after=_shown(person))
    return person.id


def edit_participant(session: Session, study_id: UUID, participant_id: UUID, draft: PersonDraft, *, by: UUID) -> None:
    """Correct what is known of a person; one who becomes withdrawn agrees to nothing any more.

    Raises: Invalid: no pseudonym, or a taken one.  NotFound: no such person, population, site or arm in this study.
    """
    person = _find(session, study_id, participant_id)
    before, was = _shown(person), person.state
    changed = sorted(
        name
        for name in {*person.attributes, *draft.attributes}
        if person.attributes.get(name) != draft.attributes.get(name)
    )
    _write(session, person, draft)
    after: dict[str, Any] = {**_shown(person), **({"attributes": changed} if changed else {})}
    if person.state is FlowState.WITHDRAWN and was is not FlowState.WITHDRAWN:
        after["consents"] = stop_consents(session, participant_id, "screen")
    _record(session, "edit", person, by, before=before, after=after)


def withdraw_participant(session: Session, study_id: UUID, participant_id: UUID, channel: str, *, by: UUID) -> None:
    """Withdraw a person: results leave their answers out, and every consent in force ends with its quotations.

    Answers stay until they are taken back with their receipt. Twice is harmless.
    Raises: NotFound: no such person in this study.
    """
    person = _find(session, study_id, participant_id)
    if person.state is FlowState.WITHDRAWN:
        return
    before, person.state = {"state": person.state.value}, FlowState.WITHDRAWN
    stopped = stop_consents(session, participant_id, channel)
    after = {"state": person.state.value, "consents": stopped}
    _record(session, "withdraw", person, by, before=before, after=after)


def is_bare(session: Session, participant_id: UUID) -> bool:
    """Say whether nothing hangs on a person: no consent, answer or interview, in whatever package it is kept."""
    # Read from the mapped tables, since the packages above this one cannot be named here.
    hanging = [
        key.parent
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table is Participant.__table__ and table is not Identity.__table__
    ]
    return not any(session.scalar(select(exists().where(column == participant_id))) for column in hanging)


def delete_participant(session: Session, study_id: UUID, participant_id: UUID, *, by: UUID) -> None:
    """Delete a person on whom nothing hangs, with their identity.

    Raises: NotFound: no such person in this study.  Conflict: something hangs on them.
    """
    person = _find(session, study_id, participant_id)
    if not is_bare(session, participant_id):
        raise Conflict("studies.participant_in_use", name=person.pseudonym)
    _record(session, "delete", person, by, before=_shown(person))
    session.delete(person)
    session.flush()


def _find(session: Session, study_id: UUID, participant_id: UUID) -> Participant:
    person = session.get(Participant, participant_id)
    if person is None or person.study_id != study_id:
        raise NotFound("studies.participant_unknown")
    return person


def _write(session: Session, person: Participant, draft: PersonDraft) -> None:
    if not draft.pseudonym.strip():
        raise Invalid("studies.pseudonym_needed")
    for model, identifier in ((Population, draft.population_id), (Site, draft.site_id), (Arm, draft.arm_id)):
        _check_place(session, person.study_id, model, identifier)
    same = select(Participant.id).where(
        Participant.study_id == person.study_id, Participant.pseudonym == draft.pseudonym.strip()
    )
    if session.scalar(same) not in {None, person.id}:
        raise Invalid("studies.pseudonym_taken", name=draft.pseudonym.strip())
    person.pseudonym, person.population_id = draft.pseudonym.strip(), draft.population_id
    person.site_id, person.arm_id, person.stratum = draft.site_id, draft.arm_id, draft.stratum
    person.state, person.took_up, person.attributes = draft.state, draft.took_up, draft.attributes
    person.drawn_on, person.entered_on = draft.drawn_on, draft.entered_on
    session.add(person)
    try:
        session.flush()
    except IntegrityError as error:  # somebody took the pseudonym since it was looked up
        raise Invalid("studies.pseudonym_taken", name=draft.pseudonym.strip()) from error


def _check_place(
    session: Session, study_id: UUID, model: type[Population | Site | Arm], identifier: UUID | None
) -> None:
    if identifier is None:
        return
    if session.scalar(select(model.id).where(model.id == identifier, model.study_id == study_id)) is None:
        raise NotFound("studies.place_unknown")


def _shown(person: Participant) -> dict[str, Any]:
    """Return what the trail keeps: pseudonym and flow, no attribute."""
    return {
        "pseudonym": person.pseudonym,
        "population_id": str(person.population_id),
        "site_id": str(person.site_id) if person.site_id else None,
        "arm_id": str(person.arm_id) if person.arm_id else None,
        "stratum": person.stratum,
        "state": person.state.value,
        "took_up": person.took_up,
        "drawn_on": person.drawn_on.isoformat() if person.drawn_on else None,
        "entered_on": person.entered_on.isoformat() if person.entered_on else None,
    }


def _record(
    session: Session, verb: str, person: Participant, by: UUID, *, before: Any = None, after: Any = None
) -> None:
    record(
        session,
        verb=verb,
        object_kind="participant",
        object_id=person.id,
        study_id=person.study_id,
        account_id=by,
        before=before,
        after=after,
    )
