from surveys.engine import evaluate_form
from surveys.routing import first_page_in, next_page, page_by_key, page_of_item, previous_page, shown_pages
from surveys.versions import prepare
from surveys.xlsform import read_form
from tests.factories.surveys import FORM, survey


def pages_of(form):
    return prepare(read_form(form.encode()).definition)


def test_a_field_list_is_one_page_and_other_questions_have_each_their_own():
    _structure, pages = pages_of(FORM)

    assert [(page.key, page.items) for page in pages] == [
        ("work", ("works", "hours")),
        ("helped", ("helped",)),
        ("story", ("story",)),
    ]


def test_notes_stand_on_the_page_of_the_next_question():
    _structure, pages = pages_of(survey("note | hello | Bonjour", "text | a | A", "note | bye | Merci"))

    assert [page.items for page in pages] == [("hello", "a"), ("bye",)]


def test_a_group_without_page_gives_its_heading_to_each_question():
    _structure, pages = pages_of(survey("begin_group | g | G", "text | a | A", "text | b | B", "end_group | | "))

    assert [(page.key, page.headings) for page in pages] == [("a", ("g",)), ("b", ("g",))]


def test_choices_written_above_a_table_are_on_no_page():
    form = survey(
        "begin_group | t | Pour chaque phrase | table-list",
        "select_one yn | a | A |",
        "select_one yn | b | B |",
        "end_group | | |",
        choices=("yn | yes | Oui |", "yn | no | Non |"),
        columns="type | name | label | appearance",
    )

    _structure, pages = pages_of(form)

    assert [(page.key, page.items[-2:], len(page.items)) for page in pages] == [("t", ("a", "b"), 3)]


def test_only_pages_with_something_relevant_are_walked():
    form = survey(
        "select_one yn | a | A |",
        "text | b | B | ${a} = 'yes'",
        "text | c | C |",
        choices=("yn | yes | Oui |", "yn | no | Non |"),
        columns="type | name | label | relevant",
    )
    structure, pages = pages_of(form)
    state = evaluate_form(structure, {"a": "no"})

    assert [page.key for page in shown_pages(pages, state)] == ["a", "c"]
    assert next_page(pages, state, pages[0]).key == "c"
    assert previous_page(pages, state, pages[2]).key == "a"
    assert next_page(pages, state, pages[2]) is None


CHILDREN = survey(
    "text | who | Qui ? |",
    "begin_repeat | child | Enfant ${name} |",
    "text | name | Prénom ? |",
    "begin_repeat | toy | Jouet |",
    "text | thing | Quel jouet ? |",
    "end_repeat | | |",
    "integer | age | Âge ? |",
    "end_repeat | | |",
    "text | end | Autre chose ? |",
)
FAMILY = {"child": 2, "toy[1]": 0, "toy[2]": 2}


def walk(pages, state, page=None):
    keys = []
    while (page := next_page(pages, state, page)) is not None and len(keys) < 30:
        keys.append(page.key)
        if keys.count(page.key) > 1:
            break
    return keys


def test_a_repeat_to_which_one_adds_has_a_roster_before_its_pages():
    _structure, pages = pages_of(CHILDREN)

    assert [(page.key, page.roster, page.repeats) for page in pages] == [
        ("who", "", ()),
        ("child", "child", ()),
        ("name", "", ("child",)),
        ("toy", "toy", ("child",)),
        ("thing", "", ("child", "toy")),
        ("age", "", ("child",)),
        ("end", "", ()),
    ]


def test_each_occurrence_has_its_pages():
    structure, pages = pages_of(CHILDREN)
    state = evaluate_form(structure, FAMILY)

    assert [page.key for page in shown_pages(pages, state)] == [
        "who",
        "child",
        "name[1]",
        "toy[1]",
        "age[1]",
        "name[2]",
        "toy[2]",
        "thing[2.1]",
        "thing[2.2]",
        "age[2]",
        "end",
    ]


def test_a_roster_leads_past_its_cards_and_a_card_back_to_the_roster():
    structure, pages = pages_of(CHILDREN)
    state = evaluate_form(structure, FAMILY)
    following = {page.key: next_page(pages, state, page) for page in shown_pages(pages, state)}
    preceding = {page.key: previous_page(pages, state, page) for page in shown_pages(pages, state)}

    assert walk(pages, state) == ["who", "child", "end"]
    assert {key: page and page.key for key, page in following.items()} == {
        "who": "child",
        "child": "end",
        "name[1]": "toy[1]",
        "toy[1]": "age[1]",
        "age[1]": "child",
        "name[2]": "toy[2]",
        "toy[2]": "age[2]",
        "thing[2.1]": "toy[2]",
        "thing[2.2]": "toy[2]",
        "age[2]": "child",
        "end": None,
    }
    assert {key: page and page.key for key, page in preceding.items()} == {
        "who": None,
        "child": "who",
        "name[1]": "child",
        "toy[1]": "name[1]",
        "age[1]": "toy[1]",
        "name[2]": "child",
        "toy[2]": "name[2]",
        "thing[2.1]": "toy[2]",
        "thing[2.2]": "toy[2]",
        "age[2]": "toy[2]",
        "end": "child",
    }


def test_a_counted_repeat_goes_from_one_occurrence_to_the_next():
    form = survey(
        "integer | n | Combien ? |",
        "begin_repeat | child | Enfant | ${n}",
        "text | name | Prénom ? |",
        "integer | age | Âge ? |",
        "end_repeat | | |",
        "text | end | Fin ? |",
        columns="type | name | label | repeat_count",
    )
    structure, pages = pages_of(form)
    state = evaluate_form(structure, {"n": 2})

    assert walk(pages, state) == ["n", "name[1]", "age[1]", "name[2]", "age[2]", "end"]
    assert previous_page(pages, state, page_by_key(pages, "name[2]")).key == "age[1]"
    assert walk(pages, evaluate_form(structure, {"n": 0})) == ["n", "end"]


def test_a_repeat_inside_one_page_parts_it():
    form = survey(
        "begin_group | g | Chez vous | field-list",
        "text | street | Rue ? |",
        "begin_repeat | person | Personne | field-list",
        "text | name | Nom ? |",
        "integer | age | Âge ? |",
        "end_repeat | | |",
        "text | town | Ville ? |",
        "text | floor | Étage ? |",
        "end_group | | |",
        columns="type | name | label | appearance",
    )
    structure, pages = pages_of(form)
    state = evaluate_form(structure, {"person": 1})

    assert [(page.key, page.items) for page in shown_pages(pages, state)] == [
        ("g", ("street",)),
        ("person", ()),
        ("person[1]", ("name[1]", "age[1]")),
        ("town", ("town", "floor")),
    ]
    assert page_by_key(pages, "person[1]").headings == ("g", "person[1]")


def test_a_roster_is_shown_while_its_repeat_is_relevant():
    form = survey(
        "select_one yn | any | Des enfants ? |",
        "begin_repeat | child | Enfant | ${any} = 'yes'",
        "text | name | Prénom ? |",
        "end_repeat | | |",
        choices=("yn | yes | Oui |", "yn | no | Non |"),
        columns="type | name | label | relevant",
    )
    structure, pages = pages_of(form)

    assert walk(pages, evaluate_form(structure, {"any": "yes"}, begins_with=0)) == ["any", "child"]
    assert walk(pages, evaluate_form(structure, {"any": "no", "child": 2, "name[1]": "Léa"})) == ["any"]


def test_the_page_of_an_item_is_that_of_its_occurrence():
    structure, pages = pages_of(CHILDREN)
    state = evaluate_form(structure, FAMILY)

    assert page_of_item(pages, "thing[2.1]").key == "thing[2.1]"
    assert page_of_item(pages, "thing[2]") is None
    assert first_page_in(pages, state, "child", 2).key == "name[2]"
    assert first_page_in(pages, state, "toy[2]", 2).key == "thing[2.2]"
    assert first_page_in(pages, state, "toy[1]", 1) is None


def test_questions_between_two_repeats_of_a_page_have_a_page_with_a_key():
    form = survey(
        "begin_group | g | G | field-list",
        "text | first | F |",
        "begin_repeat | r | R |",
        "text | a | A |",
        "end_repeat | | |",
        "text | between | B |",
        "begin_repeat | s | S |",
        "text | b | B |",
        "end_repeat | | |",
        "end_group | | |",
        columns="type | name | label | appearance",
    )

    _structure, pages = prepare(read_form(form.encode()).definition)
    assert [page.key for page in pages] == ["g", "r", "a", "between", "s", "b"]
