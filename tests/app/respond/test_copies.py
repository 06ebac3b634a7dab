"""The copy of a questionnaire that phones keep: drawn once, nobody's, named by what it holds."""

import json

from sqlalchemy import select, update

from core.clock import now
from surveys.blank import place
from surveys.fieldwork.groups import make_group
from surveys.models import Collection, GroupLink
from surveys.services import publish, store_definition
from tests.app.respond.conftest import small_form
from tests.factories.studies import StudyFactory
from tests.factories.surveys import make_collection, survey


def copy_of(phone):
    address = phone.get(f"/r/{phone.code}/envoi").json["copy"]
    return address, phone.get(address)


def test_copy_holds_every_page_in_each_language_with_every_question_and_choice(phone):
    phone.start()

    copy = copy_of(phone)[1].json

    assert {tag: len(pages) for tag, pages in copy["pages"].items()} == {"fr": 5, "ar": 5}
    title, html = copy["pages"]["fr"][0]
    assert title == "Le travail – Petit questionnaire"
    assert f"Partie {place(':part')} sur {place(':parts')}" in html
    assert all(f'name="{name}"' in html for name in ("emploi", "heures"))
    assert "الجزء" in copy["pages"]["ar"][0][1]


def test_copy_s_last_reading_says_nothing_is_wrong(phone):
    phone.start()

    html = copy_of(phone)[1].json["screens"]["fr"]["review"][1]

    assert ["field-invalid" in html, "Regardez à nouveau" in html] == [False, False]


def test_copy_is_nobody_s_and_may_be_kept_for_ever(phone):
    phone.start()
    phone.send(emploi="oui", heures="37")
    held = phone.get(f"/r/{phone.code}/envoi").json

    answer = copy_of(phone)[1]

    assert held["holder"] not in answer.get_data(as_text=True)
    assert 'value="37"' not in answer.get_data(as_text=True)
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_copy_marks_what_quotes_answers_and_the_numbers_of_cards(phone, session):
    form = survey(
        "begin_repeat | steps | Étape",
        "text | what | Quoi ?",
        "integer | year | L'année de ${what} ?",
        "end_repeat | |",
    )
    phone.code = make_collection(session, StudyFactory(), form).code
    phone.start()

    pages = copy_of(phone)[1].json["pages"]["fr"]

    assert len(pages[0]) == 3  # a list with cards, and without
    assert f'name="what{place("#")}" ' in pages[1][1]
    assert place("year|labels") in pages[2][1]
    assert f'id="q2{place("-")}"' in pages[2][1]


def test_copy_changes_its_name_with_the_version_and_the_former_stays_for_those_who_began_on_it(phone, session):
    phone.start()
    before, _answer = copy_of(phone)
    collection = session.scalars(select(Collection).where(Collection.token == phone.code)).one()
    later = store_definition(session, collection.study_id, small_form())
    publish(session, collection.study_id, later.id)
    collection.version_id = later.id
    session.commit()

    assert copy_of(phone)[0] == before
    phone.client.delete_cookie("tresse-answers", path=f"/r/{phone.code}")
    phone.start()
    assert copy_of(phone)[0] != before
    assert phone.get(before).status_code == 200


def test_copy_under_another_name_or_of_another_questionnaire_does_not_exist(phone, session):
    phone.start()
    address, _answer = copy_of(phone)
    other = make_collection(session, StudyFactory())

    assert phone.get(address.replace(".json", "0.json")).status_code == 404
    assert phone.get(address.replace(phone.code, other.code)).status_code == 404


def test_page_of_the_worker_has_the_policy_of_every_page(phone):
    phone.start()

    copy = copy_of(phone)[1].json

    assert copy["headers"]["Content-Security-Policy"] == phone.get("/").headers["Content-Security-Policy"]
    assert 'class="shell"' in copy["shell"]
    assert "<script>" not in copy["shell"]


def test_worker_is_asked_anew_and_names_the_program_by_its_hash(phone):
    worker = phone.get("/ouvrier.js")

    assert worker.mimetype == "text/javascript"
    assert worker.headers["Cache-Control"] == "no-cache"
    assert worker.get_data(as_text=True).startswith('importScripts("/static/dist/respond.js?v=')


def test_phone_is_told_who_helps(phone):
    phone.start()
    token = phone.get(f"/r/{phone.code}/aide").get_data(as_text=True)
    csrf = token.split('name="csrf" value="')[1].split('"')[0]
    phone.client.post(f"/r/{phone.code}/aide", data={"csrf": csrf, "way": "helper", "helper": "relative"})

    told = phone.get(f"/r/{phone.code}/envoi").json

    assert (told["status"], told["help"]) == ("started", {"way": "helper", "helper": "relative"})


def test_phone_that_has_not_started_is_given_the_copy_and_the_code_it_came_by(phone, session):
    collection = session.scalars(select(Collection).where(Collection.token == phone.code)).one()
    group = session.get(GroupLink, make_group(session, collection.study_id, collection.id, label="Atelier"))
    session.commit()
    phone.get(f"/g/{group.code}")

    told = phone.get(f"/r/{phone.code}/envoi")

    assert (told.status_code, told.json["status"], told.json["invitation"]) == (200, "unknown", group.code)
    assert phone.get(told.json["copy"]).status_code == 200


def test_phone_is_given_nothing_to_start_with_of_a_closed_collection(phone, session):
    session.execute(update(Collection).values(closes_at=now()))
    session.commit()

    assert phone.get(f"/r/{phone.code}/envoi").json == {"status": "unknown"}


def test_copy_is_plain_json(phone):
    phone.start()

    assert json.loads(copy_of(phone)[1].data)["format"] == 1
