"""Sets of codes: a selection of the codebook under a name, to filter by or to agree on."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from coding.models import Code
from coding.object_models import CodeSet, CodeSetMember, ObjectKind
from coding.services.references import forget_references
from core.audit import record
from core.errors import Conflict, Invalid, NotFound
from core.text import normalise


def create_code_set(
    session: Session,
    study_id: UUID,
    name: str,
    *,
    description: str = "",
    code_ids: Sequence[UUID] = (),
    account_id: UUID | None = None,
) -> CodeSet:
    """Add a set at the end of the list.

    Raises: Invalid: `coding.name_missing`.  Conflict: `coding.set_taken`.  NotFound: `coding.code_unknown`.
    """
    name = _checked_name(session, study_id, name)
    last = session.scalar(select(func.max(CodeSet.position)).where(CodeSet.study_id == study_id))
    code_set = CodeSet(
        id=uuid4(),
        study_id=study_id,
        name=name,
        description=description.strip(),
        position=0 if last is None else last + 1,
    )
    session.add(code_set)
    session.flush()
    _keep_codes(session, code_set, code_ids)
    _record(session, "code_set.create", code_set, account_id, after=_state(session, code_set))
    session.flush()
    return code_set


def update_code_set(
    session: Session,
    study_id: UUID,
    set_id: UUID,
    *,
    name: str,
    description: str,
    code_ids: Sequence[UUID],
    account_id: UUID | None = None,
) -> CodeSet:
    """Change a set's name, description and codes; texts and memos that an import put in stay.

    Raises as `create_code_set`, and NotFound: `coding.set_unknown`.
    """
    code_set = _find(session, study_id, set_id)
    before = _state(session, code_set)
    code_set.name = _checked_name(session, study_id, name, but=code_set.id)
    code_set.description = description.strip()
    session.execute(
        delete(CodeSetMember).where(CodeSetMember.set_id == code_set.id, CodeSetMember.object_kind == ObjectKind.CODE)
    )
    _keep_codes(session, code_set, code_ids)
    _record(session, "code_set.update", code_set, account_id, before=before, after=_state(session, code_set))
    session.flush()
    return code_set


def delete_code_set(session: Session, study_id: UUID, set_id: UUID, *, account_id: UUID | None = None) -> None:
    """Delete a set; its codes stay. Raises: NotFound: `coding.set_unknown`."""
    code_set = _find(session, study_id, set_id)
    _record(session, "code_set.delete", code_set, account_id, before=_state(session, code_set))
    forget_references(session, study_id, ObjectKind.CODE_SET, [code_set.id])
    session.execute(delete(CodeSetMember).where(CodeSetMember.set_id == code_set.id))
    session.execute(delete(CodeSet).where(CodeSet.id == code_set.id))
    session.flush()


def _find(session: Session, study_id: UUID, set_id: UUID) -> CodeSet:
    code_set = session.get(CodeSet, set_id)
    if code_set is None or code_set.study_id != study_id:
        raise NotFound("coding.set_unknown")
    return code_set


def _keep_codes(session: Session, code_set: CodeSet, code_ids: Sequence[UUID]) -> None:
    wanted = list(dict.fromkeys(code_ids))
    known = set(session.scalars(select(Code.id).where(Code.study_id == code_set.study_id, Code.id.in_(wanted))))
    if len(known) < len(wanted):
        raise NotFound("coding.code_unknown")
    session.add_all(
        CodeSetMember(set_id=code_set.id, object_kind=ObjectKind.CODE, object_id=code_id, position=position)
        for position, code_id in enumerate(wanted)
    )
    session.flush()


def _checked_name(session: Session, study_id: UUID, name: str, *, but: UUID | None = None) -> str:
    name = " ".join(normalise(name).split())
    if not name:
        raise Invalid("coding.name_missing")
    taken = session.scalar(select(CodeSet.id).where(CodeSet.study_id == study_id, CodeSet.name == name))
    if taken is not None and taken != but:
        raise Conflict("coding.set_taken", name=name)
    return name


def _state(session: Session, code_set: CodeSet) -> dict[str, Any]:
    members = session.execute(
        select(CodeSetMember.object_kind, CodeSetMember.object_id)
        .where(CodeSetMember.set_id == code_set.id)
        .order_by(CodeSetMember.object_kind, CodeSetMember.position)
    )
    return {
        "name": code_set.name,
        "description": code_set.description,
        "members": [[row.object_kind.value, str(row.object_id)] for row in members],
    }


def _record(
    session: Session, verb: str, code_set: CodeSet, account_id: UUID | None, *, before: Any = None, after: Any = None
) -> None:
    record(
        session,
        verb=verb,
        object_kind="code_set",
        object_id=code_set.id,
        study_id=code_set.study_id,
        account_id=account_id,
        before=before,
        after=after,
    )
