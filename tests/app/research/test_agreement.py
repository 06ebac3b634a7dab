"""Measuring agreement on screen, the plan of coding together, adjudication, and the doors closed to blind coders."""

import re
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from app.extensions import db
from app.jobs.models import Job
from coding.agreement import job
from coding.layers import AgreementRun, CodingAssignment, CodingDecision, CodingRelease
from coding.services.together import assign, release
from studies.models import Role
from tests.factories.coding import code_words, make_code, make_transcript
from tests.factories.studies import AccountFactory, MembershipFactory, StudyFactory, member_client, sign_in

BASE = "/studies/lettres"


@pytest.fixture
def study(session):
    return StudyFactory(key="lettres")


@pytest.fixture
def lead(app, study):
    client = member_client(app, study)
    client.set_cookie("tresse_locale", "en")
    return client


def coder(app, study, name, *, is_blind=False):
    account = AccountFactory(name=name)
    MembershipFactory(account=account, study=study, role=Role.CODER, is_blind=is_blind)
    client = app.test_client()
    sign_in(client, account)
    client.set_cookie("tresse_locale", "en")
    return account, client


@pytest.fixture
def coded(app, study):
    """Two transcripts that Anne and Bruno coded, not quite alike."""
    (anne, _), (bruno, _) = coder(app, study, "Anne"), coder(app, study, "Bruno")
    transcripts = [make_transcript(study, title=title) for title in ("Un", "Deux")]
    fear, group = make_code(study, "Peur"), make_code(study, "Groupe")
    for transcript in transcripts:
        code_words(transcript, "J'ai eu peur", fear, anne)
        code_words(transcript, "peur", fear, bruno)
    code_words(transcripts[0], "le groupe", group, anne)
    return SimpleNamespace(anne=anne, bruno=bruno, transcripts=transcripts, fear=fear, group=group)


def run_job():
    """Do what the worker does with the only job."""
    kept = db.session.scalars(select(Job)).one()
    gathered = job.gather(db.session(), kept)
    job.store(db.session(), kept, job.body(gathered, lambda *_said: None))
    db.session.commit()


def ask(lead, coded, **form):
    return lead.post(f"{BASE}/agreement/", data={"unit": "turn", "coder": [coded.anne.id, coded.bruno.id], **form})


def test_ask_for_measure_makes_a_run_and_its_job(lead, coded):
    answer = ask(lead, coded, seed="7")

    run, kept = db.session.scalars(select(AgreementRun)).one(), db.session.scalars(select(Job)).one()
    assert (answer.status_code, run.job_id, kept.arguments) == (303, kept.id, {"run_id": str(run.id)})
    assert (run.parameters["seed"], [name for _id, name in run.parameters["codes"]]) == (7, ["Peur", "Groupe"])
    assert "data-job=" in lead.get(answer.location).text


def test_show_measure_gives_each_value_its_n_and_its_interval(lead, coded):
    answer = ask(lead, coded)
    run_job()

    page = lead.get(answer.location).text

    row = page[page.index("Groupe</a></th>") :]
    row = row[: row.index("</tr>")]
    words = " ".join(re.sub(r"<[^>]+>|\s+", " ", row).split())
    # 4 turns of Nadège; Anne gave the code once, Bruno never; one of two transcripts has it.
    assert words.startswith("Groupe 4 0.75 [0.50 ; 1.00] 0.00")
    assert [int(number) for number in re.findall(r"(\d+) passages", words)] == [1, 0, 0, 1]
    assert re.findall(r"kind=(\w+)", row) == [coded.anne.id.hex, coded.bruno.id.hex, "both", "some"]
    assert "2 transcripts were read by two of these coders at least." in page


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"unit": "line"}, "Choose what is compared."),
        ({"coder": []}, "Choose two coders at least"),
        ({"seed": "beta"}, "“beta” is not a seed"),
    ],
)
def test_ask_for_measure_refuses_and_keeps_what_was_chosen(lead, coded, form, sentence):
    answer = ask(lead, coded, only_coded="1", **form)

    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert 'name="only_coded" value="1" checked' in answer.text


@pytest.mark.parametrize("unit", ["turn", "sentence", "segment", "character", "continuum"])
def test_every_unit_gives_a_table(lead, coded, unit):
    answer = ask(lead, coded, unit=unit, only_coded="1")
    run_job()

    page = lead.get(answer.location)
    assert (page.status_code, page.text.count("<tbody>")) == (200, 2)


def test_passages_open_what_one_coder_has_and_the_other_has_not(lead, coded):
    answer = ask(lead, coded)

    def words(kind, code):
        page = lead.get(f"{answer.location}/passages", query_string={"code": code.id, "kind": kind}).text
        return [" ".join(quote.split()) for quote in re.findall(r"at=\d+-\d+\">([^<]+)</a>", page)]

    assert words(coded.anne.id.hex, coded.group) == ["le groupe"]
    assert words(coded.bruno.id.hex, coded.group) == []
    assert words("both", coded.fear) == ["J&#39;ai eu peur", "peur"] * 2


def test_passages_of_blind_coders_stay_hidden_from_the_lead_until_released(app, lead, study, coded):
    blind, _client = coder(app, study, "Clara", is_blind=True)
    code_words(coded.transcripts[0], "le groupe", coded.group, blind)
    answer = ask(lead, coded, coder=[coded.anne.id, blind.id])
    address = f"{answer.location}/passages?code={coded.group.id}&kind=both"

    hidden = lead.get(address).text
    lead_id = db.session.scalars(select(AgreementRun.requested_by)).one()
    release(db.session(), study.id, [each.id for each in coded.transcripts], by=lead_id)
    db.session.commit()

    assert ("2 transcripts are not released yet" in hidden, "Clara</strong>" in hidden) == (True, False)
    assert "Clara</strong>" in lead.get(address).text


def test_plan_gives_releases_and_takes_back(app, lead, study, coded):
    plan = f"{BASE}/together/"
    chosen = {"transcript": [each.id for each in coded.transcripts], "coder": [coded.anne.id]}

    given = lead.post(plan, data={**chosen, "act": "assign"})
    shown = lead.get(plan).text
    lead.post(plan, data={**chosen, "act": "release"})

    assert (given.status_code, shown.count("Anne</td>")) == (303, 2)
    assert len(db.session.scalars(select(CodingAssignment)).all()) == 2
    assert len(db.session.scalars(select(CodingRelease)).all()) == 2
    assert lead.post(plan, data={"act": "assign"}).status_code == 422
    assert lead.post(plan, data={**chosen, "act": "share_out", "each": "x"}).status_code == 422
    lead.post(plan, data={**chosen, "act": "take_back"})
    lead.post(plan, data={**chosen, "act": "hide"})
    assert db.session.scalars(select(CodingAssignment)).all() == db.session.scalars(select(CodingRelease)).all() == []


def test_a_coder_sees_and_finishes_their_own_transcripts_only(app, study, coded):
    clara, client = coder(app, study, "Clara")
    assign(db.session(), study.id, [coded.transcripts[0].id], [clara.id], by=coded.anne.id)
    assign(db.session(), study.id, [coded.transcripts[1].id], [coded.anne.id], by=coded.anne.id)
    db.session.commit()

    page = client.get(f"{BASE}/together/").text
    answer = client.post(f"{BASE}/together/{coded.transcripts[0].id}/done", data={"done": "1"})

    assert (">Un</a>" in page, ">Deux</a>" in page, "Share out" in page) == (True, False, False)
    assert answer.status_code == 303
    assert "finished" in client.get(f"{BASE}/together/").text
    assert client.post(f"{BASE}/together/{coded.transcripts[1].id}/done", data={"done": "1"}).status_code == 404
    assert client.post(f"{BASE}/together/", data={"act": "release"}).status_code == 403


def test_settling_keeps_decision_and_reason(lead, coded):
    address = f"{BASE}/transcripts/{coded.transcripts[0].id}/settle"
    page = lead.get(address).text
    ids = re.findall(r'name="coding" value="([^"]+)"', page)
    outcomes = {f"outcome-{each.replace('-', '')}": "left_out" for each in ids[:1]}

    refused = lead.post(address, data={"coding": ids[:1], **outcomes})
    undecided = lead.post(address, data={"coding": ids[:1], "reason": "x"})
    kept = lead.post(address, data={"coding": ids[:1], "reason": "Trop large.", **outcomes})

    assert len(ids) == 3
    assert ("Write in a few words why" in refused.text, refused.status_code) == (True, 422)
    assert "Say of each coding" in undecided.text
    assert kept.status_code == 303
    assert [row.reason for row in db.session.scalars(select(CodingDecision))] == ["Trop large."]
    lead.post(f"{address}/reopen", data={"coding": ids[:1]})
    assert db.session.scalars(select(CodingDecision)).all() == []


def test_settling_a_blind_transcript_has_nothing_to_show_before_its_release(app, lead, study):
    transcript, code = make_transcript(study), make_code(study)
    for name in ("Anne", "Bruno"):
        code_words(transcript, "peur", code, coder(app, study, name, is_blind=True)[0])

    page = lead.get(f"{BASE}/transcripts/{transcript.id}/settle").text

    assert ("Nobody to compare with yet" in page, "Bruno" in page) == (True, False)


DOORS = (
    "/", "/transcripts/", "/transcripts/{transcript}", "/transcripts/{transcript}/segments",
    "/transcripts/{transcript}/settle", "/codebook/", "/codebook/codes/{code}", "/codebook/themes",
    "/codebook/codebook.csv", "/segments/", "/segments/segments.csv", "/clusters/",
    "/together/", "/weaving/", "/reports/", "/journal/", "/agreement/", "/indicators/", "/exports/",
)  # fmt: skip


def test_no_door_shows_a_blind_coder_what_another_coded(app, study):
    """The other's name, words of their comment, and how many codings there are: none is on any page of the study."""
    other, _client = coder(app, study, "Zéphyrine")
    transcript, code = make_transcript(study), make_code(study)
    coding_id = code_words(transcript, "J'ai eu peur", code, other)
    from coding.services import comment_coding

    comment_coding(db.session(), coding_id, "remarque-secrète", account_id=other.id)
    db.session.commit()
    _account, blind = coder(app, study, "Anne", is_blind=True)
    addresses = [BASE + door.format(transcript=transcript.id, code=code.id) for door in DOORS]

    answers = {address: blind.get(address, follow_redirects=True) for address in addresses}

    told = {
        address: answer.status_code
        for address, answer in answers.items()
        if answer.status_code == 200 and re.search("Zéphyrine|remarque-secrète|1 coding|1 segment", answer.text)
    }
    assert told == {}
    closed = {address.removeprefix(BASE) for address, answer in answers.items() if answer.status_code == 403}
    assert closed == {"/weaving/", "/reports/", "/journal/", "/agreement/"}
    assert "You code blind" in answers[f"{BASE}/weaving/"].text
