"""Every kind of question, right and in error, in three languages: well formed, light, and the same without pictures."""

import gzip
import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.app.respond.conftest import Phone, csrf
from tests.factories.questions import ask_everything
from tests.factories.studies import StudyFactory

ROOT = Path(__file__).parents[3]
MAX_BYTES = 14_000


@pytest.fixture
def asked(session):
    return ask_everything(session, StudyFactory())


@pytest.fixture
def everything(client, asked):
    phone = Phone(client, asked.code)
    phone.start()
    return phone


def pages(phone, asked, locale, *, check=False):
    """Return the HTML of each page in a language; `check` shows what is wrong with it."""
    first = f"/r/{asked.code}/p/{asked.pages[0]}"
    token = csrf(phone.client.get(first))
    phone.client.post(first, data={"csrf": token, "move": f"locale:{locale}"})
    tail = "?check=1" if check else ""
    return {key: phone.client.get(f"/r/{asked.code}/p/{key}{tail}").get_data(as_text=True) for key in asked.pages}


def remarks(folder, shown):
    """Return what html-validate says of pages, each once with a place."""
    for name, html in shown.items():
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    # To a file: what it writes to a pipe is cut where the process ends.
    listed = folder / "remarks.json"
    config = ROOT / ".htmlvalidate.json"
    command = [ROOT / "node_modules/.bin/html-validate", "--config", config, f"--formatter=json={listed}", folder]
    subprocess.run(["node", *command], capture_output=True, check=False)
    found = {}
    for report in json.loads(listed.read_text(encoding="utf-8")):
        for message in report["messages"]:
            found[message["ruleId"], message["message"]] = f"{Path(report['filePath']).stem}:{message['line']}"
    return found


@pytest.mark.parametrize("locale", ["fr", "ar"])
def test_every_question_is_well_formed(everything, asked, tmp_path, locale):
    right = pages(everything, asked, locale)
    wrong = {f"{key}-wrong": html for key, html in pages(everything, asked, locale, check=True).items()}

    assert remarks(tmp_path, right | wrong) == {}
    assert {key for key, html in wrong.items() if 'class="errors"' not in html} == set()


def test_every_question_weighs_little(everything, asked):
    style = gzip.compress((ROOT / "app/static/dist/phone.css").read_bytes(), 9)
    weights = {
        key: len(gzip.compress(html.encode(), 5)) + len(style)
        for key, html in pages(everything, asked, "fr", check=True).items()
    }

    assert {key: weight for key, weight in weights.items() if weight > MAX_BYTES} == {}


def test_questions_are_read_in_the_language_of_the_page(everything, asked):
    easy = pages(everything, asked, "fr-x-falc")

    assert re.findall(r"<html[^>]*>", easy["images"]) == ['<html lang="fr-x-falc" dir="ltr" data-theme="auto">']
    assert "Vous venez comment" in easy["images"]


def test_person_leaves_the_pictures_and_takes_them_again(everything, asked):
    page = f"/r/{asked.code}/p/visages"
    with_faces = everything.client.get(page).get_data(as_text=True)

    everything.send(page, move="words", visages="a4")
    in_words = everything.client.get(page).get_data(as_text=True)
    pictures = everything.client.get(f"/r/{asked.code}/p/images").get_data(as_text=True)
    everything.send(page, move="pictures")

    assert re.findall(r"faces\.svg\?v=\w+#(f\d)", with_faces) == ["f5", "f4", "f3", "f2", "f1"]
    assert ("faces.svg" in in_words, 'value="a4" checked' in in_words) == (False, True)
    assert "look-rows" in pictures
    assert "faces.svg" in everything.client.get(page).get_data(as_text=True)


def test_table_is_one_card_a_statement_under_its_heading(everything, asked):
    page = everything.client.get(f"/r/{asked.code}/p/table").get_data(as_text=True)

    assert re.findall(r"<h1>(.*?)</h1>", page) == ["Pour chaque phrase"]
    assert len(re.findall(r'<fieldset[^>]*class="question statement"', page)) == 2
