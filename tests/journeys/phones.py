"""A form served on a database of its own, for a phone that answers."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

import config
from app.extensions import db
from app.factory import create_app
from app.unit_of_work import unit_of_work
from core.db import Base
from studies.models import Study


@dataclass(frozen=True)
class ServedForm:
    """An application that answers on a port, and the code of its collection."""

    app: Flask
    address: str
    code: str


@contextmanager
def serving_form(folder: Path, ask: Callable[[Session, Study], str]) -> Iterator[ServedForm]:
    """Serve a study; `ask` makes its collection and returns the code."""
    environ = {
        "DATABASE_URL": f"sqlite:///{folder / 'phone.sqlite3'}",
        "TRESSE_DATA_DIR": str(folder),
        "SECRET_KEY": "phone" * 10,
        "PUBLIC_URL": "http://127.0.0.1",
    }
    application = create_app(config.load(environ))
    with application.app_context():
        Base.metadata.create_all(db.engine)
        with unit_of_work() as session:
            study = Study(key="essai", title="Essai")
            session.add(study)
            session.flush()
            code = ask(session, study)
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield ServedForm(application, f"http://127.0.0.1:{server.port}", code)
    server.shutdown()
    thread.join()
    server.server_close()
    with application.app_context():
        db.session.remove()
        db.engine.dispose()
