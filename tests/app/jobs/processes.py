"""Applications and worker processes on a database of their own, for tests that kill."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import psutil

from app.extensions import db
from app.factory import create_app
from app.jobs import kinds
from app.jobs.engine import prepare_tables
from app.jobs.kinds import Kind
from app.jobs.worker import Pace, Worker
from config import load
from core.db import Base

BODIES = "tests.app.jobs.bodies"
FAST = Pace(poll=0.1, sign_of_life=0.3, silence=2.0)


def demo(body: str = "count", store: str = "store_study", **limits) -> Kind:
    return Kind(body=f"{BODIES}:{body}", store=f"{BODIES}:{store}", **({"seconds": 20, "mebibytes": 400} | limits))


DEMO_KINDS = {
    "demo.count": demo(),
    "demo.refuse": demo("refuse"),
    "demo.break": demo("break_down"),
    "demo.poison": demo("kill_the_worker"),
    "demo.store_refused": demo(store="store_refused"),
    "demo.entry": demo(store="store_entry"),
    "demo.away": demo(store="store_once_the_database_is_back", gather=f"{BODIES}:gather_once_the_database_is_back"),
    "demo.store_broken": demo(store="store_broken"),
}


def make_app(url: str, folder: Path):
    kinds.KINDS.update(DEMO_KINDS)
    return create_app(
        load(
            {
                "DATABASE_URL": url,
                "TRESSE_DATA_DIR": str(folder),
                "SECRET_KEY": "test" * 16,
                "PUBLIC_URL": "http://localhost",
            }
        )
    )


@contextmanager
def prepared_app(url: str, folder: Path) -> Iterator[object]:
    """An application on an empty database with every table made."""
    application = make_app(url, folder)
    try:
        with application.app_context():
            Base.metadata.create_all(db.engine)
            prepare_tables(application.config["SETTINGS"].database_url)
            yield application
            db.session.remove()
            db.engine.dispose()
    finally:
        for name in DEMO_KINDS:
            kinds.KINDS.pop(name, None)


def start_worker(url: str, folder: Path, *, worker_deaths: int = Pace().worker_deaths) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, __file__, url, str(folder), str(worker_deaths)],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
        start_new_session=True,
    )


def kill_tree(process: subprocess.Popen) -> None:
    """End a worker and its children as a power cut would."""
    root = psutil.Process(process.pid)
    for victim in [root, *root.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            victim.kill()
    process.wait()


def stop(process: subprocess.Popen, seconds: float = 10) -> int:
    process.send_signal(signal.SIGTERM)
    try:
        return process.wait(seconds)
    finally:
        if process.poll() is None:
            kill_tree(process)


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


if __name__ == "__main__":
    Worker(make_app(sys.argv[1], Path(sys.argv[2])), replace(FAST, worker_deaths=int(sys.argv[3]))).run()
