"""What letters and lists of calls hold, as plain values for their templates."""

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any
from uuid import UUID

from flask_babel import format_date
from flask_babel import gettext as _

from app.mailing.composing import Composer, Recipient, day_words
from app.mailing.contacts import Contact
from app.mailing.reasons import OUTCOMES, SIGNS
from app.mailing.words import LOCALES, locale_for
from core.clock import now
from studies.windows import today_in_paris
from surveys.definition import Locale
from surveys.fieldwork.calls import Tries
from surveys.fieldwork.mailing import Step
from surveys.fieldwork.standing import PersonStanding
from surveys.invitations import spell_personal

BOXES = 3
WINDOW_LINES = 6
WINDOW_SIGNS = 38
_SCAN = {
    "fr": ("Pour répondre", "Scannez cette image avec votre téléphone, ou ouvrez cette adresse :", "Votre code :"),
    "fr-x-falc": (
        "Pour répondre",
        "Scannez cette image. Ou écrivez cette adresse dans votre téléphone :",
        "Votre code :",
    ),
    "en": ("To answer", "Scan this picture with your phone, or open this address:", "Your code:"),
    "ar": ("للإجابة", "صوّروا هذا الرمز بهاتفكم أو افتحوا هذا العنوان:", "رمزكم:"),
}


@dataclass(frozen=True, slots=True)
class Pages:
    """All that one print is made of."""

    composer: Composer
    step: Step
    people: Sequence[PersonStanding]
    recipients: Mapping[UUID, Recipient]
    contacts: Mapping[UUID, Contact]
    study: str


def letters_document(pages: Pages) -> dict[str, Any]:
    """Return the letters, one person each, in the language of each."""
    setup = pages.composer.setup
    return {
        "locale": pages.composer.study_locale,
        "title": _("Letters: %(study)s", study=pages.study),
        "sender": setup.sender_address.splitlines() or [setup.organisation],
        "letters": [_letter(pages, person) for person in pages.people],
    }


def _letter(pages: Pages, person: PersonStanding) -> dict[str, Any]:
    contact = pages.contacts[person.participant_id]
    written = pages.composer.write(pages.step, pages.recipients[person.participant_id], contact)
    language = written.locale.split("-", maxsplit=1)[0]
    title, scan, code = _SCAN.get(written.locale) or _SCAN.get(language) or _SCAN["fr"]
    return {
        "locale": written.locale,
        "direction": Locale(written.locale, "").direction,
        "name": contact.name,
        "address": contact.address.splitlines(),
        "is_long": _is_long([contact.name, *contact.address.splitlines()]),
        "dated": day_words(today_in_paris(now()), written.locale),
        "subject": written.subject,
        "paragraphs": [part.splitlines() for part in written.body.split("\n\n") if part.strip()],
        "scan": {"title": title, "words": scan, "code": code},
        "link": written.values["lien"],
        "code": written.values["code"],
        "picture": picture_of(written.values["lien"]),
    }


def _is_long(lines: Sequence[str]) -> bool:
    """Whether an address needs small letters to fit the window: past the lines and signs that the French post takes."""
    return len(lines) > WINDOW_LINES or any(len(line) > WINDOW_SIGNS for line in lines)


def calls_document(pages: Pages, tries: Mapping[UUID, Tries]) -> dict[str, Any]:
    """Return the lists of calls, one site each: whom, at which number, what came of earlier calls, room for others."""
    sheets: dict[str, list[dict[str, str]]] = {}
    for person in pages.people:
        sheets.setdefault(person.site, []).append(_call(pages, person, tries.get(person.participant_id)))
    signs = ", ".join(f"{SIGNS[outcome]} {name}" for outcome, name in OUTCOMES.items())
    return {
        "locale": pages.composer.study_locale,
        "title": _("Calls: %(study)s", study=pages.study),
        "dated": _("List of %(day)s", day=format_date(today_in_paris(now()), "long")),
        "scripts": _scripts(pages),
        "address": pages.composer.site.public_url,
        "sheets": [{"site": site or _("no site"), "rows": rows} for site, rows in sheets.items()],
        "boxes": list(range(1, BOXES + 1)),
        "words": {
            "script": _("What to say"),
            "person": _("Person"),
            "phone": _("Telephone"),
            "until": _("Until"),
            "code": _("Personal code"),
            "before": _("Earlier calls"),
            "try": _("Call"),
            "help": _("In each box: the day, the hour and one digit. %(signs)s.", signs=signs),
            "open": _("Open this address and type the code to answer with the person:"),
            "confidential": _("Confidential: names beside pseudonyms. Destroy after use."),
        },
    }


def _call(pages: Pages, person: PersonStanding, tries: Tries | None) -> dict[str, str]:
    contact, recipient = pages.contacts[person.participant_id], pages.recipients[person.participant_id]
    return {
        "pseudonym": person.pseudonym,
        "name": contact.name,
        "phone": contact.phone,
        "code": spell_personal(recipient.code),
        "language": LOCALES.get(recipient.locale, recipient.locale),
        "until": format_date(recipient.last_day, "d MMM y") if recipient.last_day else "",
        "before": tries_words(tries) if tries else "",
        "call_back": call_back_words(tries) if tries else "",
    }


def _scripts(pages: Pages) -> list[dict[str, str]]:
    """Return what to say in the language of the study, then in the others that people of the list speak."""
    composer, own = pages.composer, pages.composer.own_words.get(pages.step.id, {})
    spoken = {locale_for(pages.recipients[person.participant_id].locale, own, "") for person in pages.people}
    first = locale_for("", own, composer.study_locale)
    written: list[dict[str, str]] = []
    for locale in (first, *sorted(spoken - {first})):
        nobody = Recipient(participant_id=pages.step.id, pseudonym="", locale=locale, code="", last_day=None)
        body = composer.write(pages.step, nobody, Contact()).body
        written.append(
            {
                "locale": locale,
                "direction": Locale(locale, "").direction,
                "name": LOCALES.get(locale, locale),
                "body": body,
            }
        )
    return written


def tries_words(tries: Tries) -> str:
    """Say how often somebody was called and what came of it: « 2, the last on 3 March: no answer »."""
    day = format_date(today_in_paris(tries.at), "d MMM")
    return str(
        _("%(count)s, the last on %(day)s: %(outcome)s", count=tries.count, day=day, outcome=OUTCOMES[tries.outcome])
    )


def call_back_words(tries: Tries) -> str:
    """Say when somebody wants to be called back, "" when no day was agreed on."""
    if tries.call_back_on is None:
        return ""
    day = str(format_date(tries.call_back_on, "EEE d MMM"))
    if tries.call_back_at is None:
        return day
    return str(_("%(day)s at %(hour)s", day=day, hour=hour_words(tries.call_back_at)))


def hour_words(hour: time) -> str:
    """Return an hour as it is said: « 14 h 05 »."""
    return str(_("%(hour)s h %(minutes)s", hour=hour.hour, minutes=f"{hour.minute:02}"))


def picture_of(address: str) -> str:
    """Return the code to scan of an address, as a data address."""
    import segno  # noqa: PLC0415  only what is printed draws one

    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="png", scale=6, border=2)
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()
