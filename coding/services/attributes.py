"""Attributes: typed facts of persons, documents, sites, waves and cases."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from coding.models import Transcript
from coding.object_models import Attribute, AttributeScope, AttributeType, AttributeValue, Case
from core.audit import record
from core.errors import Conflict, Invalid, NotFound
from core.text import normalise
from studies.models import Participant, Site, Wave

OWNERS: dict[AttributeScope, Any] = {
    AttributeScope.PERSON: Participant,
    AttributeScope.DOCUMENT: Transcript,
    AttributeScope.SITE: Site,
    AttributeScope.WAVE: Wave,
    AttributeScope.CASE: Case,
}
_BOOLEANS = {"true": "true", "1": "true", "false": "false", "0": "false"}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
_WHOLE = re.compile(r"[+-]?\d+")


def canonical(kind: AttributeType, value: str) -> str:
    """Return a value as it is kept, in the words of XML Schema; numbers keep their digits.

    Raises: Invalid: `coding.value_unfit`.
    """
    text = normalise(value).strip()
    kept: str | None
    try:
        match kind:
            case AttributeType.BOOLEAN:
                kept = _BOOLEANS.get(text.lower())
            case AttributeType.INTEGER:
                kept = text if _WHOLE.fullmatch(text) and text.isascii() else None
            case AttributeType.FLOAT:
                number = Decimal(text)
                kept = (f"{number:f}" if "e" in text.lower() else text) if number.is_finite() else None
                kept = kept if text.isascii() and "_" not in text else None
            case AttributeType.DATE:
                kept = date.fromisoformat(text).isoformat()
            case AttributeType.DATETIME:
                moment = datetime.fromisoformat(text)
                kept = text if _MOMENT.fullmatch(text) else moment.isoformat()
            case _:
                kept = normalise(value)
    except (ValueError, InvalidOperation):
        kept = None
    if kept is None:
        raise Invalid("coding.value_unfit", value=text, type=kind.value)
    return kept


def create_attribute(
    session: Session,
    study_id: UUID,
    name: str,
    *,
    scope: AttributeScope,
    type: AttributeType = AttributeType.TEXT,  # noqa: A002  the word of the column
    description: str = "",
    account_id: UUID | None = None,
) -> Attribute:
    """Add an attribute at the end of its scope's list.

    Raises: Invalid: `coding.name_missing`.  Conflict: `coding.attribute_taken`.
    """
    name = " ".join(normalise(name).split())
    if not name:
        raise Invalid("coding.name_missing")
    same = (Attribute.study_id == study_id, Attribute.scope == scope)
    if session.scalar(select(Attribute.id).where(*same, Attribute.name == name)) is not None:
        raise Conflict("coding.attribute_taken", name=name)
    last = session.scalar(select(func.max(Attribute.position)).where(*same))
    attribute = Attribute(
        id=uuid4(),
        study_id=study_id,
        scope=scope,
        name=name,
        type=type,
        description=description.strip(),
        position=0 if last is None else last + 1,
    )
    session.add(attribute)
    _record(session, "attribute.create", attribute, account_id, after={"name": name, "type": type.value})
    session.flush()
    return attribute


def set_value(
    session: Session,
    study_id: UUID,
    attribute_id: UUID,
    object_id: UUID,
    value: str,
    *,
    account_id: UUID | None = None,
) -> None:
    """Give an object the value of an attribute; blank takes it away. A person's value is kept with the participant.

    Raises: NotFound: `coding.attribute_unknown`, `coding.owner_unknown`.  Invalid: `coding.value_unfit`.
    """
    attribute = session.get(Attribute, attribute_id)
    if attribute is None or attribute.study_id != study_id:
        raise NotFound("coding.attribute_unknown")
    owner = session.get(OWNERS[attribute.scope], object_id)
    if owner is None or owner.study_id != study_id:
        raise NotFound("coding.owner_unknown")
    kept = canonical(attribute.type, value) if value.strip() else None
    if isinstance(owner, Participant):
        before = owner.attributes.get(attribute.name)
        others = {name: each for name, each in owner.attributes.items() if name != attribute.name}
        owner.attributes = others if kept is None else {**others, attribute.name: kept}
    else:
        row = session.get(AttributeValue, (attribute_id, object_id))
        before = None if row is None else row.value
        if row is None and kept is not None:
            session.add(AttributeValue(attribute_id=attribute_id, object_id=object_id, value=kept))
        elif row is not None and kept is not None:
            row.value = kept
        elif row is not None:
            session.delete(row)
    _record(
        session,
        "attribute.set",
        attribute,
        account_id,
        before={"of": str(object_id), "value": before},
        after={"of": str(object_id), "value": kept},
    )
    session.flush()


def describe_document(session: Session, study_id: UUID, transcript_id: UUID, values: Mapping[str, str]) -> None:
    """Give a new transcript the values typed beside its file; an attribute that is not there yet is text."""
    if not values:
        return
    rows = session.scalars(
        select(Attribute).where(Attribute.study_id == study_id, Attribute.scope == AttributeScope.DOCUMENT)
    )
    known = {attribute.name: attribute for attribute in rows}
    for typed, value in values.items():
        name = " ".join(normalise(typed).split())
        attribute = known.get(name) or create_attribute(session, study_id, name, scope=AttributeScope.DOCUMENT)
        known[name] = attribute
        set_value(session, study_id, attribute.id, transcript_id, value)


def delete_attribute(session: Session, study_id: UUID, attribute_id: UUID, *, account_id: UUID | None = None) -> None:
    """Delete an attribute with its values; those of persons stay with the participants.

    Raises: NotFound: `coding.attribute_unknown`.
    """
    attribute = session.get(Attribute, attribute_id)
    if attribute is None or attribute.study_id != study_id:
        raise NotFound("coding.attribute_unknown")
    values = session.execute(
        select(AttributeValue.object_id, AttributeValue.value).where(AttributeValue.attribute_id == attribute_id)
    ).all()
    before = {"name": attribute.name, "values": {str(row.object_id): row.value for row in values}}
    _record(session, "attribute.delete", attribute, account_id, before=before)
    session.execute(delete(AttributeValue).where(AttributeValue.attribute_id == attribute_id))
    session.delete(attribute)
    session.flush()


def _record(
    session: Session, verb: str, attribute: Attribute, account_id: UUID | None, *, before: Any = None, after: Any = None
) -> None:
    record(
        session,
        verb=verb,
        object_kind="attribute",
        object_id=attribute.id,
        study_id=attribute.study_id,
        account_id=account_id,
        before=before,
        after=after,
    )
