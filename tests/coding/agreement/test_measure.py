"""From documents with the marks of coders to a table of codes."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.agreement.cutting import Layers, Mark, cleaned, cut
from coding.agreement.kinds import UnitKind
from coding.agreement.measure import measure

TEXT = "Une lettre. J'ai eu peur.\nEnsuite le groupe. J'ai levé la tête."
TURNS = ((0, 25), (26, len(TEXT)))
FEAR, GROUP = 0, 1
CUT_KINDS = [kind for kind in UnitKind if kind is not UnitKind.CONTINUUM]


def mark(words, code):
    start = TEXT.index(words)
    return Mark(start, start + len(words), code)


def document(*coders):
    return Layers(TEXT, TURNS, tuple(None if marks is None else tuple(marks) for marks in coders))


def measured(documents, kind=UnitKind.TURN, *, only_coded=False):
    return measure(documents, kind, code_count=2, only_coded=only_coded, seed=7, number=200)


def value(row, name):
    return row.estimates[name].value


def test_turns_are_compared_by_what_touches_them():
    found = measured([document([mark("lettre", FEAR)], [mark("peur", FEAR)])])

    assert (found.rows[FEAR].units, found.rows[FEAR].marked, found.rows[FEAR].agreed) == (2, (1, 1), 1)
    assert value(found.rows[FEAR], "cohen_kappa") == 1.0


def test_sentences_tell_apart_what_turns_do_not():
    found = measured([document([mark("lettre", FEAR)], [mark("peur", FEAR)])], UnitKind.SENTENCE)

    row = found.rows[FEAR]
    assert (row.units, row.marked, row.agreed, row.disputed) == (4, (1, 1), 0, 2)
    assert value(row, "percent") == 0.5


def test_characters_count_what_is_not_white_space():
    found = measured([document([mark("Une lettre.", FEAR)], [mark("Une", FEAR)])], UnitKind.CHARACTER)

    row = found.rows[FEAR]
    letters = sum(not letter.isspace() for letter in TEXT)
    assert (row.units, row.marked, row.agreed, row.disputed) == (letters, (10, 3), 3, 7)


def test_segments_are_the_stretches_that_coders_chose():
    found = measured(
        [document([mark("Une lettre.", FEAR), mark("groupe", GROUP)], [mark("lettre. J'ai", FEAR)])], UnitKind.SEGMENT
    )

    assert [(row.units, row.agreed, row.disputed) for row in found.rows] == [(2, 1, 0), (2, 0, 1)]


def test_only_coded_leaves_the_rest_of_the_text_out():
    documents = [document([mark("lettre", FEAR)], [mark("peur", FEAR)])]

    assert measured(documents, UnitKind.SENTENCE, only_coded=True).rows[FEAR].units == 2
    assert value(measured(documents, UnitKind.SENTENCE, only_coded=True).rows[FEAR], "percent") == 0.0


def test_a_coder_who_did_not_read_is_missing_not_silent():
    read = document([mark("lettre", FEAR)], [mark("lettre", FEAR)], None)
    alone = document([mark("lettre", FEAR)], None, None)

    found = measured([read, alone])

    assert (found.documents, found.rows[FEAR].units, found.rows[FEAR].agreed) == (1, 2, 1)
    assert value(found.rows[FEAR], "percent") == 1.0


def test_sets_of_codes_are_compared_whole():
    found = measured([document([mark("lettre", FEAR), mark("groupe", GROUP)], [mark("lettre", FEAR)])])

    assert value(found.together, "percent") == 0.5
    assert value(found.together, "alpha_masi") == pytest.approx(1 - (2 * 1 / 4) / (1 * 10 / 12))


def test_the_interval_is_drawn_by_document_from_the_seed():
    documents = [
        document([mark("lettre", FEAR)], [mark("lettre", FEAR)]),
        document([mark("lettre", FEAR)], [mark("groupe", FEAR)]),
        document([mark("lettre", FEAR)], [mark("peur", FEAR)]),
    ]

    found, again = measured(documents), measured(documents)

    percent = found.rows[FEAR].estimates["percent"]
    assert found == again
    assert percent.low < percent.value < percent.high


def test_one_document_has_a_value_and_no_interval():
    estimates = measured([document([mark("lettre", FEAR)], [mark("peur", FEAR)])]).rows[FEAR].estimates

    assert (estimates["percent"].value, estimates["percent"].low, estimates["percent"].high) == (1.0, None, None)


def test_nothing_in_common_to_read_gives_a_table_without_numbers():
    found = measured([document([mark("lettre", FEAR)], None)])

    assert (found.documents, found.rows[FEAR].units, value(found.rows[FEAR], "percent")) == (0, 0, None)
    assert measured([]).documents == 0
    assert measured([document([mark("lettre", FEAR)], None)], UnitKind.CONTINUUM).documents == 0


def test_the_continuum_has_the_family_where_codes_do_not_overlap():
    apart = measured([document([mark("lettre", FEAR)], [mark("lettre", GROUP)])], UnitKind.CONTINUUM)
    above = measured(
        [document([mark("lettre", FEAR), mark("Une lettre", GROUP)], [mark("lettre", FEAR)])], UnitKind.CONTINUUM
    )

    assert (value(apart.together, "u_alpha_binary"), apart.overlapping) == (1.0, False)
    assert value(apart.together, "cu_alpha") == 0.0
    assert above.overlapping
    assert sorted(above.together.estimates) == ["u_alpha_binary"]
    assert value(above.rows[FEAR], "alpha_u") == 1.0


layers = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 25), st.integers(0, 1)), max_size=8).map(
    lambda found: tuple(Mark(start, min(start + length, len(TEXT)), code) for start, length, code in found)
)


@given(st.sampled_from(list(UnitKind)), layers, layers, st.randoms(use_true_random=False))
def test_neither_the_order_of_spans_nor_white_space_at_their_ends_changes_anything(kind, one, other, chance):
    plain = cleaned(document(one, other))

    def disturbed(marks):
        moved = []
        for each in marks:
            start, end = each.start, each.end
            if start and TEXT[start - 1].isspace():
                start -= 1
            if end < len(TEXT) and TEXT[end].isspace():
                end += 1
            moved.append(Mark(start, end, each.code))
        chance.shuffle(moved)
        return moved

    disturbed_too = document(*(disturbed(marks) for marks in plain.marks))
    one, other = (
        measure([each], kind, code_count=2, only_coded=False, seed=7, number=2) for each in (plain, disturbed_too)
    )
    assert one == other


@given(st.sampled_from(CUT_KINDS), layers, layers)
def test_units_are_disjoint_and_in_order(kind, one, other):
    places = cut(cleaned(document(one, other)), kind, code_count=2, only_coded=False).places

    assert all(before[1] <= after[0] for before, after in pairwise(places))
