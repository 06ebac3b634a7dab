import pytest
import sqlalchemy as sa

import app.models  # noqa: F401  every table must be known
from app.cli.database import MIGRATIONS, _config, downgrade, head, is_ours, known_revisions, upgrade
from app.database import write_intent
from app.jobs.engine import TABLES, prepare_tables
from core.db import Base
from tests.migrations.rows import counts, populate

REVISIONS = sorted(known_revisions())
NOT_OURS = TABLES | {"alembic_version"}


def previous(revision: str) -> str:
    return f"{int(revision) - 1:04d}" if int(revision) > 1 else "base"


def test_head_file_names_the_last_revision():
    from alembic.script import ScriptDirectory

    assert ScriptDirectory.from_config(_config()).get_heads() == [head()]


def test_revisions_are_numbered_without_a_gap():
    assert [f"{number:04d}" for number in range(1, len(REVISIONS) + 1)] == REVISIONS


def test_file_of_a_revision_is_named_by_it():
    from alembic.script import ScriptDirectory

    names = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}

    assert names == {path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("*.py")}


@pytest.mark.parametrize("revision", REVISIONS)
def test_revision_keeps_rows_up_down_and_up_again(engine, revision):
    if previous(revision) != "base":
        upgrade(engine, previous(revision))
        with write_intent(), engine.begin() as connection:
            populate(connection, skip=NOT_OURS)
    with engine.connect() as connection:
        before = counts(connection, skip=NOT_OURS)

    upgrade(engine, revision)
    with engine.connect() as connection:
        after = counts(connection, skip=NOT_OURS)
    downgrade(engine, previous(revision))
    with engine.connect() as connection:
        back = counts(connection, skip=NOT_OURS)
    upgrade(engine, revision)
    with engine.connect() as connection:
        again = counts(connection, skip=NOT_OURS)

    assert {name: after.get(name) for name in before} == before
    assert back == before
    assert again == after


@pytest.mark.parametrize("revision", REVISIONS)
def test_revision_full_of_rows_goes_down_and_up(engine, revision):
    upgrade(engine, revision)
    with write_intent(), engine.begin() as connection:
        made = populate(connection, skip=NOT_OURS)

    downgrade(engine, previous(revision))
    with engine.connect() as connection:
        kept = counts(connection, skip=NOT_OURS)
    upgrade(engine, revision)

    assert kept == {name: made[name] for name in kept}
    assert set(made.values()) == {2}


def test_migrated_schema_is_the_models_schema(engine, settings):
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    upgrade(engine)
    prepare_tables(settings.database_url)

    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": is_ours, "compare_type": True, "target_metadata": Base.metadata}
        )
        differences = compare_metadata(context, Base.metadata)
    assert differences == []


def test_migrated_checks_are_the_models_checks(engine):
    upgrade(engine)
    inspector = sa.inspect(engine)

    found = {name: {check["name"] for check in inspector.get_check_constraints(name)} for name in Base.metadata.tables}

    wanted = {
        name: {_name_of(rule, engine) for rule in table.constraints if isinstance(rule, sa.CheckConstraint)}
        for name, table in Base.metadata.tables.items()
    }
    assert found == wanted
    assert "ck_job_job_state" in wanted["job"]


def _name_of(rule: sa.CheckConstraint, engine: sa.Engine) -> str:
    return engine.dialect.identifier_preparer.format_constraint(rule).strip('"')
