from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.definition import Definition, Group, Item, ItemType, Locale, Repeat
from surveys.engine import Fault, evaluate_form
from surveys.shuffle import shuffled
from surveys.structure import Cycle, build_structure
from surveys.versions import prepare
from surveys.xlsform import FormRefused, read_form
from tests.factories.surveys import FORM, state_of, structure_of, survey

RULES = "type | name | label | relevant | calculation | constraint | required | default | choice_filter | read_only"
YES_NO = ("yn | yes | Oui |", "yn | no | Non |")


def rules(*lines, choices=YES_NO):
    return survey(*lines, choices=choices, columns=RULES)


def test_a_hidden_item_reads_as_empty_everywhere_and_keeps_what_it_holds():
    form = rules(
        "select_one yn | a | A",
        "integer | b | B | ${a} = 'yes'",
        "calculate | c | | | coalesce(${b}, 'none')",
    )

    hidden = state_of(form, {"a": "no", "b": 4})
    shown = state_of(form, {"a": "yes", "b": 4})

    assert (hidden.value("b"), hidden.value("c")) == (None, "none")
    assert (shown.value("b"), shown.value("c")) == (4, "4")


def test_a_hidden_group_hides_what_is_inside():
    form = rules(
        "select_one yn | a | A",
        "begin_group | g | G | ${a} = 'yes'",
        "integer | b | B",
        "end_group | | ",
    )

    assert state_of(form, {"a": "no"}).relevant == frozenset({"a"})
    assert state_of(form, {"a": "yes"}).relevant == frozenset({"a", "g", "b"})


def test_calculations_are_ordered_by_what_they_need():
    form = rules(
        "calculate | last | | | ${middle} + 1",
        "calculate | middle | | | ${first} * 2",
        "integer | first | First",
    )

    assert state_of(form, {"first": 3}).calculated == {"last": 7, "middle": 6}


def test_an_empty_number_makes_a_calculation_empty():
    form = rules("integer | a | A", "calculate | b | | | ${a} + 1")

    assert state_of(form).calculated == {"b": None}


def test_a_constraint_is_asked_of_a_value_only():
    form = rules("integer | a | A | | | . > 5 | yes")

    assert [each.fault for each in state_of(form).violations()] == [Fault.REQUIRED]
    assert [each.fault for each in state_of(form, {"a": 3}).violations()] == [Fault.CONSTRAINT]
    assert state_of(form, {"a": 6}).violations() == ()


def test_required_may_depend_on_answers():
    form = rules("select_one yn | a | A", "text | b | B | | | | ${a} = 'yes'")

    assert state_of(form, {"a": "yes"}).required == frozenset({"b"})
    assert state_of(form, {"a": "no"}).required == frozenset()


def test_a_default_is_applied_once():
    form = rules("integer | a | A | | | | | 4")

    assert state_of(form).value("a") == 4
    assert state_of(form, {"a": None}).value("a") is None
    assert state_of(form, {"a": 5}).value("a") == 5


def test_a_computed_default_sees_the_frozen_moment():
    form = rules("date | a | A | | | | | today()")

    assert state_of(form, moment=datetime(2026, 3, 2, 12, tzinfo=UTC)).value("a") == "2026-03-02"


def test_choices_are_filtered_and_a_choice_filtered_away_is_as_if_not_chosen():
    form = rules(
        "select_one zone | zone | Zone",
        "select_one town | town | Town | | | | | | area = ${zone}",
        choices=("zone | n | Nord |", "zone | s | Sud |", "town | lens | Lens | n", "town | nice | Nice | s"),
    )

    state = state_of(form, {"zone": "n", "town": "nice"})

    assert [(each.name, each.label) for each in state.choices("town")] == [("lens", "Lens")]
    assert state.value("town") is None


def test_a_choice_that_is_not_in_the_list_is_a_fault():
    state = state_of(rules("select_one yn | a | A"), {"a": "maybe"})

    assert [each.fault for each in state.violations()] == [Fault.CHOICE]


def test_labels_quote_answers_as_they_are():
    form = rules("text | who | Qui", "note | hello | Bonjour ${who} !")

    assert state_of(form, {"who": "<b>Zoé</b>"}).label("hello") == "Bonjour <b>Zoé</b> !"


def test_a_required_note_stops_the_person_while_it_is_shown():
    form = rules("integer | a | A", "note | stop | Trop | ${a} > 5 | | | yes")

    assert [each.key for each in state_of(form, {"a": 6}).violations()] == ["stop"]
    assert state_of(form, {"a": 5}).violations() == ()


def test_a_calculation_with_a_trigger_waits_for_a_change():
    form = survey(
        "integer | a | A | |",
        "calculate | b | | ${a} * 2 | ${a}",
        columns="type | name | label | calculation | trigger",
    )
    structure = structure_of(form)

    kept = evaluate_form(structure, {"a": 4}, started={"b": "6"})
    changed = evaluate_form(structure, {"a": 4}, started={"b": "6"}, changed=frozenset({"a"}))

    assert (kept.value("b"), changed.value("b")) == ("6", 8)


def test_a_repeat_has_one_occurrence_until_told_otherwise():
    form = rules(
        "begin_repeat | child | Enfant", "integer | age | Âge", "end_repeat | | ", "calculate | n | | | count(${child})"
    )

    assert state_of(form).value("n") == 1
    assert state_of(form, {"child": [{"age": 3}, {"age": 5}]}).values == {
        "age[1]": 3,
        "age[2]": 5,
        "n": 2,
    }


def test_a_repeat_follows_its_count():
    form = survey(
        "integer | n | N |",
        "begin_repeat | child | Enfant | ${n}",
        "integer | age | Âge |",
        "end_repeat | | |",
        columns="type | name | label | repeat_count",
    )

    state = state_of(form, {"n": 2, "child": [{"age": 1}, {"age": 2}, {"age": 3}]})

    assert [name for name in state.values if name.startswith("age")] == ["age[1]", "age[2]"]


def test_an_occurrence_that_comes_back_has_its_answers():
    form = survey(
        "integer | n | N |",
        "begin_repeat | child | Enfant | ${n}",
        "integer | age | Âge |",
        "end_repeat | | |",
        columns="type | name | label | repeat_count",
    )
    kept = {"child": 1, "age[1]": 3, "age[2]": 5}

    assert state_of(form, {"n": 1, **kept}).values == {"n": 1, "age[1]": 3}
    assert state_of(form, {"n": 2, **kept}).values == {"n": 2, "age[1]": 3, "age[2]": 5}


def test_repeats_inside_repeats_do_not_grow_without_end():
    form = survey(
        "integer | n | N |",
        "begin_repeat | home | Foyer | ${n}",
        "begin_repeat | child | Enfant | ${n}",
        "integer | age | Âge |",
        "end_repeat | | |",
        "end_repeat | | |",
        columns="type | name | label | repeat_count",
    )

    state = state_of(form, {"n": 1000})

    assert (state.count("home"), sum(key.startswith("age[") for key in state.values)) == (1000, 4000)


def test_a_trigger_counts_in_its_own_occurrence():
    form = survey(
        "begin_repeat | child | Enfant | |",
        "integer | age | Âge | |",
        "calculate | stamp | | now() | ${age}",
        "end_repeat | | | |",
        columns="type | name | label | calculation | trigger",
    )
    kept = {"child": 2, "age[1]": 3, "age[2]": 4, "stamp[1]": "avant", "stamp[2]": "avant"}

    state = state_of(form, kept, changed=frozenset({"age[2]"}))

    assert state.value("stamp[1]") == "avant"
    assert state.value("stamp[2]") != "avant"


def test_a_repeat_is_offered_before_anything_is_in_it():
    form = rules("text | a | A", "begin_repeat | child | Enfant | ${a} != ''", "text | b | B", "end_repeat | | ")

    assert state_of(form, {"a": "x"}, begins_with=0).is_offered("child")
    assert not state_of(form, {"a": ""}, begins_with=0).is_offered("child")


def test_nested_repeats_are_summed_within_their_parent():
    form = rules(
        "begin_repeat | home | Foyer",
        "begin_repeat | child | Enfant",
        "integer | age | Âge",
        "end_repeat | | ",
        "calculate | oldest | | | max(${age})",
        "end_repeat | | ",
        "calculate | ages | | | sum(${age})",
    )

    state = state_of(form, {"home": [{"child": [{"age": 3}, {"age": 9}]}, {"child": [{"age": 5}]}]})

    assert (state.value("ages"), state.value("oldest[1]"), state.value("oldest[2]")) == (17, 9, 5)


def test_a_circle_is_refused_with_its_path():
    form = rules("calculate | a | | | ${b} + 1", "calculate | b | | | ${a} + 1")

    with pytest.raises(FormRefused) as refusal:
        read_form(form.encode())

    assert [(each.code, each.row, each.details) for each in refusal.value.problems[:1]] == [
        ("surveys.cycle", 2, {"path": "a → b → a"})
    ]


def test_a_condition_on_oneself_is_a_circle():
    definition = read_form(rules("integer | a | A").encode()).definition
    bad = read_form(rules("integer | a | A", "integer | b | B | ${a} > 1").encode()).definition.children[1]

    with pytest.raises(Cycle):
        build_structure(type(definition)(**{**_fields(definition), "children": (_renamed(bad, "a"),)}))


def _fields(definition):
    return {name: getattr(definition, name) for name in definition.__dataclass_fields__}


def _renamed(item, name):
    return type(item)(**{**{field: getattr(item, field) for field in item.__dataclass_fields__}, "name": name})


@given(st.lists(st.integers(), max_size=20), st.text(max_size=8))
def test_shuffled_keeps_every_element_and_repeats_itself(elements, seed):
    assert sorted(shuffled(elements, seed)) == sorted(elements)
    assert shuffled(elements, seed) == shuffled(elements, seed)


def test_randomised_choices_depend_on_the_seed():
    form = survey(
        "select_one l | a | A | randomize=true",
        choices=tuple(f"l | c{n} | C{n} |" for n in range(6)),
        columns="type | name | label | parameters",
    )

    orders = {tuple(each.name for each in state_of(form, seed=seed).choices("a")) for seed in range(5)}

    assert len(orders) > 1


@given(st.dictionaries(st.sampled_from(["works", "hours", "helped", "story"]), st.text(max_size=30) | st.integers()))
def test_whatever_is_answered_the_form_has_an_opinion(answers):
    structure, _pages = PREPARED

    state = evaluate_form(structure, answers)

    assert set(state.values) == {"works", "hours", "half", "helped", "story"}
    state.violations()


PREPARED = prepare(read_form(FORM.encode()).definition)


def test_a_repeat_hidden_for_a_while_keeps_its_answers():
    form = survey(
        "select_one yn | a | A | | |",
        "begin_group | g | G | ${a} = 'yes' | |",
        "calculate | n | | | 2 |",
        "begin_repeat | child | Enfant | | | ${n}",
        "integer | age | Âge | | |",
        "end_repeat | | | | |",
        "end_group | | | | |",
        choices=YES_NO,
        columns="type | name | label | relevant | calculation | repeat_count",
    )
    children = [{"age": 3}, {"age": 4}]

    hidden = state_of(form, {"a": "no", "child": children})
    kept = [each.stored for each in hidden.instance.walk() if each.name == "age"]

    assert (kept, hidden.value("/data/g/child[1]/age")) == (["3", "4"], None)


def test_choices_that_are_answers_of_a_repeat_whose_name_comes_twice_are_found_without_end():
    def repeat(group: str, item: str) -> Group:
        path = f"/data/{group}/people"
        text = Item(name=item, key=item, path=f"{path}/{item}", type=ItemType.TEXT)
        people = Repeat(name="people", key=f"{group}/people", path=path, children=(text,))
        return Group(name=group, key=group, path=f"/data/{group}", children=(people,))

    who = Item(name="who", key="who", path="/data/who", type=ItemType.SELECT_ONE, list_name="${second}")
    locale = Locale("fr", "Français")
    children = (repeat("g", "first"), repeat("h", "second"), who)
    structure = build_structure(
        Definition(title="", form_id="f", locales=(locale,), default_locale="fr", children=children)
    )

    state = evaluate_form(structure, {"h/people": 1, "second[1]": "Ana"})

    assert state.choices("who") == ()
