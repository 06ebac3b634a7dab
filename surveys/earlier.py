"""What a person answered to the same questions in an earlier wave, shown to them when they ask for it."""

from sqlalchemy.orm import Session

from surveys.definition import Item, ItemType
from surveys.drafts import Draft, load_draft
from surveys.models import ResponseMode
from surveys.routing import Page
from surveys.saved import earlier_response


def may_look_back(draft: Draft) -> bool:
    """Whether a person may look at what they answered before: the collection lets them, and nobody looks on."""
    return draft.shows_previous and draft.participant_id is not None and draft.mode is ResponseMode.ALONE


def earlier_draft(session: Session, draft: Draft) -> Draft | None:
    """Return what the person sent last to the same questionnaire, in the language of now; three statements.

    None when there is nothing, or when they may not look back.
    """
    if not may_look_back(draft):
        return None
    found = earlier_response(session, draft.version.questionnaire_id, draft.participant_id, before=draft.moment)
    return load_draft(session, found, locale=draft.locale) if found else None


def questions_to_look_back_at(draft: Draft, page: Page) -> tuple[str, ...]:
    """Return the questions of a page whose earlier answer may be shown.

    Left out: what is sensitive or private, since whoever holds the phone or the letter with the link would read it;
    files, boxes to tick for having read; and cards of lists, whose numbers may mean others by now.
    """
    if page.repeats or page.roster:
        return ()
    return tuple(key for key in page.items if _may_be_shown(draft.version.structure.item(key)))


def _may_be_shown(item: Item) -> bool:
    if item.type.is_attachment or item.type is ItemType.ACKNOWLEDGE or item.is_private or item.is_sensitive:
        return False
    return item.type.is_answered
