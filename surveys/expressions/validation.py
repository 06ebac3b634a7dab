"""Whether stored JSON is a tree that the parser could have made."""

import math
import re
from typing import Any, Final

from surveys.expressions.errors import ExpressionError
from surveys.expressions.limits import MAX_DEPTH
from surveys.expressions.tree import AXES, BINDING, NODE_TESTS

_NCNAME: Final = r"[^\W\d][\w.\-·]*"
_NAME: Final = re.compile(rf"{_NCNAME}(?::{_NCNAME})?")
_NAME_TEST: Final = re.compile(rf"\*|{_NCNAME}(?::(?:{_NCNAME}|\*))?")
_INSTRUCTION: Final = re.compile(r"processing-instruction\((?:\"[^\"]*\"|'[^']*')?\)")


def check_tree(tree: Any) -> None:
    """Accept a well-formed tree.

    Raises: ExpressionError: expression.tree, expression.too_deep.
    """
    pending: list[tuple[Any, int]] = [(tree, 1)]
    while pending:
        node, level = pending.pop()
        if level > MAX_DEPTH:
            raise ExpressionError("expression.too_deep", limit=MAX_DEPTH)
        pending.extend((child, level + 1) for child in _checked_children(node))


def _checked_children(node: Any) -> list[Any]:
    """Return the children of a node whose own shape is right."""
    if not isinstance(node, list) or not node or not isinstance(node[0], str):
        raise _malformed(node)
    kind = node[0]
    size = len(node)
    if kind in BINDING:
        # a chain of one operator is one node, so its first operand never has the same one
        if size > 2 and not (isinstance(node[1], list) and node[1][:1] == [kind]):  # noqa: PLR2004
            return node[1:]
    elif size == 2:  # noqa: PLR2004
        return _check_leaf(node)
    elif size == 3 and isinstance(node[2], list):  # noqa: PLR2004
        return _check_compound(node)
    raise _malformed(node)


def _check_leaf(node: list[Any]) -> list[Any]:
    kind, content = node
    if kind == "neg":
        return [content]
    if kind == "number" and isinstance(content, (int, float)) and not isinstance(content, bool):
        fits = math.isfinite(content) and math.copysign(1.0, content) > 0
    elif kind == "string" and isinstance(content, str):
        fits = not ("'" in content and '"' in content)
    else:
        fits = kind in ("ref", "last_saved") and isinstance(content, str) and bool(_NAME.fullmatch(content))
    if not fits:
        raise _malformed(node)
    return []


def _check_compound(node: list[Any]) -> list[Any]:
    kind, subject = node[:2]
    parts: list[Any] = node[2]
    if kind == "call" and isinstance(subject, str) and _NAME.fullmatch(subject) and subject not in NODE_TESTS:
        if subject == "jr:choice-name" and [part[:1] for part in parts[1:] if isinstance(part, list)] == [["string"]]:
            raise _malformed(node)  # the parser reads the question that this text names
        return parts
    if kind == "filter" and parts:
        return [subject, *parts]
    if kind == "path" and (subject is None or subject == "/" or isinstance(subject, list)):
        if not parts and subject != "/":
            raise _malformed(node)
        below = [subject] if isinstance(subject, list) else []
        return below + [predicate for step in parts for predicate in _check_step(step)]
    raise _malformed(node)


def _check_step(step: Any) -> list[Any]:
    if not isinstance(step, list) or len(step) != 4 or step[0] != "step":  # noqa: PLR2004
        raise _malformed(step)
    _, axis, test, predicates = step
    if axis not in AXES or not isinstance(test, str) or not isinstance(predicates, list):
        raise _malformed(step)
    is_kind_test = test in ("node()", "text()", "comment()") or _INSTRUCTION.fullmatch(test)
    if not is_kind_test and not _NAME_TEST.fullmatch(test):
        raise _malformed(step)
    return predicates


def _malformed(node: Any) -> ExpressionError:
    return ExpressionError("expression.tree", detail=repr(node)[:60])
