"""flask serve: the web server, and one worker beside it unless TRESSE_WORKER says otherwise."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import FrameType

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_babel import force_locale, gettext

from app.cli.database import prepare
from app.extensions import db
from config import Settings

ROOT = Path(__file__).parents[2]
STOP_SECONDS = 20.0
WORKER_PAUSE_SECONDS = 5.0
LOOK_SECONDS = 5.0


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", default=2, show_default=True, help="Web processes.")
@click.option("--threads", default=4, show_default=True, help="Threads of each web process.")
@click.option("--show", is_flag=True, help="Open the page in a browser, where there is one.")
@with_appcontext
def serve_command(host: str, port: int, workers: int, threads: int, *, show: bool) -> None:
    """Prepare the database, then serve until told to stop (Ctrl-C or SIGTERM)."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  the application itself
    settings: Settings = app.config["SETTINGS"]
    _refuse_taken_port(host, port, settings)
    prepare(app)
    family = Family(
        web=web_command(host, port, workers=workers, threads=threads),
        worker=worker_command() if settings.embedded_worker else None,
        address=_address(settings, host, port),
    )
    family.start()
    if _wait_until_open(family, host, port):
        address = _address(settings, host, port)
        _announce(app, address)
        if show:
            _open_browser(address)
    sys.exit(family.watch())


def web_command(host: str, port: int, *, workers: int, threads: int) -> list[str]:
    """Return the command of the web server."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", str(threads),
        # Connections, not requests: a browser keeps its own open between two pages, a phone in a lift sends slowly.
        "--backpressure", "512", "--backlog", "1024",
        "--workers-kill-timeout", "15", "--respawn-failed-workers", "--no-ws", "--log-level", "warning",
        "wsgi:application",
    ]  # fmt: skip


def worker_command() -> list[str]:
    """Return the command of a worker."""
    return [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]


class Family:
    """The processes of one machine; each is known by its id and ended by it."""

    def __init__(self, *, web: list[str], worker: list[str] | None, address: str) -> None:
        self._web_command = web
        self._worker_command = worker
        # Links in pages and messages must lead here, whatever port was chosen.
        self._environment = dict(os.environ) | {"PUBLIC_URL": address}
        self._web: subprocess.Popen[bytes] | None = None
        self._worker: subprocess.Popen[bytes] | None = None
        self._worker_died_at = 0.0
        self._stopping = False

    def start(self) -> None:
        """Start the web server and the worker."""
        # SIGHUP comes when the terminal's window is closed; the others must not outlive it.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        self._web = _start(self._web_command, self._environment)
        if self._worker_command:
            self._worker = _start(self._worker_command, self._environment)

    @property
    def is_serving(self) -> bool:
        """Whether the web server runs and nobody asked to stop."""
        return not self._stopping and self._web is not None and self._web.poll() is None

    def watch(self) -> int:
        """Wait until told to stop or the web server ends; start the worker again when it dies. Return an exit code."""
        assert self._web is not None
        while not self._stopping and self._web.poll() is None:
            self._revive_worker()
            time.sleep(0.3)
        code = self._web.poll()
        self._end()
        return 0 if self._stopping else (code or 1)

    def _revive_worker(self) -> None:
        if self._worker is None or self._worker.poll() is None or self._worker_command is None:
            return
        if not self._worker_died_at:
            self._worker_died_at = time.monotonic()
        if time.monotonic() - self._worker_died_at >= WORKER_PAUSE_SECONDS:
            self._worker_died_at = 0.0
            self._worker = _start(self._worker_command, self._environment)

    def _ask_to_stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _end(self) -> None:
        processes = [process for process in (self._web, self._worker) if process is not None]
        for process in processes:
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in processes:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            _kill_what_it_left(process)


def _kill_what_it_left(process: subprocess.Popen[bytes]) -> None:
    """Kill the children of an ended process: one that was itself killed leaves them with the port and their locks."""
    # Each was started in a session of its own, whose group bears its id and holds its children.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _start(command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches this process only, which then ends the others in order.
    return subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)  # noqa: S603  our own commands


def _refuse_taken_port(host: str, port: int, settings: Settings) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError:
            with force_locale(settings.default_locale):
                sentence = gettext("Port %(port)s is taken. Choose another: --port 8001", port=port)
            click.echo(sentence, err=True)
            sys.exit(2)


def _address(settings: Settings, host: str, port: int) -> str:
    named = settings.production or os.environ.get("PUBLIC_URL")
    return settings.public_url if named else f"http://{host}:{port}"


def _announce(app: Flask, address: str) -> None:
    from app.account.links import setup_link  # noqa: PLC0415  a room; commands are read before rooms open

    # Links are made from the settings; the port may have been chosen on the command line.
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], public_url=address)
    first_account = setup_link(db.session())
    db.session.remove()
    for locale in ("fr", "en"):
        with force_locale(locale):
            click.echo(gettext("Tresse is open at %(address)s — Ctrl-C to stop.", address=address))
            if first_account:
                click.echo(gettext("Make the first account here, within a week: %(link)s", link=first_account))


def _open_browser(address: str) -> None:
    # Only where somebody sits: a server has no display.
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(address)


def _wait_until_open(family: Family, host: str, port: int) -> bool:
    """Wait for the first page: the port is taken long before the web processes can answer.

    Returns: False when the server ended, or somebody stopped it, before that.
    """
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  asked of ourselves
    while family.is_serving:
        connection = http.client.HTTPConnection(here, port, timeout=LOOK_SECONDS)
        with suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/")
            connection.getresponse()
            return True
        connection.close()
        time.sleep(0.1)
    return False


def init_app(app: Flask) -> None:
    """Add the command."""
    app.cli.add_command(serve_command)
