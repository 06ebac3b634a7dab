"""Published coefficients of agreement, reproduced within the tolerance of each."""

import json
from pathlib import Path

import pytest

from coding.agreement.files import answer

FILE = Path(__file__).parents[3] / "shared" / "conformance" / "agreement" / "reference_values.json"
pytestmark = pytest.mark.skipif(not FILE.exists(), reason="the shared conformance files are not here")
CASES = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


@pytest.mark.parametrize(
    "case", [case for kind in ("coding", "unitizing") for case in CASES.get(kind, ())], ids=lambda case: case["id"]
)
def test_coefficients_are_the_published_ones(case):
    found = answer(case, seed=1, number=20)

    # A name may be followed by a remark.
    expected = {name.split(" ")[0]: value for name, value in case["expected"].items()}
    assert {name: found[name] for name in expected} == {
        name: pytest.approx(value, abs=case["tolerance"]) for name, value in expected.items()
    }


@pytest.mark.parametrize("case", CASES.get("unitizing_distance_squared", ()))
def test_distances_of_spans_are_the_published_ones(case):
    assert answer(case, seed=1, number=20) == {"d2": case["d2"]}
