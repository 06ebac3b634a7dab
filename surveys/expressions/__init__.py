"""The language of conditions, controls and calculations: XLSForm's, that is XPath 1.0 with ODK's functions.

Source is read once into a tree of plain JSON, kept with the version of a questionnaire, and compiled to closures. What
each node means, and where engines differ which answer is ours: docs/method/expressions.md.
"""

from surveys.expressions.catalogue import KNOWN_FUNCTIONS
from surveys.expressions.context import Context, EvaluationContext, find_below, find_enclosing
from surveys.expressions.dependencies import functions, references
from surveys.expressions.errors import ExpressionError
from surveys.expressions.expression import (
    Expression,
    evaluate,
    evaluate_boolean,
    evaluate_number,
    evaluate_string,
    parse,
    select,
)
from surveys.expressions.moments import Moment
from surveys.expressions.nodes import Node, TreeNode, tree_root
from surveys.expressions.printing import to_source
from surveys.expressions.values import Value, as_boolean, as_number, as_string

__all__ = [
    "KNOWN_FUNCTIONS",
    "Context",
    "EvaluationContext",
    "Expression",
    "ExpressionError",
    "Moment",
    "Node",
    "TreeNode",
    "Value",
    "as_boolean",
    "as_number",
    "as_string",
    "evaluate",
    "evaluate_boolean",
    "evaluate_number",
    "evaluate_string",
    "find_below",
    "find_enclosing",
    "functions",
    "parse",
    "references",
    "select",
    "to_source",
    "tree_root",
]
