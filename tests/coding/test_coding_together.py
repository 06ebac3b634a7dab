"""Two coders who press at the same moment, on a database of their own: real transactions, committed."""

import threading
import uuid

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

import app.models  # noqa: F401  every table
from app.database import prepare_engine, write_intent
from coding.models import Coding, Segment, TranscriptVersion
from coding.services import add_coding, create_code
from coding.transcripts import import_transcript, preview
from core.db import Base
from studies.models import Account, Study
from tests.factories.corpus import INTERVIEW

ROUNDS = 15


@pytest.fixture
def engine(database_url, tmp_path):
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        engine = create_engine(f"sqlite:///{tmp_path / 'together.sqlite3'}")
        prepare_engine(engine)
        with write_intent():
            Base.metadata.create_all(engine)
        yield engine
        engine.dispose()
        return
    # A schema of its own beside the tables of the run.
    schema = f"together_{uuid.uuid4().hex}"
    admin = create_engine(url)
    with admin.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    engine = create_engine(url, connect_args={"options": f"-csearch_path={schema}"})
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()
    with admin.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    admin.dispose()


def test_two_coders_at_once_get_one_segment_and_each_their_coding(engine):
    with write_intent(), Session(engine) as session:
        study = Study(key="s", title="S")
        coders = [Account(email=f"{n}@example.org", name=f"{n}", password_hash="x") for n in range(2)]
        session.add_all([study, *coders])
        session.flush()
        transcript = import_transcript(session, study.id, preview("a.txt", INTERVIEW.encode()))
        version_id = session.scalars(
            select(TranscriptVersion.id).where(TranscriptVersion.transcript_id == transcript.id)
        ).one()
        code_id = create_code(session, study.id, "c").id
        coder_ids = [coder.id for coder in coders]
        session.commit()
    together = threading.Barrier(4)
    faults = []

    def press(coder_id):
        for number in range(ROUNDS):
            together.wait()
            try:
                with write_intent(), Session(engine) as session:
                    add_coding(session, version_id, 2 * number, 2 * number + 12, code_id, coder_id)
                    session.commit()
            except Exception as error:  # noqa: BLE001  shown below
                faults.append(error)

    # Each coder presses twice at once: a double click.
    threads = [threading.Thread(target=press, args=(coder_id,)) for coder_id in coder_ids * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with Session(engine) as session:
        spans = session.scalar(select(func.count()).select_from(Segment))
        codings = session.scalar(select(func.count()).select_from(Coding))
    assert faults == []
    assert codings == 2 * spans
