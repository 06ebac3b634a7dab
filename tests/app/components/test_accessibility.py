"""The design system under axe-core: narrow and wide, light and dark."""

import threading
from pathlib import Path

import pytest
from werkzeug.serving import make_server

AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

pytestmark = pytest.mark.browser


@pytest.fixture
def address(app, session):
    """The address of the application, served for the length of a test."""
    server = make_server("localhost", 0, app)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser():
    """One chromium for the module."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 1440])
@pytest.mark.parametrize("path", ["/", "/gallery", "/answer?code="])
def test_page_has_no_violation_and_does_not_overflow(address, browser, path, width, scheme):
    # The page's own policy forbids foreign scripts; the checker is injected past it, the page keeps its styles.
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto(address + path)

    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    overflow = page.evaluate("document.documentElement.scrollWidth") - width
    context.close()

    assert [(violation["id"], violation["nodes"][0]["html"]) for violation in found["violations"]] == []
    assert overflow <= 0


def test_page_obeys_its_own_policy(address, browser):
    context = browser.new_context()
    page = context.new_page()
    refused = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)

    page.goto(f"{address}/gallery")
    context.close()

    assert refused == []
