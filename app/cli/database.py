"""Create, upgrade, check and save the database.

Alembic is called directly and loaded only when there is something to do: a start compares two short strings.
"""

import re
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from flask_babel import force_locale, gettext
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text

from app.database import prepare_engine, write_intent
from app.jobs.engine import TABLES as ENGINE_TABLES
from app.jobs.engine import prepare_tables, tables_exist
from config import Settings
from core.clock import now

MIGRATIONS = Path(__file__).parents[2] / "migrations"
HEAD_FILE = MIGRATIONS / "HEAD"
# Any number that no other program takes on the same server.
UPGRADE_LOCK = 7_277_473

commands = AppGroup("database", help="Create, upgrade, check and save the database.")


class DatabaseRefused(click.ClickException):
    """The database cannot be used as it is; the sentence says what to do."""

    exit_code = 2


def head() -> str:
    """Return the revision that this code expects."""
    return HEAD_FILE.read_text(encoding="ascii").strip()


def known_revisions() -> set[str]:
    """Return the revisions that this code can bring forward; a file is named by its revision."""
    return {path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py")}


def revision_of(connection: Connection) -> str | None:
    """Return the revision of this database; None when it is empty.

    Raises: DatabaseRefused: it holds tables that are not Tresse's.
    """
    names = set(inspect(connection).get_table_names())
    if "alembic_version" in names:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if names & {"study", "account"}:
        raise DatabaseRefused(gettext("This database has no version. Was it made by a trial version of Tresse?"))
    return None


def prepare(app: Flask) -> None:
    """Create the tables of an empty database, bring an older one forward, refuse a newer one.

    A SQLite file that holds data is copied beside itself first.
    Raises: DatabaseRefused.
    """
    settings: Settings = app.config["SETTINGS"]
    with app.app_context(), force_locale(settings.default_locale):
        engine = _migration_engine(settings)
        try:
            with engine.connect() as connection:
                found = revision_of(connection)
            if found != head():
                _bring_forward(engine, settings)
            if found != head() or not tables_exist(engine):
                prepare_tables(settings.database_url)
        finally:
            engine.dispose()


def _bring_forward(engine: Engine, settings: Settings) -> None:
    with _alone(engine):
        with engine.connect() as connection:
            found = revision_of(connection)
        if found == head():
            return  # another process did it while we waited
        if found is not None and found not in known_revisions():
            raise DatabaseRefused(
                gettext(
                    "The database (version %(found)s) is newer than this Tresse (%(known)s). Install the newer one.",
                    found=found,
                    known=head(),
                )
            )
        if found is not None and settings.is_sqlite:
            saved = back_up_sqlite(_sqlite_path(settings), settings.data_dir / "backups")
            click.echo(gettext("Saved before the upgrade: %(path)s", path=saved), err=True)
        upgrade(engine)


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database of this engine to `revision`, wholly or not at all."""
    from alembic import command  # noqa: PLC0415  slow import

    _in_one_transaction(engine, lambda config: command.upgrade(config, revision))


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database of this engine back to `revision`, wholly or not at all."""
    from alembic import command  # noqa: PLC0415  slow import

    _in_one_transaction(engine, lambda config: command.downgrade(config, revision))


def _in_one_transaction(engine: Engine, act: Any) -> None:
    with write_intent(), engine.begin() as connection:
        act(_config(connection))
        if engine.dialect.name == "sqlite":
            # References were not watched meanwhile (see _migration_engine): look before anything is kept.
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if broken:
                message = f"the migration broke references: {broken[:5]}"
                raise RuntimeError(message)


def _config(connection: Connection | None = None) -> Any:
    from alembic.config import Config  # noqa: PLC0415  slow import

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def is_ours(_thing: Any, name: str | None, kind: str, _reflected: bool, _compare_to: Any) -> bool:
    """Leave the job engine's tables to itself; on SQLite they stand beside ours."""
    return not (kind == "table" and name in ENGINE_TABLES)


def _migration_engine(settings: Settings) -> Engine:
    engine = create_engine(settings.database_url)
    if settings.is_sqlite:
        path = _sqlite_path(settings)
        path.parent.mkdir(parents=True, exist_ok=True)
        # Readable by nobody else, and so are the files that SQLite puts beside it.
        path.touch(mode=0o600)
    prepare_engine(engine)
    if settings.is_sqlite:
        # SQLite changes a table by making a new one and dropping the old: with references on, dropping a study's
        # table would delete everything that hangs on it.
        @event.listens_for(engine, "connect")
        def let_tables_be_remade(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA foreign_keys=OFF").close()

    return engine


def _sqlite_path(settings: Settings) -> Path:
    return Path(settings.database_url.removeprefix("sqlite:///"))


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    """Let one process at a time upgrade. On SQLite the queue of writers already does."""
    if engine.dialect.name == "sqlite":
        yield
        return
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:number)"), {"number": UPGRADE_LOCK})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:number)"), {"number": UPGRADE_LOCK})


def back_up_sqlite(source: Path, folder: Path) -> Path:
    """Copy a SQLite database while it is in use, check the copy, and return its path.

    Raises: DatabaseRefused: the copy is not sound; it is removed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{source.stem}-{now():%Y%m%dT%H%M%S%f}.sqlite3"
    with closing(sqlite3.connect(source)) as origin, closing(sqlite3.connect(target)) as copy:
        target.chmod(0o600)
        origin.backup(copy)
        # The page-by-page copy keeps the journal mode; a copy must be one file.
        copy.execute("PRAGMA journal_mode=DELETE").close()
        verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if verdict != "ok":
        target.unlink()
        raise DatabaseRefused(gettext("The copy of the database is not sound; nothing was changed."))
    return target


def _back_up_postgresql(settings: Settings, folder: Path) -> Path:
    program = shutil.which("pg_dump")
    if program is None:
        raise DatabaseRefused(gettext("pg_dump is missing. Install it: apt-get install postgresql-client"))
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"tresse-{now():%Y%m%dT%H%M%S%f}.dump"
    address = settings.database_url.replace("postgresql+psycopg://", "postgresql://")
    target.touch(mode=0o600)
    with target.open("wb") as out:
        done = subprocess.run([program, "-Fc", "--dbname", address], stdout=out, check=False)  # noqa: S603  fixed program
    if done.returncode:
        target.unlink()
        raise DatabaseRefused(gettext("pg_dump failed; its message stands above."))
    return target


@commands.command("upgrade")
@with_appcontext
def upgrade_command() -> None:
    """Create the tables, or bring them forward; twice is harmless."""
    prepare(_app())
    with force_locale(_locale()):
        click.echo(gettext("The database is up to date (version %(revision)s).", revision=head()))


@commands.command("check")
@with_appcontext
def check_command() -> None:
    """Say whether the database is sound and up to date; exit code 2 when not."""
    settings: Settings = current_app.config["SETTINGS"]
    with force_locale(_locale()):
        engine = _migration_engine(settings)
        try:
            with engine.connect() as connection:
                found = revision_of(connection)
                sound = _is_sound(connection)
        finally:
            engine.dispose()
        if not sound:
            raise DatabaseRefused(gettext("The database is damaged: restore the last backup."))
        if found != head():
            raise DatabaseRefused(
                gettext(
                    "The database is at version %(found)s, this Tresse expects %(known)s. Run: database upgrade",
                    found=found or "-",
                    known=head(),
                )
            )
        click.echo(gettext("The database is sound and up to date (version %(revision)s).", revision=head()))


def _is_sound(connection: Connection) -> bool:
    if connection.dialect.name != "sqlite":
        return True
    verdict = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
    return verdict == "ok" and not connection.exec_driver_sql("PRAGMA foreign_key_check").all()


@commands.command("backup")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), help="Default: backups in the data folder.")
@with_appcontext
def backup_command(folder: Path | None) -> None:
    """Copy the database while it is in use, and check the copy."""
    settings: Settings = current_app.config["SETTINGS"]
    target = folder or settings.data_dir / "backups"
    with force_locale(_locale()):
        if settings.is_sqlite:
            saved = back_up_sqlite(_sqlite_path(settings), target)
        else:
            saved = _back_up_postgresql(settings, target)
    click.echo(str(saved))


@commands.command("migration", hidden=True)
@click.argument("name")
def migration_command(name: str) -> None:
    """Write the next migration from what the models say (for developers)."""
    from alembic import command  # noqa: PLC0415  slow import

    number = f"{max((int(known) for known in known_revisions()), default=0) + 1:04d}"
    slug = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/compared.sqlite3")
        prepare_engine(engine)
        if known_revisions():
            upgrade(engine)
        with write_intent(), engine.begin() as connection:
            config = _config(connection)
            config.set_main_option("file_template", f"{number}_{slug}")
            command.revision(config, message=name, autogenerate=True, rev_id=number)
        engine.dispose()
    written = MIGRATIONS / "versions" / f"{number}_{slug}.py"
    lines = written.read_text(encoding="utf-8").splitlines(keepends=True)
    written.write_text("".join(line for line in lines if "### " not in line), encoding="utf-8")
    HEAD_FILE.write_text(number + "\n", encoding="ascii")
    click.echo(f"migrations/versions/{written.name}")


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  the application itself
    return app


def _locale() -> str:
    locale: str = current_app.config["SETTINGS"].default_locale
    return locale


def init_app(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(commands)
