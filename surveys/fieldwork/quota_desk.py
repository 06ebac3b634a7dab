"""What the team does with quotas: write them, one or one a combination, change how many are wanted, count anew."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from core import audit
from core.errors import Conflict, Invalid, NotFound
from studies.models import Participant, Population, Site
from surveys.answers import collection_version
from surveys.definition import Item, ItemType
from surveys.fieldwork.models import Quota, QuotaPlace
from surveys.fieldwork.quotas import Kind, QuotaRow, counts_in, quotas_of
from surveys.models import Answer, Collection, GroupLink, Response, ResponseState

MAX_QUOTAS = 200
MAX_TARGET = 1_000_000
MAX_LABEL = 200
COUNTED_TYPES = frozenset(
    {
        ItemType.SELECT_ONE,
        ItemType.SELECT_MULTIPLE,
        ItemType.INTEGER,
        ItemType.DECIMAL,
        ItemType.RANGE,
        ItemType.CALCULATE,
        ItemType.HIDDEN,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody typed: one condition on an item, by names of choices or between two numbers, both included."""

    item: str
    values: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None

    @property
    def says_something(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.values) or self.least is not None or self.most is not None

    def to_json(self) -> dict[str, Any]:
        """Return the condition as it is kept."""
        if self.values:
            return {"item": self.item, "values": list(self.values)}
        return {"item": self.item, "least": self.least, "most": self.most}


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaDraft:
    """A quota as typed."""

    label: str
    target: int
    site_id: UUID | None = None
    population_id: UUID | None = None
    conditions: tuple[Wanted, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class QuotaCount:
    """A quota with how many responses came when it was full."""

    quota: QuotaRow
    over: int


def countable_items(session: Session, study_id: UUID, collection_id: UUID) -> tuple[Item, ...]:
    """Return the items of the collection's version that a quota may rest on, in their order."""
    definition = collection_version(session, study_id, collection_id).definition
    return tuple(item for item in definition.items() if item.type in COUNTED_TYPES)


def each_combination(
    draft: QuotaDraft, *, labels: Mapping[tuple[str, str], str], sites: Sequence[tuple[UUID, str]] = ()
) -> list[QuotaDraft]:
    """Return one quota for each combination of the values chosen, and of the sites given.

    Args: labels: what choices are called, by item and name.
    """
    by_value = [_each_value(wanted, labels) for wanted in draft.conditions if wanted.says_something]
    by_site: list[tuple[UUID | None, str]] = [*sites] or [(draft.site_id, "")]
    made = []
    for (site_id, site), chosen in product(by_site, product(*by_value)):
        names = [draft.label, site, *(name for _wanted, name in chosen)]
        made.append(
            replace(
                draft,
                label=" · ".join(name for name in names if name)[:MAX_LABEL],
                site_id=site_id,
                conditions=tuple(wanted for wanted, _name in chosen),
            )
        )
    return made


def _each_value(wanted: Wanted, labels: Mapping[tuple[str, str], str]) -> list[tuple[Wanted, str]]:
    if not wanted.values:
        return [(wanted, "")]
    return [(replace(wanted, values=(value,)), labels.get((wanted.item, value), value)) for value in wanted.values]


def add_quotas(
    session: Session,
    study_id: UUID,
    collection_id: UUID,
    drafts: Sequence[QuotaDraft],
    *,
    account_id: UUID | None = None,
) -> int:
    """Add quotas and count what was sent already; return how many were added.

    Raises:
        NotFound("surveys.collection_not_found"), NotFound("fieldwork.site_not_found"),
        NotFound("surveys.population_not_found"); Conflict("fieldwork.too_many_quotas");
        Invalid("fieldwork.quota_label_missing"), Invalid("fieldwork.target_out_of_range"),
        Invalid("fieldwork.quota_of_everybody"), Invalid("fieldwork.item_not_countable").
    """
    items = {item.key for item in countable_items(session, study_id, collection_id)}
    known = session.scalar(select(func.count()).where(Quota.collection_id == collection_id)) or 0
    if known + len(drafts) > MAX_QUOTAS:
        raise Conflict("fieldwork.too_many_quotas", limit=MAX_QUOTAS)
    for draft in drafts:
        _check(session, study_id, draft, items)
        session.add(
            Quota(
                collection_id=collection_id,
                label=draft.label.strip()[:MAX_LABEL],
                site_id=draft.site_id,
                population_id=draft.population_id,
                conditions=[wanted.to_json() for wanted in draft.conditions if wanted.says_something],
                target=draft.target,
            )
        )
    session.flush()
    count_anew(session, collection_id)
    _record(session, "create", study_id, collection_id, account_id, {"count": len(drafts)})
    return len(drafts)


def _check(session: Session, study_id: UUID, draft: QuotaDraft, items: set[str]) -> None:
    if not draft.label.strip():
        raise Invalid("fieldwork.quota_label_missing")
    _check_target(draft.target)
    conditions = [wanted for wanted in draft.conditions if wanted.says_something]
    if not conditions and draft.site_id is None and draft.population_id is None:
        raise Invalid("fieldwork.quota_of_everybody")
    for wanted in conditions:
        if wanted.item not in items:
            raise Invalid("fieldwork.item_not_countable", item=wanted.item)
    for model, identifier, code in (
        (Site, draft.site_id, "fieldwork.site_not_found"),
        (Population, draft.population_id, "surveys.population_not_found"),
    ):
        if identifier is None:
            continue
        if session.scalar(select(model.id).where(model.id == identifier, model.study_id == study_id)) is None:
            raise NotFound(code)


def _check_target(target: int) -> None:
    if not 1 <= target <= MAX_TARGET:
        raise Invalid("fieldwork.target_out_of_range", limit=MAX_TARGET)


def change_target(
    session: Session,
    study_id: UUID,
    collection_id: UUID,
    quota_id: UUID,
    target: int,
    *,
    account_id: UUID | None = None,
) -> None:
    """Want more or fewer; places are given anew in the order in which responses were sent.

    Raises: NotFound("fieldwork.quota_not_found"); Invalid("fieldwork.target_out_of_range").
    """
    quota = _quota(session, study_id, collection_id, quota_id)
    _check_target(target)
    before = quota.target
    quota.target = target
    session.flush()
    count_anew(session, collection_id)
    session.expire(quota)
    _record(session, "change", study_id, collection_id, account_id, {"name": quota.label, "target": [before, target]})


def delete_quota(
    session: Session, study_id: UUID, collection_id: UUID, quota_id: UUID, *, account_id: UUID | None = None
) -> None:
    """Take a quota away; responses stay.

    Raises: NotFound("fieldwork.quota_not_found").
    """
    quota = _quota(session, study_id, collection_id, quota_id)
    _record(session, "delete", study_id, collection_id, account_id, {"name": quota.label})
    session.delete(quota)
    session.flush()


def _quota(session: Session, study_id: UUID, collection_id: UUID, quota_id: UUID) -> Quota:
    quota = session.scalar(
        select(Quota)
        .join(Collection, Collection.id == Quota.collection_id)
        .where(Quota.id == quota_id, Quota.collection_id == collection_id, Collection.study_id == study_id)
        .with_for_update(of=Quota)
    )
    if quota is None:
        raise NotFound("fieldwork.quota_not_found")
    return quota


def count_anew(session: Session, collection_id: UUID) -> None:
    """Give the places of every quota of a collection anew, to what was sent first."""
    # Whoever ends a response meanwhile waits here, and is counted after.
    session.execute(select(Quota.id).where(Quota.collection_id == collection_id).order_by(Quota.id).with_for_update())
    quotas = quotas_of(session, collection_id)
    taken = dict.fromkeys((quota.id for quota in quotas), 0)
    places: list[dict[str, Any]] = []
    for response_id, kind, answers in _sent(session, collection_id, quotas):
        for quota in quotas:
            if counts_in(quota, kind, answers):
                is_over = taken[quota.id] >= quota.target
                taken[quota.id] += not is_over
                places.append({"quota_id": quota.id, "response_id": response_id, "is_over": is_over})
    options = {"synchronize_session": False}
    session.execute(delete(QuotaPlace).where(QuotaPlace.quota_id.in_(taken)), execution_options=options)
    if places:
        session.execute(insert(QuotaPlace), places)
    for quota_id, count in taken.items():
        session.execute(update(Quota).where(Quota.id == quota_id).values(taken=count), execution_options=options)


def _sent(
    session: Session, collection_id: UUID, quotas: Sequence[QuotaRow]
) -> Iterator[tuple[UUID, Kind, dict[str, Any]]]:
    """Yield what was sent, the first first, with what decides of it."""
    items = {condition["item"] for quota in quotas for condition in quota.conditions}
    given: dict[UUID, dict[str, Any]] = {}
    is_sent = (Response.collection_id == collection_id) & (Response.state == ResponseState.SUBMITTED)
    for response_id, name, value in session.execute(
        select(Answer.response_id, Answer.item_name, Answer.value)
        .join(Response, Response.id == Answer.response_id)
        .where(is_sent, Answer.item_name.in_(items))
    ):
        given.setdefault(response_id, {})[name] = value
    rows = session.execute(
        select(
            Response.id,
            func.coalesce(Participant.site_id, GroupLink.site_id),
            Participant.population_id,
            Response.calculated,
        )
        .outerjoin(Participant, Participant.id == Response.participant_id)
        .outerjoin(GroupLink, GroupLink.id == Response.group_link_id)
        .where(is_sent)
        .order_by(Response.submitted_at, Response.id)
    )
    for response_id, site_id, population_id, calculated in rows:
        yield response_id, Kind(site_id, population_id), {**calculated, **given.get(response_id, {})}


def count_quotas(session: Session, study_id: UUID, collection_id: UUID) -> list[QuotaCount]:
    """Return the quotas of a collection by label; three statements.

    Raises: NotFound("surveys.collection_not_found").
    """
    known = select(Collection.id).where(Collection.id == collection_id, Collection.study_id == study_id)
    if session.scalar(known) is None:
        raise NotFound("surveys.collection_not_found", token=str(collection_id))
    rows = session.execute(
        select(QuotaPlace.quota_id, func.count())
        .join(Quota, Quota.id == QuotaPlace.quota_id)
        .where(Quota.collection_id == collection_id, QuotaPlace.is_over)
        .group_by(QuotaPlace.quota_id)
    )
    over = {quota_id: count for quota_id, count in rows}  # noqa: C416  rows are not pairs to dict()
    quotas = sorted(quotas_of(session, collection_id), key=lambda quota: quota.label)
    return [QuotaCount(quota, over.get(quota.id, 0)) for quota in quotas]


def _record(
    session: Session,
    verb: str,
    study_id: UUID,
    collection_id: UUID,
    account_id: UUID | None,
    after: Mapping[str, Any],
) -> None:
    audit.record(
        session,
        verb=verb,
        object_kind="quota",
        object_id=collection_id,
        study_id=study_id,
        account_id=account_id,
        after=dict(after),
    )
    session.flush()
