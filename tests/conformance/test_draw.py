"""The published draw of 600 households, replayed."""

import csv
import json
from pathlib import Path

import pytest

from studies.draw import draw_by_lot, draw_first_half, list_hash, quotas_by_stratum

CASE = Path(__file__).parents[3] / "shared" / "conformance" / "evaluation" / "draw"
pytestmark = pytest.mark.skipif(not CASE.exists(), reason="the shared conformance files are not here")


@pytest.fixture
def expected():
    return json.loads((CASE / "expected.json").read_text())


@pytest.fixture
def strata():
    with (CASE / "data.csv").open() as lines:
        return {row["id"]: row["strate"] for row in csv.DictReader(lines)}


def assigned(name):
    with (CASE / name).open() as lines:
        return {row["id"] for row in csv.DictReader(lines) if row["bras"] != "temoin"}


def test_the_exact_draw_is_the_published_one(strata, expected):
    assert draw_by_lot(strata, size=300, seed=expected["seed"]) == assigned("expected_assignment_exact300.csv")


def test_the_draw_rounded_above_is_the_published_one(strata, expected):
    assert draw_first_half(strata, seed=expected["seed"]) == assigned("expected_assignment_ceil.csv")


def test_the_quotas_and_the_list_hash_are_the_published_ones(strata, expected):
    assert quotas_by_stratum(strata, size=300, seed=expected["seed"]) == expected["quota_exact"]
    assert list_hash(strata) == expected["commit_list_sha256"]["value"]
