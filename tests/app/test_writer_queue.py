"""The queue of writers: bounded, and each process its own."""

import fcntl
import multiprocessing
import os
import threading

import pytest

from app import database
from app.database import WriterQueue, WritersBusy


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "writers")


@pytest.fixture
def stuck(path):
    """Another process's lock, as a second open file of the same path holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    yield descriptor
    os.close(descriptor)


def test_writer_gives_up_behind_another_process_and_writes_once_it_is_gone(path, stuck, monkeypatch):
    queue = WriterQueue(path)
    monkeypatch.setattr(database, "WAIT_SECONDS", 0.1)
    for _ in range(2):
        with pytest.raises(WritersBusy):
            queue.enter()
    monkeypatch.setattr(database, "WAIT_SECONDS", 10.0)
    threading.Timer(0.2, fcntl.flock, (stuck, fcntl.LOCK_UN)).start()

    queue.enter()
    with pytest.raises(BlockingIOError):
        fcntl.flock(stuck, fcntl.LOCK_EX | fcntl.LOCK_NB)
    queue.leave()

    fcntl.flock(stuck, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_writer_gives_up_behind_another_thread(path, monkeypatch):
    monkeypatch.setattr(database, "WAIT_SECONDS", 0.1)
    queue = WriterQueue(path)
    queue.enter()

    with pytest.raises(WritersBusy):
        queue.enter()

    queue.leave()
    queue.enter()
    queue.leave()


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_child_of_a_fork_waits_for_its_parent(path, monkeypatch):
    monkeypatch.setattr(database, "WAIT_SECONDS", 0.1)
    queue = WriterQueue(path)
    queue.enter()
    context = multiprocessing.get_context("fork")
    told = context.SimpleQueue()

    child = context.Process(target=try_to_write, args=(queue, told))
    child.start()
    child.join(10)
    queue.leave()

    assert told.get() == "busy"


def try_to_write(queue, told):
    queue.leave()  # what its parent held is not its own to let go
    try:
        queue.enter()
        told.put("wrote")
    except WritersBusy:
        told.put("busy")


def test_busy_database_is_answered_with_503(app, client, session, monkeypatch):
    def busy(*_args, **_kwargs):
        raise WritersBusy

    monkeypatch.setattr("app.account.doors.allow_sign_in", busy)

    answered = client.post("/account/sign-in", data={"email": "a@example.org", "password": "x"})

    assert (answered.status_code, answered.headers["Retry-After"]) == (503, "30")
