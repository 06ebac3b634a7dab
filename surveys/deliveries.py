"""What a phone sends by itself, when it can, and what it is told: the start of a response, its pages, its end."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from surveys.helping import Assistance
from surveys.items import Posted
from surveys.tokens import response_id_of

EARLIEST = timedelta(days=400)
"""Older than any collection: what a phone dates from before has a wrong clock."""


class Outcome(enum.StrEnum):
    """What became of a delivery."""

    STARTED = "started"
    SAVED = "saved"
    SAME = "same"
    """It had come before."""
    NEWER = "newer"
    """A later revision had come before."""
    MERGED = "merged"
    """Another phone had changed the page."""
    KEPT = "kept"
    """In quarantine, all of it or what `reason` says."""
    SENT = "sent"
    INCOMPLETE = "incomplete"
    """The end came before the pages in `wanted`."""
    UNKNOWN = "unknown"
    """There is no such response: the start must come first."""
    WITHDRAWN = "withdrawn"
    """The person erased this response; nothing of it is kept any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who sends: by the token of the response's link, or known by the response's id."""

    token: str = ""
    response_id: UUID | None = None

    @property
    def names(self) -> UUID:
        """The id of the response, as far as who holds it tells."""
        return self.response_id or response_id_of(self.token)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A response started on a phone: in which version, when, with which seed, by which personal code.

    `form` is what the start form said: each purpose of the consent, who helps.
    """

    version_id: UUID | None
    locale: str
    moment: datetime
    seed: int | None
    invitation: str = ""
    form: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDelivery:
    """One save of one page.

    `seen` is the revision of this page that the phone had seen, its own or the server's; `clocks` say when each item
    was answered, by the server's clock; `at` is the page where the person goes on. `is_apart`: the start of this
    response could not be accepted.
    """

    key: str
    revision: int
    sha256: str
    phone: str
    seen: int
    fields: Posted
    clocks: Mapping[str, datetime]
    clock_offset: float
    at: str | None = None
    in_words: bool | None = None
    """Whether choices were shown in words alone, where that was said."""
    wants_code: bool = False
    is_apart: bool = False
    help: Assistance | None = None
    """Who helps, where that was said on this phone before the page was left."""
    is_read: bool | None = None
    """Whether the page was read aloud, where somebody helps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """The person sent the response; `revisions` are those of the pages it is made of."""

    revisions: Mapping[str, int]
    sha256: str
    is_apart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the phone is told; `copy` holds the answers of the page as the server keeps them now."""

    outcome: Outcome
    reason: str = ""
    revision: int = 0
    receipt: str = ""
    wanted: Sequence[str] = ()
    is_enough: bool = False
    """Whether the answers make the response one of a quota that is full."""
    copy: Mapping[str, Any] | None = None


def by_server_clock(milliseconds: float, offset: timedelta, moment: datetime) -> datetime:
    """Return a moment of a phone's clock by the server's; nothing was answered after now, nor years before."""
    earliest = moment - EARLIEST
    try:
        read = datetime.fromtimestamp(milliseconds / 1000, tz=moment.tzinfo) + offset
    except (OverflowError, OSError, ValueError):
        return earliest
    return max(earliest, min(read, moment))
