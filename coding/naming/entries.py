"""The register of names: what was found is kept as proposals, a person decides, pseudonyms take the place of names.

One form has one pseudonym in the whole study: the same person is the same everywhere. Once replaced, a form is in no
text of the study any more, earlier versions included; sealed, it can be read again by who has the key of identities.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from coding.models import (
    ClusterGroup,
    ClusterRun,
    Code,
    Coding,
    Memo,
    Segment,
    Speaker,
    TextChunk,
    Theme,
    Transcript,
    TranscriptVersion,
)
from coding.naming.models import NameEntry, NameKind, NameState
from coding.object_models import Case
from coding.services.corrections import apply_changes, lock_version
from coding.services.imported import clean_imported
from coding.spans import Edit
from core.audit import AuditEntry, record
from core.clock import now
from core.errors import Invalid, NotFound
from core.text import normalise

MAX_FORM = 200
# Found by their shape: small and large letters make no difference.
_SHAPES = frozenset({NameKind.EMAIL, NameKind.PHONE, NameKind.SOCIAL_NUMBER, NameKind.ALLOCATION, NameKind.ACCOUNT})


@dataclass(frozen=True, slots=True)
class NameChoice:
    """What a person decided for one entry; a pseudonym goes with REPLACED only."""

    entry_id: UUID
    kind: NameKind
    state: NameState
    pseudonym: str = ""


@dataclass(frozen=True, slots=True)
class Replaced:
    """What was done, in numbers."""

    names: int = 0
    places: int = 0
    transcripts: int = 0


def keep_found(session: Session, study_id: UUID, found: Iterable[Mapping[str, Any]]) -> int:
    """Keep what was found, `{form, kind, reason, count}`, as proposals; return how many are new.

    A form that somebody decided on keeps its decision; one found again has its count renewed.
    """
    known = {entry.form: entry for entry in _entries(session, study_id) if entry.form is not None}
    new = 0
    for each in found:
        form = normalise(str(each["form"])).strip()[:MAX_FORM]
        if not form:
            continue
        entry = known.get(form)
        if entry is None:
            entry = NameEntry(id=uuid4(), study_id=study_id, kind=NameKind(each["kind"]), form=form)
            entry.reason = str(each["reason"])
            session.add(entry)
            known[form] = entry
            new += 1
        entry.count = int(each["count"])
    session.flush()
    return new


def add_name(
    session: Session, study_id: UUID, form: str, kind: NameKind, *, account_id: UUID | None = None
) -> NameEntry:
    """Add a form that nothing found.

    Raises: Invalid: `coding.name_missing`; `coding.form_not_found`: it stands in no transcript.
    """
    form = " ".join(normalise(form).split())[:MAX_FORM]
    if not form:
        raise Invalid("coding.name_missing")
    count = sum(len(pattern_of({form: kind}).findall(text)) for text in _texts(session, study_id))
    if not count:
        raise Invalid("coding.form_not_found", form=form)
    keep_found(session, study_id, [{"form": form, "kind": kind, "reason": "hand", "count": count}])
    entry = session.scalars(select(NameEntry).where(NameEntry.study_id == study_id, NameEntry.form == form)).one()
    entry.kind = kind
    _record(session, "name.add", entry, account_id)
    session.flush()
    return entry


def decide(
    session: Session,
    study_id: UUID,
    choices: Sequence[NameChoice],
    *,
    seal: Callable[[str], bytes],
    account_id: UUID | None = None,
) -> Replaced:
    """Write decisions, and put pseudonyms in the place of the names to replace, everywhere in the study at once.

    Args:   seal: makes of a form what may lie in the database, readable with the key of identities only.

    Raises: NotFound: `coding.name_unknown`.  Invalid: `coding.pseudonym_missing`, `coding.pseudonym_is_a_name`.
    """
    entries = {entry.id: entry for entry in _entries(session, study_id)}
    forms = {entry.form for entry in entries.values() if entry.form}
    pseudonyms: dict[str, str] = {}
    kinds: dict[str, NameKind] = {}
    for choice in choices:
        entry = entries.get(choice.entry_id)
        if entry is None or entry.form is None:
            raise NotFound("coding.name_unknown")
        pseudonym = " ".join(normalise(choice.pseudonym).split())[:MAX_FORM]
        if choice.state is NameState.REPLACED:
            if not pseudonym:
                raise Invalid("coding.pseudonym_missing", form=entry.form)
            if pseudonym in forms:
                raise Invalid("coding.pseudonym_is_a_name", form=entry.form, pseudonym=pseudonym)
            pseudonyms[entry.form], kinds[entry.form] = pseudonym, choice.kind
        entry.kind, entry.state, entry.pseudonym = choice.kind, choice.state, pseudonym
        entry.decided_by, entry.decided_at = account_id, now()
    session.flush()
    done = _replace(session, study_id, pseudonyms, kinds, account_id) if pseudonyms else Replaced()
    for entry in entries.values():
        if entry.form in pseudonyms:
            entry.sealed, entry.form = seal(entry.form), None
            _record(session, "name.replace", entry, account_id)
    session.flush()
    return done


def bring_back(
    session: Session, study_id: UUID, entry_id: UUID, form: str, *, account_id: UUID | None = None
) -> Replaced:
    """Put a name back in the place of its pseudonym; `form` is what its seal held. It is a proposal again.

    Raises: NotFound: `coding.name_unknown`.  Invalid: `coding.pseudonym_shared`: several names have this pseudonym.
    """
    entry = session.get(NameEntry, entry_id)
    if entry is None or entry.study_id != study_id or entry.state is not NameState.REPLACED:
        raise NotFound("coding.name_unknown")
    shared = [other for other in _entries(session, study_id) if other.pseudonym == entry.pseudonym]
    if len(shared) > 1:
        raise Invalid("coding.pseudonym_shared", pseudonym=entry.pseudonym)
    done = _replace(session, study_id, {entry.pseudonym: form}, {entry.pseudonym: entry.kind}, account_id)
    entry.form, entry.sealed, entry.pseudonym, entry.state = form, None, "", NameState.PROPOSED
    _record(session, "name.bring_back", entry, account_id)
    session.flush()
    return done


def pattern_of(forms: Mapping[str, NameKind]) -> re.Pattern[str]:
    """Return what finds these forms as whole words, the longest first; any white space stands for a space.

    A name typed with a capital is found in capitals too, never in small letters: « Rose » is not « rose ».
    """
    ways = []
    for form in sorted(forms, key=len, reverse=True):
        words = r"\s+".join(re.escape(word) for word in form.split())
        if forms[form] in _SHAPES:
            words = f"(?i:{words})"
        elif form != form.upper():
            words += "|" + r"\s+".join(re.escape(word) for word in form.upper().split())
        ways.append(words)
    return re.compile(rf"(?<![\w\-])(?:{'|'.join(ways)})(?![\w\-])")


def _replace(
    session: Session,
    study_id: UUID,
    pseudonyms: Mapping[str, str],
    kinds: Mapping[str, NameKind],
    account_id: UUID | None,
) -> Replaced:
    pattern = pattern_of(kinds)
    known = {_fold(form): pseudonym for form, pseudonym in pseudonyms.items()}

    def pseudonym_of(match: re.Match[str]) -> str:
        return known[_fold(match[0])]

    places = transcripts = 0
    for transcript_id in session.scalars(select(Transcript.id).where(Transcript.study_id == study_id)).all():
        version = lock_version(session, study_id, transcript_id)
        changes = [
            (Edit(match.start(), match.end() - match.start(), len(pseudonym_of(match))), pseudonym_of(match))
            for match in pattern.finditer(version.text)
        ]
        if changes:
            apply_changes(
                session, study_id, version, changes, account_id=account_id, verb="transcript.pseudonymise", flags=False
            )
            places += len(changes)
            transcripts += 1
        _empty_earlier(session, transcript_id, pattern)
    _replace_beside(session, study_id, lambda text: pattern.sub(pseudonym_of, text))
    _clean_trail(session, study_id, lambda text: pattern.sub(pseudonym_of, text))
    session.expire_all()
    return Replaced(len(pseudonyms), places, transcripts)


def _fold(form: str) -> str:
    return " ".join(form.split()).casefold()


def _empty_earlier(session: Session, transcript_id: UUID, pattern: re.Pattern[str]) -> None:
    """Take away the words of earlier versions that hold a name; how they lead to the next one stays."""
    for version in session.scalars(
        select(TranscriptVersion).where(
            TranscriptVersion.transcript_id == transcript_id, TranscriptVersion.is_current.is_(False)
        )
    ):
        if pattern.search(version.text):
            session.execute(delete(TextChunk).where(TextChunk.version_id == version.id))
            version.text, version.sha256, version.word_count = "", "", 0
    session.flush()


def _replace_beside(session: Session, study_id: UUID, clean: Callable[[str], str]) -> None:
    """Clean what people wrote beside the texts: titles, labels, memos, remarks, codes, terms of groups."""
    transcripts = select(Transcript.id).where(Transcript.study_id == study_id)
    codes = select(Code.id).where(Code.study_id == study_id)
    versions = select(TranscriptVersion.id).where(TranscriptVersion.transcript_id.in_(transcripts))
    for query, columns in (
        (select(Memo).where(Memo.study_id == study_id), ("title", "description", "body")),
        (select(Coding).where(Coding.code_id.in_(codes)), ("comment",)),
        (select(Segment).where(Segment.version_id.in_(versions), Segment.earlier_quote != ""), ("earlier_quote",)),
        (select(Code).where(Code.study_id == study_id), ("description", "inclusion", "exclusion", "example")),
        (select(Theme).where(Theme.study_id == study_id), ("interpretation",)),
        (select(Transcript).where(Transcript.study_id == study_id), ("source_reference",)),
        (select(Case).where(Case.study_id == study_id), ("description",)),
    ):
        for row in session.scalars(query):
            for column in columns:
                before = getattr(row, column)
                if before and clean(before) != before:
                    setattr(row, column, clean(before))
    clean_imported(session, study_id, clean)
    _rename(session, select(Transcript).where(Transcript.study_id == study_id), "title", clean)
    _rename(session, select(Code).where(Code.study_id == study_id), "name", clean)
    _rename(session, select(Theme).where(Theme.study_id == study_id), "name", clean)
    _rename(session, select(Case).where(Case.study_id == study_id), "name", clean)
    for transcript_id in session.scalars(transcripts).all():
        _rename(session, select(Speaker).where(Speaker.transcript_id == transcript_id), "label", clean)
    runs = select(ClusterRun.id).where(ClusterRun.study_id == study_id)
    for group in session.scalars(select(ClusterGroup).where(ClusterGroup.run_id.in_(runs))):
        terms = [
            each for each in group.terms if clean(str(each["term"]).capitalize()) == str(each["term"]).capitalize()
        ]
        if len(terms) < len(group.terms):
            group.terms = terms
    session.flush()


def _clean_trail(session: Session, study_id: UUID, clean: Callable[[str], str]) -> None:
    """Clean what the trail quotes: titles and remarks of before and after."""
    for entry in session.scalars(
        select(AuditEntry).where(AuditEntry.study_id == study_id).execution_options(yield_per=500)
    ):
        for column in ("before", "after"):
            side = getattr(entry, column)
            if side is not None and _cleaned(side, clean) != side:
                setattr(entry, column, _cleaned(side, clean))
    session.flush()


def _cleaned(value: Any, clean: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {name: _cleaned(each, clean) for name, each in value.items()}
    return [_cleaned(each, clean) for each in value] if isinstance(value, list) else value


def _rename(session: Session, query: Any, column: str, clean: Callable[[str], str]) -> None:
    """Clean names that must differ from each other: one that would be taken gets a number."""
    rows = session.scalars(query).all()
    taken = {getattr(row, column) for row in rows}
    for row in rows:
        before = getattr(row, column)
        after = clean(before)
        if after == before:
            continue
        name, number = after, 2
        while name in taken:
            name, number = f"{after} ({number})", number + 1
        taken.add(name)
        setattr(row, column, name)
    session.flush()


def _texts(session: Session, study_id: UUID) -> Sequence[str]:
    return session.scalars(
        select(TranscriptVersion.text)
        .join(Transcript, Transcript.id == TranscriptVersion.transcript_id)
        .where(Transcript.study_id == study_id, TranscriptVersion.is_current)
    ).all()


def _entries(session: Session, study_id: UUID) -> Sequence[NameEntry]:
    return session.scalars(select(NameEntry).where(NameEntry.study_id == study_id)).all()


def _record(session: Session, verb: str, entry: NameEntry, account_id: UUID | None) -> None:
    """The trail tells the kind and the pseudonym, never the name."""
    record(
        session,
        verb=verb,
        object_kind="name",
        object_id=entry.id,
        study_id=entry.study_id,
        account_id=account_id,
        after={"kind": entry.kind.value, "pseudonym": entry.pseudonym},
    )
