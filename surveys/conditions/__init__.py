"""What a condition asks of answers, in a form that can be put in words, judged and followed on paper.

`describe` reads an expression where it stands in the form. What cannot be read as answers to questions stays a
`Formula`: nothing is ever left out. docs/method/conditions.md says what is read.
"""

from surveys.conditions.algebra import (
    AllOf,
    Answered,
    AnyOf,
    Chosen,
    Compared,
    Condition,
    Constant,
    Counted,
    Formula,
    Operand,
    OtherAnswer,
    Relation,
    Today,
    all_of,
    any_of,
    has_formula,
    judge,
    keys_of,
    negate,
)
from surveys.conditions.reader import describe, relevance

__all__ = [
    "AllOf",
    "Answered",
    "AnyOf",
    "Chosen",
    "Compared",
    "Condition",
    "Constant",
    "Counted",
    "Formula",
    "Operand",
    "OtherAnswer",
    "Relation",
    "Today",
    "all_of",
    "any_of",
    "describe",
    "has_formula",
    "judge",
    "keys_of",
    "negate",
    "relevance",
]
