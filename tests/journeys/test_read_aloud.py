"""A page read aloud on demand: recordings first, a voice of the phone itself elsewhere, the one being read marked."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy.orm import Session

from studies.models import Study
from surveys.form_files import keep_files, ready_file
from surveys.parcels import SentFile
from surveys.services import import_questionnaire, open_collection, publish
from tests.factories.media import wav
from tests.journeys.phones import ServedForm, serving_form

CHROMIUM = "/usr/bin/chromium"
FORM = """
| survey |
| | type | name | label::fr | label::fr-x-falc | label::ar | audio::fr |
| | select_one oui | aide | Recevez-vous de l'aide ? | De l'aide ? | | aide.wav |
| | text | mot | Un mot ? | Un mot ? | كلمة؟ | |
| choices |
| | list_name | name | label::fr | label::fr-x-falc | label::ar | audio::fr |
| | oui | oui | Oui | Oui | نعم | oui.wav |
| | oui | non | Non | Non | لا | |
"""
# What was said and played, in order; a voice that would send the words elsewhere stands first in the list.
VOICES = """
  window.heard = [];
  const voices = [
    { name: "loin", lang: "fr-FR", localService: false },
    { name: "ici", lang: "fr_FR", localService: true },
  ];
  class Utterance { constructor(text) { this.text = text; } }
  window.SpeechSynthesisUtterance = Utterance;
  const synth = {
    getVoices: () => voices,
    cancel() {},
    speak(words) {
      const marked = document.querySelector(".reading");
      heard.push([words.voice.name, words.text.trim(), Boolean(marked && marked.innerText === words.text)]);
      setTimeout(() => words.onend(), 5);
    },
  };
  Object.defineProperty(window, "speechSynthesis", { value: synth });
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    heard.push(["recording", this.getAttribute("aria-label"), Boolean(document.querySelector(".reading"))]);
    return play.call(this);
  };
"""
UNSAID = [["ici", "Je ne sais pas", True], ["ici", "Je préfère ne pas répondre", True]]

pytestmark = [
    pytest.mark.browser,
    # A browser that leaves a page drops what it was loading; the development server then leaves its file open.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def ask(session: Session, study: Study) -> str:
    version = import_questionnaire(session, study.id, file_name="f.md", content=FORM.encode())
    sounds = [ready_file(SentFile(name, wav())) for name in ("aide.wav", "oui.wav")]
    keep_files(session, study.id, version.id, sounds)
    publish(session, study.id, version.id)
    return open_collection(session, study.id, version_id=version.id, title="C").token


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServedForm]:
    with serving_form(tmp_path, ask) as form:
        yield form


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


def started(served: ServedForm, context: BrowserContext, *, voices: str = VOICES, language: str = "fr") -> Page:
    if voices:
        context.add_init_script(voices)
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(f"{served.address}/r/{served.code}?lang={language}")
    page.locator("main form button[type=submit]").first.click()
    page.locator(".question").first.wait_for()
    return page


def listen(page: Page) -> list[list[object]]:
    """Press the button, and return what was heard when the reading is over."""
    page.evaluate("() => { window.heard.length = 0; }")
    page.get_by_role("button", name="Écouter", exact=True).click()
    begun(page)
    return over(page)


def begun(page: Page) -> None:
    """Wait until something was heard: a short page is over before one sees that it began."""
    for _try in range(200):
        if page.evaluate("window.heard.length"):
            return
        page.wait_for_timeout(50)
    raise AssertionError("nothing was heard")


def over(page: Page) -> list[list[object]]:
    page.get_by_role("button", name="Écouter", exact=True).wait_for()
    heard: list[list[object]] = page.evaluate("window.heard")
    return heard


def test_page_is_read_when_asked_recordings_first_and_each_piece_is_marked(served, browser):
    context = browser.new_context(locale="fr-FR", viewport={"width": 360, "height": 740})
    page = started(served, context)
    before = page.evaluate("window.heard")

    heard = listen(page)

    left = page.locator(".reading").count()
    context.close()
    assert before == []
    assert heard == [
        ["recording", "Écouter la question", True],
        ["recording", "Écouter\u00a0: Oui", True],
        ["ici", "Non", True],
        *UNSAID,
    ]
    assert left == 0


def test_easy_french_is_said_by_a_french_voice_and_not_by_the_recording_of_other_words(served, browser):
    context = browser.new_context(locale="fr-FR")
    heard = listen(started(served, context, language="fr-x-falc"))
    context.close()

    assert heard[0] == ["ici", "De l'aide\u00a0?", True]


def test_one_answer_is_heard_again_with_its_own_button(served, browser):
    context = browser.new_context(locale="fr-FR")
    page = started(served, context)
    page.get_by_role("button", name="Écouter : Oui").click()
    begun(page)
    heard = over(page)
    context.close()

    assert heard == [["recording", "Écouter\u00a0: Oui", True]]


def test_choice_to_hear_each_question_is_remembered_and_taken_back(served, browser):
    context = browser.new_context(locale="fr-FR")
    page = started(served, context)
    page.get_by_label("Lire chaque question").check()
    begun(page)
    page.get_by_role("radio", name="Oui").check()
    page.evaluate("() => { window.heard.length = 0; }")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Un mot ?").wait_for()
    next_page = over(page)
    page.get_by_label("Lire chaque question").uncheck()
    page.reload()
    page.get_by_label("Lire chaque question").wait_for()
    page.wait_for_timeout(300)
    after = page.evaluate("window.heard")
    context.close()

    assert next_page == [["ici", "Un mot\u00a0?", True], *UNSAID]
    assert after == []


def test_answer_given_stops_the_reading(served, browser):
    context = browser.new_context(locale="fr-FR")
    page = started(served, context)
    page.get_by_role("button", name="Écouter", exact=True).click()
    page.get_by_role("radio", name="Oui").check()
    heard = over(page)
    context.close()

    assert [each for each in heard if each[0] == "ici"] == []


def test_language_without_voice_or_recording_offers_nothing(served, browser):
    context = browser.new_context(locale="ar")
    page = started(served, context, language="ar")
    page.get_by_role("button", name="متابعة").click()
    page.get_by_label("كلمة؟").wait_for()
    page.wait_for_timeout(200)
    offered = page.locator(".aloud").is_visible()
    context.close()

    assert offered is False


def test_phone_without_scripts_has_the_recordings_with_their_own_buttons(served, browser):
    context = browser.new_context(locale="fr-FR", java_script_enabled=False)
    page = started(served, context, voices="")
    bars, offered = page.locator("audio[controls][preload=none]").count(), page.locator(".aloud").is_visible()
    context.close()

    assert (bars, offered) == (2, False)
