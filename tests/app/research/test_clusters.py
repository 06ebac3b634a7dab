import pytest
from sqlalchemy import select

from app.extensions import db
from app.jobs.models import Job
from coding.models import ClusterGroup, ClusterMember, ClusterRun, Code, Coding
from core.clock import now
from studies.models import Role
from tests.factories.coding import make_code, make_transcript, version_of
from tests.factories.studies import StudyFactory, member_client

BASE = "/studies/lettres/clusters/"
LONG = "\n\n".join(
    f"Enquêtrice : Et la semaine {n} ?\n\nNadège : La semaine {n}, le groupe du jeudi et la garde des enfants."
    for n in range(30)
)


@pytest.fixture
def study(session):
    return StudyFactory(key="lettres")


@pytest.fixture
def coder(app, study):
    client = member_client(app, study, Role.CODER)
    client.set_cookie("tresse_locale", "en")
    return client


@pytest.fixture
def group(study):
    transcript = make_transcript(study)
    version = version_of(transcript)
    start = version.text.index("Ensuite il y a")
    run = ClusterRun(
        study_id=study.id,
        parameters={"k": 2, "stability": 0.4, "hints": [[2, 0.1]]},
        finished_at=now(),
        segment_count=1,
    )
    db.session.add(run)
    db.session.flush()
    group = ClusterGroup(run_id=run.id, position=0, size=1, terms=[{"term": "groupe", "weight": 1.5}])
    db.session.add(group)
    db.session.flush()
    db.session.add(
        ClusterMember(group_id=group.id, version_id=version.id, start=start, end=start + 29, rank=0, distance=0.1)
    )
    db.session.commit()
    return group


def address(group, verb=""):
    return f"{BASE}{group.run_id}" + (f"/groups/{group.id}/{verb}" if verb else "")


def test_ask_for_clusters_makes_a_run_and_its_job(coder, study):
    make_transcript(study, text=LONG)

    answer = coder.post(BASE, data={"k": "3"})
    run, job = db.session.scalars(select(ClusterRun)).one(), db.session.scalars(select(Job)).one()

    assert (answer.status_code, run.job_id, job.arguments) == (303, job.id, {"run_id": str(run.id)})
    assert "data-job=" in coder.get(answer.location).get_data(as_text=True)


@pytest.mark.parametrize(("k", "sentence"), [("many", "is not a number of groups"), ("1", "Choose between 2 and")])
def test_ask_for_clusters_refuses_and_keeps_what_was_typed(coder, study, k, sentence):
    make_transcript(study, text=LONG)

    answer = coder.post(BASE, data={"k": k})
    page = answer.get_data(as_text=True)

    assert (answer.status_code, sentence in page, f'value="{k}"' in page) == (422, True, True)


def test_ask_for_clusters_refuses_too_few_segments(coder, study):
    make_transcript(study)

    assert coder.post(BASE, data={}).status_code == 422


def test_show_clustering_says_that_it_is_a_proposal(coder, group):
    page = coder.get(address(group)).get_data(as_text=True)

    assert "grouping proposed by the machine" in page
    assert "Ensuite il y a eu le groupe." in page
    assert "take these as an order for reading, no more" in page


def test_keep_group_makes_a_code_in_one_click(coder, group):
    answer = coder.post(address(group, "keep"))
    code = db.session.scalars(select(Code)).one()

    assert (answer.status_code, answer.location) == (303, f"/studies/lettres/codebook/codes/{code.id}")
    assert (code.name, code.origin.value) == ("groupe", "cluster")
    assert [coding.status.value for coding in db.session.scalars(select(Coding))] == ["accepted"]


def test_keep_group_twice_is_refused(coder, group):
    coder.post(address(group, "keep"))

    assert coder.post(address(group, "keep")).status_code == 409


def test_keep_group_gives_segments_to_a_code_there_is(coder, study, group):
    code = make_code(study, "Entraide")

    coder.post(address(group, "keep"), data={"code": str(code.id)})

    assert db.session.scalars(select(Coding.code_id)).all() == [code.id]


def test_leave_group_codes_nothing(coder, group):
    coder.post(address(group, "leave"))

    assert db.session.scalars(select(Coding)).all() == []
    assert "left aside" in coder.get(address(group)).get_data(as_text=True)


def test_show_clustering_reads_every_segment_of_the_group_asked_for(coder, group):
    version_id = db.session.scalar(select(ClusterMember.version_id))
    group.size = 7
    db.session.add_all(
        ClusterMember(group_id=group.id, version_id=version_id, start=place, end=place + 4, rank=place, distance=0.2)
        for place in range(1, 7)
    )
    db.session.commit()

    typical = coder.get(address(group)).get_data(as_text=True)
    every = coder.get(address(group), query_string={"read": 1}).get_data(as_text=True)

    assert (typical.count("group-from"), "Read all 7 segments" in typical) == (5, True)
    assert (every.count("group-from"), "Read all 7 segments" in every) == (7, False)
