"""Screens of projects: send, look, bring in; ask for a file and fetch it."""

import io
from uuid import UUID

import pytest
from sqlalchemy import event, select

from app.jobs.models import Job, JobState
from app.projects import job as jobs
from app.projects.making import make_file
from app.projects.orders import CodingOrder, Format, upload_path
from coding.exchange.keeping import import_project
from coding.exchange.opening import read_project
from coding.models import Code, Coding
from coding.object_models import ProjectImport
from core.audit import AuditEntry
from core.errors import NotFound
from studies.models import FlowState, Role
from tests.factories.projects import FULL, TEXT, qdpx
from tests.factories.studies import ParticipantFactory, StudyFactory, member_client

CONTENT = qdpx(FULL + "<Sets/>", texts={"sources/a.txt": TEXT.encode()})


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def lead(app, study):
    return member_client(app, study, Role.LEAD)


@pytest.fixture
def coder(app, study):
    return member_client(app, study, Role.CODER)


def page_of(browser, study, path=""):
    return browser.get(f"/studies/{study.key}/projects/{path}")


def send(browser, study, content=CONTENT, name="essai.qdpx"):
    return browser.post(
        f"/studies/{study.key}/projects/import",
        data={"file": (io.BytesIO(content), name)},
        content_type="multipart/form-data",
    )


def job_of(session, kind):
    session.expire_all()
    return session.scalars(select(Job).where(Job.kind == kind)).one()


def work(session, job):
    """Do what the worker does, in the session of the test."""
    project = jobs._read(job.arguments)
    job.result = {
        "name": project.name,
        "origin": project.origin,
        "counts": project.count(),
        "deviations": [[each.code, each.details] for each in project.deviations],
        "untold": 0,
    }
    job.state = JobState.DONE
    session.commit()
    return job.arguments["upload_id"]


def test_project_is_sent_looked_at_and_brought_in(lead, study, session):
    answer = send(lead, study)
    upload_id = work(session, job_of(session, "project.read"))
    review = page_of(lead, study, f"import/{upload_id}").get_data(as_text=True)

    assert answer.status_code == 303
    assert "1 écart à la norme" in review
    assert "3 codes" in review
    assert session.scalars(select(Code)).all() == []

    lead.post(f"/studies/{study.key}/projects/import/{upload_id}")
    jobs.store_import(session, job_of(session, "project.import"), {})
    session.commit()

    made = session.scalars(select(ProjectImport)).one()
    assert (made.id, made.file_name, made.counts["made"]["codes"]) == (UUID(upload_id), "essai.qdpx", 3)
    shown = page_of(lead, study, f"imports/{upload_id}").get_data(as_text=True)
    assert "Nouveau ici" in shown
    assert "essai.qdpx" in page_of(lead, study).get_data(as_text=True)


def test_project_set_aside_is_gone(lead, study, session):
    send(lead, study)
    upload_id = work(session, job_of(session, "project.read"))

    lead.post(f"/studies/{study.key}/projects/import/{upload_id}", data={"act": "forget"})

    assert not upload_path(study.id, UUID(upload_id)).exists()
    assert lead.post(f"/studies/{study.key}/projects/import/{upload_id}").status_code == 404
    assert "n’attend plus" in page_of(lead, study, f"import/{upload_id}").get_data(as_text=True)
    with pytest.raises(NotFound, match="upload_gone"):
        jobs._read(job_of(session, "project.read").arguments)


def test_nothing_sent_is_said(lead, study):
    answer = lead.post(f"/studies/{study.key}/projects/import")

    assert (answer.status_code, "Choisissez un fichier." in answer.get_data(as_text=True)) == (422, True)


def test_coder_exports_and_does_not_import(coder, study, session):
    assert send(coder, study).status_code == 403
    assert page_of(coder, study).status_code == 200
    assert coder.post(f"/studies/{study.key}/projects/exports", data={"format": "doc"}).status_code == 422

    answer = coder.post(f"/studies/{study.key}/projects/exports", data={"format": "qdc"})

    assert answer.status_code == 303
    assert job_of(session, "export.coding").arguments["format"] == "qdc"


@pytest.mark.parametrize("kind", list(Format), ids=lambda kind: kind.value)
def test_each_format_is_made_and_fetched_by_who_asked(app, lead, coder, study, session, kind):
    send(lead, study)
    upload_id = work(session, job_of(session, "project.read"))
    lead.post(f"/studies/{study.key}/projects/import/{upload_id}")
    jobs.store_import(session, job_of(session, "project.import"), {})
    lead.post(f"/studies/{study.key}/projects/exports", data={"format": kind.value})
    job = job_of(session, "export.coding")

    job.result = make_file(session, CodingOrder.from_json(job.arguments), lambda *_step: None) | {"withdrawals": 0}
    jobs.store_export(session, job, job.result)
    job.state = JobState.DONE
    session.commit()

    export_id = job.arguments["export_id"]
    assert "Récupérer le fichier" in page_of(lead, study, f"exports/{export_id}").get_data(as_text=True)
    with page_of(lead, study, f"exports/{export_id}/file") as fetched:
        content = fetched.data
    assert (fetched.status_code, len(content)) == (200, job.result["bytes"])
    assert page_of(coder, study, f"exports/{export_id}/file").status_code == 404
    assert session.scalars(select(AuditEntry.after).where(AuditEntry.verb == "export")).all() == [
        {"format": kind.value, "count": job.result["count"]}
    ]
    if kind is Format.QDPX:
        assert len(read_project("a.qdpx", content).all_codings()) == 5
        assert len(session.scalars(select(Coding)).all()) == 4


def test_file_goes_when_somebody_took_something_back_since(lead, study, session):
    lead.post(f"/studies/{study.key}/projects/exports", data={"format": "qdpx"})
    job = job_of(session, "export.coding")
    job.result = make_file(session, CodingOrder.from_json(job.arguments), lambda *_step: None) | {"withdrawals": 0}
    job.state = JobState.DONE
    session.commit()
    ParticipantFactory(study=study, state=FlowState.WITHDRAWN)

    answer = page_of(lead, study, f"exports/{job.arguments['export_id']}/file")

    assert answer.status_code == 404
    assert not CodingOrder.from_json(job.arguments).path.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_page_of_projects_sends_a_fixed_number_of_statements(lead, study, session, connection, count):
    for number in range(count):
        content = qdpx(FULL.replace("Peur", f"Peur {number}"), texts={"sources/a.txt": TEXT.encode()})
        project = read_project("a.qdpx", content)
        import_project(session, study.id, project, file_name=f"{number}.qdpx", sha256="")
        lead.post(f"/studies/{study.key}/projects/exports", data={"format": "qdc"})
    session.commit()
    session.expire_all()
    sent = []
    event.listen(connection, "before_cursor_execute", lambda *args: sent.append(args[2]))

    page = page_of(lead, study)

    assert (page.status_code, len([each for each in sent if each.startswith("SELECT")])) == (200, 5)
