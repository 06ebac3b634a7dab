"""The worker: takes jobs one at a time, has their bodies run apart, keeps what they return exactly once.

The rules that make it lose nothing (docs/adr/0006-jobs.md):
- the executor id is new at each start, and its sign of life is written before the engine may claim anything;
- every worker looks for claimed jobs whose executor gives no sign of life, starting from the jobs, and gives them back;
- one job is one body step and one transaction that writes the result and marks the job done, or writes why it failed;
- a database that is away is waited for, however long; it makes no job fail;
- the application version never changes; what is stored is JSON.
"""

import logging
import os
import signal
import socket
import threading
import time
import uuid
from dataclasses import dataclass, field
from types import FrameType
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from app.database import write_intent
from app.extensions import db
from app.jobs import services
from app.jobs.bodies import BodyProcess, Outcome
from app.jobs.engine import (
    APPLICATION_NAME,
    APPLICATION_VERSION,
    QUEUE,
    SCHEMA,
    USE_LISTEN_NOTIFY,
    WORKFLOW,
    hush,
    job_engine,
    json_serializer,
)
from app.jobs.kinds import gather_of, kind_of, store_of
from app.jobs.periodic import take_turns
from app.unit_of_work import unit_of_work
from config import Settings
from core.errors import DomainError

logger = logging.getLogger("tresse.jobs")

# A database that answers, and yet refuses the same work so often, will go on refusing it.
DATABASE_TRIES = 6
DATABASE_PAUSE_SECONDS = 1.0
ALIVE_STATES = frozenset({"ENQUEUED", "PENDING", "DELAYED"})
AWAY = (OperationalError, InterfaceError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often a worker looks, in seconds; `silence` is how long a worker may say nothing before it counts as dead.

    `worker_deaths` is how many workers may die by force with the same job in hand before it is given up. It is high
    because most such deaths are not the job's doing (a power cut, a machine short of memory); a job that only brings
    down the process of its body is found out there, after five deaths (`app.jobs.bodies`). `turns` is how often it asks
    whether the turn of periodic work has come.
    """

    poll: float = 0.5
    sign_of_life: float = 5.0
    silence: float = 45.0
    worker_deaths: int = 20
    turns: float = 20.0


@dataclass(slots=True)
class Hands:
    """The engine's work that a thread of this process holds, and since when some of it is claimed but held by none."""

    held: set[str] = field(default_factory=set)
    dropped_at: dict[str, float] = field(default_factory=dict)

    def longest_dropped(self, claimed: set[str]) -> float:
        """Return for how many seconds the worst of our claims has been held by no thread."""
        at = time.monotonic()
        self.dropped_at = {key: self.dropped_at.get(key, at) for key in claimed - self.held}
        return max((at - since for since in self.dropped_at.values()), default=0.0)


def body_environment(settings: Settings) -> dict[str, str]:
    """Return the environment of bodies: this process's, with the settings in force."""
    return dict(os.environ) | {
        "DATABASE_URL": settings.database_url,
        "TRESSE_DATA_DIR": str(settings.data_dir),
        "SECRET_KEY": settings.secret_key,
        "PUBLIC_URL": settings.public_url,
        "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "2"),
    }


class Worker:
    """One worker process."""

    def __init__(self, app: Flask, pace: Pace | None = None) -> None:
        self._app = app
        self._pace = pace or Pace()
        self._settings: Settings = app.config["SETTINGS"]
        self._bodies = BodyProcess(body_environment(self._settings))
        self._stop = threading.Event()
        self._hands = Hands()
        self._turner: threading.Thread | None = None
        self._asked_at = 0.0
        self.executor_id = f"{socket.gethostname()}-{uuid.uuid4().hex[:12]}"

    def run(self) -> None:
        """Work until a signal says to stop; what was under way is then given back for another worker."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask_to_stop)
        with self._app.app_context(), unit_of_work() as session:
            services.sign_of_life(session, self.executor_id)
        self._launch()
        while not self._stop.wait(self._pace.sign_of_life):
            try:
                self._look_after()
            except Exception:
                # The database may be away for a while; the next look finds what this one missed.
                logger.exception("could not look after the jobs")
            self._take_turns()
        self._leave()

    def _take_turns(self) -> None:
        """Let periodic work be done beside the jobs, in a thread: however long it takes, the signs of life go on."""
        is_busy = self._turner is not None and self._turner.is_alive()
        if is_busy or time.monotonic() - self._asked_at < self._pace.turns:
            return
        self._asked_at = time.monotonic()
        self._turner = threading.Thread(target=take_turns, args=(self._app,), daemon=True, name="turns")
        self._turner.start()

    def _ask_to_stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stop.set()

    def _launch(self) -> None:
        from dbos import DBOS, SQLAlchemyDatasource

        hush()
        url = self._settings.database_url
        with self._app.app_context():
            engine = db.engine
        datasource = SQLAlchemyDatasource.create(
            url, engine=engine, schema=SCHEMA, serializer=json_serializer(), run_migrations=False
        )

        @datasource.transaction(name="keep")
        def keep(job_id: str, outcome: dict[str, Any]) -> None:
            self._keep(datasource.sql_session(), UUID(job_id), str(DBOS.workflow_id), Outcome(**outcome))

        @DBOS.step(name="body")
        def body(job_id: str) -> dict[str, Any] | None:
            return self._body(UUID(job_id), str(DBOS.workflow_id))

        def carry_out(job_id: str) -> None:
            outcome = body(job_id)
            if outcome is None:
                return
            for attempt in range(1, DATABASE_TRIES + 1):
                try:
                    with write_intent():
                        keep(job_id, outcome)
                except Exception:
                    # Only trouble of the database comes here (`_keep`); each try is a step of its own for the engine,
                    # so that one taken over by another worker does not end on the error of the one before.
                    logger.exception("the result of job %s could not be kept, try %s", job_id, attempt)
                    if attempt == DATABASE_TRIES:
                        raise
                    self._await_database(attempt)
                else:
                    return

        @DBOS.workflow(name=WORKFLOW, max_recovery_attempts=self._pace.worker_deaths - 1)
        def job(job_id: str) -> None:
            key = str(DBOS.workflow_id)
            self._hands.held.add(key)
            try:
                carry_out(job_id)
            finally:
                self._hands.held.discard(key)

        DBOS(
            config={
                "name": APPLICATION_NAME,
                "executor_id": self.executor_id,
                "application_version": APPLICATION_VERSION,
                "system_database_engine": job_engine(url),
                "dbos_system_schema": SCHEMA,
                "use_listen_notify": USE_LISTEN_NOTIFY,
                "notification_listener_polling_interval_sec": 10.0,
                "serializer": json_serializer(),
                "log_level": "WARNING",
                "enable_otlp": False,
            }
        )
        DBOS.listen_queues([QUEUE])
        DBOS.launch()
        DBOS.register_queue(
            QUEUE, worker_concurrency=1, polling_interval_sec=self._pace.poll, on_conflict="always_update"
        )
        self._look_after()

    def _body(self, job_id: UUID, key: str) -> dict[str, Any] | None:
        """Run the body; None when there is nothing to keep."""
        outcome: Outcome | None = Outcome(error_code="jobs.unexpected")
        for attempt in range(1, DATABASE_TRIES + 1):
            try:
                with self._app.app_context():
                    outcome = self._begin_and_run(job_id, key)
                break
            except AWAY:
                logger.exception("job %s: the database did not answer, try %s", job_id, attempt)
                self._bodies.kill()
                self._await_database(attempt)
        if outcome is None:
            return None
        if self._stop.is_set():
            # The process is about to end: leave the job claimed, the next worker takes it from here.
            threading.Event().wait()
        if outcome.trace:
            logger.error("job %s: %s", job_id, outcome.trace)
        return {
            "result": outcome.result,
            "error_code": outcome.error_code,
            "error_details": outcome.error_details,
            "is_cancelled": outcome.is_cancelled,
        }

    def _begin_and_run(self, job_id: UUID, key: str) -> Outcome | None:
        with unit_of_work() as session:
            if not services.start(session, job_id, key=key):
                return None
        try:
            return self._run(job_id)
        except DomainError as error:
            return Outcome(error_code=error.code, error_details=error.details)
        except AWAY:
            raise
        except Exception:
            logger.exception("job %s could not be run", job_id)
            return Outcome(error_code="jobs.unexpected")

    def _await_database(self, attempt: int) -> None:
        """Wait until the database takes a write again, however long: its absence is not the job's failure."""
        while not self._stop.wait(DATABASE_PAUSE_SECONDS * 2 ** (attempt - 1)):
            try:
                with self._app.app_context(), unit_of_work() as session:
                    services.sign_of_life(session, self.executor_id)
            except AWAY:
                continue
            return

    def _run(self, job_id: UUID) -> Outcome:
        session = db.session()
        job = services.view_of(session, job_id)
        if job is None:
            return Outcome(is_cancelled=True)
        kind = kind_of(job.kind)
        gather = gather_of(kind)
        arguments = gather(session, job) if gather else job.arguments
        session.rollback()

        def on_progress(progress: float, step: str) -> None:
            with unit_of_work() as session:
                services.note_progress(session, job_id, progress=progress, step=step)

        def is_cancelled() -> bool:
            session = db.session()
            asked = services.is_cancel_requested(session, job_id)
            session.rollback()
            return asked or self._stop.is_set()

        return self._bodies.run(kind, arguments, on_progress=on_progress, is_cancelled=is_cancelled)

    def _keep(self, session: Session, job_id: UUID, key: str, outcome: Outcome) -> None:
        """Write the result and mark the job over; the engine's checkpoint is in the same transaction.

        What `store` refuses is undone and said in that same transaction; only trouble of the database is raised.
        """
        job = services.view_of(session, job_id)
        if job is None or job.key != key:
            return
        if outcome.is_cancelled:
            services.mark_cancelled(session, job_id)
        elif outcome.error_code:
            services.fail(session, job_id, code=outcome.error_code, details=outcome.error_details)
        else:
            try:
                with self._app.app_context(), session.begin_nested():
                    store_of(kind_of(job.kind))(session, job, outcome.result)
                services.finish(session, job_id, outcome.result)
            except DomainError as error:
                services.fail(session, job_id, code=error.code, details=error.details)
            except AWAY:
                raise
            except Exception:
                logger.exception("the result of job %s could not be kept", job_id)
                services.fail(session, job_id, code="jobs.unexpected")

    def _look_after(self) -> None:
        """Give a sign of life, give back the jobs of workers that give none, and word the jobs given up."""
        from dbos import DBOS

        claimed = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        ours = {row.workflow_id for row in claimed if row.executor_id == self.executor_id}
        if self._hands.longest_dropped(ours) > self._pace.silence:
            # Its thread died on an error of the engine. Nobody takes work from a worker that lives: end, at once.
            logger.error("claimed and held by no thread: %s", sorted(self._hands.dropped_at))
            os._exit(1)
        executors = {row.executor_id for row in claimed if row.executor_id} - {self.executor_id}
        with self._app.app_context():
            with unit_of_work() as session:
                services.sign_of_life(session, self.executor_id)
                dead = services.without_life(session, sorted(executors), after_seconds=self._pace.silence)
                unfinished = services.unfinished(session)
            if dead:
                # A private name: the public way forgets how often a job was tried. A test fails when it goes.
                DBOS._recover_pending_workflows(dead)  # noqa: SLF001
            if unfinished:
                for row in DBOS.list_workflows(workflow_ids=list(unfinished), load_input=False):
                    if row.status in ALIVE_STATES:
                        continue
                    with unit_of_work() as session:
                        if services.give_up(session, unfinished[row.workflow_id], key=row.workflow_id):
                            logger.error("job %s was given up (%s): %s", row.workflow_id, row.status, row.error)

    def _give_back(self) -> None:
        """Queue again what this worker holds; being told to stop is no death, so the engine's count starts anew."""
        from dbos import DBOS

        held = DBOS.list_workflows(status="PENDING", executor_id=self.executor_id, load_input=False)
        if held:
            DBOS.resume_workflows([row.workflow_id for row in held], queue_name=QUEUE)

    def _leave(self) -> None:
        self._bodies.kill()
        try:
            self._give_back()
        except Exception:
            logger.exception("could not give back the jobs; another worker takes them after our silence")
        with self._app.app_context(), unit_of_work() as session:
            services.sign_off(session, self.executor_id)
        # The engine's threads may be in the middle of something; the database is what counts, and it is right.
        logging.shutdown()
        os._exit(0)
