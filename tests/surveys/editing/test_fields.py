"""Fields of a question: each written alone, what is wrong told by its name, two people reconciled field by field."""

import pytest

from surveys.definition import Item
from surveys.editing.fields import Clash, formula_fault, merge, read_fields, write_fields
from surveys.editing.tree import node_of, own_of
from tests.factories.forms import edited_form


def written(key, **fields):
    form, faults = write_fields(edited_form(), key, fields, "fr")
    assert faults == ()
    return node_of(form, key)


@pytest.mark.parametrize("key", ["travail", "detail", "heures", "aides", "lieu", "temps"])
def test_fields_written_as_they_were_read_change_nothing(key):
    form = edited_form()

    assert write_fields(form, key, read_fields(form, key, "fr"), "fr") == (form, ())


def test_words_are_written_in_one_language():
    form, _faults = write_fields(edited_form(), "travail", {"label": "Work?\r\nNow?"}, "en")

    assert node_of(form, "travail").labels == {"fr": "Avez-vous un travail ?", "en": "Work?\nNow?"}


def test_emptied_words_are_no_text():
    assert written("heures", hint="  ").hints == {}


def test_every_field_reaches_its_place():
    item = written(
        "metier", label="Quoi ?", guidance="Lire", constraint=". != ''", constraint_message="Non", default="rien",
        appearance="  multiline   w1 ", required="yes", dk="no", refuse="no", sensitive="yes", image="a.png",
    )  # fmt: skip

    assert isinstance(item, Item)
    assert (item.guidance, item.constraint.source, item.default) == ({"fr": "Lire"}, ". != ''", "rien")
    assert (item.required, item.appearance, item.media) == (True, "multiline w1", {"image": {"fr": "a.png"}})
    assert own_of(item) == {"dk": "no", "refuse": "no", "sensitive": "yes"}


def test_required_may_be_a_condition_and_no_more():
    assert written("metier", required="if", required_if="${heures} > 3").required.source == "${heures} > 3"
    assert written("travail", required="no").required is False


def test_default_may_be_computed():
    assert written("metier", default="concat('a', ${heures})").default.source == "concat('a', ${heures})"


def test_choices_are_fields_too():
    form, _faults = write_fields(
        edited_form(),
        "lieu",
        {"choice:gare": "La grande gare", "column:gare:ville": "sud", "picture:port": "p.png"},
        "fr",
    )

    gare, port = form.choice_lists["lieu"]
    assert (gare.labels, gare.attributes, port.media) == (
        {"fr": "La grande gare"}, {"ville": "sud"}, {"image": {"fr": "p.png"}}
    )  # fmt: skip


def test_unknown_fields_are_passed_over():
    assert write_fields(edited_form(), "detail", {"calculation": "1", "name": "x", "path": "/"}, "fr") == (
        edited_form(),
        (),
    )


@pytest.mark.parametrize(
    ("key", "name", "value", "code", "details"),
    [
        ("metier", "relevant", "${heure} > 0", "surveys.reference_unknown", {"name": "heure", "close": "heures"}),
        ("metier", "relevant", "${heures} >", "expression.unfinished", {"place": 12}),
        ("metier", "constraint", "upper(.)", "expression.unknown_function", {"place": 1}),
        ("heures", "relevant", "${metier} = 'x'", "surveys.cycle", {"path": "heures → metier → heures"}),
        ("detail", "relevant", "${heures} > 0", "surveys.cycle", {"path": "detail → heures → detail"}),
        ("metier", "label", "x" * 10_001, "surveys.words_too_long", {"limit": 10_000}),
    ],
)
def test_wrong_field_is_left_as_it_was_and_the_others_are_written(key, name, value, code, details):
    form, (fault,) = write_fields(edited_form(), key, {name: value, "hint": "Écrit"}, "fr")

    assert (fault.name, fault.code) == (name, code)
    assert details.items() <= fault.details.items()
    assert node_of(form, key).hints == {"fr": "Écrit"}
    assert read_fields(form, key, "fr")[name] == read_fields(edited_form(), key, "fr")[name]


def test_scale_wants_numbers_that_differ():
    form = edited_form(
        "| survey |\n| | type | name | label | parameters |\n| | range | r | R | start=0 end=10 step=1 |"
    )

    _form, faults = write_fields(form, "r", {"start": "zéro", "end": "0", "step": "0,5"}, "fr")

    assert [(fault.name, fault.code) for fault in faults] == [
        ("start", "surveys.not_a_number"), ("end", "surveys.scale_of_one")
    ]  # fmt: skip


def test_formula_is_checked_while_it_is_typed():
    assert formula_fault(edited_form(), "${heures} > 1") is None
    assert formula_fault(edited_form(), "ville = ${ville}", in_list=True) is None
    assert formula_fault(edited_form(), "${heures} > 1)").code == "expression.syntax"


def test_two_people_who_change_different_fields_both_win():
    base = {"label": "A", "hint": "a"}

    assert merge(base, base | {"hint": "b"}, base | {"label": "B"}) == ({"label": "B"}, ())


def test_two_people_who_change_the_same_field_are_told():
    assert merge({"label": "A"}, {"label": "B"}, {"label": "C"}) == ({}, (Clash("label", "B", "C"),))
    assert merge({"label": "A"}, {"label": "B"}, {"label": "B "}) == ({}, ())


@pytest.mark.parametrize(
    ("look", "appearance", "own"),
    [
        ("minimal", "minimal w1", {}),
        ("faces:sad-first", "w1", {"faces": "sad-first"}),
        ("", "w1", {}),
        ("odd", "w1", {}),
    ],
)
def test_look_is_a_word_of_the_appearance_or_a_column_of_ours(look, appearance, own):
    form, _faults = write_fields(edited_form(), "travail", {"appearance": "likert w1"}, "fr")

    after, faults = write_fields(form, "travail", {"look": look}, "fr")

    item = node_of(after, "travail")
    assert (item.appearance, own_of(item), faults) == (appearance, own, ())
    assert read_fields(after, "travail", "fr")["look"] == ("" if look == "odd" else look)
