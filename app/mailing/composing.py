"""From a step and a person to the message: places filled, in the language of the person, with their own way in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.mailing.carriers import Outgoing
from app.mailing.contacts import Contact
from app.mailing.words import locale_for, step_words
from core.errors import Invalid
from studies.models import Participant, Study, Wave
from surveys.fieldwork.mailing import Setup, Step, Words, setup_of, words_of
from surveys.fieldwork.mailing_models import Channel
from surveys.fieldwork.standing import Timing, timing_of
from surveys.fieldwork.templates import fill
from surveys.fieldwork.texting import plain_text
from surveys.invitations import locale_of, personal_code, spell_personal
from surveys.models import Collection, Invitation
from surveys.tokens import token_hash

_STOP = {
    "fr": "Stop : répondez {word}",
    "fr-x-falc": "Pour arrêter, répondez {word}",
    "en": "Stop: answer {word}",
    "ar": "للإيقاف أجيبوا {word}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where messages lead to, and what makes their codes."""

    public_url: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A person as messages of a collection name them; "" and None where not known."""

    participant_id: UUID
    pseudonym: str
    locale: str
    code: str
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Written:
    """A message put together, not yet addressed."""

    locale: str
    subject: str
    body: str
    recipient: Recipient
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Composer:
    """All that the messages of one collection have in common, read once."""

    collection_id: UUID
    study_locale: str
    wave: str
    setup: Setup
    timing: Timing
    own_words: Mapping[UUID, Mapping[str, Words]]
    site: Site

    @classmethod
    def of(cls, session: Session, study_id: UUID, collection_id: UUID, steps: Iterable[Step], site: Site) -> "Composer":
        """Read what messages have in common; five statements.

        Raises: NotFound("surveys.collection_not_found").
        """
        timing = timing_of(session, study_id, collection_id)
        row = session.execute(
            select(Study.locale, Wave.name)
            .select_from(Collection)
            .join(Study, Study.id == Collection.study_id)
            .outerjoin(Wave, Wave.id == Collection.wave_id)
            .where(Collection.id == collection_id)
        ).one()
        own = words_of(session, [step.id for step in steps])
        setup = setup_of(session, collection_id)
        return cls(collection_id, row[0], row[1] or "", setup, timing, own, site)

    def recipients(self, session: Session, participant_ids: Iterable[UUID]) -> dict[UUID, Recipient]:
        """Return these people as messages name them; those without a valid personal link have no code."""
        wanted = list(participant_ids)
        found: dict[UUID, Recipient] = {}
        for start in range(0, len(wanted), 500):
            rows = session.execute(
                select(
                    Participant.id,
                    Participant.pseudonym,
                    Participant.attributes,
                    Participant.drawn_on,
                    Participant.entered_on,
                    Invitation.code_hash,
                )
                .outerjoin(
                    Invitation,
                    (Invitation.participant_id == Participant.id) & (Invitation.collection_id == self.collection_id),
                )
                .where(Participant.id.in_(wanted[start : start + 500]))
            )
            found |= {row.id: self._recipient(row) for row in rows}
        return found

    def _recipient(self, row: Any) -> Recipient:
        code = personal_code(self.site.secret, self.collection_id, row.id)
        window = self.timing.window_of(drawn_on=row.drawn_on, entered_on=row.entered_on, attributes=row.attributes)
        return Recipient(
            participant_id=row.id,
            pseudonym=row.pseudonym,
            locale=locale_of(row.attributes),
            code=code if row.code_hash == token_hash(code) else "",
            last_day=window.ends_on if window else None,
        )

    def write(self, step: Step, recipient: Recipient, contact: Contact, *, words: Words | None = None) -> Written:
        """Return the message of a step to a person; `words` in place of those of the step, to try them."""
        own = self.own_words.get(step.id, {})
        locale = locale_for(recipient.locale, own, self.study_locale)
        chosen = words or step_words(step, locale, own)
        values = self._values(step, recipient, contact, locale)
        subject, body = fill(chosen.subject, values), fill(chosen.body, values)
        if step.channel is Channel.SMS:
            body = " ".join(plain_text(body).split())
        return Written(locale, subject, body, recipient, values)

    def _values(self, step: Step, recipient: Recipient, contact: Contact, locale: str) -> dict[str, str]:
        code = recipient.code
        return {
            "lien": f"{self.site.public_url}/i/{code}" if code else "",
            "code": spell_personal(code) if code else "",
            "prénom": contact.given_name,
            "nom": contact.name,
            "vague": self.wave,
            "date limite": day_words(recipient.last_day, locale),
            "structure": self.setup.organisation,
            "contact": self.setup.contact,
            "arrêt": self._stop(step.channel, code, locale),
        }

    def _stop(self, channel: Channel, code: str, locale: str) -> str:
        if channel is Channel.EMAIL:
            return self.stop_address(code)
        if channel is Channel.SMS and self.setup.stop_word:
            return _STOP.get(locale, _STOP["fr"]).format(word=self.setup.stop_word)
        return ""

    def stop_address(self, code: str) -> str:
        """Return the address where a person ends all messages, "" without a code."""
        return f"{self.site.public_url}/stop/{code}" if code else ""

    def address(self, message_id: UUID, step: Step, recipient: Recipient, contact: Contact) -> Outgoing:
        """Return a message ready to be handed over.

        Raises: Invalid("mailing.no_contact"), Invalid("mailing.no_link").
        """
        to = contact.email if step.channel is Channel.EMAIL else contact.mobile
        if not to:
            raise Invalid("mailing.no_contact")
        if not recipient.code:
            raise Invalid("mailing.no_link")
        written = self.write(step, recipient, contact)
        return Outgoing(
            id=message_id,
            channel=step.channel,
            to=to,
            subject=written.subject,
            body=written.body,
            sender_name=self.setup.sender_name or self.setup.organisation,
            reply_to=self.setup.reply_to,
            stop_address=self.stop_address(recipient.code) if step.channel is Channel.EMAIL else "",
        )


def day_words(day: date | None, locale: str) -> str:
    """Return a day in a language, "" when it is not known."""
    if day is None:
        return ""
    try:
        known = Locale.parse(locale.split("-", maxsplit=1)[0])
    except (UnknownLocaleError, ValueError):
        known = Locale("fr")
    return format_date(day, "d MMMM y", locale=known)
