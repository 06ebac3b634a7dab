"""A database of its own, that the process of a body can open too."""

from collections.abc import Iterator

import pytest

from tests.app.jobs.processes import prepared_app
from tests.postgresql import fresh_database


@pytest.fixture
def own_url(request, tmp_path) -> Iterator[str]:
    if request.config.getoption("--database") == "postgresql":
        with fresh_database(request.getfixturevalue("postgresql_server")) as address:
            yield address
        return
    yield f"sqlite:///{tmp_path / 'own.sqlite3'}"


@pytest.fixture
def own_app(own_url, tmp_path):
    with prepared_app(own_url, tmp_path) as application:
        yield application
