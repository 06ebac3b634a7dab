"""The engine that runs jobs (DBOS), as far as the rest may know: its connections, its tables, its words.

Its tables live in the application's own database, so that a job and the data it is about are kept or lost together.
On SQLite it needs connections of its own, because it opens its transactions itself; they are as durable as ours.
"""

import functools
import json
import logging
from typing import Any

from sqlalchemy import Engine, create_engine, event, inspect
from sqlalchemy.pool import ConnectionPoolEntry

# Constant on purpose: the engine's default is a hash of the code, and would strand the jobs of the version before.
# A job whose steps change order gets a new WORKFLOW name instead.
APPLICATION_VERSION = "1"
APPLICATION_NAME = "tresse"
QUEUE = "jobs"
WORKFLOW = "job_v1"
SCHEMA = "dbos"
# LISTEN would hold one more connection a process, for events that nobody waits for. Decided once: it shapes tables.
USE_LISTEN_NOTIFY = False

# The engine's tables: beside ours in a SQLite file, in a schema of their own on PostgreSQL.
TABLES = frozenset(
    {
        "application_versions",
        "datasource_outputs",
        "dbos_datasource_migrations",
        "dbos_migrations",
        "notifications",
        "operation_outputs",
        "queues",
        "streams",
        "workflow_events",
        "workflow_events_history",
        "workflow_input",
        "workflow_output",
        "workflow_schedules",
        "workflow_status",
    }
)


def job_engine(url: str) -> Engine:
    """Return connections for the job engine to this database."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=4, max_overflow=4, pool_pre_ping=True)
    engine = create_engine(url)

    @event.listens_for(engine, "connect")
    def set_up_connection(connection: Any, _record: ConnectionPoolEntry) -> None:
        # The driver begins before the first write only: polling reads then never hold the write lock.
        connection.isolation_level = "IMMEDIATE"
        for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()

    return engine


@functools.cache
def json_serializer() -> Any:
    """Return a serializer that knows JSON only; the engine's own is pickle."""
    from dbos import Serializer

    class JsonSerializer(Serializer):
        def serialize(self, data: Any) -> str:
            return json.dumps(data, default=_plain)

        def deserialize(self, serialized_data: str) -> Any:
            return json.loads(serialized_data)

        def name(self) -> str:
            return "tresse_json"

    return JsonSerializer()


def _plain(value: Any) -> Any:
    # Errors of a step are stored too; JSON keeps what a person would read of them.
    if isinstance(value, BaseException):
        return {"error": type(value).__name__, "text": str(value)[:2000]}
    message = f"not JSON: {type(value).__name__}"
    raise TypeError(message)


def hush() -> None:
    """Let the engine speak of trouble only."""
    logging.getLogger("dbos").setLevel(logging.WARNING)


def tables_exist(engine: Engine) -> bool:
    """Say whether the engine's tables are there, without loading the engine."""
    schema = None if engine.dialect.name == "sqlite" else SCHEMA
    names = set(inspect(engine).get_table_names(schema=schema))
    return {"workflow_status", "datasource_outputs"} <= names


def prepare_tables(url: str) -> None:
    """Create or upgrade the engine's own tables; they are no part of our migrations."""
    from dbos import SQLAlchemyDatasource
    from dbos._sys_db import SystemDatabase

    hush()
    engine = job_engine(url)
    try:
        system = SystemDatabase.create(
            system_database_url=url,
            engine_kwargs={},
            engine=engine,
            schema=SCHEMA,
            serializer=json_serializer(),
            executor_id=None,
            use_listen_notify=USE_LISTEN_NOTIFY,
        )
        system.run_migrations()
        SQLAlchemyDatasource.migrate(url, schema=SCHEMA)
    finally:
        engine.dispose()
