"""The functions of ExpressionScript, each in our language; one that has no counterpart is refused by its name."""

import re
from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Final

from surveys.expressions import ExpressionError, parse, to_source
from surveys.expressions.tree import Tree
from surveys.lss.script import Name, Script
from surveys.lss.terms import (
    EMPTY,
    FALSE,
    TRUE,
    Kind,
    Term,
    Untranslatable,
    call,
    chain,
    joined,
    negated,
    number,
    text,
)
from surveys.lss.translation import Translator, equality, is_numeric
from surveys.lss.values import VALUES, Arguments

_SAME_MATHEMATICS: Final = {
    "abs": ("abs", 1),
    "acos": ("acos", 1),
    "asin": ("asin", 1),
    "atan": ("atan", 1),
    "atan2": ("atan2", 2),
    "ceil": ("ceiling", 1),
    "cos": ("cos", 1),
    "exp": ("exp", 1),
    "floor": ("floor", 1),
    "pi": ("pi", 0),
    "pow": ("pow", 2),
    "sin": ("sin", 1),
    "sqrt": ("sqrt", 1),
    "tan": ("tan", 1),
}
_PATTERN: Final = re.compile(r"(?P<mark>[/#~!])(?P<body>.*)(?P=mark)(?P<flags>[imsux]*)", re.DOTALL)
_ESCAPES: Final = frozenset({"htmlspecialchars", "htmlentities", "nl2br"})


def function(translator: Translator, name: str, scripts: tuple[Script, ...]) -> Term:
    """Translate a call.

    Raises: Untranslatable.
    """
    known = name.lower()
    if known in _OVER_LISTS:
        return _OVER_LISTS[known]([term for script in scripts for term in translator.variables(script)])
    if known == "is_null" and len(scripts) == 1 and isinstance(scripts[0], Name):
        is_known = translator.scope.variable(scripts[0].name) is not None
        return Term(translator.term(scripts[0]).is_empty if is_known else TRUE, Kind.TRUTH)
    if known in ("countif", "countifop", "sumifop"):
        return _counted_if(translator, known, scripts)
    if known in ("trim", "ltrim", "rtrim"):
        translator.approximations.append(name)
    arguments = [translator.term(script) for script in scripts]
    if known in _SAME_MATHEMATICS:
        ours, arity = _SAME_MATHEMATICS[known]
        _expect(name, arguments, arity)
        return Term(call(ours, *(argument.number for argument in arguments)), Kind.NUMBER)
    if translator.is_text and known in _ESCAPES and arguments:
        return arguments[0]
    if known not in _FUNCTIONS:
        raise Untranslatable("function", name)
    try:
        return _FUNCTIONS[known](arguments)
    except (IndexError, ValueError) as failure:  # too few arguments, too many to unpack
        raise Untranslatable("arguments", name) from failure


def _expect(name: str, arguments: Arguments, count: int) -> None:
    if len(arguments) != count:
        raise Untranslatable("arguments", name)


# Truths.


def _if(arguments: Arguments) -> Term:
    condition, yes, no = arguments
    kinds = {yes.kind, no.kind}
    if kinds <= {Kind.TRUTH, Kind.CHECK}:
        return Term(call("if", condition.truth, yes.truth, no.truth), Kind.TRUTH)
    is_number = all(part.is_number for part in (yes, no))
    parts = (part.tree if part.kind is not Kind.CHECK else part.text for part in (yes, no))
    return Term(call("if", condition.truth, *parts), Kind.NUMBER if is_number else Kind.TEXT)


def _is_empty(arguments: Arguments) -> Term:
    (argument,) = arguments
    return Term(argument.is_empty, Kind.TRUTH)


def _is_numeric(arguments: Arguments) -> Term:
    (argument,) = arguments
    if argument.literal is not None:
        return Term(TRUE if argument.written_number is not None else FALSE, Kind.TRUTH)
    if argument.is_number:
        return Term(joined("=", argument.tree, argument.tree), Kind.TRUTH)  # NaN is not itself
    return Term(is_numeric(argument.text), Kind.TRUTH)


def _is_not_numeric(arguments: Arguments) -> Term:
    return Term(negated(_is_numeric(arguments).tree), Kind.TRUTH)


def _is_whole(arguments: Arguments) -> Term:
    (argument,) = arguments
    return Term(call("regex", argument.text, text(r"^-?[0-9]+$")), Kind.TRUTH)


def _is_decimal(arguments: Arguments) -> Term:
    (argument,) = arguments
    return Term(call("regex", argument.text, text(r"^[+-]?[0-9]*\.[0-9]+$")), Kind.TRUTH)


def _regex(arguments: Arguments) -> Term:
    pattern, subject = arguments
    return Term(call("regex", subject.text, text(read_pattern(pattern.literal))), Kind.TRUTH)


def read_pattern(written: object) -> str:
    """Return the pattern inside `/…/i` as our regex takes it.

    Raises: Untranslatable: no pattern is written, or it looks around itself.
    """
    found = _PATTERN.fullmatch(written.strip()) if isinstance(written, str) else None
    if found is None:
        raise Untranslatable("pattern", str(written))
    flags = "".join(flag for flag in "ims" if flag in found["flags"])
    body = found["body"].replace(f"\\{found['mark']}", found["mark"])
    pattern = f"(?{flags}){body}" if flags else body
    try:
        parse(to_source(call("regex", ["string", "x"], text(pattern))))
    except ExpressionError as failure:
        raise Untranslatable("pattern", written if isinstance(written, str) else "") from failure
    return pattern


def _unique(arguments: Arguments) -> Term:
    pairs = [chain("or", [negated(equality(one, other)), one.is_empty]) for one, other in combinations(arguments, 2)]
    return Term(chain("and", pairs), Kind.TRUTH)


# Lists.


def _filled(term: Term) -> Tree:
    return negated(term.is_empty)


def _count(arguments: Arguments) -> Term:
    """Count what is not empty; boxes of one question are counted at once."""
    boxes = [term.tree for term in arguments if term.kind is Kind.CHECK]
    targets = {_source(box[2][0]) for box in boxes if box[:2] == ["call", "selected"]}
    every = len(boxes) == len(arguments) > 1 and len(targets) == 1
    if every and arguments[0].variable is not None:
        codes = arguments[0].variable.codes
        if {_source(box[2][1]) for box in boxes} == {_source(text(code)) for code in codes}:
            return Term(call("count-selected", boxes[0][2][0]), Kind.NUMBER)
    nodes = [term.tree for term in arguments]
    if nodes and all(term.variable is not None and term.tree[0] == "ref" for term in arguments):
        union = nodes[0] if len(nodes) == 1 else ["|", *nodes]
        return Term(call("count-non-empty", union), Kind.NUMBER)
    return _added([_one_if(_filled(term)) for term in arguments])


def _one_if(condition: Tree) -> Tree:
    if condition in (TRUE, FALSE):
        return number(int(condition == TRUE))
    return call("if", condition, number(1), number(0))


def _source(tree: Tree) -> str:
    return to_source(tree)


def _added(trees: Sequence[Tree]) -> Term:
    if not trees:
        return Term(number(0), Kind.NUMBER, 0.0)
    total = trees[0]
    for tree in trees[1:]:
        total = joined("+", total, tree)
    return Term(total, Kind.NUMBER)


def _sum(arguments: Arguments) -> Term:
    return _added([term.number for term in arguments])


def _counted_if(translator: Translator, known: str, scripts: tuple[Script, ...]) -> Term:
    leading = 1 if known == "countif" else 2
    if len(scripts) <= leading:
        raise Untranslatable("arguments", known)
    terms = [term for script in scripts[leading:] for term in translator.variables(script)]
    wanted = translator.term(scripts[leading - 1])
    operator = "==" if known == "countif" else translator.term(scripts[0]).literal
    trees = []
    for term in terms:
        holds = _compared(str(operator), term, wanted)
        trees.append(call("if", holds, term.number, number(0)) if known == "sumifop" else _one_if(holds))
    return _added(trees)


def _compared(operator: str, term: Term, wanted: Term) -> Tree:
    if operator in ("==", "!="):
        tree = equality(term, wanted)
        return negated(tree) if operator == "!=" else tree
    if operator in ("<", "<=", ">", ">=") and wanted.written_number is not None:
        return joined(operator, term.tree, wanted.number)
    raise Untranslatable("arguments", operator)


def _extreme(name: str) -> Callable[[Arguments], Term]:
    def build(arguments: Arguments) -> Term:
        if not arguments:
            raise Untranslatable("arguments", name)
        return Term(call(name, *(term.number for term in arguments)), Kind.NUMBER)

    return build


def _deviation(arguments: Arguments) -> Term:
    """Return the sample standard deviation of numbers that are all there."""
    size = len(arguments)
    if size < 2 or not all(term.is_number for term in arguments):  # noqa: PLR2004
        raise Untranslatable("function", "stddev")
    total = _sum(arguments).tree
    squares = _added([joined("*", term.number, term.number) for term in arguments]).tree
    spread = joined("-", squares, joined("div", joined("*", total, total), number(size)))
    return Term(call("sqrt", joined("div", spread, number(size - 1))), Kind.NUMBER)


def _listed(arguments: Arguments) -> Term:
    """Join with commas what is not empty."""
    parts = [
        call("concat", text(", "), term.text)
        if _filled(term) == TRUE
        else call("if", _filled(term), call("concat", text(", "), term.text), EMPTY)
        for term in arguments
        if _filled(term) != FALSE
    ]
    if not parts:
        return Term(EMPTY, Kind.TEXT, "")
    return Term(call("substring-after", call("concat", *parts), text(", ")), Kind.TEXT)


def _imploded(arguments: Arguments) -> Term:
    glue, *rest = arguments
    if not rest:
        raise ValueError
    parts = [part for term in rest for part in (glue.text, term.text)][1:]
    return Term(call("concat", *parts), Kind.TEXT)


def _concatenated(arguments: Arguments) -> Term:
    return Term(call("concat", *(term.text for term in arguments)), Kind.TEXT)


_OVER_LISTS: Final[dict[str, Callable[[Arguments], Term]]] = {
    "count": _count,
    "implode": _imploded,
    "join": _concatenated,
    "list": _listed,
    "max": _extreme("max"),
    "min": _extreme("min"),
    "stddev": _deviation,
    "sum": _sum,
    "unique": _unique,
}
_FUNCTIONS: Final[dict[str, Callable[[Arguments], Term]]] = {
    "if": _if,
    "is_empty": _is_empty,
    "is_float": _is_decimal,
    "is_int": _is_whole,
    "is_nan": _is_not_numeric,
    "is_null": _is_empty,
    "is_numeric": _is_numeric,
    "is_string": _is_not_numeric,
    "regexmatch": _regex,
    **VALUES,
}
