"""Cases: what is compared. A case is not a document: it gathers texts, segments and speakers."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from coding.object_models import Case, CaseMember, ObjectKind
from coding.services.memos import Link, known_objects
from coding.services.references import forget_references
from core.audit import record
from core.errors import Conflict, Invalid, NotFound
from core.text import normalise
from studies.models import Participant

MEMBER_KINDS = frozenset({ObjectKind.TRANSCRIPT, ObjectKind.SEGMENT, ObjectKind.SPEAKER, ObjectKind.CODE})


def create_case(
    session: Session,
    study_id: UUID,
    name: str,
    *,
    description: str = "",
    participant_id: UUID | None = None,
    members: Sequence[Link] = (),
    account_id: UUID | None = None,
) -> Case:
    """Add a case.

    Raises: Invalid: `coding.name_missing`.  Conflict: `coding.case_taken`.
    NotFound: `coding.participant_unknown`, `coding.member_unknown`.
    """
    case = Case(
        id=uuid4(),
        study_id=study_id,
        name=_checked_name(session, study_id, name),
        description=description.strip(),
        participant_id=_checked_participant(session, study_id, participant_id),
        created_by=account_id,
    )
    session.add(case)
    session.flush()
    _keep_members(session, case, members)
    _record(session, "case.create", case, account_id, after=_state(session, case))
    session.flush()
    return case


def update_case(
    session: Session,
    study_id: UUID,
    case_id: UUID,
    *,
    name: str,
    description: str,
    participant_id: UUID | None,
    account_id: UUID | None = None,
) -> Case:
    """Change a case's name, description and person. Raises as `create_case`, and NotFound: `coding.case_unknown`."""
    case = find_case(session, study_id, case_id)
    before = _state(session, case)
    case.name = _checked_name(session, study_id, name, but=case.id)
    case.description = description.strip()
    case.participant_id = _checked_participant(session, study_id, participant_id)
    _record(session, "case.update", case, account_id, before=before, after=_state(session, case))
    session.flush()
    return case


def set_case_members(
    session: Session, study_id: UUID, case_id: UUID, members: Sequence[Link], *, account_id: UUID | None = None
) -> None:
    """Say anew what belongs to a case. Raises: NotFound: `coding.case_unknown`, `coding.member_unknown`."""
    case = find_case(session, study_id, case_id)
    before = _state(session, case)
    session.execute(delete(CaseMember).where(CaseMember.case_id == case.id))
    _keep_members(session, case, members)
    _record(session, "case.members", case, account_id, before=before, after=_state(session, case))
    session.flush()


def delete_case(session: Session, study_id: UUID, case_id: UUID, *, account_id: UUID | None = None) -> None:
    """Delete a case with its values; what it gathered stays. Raises: NotFound: `coding.case_unknown`."""
    case = find_case(session, study_id, case_id)
    _record(session, "case.delete", case, account_id, before=_state(session, case))
    forget_references(session, study_id, ObjectKind.CASE, [case.id])
    session.execute(delete(CaseMember).where(CaseMember.case_id == case.id))
    session.execute(delete(Case).where(Case.id == case.id))
    session.flush()


def find_case(session: Session, study_id: UUID, case_id: UUID) -> Case:
    """Return a case of the study.  Raises: NotFound: `coding.case_unknown`."""
    case = session.get(Case, case_id)
    if case is None or case.study_id != study_id:
        raise NotFound("coding.case_unknown")
    return case


def _keep_members(session: Session, case: Case, members: Sequence[Link]) -> None:
    wanted = list(dict.fromkeys(members))
    for kind in {kind for kind, _ in wanted}:
        ids = {object_id for each, object_id in wanted if each is kind}
        if kind not in MEMBER_KINDS or known_objects(session, case.study_id, kind, ids) != ids:
            raise NotFound("coding.member_unknown", kind=kind.value)
    session.add_all(
        CaseMember(case_id=case.id, object_kind=kind, object_id=object_id, position=position)
        for position, (kind, object_id) in enumerate(wanted)
    )
    session.flush()


def _checked_name(session: Session, study_id: UUID, name: str, *, but: UUID | None = None) -> str:
    name = " ".join(normalise(name).split())
    if not name:
        raise Invalid("coding.name_missing")
    taken = session.scalar(select(Case.id).where(Case.study_id == study_id, Case.name == name))
    if taken is not None and taken != but:
        raise Conflict("coding.case_taken", name=name)
    return name


def _checked_participant(session: Session, study_id: UUID, participant_id: UUID | None) -> UUID | None:
    if participant_id is not None:
        participant = session.get(Participant, participant_id)
        if participant is None or participant.study_id != study_id:
            raise NotFound("coding.participant_unknown")
    return participant_id


def _state(session: Session, case: Case) -> dict[str, Any]:
    members = session.execute(
        select(CaseMember.object_kind, CaseMember.object_id)
        .where(CaseMember.case_id == case.id)
        .order_by(CaseMember.position)
    )
    return {
        "name": case.name,
        "description": case.description,
        "participant": None if case.participant_id is None else str(case.participant_id),
        "members": [[row.object_kind.value, str(row.object_id)] for row in members],
    }


def _record(
    session: Session, verb: str, case: Case, account_id: UUID | None, *, before: Any = None, after: Any = None
) -> None:
    record(
        session,
        verb=verb,
        object_kind="case",
        object_id=case.id,
        study_id=case.study_id,
        account_id=account_id,
        before=before,
        after=after,
    )
