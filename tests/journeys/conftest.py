"""A served Tresse of its own for each journey (database, data folder, worker), and one chromium."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).absolute().parents[2]


@dataclass(frozen=True)
class Served:
    """What a journey needs to know of its server."""

    address: str
    setup_link: str
    environment: dict[str, str]

    def command(self, *words: str) -> subprocess.CompletedProcess:
        """Run a command of Tresse on the same database."""
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


@contextmanager
def serving(folder: Path, *, before: tuple[str, ...] = ()) -> Iterator[Served]:
    """Serve an empty database, or one on which a command was run before; end every process by its id."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "PUBLIC_URL"}}
    environment |= {"TRESSE_DATA_DIR": str(folder), "SECRET_KEY": "journey-" * 8, "TRESSE_LOCALE": "fr"}
    served = Served(address, "", environment)
    if before:
        assert served.command(*before).returncode == 0
    with (folder / "serve.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        said = _said(process, folder / "serve.log", address)
        link = re.search(rf"{address}/account/setup/\S+", said)
        yield Served(address, link.group() if link else "", environment)
    finally:
        family = [process, *psutil.Process(process.pid).children(recursive=True)] if process.poll() is None else []
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            for each in family:
                each.kill()


def _said(process: subprocess.Popen, log: Path, address: str) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        said = log.read_text()
        if said.count(address) >= 2:  # in French, then in English
            return said
        assert process.poll() is None, said
        time.sleep(0.1)
    raise AssertionError(log.read_text())


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    """One chromium for the module."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield chromium
        chromium.close()
