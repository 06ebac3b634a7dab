"""The short code a person keeps: it resumes a response, shows what was said, and withdraws it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, case, exists, literal, select, update
from sqlalchemy.orm import Session, aliased

from core.errors import NotFound
from surveys.models import Collection, Response, ResponseState
from surveys.tokens import new_code, read_code, spell


@dataclass(frozen=True, slots=True)
class CodeHolder:
    """The response a code names, and the public code of its collection."""

    response_id: UUID
    collection_code: str
    state: ResponseState


def unless_taken(code: str) -> ColumnElement[str]:
    """Return the value of a receipt: the code wanted, or a random one when another response has it."""
    other = aliased(Response)
    return case((exists().where(other.receipt == code), literal(new_code())), else_=literal(code))


def give_code(session: Session, response_id: UUID, *, code: str = "") -> str:
    """Return the spelled code of a response, made now if it has none; it stays the same when it is submitted.

    Args: code: the one wanted, given unless another response has it.
    """
    receipt = unless_taken(code) if code else new_code()
    session.execute(
        update(Response).where(Response.id == response_id, Response.receipt.is_(None)).values(receipt=receipt),
        execution_options={"synchronize_session": False},
    )
    return spell(session.scalar(select(Response.receipt).where(Response.id == response_id)) or "")


def find_by_code(session: Session, typed: str) -> CodeHolder:
    """Return the response that a code names, typed with or without hyphen, in any case.

    Raises: NotFound("surveys.receipt_not_found").
    """
    row = session.execute(
        select(Response.id, Collection.token, Response.state)
        .join(Collection, Collection.id == Response.collection_id)
        .where(Response.receipt == read_code(typed))
    ).one_or_none()
    if row is None:
        raise NotFound("surveys.receipt_not_found", receipt=typed)
    return CodeHolder(row.id, row.token, row.state)


def code_of_collection(session: Session, collection_id: UUID) -> str:
    """Return the public code of a collection."""
    return session.scalar(select(Collection.token).where(Collection.id == collection_id)) or ""
