"""From an entry to a response, as if its person had answered on a phone: relevance, calculations, what links carry."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.clock import now
from studies.models import Participant, Site, Wave
from surveys.definition import ItemType
from surveys.drafts import MAX_SEED
from surveys.engine import PARIS
from surveys.invitations import PSEUDONYM_ITEMS, SITE_ITEMS, WAVE_ITEMS
from surveys.models import Answer, Collection, Response, ResponseMode, ResponseState
from surveys.paper.keyed import Keyed, read_entry
from surveys.paper.models import PaperEntry
from surveys.paper.sheets import Sheet
from surveys.tokens import new_token, token_hash
from surveys.versions import LoadedVersion, load_version


def make_response(session: Session, sheet: Sheet, entry: PaperEntry, typed: Mapping[str, str]) -> UUID:
    """Make the response of a sheet; its code becomes the receipt."""
    version = load_version(session, sheet.version_id)
    seed, moment = secrets.randbelow(MAX_SEED), entry.started_at
    carried = carried_by_sheet(session, sheet, version, moment)
    keyed = read_entry(version, sheet, typed, moment=moment, seed=seed, carried=carried)
    response_id = uuid4()
    session.execute(
        insert(Response).values(
            id=response_id,
            collection_id=sheet.collection_id,
            version_id=sheet.version_id,
            participant_id=sheet.participant_id,
            resume_hash=token_hash(new_token()),
            receipt=sheet.code,
            locale=sheet.locale,
            mode=ResponseMode.PAPER,
            state=ResponseState.SUBMITTED,
            moment=moment,
            seed=seed,
            calculated=calculated_of(keyed, carried),
            started_at=moment,
            saved_at=now(),
            submitted_at=now(),
        )
    )
    write_answers(session, response_id, keyed)
    return response_id


def calculated_of(keyed: Keyed, carried: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a response holds besides its answers."""
    return {**carried, **{key: value for key, value in keyed.state.calculated.items() if value is not None}}


def write_answers(session: Session, response_id: UUID, keyed: Keyed) -> None:
    """Write a row for each field that was asked of this person: what is left aside was not asked."""
    rows = [
        {"response_id": response_id, "item_name": key, "value": keyed.answers.get(key), "missing": keyed.marks.get(key)}
        for key in keyed.typed
        if key in keyed.relevant
    ]
    rows += [
        {"response_id": response_id, "item_name": key, "value": keyed.state.count(key), "missing": None}
        for key in keyed.counts
        if keyed.state.is_offered(key)
    ]
    if rows:
        session.execute(insert(Answer), rows)


def carried_by_sheet(session: Session, sheet: Sheet, version: LoadedVersion, moment: datetime) -> dict[str, Any]:
    """Return what the response carries silently, as a personal link would."""
    wave = session.scalar(
        select(Wave.name).join(Collection, Collection.wave_id == Wave.id).where(Collection.id == sheet.collection_id)
    )
    person = session.execute(
        select(Participant.pseudonym, Site.name)
        .outerjoin(Site, Site.id == Participant.site_id)
        .where(Participant.id == sheet.participant_id)
    ).one_or_none()
    pseudonym, site = (person[0], person[1]) if person is not None else (None, None)
    known = {
        **dict.fromkeys(PSEUDONYM_ITEMS, pseudonym),
        **dict.fromkeys(WAVE_ITEMS, wave),
        **dict.fromkeys(SITE_ITEMS, site),
    }
    carried: dict[str, Any] = {}
    for item in version.definition.items():
        if item.type is ItemType.HIDDEN and known.get(item.name.lower()):
            carried[item.key] = known[item.name.lower()]
        elif item.type in (ItemType.START, ItemType.END):
            carried[item.key] = moment.isoformat(timespec="seconds")
        elif item.type is ItemType.TODAY:
            carried[item.key] = moment.astimezone(PARIS).date().isoformat()
    return carried
