"""The fourteen ways in which phones without network are known to lose, double or refuse answers: here they do not."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from app.extensions import db
from app.unit_of_work import unit_of_work
from surveys.fieldwork.versions import newer_versions
from surveys.models import Collection, Response
from surveys.services import close_collection, import_questionnaire, publish
from tests.journeys.offline_phones import FORM, Kept, Phone, Site, new_phone, served_site, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]

NewPhone = Callable[..., Phone]
OUTAGE = (503, "text/html", b"<h1>R\xc3\xa9essayez</h1>")
PORTAL = (200, "text/html", b"<h1>Bienvenue au wifi</h1>")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served_site(tmp_path_factory.mktemp("offline")) as served:
        yield served


@pytest.fixture
def code(site: Site) -> Iterator[str]:
    yield site.open()
    site.way.meddle = lambda _method, _path: None


@pytest.fixture
def kept(code: str) -> Kept:
    return Kept(code)


@pytest.fixture
def new(site: Site, code: str, browser: Browser) -> Iterator[NewPhone]:
    """Give phones, and take them back."""
    phones: list[Phone] = []

    def give(**options: object) -> Phone:
        phones.append(new_phone(site, options.pop("code", code), browser, **options))
        return phones[-1]

    yield give
    for phone in phones:
        phone.context.close()


@pytest.fixture
def phone(new: NewPhone) -> Phone:
    """A phone whose questionnaire is started, and that can do without network."""
    one = new()
    one.start()
    return one


@pytest.mark.parametrize("is_told", [True, False])
def test_1_connection_to_the_storage_that_the_system_ended_is_opened_again(new: NewPhone, kept: Kept, is_told: bool):
    phone = new()
    phone.page.add_init_script(
        """const open = IDBFactory.prototype.open;
        IDBFactory.prototype.open = function (...given) {
          const request = open.apply(this, given);
          request.addEventListener("success", () => { (self.opened ||= []).push(request.result); });
          return request;
        };"""
    )
    phone.start()
    phone.offline()
    end = "opened.forEach((each) => { each.close(); %s })" % (
        'each.dispatchEvent(new Event("close"));' if is_told else ""
    )
    phone.page.evaluate(end)

    phone.works()
    phone.page.evaluate(end)
    phone.word("Après la coupure")
    phone.until_says("Enregistré sur ce téléphone")
    phone.online()

    wait_for(lambda: kept.answers == {"works": "no", "word": "Après la coupure"})


def test_2_storage_of_scripts_that_the_browser_deleted_comes_back_from_the_server(phone: Phone, kept: Kept):
    phone.works("Oui")
    wait_for(lambda: kept.answers)
    phone.wipe("indexeddb,cache_storage,service_workers,local_storage")

    phone.go()
    phone.page.get_by_role("link", name="Reprendre mes réponses").click()
    phone.page.get_by_label("Combien").fill("35")
    phone.until_ready()
    phone.offline()
    phone.next()
    phone.word("Revenu")
    phone.online()

    wait_for(lambda: kept.answers == {"works": "yes", "hours": 35, "word": "Revenu"})
    assert kept.states == ["started"]


def test_3_all_storage_lost_the_link_brings_everything_back_on_any_phone(phone: Phone, new: NewPhone, kept: Kept):
    phone.works("Oui")
    phone.page.get_by_role("button", name="Faire une pause").click()
    phone.until_says("Votre code")
    written = phone.page.locator(".receipt").inner_text()
    wait_for(lambda: kept.receipts != [None])
    phone.context.close()

    other = new()
    other.page.goto(f"{other.site.base}/recu")
    other.page.get_by_label("Code").fill(written)
    other.next()
    other.page.get_by_role("link", name="Reprendre mes réponses").click()
    other.until_ready()
    other.offline()
    other.page.get_by_label("Combien").fill("12")
    other.next()
    other.word("Sur un autre téléphone")
    other.online()

    wait_for(lambda: kept.answers == {"works": "yes", "hours": 12, "word": "Sur un autre téléphone"})


def test_4_without_background_sync_the_queue_leaves_as_the_page_is_opened(new: NewPhone, kept: Kept):
    phone = new()
    phone.page.add_init_script("delete ServiceWorkerRegistration.prototype.sync; delete self.SyncManager;")
    phone.start()
    phone.offline()
    phone.answer_everything()
    phone.until_says("Vos réponses sont sur ce téléphone")
    phone.page.close()
    phone.online()
    assert kept.answers == {}

    phone.page = phone.context.new_page()
    phone.go()

    wait_for(lambda: kept.states == ["submitted"])
    assert kept.answers == {"works": "no", "word": "Merci"}


def test_4_with_background_sync_the_queue_leaves_while_no_page_is_open(phone: Phone, kept: Kept):
    phone.offline()
    phone.answer_everything()
    phone.until_says("Vos réponses sont sur ce téléphone")
    phone.until("navigator.serviceWorker.ready.then((it) => it.sync.getTags()).then((tags) => tags.includes('send'))")
    blank = phone.context.new_page()
    session = phone.context.new_cdp_session(blank)
    registered: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda said: registered.extend(
            each["registrationId"] for each in said["registrations"] if each["scopeURL"].endswith("/r/")
        ),
    )
    session.send("ServiceWorker.enable")
    phone.page.close()
    phone.online()

    session.send(
        "ServiceWorker.dispatchSyncEvent",
        {"origin": phone.site.base, "registrationId": registered[0], "tag": "send", "lastChance": False},
    )

    wait_for(lambda: kept.states == ["submitted"])


def test_5_queue_leaves_after_an_outage_of_twenty_minutes_without_a_reload(new: NewPhone, site: Site, kept: Kept):
    phone = new()
    phone.page.clock.install()
    phone.start()
    tries: list[str] = []
    site.way.meddle = lambda method, path: (tries.append(path), OUTAGE)[1] if method == "PUT" else None

    phone.works()
    wait_for(lambda: tries)
    for _half_minute in range(40):
        count = len(tries)
        phone.page.clock.fast_forward(30_000)
        phone.page.wait_for_function("true") if count < 0 else phone.page.evaluate("fetch('/r/none/envoi')")
    during = len(tries)
    assert kept.answers == {}
    site.way.meddle = lambda _method, _path: None
    for _minute in range(6):
        phone.page.clock.fast_forward(60_000)
        phone.page.evaluate("fetch('/r/none/envoi')")

    wait_for(lambda: kept.answers == {"works": "no"})
    assert 5 < during < 20


def test_6_new_version_of_the_program_keeps_both_questionnaires_within_reach(new: NewPhone, site: Site, kept: Kept):
    first, second = new(), site.open(FORM.replace("Petit questionnaire", "Autre questionnaire"))
    first.start()
    first.works("Oui")
    other = Phone(site, second, first.context)
    other.start()
    site.way.meddle = lambda _method, path: b"// a later program" if path == "/ouvrier.js" else None
    other.page.evaluate(
        """navigator.serviceWorker.getRegistration("/r/").then((each) => new Promise((done) => {
          navigator.serviceWorker.addEventListener("controllerchange", done);
          each.update();
        })).then(() => true)"""
    )
    first.offline()

    first.go()
    first.until_says("Petit questionnaire")
    first.page.get_by_role("link", name="Reprendre mes réponses").click()
    first.page.get_by_label("Combien").fill("20")
    first.next()
    other.go()
    other.until_says("Autre questionnaire")
    other.page.get_by_role("link", name="Reprendre mes réponses").click()
    other.works()
    other.word("Deux")
    first.online()

    wait_for(lambda: kept.answers == {"works": "yes", "hours": 20})
    wait_for(lambda: Kept(second).answers == {"works": "no", "word": "Deux"})


def test_7_portal_that_answers_yes_to_everything_is_not_believed(phone: Phone, site: Site, kept: Kept):
    site.way.meddle = lambda _method, _path: PORTAL
    phone.works()
    phone.until_says("Le réseau d’ici vous demande d’abord quelque chose")
    assert "Enregistré sur ce téléphone" in phone.status
    assert kept.answers == {}

    site.way.meddle = lambda _method, _path: None
    phone.page.get_by_role("button", name="Envoyer maintenant").click()

    phone.until_says("Vos réponses sont enregistrées")
    assert kept.answers == {"works": "no"}


@pytest.mark.parametrize("has_locks", [True, False])
def test_8_two_tabs_that_send_together_make_one_of_each(new: NewPhone, kept: Kept, has_locks: bool):
    phone = new()
    if not has_locks:
        phone.context.add_init_script("delete Navigator.prototype.locks")
    phone.start()
    assert phone.page.evaluate("Boolean(navigator.locks)") is has_locks
    phone.works()
    phone.until_says("Vos réponses sont enregistrées")
    phone.offline()
    other = Phone(phone.site, phone.code, phone.context)
    other.go("/p/word")
    phone.word("Premier onglet")
    other.word("Second onglet")
    phone.online()

    for each in (phone, other):
        each.page.evaluate("dispatchEvent(new Event('online'))")

    wait_for(lambda: kept.answers.get("word") == "Second onglet")
    assert kept.states == ["started"]
    assert kept.answer_rows == 2
    assert kept.apart() == []


def test_9_two_phones_with_other_answers_are_both_kept(phone: Phone, new: NewPhone, kept: Kept):
    phone.works()
    phone.until_says("Vos réponses sont enregistrées")
    link = phone.page.evaluate(f"fetch('/r/{phone.code}/envoi').then((it) => it.json()).then((it) => it.holder)")
    other = new()
    other.page.goto(f"{other.site.base}/reprendre/{link}")
    other.page.get_by_role("link", name="Reprendre mes réponses").click()
    other.until_ready()
    for each in (phone, other):
        each.offline()
    phone.word("Le premier")
    other.word("Le second")

    other.online()
    wait_for(lambda: kept.answers.get("word") == "Le second")
    phone.online()

    wait_for(kept.apart)
    assert kept.answers == {"works": "no", "word": "Le second"}
    ((reason, payload),) = kept.apart()
    assert (reason, payload["sent"]["word"]["value"]) == ("two_phones", "Le premier")
    phone.page.go_back()
    phone.page.get_by_label("Un mot").wait_for()
    assert phone.page.get_by_label("Un mot").input_value() == "Le second"


def test_10_each_page_is_with_the_server_before_somebody_clears_the_phone(phone: Phone, kept: Kept):
    phone.works("Oui")
    wait_for(lambda: kept.answers)
    phone.page.get_by_label("Combien").fill("30")
    phone.next()
    wait_for(lambda: kept.answers == {"works": "yes", "hours": 30})

    phone.wipe("all")

    assert kept.answers == {"works": "yes", "hours": 30}
    assert kept.revisions == {"works": 1, "hours": 2}


def test_10_phone_that_may_forget_says_so(phone: Phone):
    phone.answer_everything()
    phone.until_says("Merci, vos réponses sont envoyées")
    phone.page.get_by_role("button", name="Terminer").click()
    phone.page.get_by_role("button", name="Commencer").wait_for()
    phone.offline()
    phone.go()
    phone.page.get_by_role("button", name="Commencer").click()

    phone.page.get_by_label("Non").first.wait_for()
    assert phone.page.locator(".kept").is_hidden()


def test_11_phone_whose_clock_is_years_behind_decides_nothing_and_its_error_is_kept(new: NewPhone, kept: Kept):
    phone = new()
    phone.page.clock.install(time="2019-03-01T10:00:00+01:00")
    phone.start()
    phone.works()
    wait_for(lambda: kept.answers)

    db.session.rollback()
    saved = db.session().scalars(select(Response.saved_at).join(Collection).where(Collection.token == kept.code)).one()
    assert kept.offsets[0] > 6 * 365 * 86400
    assert saved.year >= 2026 or saved.year > 2019


def test_12_questionnaire_changed_meanwhile_is_finished_as_it_was_begun(phone: Phone, kept: Kept):
    phone.works()
    phone.until_says("Vos réponses sont enregistrées")
    phone.offline()
    with unit_of_work() as session:
        collection = session.scalars(select(Collection).where(Collection.token == phone.code)).one()
        changed = FORM.replace(
            "| | text | word | Un mot", "| | text | story | Racontez | | | | |\n| | text | word | Un mot"
        )
        later = import_questionnaire(session, collection.study_id, file_name="form.md", content=changed.encode())
        publish(session, collection.study_id, later.id)
        before = collection.version_id
        assert [each for each, _number in newer_versions(session, collection.study_id, collection.id)] == [later.id]
        collection.version_id = later.id
    phone.word("Comme avant")
    phone.send()
    phone.online()

    wait_for(lambda: kept.states == ["submitted"])
    db.session.rollback()
    used = db.session().scalars(select(Response.version_id).join(Collection).where(Collection.token == kept.code)).one()
    assert used == before
    assert kept.answers == {"works": "no", "word": "Comme avant"}
    assert kept.apart() == []


def test_13_collection_closed_meanwhile_keeps_what_comes_for_the_team_and_says_so_kindly(phone: Phone, kept: Kept):
    phone.works()
    phone.until_says("Vos réponses sont enregistrées")
    phone.offline()
    phone.word("Trop tard ?")
    phone.send()
    phone.until_says("Vos réponses sont sur ce téléphone")
    with unit_of_work() as session:
        collection = session.scalars(select(Collection).where(Collection.token == phone.code)).one()
        close_collection(session, collection.study_id, collection.id)

    phone.online()

    phone.until_says("Vos réponses sont arrivées")
    phone.until_says("Votre RSA et vos aides ne changent pas")
    assert [(reason, payload.get("page")) for reason, payload in kept.apart()] == [("closed", "word"), ("closed", None)]
    assert phone.kept_answers() == 1
    assert "Arrivé le" in phone.status


def test_14_full_phone_sends_at_once_and_without_network_keeps_the_person_on_the_page(new: NewPhone, kept: Kept):
    phone = new()
    phone.page.add_init_script(
        """const put = IDBObjectStore.prototype.put;
        IDBObjectStore.prototype.put = function (...given) {
          const request = put.apply(this, given);
          if (self.isFull) {
            Object.defineProperty(this.transaction, "error", { value: new DOMException("", "QuotaExceededError") });
            this.transaction.abort();
          }
          return request;
        };"""
    )
    phone.start()
    phone.page.evaluate("self.isFull = true")
    phone.offline()
    phone.page.get_by_label("Oui").check()
    phone.next()
    phone.until_says("Il n’y a plus de place sur ce téléphone")
    assert phone.page.get_by_label("Oui").is_checked()

    phone.online()
    phone.next()

    wait_for(lambda: kept.answers == {"works": "yes"})
    phone.page.get_by_label("Combien").wait_for()
