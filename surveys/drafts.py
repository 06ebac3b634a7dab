"""A response as its link opens it: start, read, and what its form says of it. Reading takes two statements."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, exists, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.clock import now
from core.errors import Conflict, Invalid, NotFound
from surveys.definition import ItemType
from surveys.engine import PARIS, SAVED, FormState, evaluate_form
from surveys.fieldwork.models import Quota
from surveys.models import Answer, Collection, Missing, Response, ResponseMode, ResponseState
from surveys.routing import Page, page_by_key
from surveys.saved import SAVED_FROM, earlier_response, read_saved, saved_names
from surveys.tokens import is_token, read_code, response_id_of, spell, token_hash
from surveys.versions import LoadedVersion, load_version

MAX_SEED = 2**31 - 1
OVER = ":over"
"""What a draft carries whose person goes on past a full quota; no item can be called so."""


@dataclass(frozen=True, slots=True)
class OpenCollection:
    """A collection as the public address names it."""

    id: UUID
    study_id: UUID
    title: str
    wave_id: UUID | None
    population_id: UUID | None
    is_open: bool
    version: LoadedVersion
    shows_previous: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A response as it stands, with what its form says of it.

    `corrects_id` names the response it corrects, if it is a correction (surveys.corrections).
    `answers` holds a value for each item that was asked (None: left empty), `missing` why some are absent, `carried`
    what is carried silently; `answered_at` is when each answer was given, `confirmed` those that the person said are
    right when asked, `shown` how choices stood that may be shown in two ways. `state` is computed in `locale`.
    """

    id: UUID
    collection_id: UUID
    study_id: UUID
    collection_title: str
    participant_id: UUID | None
    is_open: bool
    response_state: ResponseState
    receipt: str | None
    locale: str
    revision: int
    last_page: int
    moment: datetime
    seed: int
    version: LoadedVersion
    answers: Mapping[str, Any]
    missing: Mapping[str, Missing]
    answered_at: Mapping[str, datetime]
    carried: Mapping[str, Any]
    state: FormState
    corrects_id: UUID | None = None
    has_quotas: bool = False
    shows_previous: bool = False
    mode: ResponseMode = ResponseMode.ALONE
    confirmed: frozenset[str] = frozenset()
    shown: Mapping[str, str] = field(default_factory=dict)

    @property
    def goes_on_over(self) -> bool:
        """Whether the person was told that there is enough of these answers, and goes on all the same."""
        return bool(self.carried.get(OVER))

    def page(self, key: str) -> Page:
        """Return one of its pages.

        Raises: NotFound("surveys.page_not_found").
        """
        page = page_by_key(self.version.pages, key)
        if page is None:
            raise NotFound("surveys.page_not_found", page=key)
        return page


def upsert(session: Session) -> Any:
    """Return the INSERT of this database, the one that can say what to do with a row that is already there."""
    return postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert


def find_collection(session: Session, code: str) -> OpenCollection:
    """Return the collection of a public code, typed with or without hyphen, in any case.

    Raises: NotFound("surveys.collection_not_found").
    """
    row = session.execute(
        select(
            Collection.id,
            Collection.study_id,
            Collection.title,
            Collection.wave_id,
            Collection.population_id,
            Collection.opens_at,
            Collection.closes_at,
            Collection.version_id,
            Collection.shows_previous,
        ).where(Collection.token == read_code(code))
    ).one_or_none()
    if row is None:
        raise NotFound("surveys.collection_not_found", token=code)
    return OpenCollection(
        row.id,
        row.study_id,
        row.title,
        row.wave_id,
        row.population_id,
        _is_open(row.opens_at, row.closes_at),
        load_version(session, row.version_id),
        row.shows_previous,
    )


def _is_open(opens_at: datetime, closes_at: datetime | None) -> bool:
    moment = now()
    return opens_at <= moment and (closes_at is None or moment < closes_at)


def start_response(
    session: Session,
    collection: OpenCollection,
    *,
    token: str,
    locale: str,
    mode: ResponseMode = ResponseMode.ALONE,
    participant_id: UUID | None = None,
    group_link_id: UUID | None = None,
    prefill: Mapping[str, Any] | None = None,
    moment: datetime | None = None,
    seed: int | None = None,
) -> UUID:
    """Start a response whose link is `token`, made beforehand with `tokens.new_token`; twice is once.

    Args: prefill: values of hidden items by name, others are ignored; moment and seed: those its phone chose already.
    Raises: Conflict("surveys.collection_closed"); Invalid("surveys.bad_token").
    """
    if not is_token(token):
        raise Invalid("surveys.bad_token")
    if not collection.is_open:
        raise Conflict("surveys.collection_closed", title=collection.title)
    structure = collection.version.structure
    moment = moment or now()
    hidden = {item.key for item in structure.definition.items() if item.type is ItemType.HIDDEN}
    carried: dict[str, Any] = {key: value for key, value in (prefill or {}).items() if key in hidden}
    for item in structure.definition.items():
        if item.type is ItemType.START:
            carried[item.key] = moment.isoformat(timespec="seconds")
        elif item.type is ItemType.TODAY:
            carried[item.key] = moment.astimezone(PARIS).date().isoformat()
    if saved_names(structure):
        earlier = earlier_response(session, collection.version.questionnaire_id, participant_id, before=moment)
        carried |= {SAVED_FROM: str(earlier)} if earlier else {}
    response_id = response_id_of(token)
    values = {
        "id": response_id,
        "collection_id": collection.id,
        "version_id": collection.version.id,
        "participant_id": participant_id,
        "group_link_id": group_link_id,
        "resume_hash": token_hash(token),
        "locale": structure.definition.locale(locale).tag,
        "mode": mode,
        "seed": secrets.randbelow(MAX_SEED) if seed is None else seed,
        "calculated": carried,
        "moment": moment,
        "started_at": moment,
        "saved_at": moment,
        "state": ResponseState.STARTED,
        "revision": 0,
        "last_page": 0,
    }
    session.execute(upsert(session)(Response).values(values).on_conflict_do_nothing())
    return response_id


# Built once and run without the ORM: these are the two statements of every page.
_R, _C, _A = Response.__table__.c, Collection.__table__.c, Answer.__table__.c
_Q = Quota.__table__.c
RESPONSE = select(
    _R.id,
    _R.collection_id,
    _R.participant_id,
    _R.version_id,
    _R.corrects_id,
    _R.locale,
    _R.state,
    _R.mode,
    _R.receipt,
    _R.revision,
    _R.last_page,
    _R.moment,
    _R.seed,
    _R.calculated,
    _C.study_id,
    _C.title,
    _C.opens_at,
    _C.closes_at,
    _C.shows_previous,
    exists().where(_Q.collection_id == _R.collection_id).label("has_quotas"),
).join_from(Response.__table__, Collection.__table__, _C.id == _R.collection_id)
_BY_TOKEN = RESPONSE.where(_R.resume_hash == bindparam("wanted"))
_BY_ID = RESPONSE.where(_R.id == bindparam("wanted"))
_ANSWERS = select(_A.item_name, _A.value, _A.missing, _A.saved_at, _A.shown, _A.is_confirmed).where(
    _A.response_id == bindparam("wanted")
)


def open_draft(session: Session, token: str, *, locale: str = "") -> Draft:
    """Return the response that a link opens; two statements.

    Raises: NotFound("surveys.response_not_found").
    """
    row = session.connection().execute(_BY_TOKEN, {"wanted": token_hash(token)}).one_or_none()
    if row is None:
        raise NotFound("surveys.response_not_found")
    return draft_of(session, row, locale)


def load_draft(session: Session, response_id: UUID, *, locale: str = "") -> Draft:
    """Return a response by its id, for the team and for jobs; two statements.

    Raises: NotFound("surveys.response_not_found").
    """
    row = session.connection().execute(_BY_ID, {"wanted": response_id}).one_or_none()
    if row is None:
        raise NotFound("surveys.response_not_found")
    return draft_of(session, row, locale)


def draft_of(session: Session, row: Any, locale: str = "") -> Draft:
    """Return the response of a row of `RESPONSE`; one statement, its answers."""
    version = load_version(session, row.version_id)
    answers: dict[str, Any] = {}
    missing: dict[str, Missing] = {}
    answered_at: dict[str, datetime] = {}
    looks: dict[str, str] = {}
    confirmed = set()
    for name, value, absence, saved_at, look, is_confirmed in session.connection().execute(
        _ANSWERS, {"wanted": row.id}
    ):
        answers[name] = value
        answered_at[name] = saved_at
        if look is not None:
            looks[name] = look
        if is_confirmed:
            confirmed.add(name)
        if absence is not None:
            missing[name] = absence
    shown = version.definition.locale(locale or row.locale).tag
    carried = row.calculated
    if earlier := carried.get(SAVED_FROM):
        carried = {**carried, SAVED: read_saved(session, version.structure, UUID(earlier))}
    state = evaluate_form(
        version.structure,
        answers,
        moment=row.moment,
        seed=row.seed,
        locale=shown,
        missing=frozenset(missing),
        started=carried,
        begins_with=0,
    )
    return Draft(
        id=row.id,
        collection_id=row.collection_id,
        study_id=row.study_id,
        collection_title=row.title,
        participant_id=row.participant_id,
        is_open=_is_open(row.opens_at, row.closes_at),
        response_state=row.state,
        receipt=spell(row.receipt) if row.receipt else None,
        locale=shown,
        revision=row.revision,
        last_page=row.last_page,
        moment=row.moment,
        seed=row.seed,
        version=version,
        answers=answers,
        missing=missing,
        answered_at=answered_at,
        carried=carried,
        state=state,
        corrects_id=row.corrects_id,
        has_quotas=row.has_quotas,
        shows_previous=row.shows_previous,
        mode=row.mode,
        confirmed=frozenset(confirmed),
        shown=looks,
    )
