from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from core.clock import now
from core.errors import Conflict, Invalid, NotFound
from surveys.answering import (
    hidden_answers,
    open_draft,
    read_page,
    save_page,
    start_response,
    submit,
    withdraw,
)
from surveys.models import Answer, Collection, Missing, Quarantine, Response, ResponseState
from surveys.receipts import give_code
from surveys.services import close_collection, find_collection
from surveys.tokens import new_token, read_code
from tests.factories.studies import StudyFactory
from tests.factories.surveys import make_collection, start, survey


@pytest.fixture
def collection(session):
    return make_collection(session, StudyFactory())


@pytest.fixture
def token(session, collection):
    return start(session, collection)


@pytest.fixture
def statements(session):
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.upper().startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN")):
            seen.append(statement)

    bind = session.get_bind()
    event.listen(bind, "before_cursor_execute", note)
    yield seen
    event.remove(bind, "before_cursor_execute", note)


def answers_of(session):
    return dict(session.execute(select(Answer.item_name, Answer.value)).all())


def save(session, token, page, **posted):
    reading = save_page(session, open_draft(session, token), page, {key: [value] for key, value in posted.items()})
    session.commit()
    return reading


def test_start_response_sent_twice_makes_one_response(session, collection):
    token = new_token()
    opened = find_collection(session, collection.code)

    first = start_response(session, opened, token=token, locale="fr")
    second = start_response(session, opened, token=token, locale="fr")

    assert first == second
    assert session.scalar(select(func.count()).select_from(Response)) == 1


def test_start_response_refuses_a_closed_collection(session, collection):
    session.get(Collection, collection.id).closes_at = now() - timedelta(minutes=1)
    session.flush()

    with pytest.raises(Conflict, match=r"surveys\.collection_closed"):
        start_response(session, find_collection(session, collection.code), token=new_token(), locale="fr")


def test_find_collection_reads_a_code_in_any_shape(session, collection):
    typed = f" {collection.code[:4].lower()} - {collection.code[4:].lower()} "

    assert find_collection(session, typed).id == collection.id


def test_find_collection_refuses_an_unknown_code(session):
    with pytest.raises(NotFound, match=r"surveys\.collection_not_found"):
        find_collection(session, "22222222")


def test_open_draft_refuses_an_unknown_token(session):
    with pytest.raises(NotFound, match=r"surveys\.response_not_found"):
        open_draft(session, new_token())


def test_save_page_keeps_the_answers_and_names_the_next_page(session, token):
    reading = save(session, token, "work", works="no")

    assert (reading.is_clean, reading.next_page.key) == (True, "helped")
    assert answers_of(session) == {"works": "no"}


def test_save_page_twice_gives_the_same_rows(session, token):
    for _ in range(2):
        save(session, token, "work", works="yes", hours="17,5")

    assert answers_of(session) == {"works": "yes", "hours": 17.5}
    assert open_draft(session, token).carried == {"half": 8.75}


def test_save_page_shows_again_the_page_on_which_a_question_appeared(session, token):
    reading = save(session, token, "work", works="yes")

    assert (reading.revealed, reading.violations, reading.next_page.key) == (("hours",), (), "work")


def test_save_page_tells_what_does_not_fit(session, token):
    save(session, token, "work", works="yes")

    reading = save(session, token, "work", works="yes", hours="70")

    assert [(each.key, each.fault.value) for each in reading.violations] == [("hours", "constraint")]
    assert reading.state.message(reading.violations[0]) == "Entre 1 et 60."


def test_save_page_keeps_what_can_be_read_beside_what_cannot(session, token):
    reading = save(session, token, "work", works="yes", hours="beaucoup")

    assert [(each.key, each.code) for each in reading.violations] == [("hours", "surveys.not_a_number")]
    assert reading.parsed["hours"].raw == "beaucoup"
    assert answers_of(session) == {"works": "yes"}


def test_save_page_asks_for_what_is_required(session, token):
    reading = save(session, token, "work")

    assert [each.fault.value for each in reading.violations] == ["required"]


@pytest.mark.parametrize("mark", [Missing.REFUSED, Missing.UNKNOWN])
def test_a_missing_mark_answers_a_required_question(session, token, mark):
    reading = save(session, token, "work", **{"works:missing": mark.value})

    assert reading.is_clean
    row = session.execute(select(Answer.item_name, Answer.value, Answer.missing)).one()
    assert tuple(row) == ("works", None, mark)


def test_that_an_answer_is_illegible_is_for_who_keys_a_sheet_to_say(session, token):
    reading = save(session, token, "work", **{"works:missing": Missing.ILLEGIBLE.value})

    assert [each.fault.value for each in reading.violations] == ["required"]


def test_of_a_value_and_a_mark_the_one_that_changed_holds(session, token):
    save(session, token, "helped", helped="peer")

    save(session, token, "helped", helped="peer", **{"helped:missing": "unknown"})
    assert answers_of(session) == {"helped": None}

    save(session, token, "helped", helped="pro", **{"helped:missing": "unknown"})
    assert answers_of(session) == {"helped": ["pro"]}


def test_save_page_quarantines_a_text_that_is_too_long(session, token):
    reading = save(session, token, "story", story="a" * 10_001)

    assert [each.code for each in reading.violations] == ["surveys.text_too_long"]
    assert session.scalar(select(Quarantine.reason)) == "too_long"


def test_save_page_after_closing_goes_to_quarantine_whole(session, collection, token):
    close_collection(session, session.get(Collection, collection.id).study_id, collection.id)
    session.commit()

    save(session, token, "work", works="yes", hours="12")

    assert answers_of(session) == {}
    row = session.execute(select(Quarantine.reason, Quarantine.payload)).one()
    assert (row.reason, row.payload["answers"]) == ("closed", {"works": "yes", "hours": 12})


def test_submit_drops_what_is_no_longer_relevant_and_gives_one_receipt(session, token):
    save(session, token, "work", works="yes", hours="12")
    save(session, token, "work", works="no")
    assert hidden_answers(open_draft(session, token)) == ("hours",)

    receipt = submit(session, open_draft(session, token))
    session.commit()

    assert answers_of(session) == {"works": "no"}
    assert submit(session, open_draft(session, token)) == receipt
    assert session.scalar(select(Response.state)) is ResponseState.SUBMITTED


def test_an_answer_hidden_then_shown_again_comes_back(session, token):
    save(session, token, "work", works="yes", hours="12")
    save(session, token, "work", works="no")
    assert open_draft(session, token).state.value("hours") is None

    save(session, token, "work", works="yes", hours="12")

    assert open_draft(session, token).state.value("hours") == 12


def test_submit_refuses_what_is_not_complete(session, token):
    with pytest.raises(Invalid) as refusal:
        submit(session, open_draft(session, token))

    assert refusal.value.details == {"page": "work", "item": "works", "count": 1}


def test_submit_in_two_tabs_gives_one_receipt(session, token):
    save(session, token, "work", works="no")
    one, other = open_draft(session, token), open_draft(session, token)

    assert submit(session, one) == submit(session, other)


def test_withdraw_erases_the_answers_and_leaves_a_tombstone(session, token):
    save(session, token, "work", works="yes", hours="12")
    receipt = submit(session, open_draft(session, token))
    session.commit()

    withdrawn = withdraw(session, receipt.lower().replace("-", " "))

    assert answers_of(session) == {}
    row = session.execute(select(Response.id, Response.state, Response.calculated, Response.receipt)).one()
    assert tuple(row) == (withdrawn.response_id, ResponseState.WITHDRAWN, {}, read_code(receipt))


def test_page_that_a_withdrawal_overtakes_is_kept_nowhere(session, token):
    save(session, token, "work", works="no")
    overtaken = open_draft(session, token)
    withdraw(session, submit(session, open_draft(session, token)))
    session.commit()

    save_page(session, overtaken, "work", {"works": ["yes"]})

    assert answers_of(session) == {}
    assert session.scalars(select(Quarantine)).all() == []


def test_withdraw_erases_what_was_never_submitted(session, token):
    save(session, token, "work", works="yes", hours="12")

    withdraw(session, give_code(session, open_draft(session, token).id))
    session.commit()

    assert answers_of(session) == {}
    assert open_draft(session, token).response_state is ResponseState.WITHDRAWN


def test_hidden_values_are_carried_even_while_not_relevant(session):
    form = survey(
        "select_one yn | a | A |",
        "hidden | who | | ${a} = 'yes'",
        "start | began | |",
        "today | day | |",
        "text | b | B |",
        choices=("yn | yes | Oui |", "yn | no | Non |"),
        columns="type | name | label | relevant",
    )
    opened = make_collection(session, StudyFactory(), form)
    token = new_token()
    start_response(
        session, find_collection(session, opened.code), token=token, locale="fr", prefill={"who": "P1", "b": "x"}
    )

    save(session, token, "a", a="no")
    save(session, token, "a", a="yes")

    draft = open_draft(session, token)
    assert (draft.state.value("who"), draft.state.value("b")) == ("P1", None)
    assert draft.carried["began"][:10] == draft.moment.isoformat()[:10]
    assert set(draft.carried) == {"who", "began", "day"}


def test_withdraw_refuses_an_unknown_receipt(session):
    with pytest.raises(NotFound, match=r"surveys\.receipt_not_found"):
        withdraw(session, "K7M2-QX4P")


def test_a_page_takes_two_statements_and_a_save_four(session, token, statements):
    open_draft(session, token)
    statements.clear()

    draft = open_draft(session, token)
    assert len(statements) == 2

    save_page(session, draft, "work", {"works": ["yes"], "hours": ["3"]})
    assert len(statements) == 4


def test_read_page_writes_nothing(session, token, statements):
    draft = open_draft(session, token)
    statements.clear()

    read_page(draft, draft.page("work"), {"works": ["yes"]})

    assert statements == []
