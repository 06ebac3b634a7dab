"""Phones send responses while their server is killed at random moments; then what is left is counted.

The server is granian with two processes of four threads, as Tresse serves. What starts it again has loaded the
application and forks, so that it is back at once: forty starts from nothing would take longer than what is tested.
"""

import hashlib
import http.client
import json
import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from sqlalchemy import func, select

from app.extensions import db
from app.unit_of_work import unit_of_work
from studies.models import Study
from surveys.models import Answer, Quarantine, Response, ResponseState
from surveys.services import import_questionnaire, open_collection, publish
from surveys.tokens import new_token, receipt_of, response_id_of, spell

ROOT = Path(__file__).parents[3]
CLIENTS = 8
FORM = """
| survey |
| | type | name | label | required | appearance |
| | begin_group | page | Une page | | field-list |
| | integer | number | Un nombre ? | yes | |
| | text | word | Un mot ? | yes | |
| | end_group | | | | |
"""


@dataclass(frozen=True)
class Tally:
    """What was found.

    `lost`: acknowledged, and not there, not sent, or with another receipt or other answers; `doubled`: responses that
    nobody sent; `stray`: rows in quarantine; `replays`: requests answered that their phone had to send again.
    """

    submissions: int
    kills: int
    lost: int
    doubled: int
    stray: int
    replays: int
    seconds: float


def open_form(title: str = "Essai") -> str:
    """Open the form to everybody; the application must be current. Return the code."""
    with unit_of_work() as session:
        study = Study(key="essai", title=title)
        session.add(study)
        session.flush()
        version = import_questionnaire(session, study.id, file_name="form.md", content=FORM.encode())
        publish(session, study.id, version.id)
        return open_collection(session, study.id, version_id=version.id, title=title).token


class Server:
    """A server on a port of its own, back after each kill; every process is ended by its id."""

    def __init__(self, port: int, environment: dict[str, str]) -> None:
        self.port = port
        self._starter = subprocess.Popen(
            [sys.executable, __file__, str(port)], env=environment, cwd=ROOT, start_new_session=True
        )

    def kill(self) -> None:
        """Kill -9 the whole tree of the server, wherever it is."""
        # Stopped first: a process born between the list and the kill would outlive its parent.
        for main in psutil.Process(self._starter.pid).children():
            with suppress(psutil.NoSuchProcess):
                main.suspend()
        _kill(psutil.Process(self._starter.pid).children(recursive=True))

    def stop(self) -> None:
        served = psutil.Process(self._starter.pid).children(recursive=True)
        self._starter.kill()
        _kill(served)
        self._starter.wait()


def _kill(processes: list[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[Server]:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    server = Server(port, environment)
    try:
        yield server
    finally:
        server.stop()


@dataclass
class Phone:
    """Sends until it is answered, as a phone does that keeps its queue."""

    port: int
    code: str
    replays: int = 0
    connection: http.client.HTTPConnection | None = None

    def submit(self, token: str, number: int) -> str:
        """Start, answer the page, end; return the receipt."""
        self.put(token, "debut", {"locale": "fr", "started": _clock(), "seed": number})
        fields = {"number": [str(number)], "word": [_word(number)]}
        clocks = dict.fromkeys(fields, _clock())
        self.put(token, "pages/page", {"revision": 1, "phone": "a", "fields": fields, "clocks": clocks})
        return self.put(token, "fin", {"revisions": {"page": 1}})["receipt"]

    def put(self, token: str, path: str, body: dict) -> dict:
        raw = json.dumps(body).encode()
        digest = hashlib.sha256(raw).hexdigest()
        headers = {"Authorization": f"Bearer {token}", "Tresse-Hash": digest, "Tresse-Clock": str(_clock())}
        tries = 0
        while True:
            tries += 1
            try:
                if self.connection is None:
                    self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
                self.connection.request("PUT", f"/r/{self.code}/envoi/{path}", raw, headers)
                answer = self.connection.getresponse()
                said = json.loads(answer.read()) if answer.status == 200 else {}
                if said.get("hash") == digest:
                    self.replays += tries > 1
                    return said
            except (OSError, http.client.HTTPException, ValueError):
                self.close()
            time.sleep(0.05)

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def _clock() -> int:
    return int(time.time() * 1000)


def _word(number: int) -> str:
    return f"Réponse n° {number}"


@dataclass
class Fleet:
    """Several phones that share the submissions to make; `receipts` are those acknowledged, by token."""

    port: int
    code: str
    submissions: int
    receipts: dict[str, tuple[int, str]] = field(default_factory=dict)
    replays: int = 0
    _next: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> list[threading.Thread]:
        threads = [threading.Thread(target=self._work, daemon=True) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        return threads

    def _work(self) -> None:
        phone = Phone(self.port, self.code)
        while True:
            with self._lock:
                if self._next == self.submissions:
                    self.replays += phone.replays
                    phone.close()
                    return
                number, self._next = self._next, self._next + 1
            token = new_token()
            receipt = phone.submit(token, number)
            with self._lock:
                self.receipts[token] = number, receipt


def kill_servers(code: str, server: Server, *, submissions: int, kills: int, seed: int, patience: float) -> Tally:
    """Kill the server so many times while phones submit; the application of its database must be current."""
    chance = random.Random(seed)
    fleet = Fleet(server.port, code, submissions)
    begun = time.monotonic()
    threads = fleet.start()
    for kill in range(1, kills + 1):
        _wait_for(fleet, submissions * kill // (kills + 1), begun + patience)
        time.sleep(chance.uniform(0, 0.05))
        server.kill()
    _wait_for(fleet, submissions, begun + patience)
    for thread in threads:
        thread.join(1)
    seconds = time.monotonic() - begun
    lost, doubled = _compare(fleet.receipts)
    stray = db.session().scalar(select(func.count()).select_from(Quarantine)) or 0
    db.session.rollback()
    return Tally(submissions, kills, lost, doubled, stray, fleet.replays, seconds)


def _wait_for(fleet: Fleet, count: int, until: float) -> None:
    while len(fleet.receipts) < count and time.monotonic() < until:
        time.sleep(0.005)


def _compare(receipts: dict[str, tuple[int, str]]) -> tuple[int, int]:
    """Return how many acknowledged submissions are not as they were sent, and how many are there that nobody sent."""
    session = db.session()
    responses = {
        row.id: (row.state, spell(row.receipt or ""))
        for row in session.execute(select(Response.id, Response.state, Response.receipt))
    }
    answers: Counter = Counter()
    for row in session.execute(select(Answer.response_id, Answer.item_name, Answer.value)):
        answers[row.response_id, row.item_name, row.value] += 1
    lost = 0
    for token, (number, receipt) in receipts.items():
        id_ = response_id_of(token)
        there = responses.get(id_) == (ResponseState.SUBMITTED, receipt) and receipt == spell(receipt_of(token))
        lost += not (there and answers[id_, "number", number] == answers[id_, "word", _word(number)] == 1)
    sent = [id_ for id_, (state, _receipt) in responses.items() if state is ResponseState.SUBMITTED]
    session.rollback()
    return lost, len(sent) - len(receipts) + sum(answers.values()) - 2 * len(responses)


def cut_off(port: int, code: str, token: str, number: int) -> None:
    """Promise a page of 5,000 bytes, send a piece of it, go away."""
    head = (
        f"PUT /r/{code}/envoi/pages/page HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        "Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall((head + '{"revision": 9, "fields": {"word": ["' + "x" * (number * 97 % 4000)).encode())


def serve(port: int) -> None:
    """Serve the application of this environment, again and again, until killed."""
    from granian import Granian
    from granian.constants import Interfaces

    import wsgi  # noqa: F401  loaded here, the processes forked below have it

    while True:
        server = os.fork()
        if server == 0:
            Granian(
                "wsgi:application",
                port=port,
                interface=Interfaces.WSGI,
                workers=2,
                blocking_threads=4,
                backpressure=512,
                websockets=False,
                log_enabled=False,
            ).serve()
            os._exit(0)
        os.waitpid(server, 0)


def environment_of(url: str, folder: Path) -> dict[str, str]:
    return os.environ | {
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": url,
        "TRESSE_DATA_DIR": str(folder),
        "SECRET_KEY": "test" * 16,
        "PUBLIC_URL": "http://127.0.0.1",
    }


if __name__ == "__main__":
    serve(int(sys.argv[1]))
