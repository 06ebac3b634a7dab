"""Rows for any table, made from what the database itself says of its columns."""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa

from core.db import Base

MOMENT = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)
# Where a CHECK relates two columns, the second is larger.
LARGER = {"end": 10, "end_ms": 10}


def populate(connection: sa.Connection, *, skip: frozenset[str], each: int = 2) -> dict[str, int]:
    """Insert rows in every table, references respected; return table → number of rows."""
    metadata = sa.MetaData()
    metadata.reflect(connection)
    made: dict[str, list[dict[str, Any]]] = {}
    for table in metadata.sorted_tables:
        if table.name in skip:
            continue
        made[table.name] = [_row(table, number, made) for number in range(each)]
        connection.execute(sa.insert(_typed(table)), made[table.name])
    return {name: len(rows) for name, rows in made.items()}


def counts(connection: sa.Connection, *, skip: frozenset[str]) -> dict[str, int]:
    names = set(sa.inspect(connection).get_table_names()) - skip
    return {name: connection.execute(sa.text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in sorted(names)}


def _typed(table: sa.Table) -> sa.TableClause:
    """The same columns with Python's types: SQLite reflects a Uuid as CHAR(32) and a moment without its zone."""
    return sa.table(table.name, *(sa.column(column.name, _type(table, column)) for column in table.columns))


def _type(table: sa.Table, column: sa.Column[Any]) -> sa.types.TypeEngine[Any]:
    model = Base.metadata.tables.get(table.name)
    if model is not None and column.name in model.columns:
        kind = model.columns[column.name].type
        return sa.Text() if isinstance(kind, sa.Enum) else kind
    if isinstance(column.type, sa.CHAR) and column.type.length == 32:
        return sa.Uuid()
    return column.type


def _row(table: sa.Table, number: int, made: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    return {column.name: _value(table, column, number, made) for column in table.columns}


def _value(table: sa.Table, column: sa.Column[Any], number: int, made: dict[str, list[dict[str, Any]]]) -> Any:
    for key in column.foreign_keys:
        referred, name = key.target_fullname.split(".")
        if referred == table.name:
            return None
        return made[referred][number][name]
    model = Base.metadata.tables.get(table.name)
    kind = _type(table, column)
    if model is not None and column.name in model.columns and isinstance(model.columns[column.name].type, sa.Enum):
        return model.columns[column.name].type.enums[0]
    if isinstance(kind, sa.TypeDecorator):
        kind = kind.impl
    python = kind.python_type if not isinstance(kind, sa.JSON) else dict
    values: dict[type, Any] = {
        uuid.UUID: uuid.uuid5(uuid.NAMESPACE_OID, f"{table.name}.{column.name}.{number}"),
        str: f"{table.name}-{column.name}-{number}",
        int: number + 1 + LARGER.get(column.name, 0),
        float: number + 0.5,
        bool: False,
        dt.datetime: MOMENT + dt.timedelta(days=number),
        dt.time: dt.time(9, number % 60),
        dt.date: MOMENT.date(),
        bytes: b"sealed",
        dict: {"number": number},
        list: [number],
    }
    return values[python]
