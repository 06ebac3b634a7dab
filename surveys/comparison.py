"""What changed between two versions of a questionnaire, and what each change means for comparing their answers.

    for change in compare(earlier, later): …

Changes are data: pages word them. Items are paired as in `surveys.crosswalk`, so that what is called the same here is
read as the same there. Rules are compared by what they compute, not by how they are spelled.
"""

import difflib
import enum
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from surveys.crosswalk import Break, Link, crosswalk, has_answers, was
from surveys.definition import Choice, Definition, Item, ItemType, Node, Texts
from surveys.expressions import Expression
from surveys.pairing import moved_nodes, pair_nodes

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")

TEXT_FIELDS = ("labels", "hints", "guidance", "constraint_messages", "required_messages")
RULE_FIELDS = (
    "relevant",
    "required",
    "constraint",
    "calculation",
    "default",
    "choice_filter",
    "read_only",
    "count",
    "trigger",
)


class ChangeKind(enum.StrEnum):
    """What happened."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    MOVED = "moved"
    REWORDED = "reworded"
    TRANSLATED = "translated"
    UNTRANSLATED = "untranslated"
    TYPE = "type"
    PARAMETERS = "parameters"
    CHOICE_ADDED = "choice_added"
    CHOICE_REMOVED = "choice_removed"
    CHOICE_RECODED = "choice_recoded"
    CHOICE_REWORDED = "choice_reworded"
    CHOICES_MOVED = "choices_moved"
    RULE = "rule"
    MEDIA = "media"
    APPEARANCE = "appearance"
    LANGUAGE_ADDED = "language_added"
    LANGUAGE_REMOVED = "language_removed"
    TITLE = "title"


class Consequence(enum.StrEnum):
    """What it means for a series of answers over both versions."""

    KEPT = "kept"
    """The series goes on."""
    CAREFUL = "careful"
    """The series goes on under the same key; a difference may come from the change."""
    BROKEN = "broken"
    """The answers before and after are not to be put side by side."""
    BEGINS = "begins"
    ENDS = "ends"


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of a text: `op` is `equal`, `insert` (only in the later text) or `delete` (only in the earlier one)."""

    op: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference, about an item, a group or (both keys empty) the form.

    `field` names the text (`labels`, `hints`…), rule (`relevant`…) or medium that changed, `locale` the language,
    `choice` the later code of a choice (the earlier one of a choice removed). `before` and `after` are texts to show:
    sources of rules, templates, names of types, codes. `words` is the difference word by word of a text.
    """

    kind: ChangeKind
    consequence: Consequence
    earlier: str = ""
    later: str = ""
    field: str = ""
    locale: str = ""
    choice: str = ""
    before: str = ""
    after: str = ""
    words: tuple[Words, ...] = ()


def compare(earlier: Definition, later: Definition) -> tuple[Change, ...]:
    """Return every difference: the form first, then its nodes in the order of the later version, then what is gone."""
    walk = crosswalk(earlier, later)
    pairs = pair_nodes(earlier, later, walk)
    moved = moved_nodes(pairs, earlier, later)
    by_later = {new.path: old for old, new in pairs}
    kept = {old.path for old in by_later.values()}
    changes = list(_form(earlier, later))
    for node in later.nodes():
        old = by_later.get(node.path)
        if old is None:
            consequence = Consequence.BEGINS if has_answers(node) else Consequence.KEPT
            changes.append(Change(kind=ChangeKind.ADDED, consequence=consequence, later=node.key))
            continue
        link = walk.link_to(node.key) if has_answers(node) else None
        changes += _between(old, node, link, earlier, later, is_moved=node.path in moved)
    for node in earlier.nodes():
        if node.path not in kept:
            consequence = Consequence.ENDS if has_answers(node) else Consequence.KEPT
            changes.append(Change(kind=ChangeKind.REMOVED, consequence=consequence, earlier=node.key))
    return tuple(changes)


def word_difference(before: str, after: str) -> tuple[Words, ...]:
    """Return the way from one text to another in whole words; joining what is not inserted gives `before`."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    found: list[Words] = []
    for op, start, end, to_start, to_end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            found.append(Words("equal", "".join(old[start:end])))
            continue
        if end > start:
            found.append(Words("delete", "".join(old[start:end])))
        if to_end > to_start:
            found.append(Words("insert", "".join(new[to_start:to_end])))
    return tuple(found)


def _form(earlier: Definition, later: Definition) -> Iterator[Change]:
    if earlier.title != later.title:
        yield Change(
            kind=ChangeKind.TITLE, consequence=Consequence.KEPT, before=earlier.title, after=later.title,
            words=word_difference(earlier.title, later.title),
        )  # fmt: skip
    old, new = ({locale.tag: locale.name for locale in each.locales} for each in (earlier, later))
    for tag, name in new.items():
        if tag not in old:
            yield Change(kind=ChangeKind.LANGUAGE_ADDED, consequence=Consequence.CAREFUL, locale=tag, after=name)
    for tag, name in old.items():
        if tag not in new:
            yield Change(kind=ChangeKind.LANGUAGE_REMOVED, consequence=Consequence.CAREFUL, locale=tag, before=name)


def _between(
    old: Node, new: Node, link: Link | None, earlier: Definition, later: Definition, *, is_moved: bool
) -> Iterator[Change]:
    keys: dict[str, Any] = {"earlier": old.key, "later": new.key}
    if old.key != new.key:
        yield Change(kind=ChangeKind.RENAMED, consequence=Consequence.KEPT, before=old.key, after=new.key, **keys)
    if is_moved:
        broken = link is not None and link.breaks is Break.REPEAT
        consequence = Consequence.BROKEN if broken else Consequence.CAREFUL
        yield Change(kind=ChangeKind.MOVED, consequence=consequence, before=old.path, after=new.path, **keys)
    if isinstance(old, Item) and isinstance(new, Item) and old.type is not new.type:
        broken = link is not None and link.breaks is Break.TYPE
        consequence = Consequence.BROKEN if broken else Consequence.CAREFUL
        yield Change(kind=ChangeKind.TYPE, consequence=consequence, before=old.type.value, after=new.type.value, **keys)
    yield from _texts(old, new, later, keys)
    yield from _rules(old, new, keys)
    if isinstance(old, Item) and isinstance(new, Item):
        yield from _parameters(old, new, keys)
        if old.type.has_choices and new.type.has_choices:
            yield from _choices(
                earlier.choice_lists.get(old.list_name, ()), later.choice_lists.get(new.list_name, ()), later, keys
            )
    yield from _looks(old, new, keys)


def _texts(old: Node, new: Node, later: Definition, keys: Mapping[str, Any]) -> Iterator[Change]:
    for name in TEXT_FIELDS:
        before, after = getattr(old, name, {}), getattr(new, name, {})
        # What the person reads while answering weighs; what is said after a wrong answer does not.
        is_read = name in ("labels", "hints", "guidance")
        yield from _rewordings(before, after, later, ChangeKind.REWORDED, is_read, {"field": name, **keys})


def _rewordings(
    before: Texts, after: Texts, later: Definition, kind: ChangeKind, is_read: bool, about: Mapping[str, Any]
) -> Iterator[Change]:
    """Say each text that differs; where another language keeps its own, only a translation came or went."""
    has_both = any(before.values()) and any(after.values())
    for tag in dict.fromkeys([*(locale.tag for locale in later.locales), *before, *after]):
        old, new = before.get(tag, ""), after.get(tag, "")
        if old == new:
            continue
        if has_both and not (old and new):
            which = ChangeKind.TRANSLATED if new else ChangeKind.UNTRANSLATED
            yield Change(kind=which, consequence=Consequence.KEPT, locale=tag, before=old, after=new, **about)
            continue
        consequence = Consequence.CAREFUL if is_read else Consequence.KEPT
        words = word_difference(old, new)
        yield Change(kind=kind, consequence=consequence, locale=tag, before=old, after=new, words=words, **about)


_RULE_CONSEQUENCES = {
    "relevant": Consequence.CAREFUL,  # other people are asked
    "required": Consequence.CAREFUL,  # other people leave it empty
    "constraint": Consequence.CAREFUL,  # other values are possible
    "calculation": Consequence.BROKEN,  # another quantity under the same name
    "default": Consequence.CAREFUL,
    "choice_filter": Consequence.CAREFUL,
    "read_only": Consequence.CAREFUL,
    "count": Consequence.CAREFUL,
    "trigger": Consequence.CAREFUL,
}


def _rules(old: Node, new: Node, keys: Mapping[str, Any]) -> Iterator[Change]:
    for name in RULE_FIELDS:
        before, after = getattr(old, name, None), getattr(new, name, None)
        if _meaning(before) != _meaning(after):
            yield Change(
                kind=ChangeKind.RULE, consequence=_RULE_CONSEQUENCES[name], field=name,
                before=_shown(before), after=_shown(after), **keys,
            )  # fmt: skip


def _meaning(rule: Any) -> Any:
    if isinstance(rule, Expression):
        return ["expression", rule.tree]
    return rule or None


def _shown(rule: Any) -> str:
    if isinstance(rule, Expression):
        return rule.source
    if isinstance(rule, bool):
        return "true()" if rule else ""
    return " ".join(rule) if isinstance(rule, tuple) else str(rule or "")


_SCALE = frozenset({"start", "end", "step"})


def _parameters(old: Item, new: Item, keys: Mapping[str, Any]) -> Iterator[Change]:
    for name in dict.fromkeys([*old.parameters, *new.parameters]):
        before, after = old.parameters.get(name, ""), new.parameters.get(name, "")
        if before == after:
            continue
        is_scale = new.type is ItemType.RANGE and name in _SCALE
        consequence = Consequence.BROKEN if is_scale else Consequence.CAREFUL
        yield Change(
            kind=ChangeKind.PARAMETERS, consequence=consequence, field=name, before=before, after=after, **keys
        )


def _choices(
    old: Sequence[Choice], new: Sequence[Choice], later: Definition, keys: Mapping[str, Any]
) -> Iterator[Change]:
    before = {choice.name: choice for choice in old}
    former: dict[str, str] = {}
    for choice in new:
        names = (name for name in (*was(choice), choice.name) if name in before and name not in former.values())
        if name := next(names, ""):
            former[choice.name] = name
    gone = {name: choice for name, choice in before.items() if name not in former.values()}
    for choice in new:
        name = former.get(choice.name, "")
        if not name:
            yield _choice_added(choice, gone.values(), later, keys)
            continue
        about: dict[str, Any] = {"choice": choice.name, **keys}
        if name != choice.name:
            kept = Consequence.KEPT
            yield Change(kind=ChangeKind.CHOICE_RECODED, consequence=kept, before=name, after=choice.name, **about)
        yield from _rewordings(before[name].labels, choice.labels, later, ChangeKind.CHOICE_REWORDED, True, about)
    for name, choice in gone.items():
        label = later.text(choice.labels, later.default_locale)[0] or name
        careful = Consequence.CAREFUL
        yield Change(kind=ChangeKind.CHOICE_REMOVED, consequence=careful, choice=name, before=label, **keys)
    was_order, order = [name for name in before if name not in gone], list(former.values())
    if order != was_order:
        texts: dict[str, Any] = {"before": " ".join(was_order), "after": " ".join(order)}
        yield Change(kind=ChangeKind.CHOICES_MOVED, consequence=Consequence.CAREFUL, **texts, **keys)


def _choice_added(choice: Choice, gone: Iterable[Choice], later: Definition, keys: Mapping[str, Any]) -> Change:
    """Say that a choice is new; one in the very words of a code that went is the same answer under another code."""
    label = later.text(choice.labels, later.default_locale)[0]
    twin = next((each.name for each in gone if label and later.text(each.labels, later.default_locale)[0] == label), "")
    return Change(
        kind=ChangeKind.CHOICE_ADDED,
        consequence=Consequence.BROKEN if twin else Consequence.CAREFUL,
        choice=choice.name,
        before=twin,
        after=label or choice.name,
        **keys,
    )


def _looks(old: Node, new: Node, keys: Mapping[str, Any]) -> Iterator[Change]:
    if old.appearance != new.appearance:
        yield Change(
            kind=ChangeKind.APPEARANCE, consequence=Consequence.CAREFUL,
            before=old.appearance, after=new.appearance, **keys,
        )  # fmt: skip
    before, after = getattr(old, "media", {}), getattr(new, "media", {})
    for kind in dict.fromkeys([*before, *after]):
        tags = dict.fromkeys([*before.get(kind, {}), *after.get(kind, {})])
        for tag in tags:
            was_file, is_file = before.get(kind, {}).get(tag, ""), after.get(kind, {}).get(tag, "")
            if was_file != is_file:
                yield Change(
                    kind=ChangeKind.MEDIA, consequence=Consequence.CAREFUL, field=kind, locale=tag,
                    before=was_file, after=is_file, **keys,
                )  # fmt: skip
