"""Without network the pages are those of the server: the same words, fields and marks, filled in by the phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.offline_phones import Kept, Phone, Site, new_phone, served_site, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]

FOLDER = Path(__file__).parent
EVERYTHING = (FOLDER / "everything.md").read_text(encoding="utf-8")
LOOK = (FOLDER / "look.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served_site(tmp_path_factory.mktemp("offline")) as served:
        yield served


@pytest.fixture
def phone(site: Site, browser: Browser) -> Iterator[Phone]:
    one = new_phone(site, site.open(EVERYTHING), browser)
    one.start()
    yield one
    one.context.close()


def move(phone: Phone) -> None:
    """Go to the next page, and wait until the server has what was said."""
    before = phone.page.evaluate("location.href")
    phone.next()
    wait_for(lambda: phone.page.evaluate("location.href") != before)
    phone.until("!document.querySelector('.kept button')")


def compare(phone: Phone) -> None:
    """See that the page before us and the one that the server would show now are alike."""
    html = phone.page.evaluate(
        "fetch(location.pathname, { headers: { 'Cache-Control': 'no-cache' } }).then((it) => it.text())"
    )
    here, there = phone.page.evaluate(LOOK, None), phone.page.evaluate(LOOK, html)
    assert here.splitlines() == there.splitlines()


def test_every_page_is_as_the_server_draws_it(phone: Phone) -> None:
    page = phone.page
    page.get_by_label("Comment").fill("Zoé & Léo")
    move(phone)
    page.get_by_role("heading", name="Le travail de Zoé & Léo").wait_for()
    compare(phone)
    page.get_by_label("Oui").check()
    page.get_by_label("Combien d'heures ?").fill("17,5")
    page.get_by_label("Non").focus()
    page.get_by_text("La moitié : 8.75").wait_for()
    move(phone)
    compare(phone)
    page.get_by_label("Grand Est").check()
    move(phone)
    page.get_by_label("Nancy").wait_for()
    assert page.get_by_label("Bobigny").count() == 0 or page.get_by_label("Bobigny").is_hidden()
    compare(phone)
    page.get_by_label("Toul").check()
    move(phone)
    compare(phone)
    page.get_by_label("Un pair").check()
    page.get_by_label("La famille").check()
    move(phone)
    compare(phone)
    page.get_by_label("Je préfère ne pas répondre").check()
    move(phone)
    compare(phone)
    see_moments_numbers_and_texts(phone)


def see_moments_numbers_and_texts(phone: Phone) -> None:
    page = phone.page
    page.get_by_label("Mois").fill("3")
    page.get_by_label("Année").fill("2024")
    move(phone)
    compare(phone)
    page.get_by_label("Je ne sais pas").check()
    move(phone)
    page.get_by_label("À quelle heure").fill("14:30")
    move(phone)
    compare(phone)
    page.get_by_label("7", exact=True).check()
    move(phone)
    page.get_by_label("Combien d'enfants").wait_for()
    assert page.get_by_label("Combien d'enfants").input_value() == "2"
    compare(phone)
    move(phone)
    compare(phone)
    page.get_by_label("J'ai lu").check()
    move(phone)
    page.get_by_label("Racontez").fill("Une ligne\nUne autre")
    move(phone)
    page.get_by_text(": ajouter").wait_for()
    page.get_by_role("button", name="Retour").click()
    page.get_by_label("Racontez").wait_for()
    phone.until("!document.querySelector('.kept button')")
    assert page.get_by_label("Racontez").input_value() == "Une ligne\nUne autre"
    compare(phone)


LIST = """
| survey |
| | type | name | label::Français (fr) | label::العربية (ar) | relevant | required |
| | begin_repeat | steps | Une étape | خطوة | | |
| | text | what | Quoi ? | ماذا؟ | | yes |
| | integer | year | En quelle année, pour « ${what} » ? | في أي سنة؟ | ${what} != '' | |
| | end_repeat | | | | | |
| | text | word | Un mot ? | كلمة؟ | | |
| settings |
| | form_title | form_id | default_language |
| | Des étapes | steps | Français (fr) |
"""


def test_list_of_cards_is_filled_without_network_and_in_another_language(site: Site, browser: Browser) -> None:
    phone = new_phone(site, site.open(LIST), browser)
    kept, page = Kept(phone.code), phone.page
    phone.start()
    phone.offline()
    for what, year in (("Stage", "2023"), ("Emploi", "2024")):
        page.get_by_role("link", name="Ajouter").click()
        page.get_by_label("Quoi ?").fill(what)
        phone.next()
        page.get_by_label(f"En quelle année, pour « {what} » ?").fill(year)
        phone.next()
        page.locator(".card", has_text=what).wait_for()
    assert page.locator(".card h2").all_inner_texts() == ["Stage", "Emploi"]
    page.get_by_role("link", name="Modifier Stage").click()
    assert page.locator(".card-around").inner_text() == "Stage (1 sur 2)"
    page.get_by_role("button", name="العربية").click()
    page.get_by_label("ماذا؟").fill("Stage long")
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir].join()") == "ar,rtl"
    page.get_by_role("button", name="Français").click()
    phone.next()
    phone.next()
    page.get_by_role("button", name="Ma liste est complète").click()
    page.get_by_label("Un mot ?").fill("Voilà")
    phone.next()
    page.get_by_text("2 : Stage long, Emploi").wait_for()
    phone.send()
    phone.until_says("Vos réponses sont sur ce téléphone")
    phone.online()

    wait_for(lambda: kept.states == ["submitted"])
    assert kept.answers == {
        "steps": 2,
        "what[1]": "Stage long",
        "year[1]": 2023,
        "what[2]": "Emploi",
        "year[2]": 2024,
        "word": "Voilà",
    }
    assert kept.apart() == []
    phone.context.close()


def test_shared_tablet_takes_one_person_after_the_other_without_network_and_mixes_nothing(
    site: Site, browser: Browser
) -> None:
    tablet = new_phone(site, site.open(), browser)
    kept, page = Kept(tablet.code), tablet.page
    tablet.start()
    tablet.answer_everything("Léa")
    tablet.until_says("Merci, vos réponses sont envoyées")
    page.get_by_role("button", name="Terminer").click()
    page.get_by_role("button", name="Commencer").wait_for()
    tablet.offline()
    codes = []
    for name in ("Tom", "Ana"):
        tablet.go()
        page.get_by_role("button", name="Commencer").click()
        assert not page.get_by_label("Non").is_checked()
        tablet.answer_everything(name)
        tablet.until_says("Vos réponses sont sur ce téléphone")
        codes.append(page.locator(".receipt").inner_text())
        page.get_by_role("button", name="J’ai fini, cacher mes réponses").click()
        page.get_by_role("button", name="Commencer").wait_for()
        assert name not in page.inner_text("body")
    assert tablet.kept_answers() == 2
    tablet.online()

    wait_for(lambda: kept.states == ["submitted"] * 3)
    assert set(codes) < {f"{each[:4]}-{each[4:]}" for each in kept.receipts}
    wait_for(lambda: tablet.kept_answers() == 0)
    tablet.context.close()


def test_pages_post_as_without_scripts_when_the_program_dies_in_the_middle(site: Site, browser: Browser) -> None:
    phone = new_phone(site, site.open(), browser)
    kept = Kept(phone.code)
    phone.start()
    phone.page.evaluate("IDBFactory.prototype.open = () => { throw new Error('dead'); }; crypto.subtle.encrypt = 0;")
    phone.works("Oui")

    wait_for(lambda: kept.answers == {"works": "yes"})
    phone.page.get_by_label("Combien").fill("20")
    phone.next()
    wait_for(lambda: kept.answers == {"works": "yes", "hours": 20})
    phone.context.close()


def test_answers_rest_sealed_and_leave_the_phone_with_the_receipt(site: Site, browser: Browser) -> None:
    phone = new_phone(site, site.open(), browser)
    phone.start()
    phone.offline()
    phone.works()
    phone.word("Confidence")
    phone.page.get_by_role("heading", name="Vérifier").wait_for()
    read = """new Promise((done) => {
      const request = indexedDB.open("tresse", 1);
      request.onsuccess = () => {
        const rows = request.result.transaction("drafts").objectStore("drafts").getAll();
        rows.onsuccess = () => {
          request.result.close();
          const texts = rows.result.map(({ key, data, ...clear }) =>
            [JSON.stringify(clear), new TextDecoder().decode(data), key.extractable].join(" "));
          done(texts.join());
        };
      };
    })"""
    sealed = phone.page.evaluate(read)
    assert "Confidence" not in sealed
    assert sealed.endswith("false")

    phone.online()
    phone.send()
    phone.until_says("Merci, vos réponses sont envoyées")

    assert phone.page.locator(".receipt").inner_text() in phone.status
    assert Kept(phone.code).states == ["submitted"]
    phone.context.close()


def test_phone_that_never_finds_a_network_gives_its_answers_in_a_file(site: Site, browser: Browser) -> None:
    phone = new_phone(site, site.open(), browser)
    kept = Kept(phone.code)
    phone.start()
    phone.offline()
    phone.answer_everything("Par fichier")
    with phone.page.expect_download() as given:
        phone.page.get_by_role("button", name="Donner mes réponses dans un fichier").click()
    content = Path(given.value.path()).read_bytes()
    phone.context.close()

    taken = site.take_in(phone.code, content)

    assert (taken.pages, taken.apart, taken.is_sent) == (2, 0, True)
    assert kept.answers == {"works": "no", "word": "Par fichier"}
    assert given.value.suggested_filename == f"{taken.receipt}.json"
