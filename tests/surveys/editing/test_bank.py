"""The bank: one question in many questionnaires, with its versions, its words for each population, its mirror."""

import pytest

from core.errors import Invalid, NotFound
from studies.models import PopulationKind
from surveys.editing import bank, bank_items, history
from surveys.editing.bank_items import BankContent, Wording, content_of
from surveys.editing.bank_reads import bank_uses, get_bank_item, list_bank
from surveys.editing.checks import check
from surveys.editing.fields import write_fields
from surveys.editing.operations import Spot, bank_link
from surveys.editing.saving import save_fields
from surveys.editing.starter import import_starter
from surveys.editing.tree import node_of, own_of
from surveys.services import publish, store_definition
from tests.factories.forms import edited_form, names
from tests.factories.studies import PopulationFactory, StudyFactory
from tests.factories.surveys import survey

PRO_KIND = "professional"
OTHER = survey("text | mot | Un mot ?", columns="type | name | label").replace("| survey |", "| survey |", 1)


@pytest.fixture
def study(session):
    return StudyFactory()


def stored(session, study, form, kind=None):
    population = PopulationFactory(study=study, kind=kind) if kind else None
    version = store_definition(session, study.id, form, population_id=population.id if population else None)
    session.commit()
    return version


@pytest.fixture
def version(session, study):
    return stored(session, study, edited_form(), PopulationKind.BENEFICIARY)


@pytest.fixture
def other(session, study):
    form = edited_form(OTHER + "\n| settings |\n| | form_id |\n| | pro |")
    return stored(session, study, form, PopulationKind.PROFESSIONAL)


def definition(session, study, version):
    return history.open_draft(session, study.id, version.id).definition


# --- one question, pure ---


def test_content_is_the_question_alone():
    content = content_of(edited_form(), "travail")

    assert names(content.form) == ["travail"]
    assert [choice.name for choice in content.choices] == ["oui", "non"]
    assert (content.item.required, content.item.relevant) == (False, None)
    assert BankContent.from_json(content.to_json()) == content


@pytest.mark.parametrize(
    ("key", "code"),
    [("detail", "bank_not_a_question"), ("temps", "bank_not_a_question"), ("lieu", "bank_speaks_of_others")],
)
def test_what_cannot_stand_alone_is_refused(key, code):
    with pytest.raises(Invalid, match=code):
        content_of(edited_form(), key)


def test_insert_links_and_uses_the_list_in_the_same_words():
    content = content_of(edited_form(), "travail")

    form, key = bank_items.insert(edited_form(), content, Spot("detail"), bank_key="emploi", number=3)

    item = node_of(form, key)
    assert (key, item.path, item.list_name) == ("emploi", "/data/detail/emploi", "oui_non")
    assert own_of(item) == {"bank": "emploi", "bank_version": "3"}


def test_insert_takes_the_languages_of_the_form_and_the_words_of_the_population():
    content = content_of(edited_form(), "travail", {"professional": Wording({"fr": "A-t-elle un travail ?"})})
    form = edited_form(OTHER)

    after, key = bank_items.insert(form, content, Spot(), bank_key="travail", number=1, population="professional")

    assert node_of(after, key).labels == {"fr": "A-t-elle un travail ?"}
    assert after.choice_lists["oui_non"][0].labels == {"fr": "Oui"}


def test_insert_comes_back_under_its_own_name():
    content = content_of(edited_form(), "travail")
    form = edited_form(OTHER)

    _form, again = bank_items.insert(form, content, Spot(), bank_key="x", number=1, published={"x"}, is_back=True)
    _form, stranger = bank_items.insert(form, content, Spot(), bank_key="x", number=1, published={"x"})

    assert (again, stranger) == ("x", "x_2")


def test_changed_question_differs_until_it_is_brought_up_to_date():
    content = content_of(edited_form(), "travail")
    form = bank_items.link(edited_form(), "travail", bank_key="travail", number=1)
    assert not bank_items.differs(form, "travail", content)

    changed, _faults = write_fields(form, "travail", {"label": "Autre", "choice:oui": "Ouais", "required": "no"}, "fr")
    assert bank_items.differs(changed, "travail", content)
    fresh = bank_items.refresh(changed, "travail", content, number=2)

    assert not bank_items.differs(fresh, "travail", content)
    assert (bank_link(node_of(fresh, "travail")), node_of(fresh, "travail").required) == (("travail", 2), False)


def test_refresh_of_a_shared_list_leaves_the_other_questions_alone():
    form, _key = bank_items.insert(edited_form(), content_of(edited_form(), "ville"), Spot(), bank_key="v", number=1)
    content = content_of(edited_form(), "aides")

    after = bank_items.refresh(form, "ville", content, number=2)

    assert [choice.name for choice in after.choice_lists[node_of(after, "v").list_name]] == ["nord", "sud"]
    assert [choice.name for choice in after.choice_lists[node_of(after, "ville").list_name]] == [
        "caf",
        "mairie",
        "personne",
    ]


# --- kept in a study ---


def test_question_is_put_into_the_bank_and_linked(session, study, version):
    key = bank.save_to_bank(session, study.id, version.id, "travail", theme=" Emploi ", scale="")

    (row,) = list_bank(session, study.id)
    assert (key, row.key, row.theme, row.number) == ("travail", "travail", "Emploi", 1)
    assert bank_link(node_of(definition(session, study, version), "travail")) == ("travail", 1)


def test_two_questions_of_one_name_have_two_keys(session, study, version, other):
    bank.save_to_bank(session, study.id, version.id, "travail")
    form, _key = bank_items.insert(
        edited_form(OTHER), content_of(edited_form(), "ville"), Spot(), bank_key="travail", number=1
    )
    third = stored(session, study, form)

    assert bank.save_to_bank(session, study.id, third.id, "travail") == "travail_2"


def test_question_of_the_bank_is_asked_elsewhere_and_says_where(session, study, version, other):
    bank.save_to_bank(session, study.id, version.id, "travail")

    (key,) = bank.insert_from_bank(session, study.id, other.id, ["travail"], Spot())

    uses = bank_uses(session, study.id)["travail"]
    assert key == "travail"
    assert sorted((use.version_id, use.item_key, use.number, use.is_published) for use in uses) == sorted(
        (each.id, "travail", 1, False) for each in (version, other)
    )
    assert names(definition(session, study, other)) == ["mot", "travail"]


def test_change_of_the_bank_reaches_drafts_that_are_asked_for_and_no_published_version(session, study, version, other):
    bank.save_to_bank(session, study.id, version.id, "travail")
    bank.insert_from_bank(session, study.id, other.id, ["travail"], Spot())
    publish(session, study.id, other.id)
    frozen = session.get_one(type(other), other.id).definition
    save_fields(session, study.id, version.id, "travail", {"label": "Travaillez-vous ?"}, tag="fr", revision=99)

    row = bank.update_bank(session, study.id, version.id, "travail")

    assert (row.number, row.content.item.labels["fr"]) == (2, "Travaillez-vous ?")
    numbers = sorted(use.number for use in bank_uses(session, study.id)["travail"])
    assert numbers == [1, 2]
    assert session.get_one(type(other), other.id).definition == frozen


def test_update_of_the_bank_without_a_change_makes_no_version(session, study, version):
    bank.save_to_bank(session, study.id, version.id, "travail")

    assert bank.update_bank(session, study.id, version.id, "travail").number == 1


def test_words_of_one_population_are_kept_apart(session, study, version, other):
    bank.save_to_bank(session, study.id, version.id, "travail")
    words = Wording({"fr": "A-t-elle un travail ?", "en": " "}, {}, {"oui": {"fr": "Oui, elle travaille"}})
    bank.set_wording(session, study.id, "travail", "professional", words)

    bank.insert_from_bank(session, study.id, other.id, ["travail"], Spot(), is_mirror=True)

    form = definition(session, study, other)
    item = node_of(form, "travail")
    assert get_bank_item(session, study.id, "travail").content.main == "beneficiary"
    assert (item.labels, own_of(item)["mirror"]) == ({"fr": "A-t-elle un travail ?"}, "travail")
    assert form.choice_lists[item.list_name][0].labels == {"fr": "Oui, elle travaille"}
    save_fields(session, study.id, other.id, "travail", {"label": "Travaille-t-elle ?"}, tag="fr", revision=99)
    row = bank.update_bank(session, study.id, other.id, "travail")
    assert row.content.item.labels["fr"] == "Avez-vous un travail ?"
    assert row.content.wordings["professional"].labels == {"fr": "Travaille-t-elle ?"}


def test_draft_is_brought_up_to_date(session, study, version, other):
    bank.save_to_bank(session, study.id, version.id, "ville")
    bank.insert_from_bank(session, study.id, other.id, ["ville"], Spot())
    save_fields(session, study.id, version.id, "ville", {"choice:sud": "Midi"}, tag="fr", revision=99)
    bank.update_bank(session, study.id, version.id, "ville")

    after = bank.refresh_from_bank(session, study.id, other.id, "ville")

    assert after.definition.choice_lists["ville"][1].labels == {"fr": "Midi"}
    assert bank_link(node_of(after.definition, "ville")) == ("ville", 2)
    assert history.undo(session, study.id, other.id).definition.choice_lists["ville"][1].labels == {"fr": "Sud"}


def test_retired_questions_are_offered_no_more(session, study, version, other):
    bank.save_to_bank(session, study.id, version.id, "travail")
    bank.retire(session, study.id, "travail", is_retired=True)

    assert list_bank(session, study.id) == []
    assert get_bank_item(session, study.id, "travail").retired_at is not None
    with pytest.raises(NotFound, match="bank_not_found"):
        bank.insert_from_bank(session, study.id, other.id, ["travail"], Spot())


def test_bank_of_another_study_is_not_found(session, study, version):
    bank.save_to_bank(session, study.id, version.id, "travail")

    with pytest.raises(NotFound, match="bank_not_found"):
        get_bank_item(session, StudyFactory().id, "travail")


# --- the bank that comes with Tresse ---


def test_starter_comes_once_and_leaves_what_is_there(session, study):
    assert import_starter(session, study.id) == 28
    assert import_starter(session, study.id) == 0

    rows = list_bank(session, study.id)
    assert len({row.theme for row in rows}) == 9
    assert "'" not in "".join(row.theme + "".join(row.content.wordings[PRO_KIND].labels.values())
                              for row in rows if PRO_KIND in row.content.wordings)  # fmt: skip
    assert sum("professional" in row.content.wordings for row in rows) == 14


def test_every_starter_can_be_asked_of_both_populations_in_easy_french(session, study):
    import_starter(session, study.id)
    for row in list_bank(session, study.id):
        for population in ("beneficiary", "professional"):
            form = edited_form(OTHER.replace("label", "label::Français (fr) | label::Français facile (fr-x-falc)"))
            after, key = bank_items.insert(form, row.content, Spot(), bank_key=row.key, number=1, population=population)
            item = node_of(after, key)
            is_own = population in row.content.wordings
            assert set(item.labels) == ({"fr"} if is_own else {"fr", "fr-x-falc"}), row.key
            assert [remark.code for remark in check(after) if remark.key == key] == []


# --- mirrors ---


def test_mirror_makes_one_question_of_both_sides(session, study, version, other):
    there, key = bank.mirror(session, study.id, version.id, "travail", other.questionnaire_id)

    assert (there, key) == (other.id, "travail")
    for each in (version, other):
        assert own_of(node_of(definition(session, study, each), "travail"))["mirror"] == "travail"
    assert len(list_bank(session, study.id)) == 1


def test_mirror_of_what_is_asked_there_already_only_says_so(session, study, version, other):
    bank.save_to_bank(session, study.id, version.id, "travail")
    bank.insert_from_bank(session, study.id, other.id, ["travail"], Spot())

    bank.mirror(session, study.id, version.id, "travail", other.questionnaire_id)

    assert names(definition(session, study, other)) == ["mot", "travail"]


def test_mirror_words_of_the_other_population_do_not_touch_the_first(session, study, version, other):
    bank.mirror(session, study.id, version.id, "travail", other.questionnaire_id)
    save_fields(session, study.id, other.id, "travail", {"label": "A-t-elle un travail ?"}, tag="fr", revision=99)

    row = bank.update_bank(session, study.id, other.id, "travail")

    assert row.content.item.labels["fr"] == "Avez-vous un travail ?"
    assert row.content.wordings["professional"].labels == {"fr": "A-t-elle un travail ?"}
    assert not bank_items.differs(definition(session, study, version), "travail", row.content, population="beneficiary")


def test_mirror_of_a_published_questionnaire_makes_a_draft_of_it(session, study, version, other):
    publish(session, study.id, other.id)

    there, _key = bank.mirror(session, study.id, version.id, "travail", other.questionnaire_id)

    assert there != other.id
    assert history.open_draft(session, study.id, there).number == 2


def test_question_is_not_its_own_mirror(session, study, version):
    with pytest.raises(NotFound, match="questionnaire_not_found"):
        bank.mirror(session, study.id, version.id, "travail", version.questionnaire_id)
