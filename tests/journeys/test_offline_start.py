"""Started, helped and sent without network, a response is the same as one answered on pages without scripts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from app.extensions import db
from app.unit_of_work import unit_of_work
from studies.models import ConsentPurpose
from studies.services import publish_consent_text
from surveys.models import Answer, Collection, Response, ResponseConsent, ResponseState
from tests.journeys.offline_phones import Phone, Site, new_phone, served_site, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]

FORM = """
| survey |
| | type | name | label | tresse::private |
| | text | word | Un mot ? | |
| | text | fear | De quoi avez-vous peur ? | yes |
| | text | more | Et encore ? | |
| | text | end | Un dernier mot ? | |
| settings |
| | form_title | form_id |
| | Petit questionnaire | small |
"""
SENTENCES = {ConsentPurpose.ANSWER: "J’accepte de répondre.", ConsentPurpose.QUOTATION: "J’accepte d’être cité·e."}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served_site(tmp_path_factory.mktemp("offline")) as served:
        yield served


@pytest.fixture
def code(site: Site) -> str:
    """A questionnaire of a study that asks for consent."""
    made = site.open(FORM)
    with unit_of_work() as session:
        study_id = session.scalars(select(Collection.study_id).where(Collection.token == made)).one()
        publish_consent_text(session, study_id, locale="fr", body="Le texte.", purposes=SENTENCES, by=None)
    return made


def agree(phone: Phone) -> None:
    """Say yes to answering and no to being quoted, then start."""
    phone.page.get_by_label("Oui, je suis d’accord").first.check()
    phone.page.get_by_label("Non, je ne suis pas d’accord").last.check()
    phone.page.get_by_role("button", name="Commencer").click()


def fill(phone: Phone, label: str, text: str, *, is_read: bool = False) -> None:
    field = phone.page.get_by_label(label)
    field.fill(text)
    phone.page.get_by_label("On m’a lu cette page à voix haute").set_checked(is_read)
    phone.next()


def answer_with_help(phone: Phone) -> None:
    """Answer with a professional who holds the phone, who then goes away."""
    phone.page.get_by_label("Quelqu’un m’aide et tient le téléphone").check()
    agree(phone)
    fill(phone, "Un mot ?", "Oui", is_read=True)
    phone.page.get_by_role("heading", name="Cette question est pour vous seul").wait_for()
    assert "peur" not in phone.page.inner_text("body")
    phone.page.get_by_role("button", name="Continuer sans répondre").click()
    phone.page.get_by_label("Et encore ?").wait_for()
    phone.page.get_by_role("button", name="Retour").click()
    phone.page.get_by_role("link", name="Je suis prêt").click()
    fill(phone, "De quoi avez-vous peur ?", "De rien")
    phone.page.get_by_label("Et encore ?").wait_for()
    phone.go("/verifier")
    phone.page.get_by_text("Cachée tant que quelqu’un vous aide").wait_for()
    assert "De rien" not in phone.page.inner_text("body")
    phone.page.get_by_role("link", name="Retour").click()
    phone.page.get_by_role("button", name="Retour").click()
    phone.page.get_by_role("link", name="Quelqu’un m’aide : changer").click()
    phone.page.get_by_label("Quelqu’un m’aide, je tiens le téléphone").check()
    phone.page.get_by_label("Un·e interprète").check()
    phone.next()
    fill(phone, "Et encore ?", "Non", is_read=True)
    phone.page.get_by_role("link", name="Quelqu’un m’aide : changer").click()
    phone.page.get_by_label("Je réponds seul·e").check()
    phone.next()
    phone.page.get_by_label("Un dernier mot ?").fill("Voilà")
    assert phone.page.get_by_label("On m’a lu cette page à voix haute").is_visible() is False
    phone.next()
    phone.send()


def rows(code: str) -> list[object]:
    """Return what is kept of each response of a collection that was sent."""
    db.session.rollback()
    session = db.session()
    mine = select(Response).join(Collection).where(Collection.token == code, Response.state == ResponseState.SUBMITTED)
    kept = []
    for response in session.scalars(mine.order_by(Response.submitted_at)):
        agreed = select(ResponseConsent).where(ResponseConsent.response_id == response.id)
        answers = select(Answer).where(Answer.response_id == response.id)
        kept.append(
            (
                response.mode.value,
                response.locale,
                response.calculated,
                sorted((each.purpose, str(each.consent_text_id), each.is_given) for each in session.scalars(agreed)),
                sorted((each.item_name, each.value, str(each.missing)) for each in session.scalars(answers)),
            )
        )
    session.rollback()
    return kept


def test_start_without_network_keeps_the_consent_and_the_help_as_pages_do(
    site: Site, code: str, browser: Browser
) -> None:
    plain = new_phone(site, code, browser, java_script_enabled=False)
    plain.go("?aide=professional")
    answer_with_help(plain)
    plain.until_says("Merci, vos réponses sont envoyées")
    plain.context.close()

    phone = new_phone(site, code, browser)
    phone.go("?aide=professional")
    phone.until(f"caches.match('/r/{code}/coquille').then(Boolean)")
    phone.until("Boolean(navigator.serviceWorker.controller)")
    phone.offline()
    answer_with_help(phone)
    phone.until_says("Vos réponses sont sur ce téléphone")
    assert len(rows(code)) == 1
    phone.online()

    posted, delivered = wait_for(lambda: len(found := rows(code)) == 2 and found)
    assert delivered == posted
    mode, _locale, carried, agreed, _answers = posted
    assert (mode, carried[":read"]) == ("alone", ["more", "word"])
    assert [(purpose, is_given) for purpose, _text, is_given in agreed] == [("answer", True), ("quotation", False)]
    phone.context.close()


def test_phone_reopened_without_network_asks_for_each_yes_or_no_before_it_starts(
    site: Site, code: str, browser: Browser
) -> None:
    phone = new_phone(site, code, browser)
    phone.go()
    phone.until(f"caches.match('/r/{code}/coquille').then(Boolean)")
    phone.until("Boolean(navigator.serviceWorker.controller)")
    phone.offline()
    phone.go()
    assert phone.page.get_by_label("Quelqu’un m’aide et tient").count() == 0
    phone.page.get_by_label("Oui, je suis d’accord").first.check()
    phone.page.get_by_role("button", name="Commencer").click()
    phone.until_says("Choisissez oui ou non.")
    phone.page.get_by_label("Non, je ne suis pas d’accord").first.check()
    phone.page.get_by_label("Non, je ne suis pas d’accord").last.check()
    phone.page.get_by_role("button", name="Commencer").click()

    phone.until_says("Rien n’a été enregistré")
    assert phone.kept_answers() == 0
    phone.context.close()
