"""Every kind of question answered on a phone without scripts, as somebody does who reads the pages: nothing is lost."""

import re

import pytest
from sqlalchemy import select

from app.extensions import db
from studies.models import ConsentPurpose
from studies.services import publish_consent_text
from surveys.answers import collection_version
from surveys.models import Answer, Missing
from tests.app.respond.conftest import Phone
from tests.app.respond.test_every_question import remarks
from tests.factories.questions import ask_everything
from tests.factories.studies import StudyFactory
from tests.factories.surveys import make_collection, survey
from tests.old_browser import OldBrowser, counting
from tests.respondent import Manner, Respondent

FAMILY = survey(
    "text | who | Qui répond ? | |",
    "begin_repeat | child | Vos enfants : ${name} | |",
    "text | name | Son prénom ? | yes |",
    "integer | age | Son âge ? | | . < 30",
    "begin_repeat | toy | Ses jouets | |",
    "text | thing | Quel jouet ? | |",
    "image | picture | Sa photo ? | |",
    "end_repeat | | | |",
    "end_repeat | | | |",
    "text | last | Autre chose ? | |",
    columns="type | name | label | required | constraint",
)
TOWNS = survey(
    "begin_group | lieu | Où ? | field-list | |",
    "select_one zone | zone | La zone ? | | |",
    "select_one town | town | La ville ? | | area = ${zone} | {needed}",
    "end_group | | | | |",
    "text | fin | La fin ? | | |",
    choices=("zone | n | Nord | ", "zone | s | Sud | ", "town | lille | Lille | n", "town | nice | Nice | s"),
    columns="type | name | label | appearance | choice_filter | required",
)
PROPOSED = survey(
    "decimal | prix | Le prix ? | 17.5",
    "datetime | quand | Quand ? | ",
    "text | fin | La fin ? | ",
    columns="type | name | label | default",
)
MIXED = survey(
    "text | avant | Avant ? |",
    "begin_group | travail | Le travail |",
    "select_one on | emploi | Un emploi ? |",
    "end_group | | |",
    "begin_group | mur | Pour chaque phrase | table-list",
    "select_one on | m1 | On m’écoute. |",
    "select_one on | m2 | On me répond. |",
    "end_group | | |",
    "text | apres | Après ? |",
    choices=("on | oui | Oui | ", "on | non | Non | "),
    columns="type | name | label | appearance",
)


@pytest.fixture
def answers(session):
    """Read what is kept, by key."""

    def read():
        session.expire_all()
        rows = session.scalars(select(Answer))
        return {each.item_name: each.missing or each.value for each in rows}

    return read


@pytest.fixture
def opened(client, session):
    """Start a form on a phone."""

    def start(form):
        phone = Phone(client, make_collection(session, StudyFactory(), form).code)
        phone.start()
        return phone

    return start


@pytest.mark.parametrize("manner", [Manner.CLUMSY, Manner.REFUSED])
@pytest.mark.parametrize("locale", ["fr", "ar"])
def test_every_kind_of_question_is_answered(session, app, answers, locale, manner):
    study = StudyFactory()
    asked = ask_everything(session, study)
    with counting(db.session.connection()) as statements:
        definition = collection_version(session, study.id, asked.id).definition
        person = Respondent(OldBrowser(app.test_client(), statements), asked.code, definition, manner=manner)
        person.start(locale)
        person.answer_all()
        read = person.send()

    kept = answers()
    assert read.keys() == {key for page in asked.pages for key in kept if not key.startswith("bonjour")}
    if manner is Manner.REFUSED:
        assert {key: kept[key] for key in read if kept[key] is not Missing.REFUSED} == {"lu": "OK"}


def test_lists_in_lists_are_filled_and_a_card_is_taken_out(session, app, answers):
    study = StudyFactory()
    made = make_collection(session, study, FAMILY)
    with counting(db.session.connection()) as statements:
        definition = collection_version(session, study.id, made.id).definition
        person = Respondent(OldBrowser(app.test_client(), statements), made.code, definition)
        person.start()
        person.answer_all()
        read = person.send()

    kept = answers()
    assert (kept["child"], kept["toy[1]"]) == (1, 1)
    assert set(read) == {"who", "name[1]", "age[1]", "thing[1.1]", "picture[1.1]", "last"}
    assert {key: str(kept[key]) for key in read} == person.said


def test_every_page_met_on_the_way_is_well_formed(session, app, tmp_path):
    study = StudyFactory()
    made = make_collection(session, study, FAMILY)
    publish_consent_text(
        session, study.id, locale="fr", body="Bonjour.", purposes={ConsentPurpose.ANSWER: "J’accepte."}, by=None
    )
    session.commit()
    with counting(db.session.connection()) as statements:
        browser = OldBrowser(app.test_client(), statements)
        definition = collection_version(session, study.id, made.id).definition
        person = Respondent(browser, made.code, definition, manner=Manner.CLUMSY)
        person.start()
        (form,) = browser.screen.forms
        form.fill({"consent:answer": ["yes"]})
        browser.press(form)
        browser.open(browser.screen.link("m’aide à répondre"))
        browser.press(browser.screen.forms[0])
        person.answer_all()
        person.send()
        for address in ("/recu", f"/r/{made.code}", f"/r/{made.code}/accord", "/r/ABSENTE"):
            browser.open(address)
        browser.open("/recu")
        for code in ("ABCD-EFGH", person.receipt):
            (form,) = browser.screen.forms
            form.fill({"code": code})
            browser.press(form)
        browser.open("/recu/accord")
        browser.open("/recu/reponses?confirm=1")

    assert remarks(tmp_path, {f"p{place}": html for place, html in enumerate(browser.seen.values())}) == {}
    assert len(browser.seen) > 30


@pytest.mark.parametrize("needed", ["", "yes"])
def test_choices_that_depend_on_the_same_page_can_be_chosen(opened, answers, needed):
    phone = opened(TOWNS.replace("{needed}", needed))

    again = phone.send(zone="n")

    assert again.location.endswith("/p/lieu?anew=2#b2")
    page = phone.client.get(again.location).get_data(as_text=True)
    assert "les choix de cette question ont changé" in page
    assert ('value="lille"' in page, 'value="nice"' in page) == (True, False)
    assert phone.send(zone="n", town="lille").location.endswith("/p/fin")
    assert answers() == {"zone": "n", "town": "lille"}


def test_choices_that_changed_are_offered_once(opened):
    phone = opened(TOWNS.replace("{needed}", ""))
    phone.send(zone="n")

    assert phone.send(zone="n").location.endswith("/p/fin")


def test_choice_of_another_zone_is_asked_again(opened):
    phone = opened(TOWNS.replace("{needed}", ""))
    phone.send(zone="n")
    phone.send(zone="n", town="lille")

    assert phone.send(f"/r/{phone.code}/p/lieu", zone="s", town="lille").location.endswith("?anew=2#b2")


def test_not_knowing_outweighs_what_the_form_proposes(opened, answers):
    phone = opened(PROPOSED)

    phone.send(prix="17,5", **{"prix:missing": "unknown"})

    assert answers() == {"prix": Missing.UNKNOWN}


def test_value_written_over_what_the_form_proposes_outweighs_the_mark(opened, answers):
    phone = opened(PROPOSED)

    phone.send(prix="20", **{"prix:missing": "unknown"})

    assert answers() == {"prix": 20}


def test_half_a_date_with_its_time_stands_in_its_fields(opened):
    phone = opened(PROPOSED)

    answer = phone.send(f"/r/{phone.code}/p/quand", **{"quand:day": "3", "quand:month": "2", "quand:time": "9h"})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert ["Il manque l’année" in page, *(f'value="{typed}"' in page for typed in ("3", "2", "9h"))] == [True] * 4


def test_answers_are_read_again_in_the_order_they_were_asked(opened):
    phone = opened(MIXED)

    page = phone.client.get(f"/r/{phone.code}/verifier").get_data(as_text=True)

    assert re.findall(r"<(?:h2|dt)>(.*?)</", page) == [
        "Avant\u00a0?", "Le travail", "Un emploi\u00a0?",
        "Pour chaque phrase – On m’écoute.", "Pour chaque phrase – On me répond.", "Après\u00a0?",
    ]  # fmt: skip


def test_words_about_help_are_in_the_language_of_the_page(client, session):
    phone = Phone(client, ask_everything(session, StudyFactory()).code)
    phone.start("ar")

    assert "يساعدني شخص على الإجابة" in phone.client.get(phone.url).get_data(as_text=True)


def test_sentence_of_an_author_in_another_language_keeps_its_order(client, session):
    form = survey(
        "integer | a | Combien ? | كم؟ | . < 3 | Deux au plus.",
        columns="type | name | label::fr | label::ar | constraint | constraint_message::fr",
    )
    phone = Phone(client, make_collection(session, StudyFactory(), form).code)
    phone.start("ar")

    page = phone.send(a="5").get_data(as_text=True)

    assert page.count("<bdi>Deux au plus.</bdi>") == 2
