"""What phones send by themselves: once or twice, in time or late, from one phone or two."""

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.respond.holder import signed_hold
from core.clock import now
from surveys.models import Answer, Collection, DeliveredPage, Missing, Quarantine, Response, ResponseState
from surveys.receipts import give_code
from surveys.services import publish, store_definition
from surveys.tokens import new_token, receipt_of, response_id_of, spell, token_hash
from surveys.withdrawing import withdraw
from tests.app.respond.conftest import csrf, small_form
from tests.factories.deliveries import Sender

EVERYTHING = {
    "travail": {"emploi": ["non"]},
    "depuis": {"depuis:day": ["3"], "depuis:month": ["2"], "depuis:year": ["2024"]},
    "rang": {"rang:bus": ["2"], "rang:velo": ["1"], "rang:pied": ["3"]},
    "confiance": {"confiance": ["7"]},
    "mot": {"mot": ["Merci"]},
}


@pytest.fixture
def sender(phone):
    return Sender(phone.client, phone.code)


@pytest.fixture
def other(sender):
    """Another phone of the same person."""
    return Sender(sender.client, sender.code, token=sender.token, phone="b")


def answers(session):
    session.expire_all()
    return {row.item_name: row.missing or row.value for row in session.scalars(select(Answer))}


def kept_apart(session):
    return [(row.reason, row.payload) for row in session.scalars(select(Quarantine).order_by(Quarantine.reason))]


def status(answer):
    return answer.status_code, answer.json["status"]


def send_everything(sender):
    sender.start()
    for revision, (key, fields) in enumerate(EVERYTHING.items(), 1):
        sender.page(key, fields, revision=revision)
    return {key: revision for revision, key in enumerate(EVERYTHING, 1)}


def close(session, collection):
    session.execute(update(Collection).where(Collection.id == collection.id).values(closes_at=now()))
    session.commit()


def test_response_is_started_on_the_phone_and_once(sender, session, collection):
    begun = now() - timedelta(hours=5)
    first = sender.start(started=int(begun.timestamp() * 1000))
    second = sender.start()

    response = session.scalars(select(Response)).one()
    assert (status(first), status(second)) == ((200, "started"), (200, "started"))
    assert response.id == response_id_of(sender.token)
    assert (response.seed, response.collection_id) == (7, collection.id)
    assert abs((response.moment - begun).total_seconds()) < 1


def test_start_gives_the_cookie_so_that_pages_without_scripts_open(sender, phone):
    sender.start()

    assert phone.get(f"/r/{phone.code}/p/travail").status_code == 200


def test_page_sent_again_changes_nothing(sender, session):
    sender.start()
    body = sender.body({"emploi": ["oui"], "heures": ["35"]})

    first = sender.put("pages/travail", body)
    second = sender.put("pages/travail", body)

    assert (status(first), status(second)) == ((200, "saved"), (200, "same"))
    assert answers(session) == {"emploi": "oui", "heures": 35}
    assert session.scalars(select(Response)).one().revision == 1
    assert session.scalars(select(DeliveredPage)).one().revision == 1


def test_reply_carries_the_hash_of_the_body_it_answers(sender):
    sender.start()
    raw = b'{"revision": 1, "fields": {"emploi": ["non"]}, "clocks": {}}'

    assert sender.put("pages/travail", raw).json["hash"] == hashlib.sha256(raw).hexdigest()


def test_later_revision_replaces_the_page_whatever_the_clock_of_the_phone_says_meanwhile(sender, session):
    sender.start()
    sender.page("travail", {"emploi": ["oui"]}, revision=1)

    answer = sender.page("travail", {"emploi": ["non"]}, revision=2, at=-30)

    assert status(answer) == (200, "saved")
    assert answers(session) == {"emploi": "non"}
    assert kept_apart(session) == []


def test_earlier_revision_that_comes_late_is_told_what_is_newer(sender, session):
    sender.start()
    sender.page("mot", {"mot": ["Second"]}, revision=2)

    late = sender.page("mot", {"mot": ["Premier"]}, revision=1, at=-60)

    assert status(late) == (200, "newer")
    assert late.json["revision"] == 2
    assert late.json["copy"] == {"answers": {"mot": "Second"}, "missing": {}}
    assert answers(session) == {"mot": "Second"}


def test_two_phones_that_changed_a_page_are_merged_question_by_question(sender, other, session):
    sender.start()
    first = sender.body({"emploi": ["oui"], "heures": ["35"]}, revision=3)
    first["clocks"] = {"emploi": sender.clock(-50), "heures": sender.clock(-10)}
    second = other.body({"emploi": ["non"], "heures": ["12"]}, revision=3)
    second["clocks"] = {"emploi": other.clock(-5), "heures": other.clock(-40)}

    sender.put("pages/travail", first)
    merged = other.put("pages/travail", second)

    assert status(merged) == (200, "merged")
    assert merged.json["copy"] == {"answers": {"emploi": "non", "heures": 35}, "missing": {}}
    assert answers(session) == {"emploi": "non", "heures": 35}
    assert kept_apart(session) == [
        (
            "two_phones",
            {
                "page": "travail",
                "revision": 3,
                "sent": {"heures": {"value": 12, "missing": None}},
                "replaced": {"emploi": {"value": "oui", "missing": None}},
            },
        )
    ]


def test_copies_of_two_phones_end_alike_in_whatever_order_they_come(sender, other, session):
    sender.start()
    first, second = sender.body({"mot": ["Tôt"]}, revision=2, at=-60), other.body({"mot": ["Tard"]}, revision=2, at=-20)

    for phone, body in ((other, second), (sender, first), (other, second), (sender, first)):
        phone.put("pages/mot", body)

    assert answers(session) == {"mot": "Tard"}
    assert [reason for reason, _payload in kept_apart(session)] == ["two_phones"]


def test_phone_that_saw_the_other_s_page_replaces_it_and_nothing_is_set_apart(sender, other, session):
    sender.start()
    sender.page("mot", {"mot": ["Un"]}, revision=1)

    answer = other.page("mot", {"mot": ["Deux"]}, revision=2, seen=1)

    assert status(answer) == (200, "saved")
    assert answers(session) == {"mot": "Deux"}
    assert kept_apart(session) == []


def test_page_posted_without_scripts_after_the_phone_went_away_is_the_later_one(sender, phone, session):
    sender.start()
    phone.url = f"/r/{phone.code}/p/mot"
    phone.send(mot="Ici")

    late = sender.page("mot", {"mot": ["Avant"]}, at=-300)

    assert status(late) == (200, "merged")
    assert answers(session) == {"mot": "Ici"}


@pytest.mark.parametrize("ahead", [-3 * 365 * 86400, 5 * 3600])
def test_wrong_clock_of_a_phone_decides_nothing(sender, other, session, ahead):
    sender.ahead = ahead
    sender.start()
    sender.page("mot", {"mot": ["Il y a une heure"]}, at=-3600)

    other.page("mot", {"mot": ["Il y a une minute"]}, at=-60)

    assert answers(session) == {"mot": "Il y a une minute"}
    sender_page = session.scalars(select(Answer)).one()
    assert abs((now() - sender_page.saved_at).total_seconds() - 60) < 2


def test_offset_of_the_phone_s_clock_is_kept(sender, session):
    sender.ahead = 7200
    sender.start()
    sender.page("mot", {"mot": ["Oui"]})

    assert abs(session.scalars(select(DeliveredPage.clock_offset)).one() + 7200) < 2


def test_page_that_no_field_was_shown_of_leaves_its_answers(sender, session):
    sender.start()
    sender.page("travail", {"emploi": ["oui"], "heures": ["35"]}, revision=1)

    sender.page("travail", {"emploi": ["non"]}, revision=2)

    assert answers(session) == {"emploi": "non", "heures": 35}


def test_question_shown_and_left_empty_is_asked_and_empty(sender, session):
    sender.start()
    sender.page("mot", {"mot": []})

    assert answers(session) == {"mot": None}
    assert session.scalars(select(Answer.item_name)).all() == ["mot"]


def test_mark_of_a_radio_button_is_read(sender, session):
    sender.start()
    sender.page("travail", {"emploi": [":refused"]})

    assert answers(session) == {"emploi": Missing.REFUSED}


def test_pages_may_come_in_any_order(sender, session):
    sender.start()
    revisions = {}
    for revision, (key, fields) in reversed(list(enumerate(EVERYTHING.items(), 1))):
        sender.page(key, fields, revision=revision)
        revisions[key] = revision

    assert status(sender.end(revisions)) == (200, "sent")


def test_end_gives_the_receipt_that_the_phone_announced_each_time(sender, session):
    revisions = send_everything(sender)

    first, second = sender.end(revisions), sender.end(revisions)

    assert (status(first), status(second)) == ((200, "sent"), (200, "sent"))
    assert first.json["receipt"] == second.json["receipt"] == spell(receipt_of(sender.token))
    assert session.scalars(select(Response)).one().state is ResponseState.SUBMITTED


def test_page_that_came_before_the_end_and_is_sent_again_is_still_known(sender, session):
    sender.start()
    bodies = {
        key: sender.body(fields, revision=revision) for revision, (key, fields) in enumerate(EVERYTHING.items(), 1)
    }
    for key, body in bodies.items():
        sender.put(f"pages/{key}", body)
    sender.end({key: body["revision"] for key, body in bodies.items()})

    assert status(sender.put("pages/mot", bodies["mot"])) == (200, "same")
    assert kept_apart(session) == []


def test_end_that_comes_before_its_pages_asks_for_them(sender, session):
    sender.start()
    sender.page("travail", {"emploi": ["non"]}, revision=2)

    answer = sender.end({"travail": 3, "mot": 4})

    assert status(answer) == (200, "incomplete")
    assert answer.json["wanted"] == ["travail", "mot"]
    assert session.scalars(select(Response)).one().state is ResponseState.STARTED


def test_end_with_an_answer_that_does_not_fit_is_kept_for_the_team(sender, session):
    revisions = send_everything(sender) | {"travail": 9}
    sender.page("travail", {"emploi": ["oui"], "heures": ["99"]}, revision=9)

    answer, again = sender.end(revisions), sender.end(revisions)

    assert status(answer) == status(again) == (202, "kept")
    assert answer.json["reason"] == "does_not_fit"
    assert answer.json["receipt"] == spell(receipt_of(sender.token))
    assert [reason for reason, _payload in kept_apart(session)] == ["does_not_fit"]
    assert answers(session)["heures"] == 99


def test_page_after_the_end_is_kept_for_the_team_once(sender, session):
    sender.end(send_everything(sender))
    body = sender.body({"mot": ["Autre"]}, revision=9)

    first, second = sender.put("pages/mot", body), sender.put("pages/mot", body)

    assert (status(first), status(second)) == ((202, "kept"), (202, "kept"))
    assert [(reason, payload["fields"]) for reason, payload in kept_apart(session)] == [
        ("submitted", {"mot": ["Autre"]})
    ]


def test_page_and_end_after_closing_are_kept_for_the_team(sender, session, collection):
    sender.start()
    close(session, collection)

    page, end = sender.page("mot", {"mot": ["Tard"]}, at=-600), sender.end({"mot": 1})

    assert (status(page), page.json["reason"]) == ((202, "kept"), "closed")
    assert (status(end), end.json["reason"]) == ((202, "kept"), "closed")
    assert sorted(payload.get("page", "end") for _reason, payload in kept_apart(session)) == ["end", "mot"]
    assert answers(session) == {}


def test_response_started_on_a_phone_while_it_closed_is_kept_for_the_team(sender, session, collection):
    close(session, collection)

    start = sender.start()
    page = sender.page("mot", {"mot": ["Tard"]}, apart=True)
    end = sender.end({"mot": 1}, apart=True)

    assert (status(start), start.json["reason"]) == ((202, "kept"), "closed")
    assert (page.status_code, end.status_code) == (202, 202)
    kept = session.scalars(select(Quarantine)).all()
    assert {row.response_id for row in kept} == {response_id_of(sender.token)}
    assert {row.collection_id for row in kept} == {collection.id}
    assert session.scalars(select(Response)).all() == []


def test_page_before_its_start_asks_for_the_start(sender, session):
    assert status(sender.page("mot", {"mot": ["Oui"]})) == (200, "unknown")
    assert kept_apart(session) == []


def test_unknown_code_keeps_what_it_is_sent(phone, session):
    sender = Sender(phone.client, "ZZZZZZZZ")

    assert status(sender.start()) == (202, "kept")
    assert [reason for reason, _payload in kept_apart(session)] == ["unknown_collection"]


def test_questions_that_this_version_does_not_have_are_kept_for_the_team(sender, session):
    sender.start()

    answer = sender.page("mot", {"mot": ["Oui"], "ancienne": ["42"]})

    assert (status(answer), answer.json["reason"]) == ((202, "kept"), "unknown_question")
    assert answers(session) == {"mot": "Oui"}
    assert [payload["fields"] for _reason, payload in kept_apart(session)] == [{"ancienne": ["42"]}]


def test_page_cut_otherwise_in_another_version_is_read_by_its_questions(sender, session):
    sender.start()

    answer = sender.page("ancienne_page", {"mot": ["Oui"], "confiance": ["4"]})

    assert status(answer) == (200, "saved")
    assert answers(session) == {"mot": "Oui", "confiance": 4}


def test_start_on_an_earlier_version_of_the_questionnaire_goes_on_with_it(sender, session, collection):
    earlier = collection.version_id
    later = store_definition(session, collection.study_id, small_form())
    publish(session, collection.study_id, later.id)
    session.execute(update(Collection).where(Collection.id == collection.id).values(version_id=later.id))
    session.commit()

    assert status(sender.start(version=str(earlier))) == (200, "started")
    assert status(sender.end(send_everything(sender))) == (200, "sent")


@pytest.mark.parametrize("version", ["00000000-0000-4000-8000-000000000000", "pas une version"])
def test_start_on_a_version_that_nobody_knows_is_kept_for_the_team(sender, session, version):
    assert status(sender.start(version=version)) == (202, "kept")
    assert session.scalars(select(Response)).all() == []


def test_withdrawn_response_takes_nothing_in_any_more(sender, session):
    withdraw(session, sender.end(send_everything(sender)).json["receipt"])
    session.commit()

    answer = sender.page("mot", {"mot": ["Encore"]}, revision=9)

    assert status(answer) == (200, "withdrawn")
    assert kept_apart(session) == []
    assert answers(session) == {}


def test_withdrawn_response_keeps_nothing_that_cannot_be_read_either(sender, session):
    withdraw(session, sender.end(send_everything(sender)).json["receipt"])
    session.commit()

    answer = sender.put("pages/mot", b"pas du JSON")

    assert status(answer) == (200, "withdrawn")
    assert kept_apart(session) == []


def test_withdrawal_leaves_no_trace_of_what_phones_delivered(sender, session):
    withdraw(session, sender.end(send_everything(sender)).json["receipt"])
    session.commit()

    assert session.scalars(select(DeliveredPage)).all() == []


def test_body_that_did_not_come_whole_must_come_again(sender, session):
    sender.start()

    answer = sender.put("pages/mot", b'{"revision": 1', **{"Tresse-Hash": "0" * 64})

    assert status(answer) == (400, "again")
    assert kept_apart(session) == []


@pytest.mark.parametrize(
    "body",
    [
        b"pas du JSON",
        b"[]",
        b"[" * 100_000,
        b'{"revision": 1, "fields": {}, "clocks": {"mot": 1' + b"0" * 400 + b"}}",
        b"{}",
        b'{"revision": -1, "fields": {}, "clocks": {}}',
        b'{"revision": 1, "fields": [], "clocks": {}}',
        b'{"revision": 1, "fields": {"mot": ["a"]}, "clocks": {"mot": "hier"}}',
        b"\xff\xfe",
    ],
)
def test_body_that_nobody_can_read_is_kept_for_the_team(sender, session, body):
    sender.start()

    answer = sender.put("pages/mot", body)

    assert (status(answer), answer.json["reason"]) == ((202, "kept"), "unreadable")
    assert [reason for reason, _payload in kept_apart(session)] == ["unreadable"]


def test_text_that_no_database_keeps_is_kept_without_its_odd_signs(sender, session):
    sender.start()

    answer = sender.put(
        "pages/mot", b'{"revision": 1, "fields": {"mot": ["a\\u0000b\\ud800c e\\u0301"]}, "clocks": {"mot": 1e300}}'
    )

    assert status(answer) == (200, "saved")
    assert answers(session) == {"mot": "a\ufffdb?c \u00e9"}


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic " + "a" * 24])
def test_delivery_without_a_token_writes_nothing(sender, session, header):
    assert sender.put("debut", {"started": 1}, Authorization=header).status_code == 401
    assert session.scalars(select(Response)).all() == []
    assert kept_apart(session) == []


def test_phone_that_resumed_by_its_code_sends_too(sender, session):
    sender.start()
    response = session.scalars(select(Response)).one()
    given = give_code(session, response.id)
    session.commit()
    sender.token = signed_hold(response.id)

    assert status(sender.end(send_everything(sender))) == (200, "sent")
    assert sender.end({}).json["receipt"] == given


def test_phone_that_resumed_by_its_code_cannot_start_what_is_gone(sender, session):
    sender.token = signed_hold(response_id_of(sender.token))

    assert status(sender.start()) == (202, "kept")
    assert [reason for reason, _payload in kept_apart(session)] == ["not_started"]


def test_page_may_ask_for_the_code_that_brings_back(sender):
    sender.start()

    assert sender.page("mot", {"mot": ["Oui"]}, code=True).json["receipt"] == spell(receipt_of(sender.token))


def test_delivery_takes_few_statements(sender, phone):
    def statements(answer):
        assert answer.status_code == 200
        count = len(phone.statements)
        phone.statements.clear()
        return count

    sender.start()
    sender.token = new_token()
    phone.statements.clear()
    found = [statements(sender.start())]
    found.append(statements(sender.page("travail", {"emploi": ["non"]}, revision=1)))
    found.append(statements(sender.page("travail", {"emploi": ["oui"]}, revision=2, code=True)))
    for revision, (key, fields) in enumerate(EVERYTHING.items(), 3):
        sender.page(key, fields, revision=revision)
    phone.statements.clear()
    found.append(statements(sender.end({"mot": 7})))
    found.append(statements(sender.end({"mot": 7})))

    assert found == [3, 5, 7, 4, 1]


def test_copy_of_a_response_is_given_to_the_phone_that_holds_its_cookie(sender, phone, session):
    phone.start()
    phone.send(emploi="non")
    phone.send(**{"depuis:missing": "unknown"})

    copy = phone.get(f"/r/{phone.code}/envoi").json

    assert token_hash(copy["holder"]) == session.scalars(select(Response.resume_hash)).one()
    assert copy["answers"] == {"emploi": "non", "depuis": None}
    assert copy["missing"] == {"depuis": "unknown"}
    assert copy["carried"] == {":at": "rang"}
    assert (copy["status"], copy["locale"], copy["open"], copy["revisions"]) == ("started", "fr", True, {})


def test_copy_takes_four_statements(phone):
    phone.start()

    phone.get(f"/r/{phone.code}/envoi")

    assert len(phone.statements) == 4


def test_copy_of_what_was_sent_shows_no_answer(sender, phone):
    sender.end(send_everything(sender))

    assert set(phone.get(f"/r/{phone.code}/envoi").json) == {"status", "holder", "now"}


def test_copy_is_given_to_nobody_else(phone):
    phone.start()

    answer = phone.client.get(f"/r/{phone.code}/envoi", headers={"Authorization": "Bearer " + "a" * 24})

    assert answer.json["status"] == "unknown"
    assert "holder" not in answer.json
    assert answer.headers["Cache-Control"] == "no-store"


def test_quarantine_takes_a_room_full_of_phones_and_no_more(sender, session, collection, monkeypatch):
    close(session, collection)
    monkeypatch.setattr("app.respond.deliveries.KEPT_BY_ADDRESS", 2)

    found = [sender.page("mot", {"mot": [str(n)]}, revision=n, apart=True).status_code for n in range(1, 5)]

    assert found == [202, 202, 429, 429]
    assert len(kept_apart(session)) == 2


def test_page_posted_with_its_cookie_needs_its_form_token_still(phone):
    page = phone.get(f"/r/{phone.code}")

    assert csrf(page)
    assert phone.client.put(f"/r/{phone.code}/envoi/debut", data=b"{}").status_code == 401
