import os
import time

import pytest

from app.jobs.bodies import BodyProcess, Outcome
from app.jobs.kinds import Kind

pytestmark = pytest.mark.slow


def kind(name: str, *, seconds: float = 20, mebibytes: int = 300) -> Kind:
    return Kind(body=f"tests.app.jobs.bodies:{name}", store="", seconds=seconds, mebibytes=mebibytes)


@pytest.fixture
def bodies():
    process = BodyProcess(dict(os.environ))
    yield process
    process.kill()


def run(bodies, body, arguments=None, *, is_cancelled=lambda: False, seen=None):
    return bodies.run(
        body,
        arguments or {},
        on_progress=lambda progress, step: seen is not None and seen.append((progress, step)),
        is_cancelled=is_cancelled,
    )


def test_body_returns_its_result_and_says_how_far_it_is(bodies):
    seen = []

    outcome = run(bodies, kind("count"), {"to": 4, "seconds": 0.3}, seen=seen)

    assert outcome.result["counted"] == 4
    assert seen == [(0.0, "counting"), (0.5, "counting")]


def test_bodies_share_a_process(bodies):
    first = run(bodies, kind("count"), {"to": 1})
    second = run(bodies, kind("count"), {"to": 2})

    assert first.result["process"] == second.result["process"]
    assert first.result["process"] != os.getpid()


def test_body_that_refuses_gives_its_code(bodies):
    assert run(bodies, kind("refuse")) == Outcome(error_code="uploads.too_big", error_details={"file": "a.docx"})


def test_body_that_breaks_down_gives_its_trace_to_the_log_only(bodies):
    outcome = run(bodies, kind("break_down"))

    assert (outcome.error_code, outcome.error_details) == ("jobs.unexpected", {})
    assert "ZeroDivisionError" in outcome.trace


def test_body_over_its_time_is_killed(bodies):
    started = time.monotonic()

    outcome = run(bodies, kind("count", seconds=1), {"to": 1, "seconds": 60})

    assert outcome == Outcome(error_code="jobs.too_long", error_details={"limit": 1})
    assert time.monotonic() - started < 5


def test_body_over_its_memory_is_killed(bodies):
    outcome = run(bodies, kind("grow", mebibytes=150))

    assert outcome == Outcome(error_code="jobs.too_large", error_details={"limit": 150})


def test_cancelled_body_is_killed_and_the_next_one_served(bodies):
    outcome = run(bodies, kind("count"), {"to": 1, "seconds": 60}, is_cancelled=lambda: True)

    assert outcome == Outcome(is_cancelled=True)
    assert run(bodies, kind("count"), {"to": 1}).result["counted"] == 1


def test_body_that_dies_is_given_up_after_five_deaths_and_the_next_one_served(bodies):
    assert run(bodies, kind("die")) == Outcome(error_code="jobs.died")
    assert run(bodies, kind("count"), {"to": 1}).result["counted"] == 1
