"""The bank of a study as it stands: each question in its latest state, and where it is asked."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from studies.models import Population
from surveys.editing.bank_items import BankContent
from surveys.editing.models import BankItem, BankItemVersion
from surveys.editing.tree import OWN
from surveys.models import Questionnaire, QuestionnaireVersion


@dataclass(frozen=True, slots=True)
class BankRow:
    """A bank item with its latest state."""

    id: UUID
    key: str
    theme: str
    scale: str
    number: int
    created_at: datetime
    retired_at: datetime | None
    content: BankContent


@dataclass(frozen=True, slots=True)
class BankUse:
    """A question of a questionnaire that comes from the bank; `number` is the version of the bank item it follows."""

    questionnaire_id: UUID
    questionnaire: str
    version_id: UUID
    version_number: int
    is_published: bool
    item_key: str
    number: int


def list_bank(session: Session, study_id: UUID, *, with_retired: bool = False) -> list[BankRow]:
    """Return the bank of a study by theme, each item in its latest state; one statement."""
    latest = (
        select(BankItemVersion.bank_item_id, func.max(BankItemVersion.number).label("number"))
        .group_by(BankItemVersion.bank_item_id)
        .subquery()
    )
    query = (
        select(BankItem, BankItemVersion.number, BankItemVersion.created_at, BankItemVersion.content)
        .join(latest, latest.c.bank_item_id == BankItem.id)
        .join(
            BankItemVersion,
            (BankItemVersion.bank_item_id == BankItem.id) & (BankItemVersion.number == latest.c.number),
        )
        .where(BankItem.study_id == study_id)
        .order_by(BankItem.theme, BankItem.key)
    )
    if not with_retired:
        query = query.where(BankItem.retired_at.is_(None))
    return [
        BankRow(
            item.id, item.key, item.theme, item.scale, number, created, item.retired_at, BankContent.from_json(content)
        )
        for item, number, created, content in session.execute(query)
    ]


def get_bank_item(session: Session, study_id: UUID, key: str) -> BankRow:
    """Return one bank item in its latest state, retired or not.

    Raises: NotFound("surveys.bank_not_found").
    """
    found = next((row for row in list_bank(session, study_id, with_retired=True) if row.key == key), None)
    if found is None:
        raise NotFound("surveys.bank_not_found", key=key)
    return found


def bank_uses(session: Session, study_id: UUID) -> dict[str, list[BankUse]]:
    """Return where each bank item is asked, by key: in drafts and in published versions, the latest first.

    One statement, over the stored definitions: what is looked for stands in them as it is.
    """
    rows = session.execute(
        select(
            Questionnaire.id,
            Questionnaire.title,
            QuestionnaireVersion.id,
            QuestionnaireVersion.number,
            QuestionnaireVersion.published_at,
            QuestionnaireVersion.definition,
        )
        .join(Questionnaire, Questionnaire.id == QuestionnaireVersion.questionnaire_id)
        .where(Questionnaire.study_id == study_id)
        .order_by(Questionnaire.title, QuestionnaireVersion.number.desc())
    )
    found: dict[str, list[BankUse]] = {}
    for questionnaire_id, title, version_id, version_number, published_at, definition in rows:
        for item_key, key, number in _linked(definition.get("children", [])):
            use = BankUse(
                questionnaire_id, title, version_id, version_number, published_at is not None, item_key, number
            )
            found.setdefault(key, []).append(use)
    return found


def _linked(nodes: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str, int]]:
    """Yield (key of the question, key in the bank, version) of what stored nodes take from the bank."""
    for node in nodes:
        own = node.get("extras", {}).get(OWN, {})
        if own.get("bank"):
            version = str(own.get("bank_version", ""))
            yield node["key"], str(own["bank"]), int(version) if version.isdigit() else 0
        yield from _linked(node.get("children", ()))


def population_kind(session: Session, population_id: UUID | None) -> str:
    """Return whose voice a questionnaire asks, "" where nobody was said."""
    kind = session.scalar(select(Population.kind).where(Population.id == population_id)) if population_id else None
    return kind.value if kind else ""
