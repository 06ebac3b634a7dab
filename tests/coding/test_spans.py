import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.spans import (
    Edit,
    Remapped,
    Span,
    contains,
    context,
    find_edits,
    overlaps,
    remap,
    snap_to_words,
    split_by,
    stack,
)

TEXT = "J'ai peur. Aujourd'hui, vis-à-vis d’eux, ça va.\nFin"


@pytest.mark.parametrize(
    ("selected", "snapped"),
    [
        ("eur", "peur"), (" peur. ", "peur."), ("jourd'h", "Aujourd'hui"), ("s-à", "vis-à-vis"),
        ("peur. Auj", "peur. Aujourd'hui"),
        ("va.\nF", "va.\nFin"), ("’e", "d’eux"), (" ", ""),
    ],
)  # fmt: skip
def test_snap_to_words_takes_whole_words(selected, snapped):
    start = TEXT.index(selected)
    span = snap_to_words(TEXT, Span(start, start + len(selected)))

    assert TEXT[span.start : span.end] == snapped


def test_context_stops_at_the_ends_of_the_text():
    assert context("abcdef", Span(2, 4)) == ("ab", "ef")


@pytest.mark.parametrize(
    ("one", "other", "shared", "inside"),
    [
        ((0, 5), (5, 9), False, False),
        ((0, 5), (4, 9), True, False),
        ((0, 9), (2, 5), True, True),
        ((0, 5), (0, 5), True, True),
    ],
)
def test_overlaps_and_contains(one, other, shared, inside):
    assert (overlaps(Span(*one), Span(*other)), contains(Span(*one), Span(*other))) == (shared, inside)


def test_split_by_cuts_at_the_turns_and_leaves_labels_out():
    turns = [Span(0, 10), Span(15, 30), Span(35, 40)]

    assert split_by(Span(5, 37), turns) == [Span(5, 10), Span(15, 30), Span(35, 37)]


spans = st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda pair: Span(pair[0], pair[0] + pair[1]))


@given(st.lists(spans, max_size=12))
def test_stack_never_puts_overlapping_spans_in_one_lane(held):
    lanes = stack(held)

    for i, one in enumerate(held):
        for j in range(i):
            assert not (overlaps(one, held[j]) and lanes[i] == lanes[j])


@given(st.lists(spans, max_size=12))
def test_stack_uses_no_more_lanes_than_spans_meet_at_once(held):
    deepest = max((sum(span.start <= place < span.end for span in held) for place in range(80)), default=0)

    assert max(stack(held), default=-1) + 1 == deepest


@st.composite
def edited(draw):
    """A text, sorted disjoint edits of it with what each inserts, and a span."""
    text = draw(st.text(alphabet="abcde ", min_size=4, max_size=40))
    edits, position, pieces, rest = [], 0, [], 0
    while position < len(text) and draw(st.booleans()):
        start = draw(st.integers(position, len(text)))
        deleted = draw(st.integers(0, len(text) - start))
        inserted = draw(st.text(alphabet="XYZ", max_size=5, min_size=0 if deleted else 1))
        pieces += [text[rest:start], inserted]
        rest = start + deleted
        edits.append(Edit(start, deleted, len(inserted)))
        position = rest + 1
    start = draw(st.integers(0, len(text) - 1))
    span = Span(start, draw(st.integers(start + 1, len(text))))
    return text, edits, "".join([*pieces, text[rest:]]), span


@given(edited())
def test_remap_keeps_the_words_of_an_untouched_span(case):
    before, edits, after, span = case
    found = remap(span, edits)

    assert 0 <= found.span.start <= found.span.end <= len(after)
    if not found.touched:
        assert after[found.span.start : found.span.end] == before[span.start : span.end]


@given(edited())
def test_remap_of_a_touched_span_keeps_every_letter_left_of_it(case):
    before, edits, after, span = case
    found = remap(span, edits)
    left = [
        letter
        for place, letter in enumerate(before[span.start : span.end], start=span.start)
        if not any(edit.position <= place < edit.position + edit.deleted for edit in edits)
    ]
    inside = [letter for letter in after[found.span.start : found.span.end] if letter not in "XYZ"]

    assert inside == left


def test_remap_keeps_what_stands_between_two_edits_that_take_its_ends():
    edits = [Edit(position=0, deleted=2, inserted=0), Edit(position=20, deleted=2, inserted=0)]

    assert remap(Span(1, 21), edits).span == Span(0, 18)


@given(edited())
def test_remap_flags_exactly_the_spans_that_an_edit_reaches(case):
    _, edits, _, span = case
    reached = any(edit.position < span.end and edit.position + edit.deleted > span.start for edit in edits)

    assert remap(span, edits).touched == reached


def test_remap_of_a_span_wholly_deleted_is_empty_and_flagged():
    assert remap(Span(5, 9), [Edit(3, 10, 4)]) == Remapped(Span(7, 7), touched=True)


@given(st.text(alphabet="ab \n", max_size=40), st.text(alphabet="ab \n", max_size=40))
def test_find_edits_lead_from_one_text_to_the_other(before, after):
    edits = find_edits(before, after)
    rebuilt, rest, written = [], 0, 0
    for edit in edits:
        kept = before[rest : edit.position]
        written += len(kept)
        rebuilt += [kept, after[written : written + edit.inserted]]
        written += edit.inserted
        rest = edit.position + edit.deleted
    rebuilt.append(before[rest:])

    assert "".join(rebuilt) == after
