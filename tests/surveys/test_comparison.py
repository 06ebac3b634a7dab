import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.comparison import Change, ChangeKind, Consequence, Words, compare, word_difference
from surveys.xlsform import read_form

COLUMNS = "type | name | label | hint | relevant | required | constraint | calculation | parameters | appearance"
KEPT, CAREFUL, BROKEN = Consequence.KEPT, Consequence.CAREFUL, Consequence.BROKEN


def form(*lines, choices=(), columns=COLUMNS, title="Titre"):
    rows = ["| survey |", f"| | {columns} |", *(f"| | {line} |" for line in lines)]
    if choices:
        rows += ["| choices |", "| | list_name | name | label | tresse::was |", *(f"| | {line} |" for line in choices)]
    rows += ["| settings |", "| | form_title |", f"| | {title} |"]
    return read_form("\n".join(rows).encode()).definition


def line(type_="text", name="a", **cells):
    names = COLUMNS.split(" | ")
    return " | ".join({"type": type_, "name": name, "label": name.upper(), **cells}.get(each, "") for each in names)


def seen(changes):
    return [(change.kind, change.consequence, change.earlier, change.later) for change in changes]


def test_the_same_form_has_no_change():
    assert compare(form(line(), line("note", "n")), form(line(), line("note", "n"))) == ()


def test_a_rule_spelled_otherwise_is_no_change():
    before = form(line(), line(name="b", relevant="${a}='x'"))

    assert compare(before, form(line(), line(name="b", relevant=" ${a}  =  'x' "))) == ()


def test_items_added_and_removed_begin_and_end_a_series():
    changes = compare(form(line(), line("note", "n")), form(line(name="b"), line("note", "m")))

    assert seen(changes) == [
        (ChangeKind.ADDED, Consequence.BEGINS, "", "b"),
        (ChangeKind.ADDED, KEPT, "", "m"),
        (ChangeKind.REMOVED, Consequence.ENDS, "a", ""),
        (ChangeKind.REMOVED, KEPT, "n", ""),
    ]


def test_a_text_changed_is_shown_word_by_word():
    changes = compare(form(line(label="Avez-vous un emploi ?")), form(line(label="Avez-vous un travail ?")))

    assert changes == (
        Change(
            kind=ChangeKind.REWORDED,
            consequence=CAREFUL,
            earlier="a",
            later="a",
            field="labels",
            locale="fr",
            before="Avez-vous un emploi ?",
            after="Avez-vous un travail ?",
            words=(
                Words("equal", "Avez-vous un "),
                Words("delete", "emploi"),
                Words("insert", "travail"),
                Words("equal", " ?"),
            ),
        ),
    )


def test_a_translation_added_keeps_the_series():
    columns = "type | name | label::Français (fr) | label::English (en)"
    before = form("text | a | Âge | ", "text | b | Nom | Name", columns=columns)
    after = form("text | a | Âge | Age", "text | b | Nom | ", columns=columns)

    assert [(change.kind, change.consequence, change.locale, change.later) for change in compare(before, after)] == [
        (ChangeKind.TRANSLATED, KEPT, "en", "a"),
        (ChangeKind.UNTRANSLATED, KEPT, "en", "b"),
    ]


def test_languages_and_title_are_changes_of_the_form():
    before = form("text | a | Âge | Age", columns="type | name | label::Français (fr) | label::English (en)")
    after = form(
        "text | a | Âge | Alter", columns="type | name | label::Français (fr) | label::Deutsch (de)", title="T"
    )

    assert [(change.kind, change.locale, change.earlier) for change in compare(before, after)] == [
        (ChangeKind.TITLE, "", ""),
        (ChangeKind.LANGUAGE_ADDED, "de", ""),
        (ChangeKind.LANGUAGE_REMOVED, "en", ""),
        (ChangeKind.TRANSLATED, "de", "a"),
        (ChangeKind.UNTRANSLATED, "en", "a"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "consequence"),
    [("integer", "decimal", CAREFUL), ("integer", "text", CAREFUL), ("text", "integer", BROKEN)],
)
def test_a_type_changed_breaks_the_series_unless_it_holds_the_values(old, new, consequence):
    assert [
        (change.kind, change.consequence, change.before, change.after)
        for change in compare(form(line(old)), form(line(new)))
    ] == [(ChangeKind.TYPE, consequence, old, new)]


def test_choices_are_compared_one_by_one():
    question = line("select_one l")
    before = form(question, choices=("l | 1 | Oui | ", "l | 2 | Non | ", "l | 3 | Parfois | ", "l | 4 | Jamais | "))
    after = form(
        question,
        choices=("l | 4 | Plus jamais | ", "l | oui | Oui | 1", "l | 5 | Peut-être | ", "l | 6 | Parfois | "),
    )

    assert [
        (change.kind, change.consequence, change.choice, change.before, change.after)
        for change in compare(before, after)
    ] == [
        (ChangeKind.CHOICE_REWORDED, CAREFUL, "4", "Jamais", "Plus jamais"),
        (ChangeKind.CHOICE_RECODED, KEPT, "oui", "1", "oui"),
        (ChangeKind.CHOICE_ADDED, CAREFUL, "5", "", "Peut-être"),
        (ChangeKind.CHOICE_ADDED, BROKEN, "6", "3", "Parfois"),
        (ChangeKind.CHOICE_REMOVED, CAREFUL, "2", "Non", ""),
        (ChangeKind.CHOICE_REMOVED, CAREFUL, "3", "Parfois", ""),
        (ChangeKind.CHOICES_MOVED, CAREFUL, "", "1 4", "4 1"),
    ]


def test_rules_show_their_sources():
    before = form(
        line(), line("integer", "b", relevant="${a} = 'x'", required="yes"), line("calculate", "c", calculation="1")
    )
    after = form(line(), line("integer", "b", constraint=". > 0"), line("calculate", "c", calculation="2"))

    assert [(change.field, change.consequence, change.before, change.after) for change in compare(before, after)] == [
        ("relevant", CAREFUL, "${a} = 'x'", ""),
        ("required", CAREFUL, "true()", ""),
        ("constraint", CAREFUL, "", ". > 0"),
        ("calculation", BROKEN, "1", "2"),
    ]


def test_another_scale_breaks_the_series():
    changes = compare(form(line("range", parameters="start=0 end=5")), form(line("range", parameters="start=0 end=10")))

    assert [(change.kind, change.field, change.consequence) for change in changes] == [
        (ChangeKind.PARAMETERS, "end", BROKEN)
    ]


def test_only_what_left_its_place_moved():
    names = ("a", "b", "c", "d")
    before = form(*(line(name=name) for name in names))
    after = form(*(line(name=name) for name in ("b", "c", "d", "a")))

    assert seen(compare(before, after)) == [(ChangeKind.MOVED, CAREFUL, "a", "a")]


def test_what_stays_in_a_group_that_moves_did_not_move():
    group = (line("begin_group", "g"), line(name="b"), line("end_group", "", label=""))
    before = form(*group, line(), line(name="c"))

    assert seen(compare(before, form(line(), line(name="c"), *group))) == [(ChangeKind.MOVED, CAREFUL, "g", "g")]


def test_a_renamed_item_keeps_its_series_and_its_place():
    columns = "type | name | label | tresse::was"
    before = form("begin_group | g | G | ", "text | a | A | ", "end_group | | | ", columns=columns)
    after = form("begin_group | h | G | g", "text | b | A | a", "end_group | | | ", columns=columns)

    assert seen(compare(before, after)) == [(ChangeKind.RENAMED, KEPT, "g", "h"), (ChangeKind.RENAMED, KEPT, "a", "b")]


def test_an_item_put_in_a_repeat_breaks_its_series():
    repeat = (line("begin_repeat", "r"), line(), line("end_repeat", "", label=""))

    changes = compare(form(line()), form(*repeat))

    assert seen(changes) == [(ChangeKind.ADDED, Consequence.BEGINS, "", "r"), (ChangeKind.MOVED, BROKEN, "a", "a")]


@given(st.text(), st.text())
def test_a_word_difference_gives_both_texts_back(before, after):
    words = word_difference(before, after)

    assert "".join(each.text for each in words if each.op != "insert") == before
    assert "".join(each.text for each in words if each.op != "delete") == after
