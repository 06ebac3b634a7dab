"""The whole job of Tresse, once: from an empty server to one PDF that weaves answers and interviews."""

import csv
import io
import re
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from studies.models import Consent, ConsentPurpose, Participant
from surveys.models import Response, ResponseState
from tests.journeys.conftest import Served
from tests.journeys.looking import Look
from tests.journeys.material import ANSWERED, BLOCKS, FEARS, make_list, make_text, make_word, make_workbook
from tests.journeys.test_code_an_interview import pick, press, select_by_mouse, wait_until_saved

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PASSWORD = "une phrase assez longue"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
THRESHOLD = 2
ANSWERS = 8
"""Four in each arm: above the smallest count shown, whichever way they are divided."""
JOB_MILLISECONDS = 90_000


@dataclass
class Job:
    """What the steps hand on to each other."""

    served: Served
    browser: Browser
    look: Look
    desk: Page
    code: str = ""
    collection: str = ""
    receipt: str = ""
    pdf: bytes = b""
    study: str = field(init=False)

    def __post_init__(self) -> None:
        self.study = f"{self.served.address}/studies/lettre"

    @property
    def bare_code(self) -> str:
        """The code of the collection as its address spells it."""
        return self.code.replace("-", "")

    def open(self, path: str) -> Page:
        """Open a page of the study at the desk, and look at it."""
        self.desk.goto(f"{self.study}/{path}")
        self.look.at(self.desk)
        return self.desk

    def press(self, name: str) -> None:
        """Press the button or link that bears this name, and look at what comes."""
        button = self.desk.locator("main").get_by_role("button", name=name, exact=True)
        link = self.desk.locator("main").get_by_role("link", name=name, exact=True)
        with self.desk.expect_navigation():
            (button if button.count() else link).click()
        self.look.at(self.desk)


def plain(text: str) -> str:
    """Return words with common spaces."""
    return " ".join(text.split())


def phone(job: Job, locale: str = "fr-FR") -> BrowserContext:
    """A narrow phone that runs no script."""
    context = job.browser.new_context(
        viewport={"width": 360, "height": 740}, java_script_enabled=False, locale=locale, has_touch=True
    )
    context.set_default_timeout(30_000)
    return context


def make_the_first_account_through_the_link(job: Job) -> None:
    desk = job.desk
    desk.goto(job.served.address)
    job.look.at(desk)
    desk.goto(f"{job.served.address}/account/sign-in")
    job.look.at(desk)
    desk.goto(job.served.setup_link)
    job.look.at(desk, again=False)
    desk.get_by_label("Prénom et nom").fill("Awa Diallo")
    desk.get_by_label("Adresse électronique").fill("awa@example.org")
    desk.get_by_label("Nouveau mot de passe").fill(PASSWORD)
    job.press("Créer mon compte")

    assert desk.get_by_role("heading", level=1).inner_text() == "Mes études"


def create_a_study_with_its_design(job: Job) -> None:
    desk = job.desk
    job.press("Créer une étude")
    desk.get_by_label("Titre de l’étude").fill("Une lettre arrive")
    desk.get_by_label("Nom court").fill("lettre")
    desk.locator("#disclosure_threshold").fill(str(THRESHOLD))
    desk.get_by_label("Sites").fill("Arlan\nCassine")
    desk.get_by_label("Vagues").fill("T0, 0\nT1, 12")
    job.press("Créer l’étude")

    assert desk.url == f"{job.study}/"
    assert desk.locator("dl.facts dd").all_inner_texts()[:4] == [
        "Bénéficiaires, Professionnel·les",
        "groupe programme, groupe témoin",
        "Arlan, Cassine",
        "T0 (mois 0), T1 (mois 12)",
    ]


def invite_a_colleague_and_give_a_role(job: Job) -> None:
    desk = job.desk
    desk.goto(f"{job.served.address}/account/")
    job.look.at(desk)
    job.press("Comptes de ce serveur")
    desk.get_by_label("Prénom et nom").fill("Louis Martin")
    desk.get_by_label("Adresse électronique").fill("louis@example.org")
    job.press("Créer le compte et son lien")
    link = desk.get_by_label("Lien à copier").input_value()
    job.open("team/")
    desk.get_by_label("Adresse électronique de la ou du collègue").fill("louis@example.org")
    desk.locator("input[type=radio][name=role][value=coder]").check()
    job.press("Ajouter à l’équipe")
    other = job.browser.new_context(locale="fr-FR")
    page = other.new_page()
    page.goto(link)
    job.look.at(page, again=False)
    page.get_by_label("Nouveau mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Enregistrer et se connecter").click()

    assert page.locator(".study-card h2").all_inner_texts() == ["Une lettre arrive"]
    assert page.goto(f"{job.study}/participants/import").status == 403
    other.close()


def import_the_participants(job: Job) -> None:
    desk = job.open("participants/import")
    content = make_list()
    desk.set_input_files(
        "input[type=file]",
        {"name": "liste.csv", "mimeType": "text/csv", "buffer": content.replace("Arlan", "Arles", 1).encode()},
    )
    job.press("Lire et ajouter")
    assert "Arles" in desk.locator(".errors").inner_text()
    desk.set_input_files("input[type=file]", {"name": "liste.csv", "mimeType": "text/csv", "buffer": content.encode()})
    job.press("Lire et ajouter")

    assert "14 participant" in desk.locator("table caption").inner_text()


def upload_read_and_publish_the_questionnaire(job: Job) -> None:
    desk = job.open("questionnaires/")
    desk.set_input_files("#file", {"name": "lettre.xlsx", "mimeType": XLSX, "buffer": make_workbook()})
    job.press("Importer")
    frames = desk.locator(".phone-frame")
    assert frames.count() == 9
    assert [plain(each) for each in desk.locator(".when").all_inner_texts()] == [
        "Affichée si « Travaillez-vous ? » est « Oui »"
    ]
    job.press("Liste des questions")
    with desk.expect_navigation():
        desk.get_by_role("link", name="العربية").first.click()
    job.look.at(desk)
    job.press("Publier")
    job.press("Publier la version 1")  # after the list of what to look at
    job.press("Publier la version 1")  # after the warning that it never changes
    job.press("Ouvrir une collecte")
    desk.get_by_label("Titre de la collecte").fill("Première vague")
    desk.get_by_label("Qui est interrogé").select_option(label="Bénéficiaires")
    desk.get_by_label("Vague").select_option(label="T0")
    job.press("Ouvrir")
    job.collection = desk.url
    address = desk.locator("main .card a").first.get_attribute("href")
    job.code = desk.locator("main .card strong").first.inner_text()
    assert address.startswith(f"{job.served.address}/r/")
    desk.goto(f"{job.collection}/poster")
    job.look.at(desk)


def press_on(job: Job, page: Page, name: str, locale: str = "fr") -> None:
    """Press a button of the phone and look."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()  # the last reading has two to send
    job.look.at_phone(page, locale)


def answer_on_a_phone_without_script(job: Job) -> None:
    first = phone(job)
    page = first.new_page()
    page.goto(job.served.address)
    job.look.at_phone(page)
    page.get_by_label("Code du questionnaire").fill(job.code)
    press_on(job, page, "Répondre au questionnaire")
    press_on(job, page, "Commencer")
    page.get_by_label("Nord").check()
    press_on(job, page, "Continuer")
    assert page.get_by_label("Cassine").count() == 0
    page.get_by_label("Arlan").check()
    page.get_by_label("Quel âge avez-vous ?").fill("12")
    press_on(job, page, "Continuer")
    assert "L'âge va de 16 à 99 ans." in page.locator(".errors").inner_text()
    assert page.get_by_label("Arlan").is_checked()
    page.get_by_label("Quel âge avez-vous ?").fill("34")
    press_on(job, page, "Continuer")
    press_on(job, page, "Faire une pause")
    link = page.locator("p.link a").get_attribute("href")
    first.close()

    page = phone(job).new_page()
    page.goto(link)
    job.look.at_phone(page)
    with page.expect_navigation():
        page.get_by_role("link", name="Reprendre mes réponses").click()
    job.look.at_phone(page)
    finish_the_questionnaire(job, page)


def finish_the_questionnaire(job: Job, page: Page) -> None:
    page.get_by_label("Oui").check()
    press_on(job, page, "Continuer")
    page.get_by_label("Combien d'heures par semaine ?").fill("21,5")
    press_on(job, page, "Continuer")
    press_on(job, page, "Retour")
    assert page.get_by_label("Combien d'heures par semaine ?").input_value() == "21,5"
    press_on(job, page, "Continuer")
    page.get_by_label("Un pair").check()
    page.get_by_label("La famille").check()
    press_on(job, page, "Continuer")
    for label, place in (("Un pair", "2"), ("Une professionnelle", "1"), ("La famille", "3")):
        page.get_by_label(label).select_option(place)
    press_on(job, page, "Continuer")
    page.get_by_label("7", exact=True).check()
    press_on(job, page, "Continuer")
    for label, part in (("Jour", "5"), ("Mois", "3"), ("Année", "2024")):
        page.get_by_label(label).fill(part)
    press_on(job, page, "Continuer")
    page.get_by_label("Racontez.").fill("La lettre m'a fait peur, puis l'accompagnatrice m'a appelée.")
    press_on(job, page, "Continuer")
    page.get_by_label("J'ai lu la lettre.").check()
    press_on(job, page, "Continuer")
    assert page.locator("h1").inner_text() == "Vérifier mes réponses"
    press_on(job, page, "Envoyer mes réponses")
    job.receipt = page.locator(".receipt").inner_text()
    press_on(job, page, "Terminer")


def read_it_back_by_the_receipt(job: Job) -> None:
    context = phone(job)
    page = context.new_page()
    page.goto(f"{job.served.address}/recu")
    job.look.at_phone(page)
    page.get_by_label("Code, par exemple").fill(job.receipt)
    press_on(job, page, "Continuer")
    given = page.locator(".given").all_inner_texts()

    assert "34" in " ".join(given)
    assert "05/03/2024" in " ".join(given)
    context.close()


def read_some_pages_in_arabic(job: Job) -> None:
    context = phone(job, "ar")
    page = context.new_page()
    page.goto(f"{job.served.address}/r/{job.bare_code}")
    job.look.at_phone(page, "ar")
    with page.expect_navigation():
        page.locator("form button.button-primary").click()
    job.look.at_phone(page, "ar")

    assert page.locator("html").get_attribute("dir") == "rtl"
    context.close()


def others_answer_in_english(job: Job) -> None:
    """The first is looked at page by page, the others send the same fields as a phone does."""
    context = phone(job, "en-GB")
    page = context.new_page()
    page.goto(f"{job.served.address}/r/{job.bare_code}")
    job.look.at_phone(page, "en")
    press_on(job, page, "Start", "en")
    for fill in (
        lambda: page.get_by_label("South").check(),
        lambda: page.get_by_label("How old are you?").fill("31"),
        lambda: page.get_by_label("No", exact=True).check(),
        lambda: page.get_by_label("A peer").check(),
        lambda: page.get_by_label("I don't know").check(),
        lambda: page.get_by_label("1", exact=True).check(),
        lambda: page.get_by_label("I would rather not answer").check(),
        lambda: page.get_by_label("Tell us.").fill("The letter frightened me."),
        lambda: page.get_by_label("I have read the letter.").check(),
    ):
        fill()
        press_on(job, page, "Continue", "en")
    press_on(job, page, "Send my answers", "en")
    assert page.locator(".receipt").inner_text()
    context.close()
    for number in range(2, ANSWERS):
        send_answers(job, age=str(30 + number), trust=str(number), story=f"Letter number {number} frightened me.")


def send_answers(job: Job, **own: str) -> None:
    context = job.browser.new_context(locale="en-GB")
    shown = context.request.get(f"{job.served.address}/r/{job.bare_code}")

    def send(address: str, fields: dict[str, str]):
        token = re.search(r'name="csrf" value="([^"]+)"', shown.text()).group(1)
        return context.request.post(address, form={"csrf": token, **fields})

    shown = send(shown.url, {"locale": "en"})
    for fields in ANSWERED:
        shown = send(shown.url, {**fields, **{name: own[name] for name in fields if name in own}, "move": "next"})
        assert shown.ok, shown.text()
    shown = send(shown.url, {})
    assert shown.url.endswith("/merci"), shown.text()
    context.close()


def follow_and_export_the_answers(job: Job) -> None:
    from python_calamine import CalamineWorkbook

    desk = job.desk
    for path in ("", "/answers", "/quarantine"):
        desk.goto(job.collection + path)
        job.look.at(desk)
    desk.goto(job.collection)
    # One answer was started and not sent: fewer than the threshold, it is hidden, and so is what would give it back.
    assert desk.locator(".stat-value").all_inner_texts()[:3] == [str(ANSWERS + 1), "masqué", "masqué"]
    text = job.desk.request.get(f"{job.collection}/answers.csv").text().lstrip("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert len(rows) == ANSWERS
    mine = next(row for row in rows if row["age"] == "34")
    assert (mine["area"], mine["town"], mine["hours"], mine["daily"]) == ("north", "arlan", "21,5", "4,3")
    assert (mine["since"], mine["trust"], mine["channel"]) == ("2024-03-05", "7", "lettre")
    book = CalamineWorkbook.from_filelike(io.BytesIO(desk.request.get(f"{job.collection}/answers.xlsx").body()))
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    ages = [row[sheets[0][0].index("age")] for row in sheets[0][1:]]
    towns = [row[sheets[1][0].index("Quelle commune ?")] for row in sheets[1][1:]]
    assert sorted(ages) == sorted([31, 34, *(30 + number for number in range(2, ANSWERS))])
    assert towns.count("Arlan") == 1
    assert len(sheets) == 3


def import_the_interviews(job: Job) -> None:
    desk = job.open("transcripts/import")
    desk.set_input_files(
        "#files",
        [
            {"name": "B01.docx", "mimeType": DOCX, "buffer": make_word("B01")},
            {"name": "B02.txt", "mimeType": "text/plain", "buffer": make_text("B02")},
            {"name": "B03.docx", "mimeType": DOCX, "buffer": make_word("B03")},
            {"name": "B04.txt", "mimeType": "text/plain", "buffer": make_text("B04")},
        ],
    )
    job.press("Lire ces fichiers")
    for number, choice in enumerate(desk.get_by_label("Personne interrogée").all(), start=1):
        choice.select_option(label=f"B{number:02}")
    job.press("Importer")

    assert desk.locator("table tbody th").all_inner_texts() == ["B01", "B02", "B03", "B04"]


def build_the_codebook(job: Job) -> None:
    desk = job.open("codebook/")
    for name in ("Peur de la lettre", "Être écoutée"):
        desk.locator("#name").fill(name)
        job.press("Ajouter")

    assert "Être écoutée" in desk.locator(".code-tree").inner_text()


def read_an_interview(job: Job, title: str) -> Page:
    job.open("transcripts/")
    job.desk.get_by_role("link", name=title, exact=True).click()
    job.desk.wait_for_selector("[data-desk][data-ready]")
    job.look.at(job.desk)
    return job.desk


def code_by_mouse_and_by_keyboard(job: Job) -> None:
    for title, words in FEARS.items():
        desk = read_an_interview(job, title)
        select_by_mouse(desk, words)
        desk.locator(".code-row", has_text="Peur de la lettre").first.click()
        wait_until_saved(desk)
    for title, turn in (("B01", 3), ("B04", 3)):
        desk = read_an_interview(job, title)
        desk.locator("[data-turns] article").nth(turn).focus()
        press(desk, "Enter")
        desk.wait_for_selector("[data-picker][open]")
        job.look.at(desk, again=False)
        pick(desk, "écout")
        wait_until_saved(desk)
    desk = read_an_interview(job, "B01")
    job.press("Extraits en tableau")
    assert desk.locator("table tbody tr").count() == 2


def list_the_segments_by_code(job: Job) -> None:
    desk = job.open("segments/")
    assert desk.locator("table tbody tr").count() == 6
    desk.locator("main details summary").first.click()
    desk.get_by_label("Peur de la lettre").check()
    job.press("Afficher")

    assert desk.locator(".quote-text").all_inner_texts() == list(FEARS.values())


def put_the_open_answers_on_the_desk(job: Job) -> None:
    desk = job.desk
    desk.goto(f"{job.collection}/answers/story")
    job.look.at(desk)
    job.press("Coder ces réponses")

    desk.wait_for_selector("[data-desk][data-ready]")
    job.look.at(desk)
    select_by_mouse(desk, "La lettre m'a fait peur")
    desk.locator(".code-row", has_text="Peur de la lettre").first.click()
    wait_until_saved(desk)


def ask_for_groups_and_keep_one(job: Job) -> None:
    desk = job.open("clusters/")
    desk.get_by_label("Nombre de regroupements").fill("3")
    desk.get_by_role("button", name="Regrouper les extraits sans code").click()
    desk.wait_for_selector("[data-job]")
    job.look.at(desk, again=False)
    desk.wait_for_selector("section.card[id^=g]", timeout=JOB_MILLISECONDS)
    job.look.at(desk)
    kept = desk.locator(".term-list").first.inner_text()
    with desk.expect_navigation():
        desk.get_by_role("button", name="Garder comme code").first.click()
    job.look.at(desk)
    job.open("jobs/")

    assert kept
    assert "regroupement proposé" in job.open("codebook/").locator(".code-tree").inner_text()


def tie_answers_and_consents_to_people(job: Job) -> None:
    """Written straight into the database: personal links and consents have no screen before part 2."""
    engine = create_engine(f"sqlite:///{job.served.environment['TRESSE_DATA_DIR']}/tresse.sqlite3")
    with Session(engine) as session, session.begin():
        people = session.scalars(select(Participant).order_by(Participant.pseudonym)).all()
        sent = session.scalars(select(Response).where(Response.state == ResponseState.SUBMITTED)).all()
        for response, person in zip(sorted(sent, key=lambda each: each.started_at), people, strict=False):
            response.participant_id = person.id
        for person in people[: len(FEARS)]:
            session.add(Consent(participant_id=person.id, purpose=ConsentPurpose.QUOTATION, is_given=True))
    engine.dispose()


def choose_an_indicator_and_a_theme(job: Job) -> None:
    desk = job.open("indicators/items")
    with desk.expect_navigation():
        desk.get_by_role("link", name="Votre confiance, de 0 à 10 ?").click()
    job.look.at(desk)
    desk.get_by_label("Nom affiché").fill("Confiance")
    job.press("Enregistrer l’indicateur")
    desk = job.open("codebook/themes")
    desk.locator("#name").fill("La lettre inquiète")
    desk.locator("#interpretation").fill("Elle est lue comme une menace.")
    desk.locator("#add").get_by_label("Peur de la lettre").check()
    job.press("Créer ce thème")

    job.open("indicators/")
    with desk.expect_navigation():
        desk.get_by_role("link", name="Confiance").click()
    job.look.at(desk)
    assert f"n = {ANSWERS // 2}" in plain(desk.locator("main").inner_text())


def weave_and_judge(job: Job) -> None:
    desk = job.open("weaving/")
    assert "La lettre inquiète" in desk.locator("table").inner_text()
    with desk.expect_navigation():
        desk.get_by_role("link", name=re.compile("^Juger")).first.click()
    job.look.at(desk)
    desk.locator("input[name=relation][value=expansion]").check()
    desk.get_by_label("En une phrase").fill("La peur de la lettre explique que peu viennent.")
    job.press("Garder") if desk.locator("main").get_by_role("button", name="Garder").count() else job.press(
        "Enregistrer"
    )

    assert "La peur de la lettre explique" in desk.locator("table").inner_text()


def write_the_report(job: Job) -> None:
    desk = job.open("reports/")
    job.open("reports/new")
    desk.get_by_label("Titre", exact=True).fill("Une lettre arrive : constats")
    desk.get_by_label("Auteur").fill("Awa Diallo")
    desk.locator("input[name=outline][value=blank]").check()
    job.press("Créer le rapport")
    for kind, fill in BLOCKS:
        desk.locator("#new-kind").select_option(kind)
        job.press("Ajouter")
        for selector, value in fill.items():
            place = desk.locator(selector).first
            place.check() if value is True else place.select_option(index=1) if value is None else place.fill(value)
        job.press("Enregistrer et revenir")
    assert desk.locator(".block").count() == len(BLOCKS)
    job.press("Aperçu")
    job.press("Retour aux blocs")


def print_it_through_the_job(job: Job) -> None:
    desk = job.desk
    desk.get_by_role("link", name="Diffuser cette version").click()
    desk.get_by_role("button", name="Diffuser cette version").click()
    desk.wait_for_load_state()
    desk.get_by_role("link", name="Voir le résultat").wait_for(timeout=JOB_MILLISECONDS)
    job.look.at(desk)
    job.press("Voir le résultat")
    link = desk.get_by_role("link", name=re.compile("PDF")).first
    job.pdf = desk.request.get(job.served.address + link.get_attribute("href")).body()


def read_the_pdf(job: Job) -> None:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(job.pdf))
    pages = [plain(page.extract_text()) for page in reader.pages]
    text = " ".join(pages)

    assert plain(reader.metadata.title) == "Une lettre arrive : constats"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "fr"
    assert reader.attachments
    for words in ("Awa Diallo", "Ce que disent les personnes", "Lecture", "Champ", "Source", "La lettre inquiète"):
        assert words in text, words
    assert [str(number) in page for number, page in enumerate(pages, start=1)][1:] == [True] * (len(pages) - 1)


def open_every_page_again_in_english(job: Job) -> None:
    desk = job.desk
    desk.goto(job.study + "/")
    with desk.expect_navigation():
        desk.get_by_role("button", name="English").click()
    for address in job.look.desk:
        desk.goto(address)
        job.look.at(desk, "en")
    desk.get_by_role("button", name="Français").click()


def sign_out_for_good(job: Job) -> None:
    context = job.desk.context
    kept = [cookie for cookie in context.cookies() if cookie["name"].endswith("tresse-session")]
    with job.desk.expect_navigation():
        job.desk.get_by_role("button", name="Se déconnecter").click()
    context.add_cookies(kept)

    assert len(kept) == 1
    assert job.desk.goto(job.study + "/").status == 401
    job.look.at(job.desk, again=False)


STEPS = (
    make_the_first_account_through_the_link,
    create_a_study_with_its_design,
    invite_a_colleague_and_give_a_role,
    import_the_participants,
    upload_read_and_publish_the_questionnaire,
    answer_on_a_phone_without_script,
    read_it_back_by_the_receipt,
    read_some_pages_in_arabic,
    others_answer_in_english,
    follow_and_export_the_answers,
    import_the_interviews,
    build_the_codebook,
    code_by_mouse_and_by_keyboard,
    list_the_segments_by_code,
    put_the_open_answers_on_the_desk,
    ask_for_groups_and_keep_one,
    tie_answers_and_consents_to_people,
    choose_an_indicator_and_a_theme,
    weave_and_judge,
    write_the_report,
    print_it_through_the_job,
    read_the_pdf,
    open_every_page_again_in_english,
    sign_out_for_good,
)


def test_the_whole_job_is_done_once_by_hand(served, browser):
    desk = browser.new_context(viewport={"width": 1440, "height": 900}, locale="fr-FR").new_page()
    desk.set_default_timeout(30_000)
    job = Job(served, browser, Look(browser), desk)

    for step in STEPS:
        step(job)

    assert sorted(set(job.look.found)) == []
