"""Long lists on a phone without scripts: type, search, choose; a cascade leaves few; answers of cards are choices."""

import re

import pytest
from sqlalchemy import select

from surveys.form_files import keep_files, ready_file
from surveys.models import Answer
from surveys.parcels import SentFile
from surveys.services import import_questionnaire, open_collection, publish
from tests.app.respond.conftest import Phone
from tests.app.respond.test_cards import open_phone, text
from tests.app.test_pages import faults
from tests.factories.studies import StudyFactory
from tests.factories.surveys import survey

TOWNS = survey(
    "select_one_from_file towns.csv | town | Quelle commune ? | |",
    "select_one dep | dep | Quel département ? | |",
    "select_one_from_file towns.csv | near | Près de quelle commune ? | dep = ${dep} |",
    "select_multiple_from_file towns.csv | many | Lesquelles ? | |",
    columns="type | name | label | choice_filter | required",
    choices=("dep | 54 | Meurthe |", "dep | 93 | Seine |"),
)
CSV = "name,label,dep\n" + "".join(
    f"c{number},{name} {number},{'54' if number < 4 else '93'}\n"
    for number, name in enumerate(["Nancy", "Éloyes", "Nancray", "Saint-Dié", *["Bourg"] * 140], 0)
)


@pytest.fixture
def phone(client, session) -> Phone:
    study = StudyFactory()
    version = import_questionnaire(session, study.id, file_name="towns.md", content=TOWNS.encode())
    keep_files(session, study.id, version.id, [ready_file(SentFile("towns.csv", CSV.encode()))])
    publish(session, study.id, version.id)
    collection = open_collection(session, study.id, version_id=version.id, title="Collecte")
    session.commit()
    one = Phone(client, collection.token)
    one.start()
    return one


def answers(session) -> dict[str, object]:
    session.expire_all()
    return {each.item_name: each.value for each in session.scalars(select(Answer)) if each.value is not None}


def offered(page: str, key: str) -> list[str]:
    return re.findall(rf'name="{key}" value="(c\d+)"', page)


def test_a_long_list_is_not_sent_to_the_phone(phone):
    page = phone.get(phone.url)

    assert offered(page.text, "town") == []
    assert 'name="town:search"' in page.text
    assert len(page.data) < 8_000
    assert faults(page.text) == []


def test_searching_shows_the_few_that_fit_whatever_accents_and_capitals(phone):
    page = phone.send(move="search", **{"town:search": "eLo"})

    assert page.status_code == 200
    assert offered(page.text, "town") == ["c1"]
    assert 'value="eLo"' in page.text
    assert faults(page.text) == []


def test_choosing_among_what_was_found_is_the_answer(phone, session):
    phone.send(move="search", **{"town:search": "nanc"})
    phone.send(town="c2", **{"town:search": "nanc"})

    assert answers(session) == {"town": "c2"}
    again = phone.get(f"/r/{phone.code}/p/town").text
    assert re.search(r'value="c2" checked', again)


def test_what_was_typed_whole_is_taken(phone, session):
    phone.send(**{"town:search": "saint die 3"})

    assert answers(session) == {"town": "c3"}


def test_going_on_without_choosing_asks_to_choose(phone, session):
    page = phone.send(**{"town:search": "bourg"})

    assert page.status_code == 422
    assert "Choisissez votre réponse dans la liste." in text(page)
    assert len(offered(page.text, "town")) == 12
    assert "Il y en a d’autres" in text(page)
    assert answers(session) == {}


def test_nothing_found_says_so(phone):
    page = phone.send(move="search", **{"town:search": "xyz"})

    assert "Rien ne commence ainsi." in text(page)


def test_back_keeps_what_was_being_searched(phone):
    phone.send(move="back", **{"town:search": "bourg"})

    page = phone.get(f"/r/{phone.code}/p/town")

    assert 'value="bourg"' in page.text
    assert len(offered(page.text, "town")) == 12


def test_a_cascade_that_leaves_few_shows_them_at_once(phone):
    phone.send(town="c0")
    phone.send(dep="54")

    assert offered(phone.get(f"/r/{phone.code}/p/near").text, "near") == ["c0", "c1", "c2", "c3"]


def test_several_are_kept_while_others_are_searched(phone, session):
    phone.send(f"/r/{phone.code}/p/many", move="search", many=["c0"], **{"many:search": "eloyes"})
    page = phone.send(f"/r/{phone.code}/p/many", move="search", many=["c0", "c1"], **{"many:search": "dié"})

    assert offered(page.text, "many") == ["c0", "c1", "c3"]
    assert len(re.findall("checked", page.text)) == 2
    assert answers(session)["many"] == ["c0", "c1"]


def test_the_last_reading_says_the_words_of_the_list(phone):
    phone.send(town="c1")

    assert "Éloyes 1" in phone.get(f"/r/{phone.code}/verifier").text


def test_answers_given_on_cards_are_choices(client, session):
    form = survey(
        "begin_repeat | child | Enfant | ",
        "text | name | Prénom ? | ",
        "integer | age | Âge ? | ",
        "end_repeat | | | ",
        "select_one ${name} | who | Pour qui ? | ${age} > 5",
        columns="type | name | label | choice_filter",
    )
    phone = open_phone(client, session, form)
    phone.start()
    for number, (name, age) in enumerate((("Léa Rose", "3"), ("Tom", "9"), ("Zoé", "12")), 1):
        phone.send(f"/r/{phone.code}/p/name[{number}]", **{f"name[{number}]": name})
        phone.send(**{f"age[{number}]": age})

    page = phone.get(f"/r/{phone.code}/p/who").text
    phone.send(f"/r/{phone.code}/p/who", who="Zoé")

    assert re.findall(r'type="radio" name="who" value="([^:"]+)"', page) == ["Tom", "Zoé"]
    assert answers(session)["who"] == "Zoé"
    assert '<span class="said">Zoé</span>' in phone.get(f"/r/{phone.code}/verifier").text
