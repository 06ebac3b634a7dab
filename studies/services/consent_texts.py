"""Publish what people are asked to agree to: each change is a new version, former ones stay as they were read."""

import re
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import record
from core.errors import Invalid
from studies.models import ConsentPurpose, ConsentText

MAX_BODY = 6_000
MAX_SENTENCE = 400
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*")


def publish_consent_text(
    session: Session,
    study_id: UUID,
    *,
    locale: str,
    body: str,
    purposes: Mapping[ConsentPurpose, str],
    by: UUID | None,
) -> ConsentText:
    """Publish the next version of the text in one language, numbered from 1.

    Args: purposes: the sentence people say yes or no to, for each purpose asked; `answer` is always asked.
    Raises: Invalid: `studies.consent_body_missing`, `studies.consent_too_long`, `studies.consent_answer_missing`,
        `studies.language_malformed`.
    """
    if not _TAG.fullmatch(locale):
        raise Invalid("studies.language_malformed", locale=locale)
    said = {purpose.value: words.strip() for purpose, words in purposes.items() if words.strip()}
    if not body.strip():
        raise Invalid("studies.consent_body_missing")
    if len(body) > MAX_BODY or any(len(words) > MAX_SENTENCE for words in said.values()):
        raise Invalid("studies.consent_too_long", body=MAX_BODY, sentence=MAX_SENTENCE)
    if ConsentPurpose.ANSWER.value not in said:
        raise Invalid("studies.consent_answer_missing")
    last = session.scalar(
        select(func.max(ConsentText.number)).where(ConsentText.study_id == study_id, ConsentText.locale == locale)
    )
    text = ConsentText(study_id=study_id, locale=locale, number=(last or 0) + 1, body=body.strip(), purposes=said)
    session.add(text)
    session.flush()
    record(
        session,
        verb="publish",
        object_kind="consent_text",
        object_id=text.id,
        study_id=study_id,
        account_id=by,
        after={"locale": locale, "version": text.number},
    )
    return text
