"""The screens of the bank, and what the editor asks of it, without scripts."""

import pytest

from studies.models import PopulationKind, Role
from surveys.definition import Definition
from surveys.editing.bank_reads import get_bank_item, list_bank
from surveys.editing.tree import node_of, own_of
from surveys.models import QuestionnaireVersion
from surveys.services import store_definition
from tests.app.research.test_editor import opened, save
from tests.app.test_pages import faults
from tests.factories.forms import edited_form, names
from tests.factories.studies import PopulationFactory, StudyFactory, member_client
from tests.factories.surveys import survey

PRO = survey("text | mot | Un mot ?", columns="type | name | label") + "\n| settings |\n| | form_id |\n| | pro |"


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def lead(app, study):
    return member_client(app, study)


def stored(session, study, form, kind):
    population = PopulationFactory(study=study, kind=kind, name=f"Population {kind}")
    version = store_definition(session, study.id, form, population_id=population.id)
    session.commit()
    return version


@pytest.fixture
def version(session, study):
    return stored(session, study, edited_form(), PopulationKind.BENEFICIARY)


@pytest.fixture
def other(session, study):
    return stored(session, study, edited_form(PRO), PopulationKind.PROFESSIONAL)


@pytest.fixture
def bank(study):
    return f"/studies/{study.key}/bank"


def edit(study, version):
    return f"/studies/{study.key}/questionnaires/versions/{version.id}/edit"


def form_of(session, version):
    session.expire_all()
    return Definition.from_json(session.get_one(QuestionnaireVersion, version.id).definition)


def test_empty_bank_says_what_to_do(lead, bank):
    page = lead.get(f"{bank}/")

    assert "La banque est vide" in page.text
    assert faults(page.text) == []


def test_starter_comes_in_one_click_and_is_listed_by_theme(lead, bank, session, study):
    lead.post(f"{bank}/starter")

    page = lead.get(f"{bank}/")
    assert page.text.count("<caption") == 9
    assert "Avec qui vivez-vous en ce moment ?" in page.text
    assert faults(page.text) == []
    assert len(list_bank(session, study.id)) == 28


def test_question_of_the_bank_shows_its_words_for_each_population(lead, bank, version, other):
    lead.post(f"{bank}/starter")

    page = lead.get(f"{bank}/accompagnement_decision")

    assert "Qui choisit ce que la personne va faire ensuite ?" in page.text
    assert faults(page.text) == []


def test_questions_are_taken_into_a_draft_where_they_are_wanted(lead, bank, study, session, version):
    lead.post(f"{bank}/starter")
    assert faults(lead.get(f"{edit(study, version)}/bank/?after=travail").text) == []

    lead.post(f"{edit(study, version)}/bank/", data={"after": "travail", "question": ["logement", "sante_percue"]})

    form = form_of(session, version)
    assert sorted(names(form)[1:3]) == ["logement", "sante_percue"]
    assert own_of(node_of(form, "logement")) == {"bank": "logement", "bank_version": "1"}


def test_taking_no_question_asks_to_tick_one(lead, bank, study, session, version):
    answer = lead.post(f"{edit(study, version)}/bank/", data={"after": ""})

    assert "Cochez au moins une question" in lead.get(answer.location).text
    assert form_of(session, version) == edited_form()


def test_question_is_put_into_the_bank_from_its_card(lead, bank, study, session, version):
    save(lead, edit(study, version), "travail", "bank-enter", bank_theme="Emploi", bank_scale="")

    assert [row.key for row in list_bank(session, study.id)] == ["travail"]
    assert "Elle vient de la banque" in lead.get(f"{edit(study, version)}/?item=travail").text


def test_question_that_names_others_stays_out_and_says_why(lead, study, session, version):
    answer = save(lead, edit(study, version), "lieu", "bank-enter", bank_theme="", bank_scale="")

    assert "elle ne peut pas vivre seule" in answer.text
    assert list_bank(session, study.id) == []


def test_change_is_offered_to_the_drafts_that_use_it(lead, bank, study, session, version, other):
    here, there = edit(study, version), edit(study, other)
    save(lead, here, "travail", "bank-enter", bank_theme="", bank_scale="")
    lead.post(f"{there}/bank/", data={"question": ["travail"]})
    save(lead, here, "travail", **{"f.label": "Travaillez-vous ?"})
    assert "modifiée ici" in lead.get(f"{here}/?item=travail").text
    save(lead, here, "travail", "bank-update")
    assert "version plus récente" in lead.get(f"{there}/?item=travail").text

    page = lead.get(f"{bank}/travail").text
    assert page.count('name="draft"') == 1
    lead.post(f"{bank}/travail/refresh", data={"draft": [f"{other.id} travail"]})

    assert node_of(form_of(session, other), "travail").labels == {"fr": "Travaillez-vous ?"}


def test_card_comes_back_to_the_bank_or_leaves_it(lead, study, session, version):
    here = edit(study, version)
    save(lead, here, "travail", "bank-enter", bank_theme="", bank_scale="")
    save(lead, here, "travail", **{"f.label": "Autre chose ?"})

    save(lead, here, "travail", "bank-refresh")
    assert node_of(form_of(session, version), "travail").labels["fr"] == "Avez-vous un travail ?"
    save(lead, here, "travail", "bank-leave")

    assert own_of(node_of(form_of(session, version), "travail")) == {}


def test_mirrored_question_is_made_in_one_click(lead, study, session, version, other):
    answer = save(lead, edit(study, version), "travail", "mirror", mirror_in=str(other.questionnaire_id))

    assert str(other.id) in answer.location
    page = lead.get(answer.location).text
    assert "Voici la question miroir" in page
    assert faults(page) == []
    for each in (version, other):
        assert own_of(node_of(form_of(session, each), "travail"))["mirror"] == "travail"


def test_words_of_a_population_are_kept(lead, bank, study, session, version, other):
    save(lead, edit(study, version), "travail", "bank-enter", bank_theme="", bank_scale="")

    lead.post(
        f"{bank}/travail/wording",
        data={"population": "professional", "label:fr": "A-t-elle un travail ?", "choice:fr:oui": "Elle en a un"},
    )

    words = get_bank_item(session, study.id, "travail").content.wordings["professional"]
    assert (words.labels, words.choices) == ({"fr": "A-t-elle un travail ?"}, {"oui": {"fr": "Elle en a un"}})


def test_question_is_classified_and_offered_no_more(lead, bank, study, session, version):
    save(lead, edit(study, version), "travail", "bank-enter", bank_theme="", bank_scale="")

    lead.post(f"{bank}/travail/place", data={"theme": "Emploi", "scale": "moral", "act": "save"})
    lead.post(f"{bank}/travail/place", data={"act": "retire"})

    row = get_bank_item(session, study.id, "travail")
    assert (row.theme, row.scale, row.retired_at is None) == ("Emploi", "moral", False)
    assert "Avez-vous un travail ?" not in lead.get(f"{bank}/").text
    assert "Avez-vous un travail ?" in lead.get(f"{bank}/?retired=yes").text
    assert faults(lead.get(f"{bank}/travail").text) == []


def test_coders_read_the_bank_and_do_not_change_it(app, study, bank, version, lead):
    save(lead, edit(study, version), "travail", "bank-enter", bank_theme="", bank_scale="")
    coder = member_client(app, study, Role.CODER)

    assert coder.get(f"{bank}/").status_code == 200
    assert coder.get(f"{bank}/travail").status_code == 200
    assert coder.post(f"{bank}/starter").status_code == 403


def test_question_that_is_not_there_is_not_found(lead, bank):
    assert lead.get(f"{bank}/nowhere").status_code == 404


def test_cards_of_a_bank_question_are_well_formed(lead, study, version, other):
    here = edit(study, version)
    save(lead, here, "travail", "bank-enter", bank_theme="", bank_scale="")

    assert faults(lead.get(f"{here}/?item=travail").text) == []
    assert opened(lead, here, "travail")["mirror_in"] == [str(other.questionnaire_id)]
