"""Quotas that a form brought with it (LimeSurvey's), offered to each of its collections."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.answers import collection_version
from surveys.definition import OFFERED_QUOTAS
from surveys.fieldwork.models import Quota
from surveys.fieldwork.quota_desk import MAX_LABEL, QuotaDraft, Wanted


def offered_quotas(session: Session, study_id: UUID, collection_id: UUID) -> tuple[QuotaDraft, ...]:
    """Return the quotas of the collection's form that the collection does not have; a statement more where it has any.

    Raises: NotFound("surveys.collection_not_found").
    """
    offered = collection_version(session, study_id, collection_id).definition.settings.get(OFFERED_QUOTAS, ())
    if not offered:
        return ()
    taken = set(session.scalars(select(Quota.label).where(Quota.collection_id == collection_id)))
    drafts = (
        QuotaDraft(
            label=str(each["label"])[:MAX_LABEL],
            target=int(each["target"]),
            conditions=tuple(Wanted(item=rule["item"], values=tuple(rule["values"])) for rule in each["conditions"]),
        )
        for each in offered
    )
    return tuple(draft for draft in drafts if draft.label not in taken)
