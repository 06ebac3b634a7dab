"""The way on paper: what it says on forms people write, and that a reader who follows it answers what is theirs."""

from hypothesis import given
from hypothesis import strategies as st

from surveys.conditions import AllOf, AnyOf, Chosen, Compared, judge
from surveys.engine import evaluate_form
from surveys.paper.routing import ALWAYS, END, Cards, Part, Remark, Stop, lay_out, stops_of
from tests.factories.surveys import structure_of, survey

COLUMNS = "type | name | label | relevant"
YN = ("yn | yes | Oui |", "yn | no | Non |")


def laid(*lines, choices=YN):
    return lay_out(structure_of(survey(*lines, columns=COLUMNS, choices=choices)))


def said(elements):
    """By question: to whom it is addressed, where the others go, and where answers lead."""
    return {
        stop.item.key: (stop.number, stop.only_if != ALWAYS, stop.otherwise, dict(stop.arrows), stop.after)
        for stop in stops_of(elements)
    }


def test_answer_leads_past_what_it_rules_out():
    elements = laid(
        "select_one yn | works | Travaillez-vous ? |",
        "integer | hours | Combien d'heures ? | ${works} = 'yes'",
        "text | job | Quel métier ? | ${works} = 'yes'",
        "text | wish | Que cherchez-vous ? | ${works} = 'no'",
        "text | end | Autre chose ? |",
    )

    assert said(elements) == {
        "works": (1, False, END, {"no": 4}, None),
        "hours": (2, False, END, {}, None),
        "job": (3, False, END, {}, 5),
        "wish": (4, False, END, {}, None),
        "end": (5, False, END, {}, None),
    }


def test_what_arrows_cannot_say_is_said_at_the_question():
    elements = laid(
        "select_multiple yn | helped | Qui aide ? |",
        "text | who | Qui ? | selected(${helped}, 'yes')",
        "text | how | Comment ? | selected(${helped}, 'yes') and ${who} != ''",
        "text | end | Autre chose ? |",
    )

    assert said(elements) == {
        "helped": (1, False, END, {}, None),
        "who": (2, True, 4, {}, None),
        "how": (3, True, 4, {}, None),
        "end": (4, False, END, {}, None),
    }


def test_last_question_leads_to_the_end():
    elements = laid(
        "select_one yn | works | Travaillez-vous ? |",
        "text | job | Quel métier ? | ${works} = 'yes'",
    )

    assert said(elements)["works"] == (1, False, END, {"no": END}, None)


def test_groups_notes_and_silent_items_have_no_number():
    elements = laid(
        "note | hello | Bonjour |",
        "select_one yn | works | Travaillez-vous ? |",
        "begin_group | work | Votre travail | ${works} = 'yes'",
        "note | about | Parlons-en | ${works} = 'yes'",
        "text | job | Quel métier ? |",
        "audio | voice | Dites-le |",
        "end_group | | |",
        "hidden | site | |",
    )

    assert [type(each) for each in elements] == [Remark, Stop, Part, Remark, Stop]
    assert elements[3].only_if == Chosen("works", ("yes",))
    assert said(elements) == {"works": (1, False, END, {"no": END}, None), "job": (2, False, END, {}, None)}


def test_cards_are_a_stop_of_their_own_and_lead_inside_themselves():
    elements = laid(
        "select_one yn | kids | Des enfants ? |",
        "begin_repeat | children | Vos enfants | ${kids} = 'yes'",
        "text | name | Prénom |",
        "select_one yn | school | À l'école ? |",
        "text | which | Quelle école ? | ${school} = 'yes'",
        "end_repeat | | |",
        "text | end | Autre chose ? |",
    )

    (cards,) = [each for each in elements if isinstance(each, Cards)]
    assert (cards.only_if, cards.otherwise, cards.after) == (ALWAYS, END, None)
    assert said(elements) == {
        "kids": (1, False, END, {"no": 5}, None),
        "name": (2, False, END, {}, None),
        "school": (3, False, END, {"no": END}, None),
        "which": (4, False, END, {}, None),
        "end": (5, False, END, {}, None),
    }


def test_a_condition_without_words_is_said_at_the_question():
    elements = laid("text | town | Ville |", "text | more | Encore ? | regex(${town}, '^N')", "text | end | Fin |")

    assert said(elements)["more"] == (2, True, 3, {}, None)


# --- a reader who follows what is written

NAMES = tuple(f"q{number}" for number in range(7))


def conditions(place):
    """Conditions on the questions before this one."""
    atom = st.tuples(st.sampled_from(NAMES[:place]), st.sampled_from(("=", "!=")), st.sampled_from("abc")).map(
        lambda three: f"${{{three[0]}}} {three[1]} '{three[2]}'"
    )
    return st.recursive(
        atom,
        lambda inner: st.tuples(inner, st.sampled_from((" and ", " or ")), inner).map(lambda t: f"({''.join(t)})"),
        max_leaves=3,
    )


@st.composite
def forms(draw):
    """Seven questions, one of them open, each perhaps behind a condition; a run of them perhaps in a group with one."""
    lines = []
    start = draw(st.integers(2, 6))
    for place, name in enumerate(NAMES):
        kind = "text" if place == 4 else "select_one abc"
        rule = draw(st.one_of(st.just(""), conditions(place))) if place else ""
        if place == start:
            lines.append(f"begin_group | g | Groupe | {draw(conditions(place))}")
        lines.append(f"{kind} | {name} | {name} | {rule}")
        if place >= start and place == 6:
            lines.append("end_group | | |")
    return survey(*lines, columns=COLUMNS, choices=("abc | a | A |", "abc | b | B |", "abc | c | C |"))


def is_theirs(condition, known):
    """Judge a condition as somebody who has their sheet before their eyes."""
    match condition:
        case AllOf(parts):
            return all(is_theirs(part, known) for part in parts)
        case AnyOf(parts):
            return any(is_theirs(part, known) for part in parts)
        case Compared(key, relation, operand):
            return (known[key] == operand) is (relation == "=")
    return judge(condition, known)


def follow(stops, answers):
    """Return the questions that a reader answers, one after the other."""
    given, number = {}, 1
    while number != END and number <= len(stops):
        stop = stops[number - 1]
        known = {name: given.get(name, "") for name in NAMES}
        if stop.only_if != ALWAYS and not is_theirs(stop.only_if, known):
            number = stop.otherwise
            continue
        answer = answers[stop.item.key]
        given[stop.item.key] = answer
        following = stop.arrows.get(answer) if stop.arrows else stop.after
        number = stop.number + 1 if following is None else following
    return set(given)


@given(forms(), st.fixed_dictionaries({name: st.sampled_from("abc") for name in NAMES}))
def test_reader_answers_what_the_engine_asks(form, answers):
    structure = structure_of(form)
    stops = list(stops_of(lay_out(structure)))
    state = evaluate_form(structure, answers)

    assert follow(stops, answers) == {name for name in NAMES if state.is_relevant(name)}
