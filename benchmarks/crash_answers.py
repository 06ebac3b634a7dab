"""Kill the server many times while phones send responses; count what was lost or doubled.

python benchmarks/crash_answers.py [sqlite|postgresql] [SUBMISSIONS] [KILLS]      (10,000 and 200 when nothing is said)
"""

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.app.jobs.processes import prepared_app
from tests.app.respond.crashes import environment_of, kill_servers, open_form, serving
from tests.postgresql import fresh_database, server_address


def main(database: str, submissions: int, kills: int) -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if database == "postgresql":
            url = stack.enter_context(fresh_database(stack.enter_context(server_address())))
        else:
            url = f"sqlite:///{folder / 'crash.sqlite3'}"
        stack.enter_context(prepared_app(url, folder))
        code = open_form()
        with serving(environment_of(url, folder)) as server:
            found = kill_servers(code, server, submissions=submissions, kills=kills, seed=7, patience=3600)
        print(f"{database}: {found}", flush=True)


if __name__ == "__main__":
    for name in sys.argv[1:2] or ["sqlite", "postgresql"]:
        main(name, int((sys.argv[2:3] or ["10000"])[0]), int((sys.argv[3:4] or ["200"])[0]))
