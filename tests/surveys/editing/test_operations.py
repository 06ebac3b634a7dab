"""Questions added, moved, copied, deleted: the form stays one that can be answered."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Conflict, Invalid, NotFound
from surveys.definition import Definition, Group, ItemType, Repeat
from surveys.editing import operations
from surveys.editing.kinds import Kind, kind_of
from surveys.editing.naming import free, rename, slug
from surveys.editing.operations import Spot
from surveys.editing.references import Use, uses_of
from surveys.editing.tree import former_keys, node_of, with_former_among
from surveys.structure import build_structure
from tests.factories.forms import edited_form, names
from tests.factories.surveys import survey


def test_add_makes_a_name_from_the_words():
    form, key = operations.add(edited_form(), Kind.INTEGER, Spot(), words="Quel âge avez-vous ?")

    item = node_of(form, key)
    assert (key, item.path, item.type, item.labels) == (
        "age", "/data/age", ItemType.INTEGER, {"fr": "Quel âge avez-vous ?"}
    )  # fmt: skip
    assert names(form)[-1] == "age"


def test_add_never_takes_a_name_that_was_published():
    _form, key = operations.add(edited_form(), Kind.SHORT_TEXT, Spot(), words="Âge", published={"age"})

    assert key == "age_2"


def test_add_puts_a_question_where_it_is_asked_for():
    form, _key = operations.add(edited_form(), Kind.NOTE, Spot("detail", "metier"), words="Bon courage")

    assert names(form)[1:5] == ["detail", "  heures", "  bon_courage", "  metier"]


def test_add_of_yes_or_no_uses_the_list_in_the_same_words():
    ready = {"oui": {"fr": "Oui", "en": "Yes"}, "non": {"fr": "Non", "en": "No"}}

    form, key = operations.add(edited_form(), Kind.YES_NO, Spot(), words="Et après ?", choices=ready)

    assert node_of(form, key).list_name == "oui_non"


def test_add_to_a_group_that_is_not_there_says_so():
    with pytest.raises(NotFound, match="group_not_found"):
        operations.add(edited_form(), Kind.NOTE, Spot("nowhere"))


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_can_be_added_and_read_back(kind):
    form, key = operations.add(edited_form(), kind, Spot(), words="Nouveau")

    assert Definition.from_json(json.loads(json.dumps(form.to_json()))) == form
    build_structure(form)
    node = node_of(form, key)
    assert isinstance(node, Group) or kind_of(node) is (Kind.ONE if kind is Kind.YES_NO else kind)


def test_move_up_goes_into_the_group_above_and_out_again():
    form = operations.move_up(edited_form(), "aides")
    assert names(form)[1:5] == ["detail", "  heures", "  metier", "  aides"]

    form = operations.move_up(operations.move_up(operations.move_up(form, "aides"), "aides"), "aides")
    assert names(form)[:3] == ["travail", "aides", "detail"]
    assert node_of(form, "aides").path == "/data/aides"


def test_move_down_is_the_way_back():
    form = edited_form()

    assert operations.move_down(operations.move_up(form, "aides"), "aides") == form


def test_move_past_the_ends_changes_nothing():
    form = edited_form()

    assert operations.move_up(form, "travail") == form
    assert operations.move_down(form, "temps") == form


def test_move_by_lines_never_enters_a_repeat():
    form = edited_form(survey("begin_repeat | r | R", "text | a | A", "end_repeat | | ", "text | b | B"))

    assert names(operations.move_up(form, "b")) == ["b", "r", "  a"]
    assert operations.move_up(form, "a") == form


def test_group_moves_with_what_it_holds():
    form = operations.move(edited_form(), "detail", Spot())

    assert names(form)[-3:] == ["detail", "  heures", "  metier"]
    assert node_of(form, "heures").path == "/data/detail/heures"


def test_group_cannot_go_into_itself():
    with pytest.raises(Invalid, match="group_into_itself"):
        operations.move(edited_form(), "detail", Spot("detail"))


def test_move_before_itself_changes_nothing():
    form = edited_form()

    assert operations.move(form, "heures", Spot("detail", "heures")) == form


def test_copy_of_a_group_speaks_of_its_copies():
    form, key = operations.copy(edited_form(), "detail")

    assert names(form)[4:7] == ["detail_2", "  heures_2", "  metier_2"]
    assert node_of(form, "metier_2").relevant.source == "${heures_2} > 0"
    assert node_of(form, key).relevant.source == "${travail} = 'oui'"


def test_copy_of_a_copy_has_a_name_of_its_own():
    form, first = operations.copy(edited_form(), "travail")
    form, second = operations.copy(form, "travail")

    assert (first, second) == ("travail_2", "travail_3")


def test_delete_takes_the_list_that_nothing_else_uses():
    form = operations.delete(edited_form(), "lieu")

    assert "lieu" not in form.choice_lists
    assert "ville" in form.choice_lists


def test_uses_names_every_place():
    form = edited_form()

    assert uses_of(form, "heures") == (Use("metier", "relevant"), Use("temps", "calculation"))
    assert uses_of(form, "ville") == (Use("lieu", "labels"), Use("lieu", "choice_filter"))
    assert uses_of(form, "detail") == (Use("temps", "calculation"),)


def test_ungroup_leaves_the_questions():
    form, key = operations.add(edited_form(), Kind.PART, Spot("", "detail"), words="Une partie")
    form = operations.move(form, "travail", Spot(key))

    form = operations.ungroup(form, key)

    assert names(form)[:2] == ["travail", "detail"]
    assert node_of(form, "travail").path == "/data/travail"


def test_ungroup_refuses_to_lose_a_condition():
    with pytest.raises(Invalid, match="group_with_rule"):
        operations.ungroup(edited_form(), "detail")


def test_change_of_kind_keeps_words_rules_and_list():
    form = operations.change_kind(edited_form(), "aides", Kind.RANK)

    item = node_of(form, "aides")
    assert (item.type, item.list_name, item.labels["fr"]) == (ItemType.RANK, "aide", "Qui vous aide ?")


def test_change_of_kind_to_a_text_and_back():
    form = operations.change_kind(edited_form(), "metier", Kind.LONG_TEXT)
    assert node_of(form, "metier").appearance == "multiline"

    form = operations.change_kind(form, "metier", Kind.SCALE)
    assert node_of(form, "metier").parameters == {"start": "0", "end": "10", "step": "1"}

    form = operations.change_kind(form, "metier", Kind.SHORT_TEXT)
    assert (node_of(form, "metier").appearance, node_of(form, "metier").parameters) == ("", {})


def test_group_becomes_a_repeat_and_one_page_no_more():
    form = operations.set_repeated(operations.set_page(edited_form(), "detail", on_one_page=False), "detail",
                                   is_repeated=True)  # fmt: skip

    group = node_of(form, "detail")
    assert (type(group), group.is_page, len(group.children)) == (Repeat, False, 2)


# --- names ---


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Avez-vous un travail ?", "travail"),
        ("Êtes-vous allé·e à l’école ?", "alle_ecole"),
        ("Depuis combien de temps touchez-vous le RSA ?", "depuis_combien_temps_touchez_rsa"),
        ("Où ?", "ou"),
        ("2 enfants", "question_2_enfants"),
        ("أين تسكن؟", "question"),
        ("Œuvre", "oeuvre"),
        ("anticonstitutionnellementextraordinairement", "anticonstitutionnellementextraor"),
    ],
)
def test_slug_makes_short_plain_names(words, name):
    assert slug(words, "question") == name


@given(st.text(max_size=80))
def test_slug_is_always_a_name(words):
    name = slug(words, "question")

    assert name.isascii()
    assert name[0].isalpha()
    assert len(name) <= 32


def test_free_counts_on():
    assert free("age", {"age", "age_2"}) == "age_3"


def test_rename_follows_everywhere_and_keeps_the_former_name():
    form = rename(edited_form(), "ville", "commune")

    assert node_of(form, "lieu").choice_filter.source == "ville = ${commune}"
    assert node_of(form, "lieu").labels["fr"] == "Dans quel lieu, à ${commune} ?"
    assert former_keys(node_of(form, "commune")) == ("ville",)


def test_rename_keeps_the_spelling_of_the_author():
    form = rename(edited_form(), "travail", "emploi")

    assert node_of(form, "detail").relevant.source == "${emploi} = 'oui'"


def test_rename_follows_paths():
    form = edited_form(
        survey("text | a | A | ", "text | b | B | ../a = 'x' and /data/a = 'y'", columns="type|name|label|relevant")
    )

    assert node_of(rename(form, "a", "z"), "b").relevant.source == "../z = 'x' and /data/z = 'y'"


def test_rename_back_leaves_no_trace_of_the_detour():
    form = rename(rename(edited_form(), "ville", "commune"), "commune", "ville")

    assert with_former_among(form, {"ville"}) == edited_form()


@pytest.mark.parametrize("name", ["2x", "a b", "é", "", "meta"])
def test_rename_refuses_what_no_column_can_carry(name):
    with pytest.raises(Invalid, match="name_malformed"):
        rename(edited_form(), "ville", name)


def test_rename_refuses_a_name_of_another():
    with pytest.raises(Conflict, match="name_taken"):
        rename(edited_form(), "ville", "lieu")
    with pytest.raises(Conflict, match="name_taken"):
        rename(edited_form(), "ville", "age", published={"age"})


def test_question_that_becomes_the_only_one_of_its_name_keeps_its_former_key():
    form = edited_form(
        survey("begin_group |g|G", "text |a|A", "end_group | | ", "begin_group |h|H", "text |a|A", "end_group | | ")
    )

    left = operations.delete(form, "g/a")

    assert [(item.key, former_keys(item)) for item in left.items()] == [("a", ("h/a",))]
