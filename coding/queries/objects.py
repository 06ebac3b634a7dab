"""Cases, attributes with their values, and sets of codes."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from coding.object_models import (
    Attribute,
    AttributeScope,
    AttributeType,
    AttributeValue,
    Case,
    CaseMember,
    CodeSet,
    CodeSetMember,
    ObjectKind,
)
from studies.models import Participant


@dataclass(frozen=True, slots=True)
class AttributeRow:
    """An attribute, with the values it has: object → value, in the words of XML Schema."""

    attribute_id: UUID
    scope: AttributeScope
    name: str
    type: AttributeType
    description: str
    values: dict[UUID, str]


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case with what belongs to it, in order."""

    case_id: UUID
    name: str
    description: str
    participant_id: UUID | None
    pseudonym: str | None
    members: tuple[tuple[ObjectKind, UUID], ...]


@dataclass(frozen=True, slots=True)
class CodeSetRow:
    """A set with its codes, in order."""

    set_id: UUID
    name: str
    description: str
    code_ids: tuple[UUID, ...]


def list_attributes(session: Session, study_id: UUID, scope: AttributeScope | None = None) -> tuple[AttributeRow, ...]:
    """Return the attributes with their values, by scope and place. Three statements.

    What participants hold under a name that no attribute of persons has is not listed: it has no type yet.
    """
    query = select(Attribute).where(Attribute.study_id == study_id)
    if scope is not None:
        query = query.where(Attribute.scope == scope)
    attributes = session.scalars(query.order_by(Attribute.scope, Attribute.position, Attribute.name)).all()
    values: dict[UUID, dict[UUID, str]] = {attribute.id: {} for attribute in attributes}
    for row in session.execute(
        select(AttributeValue.attribute_id, AttributeValue.object_id, AttributeValue.value).where(
            AttributeValue.attribute_id.in_([attribute.id for attribute in attributes])
        )
    ):
        values[row.attribute_id][row.object_id] = row.value
    personal = {each.name: each.id for each in attributes if each.scope is AttributeScope.PERSON}
    if personal:
        for person in session.execute(
            select(Participant.id, Participant.attributes).where(Participant.study_id == study_id)
        ):
            for name, value in person.attributes.items():
                if name in personal and value not in (None, ""):
                    values[personal[name]][person.id] = str(value).lower() if isinstance(value, bool) else str(value)
    return tuple(
        AttributeRow(each.id, each.scope, each.name, each.type, each.description, values[each.id])
        for each in attributes
    )


def list_cases(session: Session, study_id: UUID) -> tuple[CaseRow, ...]:
    """Return the cases by name. Two statements."""
    members: dict[UUID, list[tuple[ObjectKind, UUID]]] = {}
    for row in session.execute(
        select(CaseMember.case_id, CaseMember.object_kind, CaseMember.object_id)
        .join(Case, Case.id == CaseMember.case_id)
        .where(Case.study_id == study_id)
        .order_by(CaseMember.position, CaseMember.object_kind, CaseMember.object_id)
    ):
        members.setdefault(row.case_id, []).append((row.object_kind, row.object_id))
    rows = session.execute(
        select(Case.id, Case.name, Case.description, Case.participant_id, Participant.pseudonym)
        .outerjoin(Participant, Participant.id == Case.participant_id)
        .where(Case.study_id == study_id)
        .order_by(Case.name, Case.id)
    )
    return tuple(CaseRow(*row, members=tuple(members.get(row.id, ()))) for row in rows)


def list_code_sets(session: Session, study_id: UUID) -> tuple[CodeSetRow, ...]:
    """Return the sets of codes, in order. Two statements."""
    codes: dict[UUID, list[UUID]] = {}
    for row in session.execute(
        select(CodeSetMember.set_id, CodeSetMember.object_id)
        .join(CodeSet, CodeSet.id == CodeSetMember.set_id)
        .where(CodeSet.study_id == study_id, CodeSetMember.object_kind == ObjectKind.CODE)
        .order_by(CodeSetMember.position)
    ):
        codes.setdefault(row.set_id, []).append(row.object_id)
    rows = session.execute(
        select(CodeSet.id, CodeSet.name, CodeSet.description)
        .where(CodeSet.study_id == study_id)
        .order_by(CodeSet.position, CodeSet.name)
    )
    return tuple(CodeSetRow(*row, code_ids=tuple(codes.get(row.id, ()))) for row in rows)
