"""Sentences and formulas: what menus say means the same once written, and is found again as it was said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from surveys.editing.calculations import Calculation, Operation, read_calculation, write_calculation
from surveys.editing.conditions import (
    read_cascade,
    read_sentence,
    without_question,
    write_cascade,
    write_sentence,
)
from surveys.editing.sentences import Join, Operator, Sentence, Term, operators_for, sentence_of, subjects
from surveys.expressions import parse
from tests.factories.forms import edited_form
from tests.factories.surveys import survey

FORM = edited_form(
    survey(
        "select_one oui | one | One ?",
        "select_multiple aide | many | Many ?",
        "select_one cinq | five | Five ?",
        "integer | n | N ?",
        "date | day | Day ?",
        "text | words | Words ?",
        "rank aide | order | Order ?",
        "acknowledge | ok | OK ?",
        "calculate | sum | ",
        "note | hello | Hello",
        columns="type | name | label",
        choices=("oui|yes|Oui|", "oui|no|Non|", "aide|a|A|", "aide|b|B|", "cinq|1|1|", "cinq|2|2|"),
    ).replace("| | calculate | sum |  |", "| | hidden | sum |  |")
)  # fmt: skip


def read(source, at=""):
    return read_sentence(FORM, parse(source), at=at)


def one(subject, operator, value=""):
    return Sentence(Join.ALL, ((Term(subject, operator, value),),))


@pytest.mark.parametrize(
    ("source", "term"),
    [
        ("${one} = 'yes'", ("one", Operator.IS, "yes")),
        ("'yes' = ${one}", ("one", Operator.IS, "yes")),
        ("selected(${one}, 'yes')", ("one", Operator.IS, "yes")),
        ("${one} != 'yes'", ("one", Operator.IS_NOT, "yes")),
        ("not(${one} = 'yes')", ("one", Operator.IS_NOT, "yes")),
        ("../one = 'yes'", ("one", Operator.IS, "yes")),
        ("selected(${many}, 'a')", ("many", Operator.INCLUDES, "a")),
        ("not(selected(${many}, 'a'))", ("many", Operator.EXCLUDES, "a")),
        ("count-selected(${many}) >= 2", ("many", Operator.CHOSE_AT_LEAST, "2")),
        ("count-selected(${many}) > 2", ("many", Operator.CHOSE_AT_LEAST, "3")),
        ("2 >= count-selected(${many})", ("many", Operator.CHOSE_AT_MOST, "2")),
        ("${five} >= 2", ("five", Operator.AT_LEAST, "2")),
        ("${n} > -3", ("n", Operator.MORE, "-3")),
        ("18 <= ${n}", ("n", Operator.AT_LEAST, "18")),
        ("${n} = ''", ("n", Operator.EMPTY, "")),
        ("${n} != ''", ("n", Operator.FILLED, "")),
        ("${day} < today()", ("day", Operator.LESS, "today")),
        ("${day} >= date('2024-02-29')", ("day", Operator.AT_LEAST, "2024-02-29")),
        ("contains(${words}, 'bus')", ("words", Operator.CONTAINS, "bus")),
        ("selected-at(${order}, 0) = 'b'", ("order", Operator.FIRST, "b")),
        ("${ok} = ''", ("ok", Operator.EMPTY, "")),
        ("${n} < ${five}", ("n", Operator.LESS, "${five}")),
        ("${sum} = 'T0'", ("sum", Operator.IS, "T0")),
    ],
)
def test_formula_is_read_as_a_sentence(source, term):
    assert read(source) == one(*term)


@pytest.mark.parametrize(
    ("source", "at", "term"),
    [
        (". >= 18", "n", (".", Operator.AT_LEAST, "18")),
        ("string-length(.) <= 5", "words", (".", Operator.SHORTER, "5")),
        ("not(selected(., 'a') and count-selected(.) > 1)", "many", (".", Operator.ALONE, "a")),
    ],
)
def test_control_is_about_the_answer_itself(source, at, term):
    assert read(source, at) == one(*term)


@pytest.mark.parametrize(
    "source",
    [
        "true()",
        "${many} = 'a'",
        "${one} = 'gone'",
        "${gone} = 'yes'",
        "${hello} = 'x'",
        "${n} + 1 > 3",
        "regex(${words}, 'a.c')",
        "${one} = 'yes' and (${n} > 1 or (${n} < 5 and ${five} = '1'))",
        "${n} = 3 = 4",
        "not(${n} > 3)",
        "count-selected(${many}) = 2",
        "selected(${many}, ${one})",
        "if(${one} = 'yes', 1, 0)",
        ". = 'yes'",
        "position(..) > 1",
        "${day} > date('2024-13-01')",
        "${day} > 'today'",
        "${words} = today()",
        "${words} = 3",
    ],
)
def test_formula_that_no_menu_can_say_stays_one(source):
    assert read(source) is None


def test_answer_inside_a_repeat_is_not_turned_around():
    form = edited_form(
        survey("begin_repeat |r|R", "select_one l |a|A", "end_repeat | | ", "text |b|B", choices=("l|x|X|",))
    )

    assert read_sentence(form, parse("not(${a} = 'x')"), at="b") is None
    assert read_sentence(form, parse("${a} = 'x'"), at="b") is not None


def test_blocks_hold_the_other_way():
    assert read("${one} = 'yes' and (${n} > 1 or ${five} = '1')") == Sentence(
        Join.ALL,
        (
            (Term("one", Operator.IS, "yes"),),
            (Term("n", Operator.MORE, "1"), Term("five", Operator.IS, "1")),
        ),
    )


def test_chain_in_brackets_is_opened():
    terms = (Term("n", Operator.MORE, "1"), Term("n", Operator.LESS, "0"), Term("n", Operator.IS, "5"))

    assert read("${n} > 1 or (${n} < 0 or ${n} = 5)") == Sentence(Join.ANY, tuple((term,) for term in terms))


def test_two_block_sentence_is_written_with_its_brackets():
    sentence = read("(${one} = 'yes' and ${n} > 1) or ${n} = 0")

    assert write_sentence(FORM, sentence).source == "${one} = 'yes' and ${n} > 1 or ${n} = 0"


def test_sentence_of_one_block_is_the_other_join():
    terms = (Term("n", Operator.MORE, "1"), Term("n", Operator.LESS, "0"))

    assert sentence_of(Join.ALL, [terms]) == Sentence(Join.ANY, ((terms[0],), (terms[1],)))
    assert sentence_of(Join.ALL, [[], []]) is None


@pytest.mark.parametrize(
    ("term", "code"),
    [
        (("gone", Operator.IS, "x"), "question"),
        (("one", Operator.IS, ""), "value"),
        (("one", Operator.IS, "gone"), "choice"),
        (("one", Operator.CONTAINS, "x"), "operator"),
        (("n", Operator.MORE, "beaucoup"), "number"),
        (("n", Operator.MORE, "${gone}"), "question"),
        (("day", Operator.LESS, "30/02/2024"), "date"),
        (("words", Operator.IS, "'\""), "quotes"),
        (("many", Operator.CHOSE_AT_LEAST, "two"), "number"),
    ],
)
def test_wrong_term_is_told_with_its_place(term, code):
    sentence = Sentence(Join.ALL, ((Term("n", Operator.FILLED),), (Term(*term),)))

    with pytest.raises(Invalid) as caught:
        write_sentence(FORM, sentence)

    assert (caught.value.code, caught.value.details["place"]) == (f"surveys.condition_{code}", 2)


VALUES = {"one": ["yes", "no"], "many": ["a", "b"], "five": ["1", "2"], "order": ["a", "b"]}


@st.composite
def terms(draw):
    item = draw(st.sampled_from(subjects(FORM)))
    operator = draw(st.sampled_from(operators_for(FORM, item)))
    if not operator.takes_value:
        return Term(item.name, operator)
    if operator.takes_count:
        return Term(item.name, operator, str(draw(st.integers(0, 9))))
    if item.name in VALUES and operator.value not in {"more", "less", "at_least", "at_most"}:
        return Term(item.name, operator, draw(st.sampled_from(VALUES[item.name])))
    if item.name == "day":
        return Term(item.name, operator, draw(st.sampled_from(["today", "2024-02-29", "1999-12-31"])))
    if item.name == "words":
        return Term(item.name, operator, draw(st.sampled_from(["bus", "l'école", "a b", "today"])))
    return Term(item.name, operator, draw(st.sampled_from(["0", "12", "-3", "2.5"])))


@given(st.sampled_from(Join), st.lists(st.lists(terms(), min_size=1, max_size=3), min_size=1, max_size=4))
def test_what_is_written_is_read_as_it_was_said(join, blocks):
    sentence = sentence_of(join, blocks)

    assert read_sentence(FORM, write_sentence(FORM, sentence)) == sentence


def test_condition_loses_a_question():
    left = without_question(FORM, parse("${one} = 'yes' and (${n} > 1 or ${five} = '1')"), "n")

    assert left.source == "${one} = 'yes' and ${five} = '1'"
    assert without_question(FORM, parse("${n} > 1"), "n") is None
    with pytest.raises(Invalid, match="condition_formula"):
        without_question(FORM, parse("${n} + 1 > 1"), "n")


def test_cascade_is_read_and_written():
    assert read_cascade(parse("ville = ${commune}")) == ("ville", "commune")
    assert read_cascade(parse("${commune} = ville")) == ("ville", "commune")
    assert read_cascade(parse("contains(ville, ${commune})")) is None
    assert write_cascade("ville", "commune").source == "ville = ${commune}"


@pytest.mark.parametrize(
    ("source", "calculation"),
    [
        ("${a} + ${b}", Calculation(Operation.SUM, ("a", "b"))),
        ("coalesce(${a}, 0) + coalesce(${b}, 0)", Calculation(Operation.SUM, ("a", "b"), empty_is_zero=True)),
        ("(${a} + ${b} + ${c}) div 3", Calculation(Operation.MEAN, ("a", "b", "c"))),
        ("int((today() - ${born}) div 365.25)", Calculation(Operation.AGE, ("born",))),
    ],
)
def test_calculation_is_read_and_written(source, calculation):
    assert read_calculation(parse(source)) == calculation
    assert write_calculation(calculation).source == source


@pytest.mark.parametrize("source", ["${a}", "${a} + 1", "(${a} + ${b}) div 3", "${a} + coalesce(${b}, 0)", "int(${a})"])
def test_calculation_that_no_menu_can_say_stays_a_formula(source):
    assert read_calculation(parse(source)) is None


def test_sum_of_one_answer_is_no_calculation():
    assert write_calculation(Calculation(Operation.SUM, ("a",))) is None
