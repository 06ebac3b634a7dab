"""Kill workers and producers many times: python benchmarks/crash_jobs.py [sqlite|postgresql] [JOBS] [KILLS]."""

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.app.jobs.crashes import kill_producers, kill_workers
from tests.app.jobs.processes import prepared_app
from tests.postgresql import fresh_database, server_address


def main(database: str, jobs: int, kills: int) -> None:
    for part in (kill_workers, kill_producers):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            if database == "postgresql":
                url = stack.enter_context(fresh_database(stack.enter_context(server_address())))
            else:
                url = f"sqlite:///{folder / 'crash.sqlite3'}"
            stack.enter_context(prepared_app(url, folder))
            if part is kill_workers:
                found = kill_workers(url, folder, jobs=jobs, kills=kills, seed=7, patience=300)
            else:
                found = kill_producers(url, folder, kills=kills, seed=7)
            print(f"{database}: {found}", flush=True)


if __name__ == "__main__":
    which = sys.argv[1:2] or ["sqlite", "postgresql"]
    for name in which:
        main(name, int((sys.argv[2:3] or ["200"])[0]), int((sys.argv[3:4] or ["10"])[0]))
