"""Names of questions, lists and choices: made from words, free, and changed only on purpose."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import replace

from core.errors import Conflict, Invalid
from surveys.definition import Definition
from surveys.editing.references import with_names
from surveys.editing.tree import former_keys, keyed, node_of, with_node

MAX_NAME = 32
_NAME = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
_WORD = re.compile(r"[a-z0-9]+")
_INCLUSIVE = re.compile(r"·\w+")
# Words that say nothing of a question's subject; without any other, they stay.
_SMALL = frozenset(
    _WORD.findall(
        "a au aux avec avez ce cet cette ces d dans de des du en est et etes il j je l la le les leur m ma me mes mon "
        "ne nous on ou par pas pour qu que quel quelle quelles quels qui s sa se ses son sont sur t un une vos votre "
        "vous y the of to and or is are do does you your in on an at for"
    )
)
# What the pages and the exports keep for themselves.
_RESERVED = frozenset({"meta", "data", "page", "move", "csrf_token", "so_far", "lang", "then"})


def slug(words: str, fallback: str) -> str:
    """Return a name made from words: plain letters, digits and underscores, 32 characters at most."""
    plain = _INCLUSIVE.sub("", words).replace("œ", "oe").replace("Œ", "oe")
    bare = unicodedata.normalize("NFKD", plain)
    every = _WORD.findall("".join(sign for sign in bare.lower() if not unicodedata.combining(sign)))
    chosen = [word for word in every if word not in _SMALL] or every
    name = ""
    for word in chosen:
        longer = f"{name}_{word}" if name else word[:MAX_NAME]
        if len(longer) > MAX_NAME:
            break
        name = longer
    if not name:
        return fallback
    return name if name[0].isalpha() else f"{fallback}_{name}"[:MAX_NAME]


def free(wanted: str, taken: Collection[str]) -> str:
    """Return the name wanted, or with a number after it where something has it already."""
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}_{number}"
    return name


def taken_names(definition: Definition, published: Collection[str] = ()) -> frozenset[str]:
    """Return the names that a new question may not take: those of the form, and those answered under before.

    A name once published stays that of its question: another one under it would inherit its answers.
    """
    names = {name for node in definition.nodes() for name in (node.name, node.key, *former_keys(node))}
    return frozenset(names | {key.rpartition("/")[2] for key in published} | set(published) | _RESERVED)


def check_name(name: str) -> None:
    """Accept a name that columns of data and forms of other programs can carry.

    Raises: Invalid("surveys.name_malformed").
    """
    if not _NAME.fullmatch(name) or name in _RESERVED:
        raise Invalid("surveys.name_malformed", name=name)


def rename(definition: Definition, key: str, name: str, *, published: Collection[str] = ()) -> Definition:
    """Name a question or group otherwise, and speak of it under its new name wherever the form does.

    The former key is noted in `tresse::was`: answers given before are still found.

    Raises: Invalid("surveys.name_malformed"); Conflict("surveys.name_taken"); NotFound("surveys.item_not_found").
    """
    node = node_of(definition, key)
    if name == node.name:
        return definition
    check_name(name)
    mine = {node.name, node.key, *former_keys(node)}
    if name in taken_names(definition, published) - mine or _is_elsewhere(definition, key, name):
        raise Conflict("surveys.name_taken", name=name)
    is_only = sum(each.name == node.name for each in definition.nodes()) == 1
    spoken = with_names(definition, {node.name: name}) if is_only else definition
    return keyed(with_node(spoken, key, replace(node_of(spoken, key), name=name)))


def _is_elsewhere(definition: Definition, key: str, name: str) -> bool:
    return any(name in (each.name, each.key, *former_keys(each)) for each in definition.nodes() if each.key != key)
