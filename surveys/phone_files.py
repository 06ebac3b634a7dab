"""The last way out of a phone without network: its unsent answers in a file, which the team takes in.

The file says what the phone would have sent, so it is taken in by the same rules: twice is once, what came meanwhile
by the network is known again, what does not fit goes to quarantine.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from core import audit
from core.clock import now
from core.errors import Invalid
from surveys.deliveries import Holder, Outcome
from surveys.delivering import deliver_end, deliver_page, deliver_start
from surveys.phone_bodies import UNREADABLE, end_of, page_of, start_of
from surveys.tokens import is_token

FORMAT = 1


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What a file brought: how many pages, how many of these are in quarantine, whether the response is sent."""

    pages: int
    apart: int
    is_sent: bool
    receipt: str


def take_in_file(
    session: Session, study_id: UUID, collection_id: UUID, code: str, content: bytes, *, account_id: UUID
) -> TakenIn:
    """Take in the file of a phone.

    Raises: Invalid: `surveys.not_a_phone_file`, or `surveys.phone_file_of_another` questionnaire.
    """
    said = _read(content)
    if said.get("code") != code:
        raise Invalid("surveys.phone_file_of_another")
    try:
        taken = _deliver(session, code, said)
    except UNREADABLE as error:
        raise Invalid("surveys.not_a_phone_file") from error
    audit.record(
        session,
        verb="import",
        object_kind="phone_file",
        object_id=collection_id,
        study_id=study_id,
        account_id=account_id,
        after={"pages": taken.pages, "sha256": hashlib.sha256(content).hexdigest()},
    )
    return taken


def _read(content: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(content)
    except UNREADABLE as error:
        raise Invalid("surveys.not_a_phone_file") from error
    if not isinstance(said, dict) or said.get("tresse") != FORMAT or not is_token(str(said.get("holder", ""))):
        raise Invalid("surveys.not_a_phone_file")
    return said


def _deliver(session: Session, code: str, said: Mapping[str, Any]) -> TakenIn:
    holder, moment = Holder(token=said["holder"]), now()
    # The file may be days old: only a clock that is ahead is known to be wrong.
    offset = min(timedelta(0), moment - datetime.fromtimestamp(float(said["now"]) / 1000, UTC))
    pages = {
        key: page_of(key, {**page, "phone": said.get("phone", "")}, _hash(page), offset, moment)
        for key, page in said["pages"].items()
    }
    start = said.get("start") or {**said, "started": datetime.fromisoformat(said["moment"]).timestamp() * 1000}
    started = deliver_start(session, code, holder, start_of(start, offset, moment))
    is_apart = started.outcome is Outcome.KEPT
    outcomes = [deliver_page(session, code, holder, replace(page, is_apart=is_apart)) for page in pages.values()]
    revisions = {key: page.revision for key, page in pages.items()}
    end = {"revisions": revisions, "apart": is_apart}
    ended = deliver_end(session, code, holder, end_of(end, _hash(end))) if said.get("end") else None
    return TakenIn(
        pages=len(pages),
        apart=sum(each.outcome is Outcome.KEPT for each in outcomes),
        is_sent=ended is not None and ended.outcome is Outcome.SENT,
        receipt=ended.receipt if ended else "",
    )


def _hash(body: Any) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
