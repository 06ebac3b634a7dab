"""Periodic work is done by one worker a turn, and by the next one when that one died."""

import threading

import pytest
from sqlalchemy import select, update

from app.jobs import periodic
from app.jobs.models import PeriodicClaim
from app.jobs.periodic import Turn, take_turn, take_turns
from app.unit_of_work import unit_of_work
from core.clock import now

DONE = []


def work():
    DONE.append(1)


def break_down():
    raise RuntimeError("boom")


@pytest.fixture(autouse=True)
def nothing_done():
    DONE.clear()


def test_turn_is_taken_once_a_period(session):
    taken = [take_turn(session, "a", seconds=60) for _ in range(3)]
    session.execute(update(PeriodicClaim).values(free_at=now()))

    assert (taken, take_turn(session, "a", seconds=60)) == ([True, False, False], True)


def test_works_have_turns_of_their_own(session):
    assert [take_turn(session, name, seconds=60) for name in ("a", "b")] == [True, True]


def test_workers_that_come_together_do_the_work_once(own_app):
    gate = threading.Barrier(6)

    def come():
        gate.wait()
        take_turns(own_app, (Turn("a", 60.0, f"{__name__}:work"),))

    threads = [threading.Thread(target=come) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert DONE == [1]


def test_work_that_breaks_stops_no_other_and_comes_again(own_app, caplog):
    turns = (Turn("bad", 60.0, f"{__name__}:break_down"), Turn("good", 60.0, f"{__name__}:work"))

    take_turns(own_app, turns)
    with unit_of_work() as session:
        names = set(session.scalars(select(PeriodicClaim.name)))

    assert (DONE, names) == ([1], {"bad", "good"})
    assert "the turn of bad failed" in caplog.text


def test_every_turn_names_a_function_that_is_there():
    assert [callable(periodic._load(turn.work)) for turn in periodic.TURNS] == [True] * len(periodic.TURNS)
    assert {turn.name for turn in periodic.TURNS} == {
        "desk.sweep", "exports.sweep", "imports.sweep", "mailing.remind", "mailing.sweep", "projects.sweep"
    }  # fmt: skip
