import pytest

from surveys.answering import open_draft, save_page, submit
from surveys.receipts import give_code
from surveys.tokens import receipt_of, spell
from tests.factories.studies import StudyFactory
from tests.factories.surveys import make_collection, start, survey


@pytest.fixture
def collection(session):
    return make_collection(session, StudyFactory(), survey("text | word | Un mot ?"))


def test_code_wanted_is_given_and_stays_at_the_end(session, collection):
    token = start(session, collection)
    given = give_code(session, open_draft(session, token).id, code=receipt_of(token))
    save_page(session, open_draft(session, token), "word", {"word": ["Oui"]})

    assert given == spell(receipt_of(token))
    assert submit(session, open_draft(session, token), code="ZZZZZZZZ") == given


def test_code_wanted_is_the_receipt_of_a_response_that_had_none(session, collection):
    token = start(session, collection)

    assert submit(session, open_draft(session, token), code=receipt_of(token)) == spell(receipt_of(token))


@pytest.mark.parametrize("ending", [submit, lambda session, draft, code: give_code(session, draft.id, code=code)])
def test_code_that_another_response_has_is_given_to_nobody_else(session, collection, ending):
    first, second = start(session, collection), start(session, collection)
    give_code(session, open_draft(session, first).id, code="K7M2QX4P")

    given = ending(session, open_draft(session, second), code="K7M2QX4P")

    assert given != "K7M2-QX4P"
    assert len(given) == 9


def test_code_of_a_token_is_eight_signs_to_read_aloud():
    assert receipt_of("a" * 24) == "Z3TGRAZE"
