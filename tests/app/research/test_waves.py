"""The lead places waves in time, follows who is due, and changes when a collection opens."""

from datetime import date

import pytest
from sqlalchemy import update

from studies.models import Role, WaveAnchor
from studies.queries import wave_place
from surveys.models import Collection
from tests.factories.studies import ParticipantFactory, PopulationFactory, StudyFactory, WaveFactory, member_client
from tests.factories.surveys import make_collection, survey

FORM = survey("text | story | Racontez.")
NEXT_YEAR = date(2090, 1, 15)


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def wave(study):
    return WaveFactory(study=study, name="T1", months_after_start=6)


@pytest.fixture
def lead(app, study):
    return member_client(app, study)


def sent(**more):
    return {"months": "3", "anchor": "entry", "attribute": "", "days_before": "15", "days_after": "30"} | more


def test_lead_counts_a_wave_from_the_entry_of_each_person(session, lead, study, wave):
    answer = lead.post(f"/studies/{study.key}/waves/{wave.id}", data=sent(), follow_redirects=True)

    place = wave_place(session, wave.id)
    assert (place.anchor, place.months_after_start) == (WaveAnchor.ENTRY, 3)
    assert (
        "3 mois après l’entrée dans le programme de chaque personne, de 15 jours avant à 30 jours après" in answer.text
    )


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"anchor": "attribute"}, "Indiquez quel attribut de la personne contient la date."),
        ({"days_after": "400"}, "Entre 0 et 366 jours."),
        ({"months": "-1"}, "Entre 0 et 600 mois."),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field(lead, study, wave, more, sentence):
    answer = lead.post(f"/studies/{study.key}/waves/{wave.id}", data=sent(**more))

    assert answer.status_code == 422
    assert sentence in answer.text


def test_coder_reads_the_calendar_and_changes_nothing(app, study, wave):
    coder = member_client(app, study, Role.CODER)

    assert coder.get(f"/studies/{study.key}/waves/").status_code == 200
    assert coder.post(f"/studies/{study.key}/waves/{wave.id}", data=sent()).status_code == 403


def test_calendar_without_waves_says_where_they_are_made(lead, study):
    assert "Écrivez d’abord les vagues dans le plan de l’étude." in lead.get(f"/studies/{study.key}/waves/").text


@pytest.fixture
def collection(session, study, wave):
    population = PopulationFactory(study=study)
    wave.anchor, wave.days_before, wave.days_after = WaveAnchor.ENTRY, 15, 30
    made = make_collection(session, study, FORM, wave=wave)
    session.execute(update(Collection).where(Collection.id == made.id).values(population_id=population.id))
    session.commit()
    for number in range(60):
        ParticipantFactory(study=study, population=population, pseudonym=f"P{number:02}", entered_on=NEXT_YEAR)
    ParticipantFactory(study=study, population=population, pseudonym="sans date")
    return made


def base(study, collection):
    return f"/studies/{study.key}/collections/{collection.id}"


def test_people_are_listed_by_page_and_by_standing(lead, study, collection):
    first = lead.get(f"{base(study, collection)}/people/").text
    second = lead.get(f"{base(study, collection)}/people/?page=2").text
    dateless = lead.get(f"{base(study, collection)}/people/?standing=no_date").text

    assert "61 personnes" in first
    assert ("P49" in first, "P50" in first, "P50" in second) == (True, False, True)
    assert "du 30 juin 2090 au 14 août 2090" in first
    assert "1 personne" in dateless
    assert "P00" not in dateless


def test_list_of_who_is_due_leaves_as_csv(lead, study, collection):
    answer = lead.post(f"{base(study, collection)}/people/list.csv")
    lines = answer.get_data().decode("utf-8-sig").splitlines()

    assert lines[0] == "pseudonyme;site;ouvre le;visé le;se termine le;situation;réponse au questionnaire;appels"
    assert lines[1] == "P00;;2090-06-30;2090-07-15;2090-08-14;pas encore ouvert;;0"
    assert len(lines) == 62


def test_settings_open_a_collection_to_each_at_their_window(session, lead, study, collection):
    form = {"title": "Vague 1", "opens_on": "2026-01-05", "closes_on": "", "opening": "person"}

    answer = lead.post(f"{base(study, collection)}/settings/", data=form, follow_redirects=True)

    assert "Les réglages sont enregistrés." in answer.text
    kept = session.get(Collection, collection.id)
    session.refresh(kept)
    assert (kept.title, kept.opens_by_person) == ("Vague 1", True)


def test_settings_refuse_personal_windows_where_the_wave_has_none(session, lead, study, collection, wave):
    wave.anchor = WaveAnchor.START
    session.commit()
    form = {"title": "Vague 1", "opens_on": "2026-01-05", "closes_on": "", "opening": "person"}

    answer = lead.post(f"{base(study, collection)}/settings/", data=form)

    assert answer.status_code == 409
    assert "Cette vague a les mêmes dates pour tout le monde" in answer.text


def test_settings_left_as_they_were_change_nothing(session, lead, study, collection):
    before = session.get(Collection, collection.id).opens_at
    page = lead.get(f"{base(study, collection)}/settings/").text
    day = page.split('name="opens_on"')[1].split('value="')[1].split('"')[0]

    lead.post(f"{base(study, collection)}/settings/", data={"title": "Collecte", "opens_on": day, "opening": "all"})

    session.expire_all()
    assert session.get(Collection, collection.id).opens_at == before


def test_settings_say_that_closing_comes_after_opening(lead, study, collection):
    form = {"title": "V", "opens_on": "2026-02-05", "closes_on": "2026-02-01", "opening": "all"}

    answer = lead.post(f"{base(study, collection)}/settings/", data=form)

    assert answer.status_code == 422
    assert "La date de fermeture" in answer.text
