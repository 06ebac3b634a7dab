"""Charts of the fieldwork: what they draw, what they hide, how they are laid out."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from app.research.contexts.figures import HEIGHT, Part, Row, bars, columns
from app.research.contexts.following import (
    completion_figure,
    days_figure,
    hidden_rows,
    quickness_figure,
    shown_pages,
)
from surveys.models import Response
from surveys.tempo import Standing, times
from tests.app.test_pages import faults
from tests.factories.datafiles import keep_response
from tests.factories.studies import StudyFactory, member_client
from tests.factories.surveys import make_collection

MONDAY = date(2026, 9, 7)


@pytest.fixture
def french(app):
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        yield


def laid(figure):
    return [(each.x, each.width, each.y, each.height, each.tone) for each in figure.columns]


def test_columns_share_the_width_and_the_highest_has_all_the_height():
    figure = columns("T", "D", [Part("a", 10, "10"), Part("b", 0, "0"), Part("c", None, "masqué")] * 4)

    assert laid(figure)[:3] == [
        (0.833, 6.667, 0.0, float(HEIGHT), "plain"),
        (9.167, 6.667, float(HEIGHT), 0.0, "plain"),
        (17.5, 6.667, 90.0, 30.0, "hidden"),
    ]
    assert (figure.first, figure.last, figure.highest) == ("a", "c", "10")


def test_one_column_is_no_wall():
    assert laid(columns("T", "D", [Part("a", 3, "3")])) == [(1.2, 9.6, 0.0, float(HEIGHT), "plain")]


@pytest.mark.parametrize("parts", [[], [Part("a", 0, "0")]])
def test_columns_without_anything_are_none(parts):
    assert columns("T", "D", parts) is None


def test_bars_are_as_long_as_their_share_and_hidden_ones_say_nothing():
    rows = [Row("a" * 50, 20, 10, "10"), Row("b", 5, 5, "5"), Row("c", None, None, "masqué")]
    figure = bars("T", "D", rows)

    assert [(bar.width, bar.full, bar.tone) for bar in figure.bars] == [
        (72.0, 36.0, "plain"),
        (18.0, 18.0, "plain"),
        (72.0, 0.0, "hidden"),
    ]
    assert figure.bars[0].label == "a" * 43 + "…"


@pytest.mark.parametrize(
    ("days", "title", "count"),
    [
        (1, "Réponses envoyées, par jour", 1),
        (62, "Réponses envoyées, par jour", 62),
        (63, "Réponses envoyées, par semaine", 9),
        (600, "Réponses envoyées, par mois", 20),
    ],
)
def test_days_become_weeks_then_months(french, days, title, count):
    by_day = {MONDAY + timedelta(days=number): 7 for number in range(days)}

    found = days_figure(by_day, threshold=5)

    assert (found.figure.title, len(found.figure.columns)) == (title, count)
    assert sum(int(words) for _when, words in found.rows) == 7 * days


def test_small_day_is_hidden_with_another_so_that_no_difference_gives_it_back(french):
    found = days_figure({MONDAY: 2, MONDAY + timedelta(days=1): 9, MONDAY + timedelta(days=3): 30}, threshold=5)

    assert found.rows == (("7 septembre", "masqué"), ("8 septembre", "masqué"), ("10 septembre", "30"))
    assert [each.tone for each in found.figure.columns] == ["hidden", "hidden", "plain", "plain"]


def test_groups_are_hidden_whole_and_never_alone():
    standings = [Standing("a", 40, 20), Standing("b", 30, 27), Standing("c", 20, 10), Standing("d", 60, 0)]

    assert hidden_rows(standings, 5) == frozenset({1, 2})
    assert hidden_rows(standings[:1], 5) == frozenset()
    assert hidden_rows([Standing("a", 3, 1)], 5) == frozenset({0})


def test_completion_says_what_was_sent_of_what_was_begun(french):
    found = completion_figure("Par site", [Standing("a", 40, 20), Standing("b", 30, 10)], 5)

    assert [bar.words for bar in found.figure.bars] == ["20 sur 40", "10 sur 30"]
    assert found.rows == (("a", "40", "20"), ("b", "30", "10"))


@pytest.mark.parametrize(
    ("stops", "reached"),
    [
        ([10, 0, 8, 0], [True, True, True, True]),
        ([2, 3, 0, 8], [True, False, True, True]),
        ([2, 0, 0, 8], [True, False, False, False]),
        ([0, 9, 2, 2, 20], [True, True, False, False, False]),
    ],
)
def test_pages_are_shown_where_no_difference_gives_a_hidden_stop(stops, reached):
    assert list(shown_pages(stops, 5)[0]) == reached


def test_quick_ones_stand_apart(french):
    found = quickness_figure(times([60.0] * 6 + [600.0] * 30), threshold=5)

    assert [each.tone for each in found.figure.columns][:3] == ["marked", "marked", "plain"]
    assert found.sentence.replace("\u00a0", " ").endswith("(3 min 20 s), on ne lit guère : 6 réponses reçues.")
    assert quickness_figure(times([60.0] * 4), threshold=5) is None


def test_few_quick_ones_are_not_counted(french):
    found = quickness_figure(times([60.0] * 2 + [600.0] * 30), threshold=5)

    assert "masqué, moins de 5 ou presque" in found.sentence


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.mark.parametrize("count", [0, 1, 12])
@pytest.mark.parametrize("page", ["", "/pace"])
def test_charts_are_drawn_named_and_well_formed(app, session, study, count, page):
    collection, noon = make_collection(session, study), datetime(2026, 9, 7, 12, tzinfo=UTC)
    for number in range(count):
        response = keep_response(session, collection, {"works": "yes"})
        at = {"started_at": noon - timedelta(minutes=5 + number), "submitted_at": noon}
        session.execute(update(Response).where(Response.id == response).values(**at))
    session.commit()

    shown = member_client(app, study).get(f"/studies/{study.key}/collections/{collection.id}{page}")

    text = shown.get_data(as_text=True)
    assert shown.status_code == 200
    assert faults(text) == []
    drawn = {("", 12): 2, ("/pace", 12): 2}.get((page, count), 0)
    assert text.count('<svg class="figure-drawing" role="img"') == text.count("<desc") == drawn
