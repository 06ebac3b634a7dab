"""Conditions as sentences: menus of questions, comparisons and values, to and from the trees of expressions.

    sentence = read_sentence(definition, expression)      # None: a formula that no menu can say
    expression = write_sentence(definition, sentence)      # raises Invalid, with the place of what is wrong

What is read and written again means the same; what is written and read again is the same sentence. `.` is the answer
that a control looks at, `at` the key of its question. Conditions in words, for readers and for paper, are elsewhere:
here nothing is shortened or looked through, since an author must find what was written.
"""

import enum
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from core.errors import Invalid
from surveys.definition import Definition, Group, Item, ItemType, Node, Repeat
from surveys.expressions import Expression
from surveys.expressions.tree import Tree

SELF = "."
TODAY = "today"
_SELF_TREE: Tree = ["path", None, [["step", "self", "node()", []]]]
_PARENT: Tree = ["step", "parent", "node()", []]
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,10})?")
_REFERENCE = re.compile(r"\$\{\s*([^}\s]+)\s*\}")
_COUNTED = re.compile(r"\d{1,4}")


class Join(enum.StrEnum):
    """How the blocks of a sentence hold together; inside a block the terms hold the other way."""

    ALL = "all"
    ANY = "any"


class Operator(enum.StrEnum):
    """What is asked of an answer."""

    IS = "is"
    IS_NOT = "is_not"
    INCLUDES = "includes"
    EXCLUDES = "excludes"
    MORE = "more"
    AT_LEAST = "at_least"
    LESS = "less"
    AT_MOST = "at_most"
    CONTAINS = "contains"
    CHOSE_AT_LEAST = "chose_at_least"
    CHOSE_AT_MOST = "chose_at_most"
    FIRST = "first"
    ALONE = "alone"
    LONGER = "longer"
    SHORTER = "shorter"
    FILLED = "filled"
    EMPTY = "empty"

    @property
    def takes_value(self) -> bool:
        """Whether something follows it."""
        return self not in (Operator.FILLED, Operator.EMPTY)

    @property
    def takes_count(self) -> bool:
        """Whether what follows is a number of choices or of characters."""
        return self in _COUNTS


_COUNTS = frozenset({Operator.CHOSE_AT_LEAST, Operator.CHOSE_AT_MOST, Operator.LONGER, Operator.SHORTER})
_COMPARISONS: Mapping[Operator, str] = MappingProxyType(
    {
        Operator.IS: "=",
        Operator.IS_NOT: "!=",
        Operator.MORE: ">",
        Operator.AT_LEAST: ">=",
        Operator.LESS: "<",
        Operator.AT_MOST: "<=",
    }
)
_BY_SIGN = {sign: operator for operator, sign in _COMPARISONS.items()}
_ORDERED = (Operator.MORE, Operator.AT_LEAST, Operator.LESS, Operator.AT_MOST)
_MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_ANY_ANSWER = (Operator.FILLED, Operator.EMPTY)
_NUMERIC = frozenset({ItemType.INTEGER, ItemType.DECIMAL, ItemType.RANGE})
_COMPUTED = frozenset({ItemType.CALCULATE, ItemType.HIDDEN})
_DATED = frozenset({ItemType.DATE, ItemType.DATETIME, ItemType.TODAY, ItemType.START, ItemType.END})


@dataclass(frozen=True, slots=True)
class Term:
    """One comparison: a question by its name (or `.`), what is asked of it, and with what.

    `value` is a choice's name, a number, an ISO day or `today`, a text, or `${name}`: the answer to another question.
    """

    subject: str
    operator: Operator
    value: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """Blocks of terms; joined by ALL, each block needs one of its terms, and the other way round."""

    join: Join
    blocks: tuple[tuple[Term, ...], ...]

    @property
    def terms(self) -> tuple[Term, ...]:
        """Every term, in order."""
        return tuple(term for block in self.blocks for term in block)


def sentence_of(join: Join, blocks: Sequence[Sequence[Term]]) -> Sentence | None:
    """Return a sentence in its plainest form, None when it says nothing."""
    kept = tuple(tuple(block) for block in blocks if block)
    if not kept:
        return None
    if len(kept) == 1 and len(kept[0]) > 1:
        other = Join.ANY if join is Join.ALL else Join.ALL
        return Sentence(other, tuple((term,) for term in kept[0]))
    return Sentence(Join.ALL if len(kept) == 1 else join, kept)


def subjects(definition: Definition, at: str = "") -> tuple[Item, ...]:
    """Return the questions that a condition may look at, in the order of the form: those whose name stands once.

    Notes have no answer; the question of the condition itself is left out.
    """
    counts: dict[str, int] = {}
    for node in definition.nodes():
        counts[node.name] = counts.get(node.name, 0) + 1
    return tuple(
        item
        for item in definition.items()
        if counts[item.name] == 1 and item.key != at and item.type is not ItemType.NOTE
    )


def operators_for(definition: Definition, item: Item, *, is_control: bool = False) -> tuple[Operator, ...]:
    """Return what can be asked of the answers to a question, the most usual first.

    Args: is_control: the answer looked at is the one just given.
    """
    if item.type is ItemType.SELECT_ONE:
        order = _ORDERED if _has_numeric_codes(definition, item) else ()
        return (Operator.IS, Operator.IS_NOT, *order, *_ANY_ANSWER)
    if item.type is ItemType.SELECT_MULTIPLE:
        counted = (Operator.CHOSE_AT_LEAST, Operator.CHOSE_AT_MOST)
        alone = (Operator.ALONE,) if is_control else ()
        return (*alone, Operator.INCLUDES, Operator.EXCLUDES, *counted, *_ANY_ANSWER)
    if item.type is ItemType.RANK:
        return (Operator.FIRST, *_ANY_ANSWER)
    if item.type in _NUMERIC or item.type in _DATED:
        return (Operator.IS, Operator.IS_NOT, *_ORDERED, *_ANY_ANSWER)
    if item.type is ItemType.TEXT:
        length = (Operator.SHORTER, Operator.LONGER) if is_control else ()
        return (*length, Operator.IS, Operator.IS_NOT, Operator.CONTAINS, *_ANY_ANSWER)
    if item.type in _COMPUTED:
        return (Operator.IS, Operator.IS_NOT, *_ORDERED, *_ANY_ANSWER)
    return _ANY_ANSWER


def _has_numeric_codes(definition: Definition, item: Item) -> bool:
    choices = definition.choice_lists.get(item.list_name, ())
    return bool(choices) and all(_NUMBER.fullmatch(choice.name) for choice in choices)


# --- from a tree to a sentence ---


def read_sentence(definition: Definition, expression: Expression, *, at: str = "") -> Sentence | None:
    """Return the sentence of a condition, None where menus cannot say it."""
    reader = _Reader(definition, at)
    tree = expression.tree
    if tree[0] not in ("and", "or"):
        term = reader.term(tree)
        return None if term is None else Sentence(Join.ALL, ((term,),))
    join, inner = (Join.ALL, "or") if tree[0] == "and" else (Join.ANY, "and")
    blocks = []
    for part in _flat(tree):
        terms = [reader.term(each) for each in (_flat(part) if part[0] == inner else [part])]
        if None in terms:
            return None
        blocks.append([term for term in terms if term is not None])
    return sentence_of(join, blocks)


def _flat(tree: Tree) -> list[Tree]:
    """Return the operands of a chain, chains of the same operator in brackets opened."""
    found: list[Tree] = []
    for part in tree[1:]:
        found.extend(_flat(part) if part[0] == tree[0] else [part])
    return found


class _Reader:
    """Reads trees that stand at one question."""

    def __init__(self, definition: Definition, at: str) -> None:
        self.definition = definition
        self.items = {item.name: item for item in subjects(definition)}
        self.repeated = _inside_repeats(definition.children, is_inside=False)
        self.own = next((item for item in definition.items() if item.key == at), None)

    def subject(self, tree: Tree) -> Item | None:
        """Return the question that a tree reads, None for anything else."""
        if tree == _SELF_TREE:
            return self.own
        name = _name(tree)
        return self.items.get(name) if name else None

    def term(self, tree: Tree) -> Term | None:
        """Return the term of a tree, None where menus cannot say it."""
        found = self._call(tree) if tree[0] == "call" else self._comparison(tree)
        if found is None:
            return None
        item = self.own if found.subject == SELF else self.items[found.subject]
        assert item is not None  # found names what was read
        fits = found.operator in operators_for(self.definition, item, is_control=found.subject == SELF)
        return found if fits and not _problem(self, found) else None

    def _call(self, tree: Tree) -> Term | None:
        name, arguments = tree[1], tree[2]
        if name == "not":
            return self._negation(arguments[0])
        if name not in ("selected", "contains") or arguments[1][0] != "string":
            return None
        item = self.subject(arguments[0])
        if item is None:
            return None
        text = arguments[1][1]
        if name == "contains":
            return Term(_name(arguments[0]), Operator.CONTAINS, text)
        operator = Operator.IS if item.type is ItemType.SELECT_ONE else Operator.INCLUDES
        return Term(_name(arguments[0]), operator, text)

    def _negation(self, tree: Tree) -> Term | None:
        if tree[0] == "and":
            return self._alone(tree)
        inner = self.term(tree)
        if inner is None:
            return None
        if inner.operator is Operator.INCLUDES:
            return Term(inner.subject, Operator.EXCLUDES, inner.value)
        # Of several nodes or none, « not equal » and « different » are two things.
        if inner.operator is Operator.IS and inner.subject not in self.repeated:
            return Term(inner.subject, Operator.IS_NOT, inner.value)
        return None

    def _alone(self, tree: Tree) -> Term | None:
        """Read `not(selected(., 'none') and count-selected(.) > 1)`."""
        if len(tree) != 3 or tree[1][0] != "call" or tree[1][1] != "selected":  # noqa: PLR2004  two operands
            return None
        subject, choice = tree[1][2]
        counted = [">", ["call", "count-selected", [subject]], ["number", 1.0]]
        if tree[2] != counted or choice[0] != "string" or self.subject(subject) is None:
            return None
        return Term(_name(subject), Operator.ALONE, choice[1])

    def _comparison(self, tree: Tree) -> Term | None:
        if tree[0] not in _BY_SIGN or len(tree) != 3:  # noqa: PLR2004  two operands
            return None
        sign, left, right = tree
        if self.subject(left) is None and left[0] != "call":
            sign, left, right = _MIRRORED[sign], right, left
        if left[0] == "call":
            return self._counted(sign, left, right)
        item = self.subject(left)
        value = _written(right) if item is not None else None
        if item is None or value is None:
            return None
        if right == ["string", ""]:
            operator = {"=": Operator.EMPTY, "!=": Operator.FILLED}.get(sign)
            return None if operator is None else Term(_name(left), operator)
        if item.type is ItemType.SELECT_MULTIPLE:
            return None
        return Term(_name(left), _BY_SIGN[sign], value)

    def _counted(self, sign: str, left: Tree, right: Tree) -> Term | None:
        name, arguments = left[1], left[2]
        if not arguments or self.subject(arguments[0]) is None:
            return None
        subject = _name(arguments[0])
        if name == "selected-at":
            is_first = arguments[1] == ["number", 0.0] and sign == "=" and right[0] == "string"
            return Term(subject, Operator.FIRST, right[1]) if is_first else None
        operators = {
            "count-selected": (Operator.CHOSE_AT_LEAST, Operator.CHOSE_AT_MOST),
            "string-length": (Operator.LONGER, Operator.SHORTER),
        }.get(name)
        if operators is None or right[0] != "number" or not float(right[1]).is_integer():
            return None
        number = int(right[1])
        at_least, at_most = {
            ">=": (number, None),
            ">": (number + 1, None),
            "<=": (None, number),
            "<": (None, number - 1),
        }.get(sign, (None, None))
        if at_least is not None:
            return Term(subject, operators[0], str(at_least))
        return None if at_most is None or at_most < 0 else Term(subject, operators[1], str(at_most))


def _inside_repeats(nodes: Sequence[Node], *, is_inside: bool) -> set[str]:
    found: set[str] = set()
    for node in nodes:
        if is_inside:
            found.add(node.name)
        if isinstance(node, Group):
            found |= _inside_repeats(node.children, is_inside=is_inside or isinstance(node, Repeat))
    return found


def _name(tree: Tree) -> str:
    """Return the name a tree reads (`${x}`, `../x`), `.`, or "" for anything else."""
    if tree == _SELF_TREE:
        return SELF
    if tree[0] == "ref":
        return str(tree[1])
    is_sibling = tree[0] == "path" and tree[1] is None and len(tree[2]) == 2 and tree[2][0] == _PARENT  # noqa: PLR2004
    return str(tree[2][1][2]) if is_sibling and tree[2][1][1] == "child" and not tree[2][1][3] else ""


def _written(tree: Tree) -> str | None:
    """Return a value as menus write it, None for what they cannot."""
    if tree[0] == "string":
        return str(tree[1])
    if tree[0] == "ref":
        return f"${{{tree[1]}}}"
    if tree[0] == "number":
        return _plain_number(tree[1])
    if tree[0] == "neg" and tree[1][0] == "number":
        return f"-{_plain_number(tree[1][1])}"
    if tree == ["call", "today", []]:
        return TODAY
    if tree[0] == "call" and tree[1] in ("date", "date-time") and tree[2][0][0] == "string":
        return str(tree[2][0][1])
    return None


def _plain_number(number: float) -> str:
    return str(int(number)) if float(number).is_integer() else repr(float(number))


# --- from a sentence to a tree ---


def write_sentence(definition: Definition, sentence: Sentence, *, at: str = "") -> Expression:
    """Return the expression of a sentence.

    Raises: Invalid: the code of what is wrong with a term, with its `place` among the terms, from 1.
    """
    writer = _Reader(definition, at)
    for place, term in enumerate(sentence.terms, 1):
        if code := _problem(writer, term):
            raise Invalid(code, place=place, name=term.subject, value=term.value)
    outer, inner = ("and", "or") if sentence.join is Join.ALL else ("or", "and")
    blocks = [_joined(inner, [_tree(writer, term) for term in block]) for block in sentence.blocks]
    return Expression.from_tree(_joined(outer, blocks))


def _joined(operator: str, parts: list[Tree]) -> Tree:
    return parts[0] if len(parts) == 1 else [operator, *parts]


def _problem(reader: _Reader, term: Term) -> str:
    """Return the code of what is wrong with a term, "" for nothing."""
    item = reader.own if term.subject == SELF else reader.items.get(term.subject)
    if item is None:
        return "surveys.condition_question"
    if term.operator not in operators_for(reader.definition, item, is_control=term.subject == SELF):
        return "surveys.condition_operator"
    if not term.operator.takes_value:
        return ""
    if not term.value:
        return "surveys.condition_value"
    if "'" in term.value and '"' in term.value:
        return "surveys.condition_quotes"
    return _value_problem(reader, item, term)


def _value_problem(reader: _Reader, item: Item, term: Term) -> str:
    if term.operator.takes_count:
        return "" if _COUNTED.fullmatch(term.value) else "surveys.condition_number"
    if found := _REFERENCE.fullmatch(term.value):
        return "" if found[1] in reader.items and term.operator in _COMPARISONS else "surveys.condition_question"
    if item.type.has_choices and term.operator not in _ORDERED:
        choices = reader.definition.choice_lists.get(item.list_name)
        is_offered = choices is None or term.value in {choice.name for choice in choices}
        return "" if is_offered else "surveys.condition_choice"
    if item.type in _NUMERIC or item.type.has_choices:
        return "" if _NUMBER.fullmatch(term.value) else "surveys.condition_number"
    if item.type in _DATED:
        return "" if term.value == TODAY or _is_day(term.value) else "surveys.condition_date"
    if item.type in _COMPUTED and term.operator in _ORDERED:
        return "" if _NUMBER.fullmatch(term.value) else "surveys.condition_number"
    return ""


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text[:10]).isoformat() == text[:10]
    except ValueError:
        return False


def _tree(reader: _Reader, term: Term) -> Tree:
    item = reader.own if term.subject == SELF else reader.items[term.subject]
    assert item is not None  # problem_of has looked
    subject: Tree = _SELF_TREE if term.subject == SELF else ["ref", term.subject]
    if term.operator in _ANY_ANSWER:
        return ["!=" if term.operator is Operator.FILLED else "=", subject, ["string", ""]]
    text: Tree = ["string", term.value]
    chosen: Tree = ["call", "selected", [subject, text]]
    if term.operator is Operator.INCLUDES:
        return chosen
    if term.operator is Operator.EXCLUDES:
        return ["call", "not", [chosen]]
    if term.operator is Operator.ALONE:
        several = [">", ["call", "count-selected", [subject]], ["number", 1.0]]
        return ["call", "not", [["and", chosen, several]]]
    if term.operator is Operator.CONTAINS:
        return ["call", "contains", [subject, text]]
    if term.operator is Operator.FIRST:
        return ["=", ["call", "selected-at", [subject, ["number", 0.0]]], text]
    if term.operator.takes_count:
        name = "string-length" if term.operator in (Operator.LONGER, Operator.SHORTER) else "count-selected"
        sign = ">=" if term.operator in (Operator.LONGER, Operator.CHOSE_AT_LEAST) else "<="
        return [sign, ["call", name, [subject]], ["number", float(term.value)]]
    return [_COMPARISONS[term.operator], subject, _value_tree(item, term)]


def _value_tree(item: Item, term: Term) -> Tree:
    if found := _REFERENCE.fullmatch(term.value):
        return ["ref", found[1]]
    if item.type in _DATED:
        return ["call", "today", []] if term.value == TODAY else ["call", "date", [["string", term.value]]]
    is_ordered = term.operator in _ORDERED
    if item.type in _NUMERIC or (is_ordered and _NUMBER.fullmatch(term.value)):
        number: Tree = ["number", abs(float(term.value))]
        return ["neg", number] if term.value.startswith("-") else number
    return ["string", term.value]


# --- conditions that lose a question ---


def without_question(definition: Definition, expression: Expression, name: str, *, at: str = "") -> Expression | None:
    """Return a condition without the terms about a question, None when nothing is left.

    Raises: Invalid("surveys.condition_formula"): it is no sentence, and somebody must read it.
    """
    sentence = read_sentence(definition, expression, at=at)
    if sentence is None:
        raise Invalid("surveys.condition_formula", source=expression.source)

    def is_left(term: Term) -> bool:
        return term.subject != name and term.value != f"${{{name}}}"

    left = sentence_of(sentence.join, [[term for term in block if is_left(term)] for block in sentence.blocks])
    return None if left is None else write_sentence(definition, left, at=at)


# --- choices that depend on an earlier answer ---


def read_cascade(filter_: Expression) -> tuple[str, str] | None:
    """Return the column of the choices and the question whose answer it must equal, None for another filter."""
    tree = filter_.tree
    if tree[0] != "=" or len(tree) != 3:  # noqa: PLR2004  two operands
        return None
    for column, question in ((tree[1], tree[2]), (tree[2], tree[1])):
        if column[0] == "path" and column[1] is None and len(column[2]) == 1 and question[0] == "ref":
            _step, axis, test, predicates = column[2][0]
            if axis == "child" and not predicates and not test.endswith((")", "*")):
                return test, question[1]
    return None


def write_cascade(column: str, question: str) -> Expression:
    """Return the filter that keeps the choices whose column equals the answer to a question."""
    return Expression.from_tree(["=", ["path", None, [["step", "child", column, []]]], ["ref", question]])
