"""Whatever is killed, a response that was acknowledged is there once, with its answers."""

import pytest
from sqlalchemy import text

from app.extensions import db
from surveys.tokens import new_token
from tests.app.respond.crashes import Phone, cut_off, environment_of, kill_servers, open_form, serving

pytestmark = pytest.mark.slow


def test_killed_servers_lose_nothing_and_double_nothing(own_app, own_url, tmp_path, request):
    submissions, kills = request.config.getoption("submissions"), request.config.getoption("kills")
    code = open_form()

    with serving(environment_of(own_url, tmp_path)) as server:
        tally = kill_servers(code, server, submissions=submissions, kills=kills, seed=1, patience=300)

    assert (tally.submissions, tally.kills) == (submissions, kills)
    assert (tally.lost, tally.doubled, tally.stray) == (0, 0, 0)
    assert tally.replays > 0


OPEN_TRANSACTIONS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND state LIKE 'idle in transaction%'"
)


def test_pages_cut_off_on_their_way_leave_nothing_open_and_the_next_ones_are_taken(own_app, own_url, tmp_path):
    code = open_form()

    with serving(environment_of(own_url, tmp_path)) as server:
        phone = Phone(server.port, code)
        receipts = {phone.submit(new_token(), number) for number in range(8)}
        phone.replays = 0  # while the server started
        for number in range(100):
            cut_off(server.port, code, new_token(), number)
        receipts |= {phone.submit(new_token(), number) for number in range(20)}
        phone.close()
        waiting = db.session().scalar(OPEN_TRANSACTIONS) if db.engine.dialect.name == "postgresql" else 0

    assert len(receipts) == 28
    assert phone.replays == 0
    assert waiting == 0
