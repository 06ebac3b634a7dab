"""From the tree of an expression to what it asks of answers."""

from typing import Final

from surveys.conditions.algebra import (
    Answered,
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
    compare_literals,
    compare_numbers,
    has_formula,
    is_literal,
    is_number,
    negate,
)
from surveys.definition import Item, ItemType
from surveys.expressions import Expression
from surveys.expressions.tree import Tree
from surveys.structure import ROOT, Place, Structure, referenced

MAX_CALCULATIONS: Final = 8
"""Calculations read one through the other before what they compute is left as a formula."""

_MIRRORED: Final = {
    **{relation: relation for relation in Relation},
    Relation.LESS: Relation.MORE,
    Relation.AT_MOST: Relation.AT_LEAST,
    Relation.MORE: Relation.LESS,
    Relation.AT_LEAST: Relation.AT_MOST,
}
_SIGNS: Final = frozenset(relation.value for relation in Relation)
_EQUALITY: Final = frozenset({Relation.EQUAL, Relation.DIFFERENT})
_NUMERIC: Final = frozenset({ItemType.INTEGER, ItemType.DECIMAL, ItemType.RANGE})
_DATED: Final = frozenset({ItemType.DATE, ItemType.DATETIME})
# What is compared of `number(${x})` is what is compared of `${x}`.
_TRANSPARENT: Final = frozenset({"number", "string", "normalize-space"})


def describe(structure: Structure, expression: Expression | bool, *, at: int) -> Condition:
    """Read a condition that stands at the place number `at` of the form."""
    if isinstance(expression, bool):
        return Constant(expression)
    return _Reader(structure, structure.places[at]).read(expression.tree)


def relevance(structure: Structure, key: str) -> Condition:
    """Return all that must hold for a node to be shown: its own condition and those of the groups around it."""
    parts: list[Condition] = []
    index = structure.by_key[key]
    while index != ROOT:
        place = structure.places[index]
        if place.node.relevant is not None:
            parts.insert(0, describe(structure, place.node.relevant, at=index))
        index = place.parent
    return all_of(parts)


class _Reader:
    """Reads trees that stand at one place of the form; `depth` counts the calculations read through."""

    def __init__(self, structure: Structure, place: Place, *, depth: int = 0) -> None:
        self._structure = structure
        self._place = place
        self._depth = depth

    def read(self, tree: Tree) -> Condition:
        """Read the truth of a tree."""
        kind = tree[0]
        if kind in ("and", "or"):
            join = all_of if kind == "and" else any_of
            return join([self.read(part) for part in tree[1:]])
        if kind in _SIGNS and len(tree) == 3:  # noqa: PLR2004  a sign and its two sides
            return self._comparison(Relation(kind), tree[1], tree[2]) or _formula(tree)
        if kind == "call":
            return self._call(tree)
        if kind in ("string", "number"):
            return Constant(bool(tree[1]))
        if self._item(tree) is not None:
            # As nodes a question is true wherever it stands, answered or not.
            return Constant(holds=True)
        return _formula(tree)

    def _call(self, tree: Tree) -> Condition:
        name, arguments = tree[1], tree[2]
        if name in ("true", "false"):
            return Constant(name == "true")
        if name == "not":
            return negate(self.read(arguments[0]))
        if name == "boolean":
            return self.read(arguments[0])
        if name == "if":
            condition, yes, no = (self.read(each) for each in arguments)
            return any_of([all_of([condition, yes]), all_of([negate(condition), no])])
        if name == "selected" and arguments[1][0] == "string":
            item, choice = self._item(arguments[0]), arguments[1][1]
            if item is not None and item.type.has_choices and choice and not set(choice) & set(" \t\r\n"):
                return Chosen(item.key, (choice,))
        return _formula(tree)

    def _comparison(self, relation: Relation, left: Tree, right: Tree) -> Condition | None:
        """Read a comparison; None when it has no words."""
        if is_literal(left) and not is_literal(right):
            left, right, relation = right, left, _MIRRORED[relation]
        if left[0] == "call" and left[1] in ("count-selected", "string-length"):
            return self._counted(relation, left, right)
        left, default = _without_default(_unwrapped(left))
        item = self._item(left)
        if item is None:
            return None
        if item.calculation is not None and not item.trigger:
            return None if default else self._through(item, relation, right)
        operand = self._operand(_unwrapped(right))
        if operand is None or not item.type.is_answered:
            return None
        found = self._answer(item, relation, operand)
        return found if found is None or default is None else self._defaulted(item, relation, operand, found, default)

    def _defaulted(
        self, item: Item, relation: Relation, operand: Operand, found: Condition, default: Tree
    ) -> Condition | None:
        """Read what also holds, or does not, of an empty answer: `coalesce(${x}, 0) < 3` does, `> 3` does not."""
        if not isinstance(operand, float | str):
            return None
        worth = compare_literals(default, relation, ["number" if isinstance(operand, float) else "string", operand])
        if worth:
            return any_of([found, Answered(item.key, is_negated=True)])
        return all_of([Answered(item.key), found]) if relation is Relation.DIFFERENT else found

    def _counted(self, relation: Relation, left: Tree, right: Tree) -> Condition | None:
        """Read `count-selected(${x}) > 1` and `string-length(${x}) > 0`."""
        item = self._item(left[2][0]) if left[2] else None
        if item is None or not item.type.is_answered or right[0] != "number":
            return None
        number = float(right[1])
        if (relation, number) in ((Relation.MORE, 0), (Relation.AT_LEAST, 1), (Relation.DIFFERENT, 0)):
            return Answered(item.key)
        if (relation, number) in ((Relation.LESS, 1), (Relation.AT_MOST, 0), (Relation.EQUAL, 0)):
            return Answered(item.key, is_negated=True)
        several = left[1] == "count-selected" and item.type is ItemType.SELECT_MULTIPLE
        return Counted(item.key, relation, number) if several else None

    def _through(self, item: Item, relation: Relation, right: Tree) -> Condition | None:
        """Read a comparison with what another item computes: `if(condition, 1, 0)`, or an answer taken over."""
        assert item.calculation is not None
        # Behind a condition of its own a calculation is empty wherever that does not hold.
        if self._depth >= MAX_CALCULATIONS or relevance(self._structure, item.key) != Constant(holds=True):
            return None
        place = self._structure.places[self._structure.by_key[item.key]]
        reader = _Reader(self._structure, place, depth=self._depth + 1)
        computed = reader.compare_computed(item.calculation.tree, relation, right)
        return None if computed is None or has_formula(computed) else computed

    def compare_computed(self, tree: Tree, relation: Relation, right: Tree) -> Condition | None:
        """Compare what a calculation gives; None when that has no words."""
        if is_literal(tree):
            return Constant(compare_literals(tree, relation, right)) if is_literal(right) else None
        if tree[0] == "call" and tree[1] == "if":
            condition, yes, no = tree[2]
            then, otherwise = (self.compare_computed(side, relation, right) for side in (yes, no))
            if then is None or otherwise is None:
                return None
            read = self.read(condition)
            return any_of([all_of([read, then]), all_of([negate(read), otherwise])])
        return self._comparison(relation, tree, right)

    def _answer(self, item: Item, relation: Relation, operand: Operand) -> Condition | None:
        is_equality = relation in _EQUALITY
        if operand == "":
            return Answered(item.key, is_negated=relation is Relation.EQUAL) if is_equality else Constant(holds=False)
        if item.type is ItemType.SELECT_ONE:
            return self._choice(item, relation, operand)
        if item.type is ItemType.ACKNOWLEDGE:
            is_about_ok = operand == "OK" and is_equality
            return Answered(item.key, is_negated=relation is Relation.DIFFERENT) if is_about_ok else None
        if item.type in _NUMERIC and isinstance(operand, str) and is_number(operand):
            operand = float(operand)
        fits = (
            (item.type in _NUMERIC and isinstance(operand, float | OtherAnswer))
            or (item.type in _DATED and isinstance(operand, str | Today | OtherAnswer))
            or (item.type is ItemType.TEXT and isinstance(operand, str | OtherAnswer) and is_equality)
        )
        if isinstance(operand, OtherAnswer) and not is_equality:
            # Two answers are in order when both are numbers, or both dates.
            kinds = _NUMERIC if item.type in _NUMERIC else _DATED
            fits = fits and self._structure.item(operand.key).type in kinds
        return Compared(item.key, relation, operand) if fits else None

    def _choice(self, item: Item, relation: Relation, operand: Operand) -> Condition | None:
        """Read a comparison with one choice as the choices that satisfy it."""
        is_equality = relation in _EQUALITY
        if isinstance(operand, OtherAnswer) and is_equality:
            return Compared(item.key, relation, operand)
        if not isinstance(operand, float | str):
            return None
        is_negated = relation is Relation.DIFFERENT
        if isinstance(operand, str) and is_equality:
            return Chosen(item.key, (operand,), is_negated)
        wanted = Relation.EQUAL if is_negated else relation
        names = [choice.name for choice in self._structure.choices(item)]
        found = tuple(name for name in names if compare_numbers(name, wanted, str(operand)))
        return Chosen(item.key, found, is_negated) if found else Constant(is_negated)

    def _operand(self, tree: Tree) -> Operand | None:
        kind = tree[0]
        if kind == "number":
            return float(tree[1])
        if kind == "neg" and tree[1][0] == "number":
            return -float(tree[1][1])
        if kind == "string":
            return str(tree[1])
        if kind == "call" and tree[1] == "today":
            return Today()
        if kind == "call" and tree[1] == "date" and tree[2][0][0] == "string":
            return str(tree[2][0][1])
        item = self._item(tree)
        return OtherAnswer(item.key) if item is not None and item.type.is_answered else None

    def _item(self, tree: Tree) -> Item | None:
        """Return the item that a reference or a plain path names, None when it is none or several."""
        if tree[0] == "ref":
            found = set(self._structure.by_name.get(tree[1], ()))
        elif tree[0] == "path" and not any(step[3] for step in tree[2]):
            found = referenced(self._structure, self._place, Expression.from_tree(tree))
        else:
            return None
        if len(found) != 1:
            return None
        place = self._structure.places[found.pop()]
        # From outside its repeat a name means several answers.
        is_one = set(place.repeats) <= set(self._place.repeats)
        return place.node if isinstance(place.node, Item) and is_one else None


def _unwrapped(tree: Tree) -> Tree:
    while tree[0] == "call" and tree[1] in _TRANSPARENT and len(tree[2]) == 1:
        tree = tree[2][0]
    return tree


def _without_default(tree: Tree) -> tuple[Tree, Tree | None]:
    """Take `coalesce(${x}, 0)` apart."""
    if tree[0] == "call" and tree[1] == "coalesce" and len(tree[2]) == 2 and is_literal(tree[2][1]):  # noqa: PLR2004  a value and its default
        return _unwrapped(tree[2][0]), tree[2][1]
    return tree, None


def _formula(tree: Tree) -> Formula:
    return Formula(_frozen(tree))


def _frozen(tree: Tree) -> tuple[object, ...]:
    return tuple(_frozen(each) if isinstance(each, list) else each for each in tree)
