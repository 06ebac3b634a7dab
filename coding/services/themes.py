"""Themes: groups of codes with an interpretation."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from coding.models import Code, Theme, ThemeCode
from core.audit import record
from core.errors import Conflict, Invalid, NotFound
from core.text import normalise


def create_theme(
    session: Session,
    study_id: UUID,
    name: str,
    *,
    interpretation: str = "",
    code_ids: Sequence[UUID] = (),
    account_id: UUID | None = None,
) -> Theme:
    """Add a theme at the end of the list.

    Raises: Invalid: `coding.name_missing`.  Conflict: `coding.theme_taken`.  NotFound: `coding.code_unknown`.
    """
    name = _checked_name(session, study_id, name)
    last = session.scalar(select(func.max(Theme.position)).where(Theme.study_id == study_id))
    theme = Theme(
        id=uuid4(),
        study_id=study_id,
        name=name,
        interpretation=interpretation.strip(),
        position=0 if last is None else last + 1,
    )
    session.add(theme)
    session.flush()
    kept = _keep_codes(session, theme, code_ids)
    _record(session, "theme.create", theme, account_id, after=_state(theme, kept))
    session.flush()
    return theme


def update_theme(
    session: Session,
    study_id: UUID,
    theme_id: UUID,
    *,
    name: str | None = None,
    interpretation: str | None = None,
    account_id: UUID | None = None,
) -> Theme:
    """Change a theme's name or interpretation. Raises as `create_theme`, and NotFound: `coding.theme_unknown`."""
    theme = _find(session, study_id, theme_id)
    before = _state(theme, None)
    if name is not None:
        theme.name = _checked_name(session, study_id, name, but=theme.id)
    if interpretation is not None:
        theme.interpretation = interpretation.strip()
    _record(session, "theme.update", theme, account_id, before=before, after=_state(theme, None))
    session.flush()
    return theme


def set_theme_codes(
    session: Session, study_id: UUID, theme_id: UUID, code_ids: Sequence[UUID], *, account_id: UUID | None = None
) -> Theme:
    """Set the codes a theme holds. Raises: NotFound: `coding.theme_unknown`, `coding.code_unknown`."""
    theme = _find(session, study_id, theme_id)
    before = list(session.scalars(select(ThemeCode.code_id).where(ThemeCode.theme_id == theme.id)))
    session.execute(delete(ThemeCode).where(ThemeCode.theme_id == theme.id))
    kept = _keep_codes(session, theme, code_ids)
    _record(session, "theme.codes", theme, account_id, before=_state(theme, before), after=_state(theme, kept))
    session.flush()
    return theme


def delete_theme(session: Session, study_id: UUID, theme_id: UUID, *, account_id: UUID | None = None) -> None:
    """Delete a theme; its codes stay. Raises: NotFound: `coding.theme_unknown`."""
    theme = _find(session, study_id, theme_id)
    held = list(session.scalars(select(ThemeCode.code_id).where(ThemeCode.theme_id == theme.id)))
    _record(session, "theme.delete", theme, account_id, before=_state(theme, held))
    session.execute(delete(ThemeCode).where(ThemeCode.theme_id == theme.id))
    session.execute(delete(Theme).where(Theme.id == theme.id))
    session.flush()


def _find(session: Session, study_id: UUID, theme_id: UUID) -> Theme:
    theme = session.get(Theme, theme_id)
    if theme is None or theme.study_id != study_id:
        raise NotFound("coding.theme_unknown")
    return theme


def _keep_codes(session: Session, theme: Theme, code_ids: Sequence[UUID]) -> list[UUID]:
    wanted = list(dict.fromkeys(code_ids))
    known = set(session.scalars(select(Code.id).where(Code.study_id == theme.study_id, Code.id.in_(wanted))))
    if len(known) < len(wanted):
        raise NotFound("coding.code_unknown")
    session.add_all(ThemeCode(theme_id=theme.id, code_id=code_id) for code_id in wanted)
    return wanted


def _checked_name(session: Session, study_id: UUID, name: str, *, but: UUID | None = None) -> str:
    name = " ".join(normalise(name).split())
    if not name:
        raise Invalid("coding.name_missing")
    taken = session.scalar(select(Theme.id).where(Theme.study_id == study_id, Theme.name == name))
    if taken is not None and taken != but:
        raise Conflict("coding.theme_taken", name=name)
    return name


def _state(theme: Theme, codes: Sequence[UUID] | None) -> dict[str, Any]:
    state: dict[str, Any] = {"name": theme.name, "interpretation": theme.interpretation, "position": theme.position}
    if codes is not None:
        state["codes"] = sorted(str(code) for code in codes)
    return state


def _record(
    session: Session, verb: str, theme: Theme, account_id: UUID | None, *, before: Any = None, after: Any = None
) -> None:
    record(
        session,
        verb=verb,
        object_kind="theme",
        object_id=theme.id,
        study_id=theme.study_id,
        account_id=account_id,
        before=before,
        after=after,
    )
