"""Answered pages per second, each saved durably, against a bare Flask + SQLAlchemy route beside it.

    python benchmarks/answer_pages.py [--seconds 5] [--rounds 3] [--clients 8]

Both run under granian (2 workers x 4 threads) and are measured in turn, A B A B…, so that a busy machine slows both.
DATABASE_URL names a PostgreSQL server to measure there; otherwise each uses its own SQLite file, synchronous=FULL.
Server CPU is read from the server's processes; it moves less than wall-clock time on a shared machine.
"""

import argparse
import http.client
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
PAGES = 20
FORM = "application/x-www-form-urlencoded"


def bare():
    """Return the smallest honest application: one JSON row a POST, committed before the answer."""
    from flask import Flask, request
    from flask_sqlalchemy import SQLAlchemy
    from sqlalchemy import JSON
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

    from app.database import prepare_engine

    class Base(DeclarativeBase):
        pass

    class Row(Base):
        __tablename__ = "bare_row"
        id: Mapped[int] = mapped_column(primary_key=True)
        data: Mapped[dict] = mapped_column(JSON)

    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["BARE_DATABASE_URL"]
    db = SQLAlchemy(metadata=Base.metadata)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)

    @app.post("/")
    def keep():
        from app.database import declare_write_intent

        declare_write_intent(writing=True)
        db.session.add(Row(data=request.form.to_dict()))
        db.session.commit()
        return "", 204

    @app.cli.command("prepare")
    def prepare():
        Base.metadata.create_all(db.engine)

    return app


def settings_environment(folder):
    given = os.environ.get("DATABASE_URL")
    url = given.replace("postgresql://", "postgresql+psycopg://") if given else ""
    return {
        **os.environ,
        "DATABASE_URL": url or f"sqlite:///{folder}/tresse.sqlite3",
        "BARE_DATABASE_URL": url or f"sqlite:///{folder}/bare.sqlite3",
        "TRESSE_DATA_DIR": folder,
        "SECRET_KEY": "benchmark" * 6,
        "PUBLIC_URL": "http://127.0.0.1",
        "TRESSE_WORKER": "none",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'benchmarks'}",
    }


def make_form():
    """Twenty pages of one question: choices, numbers, texts; a third of them behind a condition that holds."""
    from surveys.definition import Choice, Definition, Item, ItemType, Locale
    from surveys.expressions import parse

    kinds = (ItemType.SELECT_ONE, ItemType.INTEGER, ItemType.TEXT, ItemType.SELECT_MULTIPLE)
    items = []
    for number in range(PAGES):
        kind = kinds[number % len(kinds)]
        items.append(
            Item(
                name=f"q{number}",
                key=f"q{number}",
                path=f"/data/q{number}",
                type=kind,
                labels={"fr": f"Question {number} : que diriez-vous de cela ?"},
                list_name="yes_no" if kind.has_choices else "",
                required=number % 2 == 0,
                relevant=parse(f"${{q{number - 1}}} != ''") if number % 3 == 2 else None,
                constraint=parse(". >= 0 and . <= 120") if kind is ItemType.INTEGER else None,
            )
        )
    choices = tuple(Choice(name, {"fr": name}) for name in ("oui", "non", "parfois", "rarement", "jamais"))
    return Definition(
        title="Essai",
        form_id="essai",
        locales=(Locale("fr", "Français"),),
        default_locale="fr",
        children=tuple(items),
        choice_lists={"yes_no": choices},
    )


def bodies():
    values = ("oui", "42", "Un texte court, comme on en écrit sur un téléphone.", "parfois")
    return [{f"q{number}": values[number % len(values)], "move": "next"} for number in range(PAGES)]


def seed(environment):
    """Make the tables and an open collection; return its code."""
    import config
    from app.extensions import db
    from app.factory import create_app
    from app.unit_of_work import unit_of_work
    from core.db import Base
    from studies.models import Study
    from surveys.services import open_collection, publish, store_definition

    app = create_app(config.load(environment))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        with unit_of_work() as session:
            study = Study(key=f"bench-{time.time_ns()}", title="Bench")
            session.add(study)
            session.flush()
            version = store_definition(session, study.id, make_form())
            publish(session, study.id, version.id)
            code = open_collection(session, study.id, version_id=version.id, title="Bench").token
        db.engine.dispose()
    return code


@dataclass
class Server:
    target: str
    port: int
    environment: dict
    factory: bool = False
    process: subprocess.Popen = field(init=False)

    def start(self):
        command = [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--workers",
            "2",
            "--blocking-threads",
            "4",
            "--port",
            str(self.port),
            "--log-level",
            "error",
            *(["--factory"] if self.factory else []),
            self.target,
        ]
        self.process = subprocess.Popen(command, env=self.environment, cwd=ROOT)
        for _ in range(200):
            try:
                http.client.HTTPConnection("127.0.0.1", self.port, timeout=2).request("HEAD", "/")
                return self  # noqa: TRY300  the loop ends here
            except OSError:
                time.sleep(0.1)
        raise SystemExit("the server did not start")

    def cpu(self):
        """Return user + system seconds of the server and its workers so far."""
        import psutil

        main = psutil.Process(self.process.pid)
        times = [each.cpu_times() for each in (main, *main.children(recursive=True))]
        return sum(each.user + each.system for each in times)

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


class Client:
    """One phone on one kept connection."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def ask(self, method, path, body=None, headers=None):
        self.connection.request(method, path, body, headers or {})
        answer = self.connection.getresponse()
        return answer, answer.read()


def start_response(client, code):
    """Start one response; return the headers and bodies of its pages."""
    answer, page = client.ask("GET", f"/r/{code}")
    cookie = answer.getheader("Set-Cookie").split(";")[0]
    token = re.search(rb'name="csrf" value="([^"]+)"', page)[1].decode()
    headers = {"Cookie": cookie, "Content-Type": FORM}
    answer, _ = client.ask("POST", f"/r/{code}", urllib.parse.urlencode({"csrf": token, "locale": "fr"}), headers)
    assert answer.status == 303, answer.status
    pages = [
        (f"/r/{code}/p/q{number}", urllib.parse.urlencode({**body, "csrf": token}))
        for number, body in enumerate(bodies())
    ]
    return headers, pages


def run(server, clients, seconds, make_work):
    """Let clients work for a while; return requests, latencies (ms), seconds, server CPU seconds."""
    works = [make_work(Client(server.port)) for _ in range(clients)]
    latencies, errors, lock = [], [], threading.Lock()
    gate = threading.Barrier(clients + 1)
    until = [0.0]

    def work(step):
        mine = []
        gate.wait()
        while time.perf_counter() < until[0]:
            begun = time.perf_counter()
            try:
                step()
            except Exception as error:  # noqa: BLE001  told after the run, with its count
                errors.append(repr(error))
                break
            mine.append((time.perf_counter() - begun) * 1000)
        with lock:
            latencies.extend(mine)

    threads = [threading.Thread(target=work, args=(step,)) for step in works]
    for thread in threads:
        thread.start()
    cpu = server.cpu()
    until[0] = time.perf_counter() + seconds
    begun = time.perf_counter()
    gate.wait()
    for thread in threads:
        thread.join()
    spent = time.perf_counter() - begun
    if errors:
        raise SystemExit(f"{len(errors)} errors, the first: {errors[0]}")
    return latencies, spent, server.cpu() - cpu


def answering(code, responses, *, and_next):
    """Give a client a step that answers the next page of its next response."""

    def make(client):
        ready = [start_response(client, code) for _ in range(responses)]
        queue = [(headers, path, body) for headers, pages in ready for path, body in pages]
        place = [0]

        def step():
            headers, path, body = queue[place[0] % len(queue)]
            place[0] += 1
            answer, _ = client.ask("POST", path, body, headers)
            if answer.status != 303:
                raise AssertionError(f"{path}: {answer.status}")
            if and_next:
                answer, _ = client.ask("GET", answer.getheader("Location"), headers=headers)
                if answer.status != 200:
                    raise AssertionError(f"GET: {answer.status}")

        return step

    return make


def storing(client):
    body = [urllib.parse.urlencode({**each, "csrf": "x" * 43}) for each in bodies()]
    place = [0]

    def step():
        place[0] += 1
        answer, _ = client.ask("POST", "/", body[place[0] % PAGES], {"Content-Type": FORM})
        if answer.status != 204:
            raise AssertionError(answer.status)

    return step


def report(name, rounds):
    rates = [len(latencies) / spent for latencies, spent, _ in rounds]
    cpu = [1000 * used / len(latencies) for latencies, _, used in rounds]
    every = sorted(each for latencies, _, _ in rounds for each in latencies)
    print(
        f"{name:28} n={len(every):6}  {statistics.median(rates):7.0f}/s ({min(rates):.0f}-{max(rates):.0f})  "
        f"median {statistics.median(every):6.1f} ms  p95 {every[int(0.95 * len(every))]:6.1f} ms  "
        f"server CPU {statistics.median(cpu):5.2f} ms"
    )
    return statistics.median(rates)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--responses", type=int, default=10, help="responses each client fills, in turn")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = settings_environment(folder)
        code = seed(environment)
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", "answer_pages:bare", "prepare"], env=environment, check=True
        )
        tresse = Server("wsgi:app", 5871, environment).start()
        plain = Server("answer_pages:bare", 5872, environment, factory=True).start()
        try:
            kinds = {
                "page answered (POST)": (tresse, answering(code, options.responses, and_next=False)),
                "bare route (POST)": (plain, storing),
                "page answered + next (POST, GET)": (tresse, answering(code, options.responses, and_next=True)),
            }
            for server, make in kinds.values():
                run(server, options.clients, 1, make)
            results = {name: [] for name in kinds}
            for _ in range(options.rounds):
                for name, (server, make) in kinds.items():
                    results[name].append(run(server, options.clients, options.seconds, make))
        finally:
            tresse.stop()
            plain.stop()
    kind = environment["DATABASE_URL"].split(":")[0]
    print(
        f"{kind}, {options.clients} clients, granian 2 x 4, {options.rounds} interleaved rounds of {options.seconds} s"
    )
    rates = {name: report(name, rounds) for name, rounds in results.items()}
    ratio = rates["page answered (POST)"] / rates["bare route (POST)"]
    print(f"ratio to the bare route: {ratio:.0%} (goal: 40 % or more)")


if __name__ == "__main__":
    main()
