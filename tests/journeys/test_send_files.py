"""A photo, a voice, a signature and a place given on a phone, with scripts and without."""

import io
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.extensions import db
from studies.models import Study
from surveys.models import Answer, Attachment
from tests.factories.media import MP3, photo
from tests.factories.surveys import make_collection, survey
from tests.journeys.phones import ServedForm, serving_form

CHROMIUM = "/usr/bin/chromium"
FAKE_DEVICES = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
FORM = survey(
    "image | photo | Une photo ? | |",
    "audio | voix | Racontez | |",
    "image | signe | Signez | signature |",
    "geopoint | lieu | Où ? | |",
    "text | fin | La fin ? | |",
    columns="type | name | label | appearance | required",
)

pytestmark = [
    pytest.mark.browser,
    # A browser that leaves a page drops what it was loading; the development server then leaves its file open.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def ask(session: Session, study: Study) -> str:
    return make_collection(session, study, FORM).code


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServedForm]:
    with serving_form(tmp_path, ask) as form:
        yield form


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *FAKE_DEVICES])
        yield opened
        opened.close()


def started(served: ServedForm, context: BrowserContext) -> Page:
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(f"{served.address}/r/{served.code}")
    page.get_by_role("button", name="Commencer").click()
    return page


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Continuer").click()


def wait_until(page: Page, expression: str) -> None:
    """Poll from outside: the policy of the pages lets nothing evaluate text inside."""
    for _try in range(100):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(expression)


def arrived(served: ServedForm, names: set[str]) -> None:
    """Wait for files: pages go on at once, and files follow in the background."""
    for _try in range(100):
        if set(kept(served)[0]) == names:
            return
        time.sleep(0.1)
    raise AssertionError(kept(served)[0])


def kept(served: ServedForm) -> tuple[dict[str, str], dict[str, bytes]]:
    with served.app.app_context():
        files = db.session.scalars(select(Attachment)).all()
        types = {each.item_name: each.media_type for each in files}
        return types, {each.item_name: each.content for each in files}


def size_of(content: bytes) -> tuple[int, int]:
    from PIL import Image

    return Image.open(io.BytesIO(content)).size


def test_scripts_make_smaller_record_draw_and_find_the_place(served: ServedForm, browser: Browser) -> None:
    context = browser.new_context(
        locale="fr-FR",
        viewport={"width": 360, "height": 740},
        geolocation={"latitude": 48.69211, "longitude": 6.18442, "accuracy": 12},
        permissions=["microphone", "geolocation"],
    )
    page, refused = started(served, context), []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)

    large = photo(4000, 3000)
    page.get_by_label("Une photo ?").set_input_files(
        files=[{"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": large}]
    )
    page.locator("canvas.shown").wait_for()
    chosen = page.evaluate("document.querySelector('[data-file]').files[0].size")
    go_on(page)
    page.get_by_role("button", name="Enregistrer ma voix").click()
    page.get_by_role("button", name=re.compile(r"^Arrêter \(0:0[1-9]\)$")).click()
    page.locator("audio.shown").wait_for()
    duration = page.evaluate("() => document.querySelector('audio.shown').error")
    go_on(page)
    box = page.locator("canvas.signature").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 90, steps=8)
    page.mouse.up()
    wait_until(page, "document.querySelector('[name=\"signe:file\"]').files.length")
    go_on(page)
    page.get_by_role("button", name="Là où je suis").click()
    wait_until(page, "document.querySelector('[name=lieu]').value")
    go_on(page)
    page.get_by_label("La fin ?").wait_for()
    arrived(served, {"photo", "voix", "signe"})
    context.close()

    types, contents = kept(served)
    assert types == {"photo": "image/jpeg", "voix": "audio/webm", "signe": "image/png"}
    assert (chosen < len(large), size_of(contents["photo"]), b"Exif" in contents["photo"]) == (
        True,
        (1600, 1200),
        False,
    )
    assert (duration, size_of(contents["signe"])) == (None, (600, 240))
    with served.app.app_context():
        place = db.session.scalars(select(Answer.value).where(Answer.item_name == "lieu")).one()
    assert place == "48.69211 6.18442 0 12"
    assert refused == []


def test_page_sent_while_it_records_sends_what_was_said(served: ServedForm, browser: Browser) -> None:
    context = browser.new_context(locale="fr-FR", permissions=["microphone"])
    page = started(served, context)
    go_on(page)
    page.get_by_role("button", name="Enregistrer ma voix").click()
    page.get_by_role("button", name=re.compile(r"^Arrêter \(0:0[1-9]\)$")).wait_for()
    go_on(page)
    page.get_by_text("Signez").first.wait_for()
    arrived(served, {"voix"})
    context.close()

    assert kept(served)[0] == {"voix": "audio/webm"}


def test_microphone_that_is_not_given_is_said_and_a_file_does(served: ServedForm, browser: Browser) -> None:
    context = browser.new_context(locale="fr-FR")
    page = started(served, context)
    go_on(page)
    page.evaluate("() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('denied')); }")
    page.get_by_role("button", name="Enregistrer ma voix").click()
    page.get_by_text("ne laisse pas cette page utiliser le micro").wait_for()
    page.get_by_label("Racontez").set_input_files(files=[{"name": "voix.mp3", "mimeType": "audio/mpeg", "buffer": MP3}])
    go_on(page)
    page.get_by_text("Signez").first.wait_for()
    arrived(served, {"voix"})
    context.close()

    assert kept(served)[0] == {"voix": "audio/mpeg"}


def test_phone_without_scripts_sends_the_same(served: ServedForm, browser: Browser) -> None:
    context = browser.new_context(locale="fr-FR", java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = started(served, context)
    page.get_by_label("Une photo ?").set_input_files(
        files=[{"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": photo(2400, 1200)}]
    )
    go_on(page)
    page.get_by_label("Racontez").set_input_files(files=[{"name": "v.mp3", "mimeType": "audio/mpeg", "buffer": MP3}])
    go_on(page)
    page.get_by_label("Écrivez votre nom").fill("Ada Exemple")
    page.get_by_label("Je signe").check()
    go_on(page)
    page.get_by_label("Où ?").fill("Derrière la gare")
    go_on(page)
    page.get_by_label("La fin ?").wait_for()
    context.close()

    types, contents = kept(served)
    assert types == {"photo": "image/jpeg", "voix": "audio/mpeg", "signe": "text/plain"}
    assert size_of(contents["photo"]) == (1600, 800)
