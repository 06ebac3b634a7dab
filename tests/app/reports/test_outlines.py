"""What a report starts from, in a study whose answers are linked to arms and in one where they are to nobody."""

import pytest
from flask_babel import force_locale
from sqlalchemy import update

from app.reports.composer import compose
from app.reports.live_numbers import live_numbers
from app.reports.outlines import make_outline
from evaluation.models import BlockKind
from evaluation.queries.evidence import Evidence
from studies.models import Participant
from surveys.models import Response
from tests.factories.evaluation import answer_situations, make_indicator, make_report, make_world

NOTES = {"reading": "Lecture.", "field": "Champ.", "source": "Source."}


@pytest.fixture
def world(session):
    world = make_world(session, n_programme=25, n_control=20)
    answer_situations(session, world, "T2", programme=10, control=8)
    make_indicator(session, world)
    return world


@pytest.fixture
def unlinked(session, world):
    """The same answers, sent by nobody known; the arms have persons who did not answer."""
    session.execute(update(Response).values(participant_id=None))
    session.commit()
    return world


def outline(session, world, name="full"):
    with force_locale("fr"):
        return make_outline(name, Evidence.load(session, world.study.id, locale="fr"))


def problems_of(session, world, blocks):
    report = make_report(session, world.study.id, blocks=blocks)
    return compose(session, world.study.id, report.id)[1]


@pytest.mark.parametrize("name", ["full", "short"])
def test_outline_without_arms_plans_only_what_leaves(session, unlinked, name):
    blocks = outline(session, unlinked, name)

    assert problems_of(session, unlinked, blocks) == ()
    assert BlockKind.FIGURE in [kind for kind, _content in blocks]
    assert "{{ indicator:emploi@T2 }}" in str(blocks)
    assert "programme" not in str(
        [content.get("reading") for _kind, content in blocks if content.get("chart") != "flow"]
    )


def test_outline_without_a_draw_claims_none(session, world):
    session.execute(update(Participant).values(arm_id=None))
    session.commit()

    blocks = outline(session, world)

    fields = [content["field"] for _kind, content in blocks if "field" in content]
    assert set(fields) == {"Bénéficiaires de l’étude, avec une réponse."}


def test_outline_of_anonymous_answers_says_so(session, unlinked):
    fields = [content["field"] for _kind, content in outline(session, unlinked) if content.get("chart") == "shares"]

    assert [field.replace("\u202f", " ").replace("\u00a0", " ") for field in fields] == [
        "Bénéficiaires : toutes les personnes qui ont répondu, sans lien avec les personnes suivies."
    ]


def test_outline_of_arms_cites_the_programme(session, world):
    assert "{{ indicator:emploi@T2:programme }}" in str(outline(session, world))


def test_live_numbers_are_those_that_resolve_each_with_its_own_words(session, unlinked):
    evidence = Evidence.load(session, unlinked.study.id, locale="fr")

    with force_locale("fr"):
        found = live_numbers(evidence)

    assert [words for words, _label in found if "indicator" in words] == ["{{ indicator:emploi@T2 }}"]
    assert len({label for _words, label in found}) == len(found)


@pytest.mark.parametrize("chart", ["shares", "waves", "distribution"])
def test_figure_draws_everyone_when_no_arm_answered(session, unlinked, chart):
    evidence = Evidence.load(session, unlinked.study.id, locale="fr")
    content = {"title": "F", "chart": chart, "indicators": [str(evidence.cards[0].id)], **NOTES}
    report = make_report(session, unlinked.study.id, blocks=[(BlockKind.FIGURE, content)])

    document, problems = compose(session, unlinked.study.id, report.id)

    assert problems == ()
    assert {row["group"].split(" (")[0] for row in document.blocks[0].chart["rows"]} == {"Ensemble"}


def test_heading_with_nothing_under_it_is_a_problem(session, world):
    title = {"title": "Un titre", "body": ""}
    points = {"points": "Un point."}

    alone = problems_of(
        session, world, [(BlockKind.TEXT, title), (BlockKind.TEXT, {"title": "Deux", "body": "Texte."})]
    )

    assert [(each.block, each.code) for each in alone] == [(1, "evaluation.section_is_empty")]
    session.rollback()
    report = make_report(
        session, world.study.id, title="Autre", blocks=[(BlockKind.TEXT, title), (BlockKind.KEY_POINTS, points)]
    )
    assert compose(session, world.study.id, report.id)[1] == ()
