"""Bodies and stores of jobs for tests."""

import os
import signal
import sqlite3
import sys
import time
from pathlib import Path

from sqlalchemy.exc import OperationalError

from core.audit import record
from core.errors import Invalid
from studies.models import Study


def count(arguments, report):
    for number in range(arguments["to"]):
        report(number / arguments["to"], "counting")
        time.sleep(arguments.get("seconds", 0))
    return {"counted": arguments["to"], "process": os.getpid()}


def refuse(arguments, report):
    raise Invalid("uploads.too_big", file="a.docx")


def break_down(arguments, report):
    sys.stdout.write("a library that prints\n")
    return 1 / 0


def die(arguments, report):
    os._exit(9)


def grow(arguments, report):
    kept = []
    while True:
        kept.append(bytearray(os.urandom(1024)) * 10240)
        time.sleep(0.01)


def store_nothing(session, job, result):
    pass


def store_study(session, job, result):
    session.add(Study(key=f"made-by-{job.key}", title="made", description=str(result["counted"])))


def store_refused(session, job, result):
    session.add(Study(key=f"undone-{job.key}", title="undone"))
    session.flush()
    raise Invalid("uploads.too_big", file="a.docx")


def store_broken(session, job, result):
    session.add(Study(key=f"undone-{job.key}", title="undone"))
    session.flush()
    raise KeyError("a")


def gather_once_the_database_is_back(session, job):
    fail_once(Path(job.arguments["folder"]) / "gathered")
    return job.arguments


def store_once_the_database_is_back(session, job, result):
    session.add(Study(key=f"made-by-{job.key}", title="made"))
    fail_once(Path(job.arguments["folder"]) / "stored")


def fail_once(mark):
    if not mark.exists():
        mark.touch()
        raise OperationalError("SELECT 1", {}, sqlite3.OperationalError("disk I/O error"))


def kill_the_worker(arguments, report):
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(30)


def store_entry(session, job, result):
    """An effect that nothing keeps from happening twice but the engine."""
    record(session, verb="counted", object_kind=job.key, object_id=None)
