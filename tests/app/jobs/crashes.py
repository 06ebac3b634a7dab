"""Kill producers and workers at random moments, then count what is left. Also run, larger, by benchmarks."""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select, text

from app.extensions import db
from app.jobs.models import Job, JobState
from app.jobs.port import enqueue
from app.unit_of_work import unit_of_work
from core.audit import AuditEntry, record
from tests.app.jobs.processes import kill_tree, make_app, start_worker, wait_until

OVER = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


@dataclass(frozen=True)
class Tally:
    """What was found.

    `lost`: jobs not done, `reasons` why; `doubled`: effects seen twice; `runs_more`: claims beyond one a job, and
    `most_claims` those of the unluckiest job; `seconds`: from the last kill to the last job.
    """

    jobs: int
    kills: int
    lost: int
    doubled: int
    runs_more: int
    most_claims: int
    seconds: float
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Orphans:
    """Rows without their job, and jobs without their row."""

    rows: int
    rows_alone: int
    jobs_alone: int


def produce(url: str, folder: Path) -> None:
    """Write a row and ask for its job, again and again, until killed."""
    application = make_app(url, folder)
    with application.app_context():
        for number in range(100_000):
            with unit_of_work() as session:
                key = f"{os.getpid()}-{number}"
                record(session, verb="produced", object_kind=key, object_id=None)
                enqueue(session, "demo.entry", {"to": 1}, key=key)


def kill_producers(url: str, folder: Path, *, kills: int, seed: int) -> Orphans:
    """Kill a producer so many times; the application of `url` must be current."""
    chance = random.Random(seed)
    for _ in range(kills):
        before = _produced()
        process = subprocess.Popen(
            [sys.executable, __file__, url, str(folder)],
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
            start_new_session=True,
        )
        wait_until(lambda before=before: _produced() > before, 30)
        time.sleep(chance.uniform(0.05, 0.6))
        kill_tree(process)
    rows = set(_column(select(AuditEntry.object_kind).where(AuditEntry.verb == "produced")))
    jobs = set(_column(select(Job.key)))
    work = set(_of_engine("workflow_uuid"))
    return Orphans(rows=len(rows), rows_alone=len(rows - jobs) + len(rows - work), jobs_alone=len(work - rows))


def kill_workers(url: str, folder: Path, *, jobs: int, kills: int, seed: int, patience: float) -> Tally:
    """Ask for jobs, kill the whole tree of their worker again and again, then wait until all are done."""
    chance = random.Random(seed)
    with unit_of_work() as session:
        for number in range(jobs):
            enqueue(session, "demo.entry", {"to": 2, "seconds": 0.04}, key=f"job-{number}")
    done = 0
    for _ in range(kills):
        process = start_worker(url, folder)
        wait_until(lambda before=done: _over() > before, 30)
        time.sleep(chance.uniform(0.0, 1.0))
        kill_tree(process)
        done = _over()
    last_kill = time.monotonic()
    process = start_worker(url, folder)
    wait_until(lambda: _over() == jobs, patience)
    seconds = time.monotonic() - last_kill
    kill_tree(process)
    effects = Counter(_column(select(AuditEntry.object_kind).where(AuditEntry.verb == "counted")))
    finished = set(_column(select(Job.key).where(Job.state == JobState.DONE)))
    claims = _of_engine("recovery_attempts")
    return Tally(
        jobs=jobs,
        kills=kills,
        lost=jobs - len(finished & set(effects)),
        doubled=sum(count - 1 for count in effects.values()),
        runs_more=sum(claims) - jobs,
        most_claims=max(claims),
        seconds=seconds,
        reasons=tuple(_column(select(Job.error_code).where(Job.state != JobState.DONE))),
    )


def _produced() -> int:
    return len(_column(select(AuditEntry.id).where(AuditEntry.verb == "produced")))


def _over() -> int:
    return len(_column(select(Job.id).where(Job.state.in_(OVER))))


def _of_engine(column: str) -> list:
    schema = "" if db.engine.dialect.name == "sqlite" else "dbos."
    return _column(text(f"SELECT {column} FROM {schema}workflow_status"))


def _column(statement) -> list:
    rows = [row[0] for row in db.session().execute(statement)]
    db.session.rollback()
    return rows


if __name__ == "__main__":
    produce(sys.argv[1], Path(sys.argv[2]))
