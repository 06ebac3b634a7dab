"""A questionnaire is written in the browser, published, answered on a phone; every screen is looked at on the way."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select
from werkzeug.serving import make_server

import config
from app.extensions import db
from app.factory import create_app
from app.unit_of_work import unit_of_work
from core.db import Base
from studies.models import Membership, Population, PopulationKind, Role, Study
from surveys.definition import Definition
from surveys.editing import operations
from surveys.editing.kinds import Kind
from surveys.editing.operations import Spot
from surveys.editing.starter import import_starter
from surveys.editing.tree import node_of
from surveys.models import Answer, QuestionnaireVersion
from surveys.services import publish, store_definition
from tests.factories.forms import edited_form
from tests.factories.studies import AccountFactory, sign_in
from tests.journeys.looking import Look

pytestmark = [
    pytest.mark.browser,
    # A browser that leaves a page drops what it was loading; the development server then leaves its file open.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
PATIENCE = 10_000
LONG_WORD = "anticonstitutionnellementincompréhensibilité"


@dataclass(frozen=True)
class Desk:
    """An application that answers on a port, and what opens it for the lead of its study."""

    app: object
    address: str
    token: str

    @property
    def root(self) -> str:
        return f"{self.address}/studies/essai"

    def stored(self, form: Definition, *, is_published: bool = False) -> str:
        """Keep a form and return the address of its version."""
        with self.app.app_context(), unit_of_work() as session:
            study_id = session.scalar(select(Study.id))
            version = store_definition(session, study_id, form)
            if is_published:
                publish(session, study_id, version.id)
            return f"{self.root}/questionnaires/versions/{version.id}"

    def definition(self, address: str) -> Definition:
        with self.app.app_context():
            found = re.search(r"versions/([0-9a-f-]{36})", address)[1]
            return Definition.from_json(db.session.get_one(QuestionnaireVersion, UUID(found)).definition)

    def browser(self, browser: Browser, **options) -> BrowserContext:
        context = browser.new_context(locale="fr-FR", bypass_csp=True, reduced_motion="reduce", **options)
        context.set_default_timeout(PATIENCE)
        context.add_cookies([{"name": "tresse-session", "value": self.token, "url": self.address}])
        return context


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    environ = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'desk.sqlite3'}",
        "TRESSE_DATA_DIR": str(tmp_path),
        "SECRET_KEY": "desk-" * 12,
        "PUBLIC_URL": "http://127.0.0.1",
    }
    application = create_app(config.load(environ))
    with application.app_context():
        Base.metadata.create_all(db.engine)
        account = AccountFactory(name="Camille Exemple")
        study = Study(key="essai", title="Passerelle")
        db.session.add(study)
        db.session.flush()
        db.session.add(Membership(account_id=account.id, study_id=study.id, role=Role.LEAD))
        for kind, name in ((PopulationKind.BENEFICIARY, "Bénéficiaires"), (PopulationKind.PROFESSIONAL, "Pros")):
            db.session.add(Population(study_id=study.id, kind=kind, name=name))
        db.session.commit()
        token = sign_in(application.test_client(), account)
        db.session.remove()
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Desk(application, f"http://127.0.0.1:{server.port}", token)
    server.shutdown()
    thread.join()
    server.server_close()
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


def add(page: Page, words: str, kind: str) -> None:
    """Add a question at the end, and wait for its card."""
    form = page.locator(".q-add")
    form.get_by_label("Votre question").fill(words)
    form.get_by_label("Type de réponse").select_option(label=kind)
    form.get_by_role("button", name="Ajouter").click()
    page.locator(".q-open .q-heading", has_text=words).wait_for()


def saved(page: Page) -> None:
    """Wait until what was typed is on the server."""
    page.locator(".editor-status", has_text="Enregistré").wait_for()


def begin(page: Page, look: Look, desk: Desk) -> None:
    page.goto(f"{desk.root}/questionnaires/")
    page.get_by_role("link", name="Écrire un questionnaire").click()
    look.at(page)
    page.get_by_label("Titre du questionnaire").fill("Votre avis compte")
    page.get_by_label("Qui répond").select_option(label="Bénéficiaires")
    page.get_by_role("button", name="Écrire les questions").click()
    look.at(page)


def write_six_questions(page: Page, look: Look) -> None:
    """Write choices one after the other, a condition from menus, a control that is wrong first, a copy."""
    add(page, "Avez-vous un travail ?", "Oui ou non")
    add(page, "Combien d’heures par semaine ?", "Nombre")
    page.locator("#s-relevant-0-0-subject").select_option(label="1. Avez-vous un travail ?")
    page.locator("#s-relevant-0-0-value").wait_for()
    page.locator(".q-open summary", has_text="Plus de réglages").click()
    page.locator("#s-constraint-0-0-subject").select_option(label="la réponse")
    page.locator("#s-constraint-0-0-operator").select_option(label="est au plus")
    page.locator("#s-constraint-0-0-value").fill("trop")
    page.locator("#s-constraint-0-0-value").press("Tab")
    page.locator("[data-live='error-constraint']", has_text="écrivez un nombre").wait_for()
    look.at(page)
    page.locator("#s-constraint-0-0-value").fill("60")
    page.locator("#s-constraint-0-0-value").press("Tab")
    page.locator("[data-live='error-constraint']").wait_for(state="hidden")
    add(page, "Qui vous aide ?", "Plusieurs choix")
    for label in ("Ma famille", "Une voisine", "Personne"):
        page.get_by_label("Nouvelle réponse").first.fill(label)
        page.get_by_label("Nouvelle réponse").first.press("Enter")
        page.locator(f".choice-row input[value='{label}']").wait_for()
    look.at(page)
    page.locator(".q-open").get_by_role("button", name="Copier").click()
    page.locator("input[name='item'][value='aide_2']").wait_for(state="attached")
    page.locator("#f-label").fill("Qui vous a aidé l’an dernier ?")
    saved(page)
    add(page, "Quelle confiance avez-vous, de 0 à 10 ?", "Échelle de nombres")
    add(page, "Un mot à ajouter ?", "Texte long")


def take_back(page: Page) -> None:
    """Undo with its words; then a question goes up by keyboard alone, and comes back."""
    add(page, "Une question de trop", "Texte court")
    page.frame_locator("iframe[name='preview']").get_by_text("Une question de trop").first.wait_for()
    undo = page.locator("[data-keys='undo']")
    assert undo.inner_text() == "Annuler\u202f: question ajoutée"
    undo.click()
    page.locator(".q", has_text="Une question de trop").wait_for(state="detached")
    page.get_by_role("button", name="Monter\u202f: Un mot à ajouter ?").focus()
    page.keyboard.press("Enter")
    page.locator("[data-keys='undo']", has_text="question déplacée").wait_for()
    page.keyboard.press("Control+z")
    page.locator("[data-keys='redo']", has_text="question déplacée").wait_for()


def translate(page: Page, look: Look) -> None:
    page.get_by_role("link", name="Langues", exact=True).click()
    look.at(page)
    page.locator("#tag").select_option(label="English")
    page.get_by_role("button", name="Ajouter", exact=True).click()
    page.get_by_role("link", name="Traduire ce qui manque").click()
    look.at(page)
    page.get_by_label("En « English »\u202f: 1. Avez-vous un travail ?, texte").fill("Do you have a job?")
    page.keyboard.press("Tab")
    saved(page)


def publish_and_open(page: Page, look: Look) -> str:
    """Look the form over, publish it, open a collection and return its code."""
    page.get_by_role("link", name="Vérifier et publier").click()
    look.at(page)
    assert "textes à traduire" in page.locator("main").inner_text()
    page.get_by_role("link", name="Publier la version 1").click()
    page.get_by_role("button", name="Publier la version 1").click()
    page.get_by_role("link", name="Ouvrir une collecte").click()
    page.locator("#title").fill("Première vague")
    page.get_by_role("button", name="Ouvrir", exact=True).click()
    page.locator("main", has_text="/r/").wait_for()
    return re.search(r"/r/(\w+)", page.content())[1]


def answer_on_a_phone(phone: Page, look: Look) -> None:
    phone.get_by_role("button", name="Commencer").click()
    look.at_phone(phone)
    for act in (
        lambda: phone.get_by_label("Oui").check(),
        lambda: phone.get_by_label("Combien d’heures par semaine ?").fill("17,5"),
        lambda: phone.get_by_label("Une voisine").check(),
        lambda: phone.get_by_label("Ma famille").check(),
        lambda: phone.get_by_label("7", exact=True).check(),
        lambda: phone.get_by_label("Un mot à ajouter ?").fill("Merci"),
    ):
        act()
        phone.get_by_role("button", name="Continuer").click()
    phone.get_by_role("button", name="Envoyer mes réponses").first.click()
    phone.locator(".receipt").wait_for()


def test_form_is_written_translated_published_and_answered(desk: Desk, browser: Browser) -> None:
    context = desk.browser(browser, viewport={"width": 1440, "height": 900})
    page, look = context.new_page(), Look(browser)
    begin(page, look, desk)
    editor = page.url
    write_six_questions(page, look)
    take_back(page)
    assert [item.name for item in desk.definition(editor).items()] == [
        "travail", "combien_heures_semaine", "aide", "aide_2", "confiance_0_10", "mot_ajouter"
    ]  # fmt: skip
    translate(page, look)
    code = publish_and_open(page, look)
    context.close()

    person = browser.new_context(java_script_enabled=False, locale="fr-FR", viewport={"width": 360, "height": 740})
    person.set_default_timeout(PATIENCE)
    phone = person.new_page()
    phone.goto(f"{desk.address}/r/{code}")
    answer_on_a_phone(phone, look)
    person.close()

    with desk.app.app_context():
        kept = {row.item_name: row.value for row in db.session.scalars(select(Answer))}
        db.session.remove()
    assert kept == {
        "travail": "oui",
        "combien_heures_semaine": 17.5,
        "aide": ["voisine"],
        "aide_2": ["famille"],
        "confiance_0_10": 7,
        "mot_ajouter": "Merci",
    }
    assert look.found == []


def test_form_is_written_without_scripts(desk: Desk, browser: Browser) -> None:
    context = desk.browser(browser, viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{desk.root}/questionnaires/new")
    page.get_by_label("Titre du questionnaire").fill("Sans script")
    page.get_by_role("button", name="Écrire les questions").click()
    editor = page.url

    add(page, "Avez-vous des enfants ?", "Oui ou non")
    add(page, "Quel âge a le plus jeune ?", "Nombre entier")
    page.locator("#s-relevant-0-0-subject").select_option(label="1. Avez-vous des enfants ?")
    page.locator("#f-hint").fill("En années.")
    page.locator(".q-open").get_by_role("button", name="Enregistrer", exact=True).last.click()
    page.locator("#s-relevant-0-0-value").select_option(label="Oui")
    page.locator(".q-open").get_by_role("button", name="Enregistrer", exact=True).last.click()
    page.get_by_role("link", name="Voir comme sur un téléphone").click()
    page.get_by_text("Elle s’affiche si").wait_for()
    context.close()

    first, second = desk.definition(editor).items()
    assert (first.name, second.name, second.hints, second.relevant.source) == (
        "enfants", "age_plus_jeune", {"fr": "En années."}, "${enfants} = 'oui'"
    )  # fmt: skip


def test_what_two_people_write_in_one_field_waits_for_a_choice(desk: Desk, browser: Browser) -> None:
    address = desk.stored(edited_form())
    first, second = (desk.browser(browser, viewport={"width": 360, "height": 900}).new_page() for _ in range(2))
    for page in (first, second):
        page.goto(f"{address}/edit/?item=metier")
    first.fill("#f-label", "Quel travail ?")
    saved(first)

    second.fill("#f-label", "Quelle activité ?")
    second.locator("form[data-card] [role='alert']").wait_for()
    second.locator("#f-hint").click()  # Leaving the field would save it, were nobody's text at stake.
    second.wait_for_timeout(1_500)

    assert second.locator(".editor-status").inner_text() == "Pas enregistré"
    assert node_of(desk.definition(address), "metier").labels["fr"] == "Quel travail ?"
    second.locator("form[data-card] button.button", has_text="Enregistrer").first.click()
    second.locator("form[data-card] [role='alert']").wait_for(state="detached")
    assert node_of(desk.definition(address), "metier").labels["fr"] == "Quelle activité ?"


def test_answers_typed_faster_than_the_network_are_all_kept(desk: Desk, browser: Browser) -> None:
    address = desk.stored(edited_form())
    page = desk.browser(browser, viewport={"width": 1440, "height": 900}).new_page()
    page.goto(f"{address}/edit/?item=ville")
    sent = []

    def slowly(route):
        sent.append(route.request.post_data)
        page.wait_for_timeout(800)
        route.continue_()

    page.route("**/edit/cards", slowly)
    page.get_by_label("Nouvelle réponse").first.fill("Est")
    page.keyboard.press("Enter")
    page.keyboard.type("Ouest", delay=20)
    page.locator(".choice-row input[value='Est']").wait_for()

    assert page.get_by_label("Nouvelle réponse").first.input_value() == "Ouest"
    page.keyboard.press("Enter")
    page.locator(".choice-row input[value='Ouest']").wait_for()
    labels = [choice.labels["fr"] for choice in desk.definition(address).choice_lists["ville"]]
    assert (labels[-2:], len(sent)) == (["Est", "Ouest"], 2)


def long_form() -> Definition:
    """Return eighty questions of every kind, in long words."""
    form = replace(edited_form(), title=f"Quatre-vingts questions {LONG_WORD}", form_id="long")
    kinds = [kind for kind in Kind if kind not in (Kind.PAGE, Kind.PART, Kind.REPEAT)]
    for number in range(72):
        form, _key = operations.add(form, kinds[number % len(kinds)], Spot(), words=f"Question {number} {LONG_WORD} ?")
    return form


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1440, "dark")])
def test_screens_are_content_under_axe_full_and_in_error(desk: Desk, browser: Browser, width: int, scheme: str) -> None:
    with desk.app.app_context(), unit_of_work() as session:
        import_starter(session, session.scalar(select(Study.id)))
    long, broken = desk.stored(long_form()), operations.delete(edited_form(), "heures")
    first = desk.stored(replace(edited_form(), form_id="versions"), is_published=True)
    second = desk.stored(replace(broken, form_id="versions"))
    context = desk.browser(browser, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page, look = context.new_page(), Look(browser)
    for address in (
        f"{long}/edit/",
        f"{long}/edit/?item=detail",
        f"{long}/edit/?item=lieu&lang=en",
        f"{long}/edit/languages",
        f"{long}/edit/translate?to=en",
        f"{long}/edit/bank/",
        f"{long}/comments/",
        f"{second}/edit/?item=metier",
        f"{second}/edit/?item=temps",
        f"{second}/edit/check",
        f"{second}/edit/delete?item=travail",
        f"{second}/edit/history",
        f"{second}/compare/",
        f"{first}/compare/",
        f"{desk.root}/bank/",
        f"{desk.root}/bank/accompagnement_decision",
        f"{long}/edit/preview/?item=metier",
    ):
        page.goto(address)
        look.at(page)
    page.goto(f"{second}/edit/?item=metier")
    page.locator(".q-open summary", has_text="formule").first.click() if page.locator(
        "#x-relevant"
    ).is_hidden() else None
    page.locator("#x-relevant").fill("${travail} = ")
    page.locator(".q-open").get_by_role("button", name="Enregistrer", exact=True).last.click()
    page.locator("[data-live='error-relevant']", has_text="s’arrête avant sa fin").wait_for()
    look.at(page)
    context.close()

    assert look.found == []
