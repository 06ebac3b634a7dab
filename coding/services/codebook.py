"""The codebook: codes with what they hold and leave out, in folders of any depth."""

import re
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from coding.models import ClusterGroup, Code, CodeOrigin, Coding, ThemeCode
from coding.object_models import ObjectKind
from coding.services.references import move_references
from core.audit import record
from core.errors import Conflict, Invalid, NotFound
from core.text import normalise

# Twelve hues that stay apart on paper and for most colour-blind readers; given in turn to new codes.
PALETTE = (
    "#1f5c7a", "#b5532a", "#2f6b3a", "#5b3a7d", "#8a6d00", "#a0305c", "#0f766e", "#6b4f3a", "#3d5a99", "#7a7a1f",
    "#8c3b3b", "#4a5568",
)  # fmt: skip
_COLOUR = re.compile(r"^#[0-9a-fA-F]{6}$")
_MAX_NAME = 200
_FIELDS = ("name", "description", "inclusion", "exclusion", "example", "colour")


def create_code(
    session: Session,
    study_id: UUID,
    name: str,
    *,
    account_id: UUID | None = None,
    parent_id: UUID | None = None,
    description: str = "",
    inclusion: str = "",
    exclusion: str = "",
    example: str = "",
    colour: str | None = None,
    origin: CodeOrigin = CodeOrigin.HUMAN,
    is_codable: bool = True,
) -> Code:
    """Add a code at the end of its folder; without `colour` the palette's next one is taken.

    Raises: Conflict: `coding.name_taken`.  Invalid: `coding.name_missing`, `coding.name_too_long`,
    `coding.colour_invalid`.  NotFound: `coding.code_unknown` (the parent).
    """
    if parent_id is not None:
        find_code(session, study_id, parent_id)
    name = _checked_name(session, study_id, parent_id, name)
    count = session.scalar(select(func.count()).select_from(Code).where(Code.study_id == study_id)) or 0
    code = Code(
        id=uuid4(),
        study_id=study_id,
        parent_id=parent_id,
        name=name,
        description=description.strip(),
        inclusion=inclusion.strip(),
        exclusion=exclusion.strip(),
        example=example.strip(),
        colour=PALETTE[count % len(PALETTE)] if colour is None else _checked_colour(colour),
        position=_next_position(session, study_id, parent_id),
        is_codable=is_codable,
        origin=origin,
        created_by=account_id,
    )
    session.add(code)
    _record(session, "code.create", code, account_id, after=_state(code))
    session.flush()
    return code


def create_folder(
    session: Session, study_id: UUID, name: str, *, account_id: UUID | None = None, parent_id: UUID | None = None
) -> Code:
    """Add a folder: a code that holds codes and cannot be put on text. Raises as `create_code`."""
    return create_code(session, study_id, name, account_id=account_id, parent_id=parent_id, is_codable=False)


def rename_code(session: Session, study_id: UUID, code_id: UUID, name: str, *, account_id: UUID | None = None) -> Code:
    """Change a code's or folder's name. Raises as `update_code`."""
    return update_code(session, study_id, code_id, account_id=account_id, name=name)


def set_colour(session: Session, study_id: UUID, code_id: UUID, colour: str, *, account_id: UUID | None = None) -> Code:
    """Change a code's colour, `#rrggbb`. Raises as `update_code`."""
    return update_code(session, study_id, code_id, account_id=account_id, colour=colour)


def update_code(
    session: Session, study_id: UUID, code_id: UUID, *, account_id: UUID | None = None, **fields: str
) -> Code:
    """Change any of name, description, inclusion, exclusion, example, colour.

    Raises: NotFound: `coding.code_unknown`.  Conflict: `coding.name_taken`.  Invalid: as `create_code`.
    """
    unknown = set(fields) - set(_FIELDS)
    if unknown:
        raise TypeError(sorted(unknown))
    code = find_code(session, study_id, code_id)
    before = _state(code)
    if "name" in fields:
        fields["name"] = _checked_name(session, study_id, code.parent_id, fields["name"], but=code.id)
    if "colour" in fields:
        fields["colour"] = _checked_colour(fields["colour"])
    for field, value in fields.items():
        setattr(code, field, value.strip())
    _record(session, "code.update", code, account_id, before=before, after=_state(code))
    session.flush()
    return code


def move_code(
    session: Session,
    study_id: UUID,
    code_id: UUID,
    *,
    parent_id: UUID | None,
    position: int | None = None,
    account_id: UUID | None = None,
) -> Code:
    """Put a code or folder, with all it holds, under another one (None: the top), at `position` among its new sisters.

    Raises: NotFound: `coding.code_unknown`.  Conflict: `coding.name_taken`, `coding.move_into_itself`.
    """
    code = find_code(session, study_id, code_id)
    before = _state(code)
    above = parent_id
    while above is not None:
        if above == code.id:
            raise Conflict("coding.move_into_itself", name=code.name)
        above = find_code(session, study_id, above).parent_id
    _checked_name(session, study_id, parent_id, code.name, but=code.id)
    sisters = list(
        session.scalars(
            select(Code)
            .where(Code.study_id == study_id, _same_parent(parent_id), Code.id != code.id)
            .order_by(Code.position, Code.name)
        )
    )
    place = len(sisters) if position is None else max(0, min(position, len(sisters)))
    code.parent_id = parent_id
    sisters.insert(place, code)
    for number, sister in enumerate(sisters):
        sister.position = number
    _record(session, "code.move", code, account_id, before=before, after=_state(code))
    session.flush()
    return code


def merge_codes(
    session: Session, study_id: UUID, source_id: UUID, target_id: UUID, *, account_id: UUID | None = None
) -> Code:
    """Give `source`'s codings, children, themes, memos and links to `target`, then delete `source`; none is doubled.

    Raises: NotFound: `coding.code_unknown`.  Invalid: `coding.folder_not_codable`.
    Conflict: `coding.merge_with_itself`, `coding.move_into_itself`, `coding.name_taken` (children of one name).
    """
    source, target = find_code(session, study_id, source_id), find_code(session, study_id, target_id)
    if source.id == target.id:
        raise Conflict("coding.merge_with_itself", name=source.name)
    if not target.is_codable:
        raise Invalid("coding.folder_not_codable", name=target.name)
    if _stands_below(session, target, source):
        move_code(session, study_id, target.id, parent_id=source.parent_id, account_id=account_id)
    for child in session.scalars(select(Code).where(Code.parent_id == source.id)).all():
        move_code(session, study_id, child.id, parent_id=target.id, account_id=account_id)
    before = _state(source)
    there = set(session.execute(select(Coding.segment_id, Coding.coder_id).where(Coding.code_id == target.id)).all())
    moved: list[str] = []
    doubled: list[str] = []
    for coding in session.scalars(select(Coding).where(Coding.code_id == source.id)).all():
        if (coding.segment_id, coding.coder_id) in there:
            doubled.append(str(coding.id))
            session.delete(coding)
        else:
            moved.append(str(coding.id))
            coding.code_id = target.id
    session.flush()
    themes = set(session.scalars(select(ThemeCode.theme_id).where(ThemeCode.code_id == target.id)))
    for held in session.scalars(select(ThemeCode).where(ThemeCode.code_id == source.id)).all():
        if held.theme_id not in themes:
            session.add(ThemeCode(theme_id=held.theme_id, code_id=target.id))
        session.delete(held)
    move_references(session, study_id, ObjectKind.CODE, source.id, target.id)
    session.execute(update(ClusterGroup).where(ClusterGroup.code_id == source.id).values(code_id=target.id))
    _record(
        session,
        "code.merge",
        target,
        account_id,
        before={"source": before},
        after={"target": str(target.id), "moved": moved, "doubled": doubled},
    )
    session.delete(source)
    session.flush()
    return target


def delete_code(session: Session, study_id: UUID, code_id: UUID, *, account_id: UUID | None = None) -> int:
    """Delete a code or folder with all it holds, codings included; return how many codings went.

    The trail keeps each of them. Raises: NotFound: `coding.code_unknown`.
    """
    code = find_code(session, study_id, code_id)
    branch = [code]
    for above in branch:  # grows while it is walked
        branch.extend(session.scalars(select(Code).where(Code.parent_id == above.id)))
    ids = [each.id for each in branch]
    codings = session.scalars(select(Coding).where(Coding.code_id.in_(ids))).all()
    before = {
        "codes": [_state(each) for each in branch],
        "codings": [
            {
                "id": str(coding.id),
                "segment": str(coding.segment_id),
                "code": str(coding.code_id),
                "coder": str(coding.coder_id),
                "status": coding.status.value,
                "source": coding.source,
                "comment": coding.comment,
            }
            for coding in codings
        ],
    }
    _record(session, "code.delete", code, account_id, before=before)
    session.flush()
    session.execute(delete(Coding).where(Coding.code_id.in_(ids)))
    session.execute(delete(ThemeCode).where(ThemeCode.code_id.in_(ids)))
    session.execute(update(ClusterGroup).where(ClusterGroup.code_id.in_(ids)).values(code_id=None))
    for each in reversed(branch):
        session.delete(each)
        session.flush()
    return len(codings)


def find_code(session: Session, study_id: UUID, code_id: UUID) -> Code:
    """Return a code of the study.  Raises: NotFound: `coding.code_unknown`."""
    code = session.get(Code, code_id)
    if code is None or code.study_id != study_id:
        raise NotFound("coding.code_unknown")
    return code


def free_name(session: Session, study_id: UUID, name: str, *, parent_id: UUID | None = None) -> str:
    """Return `name`, with a number behind it when a sister already has it."""
    taken = set(session.scalars(select(Code.name).where(Code.study_id == study_id, _same_parent(parent_id))))
    candidate, number = name, 2
    while candidate in taken:
        candidate, number = f"{name} ({number})", number + 1
    return candidate


def _checked_name(
    session: Session, study_id: UUID, parent_id: UUID | None, name: str, *, but: UUID | None = None
) -> str:
    name = " ".join(normalise(name).split())
    if not name:
        raise Invalid("coding.name_missing")
    if len(name) > _MAX_NAME:
        raise Invalid("coding.name_too_long", limit=_MAX_NAME)
    # Asked here too: the unique constraint lets two top codes share a name, since no parent equals no parent.
    taken = session.scalars(
        select(Code.id).where(Code.study_id == study_id, _same_parent(parent_id), Code.name == name)
    ).first()
    if taken is not None and taken != but:
        raise Conflict("coding.name_taken", name=name)
    return name


def _checked_colour(colour: str) -> str:
    if not _COLOUR.match(colour.strip()):
        raise Invalid("coding.colour_invalid", colour=colour)
    return colour.strip().lower()


def _stands_below(session: Session, code: Code, other: Code) -> bool:
    above = code.parent_id
    while above is not None and above != other.id:
        above = session.scalars(select(Code.parent_id).where(Code.id == above)).one()
    return above == other.id


def _same_parent(parent_id: UUID | None) -> Any:
    return Code.parent_id.is_(None) if parent_id is None else Code.parent_id == parent_id


def _next_position(session: Session, study_id: UUID, parent_id: UUID | None) -> int:
    last = session.scalar(select(func.max(Code.position)).where(Code.study_id == study_id, _same_parent(parent_id)))
    return 0 if last is None else last + 1


def _state(code: Code) -> dict[str, Any]:
    return {
        "id": str(code.id),
        "parent": None if code.parent_id is None else str(code.parent_id),
        **{field: getattr(code, field) for field in _FIELDS},
        "position": code.position,
        "is_codable": code.is_codable,
        "origin": code.origin.value,
    }


def _record(
    session: Session, verb: str, code: Code, account_id: UUID | None, *, before: Any = None, after: Any = None
) -> None:
    record(
        session,
        verb=verb,
        object_kind="code",
        object_id=code.id,
        study_id=code.study_id,
        account_id=account_id,
        before=before,
        after=after,
    )
