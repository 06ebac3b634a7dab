"""Read at once what is small: a person who sends a form of forty questions sees it, no waiting page.

One process a web process, started with the first form, kept for those that follow, ended when nobody sends any for a
while. What takes longer than a moment, or comes while it is busy, is for the worker.
"""

import atexit
import threading
from dataclasses import replace

from app.arrivals.folder import Arrival
from app.arrivals.job import KIND
from app.jobs.bodies import BodyProcess, Outcome
from app.jobs.kinds import kind_of
from app.jobs.worker import body_environment
from config import Settings

SOON_SECONDS = 20.0
SOON_PROCESSOR_SECONDS = 4.0
"""What a small form takes of both depends on how busy the machine is; one that is not small takes the second."""
SOON_BYTES = 3_000_000
"""Sent together, beyond which nobody expects it at once."""
WAIT_SECONDS = 1.0
"""For another form to be read first."""
IDLE_SECONDS = 120.0
TRIES = 2

_busy = threading.Lock()
_processes: dict[str, BodyProcess] = {}
_ends: list[threading.Timer] = []


def read_soon(settings: Settings, arrival: Arrival, *, size: int) -> Outcome | None:
    """Return the outcome of a reading, None when it is to be done by the worker.

    Args: size: bytes sent.
    """
    if size > SOON_BYTES or not _busy.acquire(timeout=WAIT_SECONDS):
        return None
    try:
        process = _process(settings)
        limit = process.processor_seconds() + SOON_PROCESSOR_SECONDS
        outcome = process.run(
            replace(kind_of(KIND), seconds=SOON_SECONDS),
            arrival.to_json(),
            on_progress=lambda _progress, _step: None,
            is_cancelled=lambda: process.processor_seconds() > limit,
            tries=TRIES,
        )
        _end_later()
    finally:
        _busy.release()
    is_too_long = outcome.is_cancelled or outcome.error_code == "jobs.too_long"
    return None if is_too_long else outcome


def _process(settings: Settings) -> BodyProcess:
    """Return the process of these settings; called by who holds the lock."""
    for timer in _ends:
        timer.cancel()
    _ends.clear()
    place = str(settings.data_dir)
    if place not in _processes:
        _processes[place] = BodyProcess(body_environment(settings))
    return _processes[place]


def _end_later() -> None:
    timer = threading.Timer(IDLE_SECONDS, end_idle)
    timer.daemon = True
    timer.start()
    _ends.append(timer)


@atexit.register
def end_idle() -> None:
    """End the processes, unless one is at work."""
    if _busy.acquire(blocking=False):
        try:
            for process in _processes.values():
                process.kill()
            _processes.clear()
        finally:
            _busy.release()
