"""Easy French (FALC): a language of the form, called so only once a group of readers approved its texts.

The European rules ask that people with an intellectual disability read and approve a text. A review therefore names
the group and the day, and holds as long as the texts do not change, in later versions too.
"""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core import audit
from core.clock import now
from core.errors import Invalid, NotFound
from surveys.definition import Definition, Locale
from surveys.models import Questionnaire, QuestionnaireVersion, TextReview
from surveys.plain_language import Remark, check_text

MAX_REVIEWERS = 200
_QUOTED = re.compile(r"\$\{[^}]*\}")
_KINDS = ("labels", "hints", "guidance", "constraint_messages", "required_messages")


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One review; `is_current` says whether the texts are still those that were read."""

    id: UUID
    reviewers: str
    reviewed_on: date
    is_current: bool


@dataclass(frozen=True, slots=True)
class TextRemarks:
    """A text with remarks: of an item or of a choice, of which kind, as written."""

    key: str
    kind: str
    text: str
    remarks: tuple[Remark, ...]


def texts_in(definition: Definition, tag: str) -> tuple[tuple[str, str, str], ...]:
    """Return (key, kind, text) of what is written in a language, in the order of the form; nothing that stands in."""
    found = [
        (node.key, kind, text)
        for node in definition.nodes()
        for kind in _KINDS
        if (text := getattr(node, kind, {}).get(tag))
    ]
    used = {item.list_name for item in definition.items() if item.list_name}
    for list_name, choices in definition.choice_lists.items():
        if list_name in used:
            found += [
                (f"{list_name}/{choice.name}", "labels", text) for choice in choices if (text := choice.labels.get(tag))
            ]
    return tuple(found)


def texts_digest(definition: Definition, tag: str) -> str:
    """Return the SHA-256 of all the texts of a language."""
    return hashlib.sha256(json.dumps(texts_in(definition, tag), ensure_ascii=False).encode()).hexdigest()


def bare(text: str, plain: Callable[[str], str]) -> str:
    """Return the words of a text, an answer that it takes up as « … »; `plain` takes its markup off."""
    return _QUOTED.sub("…", plain(text))


def check_texts(definition: Definition, tag: str, plain: Callable[[str], str]) -> tuple[TextRemarks, ...]:
    """Return the texts of a language that have remarks; `plain` takes their markup off."""
    language = tag.lower().split("-")[0]
    checked = (
        TextRemarks(key, kind, words, check_text(words, language, is_easy=Locale(tag, "").is_easy))
        for key, kind, text in texts_in(definition, tag)
        for words in [bare(text, plain)]
    )
    return tuple(each for each in checked if each.remarks)


def record_review(
    session: Session,
    study_id: UUID,
    version_id: UUID,
    *,
    locale: str,
    reviewers: str,
    reviewed_on: date,
    account_id: UUID | None = None,
) -> None:
    """Keep that a group read the texts of a version in a language and approved them.

    Raises: NotFound("surveys.version_not_found"); Invalid("surveys.no_text_in_language"),
        Invalid("surveys.reviewers_missing"), Invalid("surveys.review_in_the_future").
    """
    version = _version(session, study_id, version_id)
    definition = Definition.from_json(version.definition)
    if not texts_in(definition, locale):
        raise Invalid("surveys.no_text_in_language", locale=locale)
    group = " ".join(reviewers.split())[:MAX_REVIEWERS]
    if not group:
        raise Invalid("surveys.reviewers_missing")
    if reviewed_on > now().date():
        raise Invalid("surveys.review_in_the_future")
    session.add(
        TextReview(
            questionnaire_id=version.questionnaire_id,
            version_id=version_id,
            locale=locale,
            sha256=texts_digest(definition, locale),
            reviewers=group,
            reviewed_on=reviewed_on,
            account_id=account_id,
        )
    )
    audit.record(
        session,
        verb="review",
        object_kind="questionnaire_version",
        object_id=version_id,
        study_id=study_id,
        account_id=account_id,
        after={"name": group},
    )
    session.flush()


def forget_review(
    session: Session, study_id: UUID, version_id: UUID, review_id: UUID, *, account_id: UUID | None = None
) -> None:
    """Take back a review recorded by mistake; one that is not there changes nothing.

    Raises: NotFound("surveys.version_not_found").
    """
    version = _version(session, study_id, version_id)
    gone = session.execute(
        delete(TextReview)
        .where(TextReview.id == review_id, TextReview.questionnaire_id == version.questionnaire_id)
        .returning(TextReview.reviewers)
    ).scalar()
    if gone is not None:
        audit.record(
            session,
            verb="remove",
            object_kind="text_review",
            object_id=review_id,
            study_id=study_id,
            account_id=account_id,
            before={"name": gone},
        )
        session.flush()


def list_reviews(
    session: Session, questionnaire_id: UUID, definition: Definition, locale: str
) -> tuple[ReviewRow, ...]:
    """Return the reviews of the texts of a questionnaire in a language, the latest first; one statement."""
    digest = texts_digest(definition, locale)
    rows = session.execute(
        select(TextReview.id, TextReview.reviewers, TextReview.reviewed_on, TextReview.sha256)
        .where(TextReview.questionnaire_id == questionnaire_id, TextReview.locale == locale)
        .order_by(TextReview.reviewed_on.desc(), TextReview.created_at.desc())
    )
    return tuple(ReviewRow(id_, group, day, sha256 == digest) for id_, group, day, sha256 in rows)


def current_review(session: Session, questionnaire_id: UUID, definition: Definition, locale: str) -> ReviewRow | None:
    """Return the latest review of these very texts, None where nobody approved them."""
    reviews = list_reviews(session, questionnaire_id, definition, locale)
    return next((review for review in reviews if review.is_current), None)


def _version(session: Session, study_id: UUID, version_id: UUID) -> QuestionnaireVersion:
    version = session.scalar(
        select(QuestionnaireVersion)
        .join(Questionnaire, Questionnaire.id == QuestionnaireVersion.questionnaire_id)
        .where(QuestionnaireVersion.id == version_id, Questionnaire.study_id == study_id)
    )
    if version is None:
        raise NotFound("surveys.version_not_found", version_id=str(version_id))
    return version
