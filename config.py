"""Settings, read from the environment when the program starts, never at import.

A default must be right on a laptop that nobody else reaches; what a shared server needs is asked for
by name, all missing names at once.
"""

import contextlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MEBIBYTE = 1024 * 1024


class SettingsError(Exception):
    """The environment does not allow a start; the message names every setting at fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the program needs to know of its surroundings."""

    database_url: str
    data_dir: Path
    secret_key: str
    public_url: str
    trusted_hosts: tuple[str, ...]
    production: bool
    secure_cookies: bool
    proxy_hops: int
    max_upload_bytes: int
    embedded_worker: bool
    default_locale: str

    @property
    def is_sqlite(self) -> bool:
        """Whether the data live in one SQLite file."""
        return self.database_url.startswith("sqlite")


def load(environ: Mapping[str, str]) -> Settings:
    """Read the settings.

    Raises: SettingsError: production without a long SECRET_KEY or a PUBLIC_URL, or a value that is no number.
    """
    production = environ.get("TRESSE_ENV", "local") == "production"
    data_dir = Path(environ.get("TRESSE_DATA_DIR", "instance")).resolve()
    problems: list[str] = []

    secret_key = environ.get("SECRET_KEY", "")
    public_url = environ.get("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
    if production:
        if len(secret_key) < 32:  # noqa: PLR2004  256 bits in any usual encoding
            problems.append("SECRET_KEY (32 characters or more)")
        if not environ.get("PUBLIC_URL"):
            problems.append("PUBLIC_URL (https://…)")
    elif not secret_key:
        secret_key = _local_secret(data_dir)

    def number(name: str, default: int) -> int:
        try:
            return int(environ.get(name, default))
        except ValueError:
            problems.append(f"{name} (a whole number)")
            return default

    settings = Settings(
        database_url=_driver(environ.get("DATABASE_URL") or f"sqlite:///{data_dir / 'tresse.sqlite3'}"),
        data_dir=data_dir,
        secret_key=secret_key,
        public_url=public_url,
        trusted_hosts=tuple(
            host for host in environ.get("TRUSTED_HOSTS", _host(public_url) + ",127.0.0.1,localhost").split(",") if host
        ),
        production=production,
        secure_cookies=public_url.startswith("https://"),
        proxy_hops=number("PROXY_HOPS", 0),
        max_upload_bytes=number("MAX_UPLOAD_MB", 25) * MEBIBYTE,
        embedded_worker=environ.get("TRESSE_WORKER", "embedded") == "embedded",
        default_locale=environ.get("TRESSE_LOCALE", "fr"),
    )
    if problems:
        raise SettingsError("Settings missing or wrong: " + "; ".join(problems))
    return settings


def _driver(url: str) -> str:
    """Name the driver, so that postgres:// and postgresql:// from hosts and tools work as they are."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _host(url: str) -> str:
    return url.split("://", 1)[-1].split("/", 1)[0].split(":", 1)[0]


def _local_secret(data_dir: Path) -> str:
    """Keep one secret a machine in the data folder, so that sign-ins survive a restart."""
    path = data_dir / "secret_key"
    if not path.exists() or not path.read_text().strip():
        data_dir.mkdir(parents=True, exist_ok=True)
        # Written whole, then put in place: a stop in between must not leave an empty secret, which signs nothing.
        with tempfile.NamedTemporaryFile("w", dir=data_dir, prefix="secret_key.") as draft:
            draft.write(secrets.token_urlsafe(48))
            draft.flush()
            os.fsync(draft.fileno())
            if path.exists() and not path.read_text().strip():
                path.unlink(missing_ok=True)
            with contextlib.suppress(FileExistsError):  # another process of this machine was first
                os.link(draft.name, path)
    return path.read_text().strip()
