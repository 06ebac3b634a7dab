import pytest
from sqlalchemy import event

from app.jobs import kinds
from app.jobs.models import Job, JobState
from core.clock import now
from studies.models import Role
from tests.factories.studies import StudyFactory, member_client


def make_job(session, study, **columns):
    columns = {"kind": "coding.cluster", "key": f"job-{now().isoformat()}", "arguments": {}} | columns
    job = Job(study_id=study.id, **columns)
    session.add(job)
    session.commit()
    return job


def page(client, study, job, end=""):
    return client.get(f"/studies/{study.key}/jobs/{job.id}{end}")


def test_page_of_a_running_job_shows_its_progress_and_refreshes_without_scripts(app, session):
    study = StudyFactory()
    job = make_job(session, study, state=JobState.RUNNING, progress=0.4, step="coding.step_vectors")

    text = page(member_client(app, study), study, job).text

    assert '<progress max="100" value="40"' in text
    assert '<noscript><meta http-equiv="refresh" content="4"></noscript>' in text


def test_state_of_a_job_is_told_to_scripts(app, session):
    study = StudyFactory()
    job = make_job(session, study, state=JobState.RUNNING, progress=0.4, step="coding.step_vectors")
    client = member_client(app, study)
    client.set_cookie("tresse_locale", "en")

    answer = page(client, study, job, "/state")

    assert answer.json == {"progress": 0.4, "step": "Comparing the segments", "unfinished": True}


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"state": JobState.DONE, "finished_at": now()}, "Done on"),
        ({"state": JobState.CANCELLED, "finished_at": now()}, "Stopped before the end."),
        (
            {"state": JobState.FAILED, "error_code": "jobs.too_long", "error_details": {"limit": 60}},
            "longer than allowed (60 s)",
        ),
        ({"state": JobState.FAILED, "error_code": "gone.code"}, "Something went wrong in Tresse itself."),
    ],
)
def test_page_of_a_job_that_is_over_says_how_it_ended_and_stays_still(app, session, columns, sentence):
    study = StudyFactory()
    job = make_job(session, study, **columns)

    client = member_client(app, study)
    client.set_cookie("tresse_locale", "en")

    answer = page(client, study, job)

    assert sentence in answer.text
    assert "http-equiv" not in answer.text


def test_waiting_job_is_stopped_at_once(app, session):
    study = StudyFactory()
    job = make_job(session, study)

    answer = member_client(app, study).post(f"/studies/{study.key}/jobs/{job.id}/cancel")

    assert answer.status_code == 303
    session.refresh(job)
    assert (job.state, job.cancel_requested) == (JobState.CANCELLED, True)


def test_running_job_is_asked_to_stop(app, session):
    study = StudyFactory()
    job = make_job(session, study, state=JobState.RUNNING)

    answer = member_client(app, study).post(f"/studies/{study.key}/jobs/{job.id}/cancel")

    assert answer.status_code == 303
    session.refresh(job)
    assert (job.state, job.cancel_requested) == (JobState.RUNNING, True)


def test_job_that_is_over_cannot_be_stopped(app, session):
    study = StudyFactory()
    job = make_job(session, study, state=JobState.DONE, finished_at=now())

    assert member_client(app, study).post(f"/studies/{study.key}/jobs/{job.id}/cancel").status_code == 409


@pytest.mark.parametrize("state", [JobState.FAILED, JobState.CANCELLED])
def test_job_that_failed_or_was_stopped_is_started_again_from_its_page(app, session, state):
    study = StudyFactory()
    job = make_job(session, study, key="k", state=state, error_code="jobs.died", finished_at=now(), progress=0.4)
    client = member_client(app, study)

    assert f"/jobs/{job.id}/restart" in page(client, study, job).text
    answer = client.post(f"/studies/{study.key}/jobs/{job.id}/restart")

    assert answer.status_code == 303
    session.refresh(job)
    assert (job.key, job.state, job.progress, job.error_code) == ("k#again-2", JobState.QUEUED, 0.0, "")
    assert job.finished_at is None
    assert client.post(f"/studies/{study.key}/jobs/{job.id}/restart").status_code == 409


def test_job_that_is_done_offers_no_new_start(app, session):
    study = StudyFactory()
    job = make_job(session, study, state=JobState.DONE, finished_at=now())

    assert "/restart" not in page(member_client(app, study), study, job).text


def test_reader_may_not_start_a_job_again(app, session):
    study = StudyFactory()
    job = make_job(session, study, state=JobState.FAILED, finished_at=now())
    reader = member_client(app, study, Role.READER)

    assert "/restart" not in page(reader, study, job).text
    assert reader.post(f"/studies/{study.key}/jobs/{job.id}/restart").status_code == 403


def test_reader_sees_a_job_and_may_not_stop_it(app, session):
    study = StudyFactory()
    job = make_job(session, study, state=JobState.RUNNING)
    reader = member_client(app, study, Role.READER)

    assert page(reader, study, job).status_code == 200
    assert "/cancel" not in page(reader, study, job).text
    assert reader.post(f"/studies/{study.key}/jobs/{job.id}/cancel").status_code == 403


def test_job_of_another_study_does_not_exist(app, session):
    study, other = StudyFactory(), StudyFactory()
    job = make_job(session, other)
    client = member_client(app, study)

    assert page(client, study, job).status_code == 404
    assert page(client, study, job, "/state").status_code == 404
    assert client.post(f"/studies/{study.key}/jobs/{job.id}/cancel").status_code == 404
    assert client.post(f"/studies/{study.key}/jobs/{job.id}/restart").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_jobs_takes_three_queries(app, session, connection, count):
    study = StudyFactory()
    for number in range(count):
        make_job(session, study, key=f"job-{number}")
    client = member_client(app, study)
    client.get(f"/studies/{study.key}/jobs/")
    statements = []
    listen = lambda *arguments: statements.append(arguments[2])  # noqa: E731  to be removed below
    event.listen(connection, "before_cursor_execute", listen)

    answer = client.get(f"/studies/{study.key}/jobs/")

    event.remove(connection, "before_cursor_execute", listen)
    assert answer.text.count('<th scope="row">') == count
    assert len([statement for statement in statements if statement.startswith("SELECT")]) == 3


def test_every_kind_has_a_name_on_screen():
    from app.jobs import labels

    assert set(labels.KINDS) == {name for name in kinds.KINDS if not name.startswith("demo.")}
    assert set(labels.RESULT_PAGES) <= set(labels.KINDS)
    assert set(labels.STATES) == set(labels.TONES) == set(JobState)
