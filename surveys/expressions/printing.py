"""From tree back to source."""

from decimal import Decimal
from typing import Final

from surveys.expressions.tree import BINDING, UNARY_BINDING, Tree

_TIGHTEST: Final = 9


def to_source(tree: Tree) -> str:
    """Return a source whose tree is `tree`."""
    kind = tree[0]
    if kind == "number":
        return format(Decimal(repr(tree[1])), "f").removesuffix(".0")
    if kind == "string":
        return f'"{tree[1]}"' if "'" in tree[1] else f"'{tree[1]}'"
    if kind in ("ref", "last_saved"):
        return f"${{{'last-saved#' if kind == 'last_saved' else ''}{tree[1]}}}"
    if kind == "call":
        written = [to_source(argument) for argument in tree[2]]
        if tree[1] == "jr:choice-name" and [part[0] for part in tree[2][1:]] == ["ref"]:
            written[1] = f"'{written[1]}'"  # ODK's tools want the question between quotes; read, it is the same tree
        return f"{tree[1]}({', '.join(written)})"
    if kind == "path":
        return _path(tree)
    if kind == "filter":
        return _primary(tree[1]) + _predicates(tree[2])
    if kind == "neg":
        return f"-{_operand(tree[1], UNARY_BINDING)}"
    binding = BINDING[kind]
    first, *rest = tree[1:]
    sign = "|" if kind == "|" else f" {kind} "
    return sign.join([_operand(first, binding), *[_operand(operand, binding + 1) for operand in rest]])


def path_source(start: str, steps: list[Tree]) -> str:
    """Return the source of `steps` from a start already written: empty, "/", or a primary."""
    text = start
    glue = "" if start in ("", "/") else "/"
    for index, (_, axis, test, predicates) in enumerate(steps):
        abbreviated = (axis, test, predicates) == ("descendant-or-self", "node()", []) and index < len(steps) - 1
        if abbreviated and text and glue != "//":
            glue = "//"
            continue
        text = text.removesuffix("/") + glue if glue == "//" else text + glue
        text += _step(axis, test) + _predicates(predicates)
        glue = "/"
    return text


def _path(tree: Tree) -> str:
    start = tree[1]
    if start is None:
        return path_source("", tree[2])
    if start == "/":
        return path_source("/", tree[2])
    return path_source(_primary(start), tree[2])


def _step(axis: str, test: str) -> str:
    if test == "node()" and axis == "self":
        return "."
    if test == "node()" and axis == "parent":
        return ".."
    if axis == "child":
        return test
    if axis == "attribute":
        return f"@{test}"
    return f"{axis}::{test}"


def _predicates(predicates: list[Tree]) -> str:
    return "".join(f"[{to_source(predicate)}]" for predicate in predicates)


def _primary(tree: Tree) -> str:
    """Write what predicates or steps may follow: anything else goes in brackets."""
    text = to_source(tree)
    return text if tree[0] in ("number", "string", "ref", "last_saved", "call") else f"({text})"


def _binding(tree: Tree) -> int:
    if tree[0] == "neg":
        return UNARY_BINDING
    return BINDING.get(tree[0], _TIGHTEST)


def _operand(tree: Tree, least: int) -> str:
    text = to_source(tree)
    # a bare root is bracketed too: in `/ * 2` the star would be a name
    return text if _binding(tree) >= least and text != "/" else f"({text})"
