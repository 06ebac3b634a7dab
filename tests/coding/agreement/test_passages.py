from uuid import UUID

from coding.agreement.passages import Kind, Placed, find_passages

ANNE, BRUNO, CODE, OTHER = (UUID(int=number) for number in range(1, 5))
BOTH = frozenset({ANNE, BRUNO})


def placed(start, end, coder, code=CODE):
    return Placed(start, end, code, coder, UUID(int=start * 1000 + end * 10 + coder.int))


def found(*codings, readers=BOTH):
    return [(each.start, each.end, each.kind, each.coders) for each in find_passages(codings, readers)]


def test_same_words_by_both_are_one_passage():
    assert found(placed(3, 9, BRUNO), placed(3, 9, ANNE)) == [(3, 9, Kind.SAME, BOTH)]


def test_words_in_common_make_one_passage_with_other_limits():
    assert found(placed(3, 9, ANNE), placed(8, 12, BRUNO)) == [(3, 12, Kind.LIMITS, BOTH)]


def test_passages_that_only_touch_stay_two():
    assert found(placed(3, 9, ANNE), placed(9, 12, BRUNO)) == [
        (3, 9, Kind.SOME, frozenset({ANNE})),
        (9, 12, Kind.SOME, frozenset({BRUNO})),
    ]


def test_codes_are_compared_apart():
    assert [kind for _start, _end, kind, _who in found(placed(3, 9, ANNE), placed(3, 9, BRUNO, OTHER))] == [
        Kind.SOME,
        Kind.SOME,
    ]


def test_a_coder_who_did_not_read_is_not_waited_for():
    assert found(placed(3, 9, ANNE), placed(3, 9, BRUNO), readers=frozenset({ANNE})) == [
        (3, 9, Kind.SAME, frozenset({ANNE}))
    ]
