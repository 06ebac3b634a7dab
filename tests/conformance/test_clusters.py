"""Quality of proposed groups on a public corpus of French sentences with seven known subjects."""

import json
from pathlib import Path
from uuid import UUID

import pytest

from coding.nlp.clusters import cluster_uncoded
from coding.services.clusters import DEFAULT_SEED
from coding.units import Unit

CORPUS = Path(__file__).parents[3] / "shared" / "conformance" / "language" / "sib200_fra.jsonl"


@pytest.mark.slow
@pytest.mark.skipif(not CORPUS.exists(), reason="the shared corpora are not beside this repository")
def test_proposed_groups_agree_with_the_known_subjects():
    from sklearn.metrics import adjusted_rand_score

    rows = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]
    units = [Unit(UUID(int=0), place, place + 1, row["text"]) for place, row in enumerate(rows)]

    proposal = cluster_uncoded(units, 7, seed=DEFAULT_SEED)

    labels = {member.unit.start: number for number, group in enumerate(proposal.groups) for member in group.members}
    index = adjusted_rand_score([row["label"] for row in rows], [labels[place] for place in range(len(rows))])
    assert index >= 0.41
