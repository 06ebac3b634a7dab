"""The list of names: looked for apart, decided on, replaced, read again by who leads the study."""

import re

import pytest
from sqlalchemy import select

from app.extensions import db
from app.jobs.models import Job
from coding.models import TranscriptVersion
from coding.naming.entries import keep_found
from coding.naming.models import NameEntry
from core.audit import AuditEntry
from studies.models import Role
from tests.factories.corpus import make_transcript
from tests.factories.studies import StudyFactory, member_client

BASE = "/studies/lettres/names"


@pytest.fixture
def study(session):
    study = StudyFactory(key="lettres")
    make_transcript(session, study)
    return study


@pytest.fixture
def coder(app, study):
    client = member_client(app, study, Role.CODER)
    client.set_cookie("tresse_locale", "en")
    return client


@pytest.fixture
def lead(app, study):
    client = member_client(app, study, Role.LEAD)
    client.set_cookie("tresse_locale", "en")
    return client


@pytest.fixture
def found(session, study):
    keep_found(session, study.id, [{"form": "Nadège", "kind": "person", "reason": "model", "count": 2}])
    session.commit()
    return session.scalars(select(NameEntry)).one().id.hex


def texts():
    return db.session.scalars(select(TranscriptVersion.text).where(TranscriptVersion.is_current)).all()


def replaced(key, pseudonym):
    return {f"state-{key}": "replaced", f"kind-{key}": "person", f"pseudonym-{key}": pseudonym}


def test_search_is_a_job(coder, study):
    assert "No name was looked for yet" in coder.get(f"{BASE}/").text

    answer = coder.post(f"{BASE}/search")

    assert answer.status_code == 303
    [job] = db.session.scalars(select(Job))
    assert (job.kind, job.arguments) == ("coding.names", {"study_id": str(study.id)})


def test_names_are_replaced_from_the_list_and_put_back_by_the_lead(coder, lead, found):
    page = coder.get(f"{BASE}/").text
    assert re.search(rf'name="pseudonym-{found}" value="Camille"', page)
    assert "<mark>Nadège</mark>" in page

    decision = {
        f"state-{found}": "replaced",
        f"kind-{found}": "person",
        f"pseudonym-{found}": "Zoé",
        "show": "proposed",
    }
    answer = coder.post(f"{BASE}/", data=decision)

    assert answer.status_code == 303
    assert "1 name replaced in 2 places." in coder.get(answer.location).text
    assert all("Nadège" not in text and text.count("Zoé") == 2 for text in texts())
    assert "Zoé" in coder.get(f"{BASE}/?show=replaced").text
    assert coder.post(f"{BASE}/register").status_code == 403
    register = lead.post(f"{BASE}/register").text
    assert re.search(r"Zoé</th><td[^>]*>Nadège</td>", register)
    assert db.session.scalars(select(AuditEntry.after).where(AuditEntry.verb == "name.reveal")).all() == [{"count": 1}]
    entry = db.session.scalars(select(NameEntry)).one()
    assert lead.post(f"{BASE}/{entry.id}/back").status_code == 303
    assert all(text.count("Nadège") == 2 for text in texts())


def test_name_replaced_before_is_proposed_its_pseudonym_again(coder, session, study, found):
    coder.post(f"{BASE}/", data=replaced(found, "Zoé"))
    make_transcript(session, study, title="Second")
    keep_found(session, study.id, [{"form": "Nadège", "kind": "person", "reason": "model", "count": 2}])
    session.commit()

    page = coder.get(f"{BASE}/").text

    assert re.search(r'name="pseudonym-[0-9a-f]{32}" value="Zoé"', page)
    assert "replaced elsewhere already" in page


def test_refused_decision_keeps_what_was_typed_and_changes_nothing(coder, session, study, found):
    before = texts()

    answer = coder.post(
        f"{BASE}/", data={f"state-{found}": "replaced", f"kind-{found}": "place", f"pseudonym-{found}": " "}
    )

    assert answer.status_code == 422
    assert "Say what takes the place of “Nadège”." in answer.text
    assert re.search(rf'name="state-{found}" value="replaced" checked', answer.text)
    assert texts() == before


@pytest.mark.parametrize("data", [{"state-zz": "kept"}, {f"state-{'0' * 32}": "kept"}])
def test_odd_decisions_are_answered_with_a_sentence(coder, data):
    answer = coder.post(f"{BASE}/", data=data)

    assert answer.status_code in {404, 422}
    assert "notice-danger" in answer.text


def test_name_is_added_by_hand(coder):
    assert coder.post(f"{BASE}/add", data={"form": "Absente", "kind": "person"}).status_code == 422
    assert coder.post(f"{BASE}/add", data={"form": "RSA", "kind": "organisation"}).status_code == 303

    assert "<strong" in coder.get(f"{BASE}/").text
    assert db.session.scalars(select(NameEntry.form)).all() == ["RSA"]
