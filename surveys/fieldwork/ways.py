"""The codes by which somebody comes into a collection otherwise than by its common address."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from surveys.drafts import OpenCollection
from surveys.fieldwork.groups import is_group, start_in_group
from surveys.invitations import is_personal, start_invited


def is_way_in(code: str) -> bool:
    """Whether a code has the form of a personal or of a group's one."""
    return is_personal(code) or is_group(code)


def start_by_code(
    session: Session,
    collection: OpenCollection,
    code: str,
    *,
    token: str,
    locale: str,
    moment: datetime | None = None,
    seed: int | None = None,
) -> UUID:
    """Start a response as the person of a personal code, or as somebody of a group.

    Raises: as `start_invited` and `start_in_group` do.
    """
    begin = start_in_group if is_group(code) else start_invited
    return begin(session, collection, code, token=token, locale=locale, moment=moment, seed=seed)
