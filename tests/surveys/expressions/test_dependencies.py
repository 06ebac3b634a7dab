import re
from pathlib import Path

import pytest

import surveys.expressions
from app.wording.surveys import EXPRESSIONS
from surveys.expressions import KNOWN_FUNCTIONS, functions, parse, references
from surveys.expressions.functions import FUNCTIONS


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("1 + 2", set()),
        ("${a} > ${b} and ${a} < 3", {"a", "b"}),
        (". >= 18", {"."}),
        ("../a + ../../b/c", {"../a", "../../b/c"}),
        ("/data/x = a", {"/data/x", "./a"}),
        ("/data/member[name = ${who}][1]/age", {"/data/member/name", "/data/member/age", "who"}),
        ("sum(${member}/age)", {"member", "${member}/age"}),
        ("jr:choice-name(${a}, '${b}')", {"a", "b"}),
        ("instance('towns')/root/item[department = ${where}]/name", {"where"}),
        ("department = current()/../where", {"./department", "../where"}),
        ("(${a}|${b})[1]", {"a", "b"}),
        ("indexed-repeat(${a}, ${r}, position(..))", {"a", "r", ".."}),
        ("${last-saved#a}", set()),
    ],
)
def test_references(source, names):
    assert references(parse(source)) == names


def test_functions():
    expression = parse("if(not(selected(., 'a')), a[last()], today())")

    assert functions(expression) == {"if", "not", "selected", "last", "today"}


def test_every_known_function_is_written_and_no_other():
    assert set(FUNCTIONS) == set(KNOWN_FUNCTIONS)


def test_every_fault_has_a_sentence_and_no_other():
    sources = [path.read_text() for path in Path(surveys.expressions.__file__).parent.rglob("*.py")]
    raised = {code for source in sources for code in re.findall(r'"(expression\.[a-z_]+)"', source)}

    assert set(EXPRESSIONS) == raised
