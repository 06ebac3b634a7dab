"""Gathers a study's coding as a project that can leave: each object under the GUID it came with, or its own id."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from coding.exchange import project as files
from coding.exchange.refi_elements import join_description
from coding.exchange.registry import stamp
from coding.models import Code, Coding, Memo, Segment, Transcript, TranscriptVersion
from coding.object_models import ImportedGuid, ImportedSelection, MemoLink, ObjectKind, ProjectImport
from coding.queries.visibility import COUNTED, Viewer, may_see
from studies.models import Account, Study

_NAME_LENGTH = 100


@dataclass(slots=True)
class Identity:
    """What an object is called outside: its GUID, what was given to it here, the imported selection it sat in."""

    guid: UUID
    given: dict[str, Any]
    selection_id: UUID | None = None


class Names:
    """GUIDs of objects, and what of theirs is to be written back."""

    def __init__(self, session: Session, study_id: UUID, spellings: dict[UUID, str]) -> None:
        self._held: dict[tuple[ObjectKind, UUID], list[Identity]] = {}
        for row in session.execute(
            select(
                ImportedGuid.object_kind, ImportedGuid.object_id, ImportedGuid.guid, ImportedGuid.written,
                ImportedGuid.given, ImportedGuid.selection_id,
            )
            .where(ImportedGuid.study_id == study_id)
            .order_by(ImportedGuid.guid)
        ):  # fmt: skip
            self._held.setdefault((row.object_kind, row.object_id), []).append(
                Identity(row.guid, row.given, row.selection_id)
            )
            if row.written != str(row.guid):
                spellings[row.guid] = row.written

    def of(self, kind: ObjectKind, object_id: UUID) -> Identity:
        """Return the first identity of an object."""
        return self.all_of(kind, object_id)[0]

    def all_of(self, kind: ObjectKind, object_id: UUID) -> list[Identity]:
        """Return every identity of an object; one that was never imported has its own id."""
        return self._held.get((kind, object_id)) or [Identity(object_id, {})]

    def has(self, kind: ObjectKind, object_id: UUID) -> bool:
        """Whether an object was imported."""
        return (kind, object_id) in self._held


def back(identity: Identity, field: str, ours: Any) -> Any:
    """Return what a field was in the file, while it is still what Tresse gave; else what it is now."""
    pair = identity.given.get(field)
    return pair[1] if pair is not None and pair[0] == ours else ours


class Gatherer:
    """Reads a study, part after part; what refers to an object is written only if that object leaves too."""

    def __init__(self, session: Session, study_id: UUID, viewer: Viewer) -> None:
        self.session = session
        self.study_id = study_id
        self.viewer = viewer
        self.project = files.Project()
        self.names = Names(session, study_id, self.project.spellings)
        self.users: set[UUID] = set()
        self.leaving: dict[tuple[ObjectKind, UUID], UUID] = {}
        self.selections: dict[UUID, list[files.Selection]] = {}
        self.by_selection: dict[UUID, files.Selection] = {}
        self.codings: dict[UUID, list[files.Coding]] = {}
        self.descriptions: set[UUID] = set()

    def user(self, account_id: UUID | None) -> UUID | None:
        """Return the GUID of an account, which then leaves with the project."""
        if account_id is None:
            return None
        self.users.add(account_id)
        return self.names.of(ObjectKind.ACCOUNT, account_id).guid

    def leave(self, kind: ObjectKind, object_id: UUID) -> UUID:
        """Note that an object leaves, and return its GUID."""
        guid = self.leaving[kind, object_id] = self.names.of(kind, object_id).guid
        return guid

    def keep_head(self, *, with_description: bool = True) -> None:
        """Read what the project says of itself: from the one file it came from, or from the study."""
        study = self.session.get_one(Study, self.study_id)
        imports = self.session.scalars(select(ProjectImport).where(ProjectImport.study_id == self.study_id)).all()
        self.project.name = study.title
        self.project.description = study.description if with_description else ""
        if len(imports) == 1:
            self.project.name = imports[0].name or study.title
            self.project.description = imports[0].description or self.project.description
            self.project.created_at = imports[0].made_at

    def keep_codes(self) -> None:
        """Read the codebook."""
        rows = self.session.scalars(
            select(Code).where(Code.study_id == self.study_id).order_by(Code.position, Code.name)
        ).all()
        made: dict[UUID, files.Code] = {}
        for code in rows:
            identity = self.names.of(ObjectKind.CODE, code.id)
            made[code.id] = files.Code(
                guid=self.leave(ObjectKind.CODE, code.id),
                name=back(identity, "name", code.name),
                is_codable=code.is_codable,
                colour=back(identity, "colour", code.colour),
                description=join_description((code.description, code.inclusion, code.exclusion, code.example)),
            )
        for code in rows:
            sisters = self.project.codes if code.parent_id is None else made[code.parent_id].children
            sisters.append(made[code.id])

    def keep_sources(self, segments_needed: Iterable[UUID]) -> None:
        """Read the texts with the selections that are coded, commented, or needed by something else."""
        needed = set(segments_needed)
        for transcript, version in self.session.execute(
            select(Transcript, TranscriptVersion)
            .join(TranscriptVersion, TranscriptVersion.transcript_id == Transcript.id)
            .where(Transcript.study_id == self.study_id, TranscriptVersion.is_current)
            .order_by(Transcript.created_at, Transcript.title, Transcript.id)
        ).all():
            identity = self.names.of(ObjectKind.TRANSCRIPT, transcript.id)
            moment = back(identity, "created_at", stamp(transcript.created_at))
            source = files.Source(
                guid=self.leave(ObjectKind.TRANSCRIPT, transcript.id),
                name=back(identity, "title", transcript.title),
                raw=version.text,
                text=version.text,
                description=transcript.description,
                format=transcript.source_format,
                user=self.user(transcript.imported_by),
                created_at=transcript.created_at if moment is not None else None,
            )
            self.project.sources.append(source)
            self._keep_selections(source, version.id, needed)

    def _keep_selections(self, source: files.Source, version_id: UUID, needed: set[UUID]) -> None:
        imported: dict[UUID, list[ImportedSelection]] = {}
        for row in self.session.scalars(
            select(ImportedSelection)
            .join(Segment, Segment.id == ImportedSelection.segment_id)
            .where(Segment.version_id == version_id)
        ):
            imported.setdefault(row.segment_id, []).append(row)
        codings: dict[UUID, list[Coding]] = {}
        for coding in self.session.scalars(
            select(Coding)
            .join(Segment, Segment.id == Coding.segment_id)
            .join(TranscriptVersion, TranscriptVersion.id == Segment.version_id)
            .join(Transcript, Transcript.id == TranscriptVersion.transcript_id)
            .where(
                Segment.version_id == version_id,
                Coding.status.in_(COUNTED),
                may_see(self.viewer, self.study_id),
            )
            .order_by(Coding.created_at, Coding.id)
        ):
            codings.setdefault(coding.segment_id, []).append(coding)
        for segment in self.session.execute(
            select(Segment.id, Segment.start, Segment.end, Segment.quote)
            .where(Segment.version_id == version_id)
            .order_by(Segment.start, Segment.end)
        ):
            here = codings.get(segment.id, [])
            if here or segment.id in imported or segment.id in needed:
                self._keep_segment(source, segment, imported.get(segment.id, ()), here)
        source.selections.sort(key=lambda each: (each.start, each.end, each.guid.int))

    def _keep_segment(
        self, source: files.Source, segment: Any, imported: Sequence[ImportedSelection], codings: Sequence[Coding]
    ) -> None:
        """Write a segment as the selections it came in, or as one of its own; each coding goes where it sat."""
        held = {row.id: self._selection(row, segment) for row in imported}
        covers_all = segment.start == 0 and segment.end == len(source.text)
        for coding in codings:
            for identity in self.names.all_of(ObjectKind.CODING, coding.id):
                written = self._coding(coding, identity)
                if identity.selection_id in held:
                    held[identity.selection_id].codings.append(written)
                elif covers_all and not held:
                    source.codings.append(written)
                else:
                    if not held:
                        held[segment.id] = files.Selection(
                            segment.id, segment.start, segment.end, _shortened(segment.quote), user=written.user,
                            created_at=coding.created_at,
                        )  # fmt: skip
                    next(iter(held.values())).codings.append(written)
        if not held and not source.codings:
            held[segment.id] = files.Selection(segment.id, segment.start, segment.end, _shortened(segment.quote))
        source.selections.extend(held.values())
        self.selections[segment.id] = list(held.values())
        self.by_selection |= held
        if held:
            self.leaving[ObjectKind.SEGMENT, segment.id] = self.selections[segment.id][0].guid

    def _selection(self, row: ImportedSelection, segment: Any) -> files.Selection:
        selection = files.Selection(
            guid=self.names.of(ObjectKind.SELECTION, row.id).guid,
            start=segment.start,
            end=segment.end,
            name=row.name,
            user=self.user(row.created_by),
            created_at=row.created_at,
        )
        memo = None if row.memo_id is None else self.session.get(Memo, row.memo_id)
        if memo is not None and not self.names.has(ObjectKind.MEMO, memo.id) and self._is_about_one(memo.id):
            selection.description = memo.body
            self.descriptions.add(memo.id)
        return selection

    def _is_about_one(self, memo_id: UUID) -> bool:
        return len(self.session.scalars(select(MemoLink.id).where(MemoLink.memo_id == memo_id)).all()) == 1

    def _coding(self, coding: Coding, identity: Identity) -> files.Coding:
        is_given = back(identity, "user", str(coding.coder_id)) is None
        moment = back(identity, "created_at", stamp(coding.created_at))
        written = files.Coding(
            guid=identity.guid,
            code=self.leaving[ObjectKind.CODE, coding.code_id],
            user=None if is_given else self.user(coding.coder_id),
            created_at=None if moment is None else datetime.fromisoformat(moment),
        )
        if coding.comment:
            note = files.Note(
                files.comment_guid(identity.guid), "", coding.comment, user=self.user(coding.coder_id),
                created_at=coding.created_at,
            )  # fmt: skip
            self.project.notes.append(note)
            written.notes.append(note.guid)
        self.leaving[ObjectKind.CODING, coding.id] = identity.guid
        self.codings.setdefault(coding.id, []).append(written)
        return written

    def keep_users(self) -> None:
        """Describe everybody who coded or wrote, and those who came in with a file though they did nothing."""
        outside = select(ImportedGuid.object_id).where(
            ImportedGuid.study_id == self.study_id, ImportedGuid.object_kind == ObjectKind.ACCOUNT
        )
        self.users |= set(self.session.scalars(outside))
        for account in self.session.scalars(
            select(Account).where(Account.id.in_(self.users)).order_by(Account.name, Account.id)
        ):
            self.project.users.append(files.User(self.names.of(ObjectKind.ACCOUNT, account.id).guid, account.name))


def _shortened(quote: str) -> str:
    return quote if len(quote) <= _NAME_LENGTH else quote[:_NAME_LENGTH].rstrip() + "…"


def moment_of(identity: Identity, field: str, moment: datetime) -> datetime | None:
    """Return a date, unless it was given because the file had none."""
    return None if back(identity, field, stamp(moment)) is None else moment
