"""One page of a draft as on a phone, with the answers given so far in this window."""

from dataclasses import dataclass

from app.components.form_media import FormMedia
from app.components.question import QuestionView, question_view
from app.components.rich_text import plain
from app.research.contexts.questionnaires import in_words
from app.research.contexts.trial import TrialRoster, trial_around, trial_questions, trial_roster
from app.research.trial import Trial
from surveys.cards import list_title, open_card
from surveys.definition import Locale
from surveys.engine import FormState, evaluate_form
from surveys.occurrences import split_key
from surveys.routing import Page, is_shown, shown_pages
from surveys.versions import LoadedVersion


@dataclass(frozen=True, slots=True)
class PreviewQuestion:
    """A question as on the phone, and the key and place of its card in the editor."""

    view: QuestionView
    key: str
    place: int


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """A page of the phone; `hidden_if` says when it is shown where these answers hide it."""

    page: Page
    title: str
    around: str
    questions: tuple[PreviewQuestion, ...]
    roster: TrialRoster | None
    position: int
    count: int
    hidden_if: str


def page_of(version: LoadedVersion, trial: Trial, item: str) -> Trial:
    """Turn a trial to the page of a question, or the first one of a group; inside a list, to its first card."""
    for page in version.pages:
        if item in page.items or item == page.roster or item in page.headings:
            shown = page.at((1,) * len(page.repeats))
            return Trial(trial.so_far, open_card(trial.draft, shown) or trial.draft, shown)
    return trial


def preview_page(version: LoadedVersion, trial: Trial, locale: Locale, media: FormMedia) -> PreviewPage | None:
    """Return the page of a trial, None at the end; a page that is not reached shows what it would ask."""
    page = trial.page
    if page is None:
        return None
    state = trial.draft.state
    is_reached = is_shown(page, state)
    if not is_reached:
        state = evaluate_form(version.structure, {}, locale=locale.tag, is_counted=False)
    if is_reached:
        views = trial_questions(trial.draft, page, trial.reading, media)
    else:
        views = tuple(
            question_view(state, key, locale=locale, answers={}, missing={}, is_preview=True, media=media)
            for key in page.items
        )
    places = version.structure.by_key
    keys = [split_key(view.key)[0] for view in views]
    shown = [each.key for each in shown_pages(version.pages, state)]
    return PreviewPage(
        page,
        _title(state, page, locale),
        trial_around(trial.draft, page) if is_reached else "",
        tuple(PreviewQuestion(view, key, places[key]) for view, key in zip(views, keys, strict=True)),
        trial_roster(trial.draft, page) if page.roster and is_reached else None,
        shown.index(page.key) + 1 if page.key in shown else 0,
        len(shown),
        "" if is_reached else _why_hidden(version, page, locale),
    )


def _title(state: FormState, page: Page, locale: Locale) -> str:
    keys = [*page.headings, page.roster] if page.roster else list(page.headings)
    return " › ".join(filter(None, (plain(list_title(state, key, locale.tag)) for key in keys)))


def _why_hidden(version: LoadedVersion, page: Page, locale: Locale) -> str:
    keys = [split_key(key)[0] for key in (*page.headings, page.roster, *page.items) if key]
    nodes = [version.structure.places[version.structure.by_key[key]].node for key in keys]
    return next((in_words(version.structure, node, locale) for node in reversed(nodes) if node.relevant), "")
