import pytest

from coding.agreement.files import answer
from core.errors import Invalid


def answered(content):
    return answer(content, seed=3, number=100)


def test_a_file_is_answered_in_its_own_form():
    case = {"id": "un", "items": [[1, 1], [0, 1], [0, 0]]}

    found = answered({"note": "x", "coding": [case], "more": [case, case]})

    assert [len(found["coding"]), len(found["more"])] == [1, 2]
    assert (found["coding"][0]["id"], round(found["coding"][0]["percent"], 3)) == ("un", 0.667)


def test_documents_are_drawn_where_they_are_named():
    items = [["a", "a"], ["a", "b"], ["b", "b"], ["a", "b"]]

    by_item = answered({"items": items})
    by_document = answered({"items": items, "documents": ["x", "x", "y", "y"]})

    assert (by_item["resampled"], by_document["resampled"]) == ("items", "documents")
    assert by_document["intervals"]["percent"] == [0.5, 0.5]


def test_words_in_an_order_given_have_an_ordinal_alpha():
    items = [["low", "low"], ["mid", "high"], ["high", "high"], ["low", "mid"]]

    ranked = answered({"items": items, "values": ["low", "mid", "high"]})
    numbered = answered({"items": [[["low", "mid", "high"].index(value) for value in row] for row in items]})

    assert ranked["alpha_ordinal"] == numbered["alpha_ordinal"]
    assert ranked["weighted_kappa_linear"] == numbered["weighted_kappa_linear"]
    assert "alpha_ordinal" not in answered({"items": items})


def test_chance_and_weights_have_their_names():
    case = {"items": [[1, 1], [1, 2], [2, 2], [3, 2]], "weights": "quadratic"}

    found = answered(case)

    assert found["weighted_kappa"] == found["weighted_kappa_quadratic"] != found["weighted_kappa_linear"]
    assert (round(found["Ae_bennett"], 3), round(found["Ae_scott"], 3)) == (0.333, round((9 + 16 + 1) / 64, 3))
    assert "weighted_kappa" not in answered({"items": case["items"]})


def test_spans_have_the_family_only_where_codes_do_not_overlap():
    units = [{"start": 0, "length": 4, "coder": 0, "code": "c"}, {"start": 1, "length": 4, "coder": 1, "code": "c"}]
    over = [*units, {"start": 2, "length": 4, "coder": 1, "code": "k"}]
    case = {"continuum": {"begin": 0, "length": 12}, "n_coders": 2}

    assert isinstance(answered({**case, "units": units})["u_alpha"], float)
    assert answered({**case, "units": over})["u_alpha"] is None
    assert isinstance(answered({**case, "units": over})["alpha_u"], float)


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        (7, "agreement.unreadable", "/"),
        ({"a": 1}, "agreement.unreadable", "/"),
        ({"items": [[1, 2], [1]]}, "agreement.cells", "/"),
        ({"items": [[1, {}], [1, 2]]}, "agreement.cells", "/"),
        ({"items": [[1], [2]]}, "agreement.coders", "/"),
        ({"items": [[1, ["a"]]]}, "agreement.mixed", "/"),
        ({"items": [[1, 2]], "documents": []}, "agreement.documents", "/"),
        ({"items": [[1, 2]], "values": [1]}, "agreement.value_unknown", "/"),
        ({"all": [{"items": [[1, 2]]}, {"items": []}]}, "agreement.cells", "/all[1]"),
        ({"units": [], "n_coders": 2}, "agreement.spans", "/"),
        (
            {"units": [{"start": 9, "length": 4, "coder": 0, "code": "c"}], "continuum": {"length": 10}},
            "agreement.spans",
            "/units[0]",
        ),
        ({"a": [1, 2], "b": [1, 2, None]}, "agreement.spans", "/"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(content, code, place):
    with pytest.raises(Invalid) as refused:
        answered(content)

    assert (refused.value.code, refused.value.details["place"]) == (code, place)


def test_spans_of_one_coder_with_one_code_may_not_overlap():
    units = [{"start": 0, "length": 4, "coder": 0, "code": "c"}, {"start": 1, "length": 4, "coder": 0, "code": "c"}]

    with pytest.raises(Invalid, match=r"agreement\.overlap"):
        answered({"units": units, "continuum": {"begin": 0, "length": 12}, "n_coders": 2})
