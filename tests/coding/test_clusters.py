import json
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from coding.models import ClusterRun, Code, CodeOrigin, Coding, CodingStatus, Segment
from coding.nlp import job
from coding.queries import find_cluster_run, list_cluster_runs
from coding.services import dismiss_group, keep_group_as_code, request_clusters, restore_group, store_clusters
from coding.services.clusters import corpus_sha256, uncoded_units
from core.errors import Conflict, Invalid, NotFound
from tests.factories.corpus import code_words, make_code, make_transcript
from tests.factories.studies import AccountFactory, StudyFactory

ANSWERS = [f"J'ai attendu la lettre numéro {number} pendant des mois." for number in range(12)]
LONG = "".join(f"Q : Et ensuite, dites-moi, que s'est-il passé ?\nR : {answer}\n" for answer in ANSWERS)


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def coder(session):
    return AccountFactory()


def result_for(units):
    """A result as the job makes it: two groups, by turns."""
    return {
        "parameters": {"k": 2, "seed": 1, "stability": 0.5, "hints": [], "representation": "lsa", "method": "kmeans"},
        "versions": {"spacy": "0"},
        "corpus_sha256": corpus_sha256(units),
        "unit_count": len(units),
        "silhouette": 0.1,
        "groups": [
            {
                "terms": [{"term": term, "weight": 0.5} for term in terms],
                "members": [
                    {"version_id": str(unit.version_id), "start": unit.start, "end": unit.end, "distance": 0.25}
                    for unit in units[place::2]
                ],
            }
            for place, terms in enumerate((["lettre", "attente", "mois", "numéro"], ["peur"]))
        ],
    }


@pytest.fixture
def run(session, study, coder):
    make_transcript(session, study, text=LONG)
    run = request_clusters(session, study.id, requested_by=coder.id, k=2)
    store_clusters(session, run.id, result_for(uncoded_units(session, study.id)))
    session.commit()
    return run


def test_uncoded_units_are_the_answers_nobody_coded(session, study, coder):
    transcript = make_transcript(session, study, text=LONG)
    assert [unit.text for unit in uncoded_units(session, study.id)] == ANSWERS

    code_words(session, transcript, "numéro 3", make_code(session, study, "c"), coder)

    assert [unit.text for unit in uncoded_units(session, study.id)] == ANSWERS[:3] + ANSWERS[4:]


def test_uncoded_units_leave_a_heading_out_and_keep_texts_without_speakers(session, study):
    make_transcript(session, study, title="A", text="Entretien du 3 mars avec une personne\n" + LONG)
    make_transcript(session, study, title="B", text="Un récit sans personne qui parle.\nEncore un récit de plus, long.")

    assert len(uncoded_units(session, study.id)) == 12 + 2


def test_request_clusters_notes_what_is_asked(session, study, coder):
    transcript = make_transcript(session, study, text=LONG)
    run = request_clusters(session, study.id, requested_by=coder.id, k=3, transcript_ids=[transcript.id])

    arguments = job.gather(session, SimpleNamespace(arguments={"run_id": str(run.id)}))
    assert (run.segment_count, run.finished_at, arguments["k"], len(arguments["units"])) == (12, None, 3, 12)
    assert json.loads(json.dumps(arguments)) == arguments


@pytest.mark.parametrize(("k", "code"), [(1, "clusters_k"), (61, "clusters_k"), (9, "clusters_too_few")])
def test_request_clusters_refuses(session, study, coder, k, code):
    make_transcript(session, study, text=LONG)

    with pytest.raises(Invalid, match=code):
        request_clusters(session, study.id, requested_by=coder.id, k=k)


def test_store_clusters_shows_groups_with_terms_and_stretches(session, study, run):
    view = find_cluster_run(session, study.id, run.id, whole=1)

    assert [(group.size, group.terms[0]) for group in view.groups] == [(6, ("lettre", 0.5)), (6, ("peur", 0.5))]
    assert [member.text for member in view.groups[0].members][:2] == [ANSWERS[0], ANSWERS[2]]
    assert [len(group.members) for group in view.groups] == [5, 6]


def test_store_clusters_twice_replaces(session, study, run):
    store_clusters(session, run.id, result_for(uncoded_units(session, study.id)))
    session.commit()

    assert len(find_cluster_run(session, study.id, run.id).groups) == 2


def test_keep_group_as_code_codes_its_stretches_as_accepted(session, study, coder, run):
    group = find_cluster_run(session, study.id, run.id).groups[0]

    kept = keep_group_as_code(session, study.id, group.group_id, coder_id=coder.id)
    session.commit()

    code = session.get(Code, kept.code_id)
    assert (code.name, code.origin, kept.coding_count) == ("lettre, attente, mois", CodeOrigin.CLUSTER, 6)
    codings = session.scalars(select(Coding)).all()
    assert {(each.status, each.source, each.coder_id) for each in codings} == {
        (CodingStatus.ACCEPTED, f"cluster:{run.id}", coder.id)
    }
    assert session.scalars(select(Segment.quote).order_by(Segment.start)).all() == ANSWERS[::2]
    assert len(uncoded_units(session, study.id)) == 6


def test_keep_group_as_code_may_name_it_or_use_a_code_or_some_stretches(session, study, coder, run):
    one, other = find_cluster_run(session, study.id, run.id).groups
    code = make_code(session, study, "attente")

    kept = keep_group_as_code(
        session, study.id, one.group_id, coder_id=coder.id, code_id=code.id, member_ids=[one.members[0].member_id]
    )
    named = keep_group_as_code(session, study.id, other.group_id, coder_id=coder.id, name="La peur")

    assert (kept.code_id, kept.coding_count) == (code.id, 1)
    assert session.get(Code, named.code_id).name == "La peur"


def test_a_group_is_decided_once(session, study, coder, run):
    group = find_cluster_run(session, study.id, run.id).groups[0]
    keep_group_as_code(session, study.id, group.group_id, coder_id=coder.id)

    with pytest.raises(Conflict, match="group_decided"):
        keep_group_as_code(session, study.id, group.group_id, coder_id=coder.id)
    with pytest.raises(Conflict, match="group_decided"):
        dismiss_group(session, study.id, group.group_id, account_id=coder.id)
    with pytest.raises(Conflict, match="group_decided"):
        store_clusters(session, run.id, result_for([]))


def test_dismiss_group_sets_it_aside_until_it_is_kept(session, study, coder, run):
    group = find_cluster_run(session, study.id, run.id).groups[1]
    dismiss_group(session, study.id, group.group_id, account_id=coder.id)
    assert find_cluster_run(session, study.id, run.id).groups[1].dismissed_at is not None

    keep_group_as_code(session, study.id, group.group_id, coder_id=coder.id)

    (row,) = list_cluster_runs(session, study.id)
    assert (row.group_count, row.kept_count, row.unit_count) == (2, 1, 12)


def test_groups_of_another_study_are_not_found(session, study, coder, run):
    other = StudyFactory()
    group = find_cluster_run(session, study.id, run.id).groups[0]

    with pytest.raises(NotFound, match="group_unknown"):
        dismiss_group(session, other.id, group.group_id, account_id=coder.id)
    with pytest.raises(NotFound, match="clusters_unknown"):
        find_cluster_run(session, other.id, run.id)
    assert session.get(ClusterRun, run.id).study_id == study.id


def test_restore_group_brings_back_what_was_set_aside(session, study, coder, run):
    group = find_cluster_run(session, study.id, run.id).groups[0]
    dismiss_group(session, study.id, group.group_id, account_id=coder.id)

    restore_group(session, study.id, group.group_id, account_id=coder.id)

    assert find_cluster_run(session, study.id, run.id).groups[0].dismissed_at is None
