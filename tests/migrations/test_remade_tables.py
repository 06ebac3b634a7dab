"""SQLite changes a table by making another: what hangs on the first one must stay."""

import pytest
import sqlalchemy as sa

from app.cli.database import _in_one_transaction, upgrade
from app.database import write_intent
from app.jobs.engine import TABLES
from tests.migrations.rows import counts, populate

NOT_OURS = TABLES | {"alembic_version"}


def operations(config):
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext

    return Operations(MigrationContext.configure(config.attributes["connection"], opts={"render_as_batch": True}))


def full(engine) -> dict[str, int]:
    upgrade(engine)
    with write_intent(), engine.begin() as connection:
        return populate(connection, skip=NOT_OURS)


def test_table_remade_keeps_what_refers_to_it(engine):
    made = full(engine)

    def change(config):
        with operations(config).batch_alter_table("study", recreate="auto") as batch:
            batch.alter_column("description", nullable=True, existing_type=sa.Text())

    _in_one_transaction(engine, change)

    with engine.connect() as connection:
        assert counts(connection, skip=NOT_OURS) == made


def test_migration_that_breaks_references_is_undone(engine):
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL enforces references while it migrates")
    made = full(engine)

    def break_references(config):
        config.attributes["connection"].execute(sa.text("DELETE FROM study"))

    with pytest.raises(RuntimeError, match="broke references"):
        _in_one_transaction(engine, break_references)

    with engine.connect() as connection:
        assert counts(connection, skip=NOT_OURS) == made
