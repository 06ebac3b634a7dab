"""Say everything a form says about given answers, as plain JSON: for scripts, previews and tests."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from surveys.definition import Item
from surveys.engine import SAVED, FormState, evaluate_form
from surveys.instance import Occurrence
from surveys.structure import Structure

_STEP = re.compile(r"(?P<name>[^\[]+)\[(?P<number>[1-9]\d{0,3})\]")


def simulate(
    structure: Structure,
    answers: Mapping[str, Any],
    *,
    moment: datetime | None = None,
    seed: int = 0,
    locale: str = "",
    saved: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Evaluate a form with these answers.

    Args:
        structure: the form.
        answers: values by item name or path; lists for several choices and ranks; a repeat is a list of mappings, and a
            path may count its occurrences (`/data/members[2]/age`); or rows as they are kept (`members`: 2, `age[2]`).
        moment: the present of today() and now().
        seed: the one of shuffled choices.
        locale: the tag of the language of texts.
        saved: what `${last-saved#name}` reads, by name.

    Returns: by key of the item (by path inside repeats): `relevant`, `required`, `constraint_ok` (None without a
        constraint, a value or relevance), `values`, `calculated`, `choices`, `labels`; a list of `violations`; `items`,
        the same facts gathered by item; `ignored`, names of answers that the form does not have.
    """
    nested = nest(structure, answers)
    started = {SAVED: saved} if saved else None
    state = evaluate_form(structure, nested, moment=moment, seed=seed, locale=locale, started=started)
    tag = structure.definition.locale(locale).tag
    violations = state.violations()
    faults = {(violation.key, violation.fault.value) for violation in violations}
    found: dict[str, Any] = {
        "form": {
            "title": structure.definition.title,
            "form_id": structure.definition.form_id,
            "version": structure.definition.version,
            "locale": tag,
        },
        "relevant": {},
        "required": {},
        "constraint_ok": {},
        "values": {},
        "calculated": {_name_of(state, state.occurrence(key)): value for key, value in state.calculated.items()},
        "choices": {},
        "labels": {},
        "items": {},
    }
    for occurrence in state.instance.walk():
        name = _name_of(state, occurrence)
        node = structure.places[occurrence.index].node
        found["relevant"][name] = occurrence.relevant
        found["labels"][name] = state.text_at(occurrence, "labels", tag)[0]
        if isinstance(node, Item):
            facts = _facts(state, node, occurrence, faults)
            for fact in ("required", "constraint_ok", "value"):
                found["values" if fact == "value" else fact][name] = facts[fact]
            if node.type.has_choices:
                found["choices"][name] = [choice.name for choice in state.choices_at(occurrence, tag)]
            found["items"][name] = facts
    found["violations"] = [
        {
            "item": violation.item,
            "path": state.instance.path(state.occurrence(violation.key)),
            "kind": violation.fault.value,
            "code": violation.code,
            "message": state.message(violation, tag),
        }
        for violation in violations
    ]
    found["ignored"] = unknown_names(structure, answers)
    return found


def _name_of(state: FormState, occurrence: Occurrence) -> str:
    """Return the key of an occurrence; inside repeats its path, which other programs know."""
    is_repeated = state.structure.places[occurrence.index].repeats
    return state.instance.path(occurrence) if is_repeated else state.name(occurrence)


def _facts(state: FormState, item: Item, occurrence: Occurrence, faults: set[tuple[str, str]]) -> dict[str, Any]:
    name = state.name(occurrence)
    asked = occurrence.relevant and bool(occurrence.value)
    broken = (name, "constraint") in faults
    return {
        "name": item.name,
        "path": state.instance.path(occurrence),
        "type": item.type.value,
        "relevant": occurrence.relevant,
        "required": occurrence.relevant and state.requires(occurrence),
        "constraint_ok": not broken if item.constraint is not None and asked else None,
        "type_ok": (name, "type") not in faults and (name, "choice") not in faults,
        "value": state.typed(occurrence),
    }


def unknown_names(structure: Structure, answers: Mapping[str, Any]) -> list[str]:
    """Return the names of answers that are no item, group or path of the form, in the order given."""
    known = set(structure.by_key) | set(structure.by_name) | set(structure.by_path)
    return [name for name in answers if re.sub(r"\[\d+(\.\d+)*\]", "", name) not in known]


def nest(structure: Structure, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Put answers given by numbered paths (`/data/members[2]/age`) into lists of occurrences."""
    nested: dict[str, Any] = dict(answers)
    root = f"/{structure.definition.root}/"
    for name, value in answers.items():
        if "[" not in name or not name.startswith(root):
            continue
        here = nested
        del nested[name]
        *groups, last = name.removeprefix(root).split("/")
        for step in groups:
            here = _enter(here, step)
        here[last] = value
    return nested


def _enter(here: dict[str, Any], step: str) -> dict[str, Any]:
    found = _STEP.fullmatch(step)
    if found is None:
        inner = here.setdefault(step, {})
        return inner if isinstance(inner, dict) else {}
    rows = here.setdefault(found["name"], [])
    if not isinstance(rows, list):
        return {}
    rows.extend({} for _ in range(int(found["number"]) - len(rows)))
    row = rows[int(found["number"]) - 1]
    return row if isinstance(row, dict) else {}
