from uuid import UUID

from evaluation.disclosure import Guard, Reason
from evaluation.estimates import estimate_share
from evaluation.indicators import Absence, GroupResult
from evaluation.joint_display import (
    Coverage,
    IndicatorEvidence,
    Interviewee,
    Judgement,
    Relation,
    ThemeEvidence,
    associate,
    prevail,
    weave,
)

THEME = ThemeEvidence(
    id=UUID(int=100), name="Peur de la sanction", person_ids=frozenset(UUID(int=n) for n in (0, 1, 2, 3, 4, 8))
)
PEOPLE = [Interviewee(person_id=UUID(int=n), arm="programme" if n < 6 else "témoin") for n in range(12)]


def indicator(**values: float) -> IndicatorEvidence:
    def group(arm: str) -> GroupResult:
        missing = dict.fromkeys(Absence, 0)
        return GroupResult(group=arm, wave="T2", estimate=estimate_share(40, 100), n_expected=100, missing=missing)

    return IndicatorEvidence(
        id=UUID(int=200),
        label="Confiance",
        wave="T2",
        unit="/10",
        is_share=False,
        results=(group("programme"), group("témoin")),
        total=group(""),
        comparisons=(),
        values={UUID(int=int(name[1:])): value for name, value in values.items()},
    )


def test_prevalence_counts_persons_and_hides_few():
    first, second = prevail(THEME, ["programme", "témoin"], PEOPLE, Guard(3))

    assert (first.n_with, first.n_interviewed, first.hidden) == (5, 6, None)
    assert (second.n_with, second.n_interviewed, second.hidden) == (None, 6, Reason.SMALL_CELL)


def test_prevalence_counts_a_person_interviewed_twice_once():
    (prevalence,) = prevail(THEME, ["programme"], [*PEOPLE, *PEOPLE], Guard(3))

    assert (prevalence.n_with, prevalence.n_interviewed) == (5, 6)


def test_association_compares_those_with_and_without_the_theme():
    evidence = indicator(p0=6, p1=7, p2=8, p5=4, p6=5, p7=6)

    association = associate(THEME, evidence, PEOPLE, Guard(3))

    assert (association.with_theme.value, association.without_theme.value) == (7.0, 5.0)
    assert (association.difference.value, association.difference.n) == (2.0, 6)


def test_association_of_few_persons_is_hidden():
    assert associate(THEME, indicator(p0=6, p1=7, p5=4, p6=5, p7=6), PEOPLE, Guard(3)).hidden is Reason.SMALL_BASE


def test_weave_shows_judgements_and_mute_stakeholders():
    judgement = Judgement(relation=Relation.DISCORDANCE, sentence="Les deux se contredisent.", author="Léa")

    display = weave(
        arms=["programme", "témoin"],
        interviewed=PEOPLE,
        themes=[THEME],
        indicators=[indicator()],
        judgements={(THEME.id, UUID(int=200)): judgement},
        coverage=[
            Coverage(population="Bénéficiaires", is_professional=False, n_questionnaires=1, n_interviewed=12),
            Coverage(population="Professionnel·les", is_professional=True, n_questionnaires=0, n_interviewed=3),
        ],
        guard=Guard(3),
    )

    assert display.rows[0].cells[0].judgement == judgement
    assert [each.population for each in display.uncovered] == ["Professionnel·les"]
    assert display.n_interviewed == 12
