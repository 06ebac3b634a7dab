"""What a respondent sent that fits nowhere: kept whole, shown to the team, never refused."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from surveys.models import Quarantine


def quarantine(
    session: Session, *, collection_id: UUID | None, response_id: UUID | None, reason: str, payload: Mapping[str, Any]
) -> None:
    """Keep whole what fits nowhere, for the team to see; nothing a respondent sends is refused."""
    session.execute(
        insert(Quarantine).values(
            collection_id=collection_id, response_id=response_id, reason=reason, payload=dict(payload)
        )
    )
