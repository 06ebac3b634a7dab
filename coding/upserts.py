"""Insert-or-find in one statement, so that two people pressing at the same moment get one row and no error."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.db import Base


def insert_missing(session: Session, model: type[Base], values: dict[str, Any], *, unique: Sequence[str]) -> bool:
    """Insert a row unless one has the same `unique` columns; return whether it was inserted.

    On PostgreSQL the statement waits for another transaction that is inserting the same row, and then sees it.
    """
    table = model.__table__
    assert isinstance(table, Table)
    dialect = session.get_bind().dialect.name
    insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(table).values(**values).on_conflict_do_nothing(index_elements=list(unique))
    return bool(session.execute(statement.returning(*table.primary_key.columns)).first())
