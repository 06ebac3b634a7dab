"""From ExpressionScript to our expressions, keeping what LimeSurvey's would be worth on the same answers.

Source of the rules: the values of LimeSurvey's own tests (tests/conformance/test_lss_expressions.py). Where these tests
contradict each other, the later rule is ours: an empty answer is never less, more or equal beside a number.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from surveys.expressions import Expression, ExpressionError, parse
from surveys.expressions.tree import Tree
from surveys.lss.script import Assignment, Binary, Call, Name, NotScript, Number, Script, Text, Unary, read_script
from surveys.lss.terms import (
    EMPTY,
    FALSE,
    MAX_NODES,
    TRUE,
    Kind,
    Term,
    Untranslatable,
    Variable,
    call,
    chain,
    is_larger,
    joined,
    negated,
    number,
    text,
    truth,
)

_OPERATORS: Final = {"==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_ARITHMETIC: Final = {"+": "+", "-": "-", "*": "*", "/": "div"}
_VALUES: Final = frozenset({"", "NAOK", "CODE", "VALUE", "VALUENAOK"})
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2})?)?")
_ENTITIES: Final = re.compile(r"&(?:lt|gt|amp|quot|apos|nbsp|#0?39|#34);")
_ENTITY: Final = {"&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"', "&nbsp;": " ", "&#34;": '"'}

Functions = Callable[["Translator", str, tuple[Script, ...]], Term]


@dataclass(slots=True)
class Scope:
    """Where an expression stands: what names mean there.

    `variable` looks a name up, None for one that is unknown; `own` are the variables of the question itself (`self`),
    `this` the one being checked; `of` gives those of another question (`that.Q1`).
    """

    variable: Callable[[str], Variable | None]
    of: Callable[[str], Sequence[Variable]] = lambda _code: ()
    own: Sequence[Variable] = ()
    this: Variable | None = None
    constants: dict[str, str] = field(default_factory=dict)


class Translator:
    """Translates one expression; `approximations` names what is nearly the same, `unguarded` what may be irrelevant.

    `is_text`: its value goes into a text, where pages escape by themselves.
    """

    def __init__(self, scope: Scope, functions: Functions, *, is_text: bool = False) -> None:
        self.scope = scope
        self.is_text = is_text
        self._functions = functions
        self.approximations: list[str] = []
        self.unguarded: dict[str, Variable] = {}

    def read(self, source: str) -> Term:
        """Translate a source.

        Raises: Untranslatable.
        """
        try:
            script = read_script(_ENTITIES.sub(lambda found: _ENTITY.get(found[0], "'"), source))
        except NotScript as failure:
            raise Untranslatable("syntax", failure.found) from failure
        return self.term(script)

    def term(self, script: Script) -> Term:
        """Translate a piece.

        Raises: Untranslatable.
        """
        term = self._term(script)
        # What is repeated grows: a divisor is written three times, and so is the one inside it.
        if is_larger(term.tree, MAX_NODES):
            raise Untranslatable("limit")
        return term

    def _term(self, script: Script) -> Term:
        match script:
            case Number(value):
                return Term(number(value), Kind.NUMBER, value)
            case Text(value):
                return Term(text(value), Kind.TEXT, value)
            case Name(name, suffix):
                return self._name(name, suffix)
            case Unary(operator, operand):
                return self._unary(operator, self.term(operand))
            case Binary("&&" | "||" as operator):
                parts = [self.term(each).truth for each in _operands(script, operator)]
                return Term(chain("and" if operator == "&&" else "or", parts), Kind.TRUTH)
            case Binary(operator, left, right) if operator in _OPERATORS:
                return self._comparison(_OPERATORS[operator], left, right)
            case Binary(operator, left, right):
                return self._arithmetic(operator, self.term(left), self.term(right))
            case Call(function, arguments):
                return self._functions(self, function, arguments)
            case Assignment(name):
                raise Untranslatable("assignment", name)

    def variables(self, script: Script) -> list[Term]:
        """Return what an argument stands for: several variables for `self`, `that.Q1` or a question with parts."""
        if not isinstance(script, Name):
            return [self.term(script)]
        head, *rest = script.name.split(".")
        if head.lower() in ("self", "that"):
            return [self._value(variable, "NAOK", head) for variable in self._list(head.lower(), rest)]
        found = self.scope.variable(script.name)
        if found is None and (parts := self.scope.of(script.name)):
            return [self._value(part, script.suffix, script.name) for part in parts]
        return [self.term(script)]

    def _list(self, head: str, rest: list[str]) -> list[Variable]:
        """Return the variables of `self` or `that.Q1`, filtered by `sq_…`, `nosq_…`, `comments`, `nocomments`."""
        filters = [part for part in rest if part.upper() not in _VALUES]
        if head == "that":
            if not filters:
                raise Untranslatable("variable", "that")
            code, *filters = filters
            found = list(self.scope.of(code))
            if not found:
                raise Untranslatable("variable", f"that.{code}")
        else:
            found = list(self.scope.own)
        for part in filters:
            kind, _, code = part.partition("_")
            if kind == "sq":
                found = [each for each in found if each.code.split("_")[0] == code or each.code == code]
            elif kind == "nosq":
                found = [each for each in found if code not in (each.code, each.code.split("_")[0])]
            elif part in ("comments", "nocomments"):
                found = [each for each in found if each.code.endswith("comment") == (part == "comments")]
            else:
                raise Untranslatable("suffix", part)
        return found

    def _name(self, name: str, suffix: str) -> Term:
        head, *rest = name.split(".")
        if head.lower() in ("self", "that"):
            found = self._list(head.lower(), rest)
            if len(found) != 1:
                raise Untranslatable("several", name)
            return self._value(found[0], "NAOK", name)
        if head.lower() == "this" and self.scope.this is not None:
            return self._value(self.scope.this, suffix or "NAOK", name)
        variable = self.scope.variable(name)
        if variable is None:
            if name in self.scope.constants:
                return Term(text(self.scope.constants[name]), Kind.TEXT, self.scope.constants[name])
            raise Untranslatable("variable", name)
        return self._value(variable, suffix, name)

    def _value(self, variable: Variable, suffix: str, name: str) -> Term:
        if suffix.upper() in _VALUES:
            if suffix.upper() not in ("NAOK", "VALUENAOK"):
                self.unguarded[name] = variable
            return Term(variable.tree, variable.kind, None, variable)
        if suffix.lower() == "shown":
            if variable.shown is not None:
                return Term(variable.shown, Kind.TEXT)
            return Term(variable.tree, variable.kind, None, variable)
        if suffix in variable.facts:
            return Term(text(variable.facts[suffix]), Kind.TEXT, variable.facts[suffix])
        raise Untranslatable("suffix", f"{name}.{suffix}")

    def _unary(self, operator: str, operand: Term) -> Term:
        if operator == "!":
            return Term(negated(operand.truth), Kind.TRUTH)
        if operator == "+":
            return operand if operand.kind is Kind.NUMBER else Term(operand.number, Kind.NUMBER)
        if isinstance(operand.literal, float):
            return Term(number(-operand.literal), Kind.NUMBER, -operand.literal)
        return Term(["neg", operand.number], Kind.NUMBER)

    def _arithmetic(self, operator: str, left: Term, right: Term) -> Term:
        if operator == "+" and (_is_word(left) or _is_word(right)):
            return Term(call("concat", left.text, right.text), Kind.TEXT)
        if operator == "+" and not (_counts(left) and _counts(right)):
            # Only the answers will tell whether this adds or joins, in LimeSurvey too.
            both = chain("and", [is_numeric(part.tree) for part in (left, right) if not _counts(part)])
            added = joined("+", left.number, right.number)
            return Term(call("if", both, added, call("concat", left.text, right.text)), Kind.TEXT)
        divisor = right.number
        if operator == "/" and right.literal is None:
            divided = joined("div", left.number, divisor)
            return Term(call("if", ["=", divisor, number(0)], call("number", EMPTY), divided), Kind.NUMBER)
        return Term(joined(_ARITHMETIC[operator], left.number, divisor), Kind.NUMBER)

    def _comparison(self, operator: str, left_script: Script, right_script: Script) -> Term:
        compared = self._compared_texts(operator, left_script, right_script)
        if compared is not None:
            return compared
        left, right = self.term(left_script), self.term(right_script)
        if operator in ("=", "!="):
            tree = equality(left, right)
            if operator == "!=":
                tree = ["!=", *tree[1:]] if tree[0] == "=" and len(tree) == 3 else negated(tree)  # noqa: PLR2004
            return Term(tree, Kind.TRUTH)
        return Term(_order(operator, left, right), Kind.TRUTH)

    def _compared_texts(self, operator: str, left: Script, right: Script) -> Term | None:
        """Translate `strcmp(a, b) == 0`, the only sense that strcmp has here."""
        for script, other in ((left, right), (right, left)):
            is_function = isinstance(script, Call) and script.function.lower() in ("strcmp", "strcasecmp")
            if is_function and other == Number(0.0) and operator in ("=", "!="):
                assert isinstance(script, Call)
                first, second = (self.term(argument).text for argument in script.arguments)
                if script.function.lower() == "strcasecmp":
                    first, second = lowered(first), lowered(second)
                return Term([operator, call("string", first), call("string", second)], Kind.TRUTH)
        return None


def _operands(script: Script, operator: str) -> list[Script]:
    """Return what a chain of one operator joins, without descending into it."""
    found: list[Script] = []
    while isinstance(script, Binary) and script.operator == operator:
        found.append(script.right)
        script = script.left
    return [script, *reversed(found)]


def equality(left: Term, right: Term) -> Tree:
    """Return `left == right`."""
    for one, other in ((left, right), (right, left)):
        if other.literal == "":
            return one.is_empty
        if one.kind is Kind.CHECK and other.literal is not None and one.variable is not None:
            return one.tree if _same(one.variable.checked, other) else FALSE
        if one.kind is Kind.TRUTH and other.literal is not None:
            return one.tree if other.truth == TRUE else negated(one.tree)
    if left.literal is not None and right.literal is not None:
        return truth(_literal_equal(left, right))
    if left.kind is Kind.TRUTH and right.kind is Kind.TRUTH:
        return joined("=", call("boolean", left.tree), call("boolean", right.tree))
    for one, other in ((left, right), (right, left)):
        if one.kind is Kind.DATE and isinstance(other.literal, str) and _DAY.fullmatch(other.literal):
            return ["=", one.tree, call("date", text(other.literal[:10]))]
        if one.kind is Kind.NUMBER and other.written_number is not None:
            return joined("=", one.tree, number(other.written_number))
    return joined("=", left.text, right.text)


def _same(checked: str, literal: Term) -> bool:
    return literal.literal == checked or (literal.written_number is not None and str(literal.literal) == checked) or (
        checked.isdigit() and literal.written_number == float(checked)
    )  # fmt: skip


def _literal_equal(left: Term, right: Term) -> bool:
    one, other = left.written_number, right.written_number
    if one is not None and other is not None:
        return one == other
    return left.literal == right.literal


def _order(operator: str, left: Term, right: Term) -> Tree:
    """Return `left < right` and its like."""
    if left.literal == "" or right.literal == "":
        other = right if left.literal == "" else left
        return other.is_empty if operator in ("<=", ">=") else FALSE
    if any(part.kind is Kind.DATE for part in (left, right)):
        return joined(operator, _as_day(left), _as_day(right))
    for one, other, turned in ((left, right, operator), (right, left, _turned(operator))):
        if isinstance(other.literal, str) and other.written_number is None:
            return _word_order(one, turned, other.literal)
    if _has_words(left) or _has_words(right):
        raise Untranslatable("order", "")
    if left.variable is not None and right.variable is not None and operator in ("<=", ">="):
        # Two empty answers are as large as each other.
        both = chain("and", [left.is_empty, right.is_empty])
        return chain("or", [joined(operator, left.tree, right.tree), both])
    # No zero for an empty answer: beside a number it is neither less nor more.
    return joined(operator, *(part.tree if part.literal is None else part.number for part in (left, right)))


def _turned(operator: str) -> str:
    return operator.translate(str.maketrans("<>", "><"))


def _as_day(term: Term) -> Tree:
    if term.kind is Kind.DATE:
        return term.tree
    if isinstance(term.literal, str) and _DAY.fullmatch(term.literal):
        return call("date", text(term.literal[:10]))
    return call("date", term.tree)


def _has_words(term: Term) -> bool:
    """Whether its values may be words that numbers cannot order: a list of answers with such codes."""
    if term.variable is None:
        return term.kind is Kind.TEXT and term.literal is None
    codes = term.variable.codes
    return bool(codes) and not all(code.lstrip("-").isdigit() for code in codes)


def _word_order(term: Term, operator: str, word: str) -> Tree:
    """Compare with a word letter by letter: an answer of a list is one of the codes that stand before or after it."""
    if isinstance(term.literal, str) and term.written_number is None:
        return truth(_stands(term.literal, operator, word))
    if term.kind is Kind.NUMBER or term.literal is not None:
        return FALSE
    if term.variable is None or not term.variable.codes:
        raise Untranslatable("order", word)
    kept = [code for code in term.variable.codes if not code.isdigit() and _stands(code, operator, word)]
    empty = [term.is_empty] if _stands("", operator, word) else []
    return chain("or", [*(["=", term.tree, text(code)] for code in kept), *empty])


def _stands(one: str, operator: str, other: str) -> bool:
    return {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[operator]


def _is_word(term: Term) -> bool:
    """Whether it is a text that is no number, whatever the answers."""
    if isinstance(term.literal, str):
        return term.literal != "" and term.written_number is None
    return term.kind is Kind.TEXT and term.variable is None


def _counts(term: Term) -> bool:
    """Whether it is a number or empty, whatever the answers."""
    return term.kind is not Kind.TEXT or term.literal is not None


def is_numeric(tree: Tree) -> Tree:
    """Return whether a text writes a number."""
    return call("regex", tree, text(r"^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\s*$"))


_UPPER: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞŒ"


def lowered(tree: Tree) -> Tree:
    """Return a text in small letters (Latin ones)."""
    return call("translate", tree, text(_UPPER), text(_UPPER.lower()))


def raised(tree: Tree) -> Tree:
    """Return a text in capitals (Latin ones)."""
    return call("translate", tree, text(_UPPER.lower()), text(_UPPER))


def as_expression(tree: Tree) -> Expression:
    """Return the expression of a tree, as if an author had written it.

    Raises: Untranslatable: it is too long or too deep for our language.
    """
    try:
        return parse(Expression.from_tree(tree).source)
    except ExpressionError as failure:
        raise Untranslatable("limit", failure.code) from failure
