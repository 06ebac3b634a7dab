"""The codebook as a tree, with what each code gathered."""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from coding.models import Code, CodeOrigin, Coding, Segment
from coding.queries.visibility import COUNTED, Viewer, from_codings, person


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A code in a flat list, in the order of the tree; `path` names the folders above it."""

    code_id: UUID
    name: str
    path: tuple[str, ...]
    depth: int
    colour: str
    description: str
    is_codable: bool
    inclusion: str = ""
    exclusion: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class CodeNode:
    """A code or folder with what it holds.

    `segment_count` counts distinct segments with this very code; `total_segment_count` and `person_count` count
    the codes below it too, each segment and each participant once.
    """

    code_id: UUID
    parent_id: UUID | None
    name: str
    description: str
    inclusion: str
    exclusion: str
    example: str
    colour: str
    position: int
    is_codable: bool
    origin: CodeOrigin
    depth: int
    segment_count: int = 0
    total_segment_count: int = 0
    person_count: int = 0
    children: tuple["CodeNode", ...] = ()


def codebook_tree(session: Session, study_id: UUID, viewer: Viewer) -> tuple[CodeNode, ...]:
    """Return the codes at the top, each with its children. Two statements."""
    codes = session.scalars(select(Code).where(Code.study_id == study_id).order_by(Code.position, Code.name)).all()
    segments: dict[UUID, set[UUID]] = {}
    persons: dict[UUID, set[UUID]] = {}
    for code_id, segment_id, participant_id in session.execute(
        from_codings((Coding.code_id, Segment.id, person()), study_id, viewer)
        .where(Coding.status.in_(COUNTED))
        .distinct()
    ):
        segments.setdefault(code_id, set()).add(segment_id)
        if participant_id is not None:
            persons.setdefault(code_id, set()).add(participant_id)
    children: dict[UUID | None, list[Code]] = {}
    for code in codes:
        children.setdefault(code.parent_id, []).append(code)

    def build(code: Code, depth: int) -> tuple[CodeNode, set[UUID], set[UUID]]:
        below = [build(child, depth + 1) for child in children.get(code.id, ())]
        own = segments.get(code.id, set())
        all_segments = own.union(*(held for _, held, _ in below))
        all_persons = persons.get(code.id, set()).union(*(people for _, _, people in below))
        node = CodeNode(
            code_id=code.id,
            parent_id=code.parent_id,
            name=code.name,
            description=code.description,
            inclusion=code.inclusion,
            exclusion=code.exclusion,
            example=code.example,
            colour=code.colour,
            position=code.position,
            is_codable=code.is_codable,
            origin=code.origin,
            depth=depth,
            segment_count=len(own),
            total_segment_count=len(all_segments),
            person_count=len(all_persons),
            children=tuple(node for node, _, _ in below),
        )
        return node, all_segments, all_persons

    return tuple(build(code, 0)[0] for code in children.get(None, ()))


def list_codes(session: Session, study_id: UUID) -> tuple[CodeRow, ...]:
    """Return every code and folder in the order of the tree. One statement."""
    rows = session.execute(
        select(
            Code.id,
            Code.parent_id,
            Code.name,
            Code.colour,
            Code.description,
            Code.is_codable,
            Code.inclusion,
            Code.exclusion,
            Code.example,
        )
        .where(Code.study_id == study_id)
        .order_by(Code.position, Code.name)
    ).all()
    below: dict[UUID | None, list[CodeRow]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(
            CodeRow(
                row.id,
                row.name,
                (),
                0,
                row.colour,
                row.description,
                row.is_codable,
                row.inclusion,
                row.exclusion,
                row.example,
            )
        )
    ordered: list[CodeRow] = []

    def walk(parent_id: UUID | None, path: tuple[str, ...]) -> None:
        for code in below.get(parent_id, ()):
            ordered.append(replace(code, path=path, depth=len(path)))
            walk(code.code_id, (*path, code.name))

    walk(None, ())
    return tuple(ordered)


def branches(session: Session, study_id: UUID) -> dict[UUID, frozenset[UUID]]:
    """Return for each code itself and all the codes below it. One statement."""
    parents = dict(session.execute(select(Code.id, Code.parent_id).where(Code.study_id == study_id)).all())
    held: dict[UUID, set[UUID]] = {code_id: {code_id} for code_id in parents}
    for code_id, parent_id in parents.items():
        above = parent_id
        while above is not None:
            held[above].add(code_id)
            above = parents[above]
    return {code_id: frozenset(codes) for code_id, codes in held.items()}
