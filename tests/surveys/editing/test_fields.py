"""Fields of a question: each written alone, what is wrong told by its name, two people reconciled field by field."""

import pytest

from surveys.definition import Item
from surveys.editing.fields import Clash, formula_fault, merge, read_fields, write_fields
from surveys.editing.kinds import Kind
from surveys.editing.operations import Spot, add
from surveys.editing.tree import node_of, own_of, with_node, with_own
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


def test_a_check_may_ask_once_and_a_question_be_shown_only():
    item = written("heures", gentle="yes", read_only="yes", video="https://example.org/film")

    assert (item.is_gentle, item.read_only, item.media["video"]) == (True, True, {"fr": "https://example.org/film"})
    assert read_fields(edited_form(), "heures", "fr")["gentle"] == "no"


def test_a_rule_says_when_a_question_is_shown_only():
    item = written("heures", read_only="${travail} = 'non'")

    assert item.read_only.source == "${travail} = 'non'"


def test_switch_is_read_in_the_words_of_a_form_brought_from_elsewhere():
    form = with_node(edited_form(), "heures", with_own(node_of(edited_form(), "heures"), gentle="oui", dk="non"))

    kept = read_fields(form, "heures", "fr")

    assert (kept["gentle"], kept["dk"]) == ("yes", "no")


def repeated():
    """The form, with a list of cards that asks a name and a date, and a choice after it."""
    form = edited_form()
    form, cards = add(form, Kind.REPEAT, Spot(), words="Personnes")
    form, _name = add(form, Kind.SHORT_TEXT, Spot(cards), words="Prénom")
    form, chosen = add(form, Kind.ONE, Spot(), words="Qui")
    return form, cards, chosen


def test_cards_stand_on_a_time_line_beside_the_other_words_of_their_look():
    form, cards, _chosen = repeated()
    form, faults = write_fields(form, cards, {"page": "yes", "timeline": "yes"}, "fr")

    assert (faults, node_of(form, cards).appearance) == ((), "field-list timeline")
    assert read_fields(form, cards, "fr")["timeline"] == "yes"
    form, _faults = write_fields(form, cards, {"timeline": "no"}, "fr")
    assert node_of(form, cards).appearance == "field-list"


@pytest.mark.parametrize("source", ["${prenom}", "communes.csv"])
def test_choices_come_from_cards_or_from_a_file_and_back(source):
    form, _cards, chosen = repeated()

    elsewhere, faults = write_fields(form, chosen, {"list_from": source}, "fr")
    back, _faults = write_fields(elsewhere, chosen, {"list_from": ""}, "fr")

    assert (faults, node_of(elsewhere, chosen).list_name) == ((), source)
    assert back.choice_lists[node_of(back, chosen).list_name] == ()


@pytest.mark.parametrize(
    ("source", "code"), [("${travail}", "surveys.choices_not_repeated"), ("nulle_part", "surveys.list_unknown")]
)
def test_choices_from_nowhere_are_told(source, code):
    form, _cards, chosen = repeated()

    same, faults = write_fields(form, chosen, {"list_from": source}, "fr")

    assert (same, [fault.code for fault in faults]) == (form, [code])


def test_several_choices_among_cards_are_told():
    form, _cards, _chosen = repeated()
    form, several = add(form, Kind.SEVERAL, Spot(), words="Lesquelles")

    _same, faults = write_fields(form, several, {"list_from": "${prenom}"}, "fr")

    assert [fault.code for fault in faults] == ["surveys.choices_quoted_by_several"]


def test_words_stand_above_a_scale():
    form, key = add(edited_form(), Kind.SCALE, Spot(), words="Confiance")
    form, faults = write_fields(form, key, {"tick_labelset": next(iter(form.choice_lists))}, "fr")

    assert (faults, node_of(form, key).parameters["tick_labelset"]) == ((), next(iter(form.choice_lists)))
    _form, faults = write_fields(form, key, {"tick_labelset": "rien"}, "fr")
    assert [fault.code for fault in faults] == ["surveys.list_unknown"]


def test_a_calculation_waits_for_an_answer():
    form, key = add(edited_form(), Kind.CALCULATE, Spot(), words="Total")
    form, faults = write_fields(form, key, {"trigger": "travail"}, "fr")

    assert (faults, node_of(form, key).trigger) == ((), ("travail",))
    _form, faults = write_fields(form, key, {"trigger": "rien"}, "fr")
    assert [fault.code for fault in faults] == ["surveys.reference_unknown"]
