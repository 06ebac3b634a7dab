"""Hostile workbooks, read as the body reads them: one clear sentence, in bounded time and memory."""

import time
from uuid import uuid4

import pytest

from app.arrivals import reading, soon
from app.arrivals.folder import forget, put_down
from app.arrivals.soon import end_idle, read_soon
from app.jobs.bodies import Outcome
from app.jobs.kinds import kind_of
from app.wording import word_code
from app.wording.surveys import word_remark
from core.errors import Invalid
from surveys.parcels import SentFile
from tests.factories import hostile

SETTLED_SECONDS = 20


@pytest.fixture(scope="module")
def read(app):
    """Return a function that gives what is said of a file, and the seconds it took; with the time of a job."""
    settings = app.config["SETTINGS"]

    def say(content, name="formulaire.xlsx"):
        arrival = put_down(settings.data_dir, uuid4(), [SentFile(name, content)], locale="fr")
        begun = time.monotonic()
        outcome = read_soon(settings, arrival, size=len(content))
        seconds = time.monotonic() - begun
        forget(settings.data_dir, arrival)
        return outcome, seconds

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(soon, "SOON_PROCESSOR_SECONDS", 60)
        patch.setattr(soon, "SOON_BYTES", 10_000_000)
        yield say
    end_idle()


def sentences(outcome: Outcome):
    if outcome.error_code:
        return [word_code(outcome.error_code, outcome.error_details)]
    return [
        word_remark(each["code"], each["details"], sheet=each["sheet"], row=each["row"], column=each["column"])
        for each in outcome.result["refused"]["problems"]
        if each["severity"] == "error"
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (hostile.zip_bomb, "“formulaire.xlsx” is refused: once opened it would be more than 100 times larger."),
        (hostile.deep_xml, "The sheet “survey” is missing, or it is empty."),
        (hostile.many_entities, "The file is damaged and cannot be read. Save it again from your spreadsheet."),
        (
            hostile.far_cell,
            "The sheet goes beyond 20000 rows or 400 columns. Delete what is far from the table.",
        ),
        (
            hostile.million_rows,
            "The sheet goes beyond 20000 rows or 400 columns. Delete what is far from the table.",
        ),
        (
            hostile.deep_groups,
            "Sheet survey, row 32, column type: More than 30 groups stand inside each other here. Take some out.",
        ),
        (
            lambda: hostile.deep_groups("repeat"),
            "Sheet survey, row 32, column type: More than 30 groups stand inside each other here. Take some out.",
        ),
        (
            hostile.endless_formula,
            "Sheet survey, row 3, column calculation: The expression has 32001 characters; the limit is 20000.",
        ),
        (
            hostile.deep_formula,
            (
                "Sheet survey, row 3, column calculation: The expression has more than 50 levels of brackets: "
                "it must be made simpler."
            ),
        ),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_hostile_workbook_is_refused_with_one_sentence_in_bounded_time(app, read, content, said):
    outcome, seconds = read(content())

    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert sentences(outcome) == [said]
    assert seconds < SETTLED_SECONDS


@pytest.mark.slow
def test_small_form_is_read_at_once_and_again_without_a_new_process(read):
    first, _cold = read(hostile.questions(40))
    again, warm = read(hostile.questions(40))

    assert (first.error_code, again.error_code) == ("", "")
    assert set(first.result) == set(again.result) == {"sha256"}
    assert warm < 2


@pytest.mark.slow
def test_form_that_takes_long_is_left_to_the_worker(read, monkeypatch):
    monkeypatch.setattr(soon, "SOON_PROCESSOR_SECONDS", 0.3)

    outcome, _seconds = read(hostile.questions(3_000))

    assert outcome is None


def test_large_file_is_left_to_the_worker_unread(read):
    outcome, seconds = read(b"x" * 10_000_001)

    assert outcome is None
    assert seconds < 1


@pytest.mark.slow
def test_body_that_asks_for_too_much_memory_is_refused_and_the_next_served(app, monkeypatch):
    monkeypatch.setenv("TRESSE_DATA_DIR", str(app.config["SETTINGS"].data_dir))
    arrival = put_down(app.config["SETTINGS"].data_dir, uuid4(), [SentFile("f.xlsx", b"")], locale="fr")
    monkeypatch.setattr(reading, "pick_up", lambda *_: bytearray(2_000_000_000))

    with pytest.raises(Invalid) as refused:
        reading.body(arrival.to_json(), lambda _progress, _step="": None)

    assert (refused.value.code, refused.value.details) == ("jobs.too_large", {"limit": 900})
    assert len(bytearray(1_000_000)) == 1_000_000


def test_reading_in_a_job_has_limits_of_time_and_memory():
    kind = kind_of("questionnaire.read")

    assert (kind.seconds, kind.mebibytes) == (120, 600)
