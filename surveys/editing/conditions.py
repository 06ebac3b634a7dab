"""Conditions as sentences: to and from the trees of expressions.

    sentence = read_sentence(definition, expression)      # None: a formula that no menu can say
    expression = write_sentence(definition, sentence)      # raises Invalid, with the place of what is wrong

What is read and written again means the same; what is written and read again is the same sentence. `.` is the answer
that a control looks at, `at` the key of its question. Conditions in words, for readers and for paper, are those of
`surveys.conditions`: here nothing is shortened or looked through, since an author must find what was written.
"""

from core.errors import Invalid
from surveys.definition import Definition, Item, ItemType
from surveys.editing.sentences import (
    ANY_ANSWER,
    COMPARISONS,
    COMPUTED,
    DATED,
    NUMBER,
    NUMERIC,
    ORDERED,
    REFERENCE,
    SELF,
    TODAY,
    Form,
    Join,
    Operator,
    Sentence,
    Term,
    problem_of,
    sentence_of,
)
from surveys.expressions import Expression
from surveys.expressions.tree import Tree

_SELF_TREE: Tree = ["path", None, [["step", "self", "node()", []]]]
_PARENT: Tree = ["step", "parent", "node()", []]
_BY_SIGN = {sign: operator for operator, sign in COMPARISONS.items()}
_MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


# --- from a tree to a sentence ---


def read_sentence(definition: Definition, expression: Expression, *, at: str = "") -> Sentence | None:
    """Return the sentence of a condition, None where menus cannot say it."""
    reader = _Reader(Form(definition, at))
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

    def __init__(self, form: Form) -> None:
        self.form = form

    def subject(self, tree: Tree) -> Item | None:
        """Return the question that a tree reads, None for anything else."""
        name = _name(tree)
        return self.form.subject(name) if name else None

    def term(self, tree: Tree) -> Term | None:
        """Return the term of a tree, None where menus cannot say it."""
        found = self._call(tree) if tree[0] == "call" else self._comparison(tree)
        if found is None:
            return None
        return None if problem_of(self.form, found) else found

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
        if inner.operator is Operator.IS and inner.subject not in self.form.repeated:
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
        if item is None or value is None or not _is_said_as(item, right):
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


def _name(tree: Tree) -> str:
    """Return the name a tree reads (`${x}`, `../x`), `.`, or "" for anything else."""
    if tree == _SELF_TREE:
        return SELF
    if tree[0] == "ref":
        return str(tree[1])
    is_sibling = tree[0] == "path" and tree[1] is None and len(tree[2]) == 2 and tree[2][0] == _PARENT  # noqa: PLR2004
    return str(tree[2][1][2]) if is_sibling and tree[2][1][1] == "child" and not tree[2][1][3] else ""


def _is_said_as(item: Item, value: Tree) -> bool:
    """Whether a value is of the sort that is written for this question: a day is no text, a number no day."""
    if value[0] == "ref" or value == ["string", ""]:
        return True
    if item.type in DATED:
        return bool(value[0] == "call" or (value[0] == "string" and value[1] != TODAY))
    return bool(value[0] == "string" or (value[0] in ("number", "neg") and item.type is not ItemType.TEXT))


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
    form = Form(definition, at)
    for place, term in enumerate(sentence.terms, 1):
        if code := problem_of(form, term):
            raise Invalid(code, place=place, name=term.subject, value=term.value)
    outer, inner = ("and", "or") if sentence.join is Join.ALL else ("or", "and")
    blocks = [_joined(inner, [_tree(form, term) for term in block]) for block in sentence.blocks]
    return Expression.from_tree(_joined(outer, blocks))


def _joined(operator: str, parts: list[Tree]) -> Tree:
    return parts[0] if len(parts) == 1 else [operator, *parts]


def _tree(form: Form, term: Term) -> Tree:
    item = form.subject(term.subject)
    assert item is not None  # problem_of has looked
    subject: Tree = _SELF_TREE if term.subject == SELF else ["ref", term.subject]
    if term.operator in ANY_ANSWER:
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
    return [COMPARISONS[term.operator], subject, _value_tree(item, term)]


def _value_tree(item: Item, term: Term) -> Tree:
    if found := REFERENCE.fullmatch(term.value):
        return ["ref", found[1]]
    if item.type in DATED:
        return ["call", "today", []] if term.value == TODAY else ["call", "date", [["string", term.value]]]
    is_number = item.type in COMPUTED or term.operator in ORDERED
    if item.type in NUMERIC or (is_number and NUMBER.fullmatch(term.value)):
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
