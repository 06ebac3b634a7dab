"""What ExpressionScript becomes here; the values of LimeSurvey's own tests are in tests/conformance."""

import pytest

from surveys.lss.document import read_document
from surveys.lss.functions import function
from surveys.lss.names import Names
from surveys.lss.reading import Reading
from surveys.lss.terms import Untranslatable
from surveys.lss.translation import Translator, as_expression
from surveys.lss.variables import Variables
from tests.factories.lss import Q, lss

SURVEY = read_document(
    lss(
        Q("name"),
        Q("age", "N"),
        Q("born", "D"),
        Q("job", "L", answers={"A1": "Oui", "A2": "Non", "B": "Autre"}, more={"other": "Y"}),
        Q("help", "M", parts={"peer": "Pair", "pro": "Pro"}),
        Q("trust", "F", parts={"r1": "Un", "r2": "Deux"}, answers={"1": "Peu", "5": "Très"}),
        Q("rank", "R", answers={"a": "A", "b": "B"}),
        Q("sums", "K", parts={"x": "X", "y": "Y"}),
        Q("grid", ":", parts={"l": "L", ">c": "C"}, attributes={"multiflexible_checkbox": "1"}),
        Q("two", "1", parts={"s": "S"}, answers={"p": "P", ">q": "Q"}),
        Q("file", "|"),
    ),
    file="survey.lss",
)


def reading():
    names = Names()
    return Reading(SURVEY, names, Variables(SURVEY, names))


def translated(source, code=""):
    read = reading()
    question = next((each for each in SURVEY.questions() if each.code == code), None)
    return as_expression(Translator(read.scope(question), function).read(source).tree).source


@pytest.mark.parametrize(
    ("source", "ours"),
    [
        ('job.NAOK == "A1"', "${job} = 'A1'"),
        ('job.NAOK != "A1"', "${job} != 'A1'"),
        ("9X1X5other", "${job_other}"),
        ('9X1X5.NAOK == "A1"', "${job} = 'A1'"),
        ("is_empty(name.NAOK)", "${name} = ''"),
        ("!is_empty(name)", "${name} != ''"),
        ("name", "${name}"),
        ('help_peer.NAOK == "Y"', "selected(${help}, 'peer')"),
        ('help_peer.NAOK != "Y"', "not(selected(${help}, 'peer'))"),
        ("is_empty(help_peer)", "not(selected(${help}, 'peer'))"),
        ("count(that.help)", "count-selected(${help})"),
        ("count(help_peer.NAOK, name)", "if(selected(${help}, 'peer'), 1, 0) + if(${name} != '', 1, 0)"),
        ("count(that.trust.NAOK)", "count-non-empty(${trust_r1}|${trust_r2})"),
        ("countif('5', that.trust)", "if(${trust_r1} = '5', 1, 0) + if(${trust_r2} = '5', 1, 0)"),
        ("that.trust.sq_r2.NAOK == 5", "${trust_r2} = 5"),
        ("sum(self.NAOK)", "coalesce(${sums_x}, 0) + coalesce(${sums_y}, 0)"),
        ("age > 17 and age.NAOK <= 65", "${age} > 17 and ${age} <= 65"),
        ("age > 17 || age < 3 || !age", "${age} > 17 or ${age} < 3 or not(${age} != '' and ${age} != '0')"),
        ("age + 1", "coalesce(${age}, 0) + 1"),
        ("10 / age", "if(coalesce(${age}, 0) = 0, number(''), 10 div coalesce(${age}, 0))"),
        ('born > "2000-01-31"', "${born} > date('2000-01-31')"),
        ("born < date('Y-m-d')", "${born} < today()"),
        ('job >= "A2"', "${job} = 'A2' or ${job} = 'B'"),
        ("rank_1 == 'a'", "selected-at(${rank}, 0) = 'a'"),
        ('grid_l_c == "1"', "selected(${grid_l}, 'c')"),
        ("two_s_0 == 'p' or 9X1X26s#1 == 'q'", "${two_s_0} = 'p' or ${two_s_1} = 'q'"),
        ("two_s#1 == 'q'", "${two_s_1} = 'q'"),
        ("file_filecount > 0", "if(${file} != '', 1, 0) > 0"),
        ("job.shown", "jr:choice-name(${job}, '${job}')"),
        ("help_peer.shown", "if(selected(${help}, 'peer'), jr:choice-name('peer', '${help}'), '')"),
        ("if(job == 'A1', 'il', \"l'autre\")", "if(${job} = 'A1', 'il', \"l'autre\")"),
        ("regexMatch('/^[0-9]+$/i', name)", "regex(${name}, '(?i)^[0-9]+$')"),
        ("substr(name, 0, 2)", "substr(${name}, 0, 2)"),
        ("substr(name, -3, 2)", "substr(${name}, -3, -1)"),
        ("implode('-', name, age)", "concat(${name}, '-', ${age})"),
        ("unique(name, job)", "not(${name} = ${job}) or ${name} = ''"),
        ("strcmp(name, 'x') == 0", "string(${name}) = string('x')"),
        ("name == 'x' &amp;&amp; age &gt; 3", "${name} = 'x' and ${age} > 3"),
        ("SURVEYNAME", "'Enquête'"),
        ("age.gid", "'1'"),
    ],
)
def test_an_expression_is_translated(source, ours):
    assert translated(source, code="sums") == ours


@pytest.mark.parametrize(
    ("source", "code", "detail"),
    [
        ("unknown == 1", "variable", "unknown"),
        ("TOKEN:FIRSTNAME == 'x'", "variable", "TOKEN:FIRSTNAME"),
        ("name = 'x'", "assignment", "name"),
        ("str_replace('a', 'b', name)", "function", "str_replace"),
        ("name > 'm'", "order", "m"),
        ("name.rowdivid", "suffix", "name.rowdivid"),
        ("that.help == 1", "several", "that.help"),
        ("intval('1', 2)", "arguments", "intval"),
        ("regexMatch('/(?=x)/', name)", "pattern", "/(?=x)/"),
        ("date('F')", "date_format", "F"),
        ("name ==", "syntax", ""),
        ("max()", "arguments", "max"),
        ("(" * 45 + "1" + ")" * 45, "syntax", "("),
        ("1 / (" * 30 + "age" + ")" * 30, "limit", ""),
    ],
)
def test_what_has_no_counterpart_is_refused_by_its_name(source, code, detail):
    with pytest.raises(Untranslatable) as refusal:
        translated(source)

    assert (refusal.value.code, refusal.value.detail) == (code, detail)
