"""What a respondent sent that fits nowhere: kept whole, shown to the team, never refused."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from core.clock import now
from surveys.drafts import upsert
from surveys.models import Quarantine


def quarantine(
    session: Session,
    *,
    collection_id: UUID | None,
    response_id: UUID | None,
    reason: str,
    payload: Mapping[str, Any],
    id_: UUID | None = None,
) -> None:
    """Keep whole what fits nowhere, for the team to see.

    Args: id_: drawn from what was sent, where it may be sent again: it is then kept once.
    """
    row = {
        "id": id_ or uuid4(),
        "collection_id": collection_id,
        "response_id": response_id,
        "reason": reason,
        "payload": dict(payload),
        "created_at": now(),
    }
    session.execute(upsert(session)(Quarantine).values(row).on_conflict_do_nothing())
