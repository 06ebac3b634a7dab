"""Answers that a phone gives in a file: taken in by the rules of deliveries, once."""

import json
import time
from uuid import uuid4

import pytest
from sqlalchemy import select

from core.errors import Invalid
from surveys.models import Answer, Quarantine, Response, ResponseState
from surveys.phone_files import TakenIn, take_in_file
from surveys.services import close_collection
from surveys.tokens import new_token, receipt_of, response_id_of, spell
from tests.factories.studies import AccountFactory, StudyFactory
from tests.factories.surveys import make_collection, survey


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def collection(session, study):
    return make_collection(session, study, survey("text | word | Un mot ?", "integer | age | Votre âge ?"))


def page(name, value, revision):
    return {"revision": revision, "seen": 0, "fields": {name: [value]}, "clocks": {name: now_ms()}, "at": ""}


def now_ms():
    return int(time.time() * 1000)


def file_of(collection, **more):
    return {
        "tresse": 1,
        "now": now_ms(),
        "code": collection.code,
        "holder": "a" * 24,
        "phone": "p",
        "version": str(collection.version_id),
        "locale": "fr",
        "seed": 3,
        "moment": "2026-03-01T10:00:00.000Z",
        "pages": {"word": page("word", "Merci", 1), "age": page("age", "41", 2)},
        "end": now_ms(),
    } | more


@pytest.fixture
def take(session, study, collection):
    account = AccountFactory()

    def take_in(content):
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        return take_in_file(session, study.id, collection.id, collection.code, raw, account_id=account.id)

    return take_in


def test_file_is_taken_in_whole_and_once(session, collection, take):
    said = file_of(collection)
    receipt = spell(receipt_of("a" * 24))

    first, second = take(said), take(said)

    assert first == second == TakenIn(pages=2, apart=0, is_sent=True, receipt=receipt)
    response = session.scalars(select(Response)).one()
    assert (response.id, response.state) == (response_id_of("a" * 24), ResponseState.SUBMITTED)
    assert dict(session.execute(select(Answer.item_name, Answer.value)).all()) == {"word": "Merci", "age": 41}
    assert session.scalars(select(Quarantine)).all() == []


def test_file_of_somebody_who_has_not_finished_leaves_the_response_under_way(session, collection, take):
    assert take(file_of(collection, end=None)) == TakenIn(pages=2, apart=0, is_sent=False, receipt="")
    assert session.scalars(select(Response)).one().state is ResponseState.STARTED


def test_file_that_comes_after_closing_is_in_quarantine(session, study, collection, take):
    close_collection(session, study.id, collection.id)

    taken = take(file_of(collection, holder=new_token()))

    assert (taken.pages, taken.apart, taken.is_sent) == (2, 2, False)
    assert len(session.scalars(select(Quarantine)).all()) == 4


@pytest.mark.parametrize(
    "content",
    [
        b"rien",
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 100_000,
        {"tresse": 1, "holder": "court"},
        {"tresse": 2, "holder": "a" * 24},
    ],
)
def test_file_that_no_phone_gave_is_refused(take, content):
    with pytest.raises(Invalid, match=r"surveys\.not_a_phone_file"):
        take(content)


@pytest.mark.parametrize("spoilt", [{"pages": []}, {"now": "hier"}, {"moment": "hier"}, {"pages": {"word": {}}}])
def test_file_with_a_part_that_nobody_can_read_is_refused_whole(session, collection, take, spoilt):
    with pytest.raises(Invalid, match=r"surveys\.not_a_phone_file"):
        take(file_of(collection) | spoilt)


def test_file_of_another_questionnaire_is_refused(collection, take):
    with pytest.raises(Invalid, match=r"surveys\.phone_file_of_another"):
        take(file_of(collection, code="ZZZZZZZZ", holder=uuid4().hex[:24]))
