"""What leaves of the personal links: a list for a spreadsheet, slips to print and cut."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from app.i18n import choose_locale
from core.tables import Table
from surveys.definition import Locale
from surveys.invitations import InvitationRow
from surveys.models import ResponseState

SLIPS_IN = ("fr", "en", "ar")
"""The languages of respondents' pages; a slip for another one is in the reader's."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The people of one arm or one site, or everybody when both are None."""

    arm_id: UUID | None = None
    site_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Slip:
    """What one person is handed: in their language, without their name."""

    pseudonym: str
    title: str
    sentence: str
    code: str
    address: str
    picture: str
    locale: str
    direction: str


def read_wanted(text: str) -> Wanted:
    """Read « arm:id » or « site:id »; anything else is everybody."""
    kind, _colon, id_ = text.partition(":")
    try:
        chosen = UUID(id_)
    except ValueError:
        return Wanted()
    return Wanted(arm_id=chosen) if kind == "arm" else Wanted(site_id=chosen)


def links_table(rows: Sequence[InvitationRow], public_url: str) -> Table:
    """Return pseudonym, link, code and state, one row a person."""
    return Table(
        _("personal links"),
        (_("pseudonym"), _("link"), _("code"), _("state")),
        tuple((row.pseudonym, _address(row, public_url), row.code, _state(row.state)) for row in rows),
    )


def _address(row: InvitationRow, public_url: str) -> str:
    return public_url + url_for("respond.open_invitation", code=row.code) if row.code else ""


def _state(state: ResponseState | None) -> str:
    names = {ResponseState.STARTED: _("started, not sent"), ResponseState.SUBMITTED: _("sent")}
    return str(names[state]) if state in names else str(_("not started"))


def slips(rows: Sequence[InvitationRow], title: str, public_url: str) -> tuple[Slip, ...]:
    """Return the slips of those whose code can be written and who have not sent yet."""
    return tuple(_slip(row, title, public_url) for row in rows if row.code and row.state is not ResponseState.SUBMITTED)


def _slip(row: InvitationRow, title: str, public_url: str) -> Slip:
    tag = row.locale.split("-")[0]
    tag = tag if tag in SLIPS_IN else choose_locale()
    address = _address(row, public_url)
    with force_locale(tag):
        sentence = _("With your phone, scan this picture, or open this address:")
    return Slip(
        row.pseudonym, title, sentence, row.code, address, picture_of(address, scale=4), tag, Locale(tag, "").direction
    )


def picture_of(address: str, *, scale: int = 8) -> str:
    """Return the code to scan of an address as a data address; pixels keep their edges at any size."""
    import segno  # noqa: PLC0415  only what is printed draws one

    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="png", scale=scale, border=4)
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()
