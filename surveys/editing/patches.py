"""The difference between two JSON documents, kept so that it can be taken back: each change holds both sides.

    patch = difference(before, after)
    apply(before, patch) == after and revert(after, patch) == before

A patch is a list of changes, itself JSON: `["set", path, old, new]` for a member of an object (each side in a list of
its own, empty where the member is absent) and `["splice", path, place, old, new]` for a stretch of an array: the
smallest one between what both begin and end with.
"""

import copy
import json
from typing import Any

from core.errors import Conflict

Json = Any
Patch = list[list[Any]]


def difference(before: Json, after: Json) -> Patch:
    """Return what leads from one document to the other; empty when they are equal."""
    patch: Patch = []
    _collect(before, after, [], patch)
    return patch


def _collect(before: Json, after: Json, path: list[str | int], patch: Patch) -> None:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys([*before, *after]):
            if name not in before or name not in after:
                sides = [[each[name]] if name in each else [] for each in (before, after)]
                patch.append(["set", [*path, name], *sides])
            elif not _same(before[name], after[name]):
                _collect_member(before[name], after[name], [*path, name], patch)
    elif isinstance(before, list) and isinstance(after, list):
        _collect_list(before, after, path, patch)


def _collect_member(before: Json, after: Json, path: list[str | int], patch: Patch) -> None:
    if type(before) is type(after) and isinstance(before, dict | list):
        _collect(before, after, path, patch)
    else:
        patch.append(["set", path, [before], [after]])


def _collect_list(before: list[Json], after: list[Json], path: list[str | int], patch: Patch) -> None:
    shortest = min(len(before), len(after))
    start = 0
    while start < shortest and _same(before[start], after[start]):
        start += 1
    end = 0
    while end < shortest - start and _same(before[-1 - end], after[-1 - end]):
        end += 1
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    if len(old) == len(new) == 1 and type(old[0]) is type(new[0]) and isinstance(old[0], dict | list):
        _collect(old[0], new[0], [*path, start], patch)
    elif old or new:
        patch.append(["splice", path, start, old, new])


def _same(one: Json, other: Json) -> bool:
    """Compare as JSON does, at any depth: for Python 1, 1.0 and true are equal."""
    return one == other and json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def apply(document: Json, patch: Patch) -> Json:
    """Return the document after a patch.

    Raises: Conflict("surveys.history_broken"): it is not the document that the patch was made from.
    """
    return _changed(document, patch)


def revert(document: Json, patch: Patch) -> Json:
    """Return the document before a patch.

    Raises: Conflict("surveys.history_broken"): it is not the document that the patch led to.
    """
    turned = [[*change[:-2], change[-1], change[-2]] for change in reversed(patch)]
    return _changed(document, turned)


def _changed(document: Json, patch: Patch) -> Json:
    changed = copy.deepcopy(document)
    try:
        for change in patch:
            _change(changed, change)
    except (KeyError, IndexError, TypeError) as error:
        raise Conflict("surveys.history_broken") from error
    return changed


def _change(document: Json, change: list[Any]) -> None:
    kind, path = change[0], change[1]
    here = document
    for step in path if kind == "splice" else path[:-1]:
        here = here[step]
    if kind == "splice":
        _kind, _path, start, old, new = change
        if here[start : start + len(old)] != old:
            raise KeyError(start)
        here[start : start + len(old)] = copy.deepcopy(new)
        return
    _kind, _path, old, new = change
    name = path[-1]
    if ([here[name]] if name in here else []) != old:
        raise KeyError(name)
    if new:
        here[name] = copy.deepcopy(new[0])
    else:
        del here[name]
