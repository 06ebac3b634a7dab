"""The command that starts everything, and leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import psutil
import pytest

from tests.app.jobs.processes import kill_tree, wait_until

ROOT = Path(__file__).parents[3]

pytestmark = [pytest.mark.slow, pytest.mark.one_database]


@pytest.fixture
def environment(request, own_url, tmp_path):
    settings = {"TRESSE_DATA_DIR": str(tmp_path), "SECRET_KEY": "test" * 16, "TRESSE_LOCALE": "en"}
    if request.config.getoption("--database") == "postgresql":
        return os.environ | settings | {"DATABASE_URL": own_url}
    return {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | settings


@pytest.fixture
def port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def serve(environment, port, log):
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--port", str(port)],
        cwd=ROOT,
        env=environment,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as page:
            return page.status == 200
    except OSError:
        return False


def workers(process: subprocess.Popen) -> list[psutil.Process]:
    return [child for child in psutil.Process(process.pid).children() if is_worker(child)]


def is_worker(process: psutil.Process) -> bool:
    try:
        return process.cmdline()[-1:] == ["worker"]
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return False


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGHUP])
def test_serve_makes_the_database_answers_and_ends_all_it_started(environment, port, tmp_path, end):
    with (tmp_path / "log").open("w+") as log:
        process = serve(environment, port, log)
        try:
            assert wait_until(lambda: "is open at" in (tmp_path / "log").read_text(), 60)
            assert answers(port)
            family = psutil.Process(process.pid).children(recursive=True)
            first_worker = workers(process)
            assert len(first_worker) == 1

            first_worker[0].kill()
            assert wait_until(lambda: bool(workers(process)) and workers(process) != first_worker, 30)
            family += psutil.Process(process.pid).children(recursive=True)

            process.send_signal(end)
            assert process.wait(30) == 0
        finally:
            if process.poll() is None:
                kill_tree(process)
        _gone, alive = psutil.wait_procs(family, timeout=5)
        log.seek(0)
        said = log.read()
    assert alive == []
    assert f"Tresse is open at http://127.0.0.1:{port}" in said
    assert f"http://127.0.0.1:{port}/account/setup/" in said
    assert not answers(port)


def test_serve_leaves_no_web_process_behind_when_their_parent_is_killed(environment, port, tmp_path):
    with (tmp_path / "log").open("w+") as log:
        process = serve(environment, port, log)
        try:
            assert wait_until(lambda: answers(port), 60)
            family = psutil.Process(process.pid).children(recursive=True)
            [web] = [child for child in psutil.Process(process.pid).children() if "granian" in child.cmdline()]
            assert web.children()

            web.kill()
            assert process.wait(30) != 0
        finally:
            if process.poll() is None:
                kill_tree(process)
        _gone, alive = psutil.wait_procs(family, timeout=5)
    assert alive == []


def test_serve_refuses_a_port_that_is_taken(environment, port, tmp_path):
    with socket.socket() as other, (tmp_path / "log").open("w+") as log:
        other.bind(("127.0.0.1", port))
        other.listen()
        code = serve(environment, port, log).wait(60)
        log.seek(0)
        said = log.read()

    assert (code, said.strip()) == (2, f"Port {port} is taken. Choose another: --port 8001")
