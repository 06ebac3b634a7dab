"""Put people on the list of a study."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.audit import record
from core.errors import Conflict, Invalid
from studies.listing import ListedPerson
from studies.models import Arm, Participant, Population, Site


def add_participants(session: Session, study_id: UUID, people: Iterable[ListedPerson], *, by: UUID | None) -> int:
    """Add the people of a list that was read without problems; return how many.

    Raises: Invalid: a pseudonym was taken since the list was read.  Conflict: a population, site or arm was renamed.
    """
    populations = _ids_by_name(session, study_id, Population)
    sites = _ids_by_name(session, study_id, Site)
    arms = _ids_by_name(session, study_id, Arm)
    rows = [
        Participant(
            study_id=study_id,
            pseudonym=person.pseudonym,
            population_id=_known(populations, person.population),
            site_id=_known(sites, person.site) if person.site else None,
            arm_id=_known(arms, person.arm) if person.arm else None,
            stratum=person.stratum,
            state=person.state,
            took_up=person.took_up,
            attributes=person.attributes,
        )
        for person in people
    ]
    session.add_all(rows)
    try:
        session.flush()
    except IntegrityError as error:
        raise Invalid("studies.pseudonyms_taken") from error
    record(
        session,
        verb="import",
        object_kind="participants",
        object_id=None,
        study_id=study_id,
        account_id=by,
        after={"count": len(rows)},
    )
    return len(rows)


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
