"""What phones write, read: the start, a page, the end, as docs/method/offline.md describes them."""

import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from surveys.deliveries import End, PageDelivery, Start, by_server_clock
from surveys.helping import Assistance, read_assistance

MAX_FIELDS = 2_000
MAX_NUMBER = 2**31 - 1
_MAX_NAME, _MAX_KEY = 40, 400

UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, OverflowError, RecursionError)
"""What these functions raise of a body that nobody can read."""


def text_of(value: Any) -> str:
    """Return a text in one Unicode form, without what no database keeps: NUL, halves of a sign."""
    return unicodedata.normalize("NFC", str(value).replace("\0", "\ufffd").encode(errors="replace").decode())


def with_marks(fields: dict[str, list[str]]) -> dict[str, list[str]]:
    """Read a radio button « I don't know » as the missing mark of its question."""
    for name, values in list(fields.items()):
        if values and values[0].startswith(":"):
            fields[f"{name}:missing"] = [values[0][1:]]
            fields[name] = []
    return fields


def start_of(body: Mapping[str, Any], offset: timedelta, moment: datetime) -> Start:
    """Read a start; `offset` is the server's clock less the phone's."""
    seed = body.get("seed")
    return Start(
        version_id=UUID(body["version"]) if body.get("version") else None,
        locale=text_of(body.get("locale", "")),
        moment=by_server_clock(float(body["started"]), offset, moment),
        seed=_number(seed) if seed is not None else None,
        invitation=text_of(body.get("invitation") or ""),
        form={text_of(name): text_of(value) for name, value in (body.get("form") or {}).items()},
    )


def page_of(key: str, body: Mapping[str, Any], digest: str, offset: timedelta, moment: datetime) -> PageDelivery:
    """Read a page; `digest` is the hash of what came."""
    fields = {text_of(name): [text_of(value) for value in values] for name, values in body["fields"].items()}
    if len(fields) > MAX_FIELDS:
        raise ValueError
    clocks = {text_of(name): by_server_clock(float(each), offset, moment) for name, each in body["clocks"].items()}
    at = body.get("at")
    return PageDelivery(
        key=text_of(key),
        revision=_number(body["revision"]),
        sha256=digest,
        phone=text_of(body.get("phone", ""))[:_MAX_NAME],
        seen=_number(body.get("seen", 0)),
        fields=with_marks(fields),
        clocks=clocks,
        clock_offset=offset.total_seconds(),
        at=text_of(at)[:_MAX_KEY] if at is not None else None,
        in_words=bool(body["words"]) if "words" in body else None,
        wants_code=bool(body.get("code")),
        is_apart=bool(body.get("apart")),
        help=_help_of(body.get("help")),
        is_read=bool(body["read"]) if "read" in body else None,
    )


def _help_of(said: Mapping[str, Any] | None) -> Assistance | None:
    return read_assistance(text_of(said.get("way", "")), text_of(said.get("helper", ""))) if said else None


def end_of(body: Mapping[str, Any], digest: str) -> End:
    """Read an end."""
    revisions = {text_of(key): _number(revision) for key, revision in body["revisions"].items()}
    return End(revisions=revisions, sha256=digest, is_apart=bool(body.get("apart")))


def _number(value: Any) -> int:
    if not isinstance(value, int) or not 0 <= value <= MAX_NUMBER:
        raise ValueError
    return value
