"""What authors ask as one thing."""

from dataclasses import replace

import pytest

from core.errors import Invalid, NotFound
from surveys.editing.checks import check
from surveys.editing.gestures import add_other, can_leave, without_uses
from surveys.editing.operations import delete
from surveys.editing.tree import node_of, with_node
from surveys.expressions import parse
from tests.factories.forms import edited_form, names


def test_other_is_added_once_with_the_question_that_asks_which():
    form, key = add_other(edited_form(), "ville", label="Ailleurs", question="Où donc ?")
    again, second = add_other(form, "ville", label="Ailleurs", question="Où donc ?")

    assert (key, names(form)[6]) == ("donc", "donc")
    assert node_of(form, key).relevant.source == "selected(${ville}, 'autre')"
    assert [choice.name for choice in again.choice_lists["ville"]] == ["nord", "sud", "autre"]
    assert node_of(again, second).relevant.source == "selected(${ville}, 'autre')"


def test_other_of_a_question_without_answers_is_refused():
    with pytest.raises(NotFound, match="list_not_found"):
        add_other(edited_form(), "metier", label="Autre", question="Quoi ?")


def test_question_leaves_the_conditions_that_name_it():
    form = without_uses(edited_form(), "travail")

    assert can_leave(edited_form(), "travail")
    assert node_of(form, "detail").relevant is None
    assert check(delete(form, "travail")) == ()


def test_question_named_in_a_text_or_a_formula_cannot_leave_by_itself():
    formula = with_node(
        edited_form(), "metier", replace(node_of(edited_form(), "metier"), relevant=parse("${travail} + 1 > 2"))
    )

    assert not can_leave(edited_form(), "ville")
    assert not can_leave(formula, "travail")
    with pytest.raises(Invalid, match="condition_formula"):
        without_uses(formula, "travail")


def test_required_if_loses_its_case():
    item = replace(node_of(edited_form(), "metier"), required=parse("${travail} = 'oui'"))

    form = without_uses(with_node(edited_form(), "metier", item), "travail")

    assert node_of(form, "metier").required is False


def test_group_leaves_with_all_it_holds():
    item = replace(node_of(edited_form(), "ville"), relevant=parse("${heures} > 3 and ${travail} = 'oui'"))
    form = replace(with_node(edited_form(), "ville", item))

    assert not can_leave(form, "detail")
    freed = without_uses(delete(form, "temps"), "detail")

    assert node_of(freed, "ville").relevant.source == "${travail} = 'oui'"
