"""Projects kept in an SQLite file: Taguette and QualCoder. The file is a stranger's, and is treated so.

It is opened read-only and unchangeable, only SELECT on real tables is allowed, no function or trigger of its own can
run, a query may not take longer than a minute nor a value be larger than 50 MB.
"""

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

from coding.exchange.offsets import place_selections
from coding.exchange.project import Project
from coding.exchange.qualcoder import read_qualcoder
from coding.exchange.taguette import read_taguette
from core.errors import Invalid

MAX_VALUE_BYTES = 50_000_000
MAX_ROWS = 1_000_000
_SECONDS = 60
_STEPS = 100_000
_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ})

Row = dict[str, Any]
Read = Callable[[str, Sequence[str]], list[Row]]
"""Return the rows of a table with these columns; those that an earlier version of the file lacks are None."""

_READERS: tuple[tuple[frozenset[str], Callable[[Read], Project]], ...] = (
    (frozenset({"projects", "documents", "highlights", "tags", "highlight_tags"}), read_taguette),
    (frozenset({"source", "code_name", "code_text", "code_cat"}), read_qualcoder),
)


def read_database(content: bytes, *, file: str) -> Project:
    """Read a Taguette or QualCoder database. Raises: Invalid: `project.database_*`."""
    try:
        with _opened(content) as connection:
            tables = _tables(connection)
            reader = next((read for needed, read in _READERS if needed <= set(tables)), None)
            if reader is None:
                raise Invalid("project.database_unknown", file=file)
            project = reader(lambda table, columns: _rows(connection, tables, table, columns, file))
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
        raise Invalid("project.database_broken", file=file) from error
    place_selections(project)
    return project


@contextmanager
def _opened(content: bytes) -> Iterator[sqlite3.Connection]:
    with tempfile.NamedTemporaryFile(suffix=".sqlite3") as held:
        held.write(content)
        held.flush()
        with closing(sqlite3.connect(f"file:{held.name}?mode=ro&immutable=1", uri=True)) as connection:
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)
            for order in ("trusted_schema=OFF", "query_only=ON", "cell_size_check=ON", "mmap_size=0"):
                connection.execute(f"PRAGMA {order}")
            connection.row_factory = sqlite3.Row
            end = time.monotonic() + _SECONDS
            connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
            yield connection


def _tables(connection: sqlite3.Connection) -> dict[str, list[str]]:
    """Return the columns of each real table: a view or a virtual table may run what its author wrote."""
    found: dict[str, list[str]] = {}
    for row in connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall():
        name, sql = str(row["name"]), str(row["sql"] or "")
        if name.isidentifier() and not sql.upper().lstrip().startswith("CREATE VIRTUAL"):
            columns = connection.execute(f"PRAGMA table_info({name})").fetchall()
            found[name] = [str(column["name"]) for column in columns]
    connection.set_authorizer(lambda action, *_rest: sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY)
    return found


def _rows(
    connection: sqlite3.Connection, tables: dict[str, list[str]], table: str, columns: Sequence[str], file: str
) -> list[Row]:
    if table not in tables:
        return []
    there = [name for name in columns if name in tables[table]]
    if not there:
        return []
    names = ", ".join(f'"{name}"' for name in there)
    query = f'SELECT {names} FROM "{table}" ORDER BY rowid LIMIT {MAX_ROWS + 1}'  # noqa: S608  names are ours
    rows = connection.execute(query).fetchall()
    if len(rows) > MAX_ROWS:
        raise Invalid("project.database_too_large", file=file, table=table, limit=MAX_ROWS)
    return [dict.fromkeys(columns) | {name: row[name] for name in there} for row in rows]
