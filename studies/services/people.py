"""Put a list of people in a study, and bring up to date those it knows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.audit import record
from core.errors import Conflict, Invalid
from studies.listing import ListedPerson
from studies.models import Arm, Consent, FlowState, Participant, Population, Site
from studies.queries.consent import PersonConsents, consents_of
from studies.services.consent import LIST_CHANNEL, stop_consents


def add_participants(session: Session, study_id: UUID, people: Iterable[ListedPerson], *, by: UUID | None) -> int:
    """Add the people of a list that was read without problems, with their consents; return how many.

    Raises: Invalid: a pseudonym was taken since the list was read.  Conflict: a population, site or arm was renamed.
    """
    names = _Names.of(session, study_id)
    rows = [(person, names.participant(study_id, person)) for person in people]
    session.add_all(row for _person, row in rows)
    try:
        session.flush()
    except IntegrityError as error:
        raise Invalid("studies.pseudonyms_taken") from error
    for person, row in rows:
        _keep_consents(session, row, person, PersonConsents())
    session.flush()
    _record(session, "import", study_id, len(rows), by)
    return len(rows)


def update_participants(session: Session, study_id: UUID, people: Iterable[ListedPerson], *, by: UUID | None) -> int:
    """Bring the people whom a list names up to date, where its cells say something; return how many.

    An empty cell changes nothing. A list, perhaps an old one, undoes no withdrawal: who is withdrawn stays so, and a
    consent taken back is given again on the page of the person only.
    Raises: Conflict: a population, site or arm was renamed, or a person is gone.
    """
    names = _Names.of(session, study_id)
    listed = list(people)
    by_name = {
        row.pseudonym: row for row in session.scalars(select(Participant).where(Participant.study_id == study_id))
    }
    for person in listed:
        if person.pseudonym not in by_name:
            raise Conflict("studies.names_changed", name=person.pseudonym)
    consents = consents_of(session, [by_name[person.pseudonym].id for person in listed])
    for person in listed:
        row = by_name[person.pseudonym]
        was_withdrawn = row.state is FlowState.WITHDRAWN
        names.update(row, person)
        _keep_consents(session, row, person, consents[row.id], was_withdrawn=was_withdrawn)
    session.flush()
    if listed:
        _record(session, "update", study_id, len(listed), by)
    return len(listed)


def _keep_consents(
    session: Session, row: Participant, person: ListedPerson, known: PersonConsents, *, was_withdrawn: bool = False
) -> None:
    for purpose, is_given in person.consents.items():
        latest = known.latest(purpose)
        is_new = latest is None and not was_withdrawn
        if is_new or (latest is not None and latest.is_given and not is_given):
            session.add(Consent(participant_id=row.id, purpose=purpose, is_given=is_given, channel=LIST_CHANNEL))
    if row.state is FlowState.WITHDRAWN and not was_withdrawn:
        session.flush()
        stop_consents(session, row.id, LIST_CHANNEL)


@dataclass(frozen=True, slots=True)
class _Names:
    """The ids that the names of a list stand for."""

    populations: Mapping[str, UUID]
    sites: Mapping[str, UUID]
    arms: Mapping[str, UUID]

    @classmethod
    def of(cls, session: Session, study_id: UUID) -> "_Names":
        return cls(*(_ids_by_name(session, study_id, model) for model in (Population, Site, Arm)))

    def participant(self, study_id: UUID, person: ListedPerson) -> Participant:
        return Participant(
            study_id=study_id,
            pseudonym=person.pseudonym,
            population_id=_known(self.populations, person.population),
            site_id=_known(self.sites, person.site) if person.site else None,
            arm_id=_known(self.arms, person.arm) if person.arm else None,
            stratum=person.stratum,
            state=person.state,
            took_up=person.took_up,
            attributes=person.attributes,
            drawn_on=person.drawn_on,
            entered_on=person.entered_on,
        )

    def update(self, row: Participant, person: ListedPerson) -> None:
        if "population" in person.filled:
            row.population_id = _known(self.populations, person.population)
        if "site" in person.filled:
            row.site_id = _known(self.sites, person.site)
        if "arm" in person.filled:
            row.arm_id = _known(self.arms, person.arm)
        if "stratum" in person.filled:
            row.stratum = person.stratum
        if "state" in person.filled and row.state is not FlowState.WITHDRAWN:
            row.state = person.state
        if "took_up" in person.filled:
            row.took_up = person.took_up
        row.drawn_on = person.drawn_on or row.drawn_on
        row.entered_on = person.entered_on or row.entered_on
        row.attributes = {**row.attributes, **person.attributes}


def _record(session: Session, verb: str, study_id: UUID, count: int, by: UUID | None) -> None:
    record(
        session,
        verb=verb,
        object_kind="participants",
        object_id=None,
        study_id=study_id,
        account_id=by,
        after={"count": count},
    )


def _known(ids: Mapping[str, UUID], name: str) -> UUID:
    """Return the id of a name that the list was read with; gone since, it must not become an empty cell."""
    if name not in ids:
        raise Conflict("studies.names_changed", name=name)
    return ids[name]


def _ids_by_name(session: Session, study_id: UUID, model: type[Population | Site | Arm]) -> dict[str, UUID]:
    return {
        name: identifier
        for identifier, name in session.execute(select(model.id, model.name).where(model.study_id == study_id))
    }
