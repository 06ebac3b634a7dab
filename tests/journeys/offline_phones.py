"""A server that is really there, the network on the way to it, phones, and what the database holds in the end."""

import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserContext, CDPSession, Error, Page
from sqlalchemy import func, select

from app.extensions import db
from app.unit_of_work import unit_of_work
from studies.models import Account, Study
from surveys.models import Answer, Collection, DeliveredPage, Quarantine, Response
from surveys.phone_files import TakenIn, take_in_file
from surveys.services import import_questionnaire, open_collection, publish
from tests.app.jobs.processes import prepared_app
from tests.app.respond.crashes import environment_of, serving

WIDTH, HEIGHT = 360, 740
SECONDS = 10
FORM = """
| survey |
| | type | name | label | relevant | required | constraint | constraint_message |
| | select_one yn | works | Avez-vous un emploi ? | | yes | | |
| | integer | hours | Combien d'heures ? | ${works} = 'yes' | | . <= 60 | 60 au plus. |
| | text | word | Un mot sur vos ${hours} heures ? | | | | |
| choices |
| | list_name | name | label |
| | yn | yes | Oui |
| | yn | no | Non |
| settings |
| | form_title | form_id |
| | Petit questionnaire | small |
"""


Said = tuple[int, str, bytes]
"""Status, type and body of what somebody on the way answers."""


class Way(ThreadingHTTPServer):
    """The network between phones and the server; `meddle` answers in its place, or changes what it says."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.beyond = port
        self.meddle: Callable[[str, str], Said | bytes | None] = lambda _method, _path: None

    def handle_error(self, request: object, client_address: object) -> None:
        """A phone that went away is no error of the way."""


class _Passing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Way

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        said = self.server.meddle(self.command, self.path)
        if isinstance(said, tuple):
            status, kind, content = said
            headers = [("Content-Type", kind)]
        else:
            beyond = http.client.HTTPConnection("127.0.0.1", self.server.beyond, timeout=30)
            beyond.request(self.command, self.path, body, dict(self.headers.items()))
            answer = beyond.getresponse()
            status, content, headers = answer.status, answer.read() + (said or b""), answer.getheaders()
            beyond.close()
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in {"content-length", "transfer-encoding", "connection"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET  # noqa: N815  the names that http.server looks for
    do_PUT = do_GET  # noqa: N815

    def log_message(self, *_words: object) -> None:
        """Nothing is said of what passes."""


@dataclass(frozen=True)
class Site:
    """A served Tresse, whose database the test reads beside it."""

    base: str
    way: Way

    def open(self, form: str = FORM) -> str:
        """Open a questionnaire to everybody; return its code."""
        with unit_of_work() as session:
            study = Study(key=f"s{time.time_ns()}", title="Essai")
            session.add(study)
            session.flush()
            version = import_questionnaire(session, study.id, file_name="form.md", content=form.encode())
            publish(session, study.id, version.id)
            return open_collection(session, study.id, version_id=version.id, title="Vague").token

    def take_in(self, code: str, content: bytes) -> TakenIn:
        """Take in the file of a phone, as the team does."""
        with unit_of_work() as session:
            collection = session.scalars(select(Collection).where(Collection.token == code)).one()
            account = Account(email=f"{code}@example.org", name="Ada", password_hash="")
            session.add(account)
            session.flush()
            return take_in_file(session, collection.study_id, collection.id, code, content, account_id=account.id)


@contextmanager
def served_site(folder: Path) -> Iterator[Site]:
    url = f"sqlite:///{folder / 'offline.sqlite3'}"
    with prepared_app(url, folder), serving(environment_of(url, folder)) as server:
        wait_for(lambda: _answers(f"http://127.0.0.1:{server.port}"), seconds=60)
        way = Way(server.port)
        threading.Thread(target=way.serve_forever, daemon=True).start()
        yield Site(f"http://127.0.0.1:{way.server_port}", way)
        way.shutdown()
        way.server_close()


def _answers(base: str) -> bool:
    try:
        with urlopen(base, timeout=5):
            return True
    except (URLError, OSError):
        return False


def wait_for(condition: Callable[[], Any], *, seconds: float = SECONDS) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
    return found


@dataclass
class Kept:
    """What the database holds of one collection."""

    code: str

    def _read(self, *columns: Any) -> list[Any]:
        db.session.rollback()
        session = db.session()
        mine = select(Response.id).join(Collection).where(Collection.token == self.code)
        table = columns[0].class_
        where = Response.id.in_(mine) if table is Response else table.response_id.in_(mine)
        rows = session.execute(select(*columns).where(where)).all()
        session.rollback()
        return rows

    @property
    def states(self) -> list[str]:
        return sorted(row.state.value for row in self._read(Response.state))

    @property
    def answers(self) -> dict[str, Any]:
        return {
            row.item_name: row.missing or row.value
            for row in self._read(Answer.item_name, Answer.value, Answer.missing)
        }

    @property
    def answer_rows(self) -> int:
        return len(self._read(Answer.item_name))

    @property
    def revisions(self) -> dict[str, int]:
        return {row.page_key: row.revision for row in self._read(DeliveredPage.page_key, DeliveredPage.revision)}

    @property
    def offsets(self) -> list[float]:
        return [row.clock_offset for row in self._read(DeliveredPage.clock_offset)]

    @property
    def receipts(self) -> list[str]:
        return [row.receipt for row in self._read(Response.receipt)]

    def apart(self) -> list[tuple[str, dict]]:
        db.session.rollback()
        rows = db.session().execute(
            select(Quarantine.reason, Quarantine.payload)
            .join(Collection, Collection.id == Quarantine.collection_id)
            .where(Collection.token == self.code)
            .order_by(Quarantine.reason, func.length(Quarantine.reason))
        )
        found = [(row.reason, row.payload) for row in rows]
        db.session.rollback()
        return found


@dataclass
class Phone:
    """A phone with its own storage; `page` is its open tab."""

    site: Site
    code: str
    context: BrowserContext
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        self.context.set_default_timeout(SECONDS * 1000)
        self.page = self.context.new_page()
        # Shown when a test fails.
        self.page.on("console", lambda said: print(said.type, said.text))  # noqa: T201

    def go(self, path: str = "") -> None:
        self.page.goto(f"{self.site.base}/r/{self.code}{path}")

    def start(self) -> None:
        """Start with the network, and wait until the phone can do without."""
        self.go()
        self.page.get_by_role("button", name="Commencer").click()
        self.until_ready()

    def until_ready(self) -> None:
        self.until(f"caches.match('/r/{self.code}/coquille').then(Boolean)")
        self.until("Boolean(navigator.serviceWorker.controller)")
        self.until("document.querySelector('.kept') !== null")

    def until(self, condition: str) -> None:
        def holds() -> bool:
            try:
                return bool(self.page.evaluate(condition))
            except Error:  # the page is being left for the next one
                return False

        wait_for(holds)

    def until_says(self, words: str) -> None:
        self.page.get_by_text(words).first.wait_for()

    def offline(self) -> None:
        self.context.set_offline(True)

    def online(self) -> None:
        self.context.set_offline(False)

    def next(self) -> None:
        self.page.get_by_role("button", name="Continuer").click()

    def works(self, words: str = "Non") -> None:
        self.page.get_by_label(words).check()
        self.next()

    def word(self, text: str) -> None:
        self.page.get_by_label("Un mot").fill(text)
        self.next()

    def send(self) -> None:
        self.page.get_by_role("button", name="Envoyer mes réponses").first.click()

    def answer_everything(self, word: str = "Merci") -> None:
        self.works()
        self.word(word)
        self.send()

    @property
    def status(self) -> str:
        return self.page.locator(".kept").inner_text()

    def session(self) -> CDPSession:
        return self.context.new_cdp_session(self.page)

    def wipe(self, kinds: str) -> None:
        """Take away what the browser keeps of the site, as its owner or its maker may."""
        self.session().send("Storage.clearDataForOrigin", {"origin": self.site.base, "storageTypes": kinds})

    def kept_answers(self) -> int:
        """Return how many responses rest on the phone."""
        return self.page.evaluate(
            """new Promise((done) => {
              const request = indexedDB.open("tresse", 1);
              request.onsuccess = () => {
                const count = request.result.transaction("drafts").objectStore("drafts").count();
                count.onsuccess = () => { request.result.close(); done(count.result); };
              };
            })"""
        )


def new_phone(site: Site, code: str, browser: Browser, **options: Any) -> Phone:
    options = {
        "locale": "fr-FR",
        "timezone_id": "Europe/Paris",
        "viewport": {"width": WIDTH, "height": HEIGHT},
    } | options
    return Phone(site, code, browser.new_context(**options))
