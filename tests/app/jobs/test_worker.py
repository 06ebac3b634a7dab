import time

import pytest
from sqlalchemy import select, text

from app.extensions import db
from app.jobs.models import Job, JobState, JobWorker
from app.jobs.port import enqueue, start_anew
from app.jobs.services import request_cancel
from app.jobs.worker import Pace
from app.unit_of_work import unit_of_work
from core.audit import AuditEntry
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


def engine_table():
    return "workflow_status" if db.engine.dialect.name == "sqlite" else "dbos.workflow_status"


def tries(key):
    return read(text(f"SELECT recovery_attempts FROM {engine_table()} WHERE workflow_uuid = '{key}'"))[0][0]


def count_tries(key, number, more=""):
    with unit_of_work() as session:
        session.execute(
            text(f"UPDATE {engine_table()} SET recovery_attempts = {number} {more} WHERE workflow_uuid = '{key}'")
        )


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
    ask("demo.store_broken", "unkept")
    ask("demo.count", "good")

    assert wait_until(is_over("refused", "broken", "undone", "unkept", "good"), 30)

    rows = read(select(Job.key, Job.state, Job.error_code, Job.error_details).order_by(Job.key))
    assert rows == [
        ("broken", JobState.FAILED, "jobs.unexpected", {}),
        ("good", JobState.DONE, "", {}),
        ("refused", JobState.FAILED, "uploads.too_big", {"file": "a.docx"}),
        ("undone", JobState.FAILED, "uploads.too_big", {"file": "a.docx"}),
        ("unkept", JobState.FAILED, "jobs.unexpected", {}),
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

    count_tries("long", 15)
    assert stop(worker) == 0
    assert read(select(JobWorker.executor_id)) == []
    # Being told to stop is no death of the job's doing: the tries are forgotten (the queue may count one more).
    assert tries("long") <= 1
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


@pytest.mark.one_database
def test_job_that_kills_its_worker_is_given_up_and_its_neighbours_done(own_app, own_url, tmp_path):
    keys = [f"good-{number}" for number in range(6)]
    for key in keys[:3]:
        ask("demo.count", key)
    ask("demo.poison", "poison")
    for key in keys[3:]:
        ask("demo.count", key)

    deaths = 0
    process = start_worker(own_url, tmp_path, worker_deaths=5)
    deadline = time.monotonic() + 240  # five starts of a worker, on a machine that does other things too
    while not is_over("poison", *keys)() and time.monotonic() < deadline:
        if process.poll() is not None:
            deaths += 1
            process = start_worker(own_url, tmp_path, worker_deaths=5)
        time.sleep(0.1)
    kill_tree(process)

    assert states() == {"poison": JobState.FAILED} | dict.fromkeys(keys, JobState.DONE)
    assert deaths == 5
    assert read(select(Job.error_code).where(Job.key == "poison")) == [("jobs.died",)]
    assert len(read(select(Study.key))) == 6


@pytest.mark.one_database
def test_job_whose_worker_died_nineteen_times_is_done_and_after_twenty_it_is_given_up(own_app, own_url, tmp_path):
    ask("demo.count", "unlucky")
    ask("demo.count", "hopeless")
    claimed = ", status = 'PENDING', executor_id = 'gone'"
    count_tries("unlucky", Pace().worker_deaths - 1, claimed)
    count_tries("hopeless", Pace().worker_deaths, claimed)

    process = start_worker(own_url, tmp_path)
    try:
        assert wait_until(is_over("unlucky", "hopeless"), 30)
    finally:
        kill_tree(process)

    rows = read(select(Job.key, Job.state, Job.error_code).order_by(Job.key))
    assert rows == [("hopeless", JobState.FAILED, "jobs.died"), ("unlucky", JobState.DONE, "")]


def test_database_that_fails_for_a_moment_makes_no_job_fail(worker, tmp_path):
    ask("demo.away", "patient", {"to": 1, "folder": str(tmp_path)})

    assert wait_until(is_over("patient"), 30)

    assert (tmp_path / "gathered").exists()
    assert (tmp_path / "stored").exists()
    assert read(select(Job.state, Job.error_code)) == [(JobState.DONE, "")]
    assert read(select(Study.key)) == [("made-by-patient",)]


def test_job_stopped_while_it_waited_is_done_once_when_started_again(own_app, own_url, tmp_path):
    with unit_of_work() as session:
        study = Study(key="s", title="S")
        session.add(study)
        session.flush()
        study_id = study.id
    job_id = ask("demo.entry", "first", study_id=study_id)
    with unit_of_work() as session:
        request_cancel(session, job_id, study_id=study_id)
    with unit_of_work() as session:
        start_anew(session, job_id, study_id=study_id)

    process = start_worker(own_url, tmp_path)
    try:
        assert wait_until(is_over("first#again-2"), 30)
    finally:
        kill_tree(process)

    assert states() == {"first#again-2": JobState.DONE}
    assert read(select(AuditEntry.object_kind).where(AuditEntry.verb == "counted")) == [("first#again-2",)]


@pytest.mark.one_database
def test_worker_with_a_claim_that_no_thread_holds_ends_and_the_next_one_does_the_job(worker, own_url, tmp_path):
    ask("demo.count", "first")
    assert wait_until(is_over("first"), 30)
    claim = f"SET status = 'PENDING', executor_id = '{read(select(JobWorker.executor_id))[0][0]}'"
    with unit_of_work() as session:
        enqueue(session, "demo.count", {"to": 1}, key="dropped")
        session.execute(text(f"UPDATE {engine_table()} {claim} WHERE workflow_uuid = 'dropped'"))

    assert wait_until(lambda: worker.poll() is not None, 20)
    second = start_worker(own_url, tmp_path)
    try:
        assert wait_until(is_over("dropped"), 30)
    finally:
        kill_tree(second)

    assert worker.returncode == 1
    assert states() == {"first": JobState.DONE, "dropped": JobState.DONE}


def test_engine_still_has_the_private_name_that_the_worker_calls():
    from dbos import DBOS

    assert callable(DBOS._recover_pending_workflows)
