import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.expressions import ExpressionError
from surveys.expressions.patterns import matches, translate_dialect


@pytest.mark.parametrize(
    ("pattern", "text", "answer"),
    [
        ("^0[67](\\s?\\d\\d){4}$", "06 12 34 56 78", True),
        ("^\\d{5}$", "54000\n", False),
        ("^[^@]+@[^@]+\\.[a-z]{2,}$", "a@b.fr", True),
        ("^[\\p{Alpha}\\-\\/]+$", "a-b/c", True),
        ("^\\p{Alpha}+$", "é", False),
        ("^\\p{IsAlphabetic}+$", "é", True),
        ("^\\u00e9\\u{1F970}$", "é🥰", True),
        ("^\\_\\;\\'$", "_;'", True),
        ("^a\\Z", "a", True),
        ("", "anything", True),
    ],
)
def test_matches(pattern, text, answer):
    assert matches(text, pattern) is answer


@pytest.mark.parametrize("pattern", ["(?=a)", "(?!a)", "(a)\\1", "(", "[a", "a**", "x" * 2000, "a{1,5000}"])
def test_matches_refuses_what_cannot_run_in_linear_time(pattern):
    with pytest.raises(ExpressionError) as caught:
        matches("a", pattern)

    assert caught.value.code == "expression.regex"


@given(
    st.one_of(
        st.text(max_size=12),
        st.lists(st.sampled_from(list("()[]{}\\^$.|?*+-,:pudDZ_019aé\n")), max_size=14).map("".join),
    ),
    st.text(alphabet=st.characters(), max_size=8),
)
def test_matches_raises_nothing_but_expression_errors(pattern, text):
    try:
        answer = matches(text, pattern)
    except ExpressionError:
        return
    assert isinstance(answer, bool)


@given(st.from_regex(r"[a-z0-9^$.*+?|()-]*", fullmatch=True))
def test_translate_dialect_leaves_alone_what_is_common(pattern):
    assert translate_dialect(pattern) == pattern
