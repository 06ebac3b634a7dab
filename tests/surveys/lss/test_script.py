import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.lss.script import Assignment, Binary, Call, Name, NotScript, Number, Text, Unary, read_script


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("Q1.NAOK", Name("Q1", "NAOK")),
        ("12X34X56SQ001.shown", Name("12X34X56SQ001", "shown")),
        ("12X3X5lab1_ber#1", Name("12X3X5lab1_ber#1")),
        ("TOKEN:FIRSTNAME", Name("TOKEN:FIRSTNAME")),
        ("that.Q1.sq_A.NAOK", Name("that.Q1.sq_A.NAOK")),
        (".5", Number(0.5)),
        (r"'it\'s'", Text("it's")),
        (r"'\d+'", Text(r"\d+")),
        ("!a", Unary("!", Name("a"))),
        ("a eq b", Binary("==", Name("a"), Name("b"))),
        ("a || b && c", Binary("||", Name("a"), Binary("&&", Name("b"), Name("c")))),
        ("a - b - c", Binary("-", Binary("-", Name("a"), Name("b")), Name("c"))),
        ("if(a, 1, 2)", Call("if", (Name("a"), Number(1.0), Number(2.0)))),
        ("count()", Call("count", ())),
        ("(1, 2)", Number(2.0)),
        ("a += 1", Assignment("a", "+=", Number(1.0))),
    ],
)
def test_an_expression_is_read(source, tree):
    assert read_script(source) == tree


@pytest.mark.parametrize("source", ["", "three +", "five ! three", "(1", "max three, four)", "a = ", "'open", "a $ b"])
def test_what_is_no_expression_is_refused(source):
    with pytest.raises(NotScript):
        read_script(source)


def test_depth_has_a_limit():
    for source in ("(" * 500 + "1" + ")" * 500, "!" * 500 + "a", "f(" * 500):
        with pytest.raises(NotScript):
            read_script(source)


@given(st.text(alphabet="ab12.'\"()+-*/!=<>&|, {}#X_", max_size=40))
def test_any_text_is_read_or_refused_with_its_place(source):
    try:
        read_script(source)
    except NotScript as refusal:
        position = refusal.position
    else:
        position = 0

    assert 0 <= position <= len(source)
