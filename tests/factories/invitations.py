"""A collection of one population, the people it is for, and one it is not for."""

from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from studies.models import Arm, Participant, Site, Study
from surveys.models import Collection
from tests.factories.studies import (
    ArmFactory,
    ParticipantFactory,
    PopulationFactory,
    SiteFactory,
    StudyFactory,
    WaveFactory,
)
from tests.factories.surveys import MadeCollection, make_collection, survey

SECRET = "test" * 16
"""The key of the application under test."""
FORM = survey(
    "hidden | pseudonym |", "hidden | vague |", "hidden | site |", "hidden | other |", "text | story | Racontez"
)


@dataclass(frozen=True)
class InvitedWorld:
    """`first` is at the site, `second` in the arm, `outside` in another population."""

    study: Study
    collection: MadeCollection
    site: Site
    arm: Arm
    first: Participant
    second: Participant
    outside: Participant


def make_invited_world(session: Session) -> InvitedWorld:
    """Make the study, its collection in wave T0, and three people."""
    study = StudyFactory()
    population = PopulationFactory(study=study)
    site, arm = SiteFactory(study=study, name="Nord"), ArmFactory(study=study)
    collection = make_collection(session, study, FORM, wave=WaveFactory(study=study, name="T0"))
    session.execute(update(Collection).where(Collection.id == collection.id).values(population_id=population.id))
    session.commit()
    return InvitedWorld(
        study,
        collection,
        site,
        arm,
        ParticipantFactory(
            study=study, population=population, pseudonym="NUM-É-1", site_id=site.id, attributes={"Langue": "AR"}
        ),
        ParticipantFactory(study=study, population=population, pseudonym="P2", arm_id=arm.id),
        ParticipantFactory(study=study, pseudonym="P3"),
    )
