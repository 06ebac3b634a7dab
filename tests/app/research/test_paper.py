"""Screens of paper: print, key, key again, settle; without scripts."""

import re

import pytest
from sqlalchemy import select

from app.jobs.models import Job
from app.paper.job import gather, print_path
from studies.models import Role
from surveys.models import Answer, Response, ResponseMode
from surveys.paper.models import PaperEntry, PaperSheet
from surveys.paper.sheets import make_sheets
from tests.factories.datafiles import open_form
from tests.factories.studies import ParticipantFactory, StudyFactory, member_client
from tests.factories.surveys import survey

FORM = survey(
    "select_one yn | works | Travaillez-vous ? |",
    "integer | hours | Combien d'heures ? | ${works} = 'yes'",
    "text | story | Racontez |",
    columns="type | name | label | relevant",
    choices=("yn | yes | Oui |", "yn | no | Non |"),
)


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def collection(session, study):
    return open_form(session, study, FORM)


@pytest.fixture
def lead(app, study):
    return member_client(app, study)


@pytest.fixture
def sheet(session, study, collection):
    make_sheets(session, study.id, collection.id, locale="fr", cards=1, count=1)
    session.commit()
    return session.scalars(select(PaperSheet)).one()


def text(answer):
    return " ".join(answer.get_data(as_text=True).split()).replace("\u202f", " ").replace("\xa0", " ")


def key(browser, study, sheet, tail="", *, data_only=False, **typed):
    headers = {"Accept": "application/json"} if data_only else {}
    return browser.post(f"/studies/{study.key}/keying/{sheet.code}{tail}", data=typed, headers=headers)


def test_sheets_are_made_for_people_and_printed_in_a_job(session, lead, study, collection):
    ParticipantFactory(study=study, pseudonym="P1")
    ParticipantFactory(study=study, pseudonym="P2")

    answer = lead.post(
        f"/studies/{study.key}/collections/{collection.id}/paper", data={"whom": "people", "locale": "fr"}
    )

    job = session.scalars(select(Job).where(Job.kind == "paper.print")).one()
    assert answer.location.endswith(f"/jobs/{job.id}")
    gathered = gather(session, job)
    codes = {row.code: row.participant_id for row in session.scalars(select(PaperSheet))}
    assert {code for code, _name in gathered["sheets"]} == set(codes)
    assert [name for _code, name in gathered["sheets"]] == ["P1", "P2"]
    assert gathered["document"]["words"]["why"].endswith("http://localhost/recu")
    labels = [each["label"] for each in gathered["document"]["elements"]]
    assert labels == ["Travaillez-vous\N{NO-BREAK SPACE}?", "Combien d&#39;heures\N{NO-BREAK SPACE}?", "Racontez"]
    page = text(lead.get(f"/studies/{study.key}/collections/{collection.id}/paper"))
    assert "Feuilles imprimées" in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"whom": "nobody"}, "Dites combien."),
        ({"whom": "people"}, "imprimez des feuilles qui ne sont reliées à personne"),
        ({"whom": "nobody", "count": "501"}, "501"),
    ],
)
def test_what_cannot_be_printed_is_said(session, lead, study, collection, fields, sentence):
    answer = lead.post(f"/studies/{study.key}/collections/{collection.id}/paper", data={"locale": "fr", **fields})

    assert (answer.status_code, sentence in text(answer)) == (422, True)
    assert session.scalars(select(PaperSheet)).all() == []


def test_blank_questionnaire_is_printed_from_its_version(session, lead, study, collection):
    address = f"/studies/{study.key}/questionnaires/versions/{collection.version_id}/paper"
    assert "Faire le PDF" in text(lead.get(address))

    answer = lead.post(address, data={"locale": "fr"})

    job = session.scalars(select(Job)).one()
    assert answer.status_code == 303
    path = print_path(study.id, job.arguments["print_id"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"%PDF")
    with lead.get(f"/studies/{study.key}/paper/{job.arguments['print_id']}.pdf") as file:
        assert (file.data, file.mimetype) == (b"%PDF", "application/pdf")


def test_batch_shows_its_sheets_and_prints_again(session, lead, study, collection, sheet):
    base = f"/studies/{study.key}/collections/{collection.id}/paper/{sheet.batch_id}"

    assert f"{sheet.code[:4]}-{sheet.code[4:]}" in text(lead.get(base))
    assert lead.post(base).status_code == 303
    assert lead.get(base.replace(str(sheet.batch_id), str(collection.id))).status_code == 404


def test_code_leads_to_the_sheet_and_a_wrong_one_says_so(lead, study, sheet):
    asked = f"/studies/{study.key}/keying/"

    found = lead.post(asked, data={"code": sheet.code[:4].lower() + " " + sheet.code[4:]})
    wrong = lead.post(asked, data={"code": "nowhere"})

    assert found.location == f"{asked}{sheet.code}"
    assert (wrong.status_code, "Aucune feuille de cette étude" in text(wrong)) == (404, True)


def test_sheet_shows_codes_and_what_is_left_aside(lead, study, sheet):
    key(lead, study, sheet, works="2")

    page = text(lead.get(f"/studies/{study.key}/keying/{sheet.code}"))

    assert re.search(r'name="works" value="2" data-jumps', page)
    assert re.search(r'class="keyed is-off" data-field="hours"', page)
    assert '<b>1</b> <i lang="fr" dir="ltr">Oui</i>' in page


def test_each_change_is_kept_and_said_back(session, lead, study, sheet):
    said = key(lead, study, sheet, data_only=True, works="1", hours="beaucoup", story="?").get_json()

    assert said["fields"]["works"] == {
        "meaning": "Oui", "problem": "", "warning": "", "is_off": False, "has_surplus": False,
    }  # fmt: skip
    assert said["fields"]["hours"]["problem"] == "Écrivez un nombre, en chiffres. Par exemple 12 ou 3,5."
    assert said["fields"]["story"]["meaning"] == "illisible"
    assert said["saved"].startswith("Gardé à")
    assert session.scalars(select(PaperEntry)).one().typed == {"works": "1", "hours": "beaucoup", "story": "?"}


def test_end_waits_for_what_is_not_understood_and_loses_nothing(session, lead, study, sheet):
    answer = key(lead, study, sheet, works="1", hours="beaucoup", act="finish")

    page = text(answer)
    assert "Champs qui ne sont pas compris : 1" in page
    assert '<a href="#f1">2 Combien d&#39;heures ?</a> : Écrivez un nombre' in page
    session.expire_all()
    assert session.scalars(select(PaperEntry)).one().typed["hours"] == "beaucoup"
    assert session.scalars(select(Response)).all() == []


def test_finished_sheet_is_a_response_on_paper(session, lead, study, collection, sheet):
    answer = key(lead, study, sheet, works="1", hours="17", story="Voilà.", act="finish")

    assert answer.location == f"/studies/{study.key}/keying/"
    response = session.scalars(select(Response)).one()
    assert (response.mode, response.receipt) == (ResponseMode.PAPER, sheet.code)
    values = {row.item_name: row.value for row in session.scalars(select(Answer))}
    assert values == {"works": "yes", "hours": 17, "story": "Voilà."}
    assert "saisie le" in text(lead.get(f"/studies/{study.key}/keying/{sheet.code}"))


def test_second_entry_is_blank_and_its_differences_are_settled(session, app, lead, study, sheet):
    key(lead, study, sheet, works="1", hours="17", act="finish")
    other = member_client(app, study, Role.CODER)
    second = f"/studies/{study.key}/keying/{sheet.code}/second"
    assert 'name="hours" value=""' in text(other.get(second))

    answer = key(other, study, sheet, "/second", works="1", hours="71", act="finish")

    differences = f"/studies/{study.key}/keying/{sheet.code}/differences"
    assert answer.location == differences
    page = text(lead.get(differences))
    assert ("<td>17</td> <td>71</td>" in page, 'name="works"' in page) == (True, False)
    undecided = lead.post(differences, data={"hours": ""})
    assert (undecided.status_code, "Décidez à chaque ligne" in text(undecided)) == (422, True)

    assert lead.post(differences, data={"hours": "71"}).status_code == 303
    session.expire_all()
    assert session.get(Answer, (session.scalars(select(Response.id)).one(), "hours")).value == 71
    assert "concordent" in text(lead.get(f"/studies/{study.key}/keying/{sheet.code}"))


def test_second_entry_waits_for_the_first(lead, study, sheet):
    assert lead.get(f"/studies/{study.key}/keying/{sheet.code}/second").status_code == 409


def test_sheet_taken_back_is_not_shown_to_be_keyed(session, lead, study, sheet):
    from surveys.answering import withdraw

    key(lead, study, sheet, works="1", act="finish")
    withdraw(session, sheet.code)
    session.commit()

    assert "Détruisez-la" in text(lead.get(f"/studies/{study.key}/keying/{sheet.code}"))
    assert key(lead, study, sheet, data_only=True, works="1").get_json()["error"].endswith("Détruisez-la.")


@pytest.mark.parametrize(("role", "status"), [(Role.FACILITATOR, 200), (Role.CODER, 200), (Role.READER, 403)])
def test_team_keys_and_readers_do_not(app, study, sheet, role, status):
    browser = member_client(app, study, role)

    assert browser.get(f"/studies/{study.key}/keying/{sheet.code}").status_code == status
