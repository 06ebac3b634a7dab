"""Every page of the demonstration opens for its lead, in both languages, on a narrow screen."""

import json
import re
from html import unescape

import pytest

from tests.journeys.conftest import serving
from tests.journeys.looking import Look

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LEAD = "camille@demo.example"
START = "/studies/demo/"
# Files are not pages; a search repeated with other filters is the same page.
NO_PAGE = re.compile(r"\.(csv|xlsx|pdf|svg)\b|/state$|/count(\?|$)")
A_KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("demonstration"), before=("demo",)) as served:
        yield served


def kinds_of_pages(page, address: str) -> list[str]:
    """Follow the links from the study's first page; keep one address of each kind."""
    seen: dict[str, str] = {START: START}
    waiting = [START]
    while waiting:
        answer = page.request.get(address + waiting.pop())
        for found in map(unescape, re.findall(r'href="(/studies/demo/[^"#]*)', answer.text())):
            kind = A_KEY.sub("*", found.partition("?")[0])
            if kind not in seen and not NO_PAGE.search(found):
                seen[kind] = found
                waiting.append(found)
    return sorted(seen.values())


def test_every_page_of_the_demonstration_opens_in_both_languages(browser, demonstration):
    served, look, refused = demonstration, Look(browser), []
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="fr-FR")
    context.set_default_timeout(30_000)
    page = context.new_page()
    link = served.command("account", "link", "--email", LEAD).stdout.strip()
    page.goto(served.address + link[link.index("/account/") :])
    page.get_by_label("Nouveau mot de passe").fill("une phrase assez longue")
    page.locator("main button[type=submit]").click()
    page.wait_for_load_state()

    addresses = kinds_of_pages(page, served.address)
    for locale in ("fr", "en"):
        context.add_cookies([{"name": "tresse_locale", "value": locale, "url": served.address}])
        for path in addresses:
            answer = page.goto(served.address + path)
            if answer.status != 200:
                refused.append((answer.status, path))
                continue
            look.at(page, locale, again=False)

    assert len(addresses) >= 30, json.dumps(addresses, indent=1)
    assert refused == []
    assert sorted(set(look.found)) == []
