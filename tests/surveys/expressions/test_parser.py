import json

import pytest

from surveys.expressions import Expression, ExpressionError, parse, to_source
from surveys.expressions.limits import MAX_DEPTH, MAX_LENGTH
from surveys.expressions.parser import parse_tree


def path(*steps, start=None):
    return ["path", start, list(steps)]


def child(name, *predicates):
    return ["step", "child", name, list(predicates)]


HERE = ["step", "self", "node()", []]
UP = ["step", "parent", "node()", []]
BELOW = ["step", "descendant-or-self", "node()", []]


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("1", ["number", 1.0]),
        (".5", ["number", 0.5]),
        ("'l\"a'", ["string", 'l"a']),
        ("${a}", ["ref", "a"]),
        ("${ a }", ["ref", "a"]),
        ("${last-saved#a}", ["last_saved", "a"]),
        (".", path(HERE)),
        ("..", path(UP)),
        ("../a/b", path(UP, child("a"), child("b"))),
        ("/", path(start="/")),
        ("/data/x", path(child("data"), child("x"), start="/")),
        ("//x", path(BELOW, child("x"), start="/")),
        ("a//x", path(child("a"), BELOW, child("x"))),
        ("@id", path(["step", "attribute", "id", []])),
        ("ancestor::a", path(["step", "ancestor", "a", []])),
        ("text()", path(["step", "child", "text()", []])),
        ("jr:meta/*", path(child("jr:meta"), child("*"))),
        ("a[1][b = 2]", path(child("a", ["number", 1.0], ["=", path(child("b")), ["number", 2.0]]))),
        ("${r}[2]/a", path(child("a"), start=["filter", ["ref", "r"], [["number", 2.0]]])),
        ("instance('l')/root/item", path(child("root"), child("item"), start=["call", "instance", [["string", "l"]]])),
        ("(a)[1]", ["filter", path(child("a")), [["number", 1.0]]]),
        ("1 + 2 * 3", ["+", ["number", 1.0], ["*", ["number", 2.0], ["number", 3.0]]]),
        ("(1 + 2) * 3", ["*", ["+", ["number", 1.0], ["number", 2.0]], ["number", 3.0]]),
        ("1 - 2 - 3", ["-", ["number", 1.0], ["number", 2.0], ["number", 3.0]]),
        ("1 - (2 - 3)", ["-", ["number", 1.0], ["-", ["number", 2.0], ["number", 3.0]]]),
        ("-a|b", ["neg", ["|", path(child("a")), path(child("b"))]]),
        ("a or b and c", ["or", path(child("a")), ["and", path(child("b")), path(child("c"))]]),
        ("and or or", ["or", path(child("and")), path(child("or"))]),
        ("a * * * b", ["*", path(child("a")), path(child("*")), path(child("b"))]),
        ("a/* * 2", ["*", path(child("a"), child("*")), ["number", 2.0]]),
        ("a-b", path(child("a-b"))),
        ("a -b", ["-", path(child("a")), path(child("b"))]),
        ("1and1", ["and", ["number", 1.0], ["number", 1.0]]),
        ("10mod3", ["mod", ["number", 10.0], ["number", 3.0]]),
        ("true()", ["call", "true", []]),
    ],
)
def test_parse_gives_the_tree(source, tree):
    assert parse(source).tree == tree


def test_parse_reads_the_question_that_choice_name_has_in_quotes():
    expression = parse("jr:choice-name(${a}, '${a}')")

    assert expression.tree == ["call", "jr:choice-name", [["ref", "a"], ["ref", "a"]]]


@pytest.mark.parametrize(
    ("source", "code", "position"),
    [
        ("", "expression.empty", 0),
        ("  ", "expression.empty", 0),
        ("1 +", "expression.unfinished", 3),
        ("1 + + 2", "expression.syntax", 4),
        ("(1", "expression.unfinished", 2),
        ("1)", "expression.syntax", 1),
        ("a b", "expression.syntax", 2),
        ("'a", "expression.unclosed_text", 0),
        ("$a", "expression.syntax", 0),
        ("${a b}", "expression.syntax", 0),
        ("#", "expression.syntax", 0),
        ("nowhere::a", "expression.unknown_axis", 0),
        ("1 + shout('a')", "expression.unknown_function", 4),
        ("1 + not()", "expression.arity", 4),
        ("selected(${a}, 'x', 'y')", "expression.arity", 0),
        ("weighted-checklist(1, 2, true())", "expression.pairs", 0),
        ("regex(., '(?=a)b')", "expression.regex", 0),
        ("regex(., '(a)\\1')", "expression.regex", 0),
        ("9" * 400, "expression.number_too_large", 0),
        ("a" * (MAX_LENGTH + 1), "expression.too_long", MAX_LENGTH),
        ("(" * (MAX_DEPTH + 1) + "1", "expression.too_deep", MAX_DEPTH + 1),
        ("-" * (MAX_DEPTH + 1) + "1", "expression.too_deep", MAX_DEPTH + 1),
        ("1" + "+1-1" * MAX_DEPTH, "expression.too_deep", 0),
    ],
)
def test_parse_refuses_and_says_where(source, code, position):
    with pytest.raises(ExpressionError) as caught:
        parse(source)

    assert (caught.value.code, caught.value.position) == (code, position)


def test_parse_counts_the_first_character_as_one_for_people():
    with pytest.raises(ExpressionError) as caught:
        parse("1)")

    assert caught.value.details == {"position": 1, "place": 2, "detail": ")", "expected": ""}


def test_parse_takes_a_long_chain_of_one_operator():
    source = " or ".join(f"selected(${{a}}, '{number}')" for number in range(500))

    assert len(parse(source).tree) == 501


def test_parse_lets_unknown_functions_wait_when_asked():
    assert parse("shout()", strict=False).tree == ["call", "shout", []]


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("1.0", "1"),
        ("0.0000001", "0.0000001"),
        ("((a))", "a"),
        ("1-(2-3)", "1 - (2 - 3)"),
        ("(1 - 2) + 3", "1 - 2 + 3"),
        ("-(1 + 2)", "-(1 + 2)"),
        ("(/) * 2", "(/) * 2"),
        ("a//b", "a//b"),
        ("//b", "//b"),
        ("(a|b)/c", "(a|b)/c"),
        ("child::a/self::node()/parent::node()", "a/./.."),
        ("'it\"s'", "'it\"s'"),
        ('"it\'s"', '"it\'s"'),
    ],
)
def test_to_source_writes_what_reads_the_same(source, printed):
    tree = parse(source).tree

    assert to_source(tree) == printed
    assert parse_tree(printed) == tree


def test_an_expression_is_kept_as_json():
    expression = parse("if(${a} > 3, ../b[2], concat('x', .))")

    kept = json.loads(json.dumps(expression.to_json()))

    assert Expression.from_json(kept) == expression


@pytest.mark.parametrize(
    "tree",
    [
        None,
        "x",
        [],
        ["eval", "1"],
        ["number", "1"],
        ["number", True],
        ["number", -1.0],
        ["number", float("nan")],
        ["string", 1],
        ["string", "'\""],
        ["ref", "a b"],
        ["call", "text", []],
        ["call", "f", ["x"]],
        ["+", ["number", 1.0]],
        ["+", ["+", ["number", 1.0], ["number", 1.0]], ["number", 1.0]],
        ["path", None, []],
        ["path", "//", [["step", "child", "a", []]]],
        ["path", None, [["step", "sideways", "a", []]]],
        ["path", None, [["step", "child", "a b", []]]],
        ["path", None, [["step", "child", "a", [1]]]],
        ["filter", ["ref", "a"], []],
    ],
)
def test_from_json_refuses_what_no_source_gives(tree):
    with pytest.raises(ExpressionError) as caught:
        Expression.from_json({"source": "", "tree": tree})

    assert caught.value.code == "expression.tree"


def test_from_json_refuses_a_tree_too_deep():
    tree = ["number", 1.0]
    for _ in range(MAX_DEPTH):
        tree = ["neg", tree]

    with pytest.raises(ExpressionError) as caught:
        Expression.from_json({"source": "", "tree": tree})

    assert caught.value.code == "expression.too_deep"
