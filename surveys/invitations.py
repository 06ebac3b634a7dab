"""Personal ways into a collection: made for the people of its population, opened by a code, linked to a response.

A code is HMAC-SHA256(secret, collection ‖ participant) cut to 60 bits: nobody can guess it, the table keeps its hash
only, and the same list can be printed again.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from core import audit
from core.clock import now
from core.errors import Conflict, NotFound
from studies.models import Arm, FlowState, Participant, Site, Wave
from studies.queries.anchors import place_of
from studies.windows import today_in_paris
from surveys.answering import OpenCollection, start_response
from surveys.definition import ItemType
from surveys.models import Collection, Invitation, Response, ResponseState
from surveys.structure import Structure
from surveys.tokens import ALPHABET, read_code, token_hash

SIGNS = 12
"""12 of 32 signs are 60 bits: among 100,000 links a guess is right once in ten million million."""
_GROUP = 4
_BITS = 5
# Hidden items filled by the link, by name, whatever the group they stand in.
PSEUDONYM_ITEMS = frozenset({"pseudonym", "code_personne", "code_pro", "participant"})
WAVE_ITEMS = frozenset({"vague", "wave"})
SITE_ITEMS = frozenset({"site"})
LOCALE_ATTRIBUTES = ("langue", "language", "locale", "lang")


@dataclass(frozen=True, slots=True)
class Invited:
    """What a personal code opens; `response_id` and `state` are None until the person starts.

    `opens_on` is the first day of the person's own window where the collection opens to each at theirs, None elsewhere.
    """

    invitation_id: UUID
    collection_id: UUID
    collection_code: str
    participant_id: UUID
    pseudonym: str
    site: str | None
    wave: str | None
    opens_on: date | None
    response_id: UUID | None
    state: ResponseState | None

    @property
    def is_early(self) -> bool:
        """Whether the person's window has not opened yet."""
        return self.opens_on is not None and today_in_paris(now()) < self.opens_on


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """A link as it is handed out. `code` is spelled; `locale` is the language of the person, "" when not known.

    `state` is None for somebody who has not started, or took everything back.
    """

    pseudonym: str
    code: str
    locale: str
    state: ResponseState | None


@dataclass(frozen=True, slots=True)
class InvitationCounts:
    """How many people may have a link, have one, have started and not sent, have sent."""

    people: int
    made: int
    started: int
    sent: int


def personal_code(secret: str, collection_id: UUID, participant_id: UUID) -> str:
    """Return the 12 signs that open a collection for one person."""
    message = b"invitation|" + collection_id.bytes + participant_id.bytes
    number = int.from_bytes(hmac.new(secret.encode(), message, hashlib.sha256).digest()[:8])
    return "".join(ALPHABET[number >> _BITS * place & 31] for place in range(SIGNS))


def spell_personal(code: str) -> str:
    """Write a personal code as people are given it: K7M2-QX4P-9TRB."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def is_personal(typed: str) -> bool:
    """Whether what somebody typed has the length and the signs of a personal code."""
    code = read_code(typed)
    return len(code) == SIGNS and all(sign in ALPHABET for sign in code)


def people_to_invite(
    session: Session, study_id: UUID, collection_id: UUID, *, arm_id: UUID | None = None, site_id: UUID | None = None
) -> list[UUID]:
    """Return the participants of the collection's population, of one arm or one site, those who withdrew left out."""
    query = _people(select(Participant.id), study_id, collection_id).order_by(Participant.pseudonym)
    if arm_id is not None:
        query = query.where(Participant.arm_id == arm_id)
    if site_id is not None:
        query = query.where(Participant.site_id == site_id)
    return list(session.scalars(query))


def _people(query: Select[Any], study_id: UUID, collection_id: UUID) -> Select[Any]:
    """Keep the participants a collection is for; one without population is for everybody in the study."""
    return query.join(Collection, Collection.study_id == Participant.study_id).where(
        Collection.id == collection_id,
        Collection.study_id == study_id,
        Participant.state != FlowState.WITHDRAWN,
        (Collection.population_id.is_(None)) | (Collection.population_id == Participant.population_id),
    )


def make_invitations(
    session: Session,
    study_id: UUID,
    collection_id: UUID,
    participant_ids: Iterable[UUID],
    *,
    secret: str,
    account_id: UUID | None = None,
) -> int:
    """Give a link to these people and return how many had none; others than the collection's people get none.

    Made twice, a link stays the same; made again after the secret changed, it replaces the one that cannot be printed.

    Raises: NotFound("surveys.collection_not_found").
    """
    if session.scalar(select(Collection.id).where(Collection.id == collection_id, Collection.study_id == study_id)) is (
        None
    ):
        raise NotFound("surveys.collection_not_found", token=str(collection_id))
    allowed = set(people_to_invite(session, study_id, collection_id))
    query = select(Invitation).where(Invitation.collection_id == collection_id)
    known = {each.participant_id: each for each in session.scalars(query)}
    made = renewed = 0
    for participant_id in dict.fromkeys(participant_ids):
        if participant_id not in allowed:
            continue
        code_hash = token_hash(personal_code(secret, collection_id, participant_id))
        before = known.get(participant_id)
        if before is None:
            session.add(Invitation(collection_id=collection_id, participant_id=participant_id, code_hash=code_hash))
            made += 1
        elif before.code_hash != code_hash:
            before.code_hash = code_hash
            renewed += 1
    if made or renewed:
        audit.record(
            session,
            verb="create",
            object_kind="invitations",
            object_id=collection_id,
            study_id=study_id,
            account_id=account_id,
            after={"count": made + renewed},
        )
    session.flush()
    return made


def find_invitation(session: Session, code: str, *, locked: bool = False) -> Invited:
    """Return what a personal code opens, typed with or without hyphens, in any case; two statements.

    Args: locked: keep others from starting with it until the end of the transaction.
    Raises: NotFound("surveys.invitation_not_found"): no such code, or the person withdrew from the study.
    """
    query = (
        select(
            Invitation.id,
            Invitation.collection_id,
            Collection.token,
            Invitation.participant_id,
            Participant.pseudonym,
            Site.name.label("site"),
            Collection.opens_by_person,
            Participant.drawn_on,
            Participant.entered_on,
            Participant.attributes,
            Wave,
        )
        .join(Collection, Collection.id == Invitation.collection_id)
        .join(Participant, Participant.id == Invitation.participant_id)
        .outerjoin(Site, Site.id == Participant.site_id)
        .outerjoin(Wave, Wave.id == Collection.wave_id)
        .where(Invitation.code_hash == token_hash(read_code(code)), Participant.state != FlowState.WITHDRAWN)
    )
    if locked:
        query = query.with_for_update(of=Invitation)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound("surveys.invitation_not_found")
    found = session.execute(
        select(Response.id, Response.state)
        .where(
            Response.collection_id == row.collection_id,
            Response.participant_id == row.participant_id,
            Response.state != ResponseState.WITHDRAWN,
        )
        # « submitted » comes after « started »: what was sent is final.
        .order_by(Response.state.desc(), Response.started_at.desc())
        .limit(1)
    ).one_or_none()
    return Invited(
        invitation_id=row.id,
        collection_id=row.collection_id,
        collection_code=row.token,
        participant_id=row.participant_id,
        pseudonym=row.pseudonym,
        site=row.site,
        wave=row.Wave.name if row.Wave else None,
        opens_on=_opening_day(row),
        response_id=found.id if found else None,
        state=found.state if found else None,
    )


def _opening_day(row: Any) -> date | None:
    """Return the first day of a person's window where their collection opens to each at theirs."""
    if not row.opens_by_person or row.Wave is None:
        return None
    place = place_of(row.Wave)
    anchor = place.anchor_of(drawn_on=row.drawn_on, entered_on=row.entered_on, attributes=row.attributes)
    window = place.window_of(anchor)
    return window.opens_on if window else None


def study_of(session: Session, collection_id: UUID) -> UUID:
    """Return the study of a collection."""
    return session.scalars(select(Collection.study_id).where(Collection.id == collection_id)).one()


def start_invited(
    session: Session,
    collection: OpenCollection,
    code: str,
    *,
    token: str,
    locale: str,
    moment: datetime | None = None,
    seed: int | None = None,
) -> UUID:
    """Start the response of the person whose personal code this is, or hand the one under way over to `token`.

    What held it before opens nothing any more. `moment` and `seed` are those its phone chose already.

    Raises:
        NotFound("surveys.invitation_not_found"); Invalid("surveys.bad_token");
        Conflict("surveys.collection_closed"), Conflict("surveys.invitation_sent"),
        Conflict("surveys.invitation_early").
    """
    invited = find_invitation(session, code, locked=True)
    if invited.collection_id != collection.id:
        raise NotFound("surveys.invitation_not_found")
    if invited.state is ResponseState.SUBMITTED:
        raise Conflict("surveys.invitation_sent", title=collection.title)
    if invited.is_early:
        raise Conflict("surveys.invitation_early", title=collection.title)
    if invited.response_id is None:
        return start_response(
            session,
            collection,
            token=token,
            locale=locale,
            participant_id=invited.participant_id,
            prefill=carried_by_link(collection.version.structure, invited),
            moment=moment,
            seed=seed,
        )
    if not collection.is_open:
        raise Conflict("surveys.collection_closed", title=collection.title)
    holder = session.scalar(select(Response.id).where(Response.resume_hash == token_hash(token)))
    if holder not in (None, invited.response_id):
        raise Conflict("surveys.invitation_sent", title=collection.title)
    session.execute(
        update(Response).where(Response.id == invited.response_id).values(resume_hash=token_hash(token)),
        execution_options={"synchronize_session": False},
    )
    return invited.response_id


def carried_by_link(structure: Structure, invited: Invited) -> Mapping[str, str]:
    """Return the values of the hidden items that a link fills, by key: the pseudonym, the wave and the site."""
    values: dict[str, str] = {}
    for item in structure.definition.items():
        if item.type is not ItemType.HIDDEN:
            continue
        name = item.name.lower()
        if name in PSEUDONYM_ITEMS:
            values[item.key] = invited.pseudonym
        elif name in WAVE_ITEMS and invited.wave:
            values[item.key] = invited.wave
        elif name in SITE_ITEMS and invited.site:
            values[item.key] = invited.site
    return values


def list_invitations(
    session: Session,
    study_id: UUID,
    collection_id: UUID,
    *,
    secret: str,
    arm_id: UUID | None = None,
    site_id: UUID | None = None,
) -> list[InvitationRow]:
    """Return the links of a collection by pseudonym, those of people who withdrew left out; two statements.

    A link made with another secret cannot be written again: its code is "".
    """
    query = (
        select(Invitation.participant_id, Invitation.code_hash, Participant.pseudonym, Participant.attributes)
        .join(Participant, Participant.id == Invitation.participant_id)
        .join(Collection, Collection.id == Invitation.collection_id)
        .where(Invitation.collection_id == collection_id, Collection.study_id == study_id)
        .where(Participant.state != FlowState.WITHDRAWN)
        .order_by(Participant.pseudonym)
    )
    if arm_id is not None:
        query = query.where(Participant.arm_id == arm_id)
    if site_id is not None:
        query = query.where(Participant.site_id == site_id)
    states = _states(session, collection_id)
    rows = []
    for participant_id, code_hash, pseudonym, attributes in session.execute(query):
        code = personal_code(secret, collection_id, participant_id)
        known = spell_personal(code) if token_hash(code) == code_hash else ""
        rows.append(InvitationRow(pseudonym, known, locale_of(attributes), states.get(participant_id)))
    return rows


def _states(session: Session, collection_id: UUID) -> dict[UUID, ResponseState]:
    """Return how far each linked person is: « submitted » wins over « started »."""
    rows = session.execute(
        select(Response.participant_id, Response.state)
        .where(
            Response.collection_id == collection_id,
            Response.participant_id.is_not(None),
            Response.state != ResponseState.WITHDRAWN,
        )
        .order_by(Response.state)
    )
    return {participant_id: state for participant_id, state in rows if participant_id is not None}


def locale_of(attributes: Mapping[str, Any]) -> str:
    """Return the language a person's attributes name, "" when they name none."""
    by_name = {name.lower(): str(value) for name, value in attributes.items()}
    return next((by_name[name].strip().lower() for name in LOCALE_ATTRIBUTES if by_name.get(name)), "")


def count_invitations(session: Session, study_id: UUID, collection_id: UUID) -> InvitationCounts:
    """Count the links of a collection and what became of them; three statements."""
    people = session.scalar(_people(select(func.count(Participant.id)), study_id, collection_id)) or 0
    invited = set(
        session.scalars(
            select(Invitation.participant_id)
            .join(Participant, Participant.id == Invitation.participant_id)
            .where(Invitation.collection_id == collection_id, Participant.state != FlowState.WITHDRAWN)
        )
    )
    states = [state for each, state in _states(session, collection_id).items() if each in invited]
    sent = sum(state is ResponseState.SUBMITTED for state in states)
    return InvitationCounts(people, len(invited), len(states) - sent, sent)


def groups_of(session: Session, study_id: UUID) -> tuple[list[tuple[UUID, str]], list[tuple[UUID, str]]]:
    """Return the arms and the sites of a study, as id and name."""
    arms = session.execute(select(Arm.id, Arm.name).where(Arm.study_id == study_id).order_by(Arm.position, Arm.name))
    sites = session.execute(
        select(Site.id, Site.name).where(Site.study_id == study_id).order_by(Site.position, Site.name)
    )
    return [(id_, name) for id_, name in arms], [(id_, name) for id_, name in sites]
