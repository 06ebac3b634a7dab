"""What the buttons of an open question do, after its fields were saved: one step of the draft each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.research.contexts.editor import title_of
from app.research.editor_input import CardInput
from surveys.definition import Definition
from surveys.editing import gestures, lists, operations
from surveys.editing.history import OpenDraft, change_draft
from surveys.editing.kinds import Kind
from surveys.editing.operations import Spot
from surveys.editing.ready import yes_no
from surveys.editing.saving import Saved, save_fields

Published = frozenset[str]
_MAX_LABEL = 120


@dataclass(frozen=True, slots=True)
class Editing:
    """A draft being edited by somebody in this request."""

    session: Session
    study_id: UUID
    version_id: UUID
    account_id: UUID

    def step(
        self, change: Callable[[Definition, Published], Definition], verb: str, details: Mapping[str, Any]
    ) -> OpenDraft:
        """Make one step."""
        return change_draft(
            self.session,
            self.study_id,
            self.version_id,
            change,
            verb=verb,
            details=details,
            account_id=self.account_id,
        )


def settle(editing: Editing, card: CardInput) -> Saved:
    """Save the fields of a card, then what its menus changed: answers, list, kind, place."""
    saved = save_fields(
        editing.session,
        editing.study_id,
        editing.version_id,
        card.key,
        card.fields,
        tag=card.tag,
        revision=card.revision,
        account_id=editing.account_id,
    )
    draft = saved.draft
    for change, verb in _of_menus(card):
        draft = editing.step(change, verb, about(draft.definition, card.key))
    return Saved(draft, (*card.faults, *saved.faults), saved.clashes)


Act = tuple[Callable[[Definition, Published], Definition], str]


def _of_menus(card: CardInput) -> list[Act]:
    acts: list[Act] = []
    if card.new_choices:
        acts.append((lambda form, _keys: _with_new_choices(form, card), "choice_add"))
    if card.list_name:
        acts.append((lambda form, _keys: lists.use_list(form, card.key, card.list_name), "list"))
    if card.kind in {kind.value for kind in Kind}:
        kind = Kind(card.kind)
        acts.append((lambda form, _keys: _of_kind(form, card.key, kind), "kind"))
    if card.target is not None:
        spot = Spot(card.target)
        acts.append((lambda form, _keys: operations.move(form, card.key, spot), "move"))
    return acts


def _with_new_choices(form: Definition, card: CardInput) -> Definition:
    list_name, _choices = lists.list_of(form, card.key)
    return lists.add_choices(form, list_name, card.new_choices, locale=card.tag)


def _of_kind(form: Definition, key: str, kind: Kind) -> Definition:
    return operations.change_kind(form, key, kind, choices=_ready(form, kind))


def _ready(form: Definition, kind: Kind) -> dict[str, Mapping[str, str]] | None:
    return yes_no(form) if kind is Kind.YES_NO else None


def about(form: Definition, key: str) -> dict[str, str]:
    """Return what the words of a step need of a question, while it is still there."""
    return {"key": key, "label": title_of(form, key)[:_MAX_LABEL]}


def add(editing: Editing, kind: Kind, spot: Spot, words: str, tag: str) -> str:
    """Add a question or group and return its key."""
    made: list[str] = []

    def change(form: Definition, published: Published) -> Definition:
        after, key = operations.add(
            form, kind, spot, words=words.strip(), locale=tag, choices=_ready(form, kind), published=published
        )
        made.append(key)
        return after

    editing.step(change, "add", {"label": words.strip()[:_MAX_LABEL], "kind": kind.value})
    return made[0]


def copy(editing: Editing, key: str) -> str:
    """Copy a question or group and return the key of the copy."""
    made: list[str] = []

    def change(form: Definition, published: Published) -> Definition:
        after, new = operations.copy(form, key, published=published)
        made.append(new)
        return after

    editing.step(change, "copy", {"key": key, "label": ""})
    return made[0]


def delete(editing: Editing, form: Definition, key: str, *, with_rules: bool) -> None:
    """Delete a question or group; `with_rules` takes the terms about it out of the conditions that name it."""

    def change(before: Definition, _keys: Published) -> Definition:
        return operations.delete(gestures.without_uses(before, key) if with_rules else before, key)

    editing.step(change, "delete", about(form, key))


def act_on(editing: Editing, form: Definition, card: CardInput) -> None:
    """Do what a button says, if it is one of those that change the question in its place."""
    key, argument = card.key, card.argument
    acts: dict[str, Act] = {
        "up": (lambda before, _keys: operations.move_up(before, key), "move"),
        "down": (lambda before, _keys: operations.move_down(before, key), "move"),
        "choice-up": (lambda before, _keys: _choice_moved(before, key, argument, -1), "choice_move"),
        "choice-down": (lambda before, _keys: _choice_moved(before, key, argument, 1), "choice_move"),
        "choice-to": (lambda before, _keys: _choice_put(before, key, argument), "choice_move"),
        "choice-delete": (lambda before, _keys: _without_choice(before, key, argument), "choice_delete"),
        "choice-codes": (lambda before, _keys: _recoded(before, key, card.codes), "choice_rename"),
        "list-own": (lambda before, _keys: lists.own_list(before, key), "list"),
        "repeat-on": (lambda before, _keys: operations.set_repeated(before, key, is_repeated=True), "repeat"),
        "repeat-off": (lambda before, _keys: operations.set_repeated(before, key, is_repeated=False), "repeat"),
        "ungroup": (lambda before, _keys: operations.ungroup(before, key), "ungroup"),
    }
    if card.act in acts:
        change, verb = acts[card.act]
        editing.step(change, verb, about(form, key))


def _choice_moved(form: Definition, key: str, name: str, by: int) -> Definition:
    list_name, _choices = lists.list_of(form, key)
    return lists.move_choice(form, list_name, name, lists.place_of_choice(form, list_name, name) + by)


def _choice_put(form: Definition, key: str, argument: str) -> Definition:
    name, _colon, place = argument.rpartition(":")
    list_name, _choices = lists.list_of(form, key)
    return lists.move_choice(form, list_name, name, int(place) if place.isdigit() else 0)


def _without_choice(form: Definition, key: str, name: str) -> Definition:
    list_name, _choices = lists.list_of(form, key)
    return lists.delete_choice(form, list_name, name)


def _recoded(form: Definition, key: str, codes: Mapping[str, str]) -> Definition:
    list_name, _choices = lists.list_of(form, key)
    for old, new in codes.items():
        form = lists.rename_choice(form, list_name, old, new)
    return form


def add_other(editing: Editing, form: Definition, card: CardInput, *, label: str, question: str) -> None:
    """Add « other » to the answers of a question, and after it the text that asks which one."""

    def change(before: Definition, published: Published) -> Definition:
        return gestures.add_other(
            before, card.key, label=label, question=question, locale=card.tag, published=published
        )[0]

    editing.step(change, "choice_add", about(form, card.key))
