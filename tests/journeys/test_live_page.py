"""Questions of one page that depend on each other, on a phone with scripts: they come and go, nothing typed is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect, sync_playwright
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.extensions import db
from studies.models import Study
from surveys.models import Answer
from tests.factories.surveys import make_collection, survey
from tests.journeys.phones import ServedForm, serving_form

CHROMIUM = "/usr/bin/chromium"
FORM = survey(
    "text | name | Votre prénom ? | | | | |",
    "begin_group | work | Travail | | | field-list | |",
    "select_one yn | works | Travaillez-vous ? | | | | |",
    "decimal | hours | Combien d'heures, ${name} ? | ${works} = 'yes' | | | |",
    "integer | double | En deux semaines | ${hours} > 0 | ${hours} * 2 | | |",
    "select_one dep | dep | Quel département ? | | | | |",
    "select_one town | town | Quelle ville ? | ${dep} != '' | | | area = ${dep} |",
    "note | said | Vous avez dit **${hours}** heures. | ${hours} > 0 | | | |",
    "end_group | | | | | | |",
    "text | alone | Autre chose ? | | | | |",
    choices=(
        *(
            "yn | yes | Oui | |",
            "yn | no | Non | |",
            "dep | 54 | Meurthe-et-Moselle | |",
            "dep | 93 | Seine-Saint-Denis | |",
        ),
        *("town | nancy | Nancy | 54 |", "town | toul | Toul | 54 |", "town | bondy | Bondy | 93 |"),
    ),
    columns="type | name | label | relevant | calculation | appearance | choice_filter",
)

pytestmark = pytest.mark.browser


def ask(session: Session, study: Study) -> str:
    return make_collection(session, study, FORM).code


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServedForm]:
    with serving_form(tmp_path, ask) as form:
        yield form


@pytest.fixture
def phone() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 360, "height": 740})
        # The pages that the server draws: those that the phone draws by itself are walked elsewhere.
        page.route("**/envoi", lambda route: route.abort())
        yield page
        browser.close()


def go_to_work(phone: Page, served: ServedForm) -> None:
    phone.goto(f"{served.address}/r/{served.code}")
    phone.locator("main form button[type=submit]").first.click()
    phone.get_by_label("Votre prénom ?").fill("Ana <b>")
    phone.get_by_role("button", name="Continuer").click()
    expect(phone.get_by_text("Travaillez-vous ?")).to_be_visible()


def shown(phone: Page) -> list[str]:
    names = phone.locator("main .question:visible legend, main .question:visible .label, main .note:visible p")
    return [text.strip() for text in names.all_inner_texts()]


def test_page_follows_what_is_answered_and_loses_nothing(phone, served):
    go_to_work(phone, served)
    assert shown(phone) == ["Travaillez-vous\u00a0?", "Quel département\u00a0?"]

    phone.get_by_label("Oui").check()
    hours = phone.get_by_label("Combien d'heures, Ana <b> ?")
    expect(hours).to_be_visible()
    hours.fill("7,5")
    expect(phone.locator("output")).to_have_text("15")
    expect(phone.get_by_text("Vous avez dit 7.5 heures.")).to_be_visible()
    phone.get_by_label("Non", exact=True).check()
    expect(hours).to_be_hidden()
    phone.get_by_label("Oui").check()
    expect(hours).to_have_value("7,5")

    phone.get_by_label("Meurthe-et-Moselle").check()
    expect(phone.get_by_label("Toul")).to_be_visible()
    phone.get_by_label("Toul").check()
    phone.get_by_label("Seine-Saint-Denis").check()
    expect(phone.get_by_label("Bondy")).to_be_visible()
    expect(phone.get_by_label("Toul")).to_have_count(0)
    phone.get_by_label("Meurthe-et-Moselle").check()
    expect(phone.get_by_label("Toul")).to_be_checked()

    phone.get_by_role("button", name="Continuer").click()
    expect(phone.get_by_text("Autre chose ?")).to_be_visible()
    with served.app.app_context():
        kept = {row.item_name: row.value for row in db.session.scalars(select(Answer))}
        db.session.remove()
    assert kept == {"name": "Ana <b>", "works": "yes", "hours": 7.5, "dep": "54", "town": "toul"}


def test_page_works_as_without_scripts_when_the_form_does_not_come(phone, served):
    def refuse(route: Route) -> None:
        route.abort()

    phone.route("**/form-*.json*", refuse)
    go_to_work(phone, served)
    phone.get_by_label("Oui").check()
    phone.get_by_role("button", name="Continuer").click()

    expect(phone.get_by_text("Votre réponse ouvre une autre question").first).to_be_visible()
    expect(phone.get_by_label("Combien d'heures, Ana <b> ?")).to_be_visible()
