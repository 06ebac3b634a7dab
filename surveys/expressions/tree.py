"""The tree of an expression: plain JSON, kept with the version of a questionnaire.

Every shape is described in docs/method/expressions.md.
"""

from collections.abc import Iterator
from typing import Any, Final

Tree = list[Any]
"""`[kind, …]`, with trees, texts, numbers and lists of trees after the kind."""

BINDING: Final = {
    "or": 1,
    "and": 2,
    "=": 3,
    "!=": 3,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "div": 6,
    "mod": 6,
    "|": 8,
}
"""How strongly each binary operator holds its operands; all are left-associative."""

UNARY_BINDING: Final = 7

AXES: Final = frozenset(
    {
        "ancestor",
        "ancestor-or-self",
        "attribute",
        "child",
        "descendant",
        "descendant-or-self",
        "following",
        "following-sibling",
        "namespace",
        "parent",
        "preceding",
        "preceding-sibling",
        "self",
    }
)

NODE_TESTS: Final = frozenset({"node", "text", "comment", "processing-instruction"})


def children(tree: Tree) -> Iterator[Tree]:
    """Yield the trees directly under `tree`."""
    kind = tree[0]
    if kind in BINDING:
        yield from tree[1:]
    elif kind == "neg":
        yield tree[1]
    elif kind == "call":
        yield from tree[2]
    elif kind == "filter":
        yield tree[1]
        yield from tree[2]
    elif kind == "path":
        if isinstance(tree[1], list):
            yield tree[1]
        for step in tree[2]:
            yield from step[3]


def walk(tree: Tree) -> Iterator[Tree]:
    """Yield `tree` and every tree under it, without recursion."""
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(children(node))


def depth(tree: Tree) -> int:
    """Return the number of levels of `tree`."""
    deepest = 0
    stack = [(tree, 1)]
    while stack:
        node, level = stack.pop()
        deepest = max(deepest, level)
        stack.extend((child, level + 1) for child in children(node))
    return deepest
