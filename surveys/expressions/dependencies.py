"""What an expression needs: the questions it reads and the functions it calls."""

from surveys.expressions.expression import Expression
from surveys.expressions.printing import path_source
from surveys.expressions.tree import Tree, children, walk


def references(expression: Expression) -> frozenset[str]:
    """Return what `expression` reads: `name` for `${name}`, and paths without predicates (`.`, `../a`, `/data/x`).

    A path always holds a dot or a slash: `./a` for the child `a`. Paths inside a choice list are left out; what its
    predicates read of the form is kept.
    """
    found: set[str] = set()
    _collect(expression.tree, "", found)
    return frozenset(found)


def functions(expression: Expression) -> frozenset[str]:
    """Return the names of the functions that `expression` calls."""
    return frozenset(node[1] for node in walk(expression.tree) if node[0] == "call")


def _collect(tree: Tree, base: str | None, found: set[str]) -> None:
    """Add the references of `tree`, relative paths being about `base` (empty: the question; None: a choice list)."""
    kind = tree[0]
    if kind == "ref":
        found.add(tree[1])
    elif kind == "path":
        _collect_path(tree, base, found)
    elif kind == "filter":
        _collect(tree[1], base, found)
        for predicate in tree[2]:
            _collect(predicate, None, found)
    else:
        for child in children(tree):
            _collect(child, base, found)


def _collect_path(tree: Tree, base: str | None, found: set[str]) -> None:
    start, steps = tree[1], tree[2]
    origin = base
    if start == "/":
        origin = "/"
    elif isinstance(start, list):
        _collect(start, base, found)
        is_current = start == ["call", "current", []]
        origin = "" if is_current else f"${{{start[1]}}}" if start[0] == "ref" else None
    for index, step in enumerate(steps):
        here = None if origin is None else _written(origin, steps[: index + 1])
        for predicate in step[3]:
            _collect(predicate, here, found)
    if origin is not None:
        found.add(_written(origin, steps))


def _written(origin: str, steps: list[Tree]) -> str:
    bare = [[kind, axis, test, []] for kind, axis, test, _ in steps]
    if origin != "":
        return path_source(origin, bare)
    text = path_source("", bare)
    return text if text.startswith(".") else f"./{text}"
