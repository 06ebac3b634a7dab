import csv
from collections import Counter

import pytest

from app.demo.content import CONTENT, coding_rows, interview_rows, interviewed_recipients, report_pieces, rows
from app.demo.people import invent_households
from app.demo.seed import SEED


@pytest.fixture(scope="module")
def texts():
    return {row["file"]: (CONTENT / "interviews" / row["file"]).read_text(encoding="utf-8") for row in interview_rows()}


def test_interviews_have_600_to_1500_words(texts):
    lengths = {file: len(text.split()) for file, text in texts.items()}

    assert {file: count for file, count in lengths.items() if not 600 <= count <= 1500} == {}
    assert len(lengths) == 19


def test_interviews_give_a_voice_to_those_who_came_refused_were_not_asked_and_to_workers():
    voices = Counter(row["flow_state"] or row["population"] for row in interview_rows())

    assert voices == {"enrolled": 5, "invited": 4, "drawn": 5, "professional": 5}


def test_every_quote_stands_once_in_its_interview(texts):
    lost = [row for row in coding_rows() if texts[row["interview"]].count(row["quote"]) != 1]

    assert lost == []


def test_two_people_coded_every_interview():
    coders = {file: set() for file in {row["file"] for row in interview_rows()}}
    for row in coding_rows():
        coders[row["interview"]].add(row["coder"])

    assert set(map(frozenset, coders.values())) == {frozenset({"camille", "moussa"})}


def test_codes_used_and_themes_rest_on_the_codebook():
    keys = {row["key"] for row in rows("codebook.csv") if row["parent"]}

    assert {row["code"] for row in coding_rows()} <= keys
    assert {code for row in rows("themes.csv") for code in row["codes"].split("|")} <= keys


def test_report_reads_in_order_and_ends_each_part_with_what_to_keep():
    kinds = Counter(piece.kind for piece in report_pieces())

    assert kinds["head"] == kinds["key_points"] == 10


def test_draw_invites_half_and_about_forty_percent_enrol():
    households = invent_households(interviewed_recipients(), seed=SEED)

    assert sum(household.is_invited for household in households) == 300
    assert 0.35 <= sum(household.enrolled for household in households) / 300 <= 0.45


def test_interviewed_recipients_stand_on_the_list_as_their_interview_says():
    by_pseudonym = {
        household.pseudonym: household for household in invent_households(interviewed_recipients(), seed=SEED)
    }

    for person in interviewed_recipients():
        household = by_pseudonym[person.pseudonym]
        assert (household.is_invited, household.enrolled, household.site, household.children) == (
            person.is_invited,
            person.enrolled,
            person.site,
            person.children,
        )


def test_pseudonyms_are_given_once():
    given = Counter(household.pseudonym for household in invent_households(interviewed_recipients(), seed=SEED))

    assert [pseudonym for pseudonym, count in given.items() if count > 1] == []


def test_open_answers_name_items_of_the_forms():
    with (CONTENT / "open_answers.csv").open(encoding="utf-8", newline="") as lines:
        items = {row["item"] for row in csv.DictReader(lines)}

    assert items == {"ouv_aide", "ouv_difficile", "ouv_changer", "ouv_metier"}
