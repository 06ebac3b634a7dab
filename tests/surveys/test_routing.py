from surveys.engine import evaluate_form
from surveys.routing import next_page, previous_page, progress, shown_pages
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
    assert next_page(pages, state, 0).key == "c"
    assert previous_page(pages, state, 2).key == "a"
    assert next_page(pages, state, 2) is None
    assert (progress(pages, state, 2).position, progress(pages, state, 2).share) == (2, 0.5)
