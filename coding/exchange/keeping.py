"""Brings a project that was read into a study: what is there already by its GUID is not made twice.

Whoever coded in the file becomes an outside coder, an account without a way in, unless the GUID is a member's.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from coding.exchange import project as files
from coding.exchange.keeping_objects import keep_cases, keep_drawings, keep_links, keep_sets, keep_variables
from coding.exchange.keeping_texts import TextKeeper
from coding.exchange.refi_elements import part_description
from coding.exchange.registry import IN_ONE, Registry, free_name, stamp
from coding.models import Code, CodeOrigin, Memo, MemoKind
from coding.object_models import MemoLink, ObjectKind, ProjectImport
from coding.services.codebook import PALETTE
from coding.services.memos import KIND_OF
from core.audit import record
from core.clock import now
from studies.models import OUTSIDE, Account


@dataclass(slots=True)
class Keeper:
    """What the parts of an import share."""

    session: Session
    study_id: UUID
    project: files.Project
    registry: Registry
    account_id: UUID | None
    unknown_name: str
    coders: dict[UUID | None, UUID] = field(default_factory=dict)
    made: dict[str, int] = field(default_factory=dict)

    def count(self, what: str, number: int = 1) -> None:
        """Note that objects were made."""
        self.made[what] = self.made.get(what, 0) + number

    def coder(self, guid: UUID | None) -> UUID:
        """Return the account of a user of the file; one it does not describe becomes an outside coder too."""
        guid = guid or self.project.user
        if guid not in self.coders:
            if guid is not None and guid not in {user.guid for user in self.project.users}:
                self.project.tell("project.user_unknown", guid=str(guid))
            name = "" if guid is None else str(guid)[:8]
            self.coders[guid] = self._outside_coder(guid, name or self.unknown_name)
        return self.coders[guid]

    def keep_users(self) -> None:
        """Find or make the account of each user."""
        for user in self.project.users:
            known = self.registry.find(ObjectKind.ACCOUNT, user.guid)
            self.coders[user.guid] = known or self._outside_coder(user.guid, user.name or str(user.guid)[:8])

    def _outside_coder(self, guid: UUID | None, name: str) -> UUID:
        known = None if guid is None else self.registry.find(ObjectKind.ACCOUNT, guid)
        if known is not None:
            return known
        account_id = uuid4()
        self.session.add(
            Account(id=account_id, email=f"{account_id}@{OUTSIDE}", name=name, password_hash="", is_active=False)
        )
        self.session.flush()
        if guid is not None:
            self.registry.keep(ObjectKind.ACCOUNT, account_id, guid)
            self.count("users")
        return account_id


def import_project(
    session: Session,
    study_id: UUID,
    project: files.Project,
    *,
    file_name: str,
    sha256: str,
    account_id: UUID | None = None,
    import_id: UUID | None = None,
) -> ProjectImport:
    """Bring a project in, and return what came of it: objects made, and every deviation found on the way.

    `import_id` is the id that its row is to have.
    """
    registry = Registry(session, study_id, project.spellings)
    keeper = Keeper(session, study_id, project, registry, account_id, project.origin or file_name)
    keeper.keep_users()
    _take_comments(project)
    _keep_codes(keeper)
    TextKeeper(keeper).keep_all()
    _keep_notes(keeper)
    attributes = keep_variables(keeper)
    keep_cases(keeper, attributes)
    keep_sets(keeper)
    keep_links(keeper)
    _link_notes(keeper)
    keep_drawings(keeper)
    registry.write()
    made = ProjectImport(
        id=import_id or uuid4(),
        study_id=study_id,
        account_id=account_id,
        file_name=file_name,
        sha256=sha256,
        name=project.name,
        origin=project.origin,
        description=project.description,
        made_at=project.created_at,
        counts={"read": project.count(), "made": keeper.made},
        deviations=[[each.code, each.details] for each in project.deviations],
    )
    session.add(made)
    record(
        session,
        verb="project.import",
        object_kind="project_import",
        object_id=made.id,
        study_id=study_id,
        account_id=account_id,
        after={"file": file_name, "sha256": sha256, "made": keeper.made, "deviations": len(project.deviations)},
    )
    session.flush()
    session.expire_all()
    return made


def _keep_codes(keeper: Keeper) -> None:
    session, project = keeper.session, keeper.project
    names: dict[UUID | None, dict[str, UUID]] = {}
    places: dict[UUID | None, int] = {}
    total = 0
    for row in session.execute(
        select(Code.id, Code.parent_id, Code.name, Code.position).where(Code.study_id == keeper.study_id)
    ):
        names.setdefault(row.parent_id, {})[row.name] = row.id
        places[row.parent_id] = max(places.get(row.parent_id, 0), row.position + 1)
        total += 1
    earlier = {object_id for held in names.values() for object_id in held.values()}
    for code, above in _with_unknown_codes(project):
        parent_id = None if above is None else keeper.registry.find(ObjectKind.CODE, above.guid)
        sisters = names.setdefault(parent_id, {})
        if keeper.registry.find(ObjectKind.CODE, code.guid) is not None:
            continue
        name = code.name.strip() or str(code.guid)[:8]
        same = sisters.get(name)
        if same in earlier and same is not None:
            keeper.registry.keep(ObjectKind.CODE, same, code.guid)
            project.tell("project.code_joined", place=code.place, name=name)
            continue
        if name in sisters:
            project.tell("project.name_doubled", place=code.place, name=name)
        given: dict[str, Any] = {}
        kept = free_name(name, sisters)
        if kept != code.name:
            given["name"] = [kept, code.name]
        colour = code.colour or PALETTE[total % len(PALETTE)]
        if code.colour is None:
            given["colour"] = [colour, None]
        described = part_description(code.description)
        code_id = uuid4()
        session.add(
            Code(
                id=code_id, study_id=keeper.study_id, parent_id=parent_id, name=kept, description=described[0],
                inclusion=described[1], exclusion=described[2], example=described[3], colour=colour,
                position=places.get(parent_id, 0), is_codable=code.is_codable, origin=CodeOrigin.IMPORTED,
                created_by=keeper.account_id,
            )
        )  # fmt: skip
        sisters[kept], places[parent_id], total = code_id, places.get(parent_id, 0) + 1, total + 1
        keeper.registry.keep(ObjectKind.CODE, code_id, code.guid, given=given)
        keeper.count("codes")
    session.flush()


def _take_comments(project: files.Project) -> None:
    """A note that left as the remark of a coding is a remark again."""
    notes = {note.guid: note for note in project.notes}
    for coding in project.all_codings():
        guid = files.comment_guid(coding.guid)
        if guid in coding.notes and guid in notes:
            coding.comment = notes.pop(guid).body
            coding.notes.remove(guid)
    project.notes = list(notes.values())


def _with_unknown_codes(project: files.Project) -> list[tuple[files.Code, files.Code | None]]:
    """Return every code with the one above it; a code that is used and not described is made, so nothing is lost."""
    found = project.all_codes()
    known = {code.guid for code, _above in found}
    for coding in project.all_codings():
        if coding.code not in known:
            known.add(coding.code)
            project.tell("project.code_unknown", guid=str(coding.code))
            found.append((files.Code(coding.code, ""), None))
    return found


def _keep_notes(keeper: Keeper) -> None:
    for note in keeper.project.notes:
        if keeper.registry.find(ObjectKind.MEMO, note.guid) is not None:
            continue
        given: dict[str, Any] = {}
        author = keeper.coder(note.user)
        moment = note.created_at or keeper.project.created_at or now()
        if note.user is None:
            given["user"] = [str(author), None]
        if note.created_at is None:
            given["created_at"] = [stamp(moment), None]
        memo_id = uuid4()
        keeper.session.add(
            Memo(
                id=memo_id,
                study_id=keeper.study_id,
                author_id=author,
                title=note.name,
                description=note.description,
                body=note.body,
                created_at=moment,
                modified_at=note.modified_at or moment,
            )
        )
        keeper.registry.keep(ObjectKind.MEMO, memo_id, note.guid, given=given)
        keeper.count("notes")
    keeper.session.flush()


def _link_notes(keeper: Keeper) -> None:
    """Tie each memo to what refers to it, and let that say what the memo is for."""
    session, registry, project = keeper.session, keeper.registry, keeper.project
    held = {
        (row.memo_id, row.object_kind, row.object_id, row.selection_id)
        for row in session.execute(
            select(MemoLink.memo_id, MemoLink.object_kind, MemoLink.object_id, MemoLink.selection_id)
            .join(Memo, Memo.id == MemoLink.memo_id)
            .where(Memo.study_id == keeper.study_id)
        )
    }
    rows: list[dict[str, Any]] = []
    kinds: dict[UUID, MemoKind] = {}
    for guid, kind, object_id, selection_id in _references(keeper):
        memo_id = registry.find(ObjectKind.MEMO, guid)
        if memo_id is None or object_id is None:
            project.tell("project.note_unknown", guid=str(guid))
            continue
        kinds.setdefault(memo_id, KIND_OF.get(kind, MemoKind.PROJECT))
        key = (memo_id, kind, object_id, selection_id)
        if key not in held:
            held.add(key)
            rows.append(
                {
                    "id": uuid4(), "memo_id": memo_id, "object_kind": kind, "object_id": object_id,
                    "selection_id": selection_id,
                }
            )  # fmt: skip
    if rows:
        session.execute(insert(MemoLink), rows, execution_options=IN_ONE)
    for memo in session.scalars(select(Memo).where(Memo.id.in_(kinds))):
        if memo.kind is MemoKind.PROJECT:
            memo.kind = kinds[memo.id]
    session.flush()


def _references(keeper: Keeper) -> Iterator[tuple[UUID, ObjectKind, UUID | None, UUID | None]]:
    """Yield every reference to a memo: its GUID, the kind and id of what refers to it, the imported selection."""
    project, find = keeper.project, keeper.registry.find
    owners: list[tuple[ObjectKind, UUID, list[UUID]]] = [
        *((ObjectKind.CODE, code.guid, code.notes) for code, _above in project.all_codes()),
        *((ObjectKind.TRANSCRIPT, source.guid, source.notes) for source in project.sources),
        *((ObjectKind.CODING, coding.guid, coding.notes) for coding in project.all_codings()),
        *((ObjectKind.LINK, link.guid, link.notes) for link in project.links),
    ]
    yield from ((guid, ObjectKind.STUDY, keeper.study_id, None) for guid in project.about)
    yield from ((guid, kind, find(kind, owner), None) for kind, owner, notes in owners for guid in notes)
    for selection in (each for source in project.sources for each in source.selections):
        segment_id, selection_id = find(ObjectKind.SEGMENT, selection.guid), find(ObjectKind.SELECTION, selection.guid)
        yield from ((guid, ObjectKind.SEGMENT, segment_id, selection_id) for guid in selection.notes)
