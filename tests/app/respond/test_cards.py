"""Lists of cards on a phone without scripts: add, change, take out, nested, counted, in two windows."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.extensions import db
from surveys.models import Answer, Attachment, Quarantine, Response
from tests.app.respond.conftest import Phone, csrf
from tests.app.test_pages import faults
from tests.factories.studies import StudyFactory
from tests.factories.surveys import make_collection, survey

FAMILY = survey(
    "text | who | Qui répond ? | |",
    "begin_repeat | child | Vos enfants : ${name} | |",
    "text | name | Son prénom ? | yes |",
    "integer | age | Son âge ? | | . < 30",
    "begin_repeat | toy | Ses jouets | |",
    "text | thing | Quel jouet ? | |",
    "end_repeat | | | |",
    "end_repeat | | | |",
    "text | last | Autre chose ? | |",
    columns="type | name | label | required | constraint",
)


def open_phone(client: FlaskClient, session: Session, form: str) -> Phone:
    made = make_collection(session, StudyFactory(), form)
    one = Phone(client, made.code)
    connection = db.session.connection()

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")):
            one.statements.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    return one


@pytest.fixture
def phone(client, session) -> Phone:
    one = open_phone(client, session, FAMILY)
    one.start()
    one.send(who="Moi")
    return one


def text(answer) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True)).replace("\u00a0", " ")


def seen(phone: Phone, key: str) -> str:
    return text(phone.get(f"/r/{phone.code}/p/{key}"))


def answers(session) -> dict[str, object]:
    session.expire_all()
    return {each.item_name: each.value for each in session.scalars(select(Answer)) if each.value is not None}


def add_child(phone: Phone, number: int, name: str, age: str = "3") -> None:
    phone.send(f"/r/{phone.code}/p/name[{number}]", **{f"name[{number}]": name})
    phone.send(**{f"age[{number}]": age})
    phone.send()


def where(phone: Phone) -> str:
    return phone.url.removeprefix(f"/r/{phone.code}/").replace("%5B", "[").replace("%5D", "]")


def test_a_list_begins_empty_and_offers_a_first_card(phone):
    page = seen(phone, "child")

    assert where(phone) == "p/child"
    assert re.search(r"<h1>(.*?)</h1>", page)[1] == "Vos enfants"
    assert "Rien ici pour le moment." in page
    assert re.search(r'href="([^"]+)">Vos enfants : ajouter<', page)[1] == f"/r/{phone.code}/p/name%5B1%5D"


def test_a_card_is_counted_when_its_first_page_is_kept(phone, session):
    phone.get(f"/r/{phone.code}/p/name[1]")
    assert "child" not in answers(session)

    phone.send(f"/r/{phone.code}/p/name[1]", **{"name[1]": "Léa"})

    assert where(phone) == "p/age[1]"
    assert answers(session) == {"who": "Moi", "child": 1, "name[1]": "Léa"}


def test_pages_of_a_card_lead_back_to_the_list_which_names_it(phone, session):
    add_child(phone, 1, "Léa")

    assert where(phone) == "p/child"
    page = seen(phone, "child")
    assert re.findall(r"<h2>(.*?)</h2>", page) == ["Vos enfants : Léa"]
    assert re.search(r'class="card-said">(.*?)<', page)[1] == "3"
    phone.send()
    assert where(phone) == "p/last"
    assert answers(session)["toy[1]"] == 0


def test_a_page_of_a_card_says_whose_it_is(phone):
    add_child(phone, 1, "Léa")
    add_child(phone, 2, "Tom")

    assert "Vos enfants : Tom (2 sur 2)" in seen(phone, "age[2]")


def test_back_from_a_new_card_left_blank_adds_nothing(phone, session):
    phone.send(f"/r/{phone.code}/p/name[1]", move="back")

    assert where(phone) == "p/child"
    assert "name[1]" not in answers(session)
    assert "Rien ici pour le moment." in seen(phone, "child")


def test_back_from_a_card_begun_loses_nothing(phone, session):
    phone.send(f"/r/{phone.code}/p/name[1]", move="back", **{"name[1]": "Léa"})

    assert where(phone) == "p/child"
    assert answers(session)["name[1]"] == "Léa"


def test_a_card_of_a_card(phone, session):
    add_child(phone, 1, "Léa")
    phone.send(f"/r/{phone.code}/p/thing[1.1]", **{"thing[1.1]": "Ours"})
    assert where(phone) == "p/toy[1]"
    phone.send(f"/r/{phone.code}/p/thing[1.2]", **{"thing[1.2]": "Vélo"})
    phone.send()

    assert where(phone) == "p/child"
    kept = answers(session)
    assert (kept["toy[1]"], kept["thing[1.1]"], kept["thing[1.2]"]) == (2, "Ours", "Vélo")
    assert re.findall(r"<h2>(.*?)</h2>", seen(phone, "toy[1]")) == ["Ours", "Vélo"]


def test_taking_a_card_out_says_what_is_lost_and_moves_the_others_down(phone, session):
    for number, name in enumerate(("Léa", "Tom", "Zoé"), 1):
        add_child(phone, number, name, str(number + 2))
    phone.send(f"/r/{phone.code}/p/thing[3.1]", **{"thing[3.1]": "Ours"})

    page = text(phone.get(f"/r/{phone.code}/enlever/child[2]"))
    assert "Enlever « Vos enfants : Tom » ?" in page
    assert "Les 2 réponses de cette fiche seront perdues" in page
    token, read_at = re.search(r'name="csrf" value="([^"]+)".*?name="read_at" value="(\d+)"', page).groups()
    phone.statements.clear()
    answer = phone.client.post(f"/r/{phone.code}/enlever/child[2]", data={"csrf": token, "read_at": read_at})

    assert len(phone.statements) == 5
    assert answer.location == f"/r/{phone.code}/p/child?notice=removed"
    assert answers(session) == {
        "who": "Moi",
        "child": 2,
        "name[1]": "Léa",
        "age[1]": 3,
        "toy[1]": 0,
        "name[2]": "Zoé",
        "age[2]": 5,
        "toy[2]": 1,
        "thing[2.1]": "Ours",
    }
    assert "La fiche est enlevée." in text(phone.get(answer.location))


def test_a_removal_looked_at_before_another_change_takes_nothing_out(phone, session):
    add_child(phone, 1, "Léa")
    page = text(phone.get(f"/r/{phone.code}/enlever/child[1]"))
    token, read_at = re.search(r'name="csrf" value="([^"]+)".*?name="read_at" value="(\d+)"', page).groups()
    add_child(phone, 2, "Tom")

    answer = phone.client.post(f"/r/{phone.code}/enlever/child[1]", data={"csrf": token, "read_at": read_at})

    assert answer.location == f"/r/{phone.code}/p/child?notice=changed"
    assert answers(session)["name[1]"] == "Léa"


def test_photos_of_a_card_go_and_move_with_it(client, session):
    form = survey(
        "begin_repeat | child | Enfant", "text | name | Prénom ?", "image | photo | Photo ?", "end_repeat | | "
    )
    phone = open_phone(client, session, form)
    phone.start()
    for number, name in enumerate(("Léa", "Tom"), 1):
        phone.send(f"/r/{phone.code}/p/name[{number}]", **{f"name[{number}]": name})
    response = session.scalar(select(Response))
    kept = [
        Attachment(
            response_id=response.id, item_name=f"photo[{n}]", name="a", media_type="image/png", sha256="0", content=b""
        )
        for n in (1, 2)
    ]
    session.add_all(kept)
    session.commit()
    ids = [str(each.id) for each in kept]
    for n in (1, 2):
        phone.send(f"/r/{phone.code}/p/photo[{n}]", **{f"photo[{n}]": ids[n - 1]})

    page = text(phone.get(f"/r/{phone.code}/enlever/child[1]"))
    token, read_at = re.search(r'name="csrf" value="([^"]+)".*?name="read_at" value="(\d+)"', page).groups()
    phone.client.post(f"/r/{phone.code}/enlever/child[1]", data={"csrf": token, "read_at": read_at})

    session.expire_all()
    left = session.execute(select(Attachment.id, Attachment.item_name)).all()
    assert [(str(row.id), row.item_name) for row in left] == [(ids[1], "photo[1]")]
    assert answers(session)["photo[1]"] == ids[1]


def test_the_same_page_of_a_card_sent_twice_is_one_card(phone, session):
    page = phone.get(f"/r/{phone.code}/p/name[1]")
    counts = re.search(r'name="cards" value="([^"]*)"', text(page))[1]
    fields = {"csrf": csrf(page), "move": "next", "name[1]": "Léa", "cards": counts}

    first = phone.client.post(f"/r/{phone.code}/p/name[1]", data=fields)
    second = phone.client.post(f"/r/{phone.code}/p/name[1]", data=fields)

    assert first.location == second.location
    assert answers(session) == {"who": "Moi", "child": 1, "name[1]": "Léa"}


def test_a_card_added_in_two_windows_does_not_overwrite_the_other(phone, session):
    page = phone.get(f"/r/{phone.code}/p/name[1]")
    counts = re.search(r'name="cards" value="([^"]*)"', text(page))[1]
    token = csrf(page)
    phone.send(f"/r/{phone.code}/p/name[1]", **{"name[1]": "Léa"})

    answer = phone.client.post(
        f"/r/{phone.code}/p/name[1]", data={"csrf": token, "move": "next", "name[1]": "Tom", "cards": counts}
    )

    assert answer.status_code == 409
    assert "Votre liste a changé dans une autre fenêtre." in text(answer)
    assert 'value="Tom"' in text(answer)
    assert answers(session)["name[1]"] == "Léa"


def test_a_page_of_a_card_that_is_gone_is_kept_apart(phone, session):
    token = csrf(phone.get(f"/r/{phone.code}/p/child"))

    answer = phone.client.post(
        f"/r/{phone.code}/p/name[7]", data={"csrf": token, "move": "next", "name[7]": "Tom", "cards": "7"}
    )

    assert answer.location == f"/r/{phone.code}/p/child?notice=changed"
    assert [each.payload for each in session.scalars(select(Quarantine))] == [{"name[7]": ["Tom"], "cards": ["7"]}]


def test_pages_of_cards_take_two_statements_to_show_and_four_to_save(phone):
    add_child(phone, 1, "Léa")
    phone.get(f"/r/{phone.code}/p/child")
    assert len(phone.statements) == 2
    phone.get(f"/r/{phone.code}/p/name[2]")
    assert len(phone.statements) == 2

    phone.send(f"/r/{phone.code}/p/name[2]", **{"name[2]": "Tom"})

    assert len(phone.statements) == 4


def test_what_is_wrong_on_a_card_is_said_on_the_list_and_before_sending(phone):
    phone.send(f"/r/{phone.code}/p/name[1]", **{"name[1]": "Léa"})
    answer = phone.send(**{"age[1]": "99"})
    assert answer.status_code == 422

    phone.send(f"/r/{phone.code}/p/age[1]", move="back", **{"age[1]": "99"})

    assert "Il manque encore quelque chose sur cette fiche." in seen(phone, "child")
    review = text(phone.get(f"/r/{phone.code}/verifier"))
    assert "Une question vous attend encore" in review
    assert f"/r/{phone.code}/p/age%5B1%5D?then=review-q3-1" in review


def test_answers_of_cards_are_read_again_sent_and_shown_with_the_receipt(phone, session):
    add_child(phone, 1, "Léa")
    phone.send(last="Non")
    phone.send(f"/r/{phone.code}/p/last", last="Non")

    review = text(phone.get(f"/r/{phone.code}/verifier"))
    assert "<dt>Vos enfants</dt>" in review
    assert "1 : Léa" in review
    assert re.findall(r"<h3>(.*?)</h3>", review) == ["Vos enfants : Léa (1 sur 1)"]
    phone.send(f"/r/{phone.code}/verifier")

    assert session.scalar(select(Response)).state.value == "submitted"
    assert answers(session) == {
        "who": "Moi",
        "child": 1,
        "name[1]": "Léa",
        "age[1]": 3,
        "toy[1]": 0,
        "last": "Non",
    }


def test_a_list_changed_from_the_last_reading_leads_back_to_it(phone):
    phone.send()
    phone.send(last="Non")
    review = text(phone.get(f"/r/{phone.code}/verifier"))
    to_list = re.search(r'href="([^"]*/p/child\?[^"]*)"', review)[1].replace("&amp;", "&")

    to_card = re.search(r'href="([^"]*/p/name[^"]*)"', text(phone.get(to_list)))[1].replace("&amp;", "&")
    for fields in ({"name[1]": "Léa"}, {"age[1]": "3"}, {}):
        page = phone.get(to_card)
        then = re.search(r'name="then" value="([^"]*)"', text(page))[1]
        answer = phone.client.post(
            to_card.partition("?")[0], data={"csrf": csrf(page), "move": "next", "then": then, **fields}
        )
        to_card = answer.location
    page = phone.get(to_card)
    then = re.search(r'name="then" value="([^"]*)"', text(page))[1]
    answer = phone.client.post(to_card.partition("?")[0], data={"csrf": csrf(page), "move": "next", "then": then})

    assert answer.location == f"/r/{phone.code}/verifier#q1"


COUNTED = survey(
    "integer | n | Combien d'enfants ? |",
    "begin_repeat | child | Enfant | ${n}",
    "text | name | Son prénom ? |",
    "integer | age | Son âge ? |",
    "end_repeat | | |",
    "text | last | Autre chose ? |",
    columns="type | name | label | repeat_count",
)


def test_a_counted_repeat_asks_each_in_turn_and_keeps_its_count(client, session):
    phone = open_phone(client, session, COUNTED)
    phone.start()
    phone.send(n="2")
    assert where(phone) == "p/name[1]"
    assert "Enfant, 1" in seen(phone, "name[1]")
    for fields in ({"name[1]": "Léa"}, {"age[1]": "3"}, {"name[2]": "Tom"}, {"age[2]": "5"}):
        phone.send(**fields)
    assert where(phone) == "p/last"
    assert answers(session)["child"] == 2

    phone.send(f"/r/{phone.code}/p/n", n="1")
    assert "name[2]" in answers(session)
    phone.send(f"/r/{phone.code}/p/last", last="Non")
    review = text(phone.get(f"/r/{phone.code}/verifier"))
    assert "2 réponses données plus tôt sont maintenant masquées" in review
    phone.send(f"/r/{phone.code}/verifier")

    assert answers(session) == {"n": 1, "child": 1, "name[1]": "Léa", "age[1]": 3, "last": "Non"}


def test_a_timeline_is_in_the_order_of_its_dates_in_words(client, session):
    form = survey(
        "begin_repeat | step | Vos étapes | timeline",
        "text | what | Que s'est-il passé ? |",
        "date | since | Quand ? | month-year",
        "end_repeat | | |",
        columns="type | name | label | appearance",
    )
    phone = open_phone(client, session, form)
    phone.start()
    for number, (what, month, year) in enumerate((("Rencontre", "9", "2024"), ("Stage", "3", "2023")), 1):
        phone.send(f"/r/{phone.code}/p/what[{number}]", **{f"what[{number}]": what})
        phone.send(**{f"since[{number}]:month": month, f"since[{number}]:year": year})

    page = seen(phone, "step")

    assert re.findall(r'class="card-when">(.*?)<', page) == ["mars 2023", "septembre 2024"]
    assert re.findall(r"<h2>(.*?)</h2>", page) == ["Stage", "Rencontre"]


def test_a_pause_on_a_new_card_comes_back_to_it(phone):
    phone.send(f"/r/{phone.code}/p/name[1]", move="pause")

    welcome = text(phone.get(f"/r/{phone.code}"))

    assert f"/r/{phone.code}/p/name%5B1%5D" in welcome


def test_pages_of_lists_are_well_formed(phone):
    add_child(phone, 1, "Léa")
    addresses = ["p/child", "p/name[1]", "p/name[2]", "p/toy[1]", "enlever/child[1]", "verifier"]

    assert [(key, faults(phone.get(f"/r/{phone.code}/{key}").text)) for key in addresses] == [
        (key, []) for key in addresses
    ]


def test_a_card_cannot_be_added_far_away(phone):
    answer = phone.get(f"/r/{phone.code}/p/name[9]")

    assert answer.location == f"/r/{phone.code}/p/child"
