"""A database for the whole run, an application on it, and for each test a transaction that is undone."""

import os
from collections.abc import Iterator

import hypothesis
import pytest
from flask import Flask, g, has_app_context
from flask.testing import FlaskClient
from sqlalchemy import Connection
from sqlalchemy.orm import Session

import config
from app.extensions import db
from app.factory import create_app
from app.jobs.engine import prepare_tables
from core.db import Base
from tests.postgresql import postgresql_server, postgresql_url

__all__ = ["postgresql_server", "postgresql_url"]

os.environ.setdefault("OMP_NUM_THREADS", "1")
# A first import or a busy machine is no fault of the property; a build repeats what was tried, a person tries anew.
hypothesis.settings.register_profile("tresse", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.load_profile("tresse")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.addoption("--submissions", type=int, default=2000, help="responses sent while their server is killed")
    parser.addoption("--kills", type=int, default=40, help="how often it is killed")


DATABASES = frozenset({"database_url", "own_url", "empty_url", "postgresql_server", "postgresql_url"})


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, run what uses a database: the rest says the same as on SQLite, where every test runs.

    So do those marked `one_database`: slow, and about processes that only happen to have one.
    """
    if config.getoption("--database") != "postgresql":
        return
    using: list[pytest.Item] = []
    others: list[pytest.Item] = []
    for item in items:
        is_about_it = DATABASES.intersection(getattr(item, "fixturenames", ()))
        (using if is_about_it and not item.get_closest_marker("one_database") else others).append(item)
    config.hook.pytest_deselected(items=others)
    items[:] = using


@pytest.fixture(scope="session")
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty database of the kind under test."""
    if request.config.getoption("--database") == "postgresql":
        yield request.getfixturevalue("postgresql_url")
        return
    yield f"sqlite:///{tmp_path_factory.mktemp('database') / 'tresse.sqlite3'}"


@pytest.fixture(scope="session")
def app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application with every table made."""
    settings = config.load(
        {
            "DATABASE_URL": database_url,
            "TRESSE_DATA_DIR": str(tmp_path_factory.mktemp("data")),
            "SECRET_KEY": "test" * 16,
            "PUBLIC_URL": "http://localhost",
        }
    )
    application = create_app(settings)
    application.testing = True
    application.config["WTF_CSRF_ENABLED"] = False
    # The context below outlives requests, which would hand their `g` (account, language) to the next one.
    application.before_request_funcs.setdefault(None, []).insert(0, forget_the_request_before)
    with application.app_context():
        Base.metadata.create_all(db.engine)
        prepare_tables(settings.database_url)
        yield application
        db.session.remove()
        Base.metadata.drop_all(db.engine)
        db.engine.dispose()


def forget_the_request_before() -> None:
    for name in list(g):
        g.pop(name)


@pytest.fixture(autouse=True)
def forget_what_g_holds() -> None:
    """Start each test with nothing kept by the one before: a language chosen by a request outlives it otherwise."""
    if has_app_context():
        forget_the_request_before()


@pytest.fixture
def connection(app: Flask) -> Iterator[Connection]:
    """One connection whose transaction is undone at the end; the application uses it too."""
    engine = db.engine
    with engine.connect() as connection:
        transaction = connection.begin()
        # Flask-SQLAlchemy ignores a session's own bind (its issues 1167 and 1171): its engine is replaced instead.
        engines = db._app_engines[app]
        engines[None] = connection  # type: ignore[assignment]
        db.session.remove()
        db.session.configure(join_transaction_mode="create_savepoint")
        yield connection
        db.session.remove()
        engines[None] = engine
        transaction.rollback()


@pytest.fixture
def session(connection: Connection) -> Session:
    """The session that services and views of the test share."""
    return db.session()


@pytest.fixture
def client(app: Flask, session: Session) -> FlaskClient:
    """A browser without JavaScript, nobody signed in."""
    return app.test_client()
