"""Pages that scripts keep up to date: what they carry for it, what is sent back, and nothing of anybody in the form."""

import gzip
import html
import json
import re

import pytest
from sqlalchemy import select

from surveys.models import Answer
from tests.app.respond.conftest import Phone
from tests.app.test_pages import faults
from tests.factories.studies import StudyFactory
from tests.factories.surveys import make_collection, survey

PAGE = survey(
    "text | name | Votre prénom ? | | | |",
    "begin_group | work | Travail | | | field-list |",
    "select_one yn | works | Travaillez-vous ? | | | |",
    "decimal | hours | Combien d'heures, ${name} ? | ${works} = 'yes' | | | 35",
    "select_multiple yn | ways | Comment ? | ${works} = 'yes' | | |",
    "note | said | Vous avez dit **${works}**. | | | |",
    "integer | double | Le double | | ${hours} * 2 | |",
    "end_group | | | | | |",
    "text | alone | Autre chose ? | | | |",
    choices=("yn | yes | Oui | |", "yn | no | Non | |"),
    columns="type | name | label | relevant | calculation | appearance | default",
)


@pytest.fixture
def phone(client, session) -> Phone:
    one = Phone(client, make_collection(session, StudyFactory(), PAGE).code)
    one.start()
    one.send(name="Ana <b>")
    return one


def page_of(phone: Phone, key: str = "work") -> str:
    return phone.get(f"/r/{phone.code}/p/{key}").get_data(as_text=True)


def attribute(page: str, name: str) -> str:
    return html.unescape(re.search(rf'{name}="([^"]*)"', page)[1])


def test_page_whose_questions_depend_on_each_other_carries_what_waits(phone):
    page = page_of(phone)

    assert re.findall(r'<template data-key="(\w+)">', page) == ["hours", "ways"]
    assert re.findall(r'<span data-said="(\w+)">([^<]*)', page) == [("labels", "Vous avez dit ")]
    assert faults(page) == []


def test_page_carries_only_the_answers_that_it_depends_on(phone):
    draft = json.loads(attribute(page_of(phone), "data-draft"))

    assert (draft["answers"], draft["missing"], draft["locale"]) == ({"name": "Ana <b>"}, {}, "fr")


def test_page_of_one_question_carries_nothing_for_scripts(phone):
    page = page_of(phone, "alone")

    assert "data-form" not in page


def test_question_that_waits_shows_its_default(phone):
    waiting = page_of(phone).partition('<template data-key="hours">')[2].partition("</template>")[0]

    assert 'value="35"' in waiting


def test_form_is_given_once_for_good_and_holds_nobody(phone):
    answer = phone.client.get(attribute(page_of(phone), "data-form"), headers={"Accept-Encoding": "gzip"})
    form = json.loads(gzip.decompress(answer.data))

    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert [node["name"] for node in form["nodes"] if node["type"] != "group"] == [
        *("name", "works", "hours", "ways", "said", "double", "alone")
    ]
    assert form["nodes"][5]["html"]["labels"] == {"fr": "Vous avez dit <strong>${works}</strong>."}
    assert "Ana" not in json.dumps(form)


def test_form_of_another_questionnaire_is_not_found_at_this_address(phone, session):
    other = make_collection(session, StudyFactory(), survey("text | secret | Secret |"))

    answer = phone.client.get(f"/r/{phone.code}/form-{other.version_id}.json")

    assert answer.status_code == 404


def test_question_that_a_script_showed_and_was_left_empty_is_seen_once(phone, session):
    answer = phone.send(f"/r/{phone.code}/p/work", works="yes", hours="", **{"hours:shown": "", "ways:shown": ""})

    kept = {row.item_name: row.value for row in session.scalars(select(Answer))}
    assert answer.location.endswith("/p/alone")
    assert {"hours": None, "ways": None}.items() <= kept.items()


def test_question_that_no_script_showed_brings_its_page_again(phone):
    answer = phone.send(f"/r/{phone.code}/p/work", works="yes")

    assert "/p/work?more=" in answer.location
