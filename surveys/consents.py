"""What a person agreed to before answering: purpose by purpose, with the version of the words that was read.

Rows are only added; the last one for a response and a purpose is in force. For a participant who is known, each is also
said in the study, where quotations and messages look.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from studies.models import ConsentPurpose
from studies.queries import ConsentTextValue, get_text
from studies.services import give_consent, withdraw_consent
from surveys.models import Response, ResponseConsent

FIELD, TEXT_FIELD = "consent:", "consent_text"
"""Fields of a start form: a purpose with its yes or no, and the text that was read."""
YES, NO = "yes", "no"
_CHANNEL = "screen"


@dataclass(frozen=True, slots=True)
class Agreement:
    """The last word of a person on one purpose; `text_id` is the version that was read."""

    purpose: ConsentPurpose
    is_given: bool
    text_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Choices:
    """What the start form said about consent; `text` is None where nothing is asked."""

    text: ConsentTextValue | None = None
    said: Mapping[ConsentPurpose, bool] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Whether each sentence has its yes or no."""
        return self.text is None or set(self.said) == set(self.text.purposes)

    @property
    def is_declined(self) -> bool:
        """Whether the person does not want to answer at all."""
        return self.said.get(ConsentPurpose.ANSWER) is False


def read_choices(session: Session, study_id: UUID, sent: Mapping[str, str]) -> Choices:
    """Read what a start form said; one that carries no text was made when none was asked."""
    try:
        text = get_text(session, study_id, UUID(sent.get(TEXT_FIELD, "")))
    except ValueError:
        text = None
    if text is None:
        return Choices()
    said = {
        purpose: sent[FIELD + purpose.value] == YES
        for purpose in text.purposes
        if sent.get(FIELD + purpose.value) in {YES, NO}
    }
    return Choices(text, said)


def keep_choices(
    session: Session, study_id: UUID, response_id: UUID, choices: Choices, *, at: datetime | None = None
) -> None:
    """Keep what a person chose when they started, now or `at`; statements run only where something was asked."""
    if choices.text is None:
        return
    participant_id = session.scalar(select(Response.participant_id).where(Response.id == response_id))
    say_consents(session, study_id, response_id, participant_id, choices.text.id, choices.said, at=at)


def say_consents(
    session: Session,
    study_id: UUID,
    response_id: UUID,
    participant_id: UUID | None,
    text_id: UUID,
    choices: Mapping[ConsentPurpose, bool],
    *,
    at: datetime | None = None,
) -> None:
    """Keep what a person chose, now or `at`; what they had said already is not said again."""
    said = {each.purpose: each.is_given for each in agreements_of(session, response_id)}
    for purpose, is_given in choices.items():
        if said.get(purpose) is is_given:
            continue
        said_at = {"at": at} if at else {}
        session.add(
            ResponseConsent(
                response_id=response_id, consent_text_id=text_id, purpose=purpose, is_given=is_given, **said_at
            )
        )
        if participant_id is not None:
            say = give_consent if is_given else withdraw_consent
            say(session, study_id, participant_id, purpose, _CHANNEL, by=None, text_id=text_id)
    session.flush()


def agreements_of(session: Session, response_id: UUID) -> tuple[Agreement, ...]:
    """Return what is in force for a response, in the order of the purposes; one statement."""
    rows = session.execute(
        select(ResponseConsent.purpose, ResponseConsent.is_given, ResponseConsent.consent_text_id, ResponseConsent.at)
        .where(ResponseConsent.response_id == response_id)
        .order_by(ResponseConsent.at, ResponseConsent.id)
    )
    last = {row.purpose: Agreement(*row) for row in rows}
    return tuple(last[purpose] for purpose in ConsentPurpose if purpose in last)
