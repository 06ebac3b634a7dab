"""Patches lead there and back, whatever the documents."""

import copy
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.errors import Conflict
from surveys.editing import operations
from surveys.editing.operations import Spot
from surveys.editing.patches import apply, difference, revert
from tests.factories.forms import edited_form

LEAVES = st.none() | st.booleans() | st.integers(-9, 9) | st.text("abc", max_size=3)
DOCUMENTS = st.dictionaries(
    st.text("xyz", max_size=2),
    st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("xy", max_size=2), inner)),
    max_size=4,
)


def same(one, other):
    """Compare as JSON does: 1 and true are two things."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


@given(DOCUMENTS, DOCUMENTS)
@example({"a": {"b": {"c": True}}}, {"a": {"b": {"c": 1}}})
@example({"a": [[0, True], 0]}, {"a": [[0, 1], False]})
def test_patch_leads_there_and_back(before, after):
    first = copy.deepcopy(before)
    patch = json.loads(json.dumps(difference(before, after)))

    assert same(apply(before, patch), after)
    assert same(revert(after, patch), before)
    assert same(before, first)


def test_patch_of_equal_documents_is_empty():
    document = edited_form().to_json()

    assert difference(document, copy.deepcopy(document)) == []


def test_patch_of_a_moved_question_is_what_it_passes_over():
    before, after = edited_form(), operations.move(edited_form(), "temps", Spot("", "lieu"))

    (change,) = difference(before.to_json(), after.to_json())

    assert (change[0], change[1], change[2], len(change[3]), len(change[4])) == ("splice", ["children"], 4, 2, 2)


def test_patch_of_another_document_is_refused():
    patch = difference({"a": 1, "b": [1, 2]}, {"a": 2, "b": [1, 3]})

    for other in ({"a": 5, "b": [1, 2]}, {"a": 1, "b": [1]}, {}, {"a": 1, "b": 3}):
        with pytest.raises(Conflict, match="history_broken"):
            apply(other, patch)
