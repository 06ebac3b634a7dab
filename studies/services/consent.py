"""Say what a person agrees to, purpose by purpose; what was said before stays."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import record
from core.errors import Invalid, NotFound
from studies.models import Consent, ConsentPurpose, Participant
from studies.queries.consent import consents_of

# How a person said it; "list": a list of people said so.
CHANNELS = ("paper", "oral", "screen")
LIST_CHANNEL = "list"


def give_consent(
    session: Session,
    study_id: UUID,
    participant_id: UUID,
    purpose: ConsentPurpose,
    channel: str,
    *,
    by: UUID | None,
    text_id: UUID | None = None,
) -> None:
    """Keep that a person agrees, from now on; said again, it is kept again with its channel.

    Raises: NotFound: no such person in this study.  Invalid: the channel is none of CHANNELS.
    """
    _keep(session, study_id, participant_id, purpose, channel, is_given=True, by=by, text_id=text_id)


def withdraw_consent(
    session: Session,
    study_id: UUID,
    participant_id: UUID,
    purpose: ConsentPurpose,
    channel: str,
    *,
    by: UUID | None,
    text_id: UUID | None = None,
) -> None:
    """Keep that a person does not agree, or not any more.

    Raises: NotFound: no such person in this study.  Invalid: the channel is none of CHANNELS.
    """
    _keep(session, study_id, participant_id, purpose, channel, is_given=False, by=by, text_id=text_id)


def _keep(
    session: Session,
    study_id: UUID,
    participant_id: UUID,
    purpose: ConsentPurpose,
    channel: str,
    *,
    is_given: bool,
    by: UUID | None,
    text_id: UUID | None,
) -> None:
    if channel not in CHANNELS:
        raise Invalid("studies.channel_unknown", channel=channel)
    known = select(Participant.id).where(Participant.id == participant_id, Participant.study_id == study_id)
    if session.scalar(known) is None:
        raise NotFound("studies.participant_unknown")
    session.add(
        Consent(
            participant_id=participant_id, purpose=purpose, is_given=is_given, channel=channel, consent_text_id=text_id
        )
    )
    session.flush()
    record(
        session,
        verb="give" if is_given else "withdraw",
        object_kind="consent",
        object_id=participant_id,
        study_id=study_id,
        account_id=by,
        after={"purpose": purpose.value, "channel": channel},
    )


def stop_consents(session: Session, participant_id: UUID, channel: str) -> list[str]:
    """Withdraw every consent in force; return their purposes."""
    consents = consents_of(session, [participant_id])[participant_id]
    stopped = [purpose for purpose in ConsentPurpose if consents.has_given(purpose)]
    session.add_all(
        Consent(participant_id=participant_id, purpose=purpose, is_given=False, channel=channel) for purpose in stopped
    )
    session.flush()
    return [purpose.value for purpose in stopped]
