"""What a respondent sent after the end: kept apart, and theirs to erase."""

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from surveys.models import Quarantine, ResponseState


def forget_last_addition(session: Session, response_id: UUID) -> bool:
    """Erase what this response sent last after it was submitted; False when there was nothing."""
    last = session.scalar(
        select(Quarantine.id)
        .where(Quarantine.response_id == response_id, Quarantine.reason == ResponseState.SUBMITTED.value)
        .order_by(Quarantine.created_at.desc(), Quarantine.id.desc())
        .limit(1)
    )
    if last is None:
        return False
    session.execute(delete(Quarantine).where(Quarantine.id == last), execution_options={"synchronize_session": False})
    return True
