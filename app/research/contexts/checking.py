"""What to look at before a draft is published: its faults, languages and files, what changed, what was said of it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.components.rich_text import plain
from app.research.contexts.comparing import comparison
from app.research.contexts.editor import Outline, outline
from app.research.contexts.plain_texts import review_words
from surveys.definition import Locale
from surveys.easy_texts import check_texts
from surveys.editing.comments import open_counts
from surveys.editing.history import OpenDraft
from surveys.editing.languages import Progress, progress
from surveys.editing.lists import unused_lists
from surveys.form_files import FileUse, file_report
from surveys.models import QuestionnaireVersion
from surveys.plain_language import LANGUAGES
from surveys.versions import load_version


@dataclass(frozen=True, slots=True)
class CheckPage:
    """The list before publishing; `changes` are (words, tone, questions) since the last published version, if any."""

    outline: Outline
    untranslated: tuple[Progress, ...]
    has_languages: bool
    missing_files: tuple[FileUse, ...]
    changes: tuple[tuple[str, str, int], ...] | None
    comments: int
    can_clear: bool
    plain: tuple["PlainLine", ...]


@dataclass(frozen=True, slots=True)
class PlainLine:
    """One language: how many of its texts are hard to read, and who approved them where they mean to be easy."""

    locale: Locale
    hard: int
    review: str


def check_page(session: Session, draft: OpenDraft) -> CheckPage:
    """Return what to look at before publishing."""
    version = load_version(session, draft.version_id)
    definition = draft.definition
    before = _last_published(session, draft.questionnaire_id)
    found = comparison(load_version(session, before).structure, version.structure) if before else None
    comments = open_counts(session, draft.questionnaire_id)
    return CheckPage(
        outline(version.structure, draft, definition.locale(definition.default_locale), comments=comments),
        tuple(each for each in progress(definition) if each.missing),
        len(definition.locales) > 1,
        file_report(definition, tuple(version.files.values())).missing,
        found.counts if found else None,
        sum(comments.values()),
        bool(unused_lists(definition)),
        tuple(
            PlainLine(
                locale,
                len(check_texts(definition, locale.tag, plain)),
                review_words(session, draft.questionnaire_id, definition, locale),
            )
            for locale in definition.locales
            if locale.is_easy or locale.tag.lower().split("-")[0] in LANGUAGES
        ),
    )


def _last_published(session: Session, questionnaire_id: UUID) -> UUID | None:
    return session.scalar(
        select(QuestionnaireVersion.id)
        .where(
            QuestionnaireVersion.questionnaire_id == questionnaire_id, QuestionnaireVersion.published_at.is_not(None)
        )
        .order_by(QuestionnaireVersion.number.desc())
        .limit(1)
    )
