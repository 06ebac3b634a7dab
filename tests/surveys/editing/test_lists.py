"""Choices: their codes stay while their words change, and rules follow when a code is changed on purpose."""

import pytest

from core.errors import Conflict, Invalid, NotFound
from surveys.editing import lists
from surveys.editing.tree import node_of
from tests.factories.forms import edited_form


def labels(form, list_name):
    return [(choice.name, choice.labels.get("fr", "")) for choice in form.choice_lists[list_name]]


def test_pasted_lines_lose_their_bullets_and_keep_their_codes():
    pasted = "• Tous les jours\n1) Souvent\nrare = Rarement\nnon\tJamais\n\n- 2 fois par an\n"

    assert list(lists.read_lines(pasted)) == [
        ("", "Tous les jours"),
        ("", "Souvent"),
        ("rare", "Rarement"),
        ("non", "Jamais"),
        ("", "2 fois par an"),
    ]


def test_add_makes_codes_from_labels_once():
    form = lists.add_choices(
        edited_form(), "ville", [("", "Est"), ("", "Nord"), ("nord", "Tout au nord"), ("", "EST ")]
    )

    assert labels(form, "ville") == [
        ("nord", "Nord"),
        ("sud", "Sud"),
        ("est", "Est"),
        ("nord_2", "Tout au nord"),
        ("est_2", "EST "),
    ]


def test_words_of_a_choice_change_and_its_code_stays():
    form = lists.set_choice_text(edited_form(), "ville", "sud", "fr", "Midi")

    assert labels(form, "ville") == [("nord", "Nord"), ("sud", "Midi")]


@pytest.mark.parametrize(
    ("to", "order"), [(0, "mairie caf personne"), (9, "caf personne mairie"), (-3, "mairie caf personne")]
)
def test_choice_moves_within_its_list(to, order):
    form = lists.move_choice(edited_form(), "aide", "mairie", to)

    assert " ".join(choice.name for choice in form.choice_lists["aide"]) == order


def test_delete_of_a_choice_that_is_gone_says_so():
    form = lists.delete_choice(edited_form(), "aide", "caf")

    with pytest.raises(NotFound, match="choice_not_found"):
        lists.delete_choice(form, "aide", "caf")


def test_reuse_of_a_list_drops_the_one_it_replaces():
    form = lists.use_list(edited_form(), "lieu", "ville")

    assert lists.users_of(form, "ville") == ("ville", "lieu")
    assert "lieu" not in form.choice_lists


def test_own_copy_leaves_the_other_questions_alone():
    form = lists.own_list(lists.use_list(edited_form(), "lieu", "ville"), "lieu")
    form = lists.delete_choice(form, "lieu", "sud")

    assert (labels(form, "lieu"), labels(form, "ville")) == ([("nord", "Nord")], [("nord", "Nord"), ("sud", "Sud")])


def test_unused_lists_can_be_dropped():
    form = lists.with_choices(edited_form(), "vieille", [])

    assert lists.unused_lists(form) == ("vieille",)
    assert lists.drop_unused_lists(form) == edited_form()


def test_new_code_is_followed_by_rules_and_keeps_the_former_one():
    form = lists.rename_choice(edited_form(), "aide", "mairie", "commune")
    form = lists.rename_choice(form, "oui_non", "oui", "1")

    assert node_of(form, "ville").relevant.source == "selected(${aides}, 'commune') or selected(${aides}, 'caf')"
    assert node_of(form, "detail").relevant.source == "${travail} = '1'"
    assert form.choice_lists["aide"][1].attributes == {"tresse_was": "mairie"}


def test_new_code_in_the_control_of_its_own_question():
    form = lists.rename_choice(edited_form(), "aide", "personne", "seul")

    assert node_of(form, "aides").constraint.source == "not(selected(., 'seul') and count-selected(.) > 1)"


def test_new_code_must_be_free_and_without_spaces():
    with pytest.raises(Conflict, match="choice_taken"):
        lists.rename_choice(edited_form(), "aide", "caf", "mairie")
    with pytest.raises(Invalid, match="choice_name_malformed"):
        lists.rename_choice(edited_form(), "aide", "caf", "la caf")


def test_list_of_a_question_without_choices_is_not_found():
    with pytest.raises(NotFound, match="list_not_found"):
        lists.list_of(edited_form(), "metier")
