"""What the screens of messages show: the plan, the words as a person reads them, who gets what and why not others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.jobs.models import JobState
from app.jobs.queries import jobs_of_kind
from app.mailing.composing import Composer, Recipient, Site, Written
from app.mailing.contacts import Contact, ContactBook
from app.mailing.printing import KIND as PRINT_KIND
from app.mailing.printing import print_path
from app.mailing.reasons import reason_words, step_name, step_when, why_name
from app.mailing.settings import Carriers
from app.mailing.words import LOCALES, locale_for
from core.errors import NotFound
from studies.models import Participant
from surveys.definition import Locale
from surveys.fieldwork.mailing import Step, StepWords, Words
from surveys.fieldwork.mailing_models import Channel, MessageState
from surveys.fieldwork.message_desk import MessageRow
from surveys.fieldwork.planning import Plan
from surveys.fieldwork.texting import TextLength, measure

PAGE_LENGTH = 50
LATEST_PRINTS = 50
_EXAMPLE_CODE = "K7M2QX4P9TRB"


@dataclass(frozen=True, slots=True)
class StepLine:
    """One message of the plan in a list."""

    step: Step
    name: str
    when: str
    due: int


@dataclass(frozen=True, slots=True)
class Preview:
    """A message as somebody reads it; `length` for a text message only."""

    written: Written
    direction: str
    length: TextLength | None
    who: str


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """One person and one message: what happens, "" when they are written to."""

    pseudonym: str
    participant_id: UUID
    step: str
    why: str


@dataclass(frozen=True, slots=True)
class PlanPage:
    """Who gets what now: counts by reason, and one page of the people."""

    due: int
    sendable: int
    reasons: tuple[tuple[str, str, int], ...]
    lines: tuple[VerdictLine, ...]
    chosen: str
    page: int
    pages: int
    is_paused: bool


@dataclass(frozen=True, slots=True)
class SentLine:
    """One message in the list of those that exist."""

    id: UUID
    pseudonym: str
    participant_id: UUID
    step: str
    state: MessageState
    reason: str
    at: datetime
    in_outbox: bool


@dataclass(frozen=True, slots=True)
class PrintLine:
    """One print: what of, for how many, when, where its job stands, whether its file is still kept."""

    job_id: UUID
    step: str
    count: int
    at: datetime
    state: JobState
    is_kept: bool


def print_lines(session: Session, study_id: UUID, collection_id: UUID, steps: Sequence[Step]) -> tuple[PrintLine, ...]:
    """Return what was lately printed for a collection, the newest first."""
    names = {str(step.id): step_name(step) for step in steps}
    return tuple(
        PrintLine(
            job.id,
            names.get(job.arguments["step_id"], ""),
            len((job.result or {}).get("people", [])),
            job.created_at,
            job.state,
            print_path(study_id, job.id).is_file(),
        )
        for job in jobs_of_kind(session, PRINT_KIND, study_id=study_id)
        if job.arguments["collection_id"] == str(collection_id)
    )[:LATEST_PRINTS]


def step_lines(steps: Sequence[Step], plan: Plan | None) -> tuple[StepLine, ...]:
    """Return the plan of a collection, with how many messages of each are due now."""
    due: dict[UUID, int] = {}
    for verdict in plan.due if plan else ():
        due[verdict.step.id] = due.get(verdict.step.id, 0) + 1
    return tuple(StepLine(step, step_name(step), step_when(step), due.get(step.id, 0)) for step in steps)


def carrier_words(carriers: Carriers | None, channel: Channel) -> str:
    """Say by what messages of a kind leave."""
    if carriers is None:
        return str(_("nothing leaves: a setting cannot be used"))
    if channel is Channel.EMAIL and carriers.smtp:
        return str(_("through the mail server %(host)s", host=carriers.smtp.host))
    if channel is Channel.SMS and carriers.gateway:
        return str(_("through the gateway %(host)s", host=carriers.gateway.host))
    return str(_("as files on this computer: nothing leaves it"))


def example_preview(composer: Composer, step: StepWords, locale: str, words: Words) -> Preview:
    """Return a message as an invented person reads it."""
    recipient = Recipient(
        participant_id=step.step.id,
        pseudonym="",
        locale=locale,
        code=_EXAMPLE_CODE,
        last_day=composer.timing.closes_at.date() if composer.timing.closes_at else None,
    )
    contact = Contact(name=_("Camille Exemple"), given_name=_("Camille"))
    return _preview(composer.write(step.step, recipient, contact, words=words), step.step, _("an invented person"))


def person_preview(
    session: Session, composer: Composer, book: ContactBook, step: StepWords, study_id: UUID, pseudonym: str
) -> Preview:
    """Return a message as one person reads it, in their language, with what is kept for it.

    Raises: NotFound("studies.participant_unknown").
    """
    participant_id = session.scalar(
        select(Participant.id).where(Participant.study_id == study_id, Participant.pseudonym == pseudonym)
    )
    if participant_id is None:
        raise NotFound("studies.participant_unknown")
    recipient = composer.recipients(session, [participant_id])[participant_id]
    return _preview(composer.write(step.step, recipient, book.contact(participant_id)), step.step, pseudonym)


def _preview(written: Written, step: Step, who: str) -> Preview:
    length = measure(written.body) if step.channel is Channel.SMS else None
    return Preview(written, Locale(written.locale, "").direction, length, who)


def locales_of(step: StepWords, study_locale: str) -> tuple[tuple[str, str], ...]:
    """Return the languages a step may be written in, that of the study first."""
    first = locale_for("", step.words, study_locale)
    names = {tag: LOCALES.get(tag, tag) for tag in (*LOCALES, *step.words)}
    return tuple(sorted(names.items(), key=lambda pair: pair[0] != first))


def plan_page(plan: Plan, *, chosen: str = "", page: int = 1) -> PlanPage:
    """Return one page of who gets what; `chosen` is a reason, "due" for those who are written to."""
    kept = [
        verdict
        for verdict in plan.verdicts
        if not chosen or (verdict.why is None if chosen == "due" else verdict.why == chosen)
    ]
    pages = max(1, -(-len(kept) // PAGE_LENGTH))
    page = min(max(1, page), pages)
    return PlanPage(
        due=len(plan.due),
        sendable=len(plan.sendable),
        reasons=tuple((why.value, why_name(why), count) for why, count in plan.reasons().items()),
        lines=tuple(
            VerdictLine(
                verdict.person.pseudonym,
                verdict.person.participant_id,
                step_name(verdict.step),
                why_name(verdict.why) if verdict.why else "",
            )
            for verdict in kept[(page - 1) * PAGE_LENGTH : page * PAGE_LENGTH]
        ),
        chosen=chosen,
        page=page,
        pages=pages,
        is_paused=plan.setup.is_paused,
    )


def sent_lines(rows: Sequence[MessageRow], steps: Sequence[Step]) -> tuple[SentLine, ...]:
    """Return messages in words."""
    names = {step.id: step_name(step) for step in steps}
    return tuple(
        SentLine(
            row.id,
            row.pseudonym,
            row.participant_id,
            names.get(row.step_id, ""),
            row.state,
            reason_words(row.reason) if row.reason else "",
            row.at,
            row.reference.endswith((".eml", ".txt")),
        )
        for row in rows
    )


def composer_for(session: Session, study_id: UUID, collection_id: UUID, step: Step, site: Site) -> Composer:
    """Return what writes the messages of one step."""
    return Composer.of(session, study_id, collection_id, [step], site)
