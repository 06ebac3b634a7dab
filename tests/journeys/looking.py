"""How a journey looks at a page: axe-core, width, language, words left untranslated."""

import re
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.pofile import read_po
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).absolute().parents[2]
AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text("utf-8")
CODE = re.compile(r"\b(?:account|coding|core|evaluation|jobs|studies|surveys)\.[a-z]+_[a-z_]+\b")
# Authors of forms offer these in the same words as Tresse does.
OF_FORMS = frozenset({"Je ne sais pas", "Je préfère ne pas répondre"})
# Words of the page itself: what people wrote carries its own language or stands among data.
TEXTS = """() => {
  const own = document.documentElement.lang, found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement, text = walker.currentNode.textContent.trim();
    const marked = parent.closest("[lang]");
    if (text && !parent.closest("script, style, code, [data-payload]") && marked.lang === own) found.push(text);
  }
  return found;
}"""


@cache
def catalogue() -> tuple[frozenset[str], frozenset[str]]:
    """Return the English sentences that French words otherwise, and the French ones."""
    english, french = set(), set()
    for path in (ROOT / "app/translations/fr/LC_MESSAGES").glob("*.po"):
        for message in read_po(BytesIO(path.read_bytes())):
            pairs = [(message.id, message.string)] if isinstance(message.id, str) else []
            for source, words in pairs:
                if source and words and source != words:
                    english.add(source)
                    french.add(words)
    # One word may be the same in both, or somebody's own: sentences cannot.
    return (
        frozenset(text for text in english - french if " " in text),
        frozenset(text for text in french - english - OF_FORMS if text.count(" ") > 1),
    )


class Look:
    """What was wrong on the pages walked; `desk` are the addresses to open again in English."""

    def __init__(self, browser: Browser) -> None:
        self.found: list[str] = []
        self.desk: list[str] = []
        self.count = 0
        self._narrow = browser.new_context(viewport={"width": 360, "height": 740}, bypass_csp=True).new_page()
        # A copy to look at, not a phone: the program of respondents' pages would go on from it.
        self._narrow.route("**/respond*.js*", lambda route: route.abort())

    def at(self, page: Page, locale: str = "fr", *, again: bool = True) -> None:
        """Look at a page of the desk as it stands."""
        self._examine(page, locale)
        if again and locale == "fr" and page.url not in self.desk:
            self.desk.append(page.url)

    def at_phone(self, page: Page, locale: str = "fr") -> None:
        """Look at a page shown without JavaScript: axe needs some, so a second browser is given the same page."""
        page.wait_for_selector("main")
        address, words = page.url.partition("#")[0], page.content()
        self._narrow.route(
            address, lambda route: route.fulfill(body=words, content_type="text/html; charset=utf-8"), times=1
        )
        self._narrow.goto(address)
        self._examine(self._narrow, locale)

    def _examine(self, page: Page, locale: str) -> None:
        self.count += 1
        page.evaluate(AXE)
        for violation in page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]:
            self.found += [f"{page.url} {violation['id']}: {node['html'][:200]}" for node in violation["nodes"]]
        shown, width, lang = page.evaluate(
            "(root => [root.scrollWidth, root.clientWidth, root.lang])(document.documentElement)"
        )
        if shown > width:
            self.found.append(f"{page.url} scrolls sideways: {shown} > {width}")
        if lang != locale:
            self.found.append(f"{page.url} is in {lang}, not {locale}")
        foreign = catalogue()[0] if locale == "fr" else catalogue()[1] if locale == "en" else frozenset()
        for text in page.evaluate(TEXTS):
            if text in foreign or "%(" in text or CODE.search(text):
                self.found.append(f"{page.url} shows “{text}” in {locale}")
