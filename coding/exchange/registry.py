"""Which object of the study a GUID of a file stands for: one brought in earlier, or one that left with its own id."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from coding.models import Code, Coding, Memo, Segment, Transcript, TranscriptVersion
from coding.object_models import (
    Attribute,
    Case,
    CodeSet,
    ImportedGuid,
    ImportedSelection,
    KeptElement,
    Network,
    ObjectKind,
    ObjectLink,
)
from studies.models import Account, Membership

IN_ONE = {"render_nulls": True}
"""Rows with and without a value go in one statement, not in one for each change between them."""
_OF_STUDY: dict[ObjectKind, Any] = {
    ObjectKind.ATTRIBUTE: Attribute,
    ObjectKind.CASE: Case,
    ObjectKind.CODE: Code,
    ObjectKind.CODE_SET: CodeSet,
    ObjectKind.KEPT: KeptElement,
    ObjectKind.LINK: ObjectLink,
    ObjectKind.MEMO: Memo,
    ObjectKind.NETWORK: Network,
    ObjectKind.TRANSCRIPT: Transcript,
}


class Registry:
    """Finds objects by GUID, and gathers the identifiers of new ones."""

    def __init__(self, session: Session, study_id: UUID, spellings: dict[UUID, str]) -> None:
        self._session = session
        self._study_id = study_id
        self._spellings = spellings
        self._living = {kind: self._ids_of(kind) for kind in ObjectKind}
        self._known: dict[tuple[ObjectKind, UUID], list[UUID]] = {}
        self._held: set[tuple[ObjectKind, UUID, UUID]] = set()
        self._rows: list[dict[str, Any]] = []
        for row in session.execute(
            select(ImportedGuid.object_kind, ImportedGuid.object_id, ImportedGuid.guid).where(
                ImportedGuid.study_id == study_id
            )
        ):
            self._held.add((row.object_kind, row.object_id, row.guid))
            if row.object_id in self._living[row.object_kind] or row.object_kind is ObjectKind.ACCOUNT:
                self._known.setdefault((row.object_kind, row.guid), []).append(row.object_id)

    def find(self, kind: ObjectKind, guid: UUID) -> UUID | None:
        """Return the object of this kind that the GUID stands for."""
        return next(iter(self.find_all(kind, guid)), None)

    def find_all(self, kind: ObjectKind, guid: UUID) -> list[UUID]:
        """Return the objects that a GUID stands for: a variable may be an attribute of cases and one of documents."""
        found = self._known.get((kind, guid))
        if found:
            return found
        return [guid] if guid in self._living[kind] else []

    def keep(
        self,
        kind: ObjectKind,
        object_id: UUID,
        guid: UUID,
        *,
        selection_id: UUID | None = None,
        given: dict[str, Any] | None = None,
    ) -> None:
        """Note the GUID of an object; `given` is what Tresse gave it that the file did not have."""
        self._known.setdefault((kind, guid), []).append(object_id)
        if (kind, object_id, guid) in self._held:
            return
        self._held.add((kind, object_id, guid))
        self._rows.append(
            {
                "id": uuid4(),
                "study_id": self._study_id,
                "object_kind": kind,
                "object_id": object_id,
                "guid": guid,
                "written": self._spellings.get(guid, str(guid)),
                "selection_id": selection_id,
                "given": given or {},
            }
        )

    def write(self) -> None:
        """Store the identifiers noted."""
        if self._rows:
            self._session.execute(insert(ImportedGuid), self._rows, execution_options=IN_ONE)
        self._rows = []

    def _ids_of(self, kind: ObjectKind) -> set[UUID]:
        query: Any
        segments = (
            select(Segment.id)
            .join(TranscriptVersion, TranscriptVersion.id == Segment.version_id)
            .join(Transcript, Transcript.id == TranscriptVersion.transcript_id)
            .where(Transcript.study_id == self._study_id)
        )
        if kind in _OF_STUDY:
            model = _OF_STUDY[kind]
            query = select(model.id).where(model.study_id == self._study_id)
        elif kind is ObjectKind.ACCOUNT:
            query = (
                select(Account.id)
                .join(Membership, Membership.account_id == Account.id)
                .where(Membership.study_id == self._study_id)
            )
        elif kind is ObjectKind.SEGMENT:
            query = segments
        elif kind is ObjectKind.CODING:
            query = select(Coding.id).where(Coding.segment_id.in_(segments))
        elif kind is ObjectKind.SELECTION:
            query = select(ImportedSelection.id).where(ImportedSelection.segment_id.in_(segments))
        else:
            return set()
        return set(self._session.scalars(query))


def stamp(moment: datetime) -> str:
    """Return a moment as it is compared with what the database gives back."""
    return moment.astimezone(UTC).isoformat()


def free_name(name: str, taken: Iterable[str]) -> str:
    """Return a name, with a number behind it when it is taken."""
    names, candidate, number = set(taken), name, 2
    while candidate in names:
        candidate, number = f"{name} ({number})", number + 1
    return candidate
