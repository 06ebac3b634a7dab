import uuid

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.jobs import kinds
from app.jobs.kinds import Kind
from app.jobs.models import Job, JobState
from app.jobs.port import enqueue, start_anew
from app.jobs.services import fail
from core.errors import NotFound
from tests.factories.studies import StudyFactory

COUNT = Kind(body="tests.app.jobs.bodies:count", store="tests.app.jobs.bodies:store_nothing", seconds=20, mebibytes=300)


@pytest.fixture(autouse=True)
def _demo_kind(monkeypatch):
    monkeypatch.setitem(kinds.KINDS, "demo.count", COUNT)


def engine_rows(session: Session) -> list[tuple[str, str, str]]:
    schema = "dbos." if session.get_bind().dialect.name == "postgresql" else ""
    rows = session.execute(text(f"SELECT workflow_uuid, status, serialization FROM {schema}workflow_status"))
    return [tuple(row) for row in rows]


def test_enqueue_writes_the_job_and_its_work_together(session):
    job_id = enqueue(session, "demo.count", {"to": 3}, key="one")

    job = session.get_one(Job, job_id)
    assert (job.state, job.arguments, job.progress) == (JobState.QUEUED, {"to": 3}, 0.0)
    assert engine_rows(session) == [("one", "ENQUEUED", "tresse_json")]


def test_enqueue_with_the_same_key_gives_the_same_job(session):
    first = enqueue(session, "demo.count", {"to": 3}, key="same")
    second = enqueue(session, "demo.count", {"to": 9}, key="same")

    assert second == first
    assert session.scalar(select(func.count()).select_from(Job)) == 1
    assert engine_rows(session) == [("same", "ENQUEUED", "tresse_json")]


def test_job_started_anew_is_the_same_job_and_new_work(session):
    study = StudyFactory()
    job_id = enqueue(session, "demo.count", {"to": 3}, key="k", study_id=study.id)
    for _ in range(2):
        fail(session, job_id, code="jobs.died")
        start_anew(session, job_id, study_id=study.id)

    assert session.get_one(Job, job_id, populate_existing=True).key == "k#again-3"
    assert enqueue(session, "demo.count", {"to": 3}, key="k", study_id=study.id) == job_id
    assert {row[0] for row in engine_rows(session)} == {"k", "k#again-2", "k#again-3"}


def test_enqueue_undone_leaves_neither_job_nor_work(session):
    enqueue(session, "demo.count", {}, key="undone")
    session.rollback()

    assert session.scalar(select(func.count()).select_from(Job)) == 0
    assert engine_rows(session) == []


def test_enqueue_of_an_unknown_kind_is_refused(session):
    with pytest.raises(NotFound) as refusal:
        enqueue(session, "demo.nothing", {}, key=str(uuid.uuid4()))

    assert refusal.value.code == "jobs.unknown_kind"
