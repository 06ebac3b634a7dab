"""Conditions read from expressions: their shape on what authors write, their truth on random ones."""

import operator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.conditions import (
    AllOf,
    Answered,
    AnyOf,
    Chosen,
    Compared,
    Constant,
    Counted,
    Formula,
    OtherAnswer,
    Relation,
    Today,
    describe,
    has_formula,
    judge,
    keys_of,
    negate,
    relevance,
)
from surveys.engine import evaluate_form
from surveys.expressions import parse
from tests.factories.surveys import structure_of, survey

FORM = survey(
    "select_one yn | works | Travaillez-vous ? | |",
    "select_one scale | trust | Confiance | |",
    "select_multiple help | helped | Qui aide ? | |",
    "integer | age | Âge | |",
    "integer | children | Enfants | |",
    "text | town | Ville | |",
    "date | since | Depuis | |",
    "acknowledge | agree | D'accord ? | |",
    "calculate | major | | | if(${age} >= 18, 1, 0)",
    "calculate | copied | | | ${trust}",
    "calculate | behind | | ${works} = 'yes' | if(${age} >= 18, 1, 0)",
    "begin_group | work | Travail | ${works} = 'yes' |",
    "text | story | Racontez | ${age} > 17 |",
    "end_group | | | |",
    "begin_repeat | people | Personnes | |",
    "text | person | Nom | |",
    "end_repeat | | | |",
    "text | last | Fin | RULE |",
    columns="type | name | label | relevant | calculation",
    choices=(
        "yn | yes | Oui |",
        "yn | no | Non |",
        *(f"scale | {n} | {n} |" for n in range(1, 6)),
        "help | peer | Pair |",
        "help | pro | Pro |",
        "help | none | Personne |",
    ),
)
STRUCTURE = structure_of(FORM.replace("RULE", ""))
AT = STRUCTURE.by_key["story"]
MOMENT = datetime(2026, 3, 1, 12, tzinfo=UTC)
YES, NO = Chosen("works", ("yes",)), Chosen("works", ("yes",), is_negated=True)


def read(source):
    return describe(STRUCTURE, parse(source), at=AT)


@pytest.mark.parametrize(
    ("source", "condition"),
    [
        ("${works} = 'yes'", YES),
        ("'yes' = ${works}", YES),
        ("${works} != 'yes'", NO),
        ("not(${works} = 'yes')", NO),
        ("not(not(${works} = 'yes'))", YES),
        ("selected(${works}, 'yes')", YES),
        ("/data/works = 'yes'", YES),
        ("../../works = 'yes'", YES),
        ("string(${works}) = 'yes'", YES),
        ("${works} = ''", Answered("works", is_negated=True)),
        ("${works} != ''", Answered("works")),
        ("string-length(${town}) > 0", Answered("town")),
        ("count-selected(${helped}) >= 1", Answered("helped")),
        ("count-selected(${helped}) = 0", Answered("helped", is_negated=True)),
        ("count-selected(${helped}) > 1", Counted("helped", Relation.MORE, 1.0)),
        ("not(count-selected(${helped}) > 1)", Counted("helped", Relation.AT_MOST, 1.0)),
        ("selected(${helped}, 'peer')", Chosen("helped", ("peer",))),
        ("${works} = 'yes' or ${works} = 'no'", Chosen("works", ("yes", "no"))),
        (
            "not(selected(${helped}, 'peer')) and not(selected(${helped}, 'pro'))",
            Chosen("helped", ("peer", "pro"), is_negated=True),
        ),
        (
            "selected(${helped}, 'peer') and selected(${helped}, 'pro')",
            AllOf((Chosen("helped", ("peer",)), Chosen("helped", ("pro",)))),
        ),
        ("${trust} >= 4", Chosen("trust", ("4", "5"))),
        ("${trust} = 3", Chosen("trust", ("3",))),
        ("3 < ${trust}", Chosen("trust", ("4", "5"))),
        ("${trust} != 3", Chosen("trust", ("3",), is_negated=True)),
        ("${trust} > 5", Constant(holds=False)),
        ("${age} > 17", Compared("age", Relation.MORE, 17.0)),
        ("17 < ${age}", Compared("age", Relation.MORE, 17.0)),
        ("${age} = '18'", Compared("age", Relation.EQUAL, 18.0)),
        ("${age} >= -1", Compared("age", Relation.AT_LEAST, -1.0)),
        (
            "not(${age} > 17)",
            AnyOf((Compared("age", Relation.AT_MOST, 17.0), Answered("age", is_negated=True))),
        ),
        (
            "coalesce(${children}, 0) < 2",
            AnyOf((Compared("children", Relation.LESS, 2.0), Answered("children", is_negated=True))),
        ),
        ("coalesce(${children}, 0) >= 2", Compared("children", Relation.AT_LEAST, 2.0)),
        ("${children} < ${age}", Compared("children", Relation.LESS, OtherAnswer("age"))),
        ("${works} = ${trust}", Compared("works", Relation.EQUAL, OtherAnswer("trust"))),
        ("${town} = 'Nancy'", Compared("town", Relation.EQUAL, "Nancy")),
        ("${since} < today()", Compared("since", Relation.LESS, Today())),
        ("${since} >= date('2024-01-01')", Compared("since", Relation.AT_LEAST, "2024-01-01")),
        ("${agree} = 'OK'", Answered("agree")),
        ("${major} = 1", Compared("age", Relation.AT_LEAST, 18.0)),
        ("${copied} = 3", Chosen("trust", ("3",))),
        ("if(${works} = 'yes', true(), false())", YES),
        ("${works} = 'yes' and true()", YES),
        ("${works} = 'yes' and false()", Constant(holds=False)),
        ("${works} = 'yes' or true()", Constant(holds=True)),
        ("${works}", Constant(holds=True)),
        (
            "${works} = 'yes' and (${age} > 17 or ${town} = 'Nancy')",
            AllOf((YES, AnyOf((Compared("age", Relation.MORE, 17.0), Compared("town", Relation.EQUAL, "Nancy"))))),
        ),
    ],
)
def test_describe_reads_what_authors_write(source, condition):
    assert read(source) == condition


@pytest.mark.parametrize(
    "source",
    [
        "regex(${town}, '^N')",
        "${age} + ${children} > 30",
        "${town} < 'N'",
        "${town} > 5",
        "count(${people}) > 2",
        "${person} = 'Léa'",
        "${behind} = 1",
        "${helped} = 'peer'",
        "${age} = 'beaucoup'",
        "${since} > 20000",
        "selected(${town}, 'a')",
        "once(random()) > 0.5",
    ],
)
def test_describe_keeps_as_a_formula_what_has_no_words(source):
    found = read(source)

    assert isinstance(found, Formula)
    assert parse(found.source).tree == parse(source).tree


def test_formula_stands_beside_what_has_words():
    found = read("${works} = 'yes' and regex(${town}, '^N')")

    assert isinstance(found, AllOf)
    assert (found.parts[0], has_formula(found), keys_of(found)) == (YES, True, frozenset({"works"}))


def test_relevance_adds_the_groups_around():
    assert relevance(STRUCTURE, "story") == AllOf((YES, Compared("age", Relation.MORE, 17.0)))
    assert relevance(STRUCTURE, "works") == Constant(holds=True)


def test_constraint_is_about_the_question_itself():
    place = STRUCTURE.by_key["age"]

    assert describe(STRUCTURE, parse(". >= 0 and . <= 120"), at=place) == AllOf(
        (Compared("age", Relation.AT_LEAST, 0.0), Compared("age", Relation.AT_MOST, 120.0))
    )


@pytest.mark.parametrize(
    ("source", "known", "worth"),
    [
        ("${works} = 'yes'", {"works": "yes"}, True),
        ("${works} = 'yes'", {"works": "no"}, False),
        ("${works} = 'yes'", {}, None),
        ("${works} != ''", {"works": ""}, False),
        ("${works} = 'yes' and ${age} > 17", {"works": "no"}, False),
        ("${works} = 'yes' and ${age} > 17", {"works": "yes"}, None),
        ("${works} = 'yes' or ${age} > 17", {"works": "yes"}, True),
        ("${works} = 'yes' or ${trust} = 2", {"works": "no", "trust": "1"}, False),
    ],
)
def test_judge_says_only_what_is_sure(source, known, worth):
    assert judge(read(source), known) is worth


# --- truth on random conditions and answers

ATOMS = (
    *(f"${{works}} {sign} '{name}'" for sign in ("=", "!=") for name in ("yes", "no", "")),
    *(f"selected(${{helped}}, '{name}')" for name in ("peer", "pro", "none")),
    *(f"${{trust}} {sign} {number}" for sign in ("=", "!=", "<", "<=", ">", ">=") for number in (1, 3)),
    *(f"${{age}} {sign} {number}" for sign in ("=", "!=", "<", "<=", ">", ">=") for number in (0, 18)),
    *(f"coalesce(${{age}}, {default}) {sign} 18" for default in (0, 30) for sign in ("=", "!=", "<", ">=")),
    *(f"${{children}} {sign} ${{age}}" for sign in ("=", "!=", "<", ">=")),
    *(f"count-selected(${{helped}}) {sign} {number}" for sign in ("=", "<", ">=") for number in (0, 1, 2)),
    *(f"${{since}} {sign} today()" for sign in ("<", "<=", ">", ">=")),
    *(f"${{since}} {sign} '2024-01-01'" for sign in ("=", "!=", "<", ">=")),
    *(f"${{town}} {sign} 'Nancy'" for sign in ("=", "!=")),
    *(f"${{major}} {sign} 1" for sign in ("=", "!=", "<")),
    *(f"${{copied}} {sign} 3" for sign in ("=", "!=", ">=")),
    "${agree} = 'OK'", "${agree} != 'OK'", "string-length(${town}) > 0", "true()", "false()",
)  # fmt: skip
EXPRESSIONS = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        inner.map(lambda one: f"not({one})"),
        st.tuples(inner, st.sampled_from((" and ", " or ")), inner).map(lambda three: f"({''.join(three)})"),
        st.tuples(inner, inner, inner).map(lambda three: f"if({', '.join(three)})"),
    ),
    max_leaves=6,
)
ANSWERS = st.fixed_dictionaries(
    {
        "works": st.sampled_from((None, "yes", "no")),
        "trust": st.sampled_from((None, "1", "3", "5")),
        "helped": st.sampled_from((None, ["peer"], ["peer", "pro"], ["none"])),
        "age": st.sampled_from((None, 0, 17, 18, 40)),
        "children": st.sampled_from((None, 0, 18)),
        "town": st.sampled_from((None, "Nancy", "Toul")),
        "since": st.sampled_from((None, "2023-05-02", "2024-01-01", "2026-03-01", "2027-01-01")),
        "agree": st.sampled_from((None, "OK")),
    }
)
SIGNS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def compared(value, relation, other):
    if relation in ("=", "!="):
        return (value == other) is (relation == "=")
    return value is not None and other is not None and SIGNS[relation](value, other)


def operand_of(part, answers):
    match part.operand:
        case OtherAnswer(key):
            return answers[key]
        case Today():
            return MOMENT.date().isoformat()
        case literal:
            return literal


def holds(condition, answers):
    """What a reader makes of a condition, with the answers before their eyes."""
    match condition:
        case Constant(worth):
            return worth
        case AllOf(parts) | AnyOf(parts):
            return (all if isinstance(condition, AllOf) else any)(holds(part, answers) for part in parts)
        case Answered(key, is_negated):
            return (answers[key] is not None) is not is_negated
        case Chosen(key, choices, is_negated):
            given = answers[key]
            chosen = given if isinstance(given, list) else [given]
            return any(each in choices for each in chosen) is not is_negated
        case Counted(key, relation, number):
            return compared(float(len(answers[key] or ())), relation.value, number)
    # ISO dates are in order as texts.
    return compared(answers[condition.key], condition.relation.value, operand_of(condition, answers))


@given(EXPRESSIONS, ANSWERS)
def test_condition_says_what_the_engine_finds(source, answers):
    structure = structure_of(FORM.replace("RULE", source))
    condition = relevance(structure, "last")
    state = evaluate_form(structure, answers, moment=MOMENT)

    assert not has_formula(condition)
    assert holds(condition, answers) == state.is_relevant("last")
    assert holds(negate(condition), answers) is not holds(condition, answers)
    known = {"works": answers["works"] or "", "trust": answers["trust"] or ""}
    assert judge(condition, known) in (None, holds(condition, answers))
