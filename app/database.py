"""How connections behave: SQLite made durable and fair to several writers, PostgreSQL as it comes.

SQLite lets one connection write at a time, and those who wait poll: at 8 clients the slowest wait five times
longer than needed. Writers of this machine therefore queue on a lock file, which the kernel hands over at once;
the lock lasts from BEGIN IMMEDIATE to the end of the transaction.
"""

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

_JOURNAL_PATIENCE = 1.0
"""Seconds to wait for readers before the log is emptied."""
REST_SECONDS = 20
WAIT_SECONDS = 30.0
_writing: ContextVar[bool] = ContextVar("writing", default=False)


@contextmanager
def write_intent(*, writing: bool = True) -> Iterator[None]:
    """Transactions begun inside are for writing."""
    mark = _writing.set(writing)
    try:
        yield
    finally:
        _writing.reset(mark)


def declare_write_intent(*, writing: bool) -> None:
    """Say at the start of a request whether its transaction will write."""
    _writing.set(writing)


class WritersBusy(OperationalError):
    """No turn to write came in WAIT_SECONDS: another writer is stuck. Nothing was written."""

    def __init__(self) -> None:
        super().__init__("BEGIN IMMEDIATE", None, sqlite3.OperationalError("no turn to write"))


class WriterQueue:
    """One writer at a time among the threads and processes of this machine."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._start_anew()

    def _start_anew(self) -> None:
        self._pid = os.getpid()
        self._thread_lock = threading.Lock()
        self._descriptor: int | None = None

    def enter(self) -> None:
        """Wait for one's turn.

        Raises: WritersBusy: it did not come in WAIT_SECONDS.
        """
        if self._pid != os.getpid():
            # flock belongs to the open file, which a fork shares: the child opens its own, and closing its copy
            # of the parent's takes nothing from the parent.
            if self._descriptor is not None:
                os.close(self._descriptor)
            self._start_anew()
        end = time.monotonic() + WAIT_SECONDS
        if not self._thread_lock.acquire(timeout=WAIT_SECONDS):
            raise WritersBusy
        try:
            if self._descriptor is None:
                self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._lock_file(self._descriptor, end - time.monotonic())
        except BaseException:
            self._thread_lock.release()
            raise

    def _lock_file(self, descriptor: int, seconds: float) -> None:
        """Lock the file at once, or let a thread wait in the kernel's queue: polling would lose one's place."""
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        turn = _Turn(descriptor)
        if not turn.wait(seconds):
            self._descriptor = None  # the turn closes it, which lets go of a lock that came too late
            raise WritersBusy

    def leave(self) -> None:
        """Let the next one in."""
        if self._pid != os.getpid():
            return  # the lock is the parent's
        if self._descriptor is not None:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        self._thread_lock.release()


class _Turn:
    """A place in the kernel's queue for the lock, which can be given up."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._decision = threading.Lock()
        self._came = threading.Event()
        self._given_up = False
        threading.Thread(target=self._stand, daemon=True, name="writers' queue").start()

    def _stand(self) -> None:
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        with self._decision:
            if self._given_up:
                os.close(self._descriptor)
            else:
                self._came.set()

    def wait(self, seconds: float) -> bool:
        """Say whether the turn came in time; if not, it is given up."""
        self._came.wait(max(0.0, seconds))
        with self._decision:
            self._given_up = not self._came.is_set()
            return not self._given_up


def prepare_engine(engine: Engine) -> None:
    """Attach to a new engine what its database needs."""
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    elif engine.dialect.name == "postgresql":
        _prepare_postgresql(engine)


def _prepare_postgresql(engine: Engine) -> None:
    """Ask a connection whether it is still there only after a rest: asking each time costs every page two turns."""

    @event.listens_for(engine, "checkin")
    def rest(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info["rested_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def wake(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("rested_since", time.monotonic()) < REST_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error  # the pool opens another and goes on


def _prepare_sqlite(engine: Engine) -> None:  # noqa: C901  six short listeners share one queue
    database = engine.url.database
    queue = WriterQueue(database + ".writers") if database and database != ":memory:" else None

    @event.listens_for(engine, "connect")
    def set_up_connection(connection: Any, _record: ConnectionPoolEntry) -> None:
        # The driver opens transactions late and on its own; SQLAlchemy's BEGIN below must be the only one.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            # First: after a crash, the one who opens the file first mends it, and the others wait for it.
            "busy_timeout=30000",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            "trusted_schema=OFF",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not _writing.get():
            connection.exec_driver_sql("BEGIN")
            return
        if queue is not None:
            queue.enter()
            connection.info["queued"] = True
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except BaseException:
            leave(connection)
            raise

    def leave(connection: Connection) -> None:
        if queue is not None and connection.info.pop("queued", False):
            queue.leave()

    @event.listens_for(engine, "commit")
    def commit(connection: Connection) -> None:
        # The event comes before the driver's commit; committing here lets the next writer in after it, not before.
        if connection.info.get("queued"):
            connection.exec_driver_sql("COMMIT")
            leave(connection)

    @event.listens_for(engine, "rollback")
    def rollback(connection: Connection) -> None:
        if connection.info.get("queued"):
            try:
                connection.exec_driver_sql("ROLLBACK")
            finally:  # a full disk has SQLite roll back by itself: there is nothing more to roll back
                leave(connection)

    @event.listens_for(engine, "checkin")
    def checkin(_connection: Any, record: ConnectionPoolEntry) -> None:
        # A connection given back without commit or rollback (its thread died) must not keep the others waiting.
        if queue is not None and record.info.pop("queued", False):
            queue.leave()


def overwrite_journal(engine: Engine) -> None:
    """Empty SQLite's write-ahead log, where pages of before an erasure would stay until others took their place.

    Somebody reading at this moment keeps it from being emptied; the next erasure does it, or the log's own turn.
    """
    database = engine.engine.url.database
    if engine.dialect.name != "sqlite" or not database or database == ":memory:":
        return
    # A connection of its own: those of the pool wait half a minute for readers.
    with closing(sqlite3.connect(database, timeout=_JOURNAL_PATIENCE)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
