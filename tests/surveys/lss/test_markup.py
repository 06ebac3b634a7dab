import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.lss.markup import clean, cut_braces


@pytest.mark.parametrize(
    ("html", "text", "dropped"),
    [
        ("Plain", "Plain", ()),
        ("a &lt; b &amp; c", "a < b & c", ()),
        ("a&lt;b &lt;script&gt;", "a< b < script>", ()),
        ("<p>One <strong>two</strong></p><p>three</p>", "One **two**\nthree", ()),
        ("<b> two </b>x", "**two** x", ()),
        ("<em>a</em> <i></i>", "*a*", ()),
        ("<ul><li>x</li><li>y</li></ul>", "– x\n– y", ()),
        ("<ol><li>x</li><li>y</li></ol>", "1. x\n2. y", ()),
        ('<a href="https://example.org/a">here</a>', "[here](https://example.org/a)", ()),
        ('<a href="javascript:alert(1)">here</a>', "here", ("a",)),
        ("<q>dit</q>", "«\u00a0dit\u00a0»", ()),
        ("Q:<script>alert('{x}')</script>", "Q:", ("script",)),
        ("<SCRIPT src=x>never closed", "", ("script",)),
        ("<style>p{}</style>A", "A", ("style",)),
        ('<p onclick="x()">A</p>', "A", ("script",)),
        ('<img src="/upload/x.png" alt="A cat">', "A cat", ("img",)),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b", ("table",)),
        ("<iframe src=x></iframe>A", "A", ("iframe",)),
        ("<b>never closed", "**never closed**", ()),
        ("two\nlines", "two\nlines", ()),
        ("a   b\u00a0?", "a b\u00a0?", ()),
    ],
)
def test_html_becomes_the_little_markup_of_forms(html, text, dropped):
    cleaned = clean(html)

    assert (cleaned.text, cleaned.dropped) == (text, dropped)


@pytest.mark.parametrize(
    ("text", "pieces", "expressions"),
    [
        ("Bonjour {name} !", ["Bonjour ", " !"], ["name"]),
        ("{if(a == '}', 1, 2)}", ["", ""], ["if(a == '}', 1, 2)"]),
        ("a { b } c", ["a { b } c"], []),
        (r"\{name}", ["{name}"], []),
        ("L'{name}", ["L'", ""], ["name"]),
        ("{open", ["{open"], []),
        ("<script>if(a){b}</script>{c}", ["<script>if(a){b}</script>", ""], ["c"]),
    ],
)
def test_braces_are_cut_where_limesurvey_computes(text, pieces, expressions):
    cut = cut_braces(text)

    assert (cut.pieces, cut.expressions) == (pieces, expressions)


@given(st.text(alphabet="<>/abiuscrplt={}\"'&; \n\\*[]()", max_size=60))
def test_whatever_the_html_no_tag_that_runs_is_left(html):
    cleaned = clean(html).text

    assert "<script" not in cleaned.lower()


def test_a_page_of_marks_never_closed_takes_no_time():
    assert clean("<b>" * 20_000 + "x").text.count("x") == 1
    assert cut_braces("{a" * 20_000).expressions == []
