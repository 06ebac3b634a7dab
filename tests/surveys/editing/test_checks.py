"""What a draft lacks is said with the question it lacks it at."""

from dataclasses import replace

from surveys.editing import lists, operations
from surveys.editing.checks import check, errors
from surveys.editing.fields import write_fields
from surveys.editing.kinds import Kind
from surveys.editing.operations import Spot
from surveys.editing.tree import node_of, with_node
from surveys.expressions import parse
from tests.factories.forms import edited_form


def found(form):
    return [(remark.code.removeprefix("surveys."), remark.key, remark.name) for remark in check(form)]


def test_form_in_order_has_no_remark():
    assert check(edited_form()) == ()


def test_deleted_question_is_missed_everywhere():
    assert found(operations.delete(edited_form(), "heures")) == [
        ("speaks_of_unknown", "metier", "relevant"), ("speaks_of_unknown", "temps", "calculation")
    ]  # fmt: skip


def test_deleted_choice_is_missed_where_it_was_waited_for():
    form = lists.delete_choice(lists.delete_choice(edited_form(), "aide", "mairie"), "aide", "personne")

    assert found(form) == [
        ("condition_on_lost_choice", "aides", "constraint"), ("condition_on_lost_choice", "ville", "relevant")
    ]  # fmt: skip


def test_new_questions_lack_words_and_choices():
    form, _key = operations.add(edited_form(), Kind.ONE, Spot())
    form, _key = operations.add(form, Kind.CALCULATE, Spot())
    form, _key = operations.add(form, Kind.PAGE, Spot())

    assert found(form) == [
        ("question_without_words", "question", "label"),
        ("question_without_choices", "question", "choices"),
        ("calculation_without_formula", "question_2", "calculation"),
        ("group_empty", "partie", ""),
    ]


def test_condition_on_what_comes_later_is_told():
    form, _faults = write_fields(edited_form(), "travail", {"relevant": "${ville} = 'sud'"}, "fr")
    moved = operations.move(edited_form(), "ville", Spot("", "travail"))

    assert found(form) == [("condition_on_later", "travail", "relevant")]
    assert found(moved) == [("condition_on_later", "ville", "relevant")]


def test_condition_that_cannot_hold_is_told():
    form = edited_form()
    item = replace(node_of(form, "ville"), relevant=parse("${travail} = 'oui' and ${travail} = 'non'"))

    assert found(with_node(form, "ville", item)) == [("never_shown", "ville", "relevant")]


def test_places_without_their_town_are_told():
    form = lists.add_choices(edited_form(), "lieu", [("", "Le parc")])

    assert found(form) == [("cascade_unfilled", "lieu", "choice_filter")]


def test_empty_form_is_told_last():
    form = replace(edited_form(), children=(), choice_lists={"x": ()}, title=" ")

    assert found(form) == [
        ("nothing_to_answer_here", "", ""),
        ("form_without_title", "", ""),
        ("list_without_question", "", ""),
    ]
    assert [remark.code for remark in errors(form)] == ["surveys.nothing_to_answer_here", "surveys.form_without_title"]
