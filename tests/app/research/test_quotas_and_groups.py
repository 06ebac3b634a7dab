"""The lead writes quotas and makes codes for groups; small counts stay hidden."""

import pytest
from sqlalchemy import select

from studies.models import Role
from surveys.answering import open_draft, save_page, submit
from surveys.fieldwork.models import Quota
from surveys.fieldwork.quota_desk import QuotaDraft, Wanted, add_quotas
from surveys.models import GroupLink
from tests.factories.lss import Q, lss
from tests.factories.studies import PopulationFactory, SiteFactory, StudyFactory, member_client
from tests.factories.surveys import make_collection, start, survey

FORM = survey(
    "select_one who | sexe | Vous êtes ?",
    "integer | age | Quel âge ?",
    "text | story | Racontez.",
    choices=("who | f | Une femme |", "who | h | Un homme |"),
)


@pytest.fixture
def study(session):
    study = StudyFactory(disclosure_threshold=3)
    PopulationFactory(study=study, name="Parents")
    PopulationFactory(study=study, name="Professionnel·les")
    SiteFactory(study=study, name="Nancy", position=0)
    SiteFactory(study=study, name="Toul", position=1)
    return study


@pytest.fixture
def made(session, study):
    return make_collection(session, study, FORM)


@pytest.fixture
def lead(app, study):
    return member_client(app, study)


@pytest.fixture
def place(study, made):
    return f"/studies/{study.key}/collections/{made.id}"


def quotas(session):
    session.expire_all()
    return {each.label: (each.target, each.conditions) for each in session.scalars(select(Quota))}


def test_quota_form_shows_the_answers_of_the_questions_chosen(lead, place):
    bare = lead.get(f"{place}/quotas/new").text
    chosen = lead.get(f"{place}/quotas/new?first=sexe&second=age").text

    assert ("Une femme" in bare, "Une femme" in chosen) == (False, True)
    assert 'name="second_least"' in chosen
    assert 'value="story"' not in bare


def test_lead_makes_one_quota_for_each_combination_and_site(session, lead, place):
    form = {
        "first": "sexe",
        "second": "age",
        "first_values": ["f", "h"],
        "second_least": "18",
        "second_most": "",
        "site": "each",
        "population": "",
        "each": "y",
        "label": "",
        "target": "30",
    }

    answer = lead.post(f"{place}/quotas/new", data=form, follow_redirects=True)

    age = {"item": "age", "least": 18.0, "most": None}
    assert "4 quotas ajoutés." in answer.text
    assert quotas(session) == {
        f"{site} · {name}": (30, [{"item": "sexe", "values": [value]}, age])
        for site in ("Nancy", "Toul")
        for value, name in (("f", "Une femme"), ("h", "Un homme"))
    }


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"label": ""}, "Donnez un nom au quota."),
        ({"first_values": []}, "un quota porte sur une partie des personnes"),
        ({"target": "0"}, "1 ou plus."),
    ],
)
def test_quota_that_makes_no_sense_keeps_what_was_typed(session, lead, place, more, sentence):
    form = {"first": "sexe", "first_values": ["f"], "label": "Femmes", "target": "30"} | more

    answer = lead.post(f"{place}/quotas/new", data=form)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert quotas(session) == {}
    assert 'name="first" value="sexe"' in answer.text


@pytest.fixture
def women(session, study, made):
    add_quotas(
        session,
        study.id,
        made.id,
        [QuotaDraft(label="Femmes", target=2, conditions=(Wanted(item="sexe", values=("f",)),))],
    )
    session.commit()
    return session.scalars(select(Quota.id)).one()


def send(session, made, times):
    for _ in range(times):
        token = start(session, made)
        for page, value in (("sexe", "f"), ("age", "30"), ("story", "Un mot")):
            save_page(session, open_draft(session, token), page, {page: [value]})
        submit(session, open_draft(session, token))
    session.commit()


def test_gauge_hides_small_counts_and_says_when_it_is_full(session, lead, place, made, women):
    send(session, made, 5)
    small = lead.get(f"{place}/quotas/").text
    lead.post(f"{place}/quotas/{women}", data={"target": "4"})

    shown = lead.get(f"{place}/quotas/").text
    asked = lead.get(f"{place}/quotas/gauges").get_json()

    assert "moins de 3 sur 2" in small
    assert "4 sur 4" in shown
    assert "complet" in shown
    assert "Vous êtes ?\N{NO-BREAK SPACE}: Une femme" in shown
    assert asked == {"gauges": [{"id": str(women), "share": 1.0, "words": "4 sur 4"}]}


def test_target_that_is_no_number_is_said(session, lead, place, women):
    answer = lead.post(f"{place}/quotas/{women}", data={"target": "beaucoup"})

    assert answer.status_code == 422
    assert "Le nombre voulu va de 1 à 1000000." in answer.text
    assert quotas(session)["Femmes"][0] == 2


def test_quota_is_taken_away_and_places_are_counted_anew(session, lead, place, women):
    assert "Les places sont recomptées." in lead.post(f"{place}/quotas/count", follow_redirects=True).text

    lead.post(f"{place}/quotas/{women}/delete")

    assert quotas(session) == {}


def test_coder_reads_quotas_and_changes_none(app, study, place, women):
    coder = member_client(app, study, Role.CODER)

    statuses = [
        coder.get(f"{place}/quotas/").status_code,
        coder.get(f"{place}/quotas/new").status_code,
        coder.post(f"{place}/quotas/{women}", data={"target": "9"}).status_code,
        coder.post(f"{place}/groups/", data={"label": "x"}).status_code,
        coder.get(f"{place}/groups/").status_code,
    ]

    assert statuses == [200, 403, 403, 403, 200]


def test_lead_makes_prints_and_closes_a_code_for_a_group(session, lead, place):
    made = lead.post(
        f"{place}/groups/", data={"label": "Atelier du 3 mars", "expires_on": "2090-03-03", "max_responses": "30"}
    )
    poster = lead.get(f"{made.location}?line=Venez+%3Cb%3E").text
    closed = lead.post(f"{made.location}/close", follow_redirects=True).text

    group = session.scalars(select(GroupLink)).one()
    session.refresh(group)
    assert (group.label, group.max_responses, group.expires_at.isoformat()) == (
        "Atelier du 3 mars",
        30,
        "2090-03-03T22:59:59+00:00",
    )
    assert f"/g/{group.code}" in poster
    assert "Venez &lt;b&gt;" in poster
    assert "Ce code n’accepte plus personne" in closed
    assert group.closed_at is not None


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"label": ""}, "Donnez un nom au groupe"),
        ({"label": "A", "expires_on": "2020-01-01"}, "Ce jour est passé"),
        ({"label": "A", "max_responses": "0"}, "Au moins une réponse, ou laissez vide."),
    ],
)
def test_group_that_makes_no_sense_is_refused_in_words(session, lead, place, form, sentence):
    answer = lead.post(f"{place}/groups/", data=form)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert session.scalars(select(GroupLink)).all() == []


def test_quotas_that_came_with_the_form_are_offered_once(session, lead, study):
    content = lss(
        Q("g", "G"),
        tables={
            "quota": [{"id": 1, "name": "Femmes", "qlimit": 50, "active": 1}],
            "quota_members": [{"quota_id": 1, "qid": 2, "code": "F"}],
        },
    )
    made = make_collection(session, study, content.decode())
    place = f"/studies/{study.key}/collections/{made.id}/quotas/"
    offered = lead.get(place).text

    added = lead.post(f"{place}offered", follow_redirects=True).text

    assert ("Ajouter ces quotas" in offered, "Ajouter ces quotas" in added) == (True, False)
    assert quotas(session) == {"Femmes": (50, [{"item": "g", "values": ["F"]}])}
