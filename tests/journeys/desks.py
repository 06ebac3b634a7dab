"""A study served on a database of its own, for coders at their desks."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

import config
from app.account.models import AccountSession
from app.account.sessions import hash_token
from app.extensions import db
from app.factory import create_app
from app.unit_of_work import unit_of_work
from core.clock import now
from core.db import Base
from studies.models import Account, Membership, Role, Study


@contextmanager
def serving_desk(
    folder: Path, names: Sequence[str], fill: Callable[[Session, Study], Any]
) -> Iterator[tuple[Flask, str, Any]]:
    """Serve a study with these coders, each signed in by a cookie that holds their name; give what `fill` returns."""
    environ = {
        "DATABASE_URL": f"sqlite:///{folder / 'journey.sqlite3'}",
        "TRESSE_DATA_DIR": str(folder),
        "SECRET_KEY": "journey-" * 8,
        "PUBLIC_URL": "http://127.0.0.1",
    }
    app = create_app(config.load(environ))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        with unit_of_work() as session:
            study = Study(key="lettres", title="Une lettre arrive")
            session.add(study)
            session.flush()
            for name in names:
                account = Account(email=f"{name}@example.org", name=name.title(), password_hash="")
                session.add(account)
                session.flush()
                session.add(Membership(study_id=study.id, account_id=account.id, role=Role.CODER))
                expires = now() + timedelta(hours=1)
                session.add(AccountSession(token_hash=hash_token(name), account_id=account.id, expires_at=expires))
            made = fill(session, study)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield app, f"http://127.0.0.1:{server.server_port}", made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.engine.dispose()
