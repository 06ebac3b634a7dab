import time

import pytest
from sqlalchemy import select

from app.extensions import db
from app.jobs.models import Job, JobState, JobWorker
from app.jobs.port import enqueue
from app.jobs.services import request_cancel
from app.unit_of_work import unit_of_work
from studies.models import Study
from tests.app.jobs.processes import kill_tree, start_worker, stop, wait_until

pytestmark = pytest.mark.slow
OVER = {JobState.DONE, JobState.FAILED, JobState.CANCELLED}


def ask(kind, key, arguments=None, **columns):
    with unit_of_work() as session:
        return enqueue(session, kind, arguments or {"to": 1}, key=key, **columns)


def read(statement):
    rows = db.session().execute(statement).all()
    db.session.rollback()
    return rows


def states():
    return dict(read(select(Job.key, Job.state)))


def is_over(*keys):
    return lambda: all(states()[key] in OVER for key in keys)


@pytest.fixture
def worker(own_app, own_url, tmp_path):
    process = start_worker(own_url, tmp_path)
    yield process
    if process.poll() is None:
        kill_tree(process)


def test_worker_runs_the_body_and_keeps_its_result(worker):
    ask("demo.count", "one", {"to": 3})

    assert wait_until(is_over("one"), 20)

    assert read(select(Job.state, Job.progress, Job.step)) == [(JobState.DONE, 1.0, "")]
    assert read(select(Study.key, Study.description)) == [("made-by-one", "3")]


def test_worker_keeps_why_a_job_failed_and_goes_on(worker):
    ask("demo.refuse", "refused")
    ask("demo.break", "broken")
    ask("demo.store_refused", "undone")
    ask("demo.count", "good")

    assert wait_until(is_over("refused", "broken", "undone", "good"), 30)

    rows = read(select(Job.key, Job.state, Job.error_code, Job.error_details).order_by(Job.key))
    assert rows == [
        ("broken", JobState.FAILED, "jobs.unexpected", {}),
        ("good", JobState.DONE, "", {}),
        ("refused", JobState.FAILED, "uploads.too_big", {"file": "a.docx"}),
        ("undone", JobState.FAILED, "uploads.too_big", {"file": "a.docx"}),
    ]
    assert read(select(Study.key)) == [("made-by-good",)]


def test_worker_shows_progress_and_stops_on_request(worker):
    with unit_of_work() as session:
        study = Study(key="s", title="S")
        session.add(study)
        session.flush()
        study_id = study.id
    job_id = ask("demo.count", "long", {"to": 100, "seconds": 0.2}, study_id=study_id)
    assert wait_until(lambda: read(select(Job.progress, Job.step))[0] > (0.0, "counting"), 20)

    with unit_of_work() as session:
        request_cancel(session, job_id, study_id=study_id)

    assert wait_until(is_over("long"), 10)
    assert states() == {"long": JobState.CANCELLED}
    assert read(select(Study.key)) == [("s",)]


def test_worker_told_to_stop_gives_its_job_back(worker, own_url, tmp_path):
    ask("demo.count", "long", {"to": 40, "seconds": 0.1})
    assert wait_until(lambda: states()["long"] == JobState.RUNNING, 20)

    assert stop(worker) == 0
    assert read(select(JobWorker.executor_id)) == []
    second = start_worker(own_url, tmp_path)
    try:
        assert wait_until(is_over("long"), 30)
    finally:
        kill_tree(second)

    assert states() == {"long": JobState.DONE}
    assert read(select(Study.key)) == [("made-by-long",)]


def test_job_of_a_worker_killed_by_force_is_taken_over_after_its_silence(worker, own_url, tmp_path):
    ask("demo.count", "long", {"to": 20, "seconds": 0.1})
    assert wait_until(lambda: states()["long"] == JobState.RUNNING, 20)
    kill_tree(worker)

    second = start_worker(own_url, tmp_path)
    try:
        assert wait_until(is_over("long"), 30)
    finally:
        kill_tree(second)

    assert states() == {"long": JobState.DONE}
    assert read(select(Study.key)) == [("made-by-long",)]


def test_job_that_kills_its_worker_is_given_up_and_its_neighbours_done(own_app, own_url, tmp_path):
    keys = [f"good-{number}" for number in range(6)]
    for key in keys[:3]:
        ask("demo.count", key)
    ask("demo.poison", "poison")
    for key in keys[3:]:
        ask("demo.count", key)

    deaths = 0
    process = start_worker(own_url, tmp_path)
    deadline = time.monotonic() + 60
    while not is_over("poison", *keys)() and time.monotonic() < deadline:
        if process.poll() is not None:
            deaths += 1
            process = start_worker(own_url, tmp_path)
        time.sleep(0.1)
    kill_tree(process)

    assert states() == {"poison": JobState.FAILED} | dict.fromkeys(keys, JobState.DONE)
    assert deaths == 5
    assert read(select(Job.error_code).where(Job.key == "poison")) == [("jobs.died",)]
    assert len(read(select(Study.key))) == 6


def test_engine_still_has_the_private_name_that_the_worker_calls():
    from dbos import DBOS

    assert callable(DBOS._recover_pending_workflows)
