"""Several versions of a questionnaire read as one: the last one, with what earlier ones asked and it no longer does."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from surveys.crosswalk import Crosswalk, crosswalk, has_answers
from surveys.definition import Choice, Definition, Group, Item, Node, Repeat
from surveys.models import Missing


@dataclass(frozen=True, slots=True)
class _Extra:
    """Where what an earlier version asked goes on: under `key`, read as the version `number` kept it."""

    key: str
    number: int


@dataclass(frozen=True, slots=True)
class Merged:
    """One definition for all the answers, and the way of each version's answers into it."""

    definition: Definition
    ways: Mapping[int, "Way"]

    def read(
        self, number: int, answers: Mapping[str, Any], missing: Mapping[str, Missing]
    ) -> tuple[Mapping[str, Any], Mapping[str, Missing]]:
        """Return the answers collected under a version, and why some are absent, under the keys of the whole."""
        way = self.ways.get(number)
        return (answers, missing) if way is None else way.read(answers, missing)

    def key(self, number: int, key: str) -> str:
        """Return the key in the whole of an answer's key under a version; itself where it leads nowhere."""
        way = self.ways.get(number)
        return key if way is None else way.key(key)


@dataclass(frozen=True, slots=True)
class Way:
    """How the answers of one earlier version are read; `steps` leads to each version that something ends in."""

    last: Crosswalk
    extras: Mapping[str, _Extra]
    steps: Mapping[int, Crosswalk]

    def key(self, key: str) -> str:
        """Return the key in the whole of a key of this version."""
        name, bracket, numbers = key.partition("[")
        link = self.last.link_from(name)
        if link is not None and link.is_read:
            return link.later + bracket + numbers
        return self.extras[name].key + bracket + numbers if name in self.extras else key

    def read(
        self, answers: Mapping[str, Any], missing: Mapping[str, Missing]
    ) -> tuple[Mapping[str, Any], Mapping[str, Missing]]:
        """Return answers and absences under the keys of the whole."""
        reading = self.last.read(answers, missing)
        found, marked = dict(reading.answers), dict(reading.missing)
        for key, value in reading.left.items():
            name, bracket, numbers = key.partition("[")
            extra = self.extras.get(name)
            if extra is None:
                continue
            step = self.steps.get(extra.number)
            link = step.link_from(name) if step is not None else None
            found[extra.key + bracket + numbers] = value if link is None else link.value(value)
            if key in missing:
                marked[extra.key + bracket + numbers] = missing[key]
        return found, marked


def merge_versions(versions: Mapping[int, Definition]) -> Merged:
    """Merge versions by their numbers; answers of the last one are read as they are."""
    numbers = sorted(versions)
    builder = _Builder(versions[numbers[-1]])
    ways: dict[int, Way] = {}
    for place in range(len(numbers) - 2, -1, -1):
        later = numbers[place:]
        last = crosswalk(*(versions[each] for each in later))
        steps = {
            until: crosswalk(*(versions[each] for each in later if each <= until))
            for until in later[1:-1]
            if until in ways
        }
        extras = builder.add(numbers[place], versions[numbers[place]], last, steps, ways)
        ways[numbers[place]] = Way(last, extras, steps)
    return Merged(builder.definition, ways)


@dataclass(slots=True)
class _Builder:
    definition: Definition
    _keys: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._keys = {node.key for node in self.definition.nodes()}

    def add(
        self,
        number: int,
        version: Definition,
        last: Crosswalk,
        steps: Mapping[int, Crosswalk],
        ways: Mapping[int, Way],
    ) -> dict[str, _Extra]:
        """Give a place to what the last version cannot read of this one; return where, by the key it has here."""
        extras: dict[str, _Extra] = {}
        read = {link.earlier: link.later for link in last.links if link.is_read}
        for node, around in _kept(version.children, ()):
            if node.key in read:
                continue
            known = next(
                (
                    ways[until].extras[link.later]
                    for until, step in sorted(steps.items())
                    if (link := step.link_from(node.key)) and link.is_read and link.later in ways[until].extras
                ),
                None,
            )
            extras[node.key] = known or self._place(
                number, version, node, [_reached(key, read, extras) for key in around]
            )
        return extras

    def _place(self, number: int, version: Definition, node: Node, chain: Sequence[str]) -> _Extra:
        key = node.key if node.key not in self._keys else f"{node.key}_v{number}"
        self._keys.add(key)
        lists = dict(self.definition.choice_lists)
        new: Node
        if isinstance(node, Item):
            list_name = f"{node.list_name} (v{number})" if node.list_name else ""
            if list_name:
                lists[list_name] = _choices(version, node)
            new = replace(node, key=key, list_name=list_name, labels=_marked(node.labels, number))
        else:
            assert isinstance(node, Repeat)
            new = replace(node, key=key, children=(), labels=_marked(node.labels, number))
        children = _inserted(self.definition.children, chain[-1] if chain else "", new)
        self.definition = replace(self.definition, children=children, choice_lists=lists)
        return _Extra(key, number)


def _reached(key: str, read: Mapping[str, str], extras: Mapping[str, _Extra]) -> str:
    return read.get(key) or extras[key].key


def _choices(version: Definition, item: Item) -> tuple[Choice, ...]:
    return version.choice_lists.get(item.list_name, ())


def _marked(labels: Mapping[str, str], number: int) -> dict[str, str]:
    """Say in the label which version asked it last."""
    return {tag: f"{text} (v{number})" for tag, text in labels.items() if text}


def _kept(nodes: Sequence[Node], around: tuple[str, ...]) -> Iterator[tuple[Node, tuple[str, ...]]]:
    for node in nodes:
        if has_answers(node):
            yield node, around
        if isinstance(node, Group):
            yield from _kept(node.children, (*around, node.key) if isinstance(node, Repeat) else around)


def _inserted(nodes: tuple[Node, ...], repeat: str, new: Node) -> tuple[Node, ...]:
    """Return the nodes with one more at the end of a repeat, or of the form."""
    if not repeat:
        return (*nodes, new)
    return tuple(
        replace(node, children=(*node.children, new))
        if isinstance(node, Repeat) and node.key == repeat
        else replace(node, children=_inserted(node.children, repeat, new))
        if isinstance(node, Group) and any(each.key == repeat for each in _below(node))
        else node
        for node in nodes
    )


def _below(group: Group) -> Iterator[Node]:
    for child in group.children:
        yield child
        if isinstance(child, Group):
            yield from _below(child)
