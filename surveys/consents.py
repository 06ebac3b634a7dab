"""What a person agreed to before answering: purpose by purpose, with the version of the words that was read.

Rows are only added; the last one for a response and a purpose is in force. For a participant who is known, each is also
said in the study, where quotations and messages look.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from studies.models import ConsentPurpose
from studies.services import give_consent, withdraw_consent
from surveys.models import ResponseConsent

_CHANNEL = "screen"


@dataclass(frozen=True, slots=True)
class Agreement:
    """The last word of a person on one purpose; `text_id` is the version that was read."""

    purpose: ConsentPurpose
    is_given: bool
    text_id: UUID
    at: datetime


def say_consents(
    session: Session,
    study_id: UUID,
    response_id: UUID,
    participant_id: UUID | None,
    text_id: UUID,
    choices: Mapping[ConsentPurpose, bool],
) -> None:
    """Keep what a person chose; what they had said already is not said again."""
    said = {each.purpose: each.is_given for each in agreements_of(session, response_id)}
    for purpose, is_given in choices.items():
        if said.get(purpose) is is_given:
            continue
        session.add(
            ResponseConsent(response_id=response_id, consent_text_id=text_id, purpose=purpose, is_given=is_given)
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
