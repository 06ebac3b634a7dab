"""The register of names as a person goes through it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coding.models import Transcript, TranscriptVersion
from coding.naming.entries import pattern_of
from coding.naming.models import NameEntry, NameKind, NameState

_AROUND = 60


@dataclass(frozen=True, slots=True)
class NameRow:
    """One entry; `form` is None once replaced."""

    entry_id: UUID
    kind: NameKind
    form: str | None
    pseudonym: str
    state: NameState
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class NameContext:
    """A place where a form stands, with the words around it."""

    transcript_id: UUID
    title: str
    start: int
    before: str
    words: str
    after: str


def list_names(session: Session, study_id: UUID, state: NameState) -> tuple[NameRow, ...]:
    """Return the entries of that state: the most frequent first, what rules found before what the model found."""
    rows = session.execute(
        select(NameEntry.id, NameEntry.kind, NameEntry.form, NameEntry.pseudonym, NameEntry.state, NameEntry.reason,
               NameEntry.count)
        .where(NameEntry.study_id == study_id, NameEntry.state == state)
        .order_by(NameEntry.reason == "model", NameEntry.count.desc(), NameEntry.form, NameEntry.pseudonym)
    )  # fmt: skip
    return tuple(NameRow(*row) for row in rows)


def count_names(session: Session, study_id: UUID) -> dict[NameState, int]:
    """Return how many entries have each state."""
    rows = session.execute(
        select(NameEntry.state, func.count()).where(NameEntry.study_id == study_id).group_by(NameEntry.state)
    )
    return dict.fromkeys(NameState, 0) | {row[0]: row[1] for row in rows}


def sealed_names(session: Session, study_id: UUID) -> tuple[tuple[UUID, NameKind, str, bytes], ...]:
    """Return (entry, kind, pseudonym, sealed form) of what was replaced, by pseudonym."""
    rows = session.execute(
        select(NameEntry.id, NameEntry.kind, NameEntry.pseudonym, NameEntry.sealed)
        .where(NameEntry.study_id == study_id, NameEntry.sealed.is_not(None))
        .order_by(NameEntry.pseudonym)
    )
    return tuple((row[0], row[1], row[2], row[3] or b"") for row in rows)


def _may_hold(text: str, form: str) -> bool:
    """Whether the first word of a form stands in a text: much faster to know than where the form does."""
    first = form.split(maxsplit=1)[0]
    return first in text or first.upper() in text


def find_contexts(
    session: Session, study_id: UUID, rows: Sequence[NameRow], *, limit: int = 3
) -> dict[str, list[NameContext]]:
    """Return for each form up to `limit` places where it stands."""
    forms = {row.form: row.kind for row in rows if row.form}
    found: dict[str, list[NameContext]] = {form: [] for form in forms}
    if not forms:
        return found
    patterns = {form: pattern_of({form: kind}) for form, kind in forms.items()}
    texts = session.execute(
        select(Transcript.id, Transcript.title, TranscriptVersion.text)
        .join(TranscriptVersion, TranscriptVersion.transcript_id == Transcript.id)
        .where(Transcript.study_id == study_id, TranscriptVersion.is_current)
        .order_by(Transcript.title)
    )
    for transcript_id, title, text in texts:
        for form, pattern in patterns.items():
            if len(found[form]) == limit or not _may_hold(text, form):
                continue
            for match in islice(pattern.finditer(text), limit - len(found[form])):
                start, end = match.span()
                before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
                found[form].append(NameContext(transcript_id, title, start, before, text[start:end], after))
    return found
