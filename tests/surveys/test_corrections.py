import pytest
from sqlalchemy import select

from core.errors import Conflict
from surveys.answering import submit, withdraw
from surveys.corrections import correction_of, give_up_correction, start_correction
from surveys.datafiles.sources import collection_source, read_rows
from surveys.drafts import load_draft
from surveys.keeping import keep_page
from surveys.models import Answer, Attachment, Quarantine, Response, ResponseState
from surveys.queries import collection_progress, stream_responses
from surveys.reading import read_page
from tests.factories.studies import StudyFactory
from tests.factories.surveys import draft, make_collection, start


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def collection(session, study):
    return make_collection(session, study)


def say(session, response, page, **posted):
    reading = read_page(response, response.page(page), posted)
    keep_page(session, response, reading)
    session.commit()


@pytest.fixture
def sent(session, collection):
    """A response that was sent, as its link reads it."""
    token = start(session, collection)
    say(session, draft(session, token), "work", works=["yes"], hours=["20"])
    say(session, draft(session, token), "helped", helped=["peer"])
    submit(session, draft(session, token))
    session.commit()
    return draft(session, token)


def correct(session, sent, **posted):
    correction = load_draft(session, start_correction(session, sent))
    say(session, correction, "work", **posted)
    return load_draft(session, correction.id)


def values(session, response_id):
    rows = session.execute(select(Answer.item_name, Answer.value).where(Answer.response_id == response_id))
    return dict(rows.all())


def test_correction_under_way_leaves_what_was_sent(session, study, collection, sent):
    correct(session, sent, works=["yes"], hours=["35"])

    assert values(session, sent.id)["hours"] == 20
    assert [row.answers["hours"] for row in stream_responses(session, study.id, collection.id, drafts=True)] == [20]
    assert collection_progress(session, study.id, collection.id).by_state[ResponseState.STARTED] == 0
    source = collection_source(session, study.id, collection.id)
    assert [row.response_id for row in read_rows(session, source, drafts=True)] == [sent.id]


def test_correction_sent_takes_the_place_and_keeps_the_receipt(session, study, collection, sent):
    correction = correct(session, sent, works=["yes"], hours=["35"])

    receipt = submit(session, correction)
    session.commit()

    rows = list(stream_responses(session, study.id, collection.id, drafts=True))
    assert receipt == sent.receipt
    assert [(row.response_id, row.answers["hours"], row.answers["half"]) for row in rows] == [(sent.id, 35, 17.5)]
    assert rows[0].answers["helped"] == ["peer"]
    assert session.scalars(select(Response.id)).all() == [sent.id]


def test_correction_drops_what_it_hides(session, sent):
    correction = correct(session, sent, works=["no"])

    submit(session, correction)
    session.commit()

    assert values(session, sent.id)["works"] == "no"
    assert "hours" not in values(session, sent.id)


def test_start_correction_twice_is_one_correction(session, sent):
    first = start_correction(session, sent)
    session.commit()

    assert start_correction(session, sent) == first == correction_of(session, sent.id)


def test_give_up_correction_leaves_what_was_sent(session, sent):
    correct(session, sent, works=["no"])

    give_up_correction(session, sent.id)
    session.commit()

    assert correction_of(session, sent.id) is None
    assert values(session, sent.id)["hours"] == 20


def test_withdrawing_erases_the_correction_under_way(session, sent):
    correction = correct(session, sent, works=["yes"], hours=["35"])

    withdraw(session, sent.receipt)
    session.commit()

    assert values(session, correction.id) == {}
    with pytest.raises(Conflict, match="response_withdrawn"):
        submit(session, correction)


def test_start_correction_refuses_what_was_not_sent(session, collection):
    token = start(session, collection)

    with pytest.raises(Conflict, match="not_sent"):
        start_correction(session, draft(session, token))


def test_correction_keeps_the_files_its_answers_name_and_erases_the_others(session, sent):
    kept, replaced = (
        Attachment(
            response_id=sent.id, item_name="story", name="a.jpg", media_type="image/jpeg", sha256="0", content=b"a"
        )
        for _ in range(2)
    )
    session.add_all([kept, replaced])
    session.flush()
    session.add(Answer(response_id=sent.id, item_name="story", value=str(kept.id)))
    session.commit()
    kept_id = kept.id
    correction = correct(session, sent, works=["no"])

    submit(session, correction)
    session.commit()

    assert session.scalars(select(Attachment.id)).all() == [kept_id]


def test_correction_sent_by_two_tabs_keeps_its_answers(session, sent):
    correction = correct(session, sent, works=["yes"], hours=["35"])
    read_before = load_draft(session, correction.id)
    submit(session, correction)
    session.commit()

    receipt = submit(session, read_before)
    session.commit()

    assert receipt == sent.receipt
    assert values(session, sent.id) == {"works": "yes", "hours": 35, "helped": ["peer"]}


def test_correction_given_up_in_another_tab_replaces_nothing(session, sent):
    correction = correct(session, sent, works=["yes"], hours=["35"])
    give_up_correction(session, sent.id)
    session.commit()

    submit(session, correction)
    session.commit()

    assert values(session, sent.id) == {"works": "yes", "hours": 20, "helped": ["peer"]}


def too_long(session, sent):
    correction = load_draft(session, start_correction(session, sent))
    say(session, correction, "story", story=["a" * 10_001])
    return load_draft(session, correction.id)


def test_what_a_correction_put_in_quarantine_goes_with_a_withdrawal(session, sent):
    too_long(session, sent)

    withdraw(session, sent.receipt)
    session.commit()

    assert session.scalars(select(Quarantine)).all() == []


@pytest.mark.parametrize("end", [submit, lambda session, each: give_up_correction(session, each.corrects_id)])
def test_what_a_correction_put_in_quarantine_is_of_what_it_corrects_once_it_ends(session, sent, end):
    correction = too_long(session, sent)

    end(session, correction)
    session.commit()

    assert session.scalars(select(Quarantine.response_id)).all() == [sent.id]
