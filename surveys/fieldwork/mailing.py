"""What the team decides of writing to people: who signs, which messages when, with which words."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core import audit
from core.errors import Conflict, Invalid, NotFound
from surveys.fieldwork.mailing_models import (
    Channel,
    MailingSetup,
    MailingStep,
    Message,
    MessageTemplate,
    StepAnchor,
    StepKind,
)
from surveys.fieldwork.templates import MAX_BODY, MAX_SUBJECT, places_in
from surveys.models import Collection

MAX_STEPS = 30
MAX_MESSAGES = 20
DEFAULT_MESSAGES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """Who writes: the organisation and its postal address, the name and address answers go to, whom to call."""

    organisation: str = ""
    sender_name: str = ""
    sender_address: str = ""
    reply_to: str = ""
    contact: str = ""
    stop_word: str = "STOP"
    max_messages: int = DEFAULT_MESSAGES
    alsace_moselle: bool = False
    is_paused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One message of the plan; `sent` counts those that exist for it already."""

    id: UUID
    kind: StepKind
    channel: Channel
    anchor: StepAnchor
    offset_days: int
    hour: int
    is_automatic: bool
    sent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDraft:
    """A step as typed."""

    kind: StepKind
    channel: Channel
    anchor: StepAnchor = StepAnchor.OPENING
    offset_days: int = 0
    hour: int = 10
    is_automatic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a message says in one language; a text message has no subject."""

    subject: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class StepWords:
    """A step with the words written for it, by language."""

    step: Step
    words: Mapping[str, Words] = field(default_factory=dict)


def check_collection(session: Session, study_id: UUID, collection_id: UUID) -> None:
    """Raise NotFound("surveys.collection_not_found") unless the collection is of this study."""
    known = select(Collection.id).where(Collection.id == collection_id, Collection.study_id == study_id)
    if session.scalar(known) is None:
        raise NotFound("surveys.collection_not_found", token=str(collection_id))


def setup_of(session: Session, collection_id: UUID) -> Setup:
    """Return who writes in a collection."""
    row = session.get(MailingSetup, collection_id)
    if row is None:
        return Setup()
    return Setup(**{name: getattr(row, name) for name in Setup.__dataclass_fields__})


def save_setup(
    session: Session, study_id: UUID, collection_id: UUID, setup: Setup, *, account_id: UUID | None = None
) -> None:
    """Change who writes.

    Raises:
        NotFound("surveys.collection_not_found");
        Invalid("fieldwork.max_messages_out_of_range"), Invalid("fieldwork.bad_address").
    """
    check_collection(session, study_id, collection_id)
    if not 1 <= setup.max_messages <= MAX_MESSAGES:
        raise Invalid("fieldwork.max_messages_out_of_range", limit=MAX_MESSAGES)
    if setup.reply_to and not is_address(setup.reply_to):
        raise Invalid("fieldwork.bad_address", address=setup.reply_to)
    session.merge(MailingSetup(collection_id=collection_id, **asdict(setup)))
    session.flush()
    _record(session, "edit", "mailing", study_id, collection_id, account_id, asdict(setup))


def is_address(text: str) -> bool:
    """Whether a text may be an e-mail address: one at-sign, something on both sides, no line end or space."""
    name, at, host = text.rpartition("@")
    return bool(name and at and "." in host) and not any(sign.isspace() or sign in '<>",;' for sign in text)


def steps_of(session: Session, collection_id: UUID) -> list[Step]:
    """Return the steps of a collection in the order in which they come; one statement."""
    count = select(func.count()).where(Message.step_id == MailingStep.id).correlate(MailingStep).scalar_subquery()
    rows = session.execute(
        select(MailingStep, count).where(MailingStep.collection_id == collection_id).order_by(MailingStep.created_at)
    ).all()
    steps = [_step(row, sent) for row, sent in rows]
    order = list(StepAnchor)
    return sorted(steps, key=lambda step: (order.index(step.anchor), step.offset_days, step.hour, step.kind))


def _step(row: MailingStep, sent: int = 0) -> Step:
    return Step(
        id=row.id,
        kind=row.kind,
        channel=row.channel,
        anchor=row.anchor,
        offset_days=row.offset_days,
        hour=row.hour,
        is_automatic=row.is_automatic,
        sent=sent,
    )


def get_step(session: Session, study_id: UUID, collection_id: UUID, step_id: UUID) -> StepWords:
    """Return one step with its words.

    Raises: NotFound("surveys.collection_not_found"), NotFound("fieldwork.step_not_found").
    """
    check_collection(session, study_id, collection_id)
    step = next((each for each in steps_of(session, collection_id) if each.id == step_id), None)
    if step is None:
        raise NotFound("fieldwork.step_not_found")
    return StepWords(step, words_of(session, [step_id]).get(step_id, {}))


def words_of(session: Session, step_ids: list[UUID]) -> dict[UUID, dict[str, Words]]:
    """Return the words written for steps, by step and language; one statement."""
    found: dict[UUID, dict[str, Words]] = {}
    for row in session.scalars(select(MessageTemplate).where(MessageTemplate.step_id.in_(step_ids))):
        found.setdefault(row.step_id, {})[row.locale] = Words(subject=row.subject, body=row.body)
    return found


def add_step(
    session: Session, study_id: UUID, collection_id: UUID, draft: StepDraft, *, account_id: UUID | None = None
) -> UUID:
    """Add a message to the plan.

    Raises:
        NotFound("surveys.collection_not_found"); Conflict("fieldwork.too_many_steps");
        Invalid("fieldwork.step_out_of_range"), Invalid("fieldwork.not_automatic").
    """
    check_collection(session, study_id, collection_id)
    if (session.scalar(select(func.count()).where(MailingStep.collection_id == collection_id)) or 0) >= MAX_STEPS:
        raise Conflict("fieldwork.too_many_steps", limit=MAX_STEPS)
    _check(draft)
    row = MailingStep(collection_id=collection_id, **asdict(draft))
    session.add(row)
    session.flush()
    _record(session, "create", "mailing_step", study_id, row.id, account_id, _plain(draft))
    return row.id


def edit_step(
    session: Session,
    study_id: UUID,
    collection_id: UUID,
    step_id: UUID,
    draft: StepDraft,
    *,
    account_id: UUID | None = None,
) -> None:
    """Change a step; its channel stays once it has messages.

    Raises:
        NotFound("surveys.collection_not_found"), NotFound("fieldwork.step_not_found");
        Conflict("fieldwork.step_in_use"); Invalid("fieldwork.step_out_of_range"), Invalid("fieldwork.not_automatic").
    """
    known = get_step(session, study_id, collection_id, step_id).step
    _check(draft)
    if known.sent and draft.channel is not known.channel:
        raise Conflict("fieldwork.step_in_use")
    row = session.get_one(MailingStep, step_id)
    for name, value in asdict(draft).items():
        setattr(row, name, value)
    session.flush()
    _record(session, "edit", "mailing_step", study_id, step_id, account_id, _plain(draft))


def delete_step(
    session: Session, study_id: UUID, collection_id: UUID, step_id: UUID, *, account_id: UUID | None = None
) -> None:
    """Take a step away that has no message.

    Raises:
        NotFound("surveys.collection_not_found"), NotFound("fieldwork.step_not_found");
        Conflict("fieldwork.step_in_use").
    """
    known = get_step(session, study_id, collection_id, step_id).step
    if known.sent:
        raise Conflict("fieldwork.step_in_use")
    session.delete(session.get_one(MailingStep, step_id))
    session.flush()
    _record(session, "delete", "mailing_step", study_id, step_id, account_id, {"channel": known.channel.value})


def save_words(
    session: Session,
    study_id: UUID,
    collection_id: UUID,
    step_id: UUID,
    locale: str,
    words: Words,
    *,
    account_id: UUID | None = None,
) -> None:
    """Keep the words of a step in one language; an empty body goes back to those it starts from.

    Raises:
        NotFound("surveys.collection_not_found"), NotFound("fieldwork.step_not_found");
        Invalid("fieldwork.unknown_place"), Invalid("fieldwork.place_not_closed"), Invalid("fieldwork.no_way_in"),
        Invalid("fieldwork.words_too_long").
    """
    step = get_step(session, study_id, collection_id, step_id).step
    body, subject = words.body.strip(), " ".join(words.subject.split())
    session.execute(delete(MessageTemplate).where(MessageTemplate.step_id == step_id, MessageTemplate.locale == locale))
    if body:
        if len(body) > MAX_BODY or len(subject) > MAX_SUBJECT:
            raise Invalid("fieldwork.words_too_long", limit=MAX_BODY)
        places_in(subject)
        if step.channel is not Channel.CALL and not {"lien", "code"} & set(places_in(body)):
            raise Invalid("fieldwork.no_way_in")
        session.add(MessageTemplate(step_id=step_id, locale=locale, subject=subject, body=body))
    session.flush()
    _record(session, "write", "mailing_step", study_id, step_id, account_id, {"locale": locale})


def _check(draft: StepDraft) -> None:
    if not (-366 <= draft.offset_days <= 366 and 0 <= draft.hour <= 23):  # noqa: PLR2004  a year; the hours of a day
        raise Invalid("fieldwork.step_out_of_range")
    if draft.is_automatic and draft.channel in {Channel.LETTER, Channel.CALL}:
        raise Invalid("fieldwork.not_automatic")


def _plain(draft: StepDraft) -> dict[str, Any]:
    return {name: getattr(value, "value", value) for name, value in asdict(draft).items()}


def _record(
    session: Session,
    verb: str,
    kind: str,
    study_id: UUID,
    object_id: UUID,
    account_id: UUID | None,
    after: Mapping[str, Any],
) -> None:
    audit.record(
        session,
        verb=verb,
        object_kind=kind,
        object_id=object_id,
        study_id=study_id,
        account_id=account_id,
        after=dict(after),
    )
    session.flush()
