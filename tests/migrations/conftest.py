from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

import config
from app.cli.database import _migration_engine
from tests.postgresql import fresh_database


@pytest.fixture
def empty_url(request, tmp_path) -> Iterator[str]:
    if request.config.getoption("--database") == "postgresql":
        with fresh_database(request.getfixturevalue("postgresql_server")) as address:
            yield address
        return
    yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"


@pytest.fixture
def settings(empty_url: str, tmp_path: Path) -> config.Settings:
    return config.load(
        {
            "DATABASE_URL": empty_url,
            "TRESSE_DATA_DIR": str(tmp_path / "data"),
            "SECRET_KEY": "test" * 16,
            "PUBLIC_URL": "http://localhost",
        }
    )


@pytest.fixture
def engine(settings) -> Iterator[Engine]:
    """Connections as the upgrade itself has them."""
    engine = _migration_engine(settings)
    yield engine
    engine.dispose()
