"""What a person answered before, where formulas and texts quote it: `${last-saved#name}`.

A response keeps the name of the earlier one only; its answers are read from there each time. So nothing is copied, a
correction of the earlier answers is seen, and what was withdrawn is gone.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from surveys.definition import Item, Node
from surveys.engine import SAVED
from surveys.expressions import Expression
from surveys.expressions.tree import walk
from surveys.models import Answer, QuestionnaireVersion, Response, ResponseState
from surveys.structure import Place, Structure

SAVED_FROM = ":saved_from"
"""Where a response keeps which earlier one is quoted; no item can be called so."""
_QUOTED = re.compile(r"\$\{\s*last-saved#([^}\s]+)\s*\}")
_RULES = ("relevant", "required", "read_only", "constraint", "calculation", "default", "choice_filter", "count")
_TEXTS = ("labels", "hints", "constraint_messages", "required_messages")


def earlier_response(
    session: Session, questionnaire_id: UUID, participant_id: UUID | None, *, before: datetime
) -> UUID | None:
    """Return the last response to a questionnaire that a person sent before a moment, None when there is none.

    A response linked to nobody has no earlier one: the link of a group or a poster is that of many people.
    """
    if participant_id is None:
        return None
    return session.scalar(
        select(Response.id)
        .join(QuestionnaireVersion, QuestionnaireVersion.id == Response.version_id)
        .where(
            Response.participant_id == participant_id,
            Response.state == ResponseState.SUBMITTED,
            Response.submitted_at < before,
            QuestionnaireVersion.questionnaire_id == questionnaire_id,
        )
        .order_by(Response.submitted_at.desc(), Response.id)
        .limit(1)
    )


def saved_names(structure: Structure, places: Iterable[int] | None = None) -> frozenset[str]:
    """Return the names whose earlier answer is quoted, in the whole form or at these places."""
    wanted = structure.places if places is None else [structure.places[index] for index in places]
    return frozenset(name for place in wanted for name in _quoted(structure, place))


def _quoted(structure: Structure, place: Place) -> set[str]:
    node = place.node
    rules = [rule for name in _RULES if isinstance(rule := getattr(node, name, None), Expression)]
    source = structure.sources.get(place.index)
    if source is not None and source.filter is not None:
        rules.append(source.filter)
    names = {tree[1] for rule in rules for tree in walk(rule.tree) if tree[0] == "last_saved"}
    return names.union(*(_QUOTED.findall(text) for text in _texts_of(structure, node)))


def _texts_of(structure: Structure, node: Node) -> Iterable[str]:
    for kind in _TEXTS:
        yield from getattr(node, kind, {}).values()
    if isinstance(node, Item) and node.list_name in structure.definition.choice_lists:
        for choice in structure.choices(node):
            yield from choice.labels.values()


def read_saved(session: Session, structure: Structure, response_id: UUID) -> dict[str, Any]:
    """Return the answers of an earlier response that a form quotes, by name; one statement, {} once it was withdrawn.

    An answer given once for each card of a list is no single answer, and is left out.
    """
    keys = {
        name: structure.places[index].node.key
        for name in saved_names(structure)
        for index in structure.by_name.get(name, ())[:1]
        if isinstance(structure.places[index].node, Item) and not structure.places[index].repeats
    }
    rows = session.execute(
        select(Response.calculated, Answer.item_name, Answer.value)
        .outerjoin(Answer, and_(Answer.response_id == Response.id, Answer.item_name.in_(keys.values())))
        .where(Response.id == response_id, Response.state == ResponseState.SUBMITTED)
    ).all()
    if not rows:
        return {}
    given = {**rows[0].calculated, **{name: value for _calculated, name, value in rows if name is not None}}
    return {name: given[key] for name, key in keys.items() if given.get(key) is not None}


def as_kept(carried: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a response carries as it is written: earlier answers stay where they were given."""
    return {key: value for key, value in carried.items() if key != SAVED}


def as_sent(carried: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a response carries as a phone may have it: without the name of the earlier response."""
    return {key: value for key, value in carried.items() if key != SAVED_FROM}
