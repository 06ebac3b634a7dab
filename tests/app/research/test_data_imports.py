"""Screens of imports: a file sent, its columns, what would be done, done, undone."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.jobs.sweeping import forget_old_files
from core.clock import now
from evaluation.indicators import Absence
from evaluation.queries.answers import load_observations
from studies.models import FlowState, Participant, Role
from surveys.imports import planning
from surveys.imports.models import DataImport, ImportState
from surveys.models import Answer, Collection, Missing, Response, ResponseMode
from tests.factories.datafiles import keep_response
from tests.factories.studies import ParticipantFactory, StudyFactory, WaveFactory, member_client
from tests.factories.surveys import make_collection

FILE = """pseudonyme;works;hours;revenu
Anne;Oui;35;1200
Bilal;non;NSP;
Chen;;;900
"""
TARGETS = ("pseudonyme", "small:works", "small:hours", "attribut:revenu")


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def people(study):
    return {name: ParticipantFactory(study=study, pseudonym=name) for name in ("Anne", "Bilal", "Chen")}


@pytest.fixture
def wave(study):
    return WaveFactory(study=study, name="T1")


@pytest.fixture
def collection(session, study):
    return make_collection(session, study)


@pytest.fixture
def lead(app, study):
    return member_client(app, study)


@pytest.fixture
def bring(lead, study):
    """Send a file and return the address of its page."""

    def send(content=FILE, name="données.csv"):
        data = {"file": (io.BytesIO(content if isinstance(content, bytes) else content.encode()), name)}
        answer = lead.post(f"/studies/{study.key}/imports/", data=data)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return answer.location

    return send


def choose(lead, address, *targets, **fields):
    data = {f"target-{place}": target for place, target in enumerate(targets or TARGETS)} | {
        "wave": "",
        "unknown": "NSP",
    }
    return lead.post(address, data=data | fields)


def text_of(answer):
    return answer.get_data(as_text=True)


def spaced(page):
    return page.replace("\u00a0", " ").replace("\u202f", " ")


def the_import(session):
    session.expire_all()
    return session.scalars(select(DataImport)).one()


def imported(session):
    session.expire_all()
    rows = session.execute(
        select(Participant.pseudonym, Answer.item_name, Answer.value, Answer.missing)
        .join(Response, Response.id == Answer.response_id)
        .join(Participant, Participant.id == Response.participant_id)
        .where(Response.mode == ResponseMode.IMPORTED)
    )
    return {(row[0], row[1]): (row[2], row[3]) for row in rows}


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_page_asks_for_a_file(lead, study, locale):
    lead.set_cookie("tresse_locale", locale)

    assert 'type="file"' in text_of(lead.get(f"/studies/{study.key}/imports/"))


def test_only_who_leads_brings_data_in(app, study):
    coder = member_client(app, study, Role.CODER)

    assert coder.get(f"/studies/{study.key}/imports/").status_code == 403
    assert coder.post(f"/studies/{study.key}/imports/").status_code == 403


def test_nothing_sent_and_files_that_are_no_tables_are_told(lead, study):
    nothing = lead.post(f"/studies/{study.key}/imports/")
    picture = lead.post(
        f"/studies/{study.key}/imports/", data={"file": (io.BytesIO(b"\x89PNG\r\n\x1a\n\x00\x00\x01\x02"), "a.png")}
    )

    assert (nothing.status_code, picture.status_code) == (422, 422)
    assert "Choisissez un fichier" in text_of(nothing)
    assert "a.png" in text_of(picture)


def test_columns_are_proposed_with_examples(lead, people, collection, bring):
    page = text_of(lead.get(bring()))

    assert 'id="target-0" name="target-0" value="pseudonyme"' in page
    assert 'id="target-1" name="target-1" value="small:works"' in page
    assert 'id="target-3" name="target-3" value=""' in page
    assert "<code>1200</code>" in page
    assert '<option value="small:hours">Petit questionnaire · Combien d&#39;heures ?</option>' in page


def test_wrong_encoding_can_be_corrected(session, lead, bring):
    address = bring("id;€\nAnne;1\n".encode("iso-8859-15"))
    assert "¤</th>" in text_of(lead.get(address))

    answer = lead.post(f"{address}/reading", data={"encoding": "iso-8859-15", "delimiter": ";"})

    assert answer.status_code == 303
    assert "€</th>" in text_of(lead.get(address))


def test_file_that_cannot_be_read_so_keeps_its_page(lead, bring):
    address = bring("id;\nAnne;1\n;2\n".replace("id;", "id;;x"))
    page = text_of(lead.get(address))

    assert "la colonne 2 n’a pas d’en-tête" in page
    assert 'name="encoding"' in page


def test_what_is_wrong_with_columns_is_told_and_kept(lead, people, collection, bring):
    address = bring()

    answer = choose(lead, address, "", "small:work", "small:hours", "")
    page = text_of(lead.get(answer.location))

    assert "Dites quelle colonne contient le pseudonyme" in page
    assert 'value="small:work"' in page
    assert 'href="#target-1"' in page


def test_sign_for_two_reasons_is_refused_and_everything_typed_is_kept(lead, people, collection, bring):
    answer = choose(lead, bring(), *TARGETS, unknown="-99", refused="-99")

    assert answer.status_code == 422
    assert 'value="attribut:revenu"' in text_of(answer)
    assert "deux choses différentes" in text_of(answer)


def test_preview_says_what_each_value_becomes_and_writes_nothing(session, lead, people, collection, wave, bring):
    address = bring()
    check = choose(lead, address, wave=str(wave.id)).location
    page = text_of(lead.get(check))

    assert "Petit questionnaire · T1" in page
    assert '<th scope="row">NSP</th><td>ne sait pas</td><td class="number">1</td>' in page
    assert '<th scope="row">non</th><td>Non</td>' in page
    assert imported(session) == {}


def test_file_is_brought_in_and_read_by_indicators(session, lead, people, collection, wave, bring):
    address = bring()
    check = choose(lead, address, wave=str(wave.id)).location

    answer = lead.post(check)

    assert answer.location == address
    assert imported(session) == {
        ("Anne", "works"): ("yes", None),
        ("Anne", "hours"): (35, None),
        ("Bilal", "works"): ("no", None),
        ("Bilal", "hours"): (None, Missing.UNKNOWN),
    }
    assert session.get(Participant, people["Anne"].id).attributes == {"revenu": 1200}
    row = the_import(session)
    assert (row.state, row.content, row.made["people"]) == (ImportState.DONE, None, 3)
    seen = {each.value or each.absence for each in load_observations(session, collection.questionnaire_id, "hours")}
    assert seen == {35, Absence.UNKNOWN}
    made = session.get(Collection, session.scalars(select(Response.collection_id)).first())
    assert (made.title, made.wave_id) == ("données.csv · T1", wave.id)
    assert made.closes_at <= now()
    page = lead.get(f"{address.partition('/imports')[0]}/collections/{made.id}")
    assert (page.status_code, "ne sont reliées à personne" in text_of(page)) == (200, False)
    assert "annuler" in text_of(lead.get(address)).lower()


def test_twice_brings_in_once(session, lead, people, collection, bring):
    check = choose(lead, bring()).location

    lead.post(check)
    again = lead.post(check)

    assert again.status_code == 303
    assert session.scalar(select(func.count()).select_from(Response)) == 2


def test_nothing_is_brought_in_while_something_is_wrong(session, lead, people, collection, bring):
    check = choose(lead, bring(FILE + "Dora;Oui;x;\nAnne;Oui;x;\n")).location
    page = lead.get(check)

    assert "Absents de la liste de l’étude" in text_of(page)
    assert "Dora (ligne 5)" in text_of(page)
    assert "Anne (lignes 2, 6)" in text_of(page)
    refused = lead.post(check)
    assert refused.status_code == 422
    assert imported(session) == {}
    assert the_import(session).state is ImportState.DRAFT


def test_cells_not_understood_are_named(lead, people, collection, bring):
    page = text_of(lead.get(choose(lead, bring(FILE.replace("35", "trente"))).location))

    assert "Ligne 2, colonne « hours » : « trente » n’est pas un nombre." in spaced(page)


def test_rows_of_nobody_are_left_aside_when_that_is_chosen(session, lead, people, collection, bring):
    lead.post(choose(lead, bring(FILE + "Dora;Oui;x;\n"), leave_aside="y").location)

    assert len(imported(session)) == 4
    assert the_import(session).made["set_aside"] == 1


def test_what_a_person_answered_stands(session, lead, people, collection, bring):
    keep_response(session, collection, {"works": "no"}, participant=people["Anne"])
    check = choose(lead, bring()).location

    assert "déjà une réponse" in text_of(lead.get(check))
    lead.post(check)

    assert {name for name, _item in imported(session)} == {"Bilal"}


def test_who_withdrew_meanwhile_is_left_out(session, lead, people, collection, bring):
    check = choose(lead, bring()).location
    lead.get(check)
    people["Anne"].state = FlowState.WITHDRAWN
    session.commit()

    lead.post(check)

    assert {name for name, _item in imported(session)} == {"Bilal"}
    assert session.get(Participant, people["Anne"].id).attributes == {}


def test_undoing_takes_everything_back_but_what_was_changed_since(session, lead, people, collection, bring):
    people["Anne"].attributes = {"revenu": 1, "enfants": 2}
    session.commit()
    address = bring()
    lead.post(choose(lead, address).location)
    person = session.get(Participant, people["Chen"].id)
    person.attributes = {"revenu": 950}
    session.commit()

    answer = lead.post(f"{address}/undo")

    assert answer.location == address
    assert imported(session) == {}
    assert session.scalar(select(func.count()).select_from(Collection)) == 1
    assert session.get(Participant, people["Anne"].id).attributes == {"revenu": 1, "enfants": 2}
    assert session.get(Participant, people["Chen"].id).attributes == {"revenu": 950}
    row = the_import(session)
    assert (row.state, row.made["kept"], row.made["attributes"]) == (ImportState.UNDONE, [["Chen", "revenu"]], {})
    assert "Chen · revenu" in text_of(lead.get(address))
    assert lead.post(f"{address}/undo").status_code == 409


def test_undoing_spares_what_people_answered_in_the_collection_since(session, lead, people, collection, bring):
    address = bring()
    lead.post(choose(lead, address).location)
    made = session.scalar(select(Response.collection_id).limit(1))
    hers = update(Response).where(Response.participant_id == people["Anne"].id)
    session.execute(hers.values(mode=ResponseMode.ALONE))
    session.commit()

    lead.post(f"{address}/undo")

    session.expire_all()
    assert session.get(Collection, made) is not None
    assert session.scalar(select(func.count()).select_from(Response)) == 1


def test_file_brought_in_already_is_recognised(lead, people, collection, bring):
    lead.post(choose(lead, bring()).location)

    assert "Ce fichier même a déjà été importé" in text_of(lead.get(bring()))


def test_file_can_be_erased(session, lead, bring):
    lead.post(f"{bring()}/forget")

    assert session.scalars(select(DataImport)).all() == []


def test_file_that_waits_is_replaced_by_another_of_the_same_person(app, session, study, bring):
    other = member_client(app, study)
    other.post(f"/studies/{study.key}/imports/", data={"file": (io.BytesIO(b"a;b\n1;2\n"), "other.csv")})

    bring(name="a.csv")
    bring(name="b.csv")

    assert sorted(session.scalars(select(DataImport.file_name))) == ["b.csv", "other.csv"]


def test_file_that_nobody_brought_in_is_erased_after_a_week_by_itself(session, lead, bring, people):
    bring(name="young.csv")
    session.execute(update(DataImport).values(account_id=None))
    session.commit()
    bring(name="old.csv")
    session.execute(
        update(DataImport).where(DataImport.file_name == "old.csv").values(created_at=now() - timedelta(days=8))
    )
    session.commit()

    forget_old_files()

    session.expire_all()
    assert [row.file_name for row in session.scalars(select(DataImport))] == ["young.csv"]


def test_import_of_another_study_is_not_found(app, bring):
    other = StudyFactory()
    address = bring()

    answer = member_client(app, other).get(f"/studies/{other.key}/imports/{address.rpartition('/')[2]}")

    assert answer.status_code == 404


def test_deleting_a_person_erases_what_imports_kept_of_them(session, lead, study, people, bring):
    lead.post(choose(lead, bring("pseudonyme;revenu\nAnne;1\nChen;2\n"), "pseudonyme", "attribut:revenu").location)

    lead.post(f"/studies/{study.key}/participants/{people['Anne'].id}/delete")

    assert list(the_import(session).made["attributes"]) == [str(people["Chen"].id)]


def test_too_many_cells_are_told_beside_the_columns(lead, people, collection, bring, monkeypatch):
    check = choose(lead, bring()).location
    monkeypatch.setattr(planning, "MAX_FILLED", 3)

    page = lead.get(check)

    assert page.status_code == 422
    assert "Trop de cellules" in text_of(page)
    assert 'value="attribut:revenu"' in text_of(page)


def test_acts_are_in_the_trail(lead, study, people, collection, bring):
    address = bring()
    lead.post(choose(lead, address).location)
    lead.post(f"{address}/undo")

    page = text_of(lead.get(f"/studies/{study.key}/journal/"))
    assert "fichier de données · import" in page
    assert "fichier de données · annulation" in page
