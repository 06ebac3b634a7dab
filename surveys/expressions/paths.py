"""Location paths: steps from node to node, each with its predicates."""

from collections.abc import Callable, Iterable
from typing import Final

from surveys.expressions.axes import AXES, BACKWARD, IN_ORDER, node_test
from surveys.expressions.nodes import Node, in_document_order
from surveys.expressions.scope import Program, Scope

Predicate = Callable[[Scope], bool]
NodesProgram = Callable[[Scope], list[Node]]
Step = tuple[str, str, list[Predicate]]

_EVERYTHING_BELOW: Final = ("descendant-or-self", "node()")


def compile_path(start: NodesProgram | str | None, steps: list[Step]) -> Program:
    """Return the program of the nodes that `steps` reach from `start` (None: the context node; "/": the root)."""
    begin = _begin(start)
    steps = _shorten(steps)
    if start is None and len(steps) == 1 and steps[0] == ("self", "node()", []):
        return begin
    programs: list[Callable[[Scope, list[Node]], list[Node]]] = []
    flat = True  # no node of the current set is below another
    for axis, test, predicates in steps:
        programs.append(_compile_step(axis, test, predicates, flat=flat))
        flat = flat and axis in IN_ORDER
    if len(programs) == 1:
        (only,) = programs
        return lambda scope: only(scope, begin(scope))

    def path(scope: Scope) -> list[Node]:
        nodes = begin(scope)
        for program in programs:
            nodes = program(scope, nodes)
        return nodes

    return path


def filtered(program: NodesProgram, predicates: list[Predicate]) -> Program:
    """Return the program of the nodes of `program` that satisfy every predicate."""

    def run(scope: Scope) -> list[Node]:
        nodes = program(scope)
        for predicate in predicates:
            nodes = keep(scope, nodes, predicate)
        return nodes

    return run


def keep(scope: Scope, nodes: list[Node], predicate: Predicate) -> list[Node]:
    """Return the nodes for which `predicate` holds, each seen as the context node at its place among `nodes`."""
    before = scope.node, scope.position, scope.size
    scope.size = len(nodes)
    kept: list[Node] = []
    for position, node in enumerate(nodes, 1):
        scope.node = node
        scope.position = position
        scope.size = len(nodes)
        if predicate(scope):
            kept.append(node)
    scope.node, scope.position, scope.size = before
    return kept


def _begin(start: NodesProgram | str | None) -> NodesProgram:
    if start is None:
        return lambda scope: [scope.node]
    if isinstance(start, str):
        return lambda scope: [scope.context.root]
    return start


def _shorten(steps: list[Step]) -> list[Step]:
    """Write descendant-or-self::node()/child::x as descendant::x where no predicate counts places."""
    short: list[Step] = []
    for step in steps:
        axis, test, predicates = step
        if axis == "child" and not predicates and short and short[-1][:2] == _EVERYTHING_BELOW and not short[-1][2]:
            short[-1] = ("descendant", test, [])
        else:
            short.append(step)
    return short


def _compile_step(
    axis_name: str, test_name: str, predicates: list[Predicate], *, flat: bool
) -> Callable[[Scope, list[Node]], list[Node]]:
    axis: Callable[[Node], Iterable[Node]] = AXES[axis_name]
    test = node_test(axis_name, test_name)
    ordered = flat and axis_name in IN_ORDER
    backward = axis_name in BACKWARD

    def step(scope: Scope, nodes: list[Node]) -> list[Node]:
        reached: list[Node] = []
        for node in nodes:
            met = list(axis(node))
            scope.visit(len(met))
            found = [other for other in met if test(other)]
            for predicate in predicates:
                found = keep(scope, found, predicate)
            reached.extend(found)
        if ordered:
            return reached
        if len(nodes) == 1:
            return reached[::-1] if backward else reached
        return in_document_order(reached)

    return step
