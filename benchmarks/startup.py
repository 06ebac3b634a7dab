"""CPU seconds from nothing to an application that can answer, and the modules that take most: n fresh processes."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
N = 7
GOAL = 1.5
SCRIPT = """
import time, json, config
from app.factory import create_app
create_app(config.load({}))
import sys
print(json.dumps([time.process_time(), len(sys.modules)]))
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": ""}
        command = [sys.executable, "-c", SCRIPT.format({"TRESSE_DATA_DIR": folder})]
        runs = [
            json.loads(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout)
            for _ in range(N + 1)
        ][1:]
        seconds = [run[0] for run in runs]
        print(
            f"create_app, CPU s, n={N}: median {statistics.median(seconds):.2f} (goal < {GOAL}), "
            f"range {min(seconds):.2f}–{max(seconds):.2f}, {runs[0][1]} modules"
        )
        timed = subprocess.run(
            [sys.executable, "-X", "importtime", *command[1:]],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        ).stderr
    rows = [line.split("|") for line in timed.splitlines() if line.count("|") == 2 and "cumulative" not in line]
    own: dict[str, int] = {}
    for row in rows:
        own[row[2].strip().split(".")[0]] = own.get(row[2].strip().split(".")[0], 0) + int(row[0].rpartition(":")[2])
    print(
        "imports by package, ms: "
        + ", ".join(f"{name} {micro / 1000:.0f}" for name, micro in sorted(own.items(), key=lambda item: -item[1])[:14])
    )


if __name__ == "__main__":
    main()
