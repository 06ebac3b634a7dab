"""Open a transcript of 45,000 words with 1,000 codings in chromium, and put codes on it with the mouse.

usable: from the start of the navigation until every coding is painted and the desk answers keys and clicks.
coding: from the click on a code until the frame with the new coding is presented.
"""

import argparse
import statistics
import sys

from coding_corpus import TOKEN, served_corpus
from playwright.sync_api import Page, sync_playwright

WORDS, CODINGS = 45_000, 1_000
READY = """() => new Promise((resolve) => {
  const look = () => document.querySelector("[data-desk][data-ready]")
    ? requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => resolve(performance.now());
        channel.port2.postMessage(0);
      })
    : requestAnimationFrame(look);
  look();
})"""
CLICK = """(place) => new Promise((resolve) => {
  const said = document.querySelectorAll("[data-said]")[place];
  said.closest("li").scrollIntoView({ block: "center" });
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const selection = document.getSelection();
    selection.setBaseAndExtent(said.firstChild, 4, said.firstChild, 40);
    document.dispatchEvent(new PointerEvent("pointerup"));
    setTimeout(() => {
      const row = document.querySelectorAll(".code-row")[place % 10];
      const start = performance.now();
      row.click();
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => resolve(performance.now() - start);
        channel.port2.postMessage(0);
      });
    }, 50);
  }));
})"""


def measure(page: Page, address: str, clicks: int) -> tuple[float, list[float], int]:
    """Return milliseconds until usable, those of each new coding, and how many highlights the page holds."""
    page.goto(address, wait_until="commit")
    usable = page.evaluate(READY)
    painted = page.evaluate("[...CSS.highlights.values()].reduce((sum, one) => sum + one.size, 0)")
    return usable, [page.evaluate(CLICK, 2 * place + 1) for place in range(clicks)], painted


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--clicks", type=int, default=10)
    parser.add_argument("--slow", type=float, default=1, help="slow the processor down so many times")
    options = parser.parse_args()
    with served_corpus({WORDS: CODINGS}) as corpus, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        address = f"{corpus.address}/studies/bench/transcripts/{corpus.transcripts[WORDS]}"
        usable, coding, painted = [], [], 0
        for _ in range(options.runs):
            context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="fr-FR")
            context.add_cookies([{"name": "tresse-session", "value": TOKEN, "url": corpus.address}])
            page = context.new_page()
            if options.slow > 1:
                context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": options.slow})
            one_usable, one_coding, painted = measure(page, address, options.clicks)
            usable.append(one_usable)
            coding += one_coding
            context.close()
        browser.close()
    print(f"{WORDS} words, {CODINGS} codings, {painted} ranges painted, empty cache, processor ÷ {options.slow:g}")
    print(f"usable: median {statistics.median(usable):.0f} ms (max {max(usable):.0f}), n = {len(usable)}")
    print(f"new coding: median {statistics.median(coding):.1f} ms (max {max(coding):.1f}), n = {len(coding)}")
    if options.slow == 1 and (statistics.median(usable) > 1000 or statistics.median(coding) > 100):
        sys.exit(1)


if __name__ == "__main__":
    main()
