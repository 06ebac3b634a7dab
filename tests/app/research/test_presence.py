"""What the desk asks every few seconds, and acts that arrive twice."""

import pytest
from sqlalchemy import event, func, select

from app.extensions import db
from coding.layers import CodingPresence, DeskAct
from coding.models import Coding
from coding.services.together import release
from studies.models import Role
from tests.factories.coding import code_words, make_code, make_transcript, version_of
from tests.factories.studies import AccountFactory, MembershipFactory, StudyFactory, sign_in


@pytest.fixture
def study(session):
    return StudyFactory(key="lettres")


@pytest.fixture
def transcript(study):
    return make_transcript(study)


def coder(app, study, name, *, is_blind=False):
    account = AccountFactory(name=name)
    MembershipFactory(account=account, study=study, role=Role.CODER, is_blind=is_blind)
    client = app.test_client()
    sign_in(client, account)
    return account, client


def live(client, transcript, etag=""):
    headers = {"If-None-Match": etag} if etag else {}
    return client.get(f"/studies/lettres/transcripts/{transcript.id}/live", headers=headers)


def here(client, transcript):
    return client.post(f"/studies/lettres/transcripts/{transcript.id}/here")


def test_live_gives_the_codings_of_the_others_until_nothing_changes(app, study, transcript):
    (anne, client), (bruno, _other) = coder(app, study, "Anne"), coder(app, study, "Bruno")
    code = make_code(study)
    code_words(transcript, "J'ai eu peur", code, anne)
    code_words(transcript, "peur", code, bruno)

    first = live(client, transcript)
    again = live(client, transcript, first.headers["ETag"])
    code_words(transcript, "le groupe", code, bruno)
    later = live(client, transcript, first.headers["ETag"])

    start = version_of(transcript).text.index("peur")
    assert first.json["codings"] == [[start, start + 4, str(code.id), bruno.id.hex, "", "human"]]
    assert (first.json["coders"], [each["name"] for each in first.json["codes"]]) == (
        [[bruno.id.hex, "Bruno"]],
        ["Peur"],
    )
    assert (again.status_code, again.data) == (304, b"")
    assert (later.status_code, len(later.json["codings"])) == (200, 2)


def test_live_tells_who_is_there(app, study, transcript):
    (_anne, client), (_bruno, other) = coder(app, study, "Anne"), coder(app, study, "Bruno")

    assert (here(other, transcript).status_code, here(client, transcript).status_code) == (204, 204)
    assert live(client, transcript).json["here"] == ["Bruno"]


def test_presence_is_written_once_for_many_calls(app, study, transcript):
    _account, client = coder(app, study, "Anne")
    for _ in range(3):
        here(client, transcript)

    assert db.session.scalar(select(func.count()).select_from(CodingPresence)) == 1


def test_live_tells_a_blind_coder_nothing_before_the_release(app, study, transcript):
    (anne, client), (bruno, other) = coder(app, study, "Anne", is_blind=True), coder(app, study, "Bruno")
    here(other, transcript)
    before = live(client, transcript)
    code_words(transcript, "peur", make_code(study), bruno)

    during = live(client, transcript, before.headers["ETag"])
    release(db.session(), study.id, [transcript.id], by=bruno.id)
    db.session.commit()

    assert (during.status_code, before.json["codings"], before.json["here"]) == (304, [], [])
    assert len(live(client, transcript).json["codings"]) == 1
    page = client.get(f"/studies/lettres/transcripts/{transcript.id}").text
    assert ("data-live-at" in page, "Bruno" in page) == (False, True)
    assert anne.id != bruno.id


def test_live_is_of_the_study_and_for_those_who_code(app, study, transcript):
    _account, client = coder(app, StudyFactory(key="autre"), "Clara")

    assert live(client, transcript).status_code == 404
    assert client.get(f"/studies/autre/transcripts/{transcript.id}/live").status_code == 404
    assert client.post(f"/studies/autre/transcripts/{transcript.id}/here").status_code == 404


def test_an_act_that_arrives_twice_is_done_once_and_answered_alike(app, study, transcript):
    account, client = coder(app, study, "Anne")
    code = make_code(study)
    address = f"/studies/lettres/transcripts/{transcript.id}/codings"
    act = {"start": 30, "end": 41, "codes": [str(code.id)], "key": "a-1"}

    first = client.post(address, json=act)
    client.post(f"{address}/remove", json={**first.json, "codes": act["codes"], "key": "a-2"})
    again = client.post(address, json=act)

    # The first act was done, then undone: hearing of it late must not bring its coding back.
    assert (first.json, first.status_code) == (again.json, again.status_code)
    assert db.session.scalars(select(Coding).where(Coding.coder_id == account.id)).all() == []
    assert sorted(db.session.scalars(select(DeskAct.client_id))) == ["a-1", "a-2"]


def test_an_act_whose_key_is_no_key_is_refused(app, study, transcript):
    _account, client = coder(app, study, "Anne")
    code = make_code(study)
    address = f"/studies/lettres/transcripts/{transcript.id}/codings"

    for key in (7, "x" * 101):
        answer = client.post(address, json={"start": 30, "end": 41, "codes": [str(code.id)], "key": key})
        assert answer.status_code == 422


def test_live_asks_the_database_as_much_for_three_codings_as_for_one(app, connection, study, transcript):
    (_anne, client), (bruno, _other) = coder(app, study, "Anne"), coder(app, study, "Bruno")
    code = make_code(study)
    sent = []
    event.listen(connection, "before_cursor_execute", lambda *said: sent.append(said[2]))
    counts = []
    for words in ("peur", "la lettre", "le groupe"):
        code_words(transcript, words, code, bruno)
        sent.clear()
        live(client, transcript)
        counts.append(sum(statement.startswith("SELECT") for statement in sent))

    assert counts == [7, 7, 7]
