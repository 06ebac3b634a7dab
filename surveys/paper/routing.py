"""The way through a questionnaire on paper: numbers, where each answer leads, and who answers what.

A person goes from each question to the next one that their answers do not rule out: the arrow of a choice says where,
when that is not the next question. Where the way there does not make sure that a question is theirs, it says to whom it
is addressed and where the others go on. docs/method/paper.md has the rules.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from surveys.conditions import AllOf, Chosen, Condition, Constant, judge, relevance
from surveys.definition import Group, Item, ItemType, Node, Repeat
from surveys.presentation import is_repeated_heading
from surveys.structure import Structure

END = 0
"""Where a way leads past the last question (of the questionnaire, or of a card of a repeated group)."""
ALWAYS = Constant(holds=True)
_PICKED = frozenset({ItemType.SELECT_ONE, ItemType.ACKNOWLEDGE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One question. Places are numbers of questions, from 1; END is past the last one.

    `only_if` says to whom it is addressed, ALWAYS when the way there makes sure of it; the others go to `otherwise`.
    `arrows` are by choice, `after` for any other answer; they are absent where the next question follows.
    """

    number: int
    item: Item
    only_if: Condition = ALWAYS
    otherwise: int = END
    arrows: Mapping[str, int] = field(default_factory=dict)
    after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A note of the form; `only_if` says to whom it is addressed."""

    item: Item
    only_if: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The heading of a group."""

    group: Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards:
    """A repeated group: the same stops on several cards; a way past the last stop ends the card."""

    group: Repeat
    only_if: Condition
    otherwise: int
    after: int | None
    parts: tuple["Element", ...]


Element = Stop | Remark | Part | Cards


def lay_out(structure: Structure) -> tuple[Element, ...]:
    """Return what stands on paper, in the order of the form."""
    planner = _Planner(structure)
    return tuple(planner.elements(structure.definition.children, planner.plan()))


def stops_of(elements: Sequence[Element]) -> Iterator[Stop]:
    """Yield every question, those on cards too."""
    for element in elements:
        if isinstance(element, Stop):
            yield element
        elif isinstance(element, Cards):
            yield from stops_of(element.parts)


def is_on_paper(item: Item) -> bool:
    """Whether a question can be asked on paper."""
    needs_a_phone = item.type.is_attachment or item.type.is_place
    return item.type.is_answered and not needs_a_phone and not is_repeated_heading(item)


@dataclass(slots=True)
class _Step:
    """A question, or a whole repeated group, among those that follow each other; `ways`: what is sure on the way in."""

    key: str
    number: int
    condition: Condition
    item: Item | None
    ways: list[Mapping[str, str]] = field(default_factory=list)
    only_if: Condition = ALWAYS
    otherwise: int = END
    arrows: dict[str, int] = field(default_factory=dict)
    after: int | None = None


class _Planner:
    """Plans the ways of each run of questions: those outside repeats, and those of each repeated group."""

    def __init__(self, structure: Structure) -> None:
        self._structure = structure
        self._steps: dict[str, _Step] = {}
        self._count = 0

    def plan(self) -> Mapping[str, _Step]:
        """Number the questions and find every way; return the steps by key."""
        self._plan_run(self._structure.definition.children)
        return self._steps

    def _plan_run(self, nodes: Sequence[Node]) -> None:
        run: list[_Step] = []
        inner: list[Repeat] = []
        for node in _run(nodes):
            if isinstance(node, Repeat):
                step = _Step(node.key, self._count + 1, relevance(self._structure, node.key), None)
                inner.append(node)
                run.append(step)
                self._number_inside(node)
            else:
                self._count += 1
                run.append(_Step(node.key, self._count, relevance(self._structure, node.key), node))
            self._steps[node.key] = run[-1]
        self._find_ways(run)
        for repeat in inner:
            self._find_ways_inside(repeat)

    def _number_inside(self, repeat: Repeat) -> None:
        """Number the questions of a repeated group where it stands; their ways are found apart."""
        outer = relevance(self._structure, repeat.key)
        for node in _run(repeat.children):
            if isinstance(node, Repeat):
                self._steps[node.key] = _Step(
                    node.key, self._count + 1, self._beyond(relevance(self._structure, node.key), outer), None
                )
                self._number_inside(node)
            else:
                self._count += 1
                condition = self._beyond(relevance(self._structure, node.key), outer)
                self._steps[node.key] = _Step(node.key, self._count, condition, node)

    def _find_ways_inside(self, repeat: Repeat) -> None:
        self._find_ways([self._steps[node.key] for node in _run(repeat.children)])
        for node in _run(repeat.children):
            if isinstance(node, Repeat):
                self._find_ways_inside(node)

    @staticmethod
    def _beyond(condition: Condition, known: Condition) -> Condition:
        """Return what a condition asks beyond what holds already."""
        sure = _parts(known)
        left = tuple(part for part in _parts(condition) if part not in sure)
        return ALWAYS if not left else left[0] if len(left) == 1 else AllOf(left)

    def _find_ways(self, run: list[_Step]) -> None:
        if run:
            run[0].ways.append({})
        for place, step in enumerate(run):
            common = _common(step.ways)
            self._address(run, place, common)
            sure = {**common, **self._sure(step.condition)}
            for choice, known in self._answers(step, sure):
                target = _next(run, place, known)
                if target < len(run):
                    run[target].ways.append(known)
                number = run[target].number if target < len(run) else END
                if target == place + 1:
                    continue
                if choice is None:
                    step.after = number
                else:
                    step.arrows[choice] = number

    def _answers(self, step: _Step, sure: Mapping[str, str]) -> Iterator[tuple[str | None, Mapping[str, str]]]:
        """Yield each answer that tells the way, with what is sure after it; None for any answer."""
        if step.item is None or step.item.type not in _PICKED:
            yield None, sure
            return
        names = [choice.name for choice in self._structure.choices(step.item)] or ["OK"]
        for name in dict.fromkeys(names):
            yield name, {**sure, step.key: name}

    def _sure(self, condition: Condition) -> dict[str, str]:
        """Return the choices that whoever answers a question must have made."""
        found: dict[str, str] = {}
        for part in _parts(condition):
            if isinstance(part, Chosen) and not part.is_negated and len(part.choices) == 1:
                place = self._structure.by_key.get(part.key)
                node = self._structure.places[place].node if place is not None else None
                if isinstance(node, Item) and node.type in _PICKED:
                    found[part.key] = part.choices[0]
        return found

    @staticmethod
    def _address(run: list[_Step], place: int, common: Mapping[str, str]) -> None:
        """Say to whom a question is addressed, unless every way to it makes sure; `common` is sure on all of them."""
        step = run[place]
        if step.condition == ALWAYS or (step.ways and all(judge(step.condition, known) for known in step.ways)):
            return
        step.only_if = step.condition
        asked = set(_parts(step.condition))
        after = place + 1
        # Those who ask the same and more are not for them either.
        while after < len(run) and asked <= set(_parts(run[after].condition)):
            after += 1
        step.otherwise = run[after].number if after < len(run) else END
        if after < len(run):
            run[after].ways.append(common)

    def elements(self, nodes: Sequence[Node], steps: Mapping[str, _Step]) -> Iterator[Element]:
        """Yield what stands on paper for these nodes."""
        for node in nodes:
            if isinstance(node, Repeat):
                step = steps[node.key]
                parts = tuple(self.elements(node.children, steps))
                yield Cards(group=node, only_if=step.only_if, otherwise=step.otherwise, after=step.after, parts=parts)
            elif isinstance(node, Group):
                inside = list(self.elements(node.children, steps))
                if inside and node.labels:
                    yield Part(group=node)
                yield from inside
            elif node.type is ItemType.NOTE:
                yield Remark(item=node, only_if=relevance(self._structure, node.key))
            elif is_on_paper(node):
                step = steps[node.key]
                yield Stop(
                    number=step.number,
                    item=node,
                    only_if=step.only_if,
                    otherwise=step.otherwise,
                    arrows=step.arrows,
                    after=step.after,
                )


def _run(nodes: Sequence[Node]) -> Iterator[Item | Repeat]:
    """Yield the questions and repeated groups that follow each other, groups opened."""
    for node in nodes:
        if isinstance(node, Repeat):
            if any(True for _ in _run(node.children)):
                yield node
        elif isinstance(node, Group):
            yield from _run(node.children)
        elif is_on_paper(node):
            yield node


def _common(ways: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Return what is sure on every way."""
    if not ways:
        return {}
    first, *others = ways
    return {key: choice for key, choice in first.items() if all(way.get(key) == choice for way in others)}


def _parts(condition: Condition) -> tuple[Condition, ...]:
    if condition == ALWAYS:
        return ()
    return condition.parts if isinstance(condition, AllOf) else (condition,)


def _next(run: Sequence[_Step], place: int, known: Mapping[str, str]) -> int:
    """Return the place of the next question that is not ruled out, the length of the run when there is none."""
    after = place + 1
    while after < len(run) and judge(run[after].condition, known) is False:
        after += 1
    return after
