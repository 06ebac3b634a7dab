"""Screens of files of answers."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from app.datafiles.orders import Order, path_of
from app.jobs.models import Job, JobState
from studies.models import FlowState, Role
from tests.factories.datafiles import keep_response
from tests.factories.studies import ParticipantFactory, StudyFactory, member_client
from tests.factories.surveys import make_collection


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def collection(session, study):
    return make_collection(session, study)


@pytest.fixture
def coder(app, study):
    return member_client(app, study, Role.CODER)


def ask(browser, study, **fields):
    data = {"answers": "study", "format": "spss", "locale": "fr"} | fields
    return browser.post(f"/studies/{study.key}/exports/", data=data)


def only_job(session):
    session.expire_all()
    return session.scalars(select(Job).where(Job.kind == "export.answers")).one()


def finish(session, job, *, withdrawals=0):
    """Leave the file that the job would have made."""
    path = path_of(Order.from_json(job.arguments))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"data")
    job.state, job.result = JobState.DONE, {"responses": 3, "remarks": ["Remarque."], "withdrawals": withdrawals}
    session.commit()
    return job.arguments["export_id"]


def test_page_without_collection_says_what_to_do(coder, study):
    page = coder.get(f"/studies/{study.key}/exports/").get_data(as_text=True)

    assert "Ouvrez d’abord une collecte" in page


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_page_offers_collections_questionnaires_and_the_study(coder, study, collection, locale):
    coder.set_cookie("tresse_locale", locale)

    page = coder.get(f"/studies/{study.key}/exports/?answers=collection:{collection.id}").get_data(as_text=True)

    assert f'<option selected value="collection:{collection.id}">' in page
    assert f'value="questionnaire:{collection.questionnaire_id}"' in page
    assert 'value="study"' in page


def test_asking_makes_a_job_with_what_was_chosen(session, coder, study, collection):
    answer = ask(coder, study, answers=f"questionnaire:{collection.questionnaire_id}", format="stata", drafts="y")

    job = only_job(session)
    assert answer.location == f"/studies/{study.key}/jobs/{job.id}"
    order = Order.from_json(job.arguments)
    assert (order.scope, order.target_id, order.format, order.drafts) == (
        "questionnaire",
        collection.questionnaire_id,
        "stata",
        True,
    )


@pytest.mark.parametrize("wrong", [{"answers": "collection:x"}, {"format": "sas"}, {"locale": "tlh"}])
def test_what_is_not_offered_is_refused_and_nothing_is_asked(session, coder, study, collection, wrong):
    answer = ask(coder, study, **wrong)

    assert (answer.status_code, session.scalars(select(Job)).all()) == (422, [])


def test_file_is_fetched_once_made(session, coder, study, collection):
    ask(coder, study)
    export_id = finish(session, only_job(session))
    base = f"/studies/{study.key}/exports/{export_id}"

    page = coder.get(base).get_data(as_text=True)
    with coder.get(f"{base}/file") as file:
        content, kind, headers = file.data, file.mimetype, file.headers

    assert ("3 réponses" in page, "Remarque." in page) == (True, True)
    assert (content, kind) == (b"data", "application/zip")
    assert headers["Content-Disposition"].endswith(f"{study.key}_spss.zip")
    assert f"{export_id}/file" in coder.get(f"/studies/{study.key}/exports/").get_data(as_text=True)


def test_file_made_before_somebody_withdrew_is_handed_to_nobody(session, coder, study, collection):
    ask(coder, study)
    export_id = finish(session, only_job(session))
    keep_response(session, collection, {}, participant=ParticipantFactory(study=study, state=FlowState.WITHDRAWN))

    answer = coder.get(f"/studies/{study.key}/exports/{export_id}/file")

    assert answer.status_code == 404
    assert "n’est plus conservé" in coder.get(f"/studies/{study.key}/exports/{export_id}").get_data(as_text=True)


def test_unfinished_or_foreign_file_is_not_found(session, app, coder, study, collection):
    ask(coder, study)
    job = only_job(session)
    export_id = job.arguments["export_id"]
    assert coder.get(f"/studies/{study.key}/exports/{export_id}").status_code == 404

    finish(session, job)
    other = StudyFactory()
    stranger = member_client(app, other)

    assert stranger.get(f"/studies/{other.key}/exports/{export_id}/file").status_code == 404
    assert coder.get(f"/studies/{study.key}/exports/{uuid4()}/file").status_code == 404


def test_facilitator_may_not_export(app, study, collection):
    assert ask(member_client(app, study, Role.FACILITATOR), study).status_code == 403
