"""What the coding desk shows of one transcript: turns to read, codings and codebook for the script."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from app.security import SignedIn, StudyAccess
from coding.models import SpeakerRole
from coding.queries import CodeRow, Document

SPEAKER_ROLES: dict[SpeakerRole, Any] = {
    SpeakerRole.INTERVIEWER: lazy_gettext("interviewer"),
    SpeakerRole.INTERVIEWEE: lazy_gettext("interviewee"),
    SpeakerRole.OTHER: lazy_gettext("other person"),
}
# How many characters still fit in each size; the browser keeps that much room for a turn it has not drawn yet.
_SIZES = (140, 280, 600, 1_300, 3_000)


@dataclass(frozen=True, slots=True)
class TurnLine:
    """One turn as the page shows it; `name` is what screen readers say, `size` (1 to 6) how much room it takes."""

    number: int
    start: int
    end: int
    speaker: str
    role: str
    name: str
    text: str
    size: int


@dataclass(frozen=True, slots=True)
class DeskPage:
    """The page of one transcript; `payload` is JSON for the script, storage keys name what the browser keeps."""

    id: UUID
    version_id: UUID
    title: str
    facts: str
    touched: str
    turns: tuple[TurnLine, ...]
    payload: str
    storage_key: str
    study_storage_key: str
    shortcuts: tuple[tuple[tuple[str, ...], str], ...]


def build_desk_page(
    document: Document, codes: tuple[CodeRow, ...], account: SignedIn, study: StudyAccess, *, may_code: bool
) -> DeskPage:
    """Compute the page."""
    study_storage_key = f"{account.id.hex[:12]}.{study.key}"
    return DeskPage(
        id=document.transcript_id,
        version_id=document.version_id,
        title=document.title,
        facts=_facts(document),
        touched=_touched(document),
        turns=turn_lines(document),
        payload=_payload(document, codes, account, may_code=may_code),
        storage_key=f"{study_storage_key}.{document.transcript_id.hex}",
        study_storage_key=study_storage_key,
        shortcuts=_shortcuts(),
    )


def turn_lines(document: Document) -> tuple[TurnLine, ...]:
    """Return the turns with their words and names."""
    return tuple(
        TurnLine(
            number=turn.position + 1,
            start=turn.start,
            end=turn.end,
            speaker=turn.label,
            role=turn.role.value if turn.role else "none",
            name=turn_name(turn.position + 1, turn.label, turn.role),
            text=document.text[turn.start : turn.end],
            size=1 + sum(turn.end - turn.start > limit for limit in _SIZES),
        )
        for turn in document.turns
    )


def turn_name(number: int, speaker: str, role: SpeakerRole | None) -> str:
    """Return « Turn 12, Nadège, interviewee »; a label that says the role is not said twice."""
    if not speaker:
        return str(_("Paragraph %(number)s", number=number))
    if role is None:
        return str(_("Turn %(number)s, %(speaker)s", number=number, speaker=speaker))
    role_name = SPEAKER_ROLES[role]
    return str(_("Turn %(number)s, %(speaker)s, %(role)s", number=number, speaker=speaker, role=role_name))


def _facts(document: Document) -> str:
    words = ngettext("%(num)s word", "%(num)s words", document.word_count)
    facts = (words, document.pseudonym, document.population, document.arm, document.site, document.wave)
    return " · ".join(fact for fact in facts if fact)


def _touched(document: Document) -> str:
    """Say how many coded stretches changed with the text and were not looked at; "" when there is none."""
    count = len({coding.segment_id for coding in document.codings if coding.is_touched})
    if not count:
        return ""
    return str(
        ngettext(
            "The words of %(num)s coded passage were corrected.",
            "The words of %(num)s coded passages were corrected.",
            count,
        )
    )


def _payload(document: Document, codes: tuple[CodeRow, ...], account: SignedIn, *, may_code: bool) -> str:
    places = {code.code_id: place for place, code in enumerate(codes)}
    coders = {coding.coder_id: coding.coder for coding in document.codings} | {account.id: account.name}
    numbers = {coder_id: number for number, coder_id in enumerate(coders)}
    payload = {
        "me": numbers[account.id],
        "coders": [
            {"id": number, "name": coders[coder_id], "key": coder_id.hex} for coder_id, number in numbers.items()
        ],
        "may_code": may_code,
        "may_create": may_code,
        "codes": [code_value(code) for code in codes],
        "codings": [
            [
                coding.start, coding.end, places[coding.code_id], numbers[coding.coder_id], coding.comment,
                coding.status.value,
            ]
            for coding in document.codings
            if coding.code_id in places
        ],
        "words": _words(),
    }  # fmt: skip
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"))


def code_value(code: CodeRow) -> dict[str, Any]:
    """Return a code as the script reads it."""
    return {
        "id": str(code.code_id),
        "name": code.name,
        "path": " › ".join((*code.path, code.name)),
        "colour": code.colour,
        "codable": code.is_codable,
        "description": code.description,
        "inclusion": code.inclusion,
        "exclusion": code.exclusion,
        "example": code.example,
    }


def _words() -> dict[str, str]:
    """Return the sentences of the script; {braces} are filled in the browser."""
    return {
        "added_one": _("Code {code} added to {count} word"),
        "added_many": _("Code {code} added to {count} words"),
        "already": _("{code} is on these words already"),
        "removed": _("Code {code} removed"),
        "refused": _("« {quote} »: this coding could not be kept. {reason}"),
        "selected_one": _("{words} ({count} word)"),
        "selected_many": _("{words} ({count} words)"),
        "select_first": _("Select words first: with the mouse, or with Shift and the arrows."),
        "no_recent": _("No code was used yet."),
        "codes": _("Codes: "),
        "create": _("Make the code « {name} »"),
        "nothing_found": _("No code has these letters."),
        "no_codes": _("The codebook is empty. Select words and press v: they name the first code."),
        "no_definition": _("No definition yet."),
        "no_codings": _("No coding here."),
        "description": _("Definition"),
        "inclusion": _("Holds"),
        "exclusion": _("Leaves out"),
        "example": _("Example"),
        "comment": _("Remark"),
        "remove": _("Remove this coding"),
        "remove_named": _("Remove this coding: {code}"),
        "key": _("Key to put this code"),
        "corrected": _("A colleague corrected the text meanwhile. Your codings are kept: reload the page."),
        "here": _("Also here: {names}"),
        "saved": _("Everything is saved."),
        "saving": _("Saving…"),
        "acts_one": _("{count} act waits"),
        "acts_many": _("{count} acts wait"),
        "stuck_offline": _("No connection: {acts} on this device, nothing is lost. Next try in {seconds} s."),
        "stuck_server": _(
            "The server does not answer as it should: {acts} on this device, nothing is lost. Next try in {seconds} s."
        ),
        "stuck_signed_out": _(
            "You are signed out: {acts} on this device, nothing is lost. Sign in again in another tab, then reload."
        ),
    }  # fmt: skip


def _shortcuts() -> tuple[tuple[tuple[str, ...], str], ...]:
    return (
        (("↑", "↓"), _("previous or next turn")),
        (("←", "→"), _("word by word in the turn")),
        (("Shift", "←", "→"), _("select by word")),
        (("Shift", "↑", "↓"), _("select by sentence")),
        (("t",), _("select the whole turn")),
        (("Enter",), _("choose a code; the whole turn when nothing is selected")),
        (("1", "…", "9"), _("put one of the codes used last")),
        (("r",), _("put the last code again")),
        (("v",), _("in vivo: a new code named by the words selected")),
        (("l",), _("list the codings here: remark, removal")),
        (("z",), _("undo one’s last coding, as far back as one likes")),
        (("Shift", "Z"), _("do again what was undone")),
        (("/",), _("find a code")),
        (("Esc",), _("let go of the selection")),
    )
