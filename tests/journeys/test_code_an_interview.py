"""One person codes with the keyboard only, another with the mouse: the same segments come out, and axe is content."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, sync_playwright
from sqlalchemy import select
from sqlalchemy.orm import Session

from coding.models import Code, Coding, Segment, TranscriptVersion
from coding.services import create_code
from coding.transcripts import import_transcript, preview
from studies.models import Study
from tests.journeys.desks import serving_desk

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
CHROMIUM = Path("/usr/bin/chromium")
TEXT = """Enquêtrice : Comment ça a commencé ?

Nadège : Par la lettre 📩 du Département. J'ai eu peur, je me suis dit ça y est. Ils vont me couper !

Enquêtrice : Et ensuite ?

Nadège : Ensuite il y a eu le groupe. Là, j'ai levé la tête. Elle parlait comme moi.

Nadège : Voilà."""
EXPECTED = [
    ("lettre 📩 du Département", "Peur"),
    ("J'ai eu peur, je me suis dit ça y est.", "Peur"),
    ("Là, j'ai levé la tête.", "Parole des pairs"),
    ("levé la tête", "levé la tête"),
    ("Voilà.", "Parole des pairs"),
]


@dataclass(frozen=True)
class Desk:
    """A served application with one transcript for each person."""

    address: str
    by_keyboard: UUID
    by_mouse: UUID


def fill(session: Session, study: Study) -> list[UUID]:
    create_code(session, study.id, "Peur", description="Ce qui fait craindre une coupure.")
    create_code(session, study.id, "Parole des pairs")
    names = ("clavier", "souris")
    return [import_transcript(session, study.id, preview(f"{name}.txt", TEXT.encode())).id for name in names]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with serving_desk(tmp_path, ("clavier", "souris"), fill) as (_app, address, transcripts):
        yield Desk(address, *transcripts)


@pytest.fixture
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


def sign_in(browser, desk: Desk, token: str, **options) -> Page:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="fr-FR", **options)
    context.add_cookies([{"name": "tresse-session", "value": token, "url": desk.address}])
    page = context.new_page()
    page.set_default_timeout(10_000)
    return page


def open_transcript(page: Page, desk: Desk, transcript_id: UUID) -> None:
    page.goto(f"{desk.address}/studies/lettres/transcripts/{transcript_id}")
    page.wait_for_selector("[data-desk][data-ready]")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def pick(page: Page, letters: str) -> None:
    page.wait_for_selector("[data-picker][open]")
    page.keyboard.type(letters)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-picker]:not([open])", state="attached")


def wait_until_saved(page: Page) -> None:
    page.wait_for_selector("[data-saving][data-state=saved]")


def code_by_keyboard(page: Page) -> None:
    """Keys only, from the top of the page."""
    while page.evaluate("!document.activeElement.closest('[data-turns] article')"):
        press(page, "Tab")
    press(page, "ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight")
    press(page, "Shift+ArrowRight", "Enter")
    pick(page, "peu")
    press(page, "Home", *["ArrowRight"] * 5, "Shift+ArrowDown", "1")
    press(page, "ArrowDown", "ArrowDown", *["ArrowRight"] * 8, "Shift+ArrowDown", "Enter")
    pick(page, "pdp")
    press(page, "Home", *["ArrowRight"] * 9, "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight")
    press(page, "v")
    press(page, "ArrowDown", "Enter")
    pick(page, "parole")
    wait_until_saved(page)


def select_by_mouse(page: Page, words: str) -> None:
    """Drag from the first letter of the words to the last."""
    box = page.evaluate(
        """(words) => {
          for (const said of document.querySelectorAll("[data-said]")) {
            const at = said.textContent.indexOf(words);
            if (at < 0) continue;
            said.scrollIntoView({ block: "center" });
            const edge = (offset) => {
              const range = document.createRange();
              range.setStart(said.firstChild, offset);
              range.setEnd(said.firstChild, offset + 1);
              return range.getBoundingClientRect();
            };
            const first = edge(at), last = edge(at + words.length - 1);
            return [first.left + 1, first.top + first.height / 2, last.right - 1, last.top + last.height / 2];
          }
        }""",
        words,
    )
    page.mouse.move(box[0], box[1])
    page.mouse.down()
    page.mouse.move(box[2], box[3], steps=5)
    page.mouse.up()
    page.wait_for_selector("[data-tools][data-active]")


def code_by_mouse(page: Page) -> None:
    for words, code in EXPECTED:
        select_by_mouse(page, words)
        if code == words:
            page.get_by_role("button", name="In vivo").click()
        else:
            page.locator(".code-row", has_text=code).first.click()
        page.wait_for_selector("[data-tools]:not([data-active])", state="attached")
    wait_until_saved(page)


def stored(desk: Desk, tmp_path: Path, transcript_id: UUID) -> list[tuple[str, str]]:
    from sqlalchemy import create_engine

    engine = create_engine(f"sqlite:///{tmp_path / 'journey.sqlite3'}")
    with engine.connect() as connection:
        rows = connection.execute(
            select(Segment.quote, Code.name)
            .join(Coding, Coding.segment_id == Segment.id)
            .join(Code, Code.id == Coding.code_id)
            .join(TranscriptVersion, TranscriptVersion.id == Segment.version_id)
            .where(TranscriptVersion.transcript_id == transcript_id)
            .order_by(Segment.start, Code.name)
        ).all()
    engine.dispose()
    return [(row[0], row[1]) for row in rows]


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
    return [f"{page.url} {one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


@pytest.mark.browser
def test_keyboard_and_mouse_code_the_same_segments(browser, desk, tmp_path):
    keyboard, mouse = sign_in(browser, desk, "clavier"), sign_in(browser, desk, "souris")

    open_transcript(keyboard, desk, desk.by_keyboard)
    code_by_keyboard(keyboard)
    open_transcript(mouse, desk, desk.by_mouse)
    code_by_mouse(mouse)

    assert stored(desk, tmp_path, desk.by_keyboard) == EXPECTED
    assert stored(desk, tmp_path, desk.by_mouse) == EXPECTED


@pytest.mark.browser
def test_codings_are_undone_and_done_again_after_a_reload(browser, desk, tmp_path):
    page = sign_in(browser, desk, "souris")
    open_transcript(page, desk, desk.by_mouse)
    code_by_mouse(page)
    page.reload()
    page.wait_for_selector("[data-desk][data-ready]")
    page.locator("[data-turns] article").first.focus()

    press(page, *["z"] * 4)
    wait_until_saved(page)
    undone = stored(desk, tmp_path, desk.by_mouse)
    shown = page.locator(".code-row", has_text="Peur").first.inner_text().split()
    press(page, *["Shift+Z"] * 5)
    wait_until_saved(page)

    assert undone == EXPECTED[:1]
    assert "1" in shown
    assert stored(desk, tmp_path, desk.by_mouse) == EXPECTED


@pytest.mark.browser
def test_codings_survive_a_lost_network_and_a_reload(browser, desk, tmp_path):
    page = sign_in(browser, desk, "souris")
    open_transcript(page, desk, desk.by_mouse)
    page.route("**/codings", lambda route: route.abort())

    select_by_mouse(page, "J'ai eu peur")
    page.locator(".code-row", has_text="Peur").click()
    page.wait_for_selector("[data-saving][data-state=offline]")
    sentence = page.locator("[data-saving] [data-sentence]").inner_text()
    lost = stored(desk, tmp_path, desk.by_mouse)
    page.unroute("**/codings")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.wait_for_selector("[data-desk][data-ready]")
    wait_until_saved(page)

    assert "1 geste attend sur cet appareil, rien n’est perdu" in sentence
    assert lost == []
    assert stored(desk, tmp_path, desk.by_mouse) == [("J'ai eu peur", "Peur")]


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_screens_of_coding(browser, desk, scheme):
    page = sign_in(browser, desk, "souris", color_scheme=scheme)
    found = []
    open_transcript(page, desk, desk.by_mouse)
    select_by_mouse(page, "J'ai eu peur")
    page.locator(".code-row", has_text="Peur").click()
    wait_until_saved(page)
    found += violations(page)
    page.locator("[data-turns] article").nth(1).focus()
    press(page, "Enter")
    page.wait_for_selector("[data-picker][open]")
    found += violations(page)
    press(page, "Escape", "l")
    page.wait_for_selector("[data-passages][open]")
    found += violations(page)
    code = page.evaluate("JSON.parse(document.querySelector('[data-payload]').textContent).codes[0].id")
    for path in (
        "transcripts/",
        "transcripts/import",
        "transcripts/import/review",
        f"transcripts/{desk.by_mouse}/segments?turn=2",
        f"transcripts/{desk.by_mouse}/edit",
        f"transcripts/{desk.by_mouse}/words",
        f"transcripts/{desk.by_mouse}/versions",
        "codebook/",
        f"codebook/codes/{code}",
        "codebook/themes",
        "segments/",
        "clusters/",
    ):
        page.goto(f"{desk.address}/studies/lettres/{path}")
        found += violations(page)

    assert found == []
