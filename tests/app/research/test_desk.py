import json
import re

import pytest
from sqlalchemy import func, select

from app.extensions import db
from coding.models import Code, Coding, Segment
from studies.models import Account, Role
from tests.factories.coding import code_words, make_code, make_transcript, version_of
from tests.factories.studies import AccountFactory, MembershipFactory, StudyFactory, member_client, sign_in


@pytest.fixture
def study(session):
    return StudyFactory(key="lettres")


@pytest.fixture
def coder(app, study):
    client = member_client(app, study, Role.CODER)
    client.set_cookie("tresse_locale", "en")
    return client


def payload_of(page):
    return json.loads(
        page.get_data(as_text=True)
        .split("data-payload hidden>")[1]
        .split("</div>")[0]
        .replace("&#34;", '"')
        .replace("&#39;", "'")
        .replace("&amp;", "&")
    )


def stored():
    return db.session.execute(
        select(Segment.quote, Code.name, Coding.comment)
        .join(Coding, Coding.segment_id == Segment.id)
        .join(Code, Code.id == Coding.code_id)
        .order_by(Segment.start, Code.name)
    ).all()


def post(client, transcript, act, address=""):
    return client.post(f"/studies/lettres/transcripts/{transcript.id}/codings{address}", json=act)


def span_of(transcript, words):
    start = version_of(transcript).text.index(words)
    return {"start": start, "end": start + len(words)}


def test_read_transcript_names_each_turn(coder, study):
    transcript = make_transcript(study)

    page = coder.get(f"/studies/lettres/transcripts/{transcript.id}")

    assert re.findall(r'aria-label="(Turn [^"]+)"', page.get_data(as_text=True)) == [
        "Turn 1, Enquêtrice, interviewer",
        "Turn 2, Nadège, interviewee",
        "Turn 3, Enquêtrice, interviewer",
        "Turn 4, Nadège, interviewee",
    ]


def test_read_transcript_gives_codings_to_the_script(coder, study):
    transcript, code = make_transcript(study), make_code(study)
    span = span_of(transcript, "J'ai eu peur")
    post(coder, transcript, {**span, "codes": [str(code.id)], "comment": "la lettre"})

    payload = payload_of(coder.get(f"/studies/lettres/transcripts/{transcript.id}"))

    assert payload["codings"] == [[span["start"], span["end"], 0, payload["me"], "la lettre", "human"]]
    assert [code["name"] for code in payload["codes"]] == ["Peur"]


def test_add_codings_twice_keeps_one(coder, study):
    transcript, code = make_transcript(study), make_code(study)
    act = {**span_of(transcript, "J'ai eu peur"), "codes": [str(code.id)]}

    answers = [post(coder, transcript, act).status_code for _ in range(2)]

    assert (answers, stored()) == ([200, 200], [("J'ai eu peur", "Peur", "")])


def test_add_codings_overlap_freely(coder, study):
    transcript, peur, groupe = make_transcript(study), make_code(study), make_code(study, "Groupe")
    post(coder, transcript, {**span_of(transcript, "J'ai eu peur, je me suis dit"), "codes": [str(peur.id)]})
    post(coder, transcript, {**span_of(transcript, "peur"), "codes": [str(peur.id), str(groupe.id)]})

    assert [(quote, name) for quote, name, _ in stored()] == [
        ("J'ai eu peur, je me suis dit", "Peur"),
        ("peur", "Groupe"),
        ("peur", "Peur"),
    ]


def test_add_codings_makes_the_in_vivo_code_once(coder, study):
    transcript = make_transcript(study)
    act = {**span_of(transcript, "levé la tête"), "codes": ["new-1"], "new_code": "levé la tête"}

    answers = [post(coder, transcript, act).json for _ in range(2)]

    assert answers[0] == answers[1]
    assert [name for _, name, _ in stored()] == ["levé la tête"]


@pytest.mark.parametrize(
    "act",
    [
        None,
        [],
        {"start": 1},
        {"start": True, "end": 4, "codes": ["x"]},
        {"start": 1, "end": 4, "codes": "x"},
        {"start": 1, "end": 4, "codes": ["not an id"]},
        {"start": 9, "end": 4, "codes": ["1" * 32]},
    ],
)
def test_add_codings_refuses_what_it_cannot_read(coder, study, act):
    answer = post(coder, make_transcript(study), act)

    assert (answer.status_code, bool(answer.json["sentence"])) == (422, True)


def test_add_codings_refuses_the_code_of_another_study(coder, study):
    transcript, foreign = make_transcript(study), make_code(StudyFactory())

    answer = post(coder, transcript, {"start": 0, "end": 5, "codes": [str(foreign.id)]})

    assert (answer.status_code, stored()) == (404, [])


def test_add_codings_refuses_the_transcript_of_another_study(coder, study):
    transcript, code = make_transcript(StudyFactory()), make_code(study)

    assert post(coder, transcript, {"start": 0, "end": 5, "codes": [str(code.id)]}).status_code == 404


def test_remove_codings_is_harmless_twice(coder, study):
    transcript, code = make_transcript(study), make_code(study)
    act = {**span_of(transcript, "J'ai eu peur"), "codes": [str(code.id)]}
    post(coder, transcript, act)

    answers = [post(coder, transcript, act, "/remove").status_code for _ in range(2)]

    assert (answers, stored()) == ([200, 200], [])


def test_comment_codings_keeps_the_remark(coder, study):
    transcript, code = make_transcript(study), make_code(study)
    act = {**span_of(transcript, "J'ai eu peur"), "codes": [str(code.id)]}
    post(coder, transcript, act)

    post(coder, transcript, {**act, "comment": "à relire"}, "/comment")

    assert stored() == [("J'ai eu peur", "Peur", "à relire")]


def test_read_transcript_hides_others_from_blind_coders(app, study):
    transcript, code, other = make_transcript(study), make_code(study), AccountFactory()
    MembershipFactory(account=other, study=study, role=Role.CODER)
    code_words(transcript, "J'ai eu peur", code, other)
    blind = member_client(app, study, Role.CODER, is_blind=True)

    assert payload_of(blind.get(f"/studies/lettres/transcripts/{transcript.id}"))["codings"] == []


def test_table_codes_by_word_numbers(coder, study):
    transcript, code = make_transcript(study), make_code(study)

    answer = coder.post(
        f"/studies/lettres/transcripts/{transcript.id}/segments",
        data={"turn": "2", "first": "4", "last": "6", "code": [str(code.id)], "comment": "ici"},
    )

    assert (answer.status_code, stored()) == (303, [("J'ai eu peur", "Peur", "ici")])


def test_table_codes_quoted_words_whatever_their_typing(coder, study):
    transcript = make_transcript(study)

    coder.post(
        f"/studies/lettres/transcripts/{transcript.id}/segments",
        data={"turn": "2", "quote": "j’ai EU  peur", "new_code": "Peur"},
    )

    assert stored() == [("J'ai eu peur", "Peur", "")]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"turn": "9"}, "Give the number of a turn, between 1 and 4."),
        ({"turn": "2", "first": "4", "last": "99"}, "Turn 2 has words 1 to 17"),
        ({"turn": "2", "quote": "jamais dit"}, "These words are not in turn 2."),
        ({"turn": "2"}, "Choose a code, or name a new one."),
    ],
)
def test_table_says_what_is_wrong_and_keeps_what_was_typed(coder, study, typed, sentence):
    transcript = make_transcript(study)

    answer = coder.post(
        f"/studies/lettres/transcripts/{transcript.id}/segments",
        data={**typed, "comment": "gardé"},
    )
    page = answer.get_data(as_text=True)

    assert (answer.status_code, sentence in page, stored()) == (422, True, [])
    assert "gardé" in page or typed["turn"] == "9"


def test_table_removes_and_comments(app, study):
    transcript, code, account = make_transcript(study), make_code(study), AccountFactory()
    MembershipFactory(account=account, study=study, role=Role.CODER)
    client = app.test_client()
    sign_in(client, account)
    kept = code_words(transcript, "le groupe", code, account)
    gone = code_words(transcript, "la lettre", code, account)
    base = f"/studies/lettres/transcripts/{transcript.id}/segments"

    client.post(f"{base}/{kept}/comment", data={"comment": "les pairs"})
    client.post(f"{base}/{gone}/remove")

    assert stored() == [("le groupe", "Peur", "les pairs")]


def test_table_refuses_to_remove_the_coding_of_another(coder, study):
    transcript, code, other = make_transcript(study), make_code(study), AccountFactory()
    coding_id = code_words(transcript, "le groupe", code, other)

    answer = coder.post(f"/studies/lettres/transcripts/{transcript.id}/segments/{coding_id}/remove")

    assert (answer.status_code, len(stored())) == (403, 1)


def test_facilitators_read_no_interview(app, study):
    facilitator = member_client(app, study, Role.FACILITATOR)

    assert facilitator.get(f"/studies/lettres/transcripts/{make_transcript(study).id}").status_code == 403
    assert db.session.scalar(select(func.count()).select_from(Account)) == 1
