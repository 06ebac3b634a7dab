"""Whatever is killed, no job is lost and none takes effect twice."""

import pytest

from tests.app.jobs.crashes import kill_producers, kill_workers

pytestmark = pytest.mark.slow


def test_rows_and_their_jobs_stand_or_fall_together(own_app, own_url, tmp_path):
    orphans = kill_producers(own_url, tmp_path, kills=4, seed=1)

    assert (orphans.rows_alone, orphans.jobs_alone) == (0, 0)
    assert orphans.rows > 4


def test_killed_workers_lose_nothing_and_double_nothing(own_app, own_url, tmp_path):
    tally = kill_workers(own_url, tmp_path, jobs=60, kills=4, seed=1, patience=60)

    assert (tally.lost, tally.doubled, tally.reasons) == (0, 0, ())
