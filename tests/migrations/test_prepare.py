import contextvars
import sqlite3

import pytest
import sqlalchemy as sa

from app.cli.database import DatabaseRefused, back_up_sqlite, head, prepare
from app.database import write_intent
from app.factory import create_app
from app.jobs.engine import tables_exist
from tests.migrations.rows import counts


def prepared(settings):
    application = create_app(settings)
    prepare(application)
    return application


def set_revision(engine, revision: str) -> None:
    with write_intent(), engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


def test_prepare_makes_every_table_of_an_empty_database(settings, engine):
    prepared(settings)

    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() == head()
        assert "study" in counts(connection, skip=frozenset())
    assert tables_exist(engine)


def test_prepare_twice_changes_nothing(settings, engine):
    application = prepared(settings)
    with engine.connect() as connection:
        before = counts(connection, skip=frozenset())

    prepare(application)

    with engine.connect() as connection:
        assert counts(connection, skip=frozenset()) == before
    assert not (settings.data_dir / "backups").exists()


def test_prepare_refuses_a_newer_database(settings, engine):
    application = prepared(settings)
    set_revision(engine, "9999")

    with pytest.raises(DatabaseRefused) as refusal:
        prepare(application)

    assert refusal.value.exit_code == 2
    assert "9999" in refusal.value.message
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() == "9999"


def test_prepare_refuses_tables_without_a_version(settings, engine):
    with write_intent(), engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE study (id INTEGER)"))

    with pytest.raises(DatabaseRefused):
        prepare(create_app(settings))


def test_database_commands_answer_with_one_sentence_and_a_code(settings, engine):
    runner = create_app(settings).test_cli_runner()

    def run(act):
        # Without a context of its own a command would work on the application of the tests around it.
        return contextvars.Context().run(runner.invoke, args=["database", act])

    before, upgraded, after = run("check"), run("upgrade"), run("check")

    assert (before.exit_code, upgraded.exit_code, after.exit_code) == (2, 0, 0)
    assert head() in after.output


def test_backup_of_sqlite_in_use_is_sound(tmp_path):
    source = sqlite3.connect(tmp_path / "used.sqlite3")
    source.execute("PRAGMA journal_mode=WAL")
    source.execute("CREATE TABLE answer (value TEXT)")
    source.execute("INSERT INTO answer VALUES ('kept')")
    source.commit()
    source.execute("INSERT INTO answer VALUES ('not committed')")

    saved = back_up_sqlite(tmp_path / "used.sqlite3", tmp_path / "backups")

    copy = sqlite3.connect(saved)
    assert copy.execute("SELECT value FROM answer").fetchall() == [("kept",)]
    assert saved.stat().st_mode & 0o777 == 0o600
    copy.close()
    source.rollback()
    source.close()
