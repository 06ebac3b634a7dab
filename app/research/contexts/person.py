"""The page of one person: what the study knows of them, what they agreed to, where they took part."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.research.contexts.collections import state_of_response
from app.research.contexts.words import CHANNEL_NAMES, PURPOSES
from coding.queries import PersonInterview, interviews_of
from studies.models import ConsentPurpose, FlowState
from studies.queries import ConsentLine, PersonConsents, PersonLine, consents_of, get_participant
from studies.services import CHANNELS, is_bare
from surveys.people import PersonResponse, responses_of
from surveys.queries import CollectionRow, list_collections


@dataclass(frozen=True, slots=True)
class PurposeRow:
    """One purpose and the last word on it, None when the person was not asked."""

    purpose: ConsentPurpose
    name: str
    latest: ConsentLine | None


@dataclass(frozen=True, slots=True)
class PersonPage:
    """Everything that the page shows."""

    person: PersonLine
    consents: PersonConsents
    responses: tuple[PersonResponse, ...]
    interviews: tuple[PersonInterview, ...]
    may_be_deleted: bool
    open_collections: tuple[CollectionRow, ...]

    @property
    def purposes(self) -> tuple[PurposeRow, ...]:
        """Return every purpose with what is in force."""
        return tuple(PurposeRow(each, str(PURPOSES[each]), self.consents.latest(each)) for each in ConsentPurpose)

    @property
    def is_withdrawn(self) -> bool:
        """Whether the person left the study."""
        return self.person.state is FlowState.WITHDRAWN

    @property
    def channels(self) -> tuple[tuple[str, str], ...]:
        """Return the ways a person may say it, with their names."""
        return tuple((channel, str(CHANNEL_NAMES[channel])) for channel in CHANNELS)

    def channel_name(self, channel: str) -> str:
        """Return a channel as screens call it."""
        return str(CHANNEL_NAMES.get(channel, channel))

    def purpose_name(self, purpose: ConsentPurpose) -> str:
        """Return a purpose as screens call it."""
        return str(PURPOSES[purpose])

    def state_of(self, response: PersonResponse) -> str:
        """Return how far a response is, in words."""
        return state_of_response(response.state)


def person_page(session: Session, study_id: UUID, participant_id: UUID) -> PersonPage:
    """Return the page of one person.

    Raises: NotFound: no such person in this study.
    """
    person = get_participant(session, study_id, participant_id)
    return PersonPage(
        person=person,
        consents=consents_of(session, [person.id])[person.id],
        responses=responses_of(session, study_id, person.id),
        interviews=interviews_of(session, study_id, person.id),
        may_be_deleted=is_bare(session, person.id),
        open_collections=tuple(
            row
            for row in list_collections(session, study_id)
            if row.is_open and row.population in (None, person.population)
        ),
    )
