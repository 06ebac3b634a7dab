"""What the follow-up page costs with 10,000 people who answered 30 items in 3 waves: seconds of CPU and of wall clock.

Run by hand: `python -m benchmarks.follow_up [people] [rounds]`. DATABASE_URL may name PostgreSQL; otherwise a SQLite
file of its own. The pages are asked for in this process, signed in, as the desk does.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.export_answers import fill

PAGES = ("", "/pace")


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
        os.environ |= {"TRESSE_DATA_DIR": folder, "SECRET_KEY": "benchmark" * 6, "PUBLIC_URL": "http://localhost"}
        fill(people)
        measure(people, rounds)


def measure(people: int, rounds: int) -> None:
    from sqlalchemy import select

    import config
    from app.account.recognition import cookie_name
    from app.account.sessions import open_session
    from app.extensions import db
    from app.factory import create_app
    from studies.models import Account, Membership, Role, Study
    from surveys.models import Collection

    app = create_app(config.load(os.environ))
    with app.app_context():
        session = db.session()
        study = session.scalar(select(Study))
        lead = Account(email="lead@example.org", name="Lead", locale="fr", password_hash="none")
        session.add(lead)
        session.flush()
        session.add(Membership(study_id=study.id, account_id=lead.id, role=Role.LEAD))
        token = open_session(session, lead.id, user_agent="bench")
        addresses = [
            f"/studies/{study.key}/collections/{collection}{page}"
            for page in PAGES
            for collection in session.scalars(select(Collection.id).order_by(Collection.title)).all()[:1]
        ]
        session.commit()
        name = cookie_name()
    client = app.test_client()
    client.set_cookie(name, token)
    kind = os.environ["DATABASE_URL"].split(":")[0]
    for address in addresses:
        wall, cpu = [], []
        for _ in range(rounds + 1):
            begun, used = time.perf_counter(), time.process_time()
            answer = client.get(address)
            assert answer.status_code == 200, (address, answer.status_code)
            wall.append(time.perf_counter() - begun)
            cpu.append(time.process_time() - used)
        page = Path(address).name if address.endswith("pace") else "follow-up"
        print(
            f"{kind}, {page}, {people} people x 30 items x 3 waves, n={rounds}: "
            f"{statistics.median(wall[1:]) * 1000:.0f} ms (max {max(wall[1:]) * 1000:.0f}), "
            f"CPU {statistics.median(cpu[1:]) * 1000:.0f} ms (goal: under 500 ms)"
        )


if __name__ == "__main__":
    main()
