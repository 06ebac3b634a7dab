"""Statements sent to the database, in the order sent."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, event


@pytest.fixture
def count_statements(connection: Connection) -> Callable[[], list[str]]:
    """Return a list that grows with each statement from now on."""

    def start() -> list[str]:
        sent: list[str] = []

        @event.listens_for(connection, "before_cursor_execute")
        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
                sent.append(statement)

        return sent

    return start
