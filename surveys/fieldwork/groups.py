"""Ways in for a group: in a room or at a site, by a code to scan that says which group, never who."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import audit
from core.clock import now
from core.errors import Conflict, Invalid, NotFound
from studies.models import Site
from surveys.definition import ItemType
from surveys.drafts import OpenCollection, start_response
from surveys.models import Collection, GroupLink, Response, ResponseState
from surveys.structure import Structure
from surveys.tokens import ALPHABET, read_code, response_id_of

SIGNS = 10
"""50 bits: no other code that people type has this length."""
_HALF = SIGNS // 2
MAX_LABEL = 120
SITE_ITEMS = frozenset({"site"})
GROUP_ITEMS = frozenset({"groupe", "group", "atelier", "workshop"})


@dataclass(frozen=True, slots=True)
class Group:
    """What the code of a group opens; `site` is None where the group belongs to none."""

    id: UUID
    collection_id: UUID
    collection_code: str
    label: str
    site: str | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group in a list: its code spelled, how many started and sent."""

    id: UUID
    label: str
    site: str
    code: str
    expires_at: datetime | None
    max_responses: int | None
    closed_at: datetime | None
    started: int
    sent: int

    @property
    def is_open(self) -> bool:
        """Whether it still takes somebody."""
        return _is_open(self.closed_at, self.expires_at, self.max_responses, self.started + self.sent)


def is_group(typed: str) -> bool:
    """Whether what somebody typed has the length and the signs of a group's code."""
    code = read_code(typed)
    return len(code) == SIGNS and all(sign in ALPHABET for sign in code)


def spell_group(code: str) -> str:
    """Write a group's code as people are given it: K7M2Q-X4P9T."""
    return f"{code[:_HALF]}-{code[_HALF:]}"


def make_group(
    session: Session,
    study_id: UUID,
    collection_id: UUID,
    *,
    label: str,
    site_id: UUID | None = None,
    expires_at: datetime | None = None,
    max_responses: int | None = None,
    account_id: UUID | None = None,
) -> UUID:
    """Make a way in for a group.

    Raises:
        NotFound("surveys.collection_not_found"), NotFound("fieldwork.site_not_found");
        Invalid("fieldwork.label_missing"), Invalid("fieldwork.expires_in_the_past"), Invalid("fieldwork.no_place").
    """
    _check_collection(session, study_id, collection_id)
    if not label.strip():
        raise Invalid("fieldwork.label_missing")
    if expires_at is not None and expires_at <= now():
        raise Invalid("fieldwork.expires_in_the_past")
    if max_responses is not None and max_responses < 1:
        raise Invalid("fieldwork.no_place")
    if site_id is not None:
        _check_site(session, study_id, site_id)
    link = GroupLink(
        collection_id=collection_id,
        site_id=site_id,
        label=label.strip()[:MAX_LABEL],
        code="".join(secrets.choice(ALPHABET) for _ in range(SIGNS)),
        expires_at=expires_at,
        max_responses=max_responses,
    )
    session.add(link)
    session.flush()
    _record(session, "create", study_id, link, account_id)
    return link.id


def close_group(
    session: Session, study_id: UUID, collection_id: UUID, group_id: UUID, *, account_id: UUID | None = None
) -> None:
    """Take no more starts; who has started goes on. Twice is harmless.

    Raises: NotFound("fieldwork.group_not_found").
    """
    link = session.scalar(
        select(GroupLink)
        .join(Collection, Collection.id == GroupLink.collection_id)
        .where(GroupLink.id == group_id, GroupLink.collection_id == collection_id, Collection.study_id == study_id)
    )
    if link is None:
        raise NotFound("fieldwork.group_not_found")
    if link.closed_at is None:
        link.closed_at = now()
        session.flush()
        _record(session, "close", study_id, link, account_id)


def find_group(session: Session, code: str, *, locked: bool = False) -> Group:
    """Return what a group's code opens; two statements.

    Args: locked: keep others from starting by it until the end of the transaction, so that places are counted once.
    Raises: NotFound("fieldwork.group_not_found").
    """
    query = (
        select(
            GroupLink.id,
            GroupLink.collection_id,
            Collection.token,
            GroupLink.label,
            Site.name.label("site"),
            GroupLink.closed_at,
            GroupLink.expires_at,
            GroupLink.max_responses,
        )
        .join(Collection, Collection.id == GroupLink.collection_id)
        .outerjoin(Site, Site.id == GroupLink.site_id)
        .where(GroupLink.code == read_code(code))
    )
    if locked:
        query = query.with_for_update(of=GroupLink)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound("fieldwork.group_not_found")
    taken = 0
    if row.max_responses is not None:
        taken = session.scalar(select(func.count()).where(Response.group_link_id == row.id, _COUNTED)) or 0
    is_open = _is_open(row.closed_at, row.expires_at, row.max_responses, taken)
    return Group(row.id, row.collection_id, row.token, row.label, row.site, is_open)


_COUNTED = Response.state != ResponseState.WITHDRAWN


def _is_open(closed_at: datetime | None, expires_at: datetime | None, max_responses: int | None, taken: int) -> bool:
    moment = now()
    return (
        closed_at is None
        and (expires_at is None or moment < expires_at)
        and (max_responses is None or taken < max_responses)
    )


def start_in_group(
    session: Session,
    collection: OpenCollection,
    code: str,
    *,
    token: str,
    locale: str,
    moment: datetime | None = None,
    seed: int | None = None,
) -> UUID:
    """Start a response of a group, linked to nobody; twice is once.

    Raises:
        NotFound("fieldwork.group_not_found"); Invalid("surveys.bad_token");
        Conflict("surveys.collection_closed"), Conflict("fieldwork.group_closed").
    """
    group = find_group(session, code, locked=True)
    if group.collection_id != collection.id:
        raise NotFound("fieldwork.group_not_found")
    is_started = session.scalar(select(Response.id).where(Response.id == response_id_of(token))) is not None
    if not group.is_open and not is_started:
        raise Conflict("fieldwork.group_closed", label=group.label)
    return start_response(
        session,
        collection,
        token=token,
        locale=locale,
        group_link_id=group.id,
        prefill=carried_by_group(collection.version.structure, group),
        moment=moment,
        seed=seed,
    )


def carried_by_group(structure: Structure, group: Group) -> dict[str, str]:
    """Return the values of the hidden items that a group's link fills, by key: the site and the group."""
    values: dict[str, str] = {}
    for item in structure.definition.items():
        if item.type is not ItemType.HIDDEN:
            continue
        name = item.name.lower()
        if name in GROUP_ITEMS:
            values[item.key] = group.label
        elif name in SITE_ITEMS and group.site:
            values[item.key] = group.site
    return values


def list_groups(session: Session, study_id: UUID, collection_id: UUID) -> list[GroupRow]:
    """Return the groups of a collection, the latest first; one statement.

    Raises: NotFound("surveys.collection_not_found").
    """
    _check_collection(session, study_id, collection_id)
    counts = (
        select(
            Response.group_link_id,
            func.count().filter(Response.state == ResponseState.STARTED).label("started"),
            func.count().filter(Response.state == ResponseState.SUBMITTED).label("sent"),
        )
        .where(Response.collection_id == collection_id)
        .group_by(Response.group_link_id)
        .subquery()
    )
    rows = session.execute(
        select(
            GroupLink.id,
            GroupLink.label,
            func.coalesce(Site.name, ""),
            GroupLink.code,
            GroupLink.expires_at,
            GroupLink.max_responses,
            GroupLink.closed_at,
            func.coalesce(counts.c.started, 0),
            func.coalesce(counts.c.sent, 0),
        )
        .outerjoin(Site, Site.id == GroupLink.site_id)
        .outerjoin(counts, counts.c.group_link_id == GroupLink.id)
        .where(GroupLink.collection_id == collection_id)
        .order_by(GroupLink.created_at.desc(), GroupLink.label)
    )
    return [GroupRow(*row) for row in rows]


def get_group(session: Session, study_id: UUID, collection_id: UUID, group_id: UUID) -> GroupRow:
    """Return one group.

    Raises: NotFound("surveys.collection_not_found"), NotFound("fieldwork.group_not_found").
    """
    for group in list_groups(session, study_id, collection_id):
        if group.id == group_id:
            return group
    raise NotFound("fieldwork.group_not_found")


def _check_collection(session: Session, study_id: UUID, collection_id: UUID) -> None:
    known = select(Collection.id).where(Collection.id == collection_id, Collection.study_id == study_id)
    if session.scalar(known) is None:
        raise NotFound("surveys.collection_not_found", token=str(collection_id))


def _check_site(session: Session, study_id: UUID, site_id: UUID) -> None:
    if session.scalar(select(Site.id).where(Site.id == site_id, Site.study_id == study_id)) is None:
        raise NotFound("fieldwork.site_not_found")


def _record(session: Session, verb: str, study_id: UUID, link: GroupLink, account_id: UUID | None) -> None:
    audit.record(
        session,
        verb=verb,
        object_kind="group_link",
        object_id=link.id,
        study_id=study_id,
        account_id=account_id,
        after={"name": link.label},
    )
