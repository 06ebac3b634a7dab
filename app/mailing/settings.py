"""By which carriers messages leave, read from the environment; without any, they are written as files and stay here.

SMTP_URL        smtp://user:password@host:587 (STARTTLS unless the host is this machine), smtps://…:465, or empty
MAIL_FROM       the address messages come from
SMS_URL         the address of an HTTP gateway, ${to} ${text} ${from} ${id} filled in, or empty
SMS_METHOD      POST, or GET
SMS_HEADERS     « Name: value » lines, separated by line ends or |
SMS_BODY        what is sent, ${…} filled in; escaped as JSON where SMS_HEADERS says application/json, else as a form
SMS_SUCCESS     a pattern that the answer must hold; a status 2xx is always asked for
SMS_FROM        the name or number that the telephone shows
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

import re2

from core.errors import Invalid

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
SMTP_PORT, SMTPS_PORT = 587, 465


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """A mail server. `password` is not shown by repr."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    is_implicit_tls: bool = False
    is_starttls: bool = True
    sender: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings:
    """A gateway of text messages; what may hold its key is not shown by repr."""

    url: str = field(repr=False)
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: str = field(default="", repr=False)
    success: str = ""
    sender: str = ""

    @property
    def host(self) -> str:
        """Return the host, for the screen."""
        return urlsplit(self.url).hostname or ""


@dataclass(frozen=True, slots=True)
class Carriers:
    """What is configured; None: messages of that kind are written as files."""

    smtp: SmtpSettings | None
    gateway: GatewaySettings | None


def read_carriers(environ: Mapping[str, str]) -> Carriers:
    """Read the carriers.

    Raises: Invalid("mailing.bad_setting"): a value cannot be used; details name it.
    """
    return Carriers(_smtp(environ), _gateway(environ))


def _smtp(environ: Mapping[str, str]) -> SmtpSettings | None:
    url = environ.get("SMTP_URL", "").strip()
    if not url:
        return None
    parts = _split(url, "SMTP_URL")
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise Invalid("mailing.bad_setting", name="SMTP_URL")
    sender = environ.get("MAIL_FROM", "").strip()
    if "@" not in sender:
        raise Invalid("mailing.bad_setting", name="MAIL_FROM")
    is_implicit = parts.scheme == "smtps"
    return SmtpSettings(
        host=parts.hostname,
        port=parts.port or (SMTPS_PORT if is_implicit else SMTP_PORT),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        is_implicit_tls=is_implicit,
        # A password and names never cross a network in clear; on this machine there is no network.
        is_starttls=not is_implicit and parts.hostname not in LOOPBACK,
        sender=sender,
    )


def _gateway(environ: Mapping[str, str]) -> GatewaySettings | None:
    url = environ.get("SMS_URL", "").strip()
    if not url:
        return None
    parts = _split(url, "SMS_URL")
    is_local = parts.hostname in LOOPBACK
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and is_local)):
        raise Invalid("mailing.bad_setting", name="SMS_URL")
    method = environ.get("SMS_METHOD", "POST").strip().upper()
    if method not in {"GET", "POST"}:
        raise Invalid("mailing.bad_setting", name="SMS_METHOD")
    success = environ.get("SMS_SUCCESS", "").strip()
    try:
        re2.compile(success)
    except re2.error as error:
        raise Invalid("mailing.bad_setting", name="SMS_SUCCESS") from error
    return GatewaySettings(
        url=url,
        method=method,
        headers=_headers(environ.get("SMS_HEADERS", "")),
        body=environ.get("SMS_BODY", ""),
        success=success,
        sender=environ.get("SMS_FROM", "").strip(),
    )


def _headers(text: str) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in text.replace("|", "\n").splitlines():
        if not line.strip():
            continue
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise Invalid("mailing.bad_setting", name="SMS_HEADERS")
        headers[name.strip()] = value.strip()
    return headers


def _split(url: str, name: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise Invalid("mailing.bad_setting", name=name) from error
    return parts
