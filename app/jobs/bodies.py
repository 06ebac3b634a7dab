"""Run bodies in a process apart, within their limits of time and memory."""

import json
import logging
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.jobs.kinds import Kind

logger = logging.getLogger("tresse.jobs")

MEBIBYTE = 1024 * 1024
LOOK_SECONDS = 0.25
REPORT_SECONDS = 0.5
DEATHS_ALLOWED = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a body ended: with a result, an error to word, or cancelled; `trace` is for the log only."""

    result: Any = None
    error_code: str = ""
    error_details: dict[str, Any] = field(default_factory=dict)
    is_cancelled: bool = False
    trace: str = ""


class BodyDied(Exception):
    """The process ended without an outcome: killed from outside, or crashed."""


class BodyProcess:
    """One process kept from body to body; started when needed, killed when a body must stop."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._unread = b""

    def run(
        self,
        kind: Kind,
        arguments: dict[str, Any],
        *,
        on_progress: Callable[[float, str], None],
        is_cancelled: Callable[[], bool],
        tries: int = DEATHS_ALLOWED,
    ) -> Outcome:
        """Run one body to its end or to its limits; a body whose process dies is tried again, `tries` times in all."""
        for attempt in range(1, tries + 1):
            try:
                return self._run_once(kind, arguments, on_progress, is_cancelled)
            except BodyDied:
                code = self.kill()
                logger.warning("the process of %s ended with %s, try %s", kind.body, code, attempt)
                time.sleep(min(2.0, 0.1 * 2**attempt))
        return Outcome(error_code="jobs.died")

    def processor_seconds(self) -> float:
        """Return the processor time that the process has used since it began; 0 where there is none."""
        return 0.0 if self._process is None else _processor_seconds(self._process.pid)

    def kill(self) -> int | None:
        """End the process at once, if there is one; return the code it ended with (negative: by that signal)."""
        process, self._process, self._unread = self._process, None, b""
        if process is None:
            return None
        # With what the body may have started: both are in the session made for it.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        code = process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                # An order it will never read may still be waiting in the pipe.
                with suppress(BrokenPipeError):
                    pipe.close()
        return code

    def _run_once(
        self,
        kind: Kind,
        arguments: dict[str, Any],
        on_progress: Callable[[float, str], None],
        is_cancelled: Callable[[], bool],
    ) -> Outcome:
        process = self._started()
        self._order({"body": kind.body, "arguments": arguments})
        deadline = time.monotonic() + kind.seconds
        reported = 0.0
        while True:
            for message in self._messages(LOOK_SECONDS):
                if "progress" not in message:
                    return _outcome(message)
                if time.monotonic() - reported >= REPORT_SECONDS:
                    on_progress(message["progress"], message["step"])
                    reported = time.monotonic()
            if is_cancelled():
                self.kill()
                return Outcome(is_cancelled=True)
            if time.monotonic() > deadline:
                self.kill()
                return Outcome(error_code="jobs.too_long", error_details={"limit": round(kind.seconds)})
            if resident_mebibytes(process.pid) > kind.mebibytes:
                self.kill()
                return Outcome(error_code="jobs.too_large", error_details={"limit": kind.mebibytes})

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.kill()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app.jobs.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=self._environment,
                cwd=Path(__file__).parents[2],
                # Ctrl-C in the terminal is for the worker, which decides what becomes of its child.
                start_new_session=True,
            )
        return self._process

    def _order(self, order: dict[str, Any]) -> None:
        assert self._process is not None and self._process.stdin is not None  # noqa: PT018  both made together
        try:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise BodyDied from error

    def _messages(self, seconds: float) -> list[dict[str, Any]]:
        """Return what the child said within this time."""
        assert self._process is not None and self._process.stdout is not None  # noqa: PT018  both made together
        descriptor = self._process.stdout.fileno()
        ready, _, _ = select.select([descriptor], [], [], seconds)
        if not ready:
            return []
        chunk = os.read(descriptor, MEBIBYTE)
        if not chunk:
            raise BodyDied
        *lines, self._unread = (self._unread + chunk).split(b"\n")
        return [json.loads(line) for line in lines]


def _outcome(message: dict[str, Any]) -> Outcome:
    if "unexpected" in message:
        return Outcome(error_code="jobs.unexpected", trace=message["unexpected"])
    if "error_code" in message:
        return Outcome(error_code=message["error_code"], error_details=message["error_details"])
    return Outcome(result=message["result"])


def resident_mebibytes(process_id: int) -> float:
    """Return the resident memory of a process; 0 where the system does not say (not Linux, or already gone)."""
    try:
        pages = int(Path(f"/proc/{process_id}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / MEBIBYTE


def _processor_seconds(process_id: int) -> float:
    try:
        # The name of the program stands in brackets and may hold spaces; user and system time are 12 and 13 after it.
        fields = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, IndexError):
        return 0.0
