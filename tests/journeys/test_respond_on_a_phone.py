"""A person answers on a 360 px phone without scripts, to the receipt; each page is content under axe and at 320 px."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.extensions import db
from studies.models import Study
from surveys.models import Answer
from surveys.services import open_collection, publish, store_definition
from tests.app.respond.conftest import small_form
from tests.journeys.phones import ServedForm, serving_form

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
CHROMIUM = "/usr/bin/chromium"
WIDTH, NARROW = 360, 320

pytestmark = pytest.mark.browser


def ask_small_form(session: Session, study: Study) -> str:
    version = store_definition(session, study.id, small_form())
    publish(session, study.id, version.id)
    return open_collection(session, study.id, version_id=version.id, title="Première vague").token


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServedForm]:
    with serving_form(tmp_path, ask_small_form) as form:
        yield form


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


class Checker:
    """Runs axe on a copy of a page in a browser with scripts, since the phone has none."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.address = address
        self.page = browser.new_context(
            bypass_csp=True, reduced_motion="reduce", viewport={"width": WIDTH, "height": 740}
        ).new_page()

    def faults(self, shown: Page) -> list[object]:
        base = f'<head><base href="{self.address}/">'
        self.page.set_content(shown.content().replace("<head>", base, 1))
        self.page.evaluate(AXE.read_text())
        found = [fault["id"] for fault in self.page.evaluate("axe.run()")["violations"]]
        self.page.set_viewport_size({"width": NARROW, "height": 740})
        scroll = self.page.evaluate("document.documentElement.scrollWidth")
        self.page.set_viewport_size({"width": WIDTH, "height": 740})
        return [*found, *([f"{scroll} px wide"] if scroll > NARROW else [])]


# A browser that leaves a page drops the style it was loading; the development server then leaves its file open.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.skipif(not AXE.exists(), reason="npm packages are not installed")
def test_phone_answers_to_the_receipt_without_scripts(served: ServedForm, browser: Browser) -> None:
    phone = browser.new_context(
        java_script_enabled=False, locale="fr-FR", viewport={"width": WIDTH, "height": 740}
    ).new_page()
    phone.set_default_timeout(10_000)
    checker = Checker(browser, served.address)
    faults: dict[str, list[object]] = {}

    def look(name: str) -> None:
        phone.wait_for_load_state()
        found = checker.faults(phone)
        if found:
            faults[name] = found

    phone.goto(f"{served.address}/r/{served.code}")
    look("welcome")
    phone.get_by_role("button", name="Commencer").click()
    phone.get_by_role("button", name="Continuer").click()
    look("error")
    assert phone.title().startswith("Erreur")
    phone.get_by_label("Oui").check()
    phone.get_by_role("button", name="Continuer").click()
    look("revealed")
    phone.get_by_label("Combien d'heures ?").fill("20")
    phone.get_by_role("button", name="Continuer").click()
    look("date")
    phone.get_by_label("Jour").fill("3")
    phone.get_by_label("Mois").fill("2")
    phone.get_by_label("Année").fill("2024")
    phone.get_by_role("button", name="Faire une pause").click()
    look("pause")
    phone.get_by_role("link", name="Continuer maintenant").click()
    phone.get_by_role("button", name="Continuer").click()
    look("rank")
    for place, label in enumerate(("Vélo", "Bus", "À pied"), 1):
        phone.get_by_label(label).select_option(str(place))
    phone.get_by_role("button", name="Continuer").click()
    look("scale")
    phone.keyboard.press("Tab")
    phone.get_by_label("7", exact=True).check()
    phone.get_by_role("button", name="Continuer").click()
    phone.get_by_label("Un mot ?").fill("Merci")
    phone.get_by_role("button", name="Continuer").click()
    look("review")
    phone.get_by_role("button", name="Envoyer mes réponses").first.click()
    look("done")

    assert len(phone.locator(".receipt").inner_text()) == len("K7M2-QX4P")
    assert faults == {}
    with served.app.app_context():
        kept = {row.item_name: row.value for row in db.session.scalars(select(Answer))}
    assert kept == {
        "emploi": "oui",
        "heures": 20,
        "depuis": "2024-02-03",
        "rang": ["velo", "bus", "pied"],
        "confiance": 7,
        "mot": "Merci",
    }
