from contextlib import contextmanager

import pytest
from sqlalchemy import event


@pytest.fixture
def count_statements(connection):
    """Gather the statements sent to the database, savepoints aside."""

    @contextmanager
    def gather():
        statements = []

        def note(_connection, _cursor, statement, *_rest):
            if "SAVEPOINT" not in statement:
                statements.append(statement)

        event.listen(connection, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(connection, "before_cursor_execute", note)

    return gather
