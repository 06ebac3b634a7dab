"""The page where texts are asked: found, sorted on either side, coded from there."""

import re

import pytest
from sqlalchemy import select

from app.extensions import db
from coding.models import Coding, Segment
from studies.models import Role
from tests.factories.corpus import make_code, make_transcript
from tests.factories.studies import StudyFactory, member_client

BASE = "/studies/lettres/search/"


@pytest.fixture
def study(session):
    study = StudyFactory(key="lettres")
    make_transcript(session, study)
    make_transcript(session, study, title="Second", text="Q : Et la peur ?\n\nR : Une lettre, puis le RSA coupé.")
    return study


@pytest.fixture
def coder(app, study):
    client = member_client(app, study, Role.CODER)
    client.set_cookie("tresse_locale", "en")
    return client


def lines(page):
    cells = re.findall(r'class="kwic-(before|words|after)"[^>]*>(?:<a[^>]*>)?([^<]*)<', page)
    return [tuple(text.strip() for _name, text in cells[start : start + 3]) for start in range(0, len(cells), 3)]


def test_words_are_found_in_their_context_and_sorted_on_either_side(coder):
    page = coder.get(BASE, query_string={"q": "lettre OU RSA", "sort": "text"}).text
    assert [line[1] for line in lines(page)] == ["lettre", "RSA", "lettre", "RSA"]
    assert "4 occurrences, 2 transcripts" in page

    by_before = lines(coder.get(BASE, query_string={"q": "lettre OU RSA", "sort": "before"}).text)
    by_after = lines(coder.get(BASE, query_string={"q": "lettre OU RSA", "sort": "after"}).text)

    assert [line[0].split()[-1] for line in by_before] == ["la", "le", "le", "Une"]
    assert [line[2].split()[0] for line in by_after] == [",", ".", ".", "coupé."]


def test_interviewers_are_left_out_unless_asked_for(coder):
    assert "These words are nowhere" in coder.get(BASE, query_string={"q": "ensuite"}).text
    assert len(lines(coder.get(BASE, query_string={"q": "ensuite", "interviewers": "1"}).text)) == 1


def test_lines_chosen_are_coded(coder, session, study):
    code = make_code(session, study, "courrier")
    page = coder.get(BASE, query_string={"q": "lettre"}).text
    chosen = re.findall(r'name="line" value="([^"]+)"', page)

    answer = coder.post(f"{BASE}?q=lettre", data={"line": chosen, "code": str(code.id), "new_code": "écrits"})

    assert (answer.status_code, answer.location) == (303, f"{BASE}?q=lettre")
    assert db.session.scalars(select(Segment.quote)).all() == ["lettre", "lettre"]
    assert len(db.session.scalars(select(Coding)).all()) == 4


@pytest.mark.parametrize(
    ("query", "sentence"),
    [("(lettre", "cannot be read from its character 8"), ("-lettre", "Say also what must be there")],
)
def test_query_that_cannot_be_read_stays_with_a_sentence(coder, query, sentence):
    page = coder.get(BASE, query_string={"q": query, "page": "999999999999", "sort": "x", "site": "zz"}).text

    assert sentence in page
    assert f'value="{query}"' in page


@pytest.mark.parametrize("data", [{}, {"line": "x"}, {"line": "x:1-2", "code": "y"}, {"line": f"{'0' * 32}:1-2"}])
def test_odd_choices_are_answered_with_a_sentence(coder, data):
    answer = coder.post(f"{BASE}?q=lettre", data=data)

    assert answer.status_code in {404, 422}
    assert "notice-danger" in answer.text
    assert db.session.scalars(select(Coding)).all() == []
