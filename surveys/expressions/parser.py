"""From source to tree: operator precedence by binding power, paths and calls by descent."""

from math import isinf
from typing import Final

from surveys.expressions.catalogue import PARITY, arity
from surveys.expressions.errors import ExpressionError
from surveys.expressions.limits import MAX_DEPTH, MAX_LENGTH
from surveys.expressions.patterns import compiled
from surveys.expressions.tokens import Token, split
from surveys.expressions.tree import AXES, BINDING, NODE_TESTS, UNARY_BINDING, Tree, depth

_START_OF_STEP: Final = frozenset({".", "..", "@", "*"})


def parse_tree(source: str, *, strict: bool = True) -> Tree:
    """Return the tree of `source`.

    Args:   strict: refuse unknown functions and wrong numbers of arguments now; otherwise only when one is evaluated.
    Raises: ExpressionError: the source is empty, too long, too deep or not well formed.
    """
    if len(source) > MAX_LENGTH:
        raise ExpressionError("expression.too_long", position=MAX_LENGTH, length=len(source), limit=MAX_LENGTH)
    tokens = split(source)
    if len(tokens) == 1:
        raise ExpressionError("expression.empty", position=0)
    parser = _Parser(tokens, strict=strict)
    tree = parser.expression(0)
    parser.expect_end()
    if depth(tree) > MAX_DEPTH:
        raise ExpressionError("expression.too_deep", position=0, limit=MAX_DEPTH)
    return tree


def _check_call(name: Token, arguments: list[Tree]) -> None:
    """Refuse what would fail whatever the answers are."""
    bounds = arity(name.text)
    if bounds is None:
        raise ExpressionError("expression.unknown_function", position=name.position, detail=name.text)
    least, most = bounds
    count = len(arguments)
    if count < least or (most is not None and count > most):
        raise ExpressionError(
            "expression.arity", position=name.position, detail=name.text, least=least, most=most, count=count
        )
    if name.text in PARITY and count % 2 != PARITY[name.text]:
        raise ExpressionError("expression.pairs", position=name.position, detail=name.text)
    if name.text == "regex" and arguments[1][0] == "string":
        try:
            compiled(arguments[1][1])
        except ExpressionError as error:
            raise ExpressionError(error.code, **{**error.details, "position": name.position}) from error


class _Parser:
    """A place in the words, and how many brackets are open."""

    def __init__(self, tokens: list[Token], *, strict: bool) -> None:
        self._tokens = tokens
        self._next = 0
        self._open = 0
        self._strict = strict

    def expression(self, binding: int) -> Tree:
        """Read operators that bind at least as strongly as `binding`; a chain of one operator is one node."""
        left = self._unary()
        while (token := self._peek()).kind == "operator" and BINDING[token.text] >= binding:
            self._next += 1
            right = self.expression(BINDING[token.text] + 1)
            if left[0] == token.text:
                left.append(right)
            else:
                left = [token.text, left, right]
        return left

    def expect_end(self) -> None:
        """Refuse words that are left over."""
        if self._peek().kind != "end":
            raise self._unexpected()

    def _unary(self) -> Tree:
        if self._accept("-"):
            self._enter()
            operand = self.expression(UNARY_BINDING + 1)
            self._open -= 1
            return ["neg", operand]
        return self._path()

    def _path(self) -> Tree:
        token = self._peek()
        if token.text in ("/", "//") and token.kind == "sign":
            return self._absolute()
        if self._begins_step():
            return ["path", None, self._steps()]
        primary = self._primary()
        predicates = self._predicates()
        if predicates:
            primary = ["filter", primary, predicates]
        if self._peek().kind == "sign" and self._peek().text in ("/", "//"):
            return ["path", primary, self._more_steps()]
        return primary

    def _absolute(self) -> Tree:
        if self._peek().text == "//":
            return ["path", "/", self._more_steps()]
        self._next += 1
        return ["path", "/", self._steps() if self._begins_step() else []]

    def _begins_step(self) -> bool:
        token = self._peek()
        if token.kind == "sign":
            return token.text in _START_OF_STEP
        if token.kind != "name":
            return False
        following = self._tokens[self._next + 1]
        return following.text != "(" or following.kind != "sign" or token.text in NODE_TESTS

    def _steps(self) -> list[Tree]:
        steps = [self._step()]
        steps.extend(self._more_steps())
        return steps

    def _more_steps(self) -> list[Tree]:
        steps: list[Tree] = []
        while self._peek().kind == "sign" and self._peek().text in ("/", "//"):
            if self._take().text == "//":
                steps.append(["step", "descendant-or-self", "node()", []])
            steps.append(self._step())
        return steps

    def _step(self) -> Tree:
        if self._accept(".."):
            return ["step", "parent", "node()", self._predicates()]
        if self._accept("."):
            return ["step", "self", "node()", self._predicates()]
        axis = "child"
        if self._accept("@"):
            axis = "attribute"
        elif self._tokens[self._next + 1 :] and self._tokens[self._next + 1].text == "::":
            token = self._take()
            if token.text not in AXES or token.kind != "name":
                raise ExpressionError("expression.unknown_axis", position=token.position, detail=token.text)
            axis = token.text
            self._next += 1
        return ["step", axis, self._node_test(), self._predicates()]

    def _node_test(self) -> str:
        token = self._take()
        if token.text == "*" and token.kind == "sign":
            return "*"
        if token.kind != "name":
            self._next -= 1
            raise self._unexpected()
        if token.text not in NODE_TESTS or not self._accept("("):
            return token.text
        target = ""
        if token.text == "processing-instruction" and self._peek().kind == "string":
            target = self._take().text
        self._expect(")")
        return f"{token.text}({target})"

    def _predicates(self) -> list[Tree]:
        predicates: list[Tree] = []
        while self._accept("["):
            self._enter()
            predicates.append(self.expression(0))
            self._open -= 1
            self._expect("]")
        return predicates

    def _primary(self) -> Tree:
        token = self._take()
        if token.kind == "number":
            value = float(token.text)
            if isinf(value):
                raise ExpressionError("expression.number_too_large", position=token.position, detail=token.text[:20])
            return ["number", value]
        if token.kind == "string":
            return ["string", token.text[1:-1]]
        if token.kind == "reference":
            name = token.text[2:-1].strip()
            if name.startswith("last-saved#"):
                return ["last_saved", name.removeprefix("last-saved#")]
            return ["ref", name]
        if token.kind == "name":
            return self._call(token)
        if token.kind == "sign" and token.text == "(":
            self._enter()
            inner = self.expression(0)
            self._open -= 1
            self._expect(")")
            return inner
        self._next -= 1
        raise self._unexpected()

    def _call(self, name: Token) -> Tree:
        self._expect("(")
        arguments: list[Tree] = []
        self._enter()
        if not self._accept(")"):
            arguments.append(self.expression(0))
            while self._accept(","):
                arguments.append(self.expression(0))
            self._expect(")")
        self._open -= 1
        if self._strict:
            _check_call(name, arguments)
        if name.text == "jr:choice-name" and len(arguments) == 2 and arguments[1][0] == "string":  # noqa: PLR2004
            # XLSForm writes the question as a text, '${question}': it is read here, once.
            arguments[1] = self._inner(arguments[1][1], name)
        return ["call", name.text, arguments]

    def _inner(self, source: str, name: Token) -> Tree:
        try:
            return parse_tree(source, strict=self._strict)
        except ExpressionError as error:
            raise ExpressionError(error.code, **{**error.details, "position": name.position}) from error

    def _enter(self) -> None:
        self._open += 1
        if self._open > MAX_DEPTH:
            raise ExpressionError("expression.too_deep", position=self._peek().position, limit=MAX_DEPTH)

    def _peek(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._tokens[self._next]
        if token.kind == "end":
            raise self._unexpected()
        self._next += 1
        return token

    def _accept(self, sign: str) -> bool:
        token = self._tokens[self._next]
        if token.text == sign and token.kind in ("sign", "operator"):
            self._next += 1
            return True
        return False

    def _expect(self, sign: str) -> None:
        if not self._accept(sign):
            raise self._unexpected(sign)

    def _unexpected(self, expected: str = "") -> ExpressionError:
        token = self._peek()
        code = "expression.unfinished" if token.kind == "end" else "expression.syntax"
        return ExpressionError(code, position=token.position, detail=token.text, expected=expected)
