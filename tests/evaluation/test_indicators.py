from uuid import UUID

import pytest

from core.errors import Invalid
from evaluation.estimates import Estimand, Method
from evaluation.indicators import (
    Absence,
    Definition,
    IndicatorMeasure,
    Observation,
    Person,
    SelectionBiased,
    compare_arms,
    compare_participants_with_others,
    distribution,
    read_value,
    summarise,
    tabulate,
)

WORKS = Definition(measure=IndicatorMeasure.SHARE, choices=frozenset({"emploi"}), unknown_choices=frozenset({"nsp"}))
TRUST = Definition(measure=IndicatorMeasure.MEAN)


def person(number: int, arm: str, *, took_up: bool = False) -> Person:
    return Person(id=UUID(int=number), arm=arm, is_control=arm == "témoin", took_up=took_up)


def said(number: int, wave: str, value, absence=None) -> Observation:
    return Observation(person_id=UUID(int=number), wave=wave, value=value, absence=absence)


def test_read_value_reads_each_kind():
    assert [
        read_value(WORKS, "emploi"),
        read_value(WORKS, "recherche"),
        read_value(WORKS, ["recherche", "emploi"]),
        read_value(WORKS, "nsp"),
        read_value(TRUST, "4"),
        read_value(TRUST, 7),
        read_value(TRUST, None),
    ] == [1.0, 0.0, 1.0, Absence.UNKNOWN, 4.0, 7.0, Absence.EMPTY]


def test_read_value_refuses_the_mean_of_words():
    with pytest.raises(Invalid) as caught:
        read_value(TRUST, "beaucoup")

    assert (caught.value.code, caught.value.details) == ("evaluation.value_not_a_number", {"value": "beaucoup"})


def test_tabulate_counts_every_absence_by_kind():
    people = [person(number, "programme") for number in range(8)]
    answers = [
        said(0, "T1", "emploi"),
        said(1, "T1", "recherche"),
        said(2, "T1", "nsp"),
        said(3, "T1", None, Absence.REFUSED),
        said(4, "T1", None, Absence.NOT_ASKED),
        said(6, "T1", None, Absence.ILLEGIBLE),
        said(7, "T1", None),
    ]

    (result,) = tabulate(WORKS, people, answers, waves=["T1"], groups=["programme"])

    assert (result.estimate.value, result.n, result.n_expected) == (0.5, 2, 8)
    assert result.missing == {
        Absence.UNKNOWN: 1,
        Absence.REFUSED: 1,
        Absence.NOT_ASKED: 1,
        Absence.NO_RESPONSE: 1,
        Absence.ILLEGIBLE: 1,
        Absence.EMPTY: 1,
    }


def test_change_keeps_only_persons_with_both_waves():
    change = Definition(measure=IndicatorMeasure.CHANGE, baseline="T0")
    people = [person(number, "programme") for number in range(3)]
    answers = [said(0, "T0", 2), said(0, "T1", 5), said(1, "T0", 4), said(1, "T1", 5), said(2, "T1", 9)]

    result = summarise(change, people, answers, wave="T1")

    assert (result.estimate.value, result.n, result.missing[Absence.NO_RESPONSE]) == (2.0, 2, 1)
    assert result.estimate.method is Method.PAIRED_STUDENT


def test_change_of_a_share_is_compared_in_points():
    change = Definition(measure=IndicatorMeasure.CHANGE, baseline="T0", choices=frozenset({"emploi"}))
    people = [person(number, "programme" if number < 4 else "témoin") for number in range(8)]
    answers = [said(number, "T0", "recherche") for number in range(8)]
    answers += [said(number, "T1", "emploi" if number < 2 else "recherche") for number in range(8)]

    (comparison,) = compare_arms(change, people, answers, wave="T1")

    assert (comparison.difference.value, comparison.difference.estimand) == (0.5, Estimand.SHARE_DIFFERENCE)


def test_compare_arms_keeps_everyone_as_drawn():
    # The enrolled all work, the others do not: as drawn, both arms are the same.
    people = [person(number, "programme", took_up=number < 2) for number in range(4)]
    people += [person(number, "témoin") for number in range(4, 8)]
    answers = [said(number, "T2", "emploi" if number in (0, 1, 4, 5) else "recherche") for number in range(8)]

    (comparison,) = compare_arms(WORKS, people, answers, wave="T2")
    biased = compare_participants_with_others(WORKS, people, answers, wave="T2")

    assert (comparison.difference.value, comparison.difference.n) == (0.0, 8)
    assert type(biased) is SelectionBiased
    assert biased.difference.value == pytest.approx(1 - 2 / 6)


def test_compare_arms_says_nothing_without_a_control():
    assert compare_arms(WORKS, [person(1, "programme")], [said(1, "T1", "emploi")], wave="T1") == ()


def test_distribution_counts_each_choice_of_a_multiple_answer():
    answers, absences = distribution(
        [said(1, "T1", ["a", "b"]), said(2, "T1", ["a"]), said(3, "T1", None, Absence.UNKNOWN), said(4, "T0", "a")],
        wave="T1",
    )

    assert (dict(answers), dict(absences)) == ({"a": 2, "b": 1}, {Absence.UNKNOWN: 1})
