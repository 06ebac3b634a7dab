"""A group's code on phones without scripts; the kind page of a full quota; places under many hands at once."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.extensions import db
from app.respond import invitation
from app.unit_of_work import unit_of_work
from core.clock import now
from surveys.answering import open_draft, save_page, submit
from surveys.fieldwork.groups import make_group, spell_group
from surveys.fieldwork.models import Quota, QuotaPlace
from surveys.fieldwork.quota_desk import QuotaDraft, Wanted, add_quotas
from surveys.models import GroupLink, Response
from tests.app.respond.conftest import Phone, csrf
from tests.factories.studies import SiteFactory, StudyFactory
from tests.factories.surveys import make_collection, start, survey

FORM = survey(
    "select_one who | sexe | Vous êtes ?",
    "text | story | Racontez.",
    choices=("who | f | Une femme |", "who | h | Un homme |"),
)
WOMEN = (Wanted(item="sexe", values=("f",)),)


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def made(session, study):
    return make_collection(session, study, FORM)


@pytest.fixture
def group(session, study, made):
    site = SiteFactory(study=study, name="Nancy")
    id_ = make_group(session, study.id, made.id, label="Atelier du 3 mars", site_id=site.id)
    session.commit()
    return session.get(GroupLink, id_)


def responses(session):
    session.expire_all()
    return session.scalars(select(Response).order_by(Response.started_at)).all()


def test_code_of_a_group_leads_in_and_the_response_says_the_group(app, session, made, group):
    phone = Phone(app.test_client(), made.code)

    welcome = phone.client.get(phone.get(f"/g/{group.code}").location)
    phone.start()

    assert "Vous venez avec un groupe" in welcome.text
    assert "Atelier du 3 mars" in welcome.text
    assert [each.group_link_id for each in responses(session)] == [group.id]


def test_code_of_a_group_is_typed_on_the_first_page(app, made, group):
    browser = app.test_client()

    answer = browser.post("/code", data={"code": spell_group(group.code).lower()})

    assert answer.location == f"/g/{group.code}"


def test_next_person_on_the_same_tablet_is_in_the_group_too(app, session, made, group):
    phone = Phone(app.test_client(), made.code)
    phone.get(f"/g/{group.code}")
    phone.start()
    phone.send(sexe="f")
    phone.send(story="Un mot")
    phone.client.post(f"/r/{made.code}/verifier", data={"csrf": csrf(phone.client.get(f"/r/{made.code}/verifier"))})
    phone.client.post(f"/r/{made.code}/leave", data={"csrf": csrf(phone.client.get(f"/r/{made.code}/merci"))})

    phone.start()

    assert [each.group_link_id for each in responses(session)] == [group.id, group.id]


def test_group_that_is_over_is_said_kindly(app, session, made, group):
    session.execute(update(GroupLink).values(expires_at=now() - timedelta(hours=1)))
    session.commit()
    phone = app.test_client()

    assert "Ce code ne sert plus" in phone.get(f"/g/{group.code}").text
    assert phone.get("/g/AAAAABBBBB").status_code == 404


def test_group_that_ends_between_the_door_and_the_start_is_said_kindly(app, session, made, group):
    phone = Phone(app.test_client(), made.code)
    phone.get(f"/g/{group.code}")
    token = csrf(phone.client.get(f"/r/{made.code}"))
    session.execute(update(GroupLink).values(closed_at=now()))
    session.commit()

    answer = phone.client.post(f"/r/{made.code}", data={"csrf": token}, follow_redirects=True)

    assert "Ce code ne sert plus" in answer.text
    assert responses(session) == []


def test_more_starts_than_a_room_holds_wait(app, session, made, group, monkeypatch):
    monkeypatch.setattr(invitation, "STARTS_BY_GROUP", 1)
    first, second = (Phone(app.test_client(), made.code) for _ in range(2))
    for phone in (first, second):
        phone.get(f"/g/{group.code}")
    first.start()

    token = csrf(second.client.get(f"/r/{made.code}"))
    answer = second.client.post(f"/r/{made.code}", data={"csrf": token})

    assert (answer.status_code, len(responses(session))) == (429, 1)
    assert "Beaucoup de personnes commencent en même temps" in answer.text


@pytest.fixture
def full(session, study, made):
    """A quota of one woman, filled."""
    add_quotas(session, study.id, made.id, [QuotaDraft(label="femmes", target=1, conditions=WOMEN)])
    token = start(session, made)
    for page, value in (("sexe", "f"), ("story", "Un mot")):
        save_page(session, open_draft(session, token), page, {page: [value]})
    submit(session, open_draft(session, token))
    session.commit()


def test_full_quota_thanks_as_soon_as_it_is_known_and_lets_go_on(app, session, made, full):
    phone = Phone(app.test_client(), made.code)
    phone.start()

    phone.send(sexe="f")
    page = phone.client.get(phone.url)
    onward = phone.client.post(f"/r/{made.code}/complet", data={"csrf": csrf(page)})
    phone.url = onward.location
    phone.send(story="Quand même")
    token = csrf(phone.client.get(f"/r/{made.code}/verifier"))
    sent = phone.client.post(f"/r/{made.code}/verifier", data={"csrf": token}, follow_redirects=True)

    assert "Merci, nous avons assez de réponses" in page.text
    assert onward.location == f"/r/{made.code}/p/story"
    assert "Votre reçu" in sent.text
    places = session.execute(select(QuotaPlace.is_over)).scalars().all()
    assert sorted(places) == [False, True]


def test_who_stops_at_a_full_quota_keeps_what_they_answered(app, session, made, full):
    phone = Phone(app.test_client(), made.code)
    phone.start()
    phone.send(sexe="f")

    answer = phone.client.post(f"/r/{made.code}/leave", data={"csrf": csrf(phone.client.get(phone.url))})

    assert "Ce téléphone a oublié vos réponses" in answer.text
    assert [len(open_answers(session, each)) for each in responses(session)] == [2, 1]


def open_answers(session, response):
    from surveys.models import Answer

    return session.scalars(select(Answer).where(Answer.response_id == response.id)).all()


def test_other_kinds_go_on_without_a_word(app, made, full):
    phone = Phone(app.test_client(), made.code)
    phone.start()

    phone.send(sexe="h")

    assert phone.url == f"/r/{made.code}/p/story"
    assert phone.client.get(f"/r/{made.code}/complet").location == f"/r/{made.code}/p/story"


def test_quotas_cost_a_page_three_statements_at_most(app, made, full):
    phone = Phone(app.test_client(), made.code)
    db.session.connection()
    phone.start()
    statements = []
    from sqlalchemy import event

    def note(_connection, _cursor, statement, *_more):
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")):
            statements.append(statement)

    token = csrf(phone.client.get(phone.url))
    event.listen(db.session.connection(), "before_cursor_execute", note)
    phone.client.post(phone.url, data={"csrf": token, "move": "next", "sexe": "f"})
    event.remove(db.session.connection(), "before_cursor_execute", note)

    assert len(statements) == 6


@pytest.mark.slow
def test_many_sent_at_once_never_take_more_places_than_there_are(own_app):
    """Twenty phones in eight threads, a quota of seven: seven places, thirteen over, twenty receipts."""
    with unit_of_work() as session:
        study = StudyFactory.build()
        session.add(study)
        session.flush()
        made = make_collection(session, study, FORM)
    with unit_of_work() as session:
        drafts = [QuotaDraft(label=name, target=7, conditions=WOMEN) for name in ("femmes", "toutes")]
        add_quotas(session, study.id, made.id, drafts)
    tokens = []
    for _ in range(20):
        with unit_of_work() as session:
            token = start(session, made)
            save_page(session, open_draft(session, token), "sexe", {"sexe": ["f"]})
            save_page(session, open_draft(session, token), "story", {"story": ["Un mot"]})
            tokens.append(token)
    receipts, gate = [], threading.Barrier(8)

    def send(mine):
        gate.wait()
        for token in mine:
            with own_app.app_context(), unit_of_work() as session:
                receipts.append(submit(session, open_draft(session, token)))

    threads = [threading.Thread(target=send, args=(tokens[number::8],)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with unit_of_work() as session:
        taken = session.scalars(select(Quota.taken)).all()
        over = session.scalars(select(QuotaPlace.is_over)).all()
    assert len(set(receipts)) == 20
    assert taken == [7, 7]
    assert (over.count(False), over.count(True)) == (14, 26)
