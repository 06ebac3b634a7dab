"""What holds of every source and of every tree."""

import json
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.expressions import (
    KNOWN_FUNCTIONS,
    Context,
    Expression,
    ExpressionError,
    evaluate,
    evaluate_boolean,
    evaluate_number,
    evaluate_string,
    functions,
    parse,
    references,
    to_source,
    tree_root,
)
from surveys.expressions.limits import MAX_DEPTH
from surveys.expressions.parser import parse_tree
from surveys.expressions.tree import AXES, BINDING, depth

NAMES = st.sampled_from(["a", "b", "r", "item", "or", "div", "text", "a-b", "jr:x", "été"])
TESTS = st.one_of(NAMES, st.sampled_from(["*", "node()", "text()", "jr:*", "processing-instruction('x')"]))
TEXTS = st.one_of(
    st.sampled_from(["", "a", "a b", "3", " 3 ", "2026-11-23", "2026-02-30", "24:00", "1 2;3 4;5 6", "[0-9]+", "MD5"]),
    st.text(max_size=8).map(lambda text: text.replace("'", "")),
)
NUMBERS = st.one_of(st.integers(0, 10).map(float), st.floats(0, allow_nan=False, allow_infinity=False).map(abs))


def operators(trees):
    def make(kind, operands):
        first, *rest = operands
        return [kind, *(first[1:] if first[0] == kind else [first]), *rest]

    return st.builds(make, st.sampled_from(sorted(BINDING)), st.lists(trees, min_size=2, max_size=3))


def steps(trees, least):
    one = st.builds(
        lambda axis, test, predicates: ["step", axis, test, predicates],
        st.sampled_from(sorted(AXES)),
        TESTS,
        st.lists(trees, max_size=1),
    )
    return st.lists(one, min_size=least, max_size=3)


def calls(trees):
    def of(name):
        least, most = KNOWN_FUNCTIONS[name]
        arguments = st.lists(trees, min_size=least, max_size=least + 2 if most is None else most)
        return arguments.map(lambda given: ["call", name, given]).filter(
            lambda call: name != "jr:choice-name" or call[2][1][0] != "string"
        )

    return st.sampled_from(sorted(KNOWN_FUNCTIONS)).flatmap(of)


TREES = st.recursive(
    st.one_of(
        NUMBERS.map(lambda number: ["number", number]),
        TEXTS.map(lambda text: ["string", text]),
        NAMES.map(lambda name: ["ref", name]),
        NAMES.map(lambda name: ["last_saved", name]),
        st.just(["path", "/", []]),
        st.just(["path", None, [["step", "self", "node()", []]]]),
    ),
    lambda trees: st.one_of(
        operators(trees),
        trees.map(lambda tree: ["neg", tree]),
        calls(trees),
        steps(trees, 1).map(lambda given: ["path", None, given]),
        steps(trees, 0).map(lambda given: ["path", "/", given]),
        st.builds(lambda start, given: ["path", start, given], trees, steps(trees, 1)),
        st.builds(lambda tree, given: ["filter", tree, given], trees, st.lists(trees, min_size=1, max_size=2)),
    ),
    max_leaves=12,
).filter(lambda tree: depth(tree) <= MAX_DEPTH)

SIGNS = (
    "${a} ${ } . .. / // a or and div * ( ) [ ] , = < 1 ' \" 'x' @ :: : | - + selected( if( text() é jr:choice-name("
)
WORDS = st.sampled_from([*SIGNS.split(), " ", "\n"])


def context():
    root, data = tree_root()
    data.add("a", "1 x")
    data.add("b", "2026-11-23")
    for text in ("4", "", "-2.5"):
        repeat = data.add("r")
        repeat.set("id", text)
        repeat.add("item", text)
    return Context(
        node=data.children[0],
        root=root,
        moment=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
        instances={"a": root},
        settings={"version": "3"},
    )


@given(st.one_of(st.text(max_size=40), st.lists(WORDS, max_size=25).map("".join)))
@settings(max_examples=300)
def test_parse_raises_nothing_but_expression_errors(source):
    try:
        expression = parse(source)
    except ExpressionError:
        return
    assert parse_tree(to_source(expression.tree)) == expression.tree


@given(TREES)
@settings(max_examples=200)
def test_a_tree_is_printed_and_read_and_kept_the_same(tree):
    expression = Expression.from_tree(tree)

    assert parse_tree(expression.source, strict=False) == tree
    assert Expression.from_json(json.loads(json.dumps(expression.to_json()))) == expression


@given(TREES)
@settings(max_examples=300)
def test_evaluate_raises_nothing_but_expression_errors(tree):
    expression = Expression.from_tree(tree)
    given_context = context()
    kinds = ((evaluate, (str, float, bool, list)), (evaluate_boolean, bool), (evaluate_number, float))
    for compute, kind in (*kinds, (evaluate_string, str)):
        try:
            value = compute(expression, given_context)
        except ExpressionError:
            continue
        assert isinstance(value, kind)


@given(TREES)
def test_evaluate_gives_the_same_answer_twice(tree):
    expression = Expression.from_tree(tree)
    first, second = context(), context()
    try:
        answer = evaluate_string(expression, first)
    except ExpressionError:
        return

    assert evaluate_string(expression, second) == answer


@given(TREES)
def test_references_and_functions_are_those_of_the_tree(tree):
    expression = Expression.from_tree(tree)
    written = json.dumps(tree)

    assert all(json.dumps(["call", name])[:-1] in written for name in functions(expression))
    assert all("." in name or "/" in name or json.dumps(["ref", name]) in written for name in references(expression))
