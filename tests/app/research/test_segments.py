import csv
import io

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy.event import listen

from studies.models import Role
from tests.factories.coding import code_words, make_code, make_transcript
from tests.factories.studies import AccountFactory, StudyFactory, member_client

BASE = "/studies/lettres/segments/"


@pytest.fixture
def study(session):
    return StudyFactory(key="lettres")


@pytest.fixture
def coder(app, study):
    client = member_client(app, study, Role.CODER)
    client.set_cookie("tresse_locale", "en")
    return client


@pytest.fixture
def coded(study):
    transcript, account = make_transcript(study), AccountFactory()
    codes = make_code(study, "Peur"), make_code(study, "Groupe")
    code_words(transcript, "J'ai eu peur", codes[0], account)
    code_words(transcript, "le groupe", codes[1], account)
    code_words(transcript, "Comment ça a commencé", codes[1], account)
    return transcript, codes


def quotes(page):
    return [piece.split("</a>")[0].split(">")[1] for piece in page.split('class="quote-text"')[1:]]


@pytest.mark.parametrize("words", [["la lettre"], ["la lettre", "peur", "le groupe"]])
def test_list_segments_asks_as_much_for_one_as_for_three(coder, study, connection, words):
    transcript, account, code = make_transcript(study), AccountFactory(), make_code(study)
    for each in words:
        code_words(transcript, each, code, account)
    asked = []
    listen(connection, "before_cursor_execute", lambda *sent: asked.append(sent[2]))

    coder.get(BASE)

    # The session, the role, four reads of segments, codes, four of the corpus, five of what the filters offer.
    assert len([each for each in asked if each.startswith("SELECT")]) == 16


def test_list_segments_is_empty_at_first(coder):
    assert "No segment yet" in coder.get(BASE).get_data(as_text=True)


def test_list_segments_shows_those_of_a_code(coder, coded):
    page = coder.get(f"{BASE}?code={coded[1][1].id}").get_data(as_text=True)

    assert quotes(page) == ["Comment ça a commencé", "le groupe"]


def test_list_segments_filters_by_speaker_role(coder, coded):
    page = coder.get(f"{BASE}?role=interviewee").get_data(as_text=True)

    assert quotes(page) == ["J&#39;ai eu peur", "le groupe"]


def test_list_segments_links_to_the_place_in_the_text(coder, coded):
    page = coder.get(f"{BASE}?code={coded[1][0].id}").get_data(as_text=True)

    assert f"/studies/lettres/transcripts/{coded[0].id}?at=" in page


@pytest.mark.parametrize("query", ["code=nothing", "page=-3", "page=999999999999", "role=x&site=y"])
def test_list_segments_survives_any_address(coder, coded, query):
    assert coder.get(f"{BASE}?{query}").status_code == 200


def test_export_csv_follows_the_filter(coder, coded):
    content = coder.get(f"{BASE}segments.csv?code={coded[1][0].id}").get_data().decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(content), delimiter=";"))
    assert [(row["code"], row["quote"]) for row in rows] == [("Peur", "J'ai eu peur")]


def test_export_xlsx_has_one_row_a_coding(coder, coded):
    content = coder.get(f"{BASE}segments.xlsx").get_data()

    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows] == ["code", "Groupe", "Peur", "Groupe"]
