"""The demonstration, seeded once for these tests: counts, and the known truth read by the study's own tools."""

import pytest
from sqlalchemy import func, select

from app.demo.seed import KEY, exists, seed_demonstration
from app.reports.composer import compose
from coding.models import Coding
from evaluation.models import Report
from evaluation.queries.answers import load_observations
from evaluation.queries.frame import load_frame
from evaluation.queries.indicators import compare_naively, list_indicators, measure_observations
from evaluation.queries.mirror import load_mirror
from studies.models import Participant, Study
from surveys.models import Response, ResponseState

pytestmark = pytest.mark.slow


@pytest.fixture
def study_id(session):
    seed_demonstration(session)
    return session.scalar(select(Study.id).where(Study.key == KEY))


def test_demonstration_holds_every_strand_a_known_truth_and_a_report_with_nothing_to_correct(app, session, study_id):
    # One test for three promises: seeding takes seconds, and nothing here changes what was seeded.
    assert exists(session)
    assert session.scalar(select(func.count(Participant.id))) == 648
    assert session.scalar(select(func.count(Coding.id))) == 515
    assert session.scalar(select(func.count(Response.id)).where(Response.state == ResponseState.SUBMITTED)) > 1300

    frame = load_frame(session, study_id)
    card = next(card for card in list_indicators(session, frame) if card.key == "emploi")
    observations = load_observations(session, card.questionnaire_id, card.item_name)
    measures = measure_observations(frame, card, observations)
    as_drawn = next(wave for wave in measures.waves if wave.wave == "T2").comparisons[0].difference
    naive = compare_naively(frame, card, observations, wave="T2").difference
    assert as_drawn.low < 0 < as_drawn.high
    assert naive.low > 0

    mirror = load_mirror(session, frame, locale="fr", wave="T1")
    assert {question.key for question in mirror.questions} >= {"confiance", "isolement", "peur_sanction", "demarches"}
    fear = next(question for question in mirror.questions if question.key == "peur_sanction")
    assert (mirror.link, fear.dyads.professionals > 20, fear.dyads.same.value < 1) == ("référent·e", True, True)

    report_id = session.scalar(select(Report.id).where(Report.study_id == study_id))
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        _document, problems = compose(session, study_id, report_id)
    assert problems == ()
