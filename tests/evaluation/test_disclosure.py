import pytest

from evaluation.disclosure import (
    Guard,
    Reason,
    protect_attributes,
    protect_comparison,
    protect_groups,
)
from evaluation.estimates import estimate_share, estimate_share_difference
from evaluation.indicators import Absence, ArmComparison, GroupResult

SMALL, OTHER = Reason.SMALL_CELL, Reason.COMPLEMENTARY


def result(group: str, counted: int, n: int) -> GroupResult:
    missing = dict.fromkeys(Absence, 0)
    return GroupResult(group=group, wave="T1", estimate=estimate_share(counted, n), n_expected=n, missing=missing)


@pytest.mark.parametrize(
    ("counted", "n", "reason"),
    [
        (6, 20, None),
        (0, 20, None),
        (20, 20, None),
        (3, 20, Reason.SMALL_CELL),
        (17, 20, Reason.SMALL_CELL),
        (2, 4, Reason.SMALL_BASE),
    ],
)
def test_judge_share_looks_at_both_sides(counted, n, reason):
    assert Guard(5).judge_share(counted, n) is reason


def test_protect_groups_gives_up_the_total_rather_than_the_only_other_group():
    shown, total = protect_groups([result("a", 2, 20), result("b", 9, 20)], Guard(5), total=result("", 11, 40))

    assert ([each.hidden for each in shown], total.hidden) == ([SMALL, None], OTHER)
    assert shown[0].estimate is None


def test_protect_groups_hides_the_smallest_other_group():
    groups = [result("a", 2, 20), result("b", 9, 20), result("c", 9, 18)]

    shown, total = protect_groups(groups, Guard(5), total=result("", 20, 58))

    assert ([each.hidden for each in shown], total.hidden) == ([SMALL, None, OTHER], None)


def test_protect_comparison_leaves_only_beside_both_groups():
    comparison = ArmComparison(
        wave="T1", intervention="a", control="b", difference=estimate_share_difference((2, 20), (9, 20))
    )
    shown, _total = protect_groups([result("a", 2, 20), result("b", 9, 20)], Guard(5))

    assert protect_comparison(comparison, shown) == (None, Reason.SMALL_CELL)


def test_protect_attributes_stops_at_the_first_rare_one():
    attributes = {"population": "Bénéficiaires", "arm": "Groupe témoin", "site": "Valcendre"}

    kept = protect_attributes(attributes, {"population": 300, "arm": 150, "site": 4}, 5)

    assert kept == {"population": "Bénéficiaires", "arm": "Groupe témoin"}


def test_percentages_need_a_base():
    guard = Guard(5)

    assert [guard.allows_percentage(n) for n in (19, 20)] == [False, True]
