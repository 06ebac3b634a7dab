"""A collection whose people may be written to: links made, contacts sealed, consents given, one step by e-mail."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.mailing.composing import Site
from core.clock import now
from studies.identity import Person, Sealer, keep_identity, local_key
from studies.models import Consent, ConsentPurpose, Participant, Population, Study
from surveys.fieldwork.mailing import Setup, StepDraft, add_step, save_setup
from surveys.fieldwork.mailing_models import Channel, StepKind
from surveys.invitations import make_invitations
from surveys.models import Collection
from tests.factories.invitations import SECRET
from tests.factories.studies import ParticipantFactory, PopulationFactory, StudyFactory
from tests.factories.surveys import MadeCollection, make_collection, survey

FORM = survey("text | story | Racontez.")
SITE = Site(public_url="https://tresse.example", secret=SECRET)


@dataclass
class MailingWorld:
    """The collection, its people by pseudonym, and the folder whose key seals their contacts."""

    study: Study
    population: Population
    collection: MadeCollection
    data_dir: Path
    people: dict[str, Participant] = field(default_factory=dict)

    def invite(self, session: Session) -> None:
        """Make everybody's personal link."""
        make_invitations(
            session,
            self.study.id,
            self.collection.id,
            [person.id for person in self.people.values()],
            secret=SECRET,
        )
        session.commit()


def make_mailing_world(session: Session, data_dir: Path, *, people: int = 3) -> MailingWorld:
    """Make a collection open for ten days and its people: P0, P1, … with e-mail, mobile and address."""
    study = StudyFactory()
    population = PopulationFactory(study=study)
    made = make_collection(session, study, FORM)
    session.execute(
        update(Collection)
        .where(Collection.id == made.id)
        .values(population_id=population.id, opens_at=now() - timedelta(days=10))
    )
    world = MailingWorld(study, population, made, data_dir)
    for number in range(people):
        add_person(session, world, f"P{number}")
    setup = Setup(organisation="Cité des métiers", contact="Ana, 03 83 00 00 00", reply_to="equipe@example.org")
    save_setup(session, study.id, made.id, setup)
    session.commit()
    world.invite(session)
    return world


def add_person(
    session: Session, world: MailingWorld, pseudonym: str, *, willing: bool = True, person: Person | None = None, **more
) -> Participant:
    """Add somebody who agrees to be contacted again, with contacts named after their pseudonym."""
    number = len(world.people)
    participant = ParticipantFactory(study=world.study, population=world.population, pseudonym=pseudonym, **more)
    known = person or Person(
        name=f"Fictif{number} Personne",
        given_name=f"Fictif{number}",
        email=f"{pseudonym.lower()}@example.org",
        phone=f"06 00 00 {number // 100:02} {number % 100:02}",
        address=f"{number} rue des Essais\n54000 NANCY",
    )
    keep_identity(session, Sealer([local_key(world.data_dir)]), participant.id, known)
    if willing:
        session.add(Consent(participant_id=participant.id, purpose=ConsentPurpose.CONTACT_AGAIN, is_given=True))
    session.commit()
    world.people[pseudonym] = participant
    return participant


def make_step(session: Session, world: MailingWorld, **more) -> UUID:
    """Add a message to the plan: an invitation by e-mail on the opening day, sent by hand, unless told otherwise."""
    draft = StepDraft(**({"kind": StepKind.INVITATION, "channel": Channel.EMAIL} | more))
    step_id = add_step(session, world.study.id, world.collection.id, draft)
    session.commit()
    return step_id
