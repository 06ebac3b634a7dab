"""« Try it »: a questionnaire answered in memory, page by page, lists of cards included."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from app.components.form_media import FormMedia
from app.components.question import QuestionView, question_view
from app.components.rich_text import plain
from surveys.answering import Draft, PageReading
from surveys.cards import Card, card_name, cards, list_of, list_title, moves_without, new_card, renamed
from surveys.definition import Locale
from surveys.engine import evaluate_form
from surveys.models import Missing, ResponseState
from surveys.occurrences import key_at
from surveys.routing import Page
from surveys.versions import LoadedVersion


def trial_draft(
    version: LoadedVersion, answers: Mapping[str, Any], missing: Mapping[str, str], locale: Locale
) -> Draft:
    """Return a response that exists nowhere: « Try it » answers in memory only."""
    marks = {key: Missing(mark) for key, mark in missing.items()}
    moment = datetime.now(UTC)
    state = evaluate_form(
        version.structure,
        answers,
        moment=moment,
        locale=locale.tag,
        missing=frozenset(marks),
        started={},
        begins_with=0,
    )
    nowhere = UUID(int=0)
    return Draft(
        id=nowhere,
        collection_id=nowhere,
        study_id=nowhere,
        collection_title="",
        participant_id=None,
        is_open=True,
        response_state=ResponseState.STARTED,
        receipt=None,
        locale=locale.tag,
        revision=0,
        last_page=0,
        moment=moment,
        seed=0,
        version=version,
        answers=answers,
        missing=marks,
        answered_at={},
        carried={},
        state=state,
    )


def trial_questions(
    draft: Draft,
    page: Page,
    reading: PageReading | None,
    media: FormMedia,
    searched: Mapping[str, str] | None = None,
) -> tuple[QuestionView, ...]:
    """Return the questions of a page being tried."""
    state = reading.state if reading else draft.state
    return tuple(
        question_view(
            state,
            key,
            locale=draft.version.definition.locale(draft.locale),
            answers={**draft.answers, **(reading.answers if reading else {})},
            missing={**draft.missing, **(reading.missing if reading else {})},
            typed=reading.parsed.get(key) if reading else None,
            violations=reading.violations if reading else (),
            media=media,
            searched=(searched or {}).get(key),
        )
        for key in page.items
        if state.is_relevant(key)
    )


@dataclass(frozen=True, slots=True)
class TrialRoster:
    """The cards of a list; `new` is the key of the first page of one more, "" where none may be added."""

    cards: tuple[Card, ...]
    new: str


def trial_roster(draft: Draft, page: Page) -> TrialRoster:
    """Return what the page of a list shows."""
    new = new_card(draft, page.roster)
    return TrialRoster(cards(draft, page.roster), new.key if new else "")


def trial_title(draft: Draft, page: Page, locale: Locale) -> str:
    """Return the heading of a page: its list, or its group."""
    if page.roster:
        return plain(list_title(draft.state, page.roster, locale.tag))
    return draft.state.label(page.key, locale.tag) if page.headings and page.headings[-1] == page.key else ""


def trial_around(draft: Draft, page: Page) -> str:
    """Return the names of the cards that a page stands in."""
    names = []
    for depth, repeat in enumerate(page.repeats):
        occurrence = draft.state.occurrence(key_at(repeat, page.numbers[: depth + 1]))
        name = plain(card_name(draft.state, occurrence, draft.locale)[0])
        names.append(name or str(_("Card %(number)s", number=page.numbers[depth])))
    return " › ".join(names)


def without_card(version: LoadedVersion, so_far: Mapping[str, Any], card: str) -> dict[str, Any]:
    """Return the answers so far without those of one card."""
    roster, number = list_of(card)
    count = so_far["answers"].get(roster)
    if not number or not isinstance(count, int) or number > count:
        return dict(so_far)
    moves = moves_without(version.structure, so_far["answers"], card)
    return {
        "answers": {**renamed(so_far["answers"], moves), roster: count - 1},
        "missing": renamed(so_far["missing"], moves),
    }
