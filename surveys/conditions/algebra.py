"""The parts of a condition, and how they are joined, turned round, and judged when only some answers are known."""

import enum
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from surveys.expressions import to_source
from surveys.expressions.tree import Tree


class Relation(enum.StrEnum):
    """How an answer is compared; each value is the sign of the language of expressions."""

    EQUAL = "="
    DIFFERENT = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True)
class Chosen:
    """One of `choices` is chosen; negated: none of them is, nor need anything be."""

    key: str
    choices: tuple[str, ...]
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """Something is answered; negated: nothing."""

    key: str
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class OtherAnswer:
    """The answer to another question, where one is compared with it."""

    key: str


@dataclass(frozen=True, slots=True)
class Today:
    """The day the questionnaire is answered."""


Operand = float | str | OtherAnswer | Today


@dataclass(frozen=True, slots=True)
class Compared:
    """An answer stands in a relation with something; an empty answer does not, unless the relation is DIFFERENT.

    Two answers are equal when they are the same, both empty included.
    """

    key: str
    relation: Relation
    operand: Operand


@dataclass(frozen=True, slots=True)
class Counted:
    """So many choices of a question of several are ticked."""

    key: str
    relation: Relation
    number: float


@dataclass(frozen=True, slots=True)
class Constant:
    """True or false, whatever is answered."""

    holds: bool


@dataclass(frozen=True, slots=True)
class Formula:
    """A truth that has no words; `tree` is that of an expression."""

    tree: tuple[object, ...]

    @property
    def source(self) -> str:
        """The formula as an author writes it."""
        return to_source(_thawed(self.tree))


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One part at least holds."""

    parts: tuple["Condition", ...]


Condition = Chosen | Answered | Compared | Counted | Constant | Formula | AllOf | AnyOf

_INVERSE = {
    Relation.EQUAL: Relation.DIFFERENT,
    Relation.DIFFERENT: Relation.EQUAL,
    Relation.LESS: Relation.AT_LEAST,
    Relation.AT_MOST: Relation.MORE,
    Relation.MORE: Relation.AT_MOST,
    Relation.AT_LEAST: Relation.LESS,
}


def all_of(parts: Sequence[Condition]) -> Condition:
    """Join conditions that must all hold, flattened and shortened."""
    return _joined(parts, AllOf, absorbing=False)


def any_of(parts: Sequence[Condition]) -> Condition:
    """Join conditions of which one must hold, flattened and shortened."""
    return _joined(parts, AnyOf, absorbing=True)


def _joined(parts: Sequence[Condition], kind: type[AllOf | AnyOf], *, absorbing: bool) -> Condition:
    flat: list[Condition] = []
    for part in parts:
        for each in part.parts if isinstance(part, kind) else (part,):
            if isinstance(each, Constant):
                if each.holds is absorbing:
                    return each
                continue
            if each not in flat:
                _add(flat, each, mergeable=not absorbing)
    if not flat:
        return Constant(not absorbing)
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def _add(flat: list[Condition], new: Condition, *, mergeable: bool) -> None:
    """Add a condition; « A or B » and « neither A nor B » of one question become one condition."""
    if isinstance(new, Chosen) and new.is_negated is mergeable:
        for place, old in enumerate(flat):
            if isinstance(old, Chosen) and old.key == new.key and old.is_negated is new.is_negated:
                choices = tuple(dict.fromkeys((*old.choices, *new.choices)))
                flat[place] = Chosen(old.key, choices, old.is_negated)
                return
    flat.append(new)


def negate(condition: Condition) -> Condition:
    """Return what holds exactly when `condition` does not; an empty answer is neither more nor less than anything."""
    match condition:
        case Constant(holds):
            return Constant(not holds)
        case Chosen() | Answered():
            return replace(condition, is_negated=not condition.is_negated)
        case Counted(key, relation, number):
            return Counted(key, _INVERSE[relation], number)
        case Compared(key, relation, operand):
            inverse = Compared(key, _INVERSE[relation], operand)
            if relation in (Relation.EQUAL, Relation.DIFFERENT):
                return inverse
            others = [operand.key] if isinstance(operand, OtherAnswer) else []
            return any_of([inverse, *(Answered(each, is_negated=True) for each in (key, *others))])
        case AllOf(parts):
            return any_of([negate(part) for part in parts])
        case AnyOf(parts):
            return all_of([negate(part) for part in parts])
        case Formula(tree):
            return Formula(("call", "not", (tree,)))
        case _:
            assert_never(condition)


def keys_of(condition: Condition) -> frozenset[str]:
    """Return the keys of the questions that a condition names; a formula's are not known."""
    if isinstance(condition, AllOf | AnyOf):
        return frozenset().union(*map(keys_of, condition.parts))
    if isinstance(condition, Constant | Formula):
        return frozenset()
    operand = condition.operand if isinstance(condition, Compared) else None
    return frozenset({condition.key, *([operand.key] if isinstance(operand, OtherAnswer) else [])})


def has_formula(condition: Condition) -> bool:
    """Whether some part of it has no words."""
    if isinstance(condition, AllOf | AnyOf):
        return any(map(has_formula, condition.parts))
    return isinstance(condition, Formula)


def judge(condition: Condition, known: Mapping[str, str]) -> bool | None:
    """Say what a condition is worth, None when it depends on more than these answers.

    Args: known: the choice made at questions of one choice, "" where nothing was answered.
    """
    match condition:
        case Constant(holds):
            return holds
        case Chosen(key, choices, is_negated) if key in known:
            return (known[key] in choices) is not is_negated
        case Answered(key, is_negated) if key in known:
            return bool(known[key]) is not is_negated
        case AllOf(parts) | AnyOf(parts):
            worth = [judge(part, known) for part in parts]
            decisive = isinstance(condition, AnyOf)
            if decisive in worth:
                return decisive
            return None if None in worth else not decisive
        case _:
            return None


def is_literal(tree: Tree) -> bool:
    """Whether a tree is a number or a text."""
    return tree[0] in ("number", "string") or (tree[0] == "neg" and tree[1][0] == "number")


def is_number(text: str) -> bool:
    """Whether a text is a decimal number."""
    return re.fullmatch(r"-?(\d+(\.\d*)?|\.\d+)", text.strip(), re.ASCII) is not None


def compare_literals(left: Tree, relation: Relation, right: Tree) -> bool:
    """Compare two numbers or texts as expressions do: texts as texts for equality, numbers otherwise."""
    if left[0] == "string" == right[0] and relation in (Relation.EQUAL, Relation.DIFFERENT):
        return (left[1] == right[1]) is (relation is Relation.EQUAL)
    return compare_numbers(_written(left), relation, _written(right))


def _written(literal: Tree) -> str:
    return f"-{literal[1][1]}" if literal[0] == "neg" else str(literal[1])


def compare_numbers(left: str, relation: Relation, right: str) -> bool:
    """Compare two texts as numbers; what is no number is only different."""
    if not is_number(left) or not is_number(right):
        return relation is Relation.DIFFERENT
    a, b = float(left), float(right)
    return {
        Relation.EQUAL: a == b,
        Relation.DIFFERENT: a != b,
        Relation.LESS: a < b,
        Relation.AT_MOST: a <= b,
        Relation.MORE: a > b,
        Relation.AT_LEAST: a >= b,
    }[relation]


def _thawed(tree: Sequence[object]) -> Tree:
    return [_thawed(each) if isinstance(each, tuple) else each for each in tree]
