"""What a page of the editor sent, written over what others wrote meanwhile, field by field.

A page knows the revision it was made from. A field that only its sender changed is written; one that somebody else
changed otherwise since is left, and told, so that neither loses what they typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from surveys.definition import Definition
from surveys.editing.fields import Clash, Fault, merge, read_fields, write_fields
from surveys.editing.history import OpenDraft, keep_step, locked, opened
from surveys.editing.languages import check_language, set_texts, texts_in
from surveys.editing.models import DraftStep
from surveys.editing.patches import revert
from surveys.editing.tree import node_of
from surveys.models import QuestionnaireVersion

_MAX_LABEL = 120


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of a page of fields: the draft after it, what was wrong, what somebody else wrote meanwhile."""

    draft: OpenDraft
    faults: tuple[Fault, ...] = ()
    clashes: tuple[Clash, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether everything was written."""
        return not self.faults and not self.clashes


def save_fields(
    session: Session,
    study_id: UUID,
    version_id: UUID,
    key: str,
    fields: Mapping[str, str],
    *,
    tag: str,
    revision: int,
    account_id: UUID | None = None,
) -> Saved:
    """Write the fields of a question as a page of this `revision` sent them.

    Raises: NotFound: the draft, or the question, which somebody may have deleted; Conflict: it is published.
    """
    version, questionnaire, current = locked(session, study_id, version_id)
    definition = Definition.from_json(version.definition)
    theirs = read_fields(definition, key, tag)
    base = theirs if revision >= current else _fields_at(session, version, revision, key, tag)
    mine, clashes = merge(base, theirs, fields)
    after, faults = write_fields(definition, key, mine, tag)
    wrong = {fault.name for fault in faults}
    words = after.text(node_of(after, key).labels, after.default_locale)[0]
    details = {"key": key, "label": words[:_MAX_LABEL], "fields": [name for name in mine if name not in wrong]}
    current = keep_step(session, version, after, current, verb="change", details=details, account_id=account_id)
    session.flush()
    return Saved(opened(version, questionnaire, current, after), faults, clashes)


def save_texts(
    session: Session,
    study_id: UUID,
    version_id: UUID,
    texts: Mapping[str, str],
    *,
    tag: str,
    revision: int,
    account_id: UUID | None = None,
) -> Saved:
    """Write translations by their addresses, as a page of this `revision` sent them; addresses that are gone are not.

    Raises: NotFound: the draft, or the language; Conflict: it is published.
    """
    version, questionnaire, current = locked(session, study_id, version_id)
    definition = Definition.from_json(version.definition)
    check_language(definition, tag)
    theirs = texts_in(definition, tag)
    base = theirs if revision >= current else texts_in(_definition_at(session, version, revision), tag)
    mine, clashes = merge(base, theirs, {address: text for address, text in texts.items() if address in theirs})
    after = set_texts(definition, tag, mine)
    details = {"tag": tag, "label": after.locale(tag).name, "count": len(mine)}
    current = keep_step(session, version, after, current, verb="translate", details=details, account_id=account_id)
    session.flush()
    return Saved(opened(version, questionnaire, current, after), (), clashes)


def _fields_at(session: Session, version: QuestionnaireVersion, revision: int, key: str, tag: str) -> Mapping[str, str]:
    """Return the fields of a question at an earlier revision, none where it was not there yet."""
    try:
        return read_fields(_definition_at(session, version, revision), key, tag)
    except NotFound:
        return {}


def _definition_at(session: Session, version: QuestionnaireVersion, revision: int) -> Definition:
    """Return the draft as it was at an earlier revision."""
    patches = session.scalars(
        select(DraftStep.patch)
        .where(DraftStep.version_id == version.id, DraftStep.number > revision)
        .order_by(DraftStep.number.desc())
    )
    document: Any = version.definition
    for patch in patches:
        document = revert(document, patch)
    return Definition.from_json(document)
