"""The process in which bodies run: it may be killed at any moment, and ends by itself when its worker is gone.

It serves one body after the other, so that a language model is loaded once. One line of JSON in for each body; lines
of JSON out: progress, then one outcome.
"""

import importlib
import json
import os
import threading
import time
import traceback
from typing import Any, TextIO

from core.errors import DomainError

PARENT_LOOK_SECONDS = 0.5


def main() -> None:
    """Serve bodies until the input ends."""
    orders = os.fdopen(os.dup(0), encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    # What libraries print must not be taken for an answer.
    os.dup2(2, 1)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    for line in orders:
        order = json.loads(line)
        _tell(answers, **_outcome(order["body"], order["arguments"], answers))


def _end_with(parent: int) -> None:
    # A worker killed by force cannot say goodbye; what it left running would compute for nobody.
    while os.getppid() == parent:
        time.sleep(PARENT_LOOK_SECONDS)
    os._exit(1)


def _outcome(path: str, arguments: dict[str, Any], answers: TextIO) -> dict[str, Any]:
    def report(progress: float, step: str = "") -> None:
        _tell(answers, progress=min(1.0, max(0.0, float(progress))), step=step)

    try:
        module, _, name = path.partition(":")
        result = getattr(importlib.import_module(module), name)(arguments, report)
        return {"result": json.loads(json.dumps(result))}
    except DomainError as error:
        return {"error_code": error.code, "error_details": _plain(error.details)}
    except Exception:  # noqa: BLE001  whatever a body raises is an outcome, and the next body must still be served
        return {"unexpected": traceback.format_exc()}


def _plain(details: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(details, default=str))
    return plain


def _tell(answers: TextIO, **message: Any) -> None:
    answers.write(json.dumps(message) + "\n")


if __name__ == "__main__":
    main()
