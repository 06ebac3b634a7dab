"""What a slow phone waits for: a page of questions that open each other, its scripts, and a bare page of the same text.

Chromium at 360 px, its processor slowed six times, on a network of 400 kbit/s with 2 s round trips; each round opens
both pages one after the other, so that only figures of one run are compared. Other measures of the phone go here too.

python benchmarks/phone_speed.py [ROUNDS]
"""

import statistics
import sys
import tempfile
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
CHROMIUM = "/usr/bin/chromium"
QUESTIONS = 42
ANSWERED = 12
SLOWER = 6
SLOW_3G = {"offline": False, "latency": 2000, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
MAX_BLOCKING = 150

# Blocking is what a task takes past 50 ms; what is typed afterwards is counted apart.
OBSERVE = """
window.blocking = 0;
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) window.blocking += Math.max(0, task.duration - 50);
}).observe({ type: "longtask", buffered: true });
"""


def form():
    """Return a form of 42 questions, 41 of them on one page, each opened by the one before."""
    from tests.factories.surveys import survey

    lines = ["text | name | Votre prénom ? | |", "begin_group | all | Questions | field-list |"]
    for number in range(1, QUESTIONS):
        shown = f"${{q{number - 1}}} = 'yes'" if number > 1 else ""
        lines.append(f"select_one yn | q{number} | Question {number}, ${{name}} ? | | {shown}")
    lines.append("end_group | | | |")
    columns = "type | name | label | appearance | relevant"
    return survey(*lines, choices=("yn | yes | Oui | |", "yn | no | Non | |"), columns=columns)


@contextmanager
def served(folder):
    """Serve the form."""
    import logging

    from tests.factories.surveys import make_collection
    from tests.journeys.phones import serving_form

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with serving_form(folder, lambda session, study: make_collection(session, study, form()).code) as one:
        yield one


class Bare(BaseHTTPRequestHandler):
    """A page of the same text and nothing else."""

    def do_GET(self):
        words = "".join(f"<p>Question {number} ? Oui Non</p>" for number in range(1, QUESTIONS))
        body = f'<!doctype html><html lang="fr"><meta charset="utf-8"><title>Nue</title>{words}'.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words):
        """Say nothing of requests."""


@contextmanager
def bare_address():
    """Serve the bare page."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bare)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def throttle(context, page):
    """Slow the processor and the network of a page."""
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_3G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def first_paint(page):
    """Return the seconds to the first words on the screen."""
    script = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN"
    return page.evaluate(script) / 1000


def live_page(browser, one):
    """Open the page of many questions, cold; return first paint, blocking at load, and blocking while answering."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, service_workers="block")
    context.add_init_script(OBSERVE)
    page = context.new_page()
    page.goto(f"{one.address}/r/{one.code}")
    page.locator("main form button[type=submit]").first.click()
    page.locator("input[name=name]").fill("Ana")
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url("**/p/all")
    session = context.new_cdp_session(page)
    session.send("Network.clearBrowserCache")
    address = page.url
    fresh = context.new_page()
    throttle(context, fresh)
    fresh.goto(address, timeout=120_000)
    # The first answer opens the second question once the scripts and the form have come.
    fresh.locator("input[name=q1][value=yes]").check()
    fresh.locator("input[name=q2]").first.wait_for(state="visible", timeout=120_000)
    paint, loading = first_paint(fresh), fresh.evaluate("window.blocking")
    for number in range(2, ANSWERED):
        fresh.locator(f"input[name=q{number}][value=yes]").check()
        fresh.locator(f"input[name=q{number + 1}]").first.wait_for(state="visible")
    fresh.locator("input[name=q1][value=no]").check()
    fresh.locator("input[name=q2]").first.wait_for(state="hidden")
    fresh.wait_for_timeout(300)
    answering = fresh.evaluate("window.blocking") - loading
    context.close()
    return paint, loading, answering


def bare_page(browser, address):
    """Open the bare page, cold; return first paint and blocking."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    context.add_init_script(OBSERVE)
    page = context.new_page()
    throttle(context, page)
    page.goto(address, timeout=120_000)
    page.wait_for_timeout(1000)
    measured = first_paint(page), page.evaluate("window.blocking")
    context.close()
    return measured


def line(name, figures, unit):
    return f"{name}: {statistics.median(figures):.2f} ({min(figures):.2f}–{max(figures):.2f}) {unit}"


def main():
    from playwright.sync_api import sync_playwright

    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    live, bare = [], []
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder)) as one,
        bare_address() as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for _ in range(rounds):
            live.append(live_page(browser, one))
            bare.append(bare_page(browser, address))
        browser.close()
    print(f"n={rounds} rounds, {QUESTIONS} questions, processor 6× slower, 400 kbit/s with 2 s round trips")
    print(line("bare page, first paint", [each[0] for each in bare], "s"))
    print(line("page of questions, first paint", [each[0] for each in live], "s"))
    print(line("bare page, blocking", [each[1] for each in bare], "ms"))
    print(line("page of questions, blocking until its scripts work", [each[1] for each in live], "ms"))
    print(line(f"{ANSWERED - 1} answers that open and hide questions, blocking", [each[2] for each in live], "ms"))
    print(line("blocking in all", [each[1] + each[2] for each in live], f"ms; limit {MAX_BLOCKING} ms"))


if __name__ == "__main__":
    main()
