import pytest

from surveys.crosswalk import Break, Fate, Link, crosswalk
from surveys.xlsform import read_form

COLUMNS = "type | name | label | tresse::was"


def form(*lines, choices=()):
    rows = ["| survey |", f"| | {COLUMNS} |", *(f"| | {line} |" for line in lines)]
    if choices:
        rows += ["| choices |", "| | list_name | name | label | tresse::was |", *(f"| | {line} |" for line in choices)]
    return read_form("\n".join(rows).encode()).definition


FIRST = form(
    "integer | age | Âge | ",
    "select_one yn | works | Travaillez-vous ? | ",
    "select_multiple help | helped | Qui aide ? | ",
    "text | story | Racontez. | ",
    "text | gone | Partie | ",
    choices=(
        "yn | 1 | Oui | ",
        "yn | 2 | Non | ",
        "help | peer | Pair | ",
        "help | pro | Pro | ",
        "help | web | Web | ",
    ),
)
SECOND = form(
    "decimal | years | Quel âge ? | age",
    "select_one yn | works | Travaillez-vous ? | ",
    "select_multiple help | helped | Qui aide ? | ",
    "text | story | Racontez. | ",
    "note | read | Merci | ",
    "date | since | Depuis quand ? | ",
    choices=("yn | yes | Oui | 1", "yn | no | Non | 2", "help | peer | Pair | ", "help | team | Équipe | pro"),
)


def test_answers_of_an_earlier_version_are_read_under_the_later_one():
    answers = {"age": 31, "works": "1", "helped": ["pro", "web"], "story": None, "gone": "texte", "odd": 1}

    reading = crosswalk(FIRST, SECOND).read(answers, {"story": "refused"})

    assert reading.answers == {"years": 31, "works": "yes", "helped": ["team", "web"], "story": None}
    assert reading.missing == {"story": "refused"}
    assert reading.left == {"gone": "texte", "odd": 1}


def test_every_item_of_both_versions_has_one_link():
    walk = crosswalk(FIRST, SECOND)

    assert [(link.fate, link.earlier, link.later) for link in walk.links] == [
        (Fate.RENAMED, "age", "years"),
        (Fate.SAME, "works", "works"),
        (Fate.SAME, "helped", "helped"),
        (Fate.SAME, "story", "story"),
        (Fate.NEW, "", "since"),
        (Fate.DROPPED, "gone", ""),
    ]
    assert walk.link_from("helped") == walk.link_to("helped")
    helped = walk.link_to("helped")
    assert (helped.codes, helped.lost_codes, helped.new_codes) == ({"peer": "peer", "pro": "team"}, ("web",), ())


@pytest.mark.parametrize(
    ("old", "new", "value", "read"),
    [
        ("integer", "decimal", 3, 3),
        ("integer", "text", 3, "3"),
        ("decimal", "text", 2.5, "2.5"),
        ("select_one yn", "select_multiple yn", "1", ["1"]),
        ("select_one yn", "text", "1", "1"),
        ("select_multiple yn", "text", ["1", "2"], "1 2"),
        ("date", "text", "2025-12-31", "2025-12-31"),
        ("text", "hidden", "x", "x"),
    ],
)
def test_a_wider_type_holds_the_values_of_the_earlier_one(old, new, value, read):
    choices = ("yn | 1 | Oui | ", "yn | 2 | Non | ")

    walk = crosswalk(form(f"{old} | q | Q | ", choices=choices), form(f"{new} | q | Q | ", choices=choices))

    assert walk.read({"q": value}).answers == {"q": read}


@pytest.mark.parametrize(("old", "new"), [("text", "integer"), ("decimal", "integer"), ("date", "time")])
def test_a_narrower_type_breaks_the_series_and_leaves_the_answer(old, new):
    walk = crosswalk(form(f"{old} | q | Q | "), form(f"{new} | q | Q | "))

    assert walk.links[0].breaks is Break.TYPE
    assert walk.read({"q": "x"}).left == {"q": "x"}


def test_answers_in_repeats_keep_their_numbers_under_new_names():
    first = form(
        "begin_repeat | child | Enfant | ",
        "integer | age | Âge | ",
        "begin_repeat | toy | Jouet | ",
        "text | name | Nom | ",
        "end_repeat | | | ",
        "end_repeat | | | ",
    )
    second = form(
        "begin_repeat | kid | Enfant | child",
        "integer | years | Âge | age",
        "begin_repeat | toy | Jouet | ",
        "text | name | Nom | ",
        "end_repeat | | | ",
        "end_repeat | | | ",
    )

    reading = crosswalk(first, second).read({"child": 2, "age[2]": 7, "toy[2]": 1, "name[2.1]": "ours"})

    assert reading.answers == {"kid": 2, "years[2]": 7, "toy[2]": 1, "name[2.1]": "ours"}


def test_an_item_moved_into_a_repeat_is_no_series():
    first = form("integer | age | Âge | ")
    second = form("begin_repeat | child | Enfant | ", "integer | age | Âge | ", "end_repeat | | | ")

    assert crosswalk(first, second).link_to("age").breaks is Break.REPEAT


def test_a_key_that_became_a_path_is_still_its_item():
    first = form("begin_group | g | G | ", "text | a | A | ", "end_group | | | ")
    second = form(
        "begin_group | g | G | ", "text | a | A | ", "end_group | | | ",
        "begin_group | h | H | ", "text | a | A | ", "end_group | | | ",
    )  # fmt: skip

    walk = crosswalk(first, second)

    assert walk.read({"a": "x"}).answers == {"g/a": "x"}
    assert crosswalk(second, first).read({"g/a": "x", "h/a": "y"}).answers == {"a": "x"}


def test_names_that_change_places_follow_what_the_author_says():
    first = form("text | a | A | ", "text | b | B | ")
    second = form("text | a | B | b", "text | b | A | a")

    assert crosswalk(first, second).read({"a": "x", "b": "y"}).answers == {"b": "x", "a": "y"}


def test_a_way_over_three_versions_adds_up():
    last = form(
        "decimal | age_years | Âge ? | years",
        "select_one yn | works | Travaillez-vous ? | ",
        "select_multiple help | helped | Qui aide ? | ",
        choices=("yn | o | Oui | yes", "yn | no | Non | ", "help | team | Équipe | ", "help | web | Web | "),
    )

    walk = crosswalk(FIRST, SECOND, last)

    reading = walk.read({"age": 31, "works": "1", "helped": ["pro", "web", "peer"], "story": "x"})
    assert reading.answers == {"age_years": 31, "works": "o", "helped": ["team", "web", "peer"]}
    assert reading.left == {"story": "x"}
    helped = walk.link_to("helped")
    assert (helped.codes, helped.lost_codes, helped.new_codes) == ({"pro": "team", "web": "web"}, ("peer",), ())
    assert [link.earlier for link in walk.links if link.fate is Fate.DROPPED] == ["story", "gone"]


def test_an_item_that_begins_on_the_way_is_new():
    walk = crosswalk(form("text | a | A | "), SECOND, SECOND)

    assert walk.link_to("works") == Link(Fate.NEW, "", "works", None, SECOND.item("works").type)


def test_one_version_is_no_way():
    with pytest.raises(ValueError, match="two"):
        crosswalk(FIRST)
