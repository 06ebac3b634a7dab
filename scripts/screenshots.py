"""Take the pictures of the README: seed the demonstration in a folder of its own, serve it, photograph its pages."""

import io
import subprocess
import tempfile
from pathlib import Path
from shutil import which

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.conftest import Served, serving

PICTURES = Path(__file__).parents[1] / "docs" / "screenshots"
MAX_BYTES = 250_000
LEAD = "camille@demo.example"
PASSWORD = "une phrase pour les images"  # noqa: S105  an account that lives as long as this script


def keep(name: str, content: bytes) -> None:
    """Keep a picture with no more colours than fit in 250 kB; smaller when colours alone do not do it."""
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    for colours in (256, 128, 64, 32):
        out = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= MAX_BYTES:
            break
    (PICTURES / name).write_bytes(out.getvalue())
    print(f"{name}: {out.tell() / 1000:.0f} kB, {picture.width} × {picture.height}")  # noqa: T201  what the command says


def sign_in(browser: Browser, served: Served) -> Page:
    """Sign in as the invented lead of the demonstration, by a one-time link."""
    link = served.command("account", "link", "--email", LEAD).stdout.strip()
    page = browser.new_context(viewport={"width": 1440, "height": 900}, locale="fr-FR").new_page()
    page.goto(served.address + link[link.index("/account/") :])
    page.get_by_label("Nouveau mot de passe").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_load_state()
    return page


def photograph(browser: Browser, served: Served) -> None:
    """Take each picture from the page itself."""
    stranger = browser.new_context(viewport={"width": 1440, "height": 900}, locale="fr-FR").new_page()
    stranger.goto(f"{served.address}/")
    keep("home.png", stranger.screenshot())
    desk = sign_in(browser, served)
    study = f"{served.address}/studies/demo"
    desk.goto(f"{study}/")
    keep("study.png", desk.screenshot())
    desk.goto(f"{study}/transcripts/")
    desk.locator("table tbody th a").first.click()
    desk.wait_for_selector("[data-desk][data-ready]")
    desk.locator("[data-turns] article").nth(3).focus()
    keep("coding.png", desk.screenshot())
    desk.goto(f"{study}/weaving/")
    desk.locator("table.values").first.scroll_into_view_if_needed()
    desk.evaluate("window.scrollBy(0, document.querySelector('table.values').getBoundingClientRect().top - 90)")
    keep("weaving.png", desk.screenshot())
    desk.goto(f"{study}/collections/")
    answer_two_pages(browser, served, desk)
    print_report(served)


def answer_two_pages(browser: Browser, served: Served, desk: Page) -> None:
    """Open the collection that is open, as a phone does, up to its first question."""
    desk.locator("tr", has=desk.locator(".badge-good")).first.locator("a").click()
    desk.wait_for_load_state()
    address = desk.locator("main .card a").first.get_attribute("href") or ""
    phone = browser.new_context(
        viewport={"width": 360, "height": 740}, device_scale_factor=2, locale="fr-FR", java_script_enabled=False
    ).new_page()
    phone.goto(served.address + address[address.index("/r/") :])
    phone.locator("main button[type=submit]").click()
    phone.get_by_role("checkbox").first.check()
    phone.locator("main button[value=next]").click()
    keep("phone.png", phone.screenshot())


def print_report(served: Served) -> None:
    """Print the demonstration's report and keep its first page, where pdftoppm is installed."""
    program = which("pdftoppm")
    if program is None:
        print("report.png: not taken, pdftoppm is missing (Debian: poppler-utils)")  # noqa: T201
        return
    with tempfile.TemporaryDirectory() as folder:
        pdf = Path(folder) / "report.pdf"
        made = served.command("report", "build", "demo", "--out", str(pdf))
        if made.returncode:
            raise SystemExit(made.stderr)
        subprocess.run(  # noqa: S603  a program of the system on a file of our own
            [program, "-png", "-r", "90", "-f", "1", "-l", "1", "-singlefile", str(pdf), str(pdf.with_suffix(""))],
            check=True,
        )
        keep("report.png", pdf.with_suffix(".png").read_bytes())


def main() -> None:
    """Take them all."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        serving(Path(folder), before=("demo",)) as served,
    ):
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        try:
            photograph(browser, served)
        finally:
            browser.close()


if __name__ == "__main__":
    main()
