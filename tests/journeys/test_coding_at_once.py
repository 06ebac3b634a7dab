"""Two coders at once on one transcript, 200 codings each; one loses the network, an answer is lost: nothing else is."""

from collections import Counter

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.extensions import db
from coding.layers import DeskAct
from coding.models import Code, Coding, Segment, TranscriptVersion, Turn
from coding.services import create_code
from coding.transcripts import import_transcript, preview
from studies.models import Account
from tests.journeys.desks import serving_desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TURNS = 200
BATCH = 20
TEXT = "\n\n".join(f"Nadège : Phrase numéro {number} de l'entretien 📩, la suite." for number in range(TURNS))
NAMES = ("anne", "bruno")


def fill(session, study):
    for name in NAMES:
        create_code(session, study.id, f"Code de {name.title()}")
    return import_transcript(session, study.id, preview("entretien.txt", TEXT.encode())).id


@pytest.fixture
def served(tmp_path):
    with serving_desk(tmp_path, NAMES, fill) as (app, address, transcript_id):
        yield app, address, f"/studies/lettres/transcripts/{transcript_id}"


def desk(browser, address, path, name):
    context = browser.new_context(viewport={"width": 1200, "height": 800}, locale="fr-FR")
    context.add_cookies([{"name": "tresse-session", "value": name, "url": address}])
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(address + path)
    page.locator("[data-desk][data-ready]").wait_for()
    page.locator("#t1 article").focus()
    # The first coding makes the code the last one used: from then on one key puts it.
    page.keyboard.press("t")
    page.keyboard.press("Enter")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    return context, page


def code_turns(page, count):
    for _ in range(count):
        page.keyboard.press("t")
        page.keyboard.press("r")
        page.keyboard.press("ArrowDown")


def saving(page):
    return page.locator("[data-saving] [data-sentence]")


def test_two_coders_at_once_lose_nothing(browser, served):
    app, address, path = served
    (_one, anne), (network, bruno) = (desk(browser, address, path, name) for name in NAMES)
    lost = []

    def lose_the_answer(route):
        # The server does it, and the browser never hears of it.
        lost.append(route.fetch().status)
        route.abort()

    code_turns(anne, 19)
    code_turns(bruno, 19)
    for batch in range(1, TURNS // BATCH):
        if batch == 3:
            anne.route("**/codings", lose_the_answer, times=1)
        if batch == 4:
            network.set_offline(True)
        code_turns(bruno, BATCH)
        code_turns(anne, BATCH)
        if batch == 4:
            expect(saving(bruno)).to_contain_text("sur cet appareil, rien n’est perdu")
        if batch == 6:
            network.set_offline(False)
    for page in (anne, bruno):
        expect(saving(page)).to_have_text("Tout est enregistré.", timeout=60_000)

    # Each sees the other there, and all of the other's codings, without reloading.
    expect(anne.locator("[data-here]")).to_contain_text("Bruno")
    expect(anne.locator("#t200 [data-margin]")).to_contain_text("Code de Bruno", timeout=15_000)
    with app.app_context():
        rows = db.session.execute(
            select(Account.name, Code.name, Segment.start, Segment.end)
            .join(Coding, Coding.coder_id == Account.id)
            .join(Code, Code.id == Coding.code_id)
            .join(Segment, Segment.id == Coding.segment_id)
        ).all()
        turns = db.session.execute(select(Turn.start, Turn.end).order_by(Turn.position)).all()
        text = db.session.scalars(select(TranscriptVersion.text)).one()
        acts = len(db.session.scalars(select(DeskAct)).all())
    assert Counter((row[0], row[1]) for row in rows) == {
        ("Anne", "Code de Anne"): TURNS,
        ("Bruno", "Code de Bruno"): TURNS,
    }
    wanted = sorted((start, end) for start, end in turns)
    for name in ("Anne", "Bruno"):
        assert sorted((row.start, row.end) for row in rows if row[0] == name) == wanted
    assert text[wanted[7][0] : wanted[7][1]] == "Phrase numéro 7 de l'entretien 📩, la suite."
    # What was sent twice was done once.
    assert (lost, acts) == ([200], 2 * TURNS)
