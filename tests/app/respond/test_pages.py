"""Answering page by page: what is kept, what is asked again, what is never lost."""

import re
from dataclasses import replace

from sqlalchemy import select, update

from surveys.definition import ItemType
from surveys.models import Answer, Missing, Quarantine, Response, ResponseState
from surveys.services import open_collection, publish, store_definition
from tests.app.respond.conftest import csrf, item, small_form

PROMISE = "Vos réponses ne changent rien à votre RSA ni à vos aides. Vous pouvez arrêter quand vous voulez."


def answers(session):
    session.expire_all()
    return {row.item_name: (row.value, row.missing) for row in session.scalars(select(Answer))}


def text(answer):
    return answer.get_data(as_text=True)


def test_welcome_writes_nothing_and_says_the_promise(phone, session):
    page = phone.get(f"/r/{phone.code}")

    assert page.status_code == 200
    assert PROMISE in text(page)
    assert session.scalars(select(Response)).all() == []


def test_welcome_in_arabic_runs_from_right_to_left(phone):
    page = text(phone.get(f"/r/{phone.code}?lang=ar"))

    assert '<html lang="ar" dir="rtl"' in page
    assert "إجاباتكم لا تغيّر شيئًا" in page


def test_start_pressed_twice_is_one_response(phone, session):
    phone.start()
    phone.client.post(
        f"/r/{phone.code}", data={"csrf": re.search(r'csrf" value="([^"]+)', text(phone.get(phone.url)))[1]}
    )

    assert len(session.scalars(select(Response)).all()) == 1


def test_page_takes_two_statements_to_show_and_four_to_save(phone):
    phone.start()
    phone.send(emploi="non")
    phone.get(phone.url)
    assert len(phone.statements) == 2

    phone.send(**{"depuis:day": "3", "depuis:month": "2", "depuis:year": "2024"})

    assert len(phone.statements) == 4


def test_submit_takes_three_statements(phone):
    phone.answer_everything()

    phone.send(f"/r/{phone.code}/verifier")

    assert len(phone.statements) == 3


def test_answer_that_reveals_a_question_shows_the_page_again_with_it(phone, session):
    phone.start()

    answer = phone.send(emploi="oui")

    address, _sep, block = answer.location.partition("#")
    page = text(phone.get(address))
    assert re.search(rf'ouvre une autre question.*?id="{block}".*?name="heures"', page, re.DOTALL)
    assert answers(session) == {"emploi": ("oui", None)}


def test_answer_beyond_its_limit_is_asked_again_with_what_was_typed(phone, session):
    phone.start()
    phone.send(emploi="oui")

    answer = phone.send(emploi="oui", heures="99")

    assert answer.status_code == 422
    assert "<title>Erreur" in text(answer)
    assert "60 au plus." in text(answer)
    assert 'value="99"' in text(answer)


def test_back_keeps_what_cannot_be_read_yet(phone, session):
    phone.start()
    phone.send(emploi="oui")

    phone.send(move="back", emploi="oui", heures="beaucoup")

    page = text(phone.get(f"/r/{phone.code}/p/travail"))
    assert 'value="beaucoup"' in page


def test_unknown_and_refused_satisfy_a_required_question(phone, session):
    phone.start()

    answer = phone.send(emploi=":refused")

    assert answer.status_code == 303
    assert answers(session)["emploi"] == (None, Missing.REFUSED)


def test_rank_with_the_same_place_twice_is_asked_again(phone):
    phone.start()
    phone.send(emploi="non")
    phone.send(**{"depuis:missing": "unknown"})

    answer = phone.send(**{"rang:bus": "1", "rang:velo": "1", "rang:pied": "2"})

    assert answer.status_code == 422
    assert "Deux réponses ont la même place." in text(answer)


def test_hidden_item_is_on_no_page_and_takes_nothing_from_one(phone, session):
    phone.start()

    page = text(phone.get(phone.url))
    phone.send(emploi="non", secret="moi")

    assert "Caché à tous" not in page
    assert answers(session) == {"emploi": ("non", None)}


def test_form_without_its_token_is_kept_apart_and_saves_nothing(phone, session):
    phone.start()

    answer = phone.client.post(phone.url, data={"emploi": "oui", "csrf": "x" * 43})

    assert answer.status_code == 400
    assert answers(session) == {}
    assert [row.reason for row in session.scalars(select(Quarantine))] == ["not_recognised"]


def test_page_sent_after_closing_is_kept_apart(phone, session, collection):
    phone.start()
    page = text(phone.get(phone.url))
    token = re.search(r'csrf" value="([^"]+)', page)[1]
    collection.closes_at = collection.opens_at
    session.commit()

    answer = phone.client.post(phone.url, data={"csrf": token, "emploi": "oui"})

    assert "est gardé" in text(answer)
    assert [row.reason for row in session.scalars(select(Quarantine))] == ["closed"]


def test_page_sent_after_the_answers_were_withdrawn_is_kept_nowhere(phone, session):
    phone.start()
    token = csrf(phone.get(phone.url))
    session.execute(update(Response).values(state=ResponseState.WITHDRAWN))
    session.commit()

    answer = phone.client.post(phone.url, data={"csrf": token, "emploi": "oui"})

    assert answer.status_code == 404
    assert session.scalars(select(Quarantine)).all() == []


def test_page_of_a_response_that_another_phone_took_over_is_known_as_its_own(phone, session):
    phone.start()
    response_id = session.scalar(select(Response.id))
    token = csrf(phone.get(phone.url))
    session.execute(update(Response).values(resume_hash="another"))
    session.commit()

    phone.client.post(phone.url, data={"csrf": token, "emploi": "oui"})

    assert [(row.reason, row.response_id) for row in session.scalars(select(Quarantine))] == [
        ("no_response", response_id)
    ]


def test_unknown_code_is_answered_politely(phone):
    page = phone.get("/r/ZZZZZZZZ")

    assert page.status_code == 404
    assert "Aucun questionnaire ne porte ce code" in text(page)


def test_language_changes_without_losing_the_page(phone, session):
    phone.start()

    answer = phone.send(move="locale:ar", emploi="non")

    assert answers(session) == {"emploi": ("non", None)}
    assert '<html lang="ar" dir="rtl"' in text(phone.get(answer.location))


def test_answers_are_never_stored_by_caches(phone):
    phone.start()

    assert phone.get(phone.url).headers["Cache-Control"] == "no-store"


def test_cookie_is_for_the_pages_of_its_collection_and_out_of_reach_of_scripts(phone):
    cookie = phone.get(f"/r/{phone.code}").headers["Set-Cookie"]

    assert f"Path=/r/{phone.code}" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_submit_gives_one_receipt_whoever_asks_twice(phone, session):
    phone.answer_everything()

    phone.send(f"/r/{phone.code}/verifier")
    first = text(phone.get(f"/r/{phone.code}/merci"))

    response = session.scalars(select(Response)).one()
    assert response.state is ResponseState.SUBMITTED
    assert f"{response.receipt[:4]}-{response.receipt[4:]}" in first
    assert phone.get(f"/r/{phone.code}/verifier").location == f"/r/{phone.code}/merci"


def test_review_with_something_missing_sends_nothing(phone, session):
    phone.start()

    answer = phone.send(f"/r/{phone.code}/verifier")

    assert answer.status_code == 422
    assert session.scalars(select(Response)).one().state is ResponseState.STARTED


def test_thanks_stand_with_the_last_reading_not_on_a_page_that_looks_like_the_end(phone, session, collection):
    thanked = small_form()
    study = collection.study_id
    note = item("merci", ItemType.NOTE, "Merci beaucoup.")
    version = store_definition(session, study, replace(thanked, children=(*thanked.children, note)))
    publish(session, study, version.id)
    phone.code = open_collection(session, study, version_id=version.id, title="Parents, T2").token
    session.commit()

    phone.answer_everything()

    page = text(phone.get(phone.url))
    assert phone.url == f"/r/{phone.code}/verifier"
    assert "Pas encore envoyé" in page
    assert "Merci beaucoup." in page
    assert page.count("Envoyer mes réponses") == 2
    assert phone.get(f"/r/{phone.code}/p/merci").location == f"/r/{phone.code}/verifier"


def test_correction_comes_back_to_its_line_of_the_last_reading(phone):
    phone.answer_everything()
    page = text(phone.get(f"/r/{phone.code}/verifier"))
    change, block = re.search(r'href="([^"]+/p/rang\?[^"#]+)#(b\d+)"', page).groups()

    asked = text(phone.get(change.replace("&amp;", "&")))
    then = re.search(r'name="then" value="([^"]+)"', asked)[1]
    answer = phone.send(change, then=then, **{"rang:bus": "1", "rang:velo": "2", "rang:pied": "3"})

    assert f'id="{block}"' in asked
    assert answer.location == f"/r/{phone.code}/verifier#q{block[1:]}"
    assert f'id="q{block[1:]}"' in page


def test_welcome_says_who_asks_how_long_it_takes_and_no_title_of_the_team(phone, session):
    page = text(phone.get(f"/r/{phone.code}"))

    assert "Première vague" not in page
    assert "Qui demande" in page
    assert "Cela prend environ 2 minutes." in page
    assert page.index("environ") < page.index("Commencer")
    assert "L’équipe de cette évaluation lit vos réponses." in page


def test_date_without_its_day_is_told_so(phone):
    phone.start()
    phone.send(emploi="non")

    answer = phone.send(**{"depuis:month": "2", "depuis:year": "2024"})

    assert "Il manque le jour." in text(answer)
    assert 'value="2024"' in text(answer)


def test_date_with_a_year_alone_lacks_its_day_and_its_month(phone):
    phone.start()
    phone.send(emploi="non")

    answer = phone.send(**{"depuis:year": "2024"})

    assert "Il manque le jour et le mois." in text(answer)


def test_code_mistyped_is_shown_as_it_was_typed(phone):
    assert "NOPE1234" in text(phone.get("/r/NOPE1234"))


def test_pause_gives_the_code_before_it_lets_erase(phone):
    phone.start()
    pause = phone.get(f"/r/{phone.code}/pause")
    assert f'action="/r/{phone.code}/leave"' not in text(pause)

    answer = phone.client.post(f"/r/{phone.code}/pause", data={"csrf": csrf(pause), "leaving": "1"})

    page = text(phone.get(answer.location))
    assert "Notez d’abord votre code." in page
    assert 'class="receipt"' in page
    assert f'action="/r/{phone.code}/leave"' in page


def test_page_changed_from_the_last_reading_says_that_it_leads_back(phone):
    phone.start()
    words = [text(phone.get(f"{phone.url}{asked}")) for asked in ("", "?then=review-q1")]

    assert ["Revenir à la vérification" in each for each in words] == [False, True]


def test_number_with_its_unit_is_asked_again_with_an_example(phone):
    phone.start()
    phone.send(emploi="oui")

    answer = phone.send(emploi="oui", heures="17 kg")

    assert "Écrivez seulement le nombre, par exemple 12." in text(answer)
    assert 'value="17 kg"' in text(answer)
