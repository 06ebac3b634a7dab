"""What a withdrawal reaches: tables, the file of the database and its log, exports, quotations in draft reports."""

import io
import re
import sqlite3
import zipfile
from uuid import uuid4

import pytest
from sqlalchemy import select

import config
from app.extensions import db
from app.factory import create_app
from coding.models import ClusterGroup, ClusterMember, ClusterRun, Coding, Segment, Transcript, TranscriptVersion
from coding.services import add_coding, create_code, create_theme
from core.db import Base
from evaluation.models import BlockKind
from studies.models import Consent, ConsentPurpose
from surveys.answering import open_draft, save_page, submit
from surveys.attaching import keep_attachments, ready_attachment
from surveys.models import Attachment
from surveys.parcels import SentFile
from tests.factories.evaluation import make_report
from tests.factories.media import MP3
from tests.factories.studies import ParticipantFactory, StudyFactory, member_client
from tests.factories.surveys import make_collection, start, survey

CANARY = "zyxcanari"
SAID = f"Avec {CANARY} j'ai repris confiance, puis {CANARY} m'a aidée à tenir."
OTHERS = "Le groupe m'a aidée à tenir, chaque semaine."


@pytest.fixture
def own_app(tmp_path):
    settings = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/own.sqlite3",
        "TRESSE_DATA_DIR": str(tmp_path / "data"),
        "SECRET_KEY": "own" * 16,
        "PUBLIC_URL": "http://localhost",
    }
    application = create_app(config.load(settings))
    application.testing = True
    application.config["WTF_CSRF_ENABLED"] = False
    with application.app_context():
        Base.metadata.create_all(db.engine)
    yield application
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


def answer(session, collection, participant, story):
    token = start(session, collection, participant)
    for page, posted in (("work", {"works": ["no"]}), ("helped", {}), ("story", {"story": [story]})):
        save_page(session, open_draft(session, token), page, posted)
    receipt = submit(session, open_draft(session, token))
    session.commit()
    return receipt


def prepare(session):
    """Two persons who agreed to be quoted answer, the canary's between two answers of the other."""
    study = StudyFactory(disclosure_threshold=1)
    someone, other = ParticipantFactory(study=study), ParticipantFactory(study=study)
    for person in (someone, other):
        session.add(Consent(participant_id=person.id, purpose=ConsentPurpose.QUOTATION, is_given=True))
    collection = make_collection(session, study)
    answer(session, collection, other, OTHERS)
    receipt = answer(session, collection, someone, SAID)
    answer(session, collection, other, f"{OTHERS} Oui.")
    return study, collection, receipt


def code_and_quote(session, study, account):
    """Code both persons' words, quote them in a report, group them as the machine would."""
    version = session.scalars(select(TranscriptVersion)).one()
    code = create_code(session, study.id, "Tenir")
    theme = create_theme(session, study.id, "Tenir bon", code_ids=[code.id])
    for words in (SAID, OTHERS):
        place = version.text.index(words)
        add_coding(session, version.id, place, place + len(words), code.id, account)
    run = ClusterRun(study_id=study.id)
    session.add(run)
    session.flush()
    terms = [{"term": CANARY, "weight": 1.0}, {"term": "semaine", "weight": 0.5}]
    group = ClusterGroup(run_id=run.id, position=0, size=2, terms=terms)
    session.add(group)
    session.flush()
    for rank, words in enumerate((SAID, OTHERS)):
        place = version.text.index(words)
        session.add(
            ClusterMember(
                group_id=group.id, version_id=version.id, start=place, end=place + len(words), rank=rank, distance=0.1
            )
        )
    blocks = [(BlockKind.QUOTES, {"title": "", "intro": "", "theme": str(theme.id), "count": 3})]
    report = make_report(session, study.id, blocks=blocks)
    session.commit()
    return report


def withdraw_by_receipt(browser, receipt):
    def token_of(page):
        return re.search(r'csrf" value="([^"]+)', page.get_data(as_text=True))[1]

    browser.post("/recu", data={"csrf": token_of(browser.get("/recu")), "code": receipt})
    return browser.post("/recu/retirer", data={"csrf": token_of(browser.get("/recu/reponses?confirm=1"))})


def exported(browser, base):
    """Return the text of both exports."""
    book = zipfile.ZipFile(io.BytesIO(browser.get(f"{base}/answers.xlsx").data))
    parts = [book.read(name).decode("utf-8", "replace") for name in book.namelist()]
    return browser.get(f"{base}/answers.csv").get_data(as_text=True) + "".join(parts)


def holding(path, words):
    """Return the tables of a database file in which the words stand."""
    with sqlite3.connect(path) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            table
            for table in tables
            if any(words in str(cell) for row in connection.execute(f'SELECT * FROM "{table}"') for cell in row)
        }


def test_withdrawal_leaves_the_words_nowhere(own_app, tmp_path):
    with own_app.app_context():
        session = db.session()
        study, collection, receipt = prepare(session)
        team = member_client(own_app, study)
        key, account = study.key, db.session.execute(select(Base.metadata.tables["account"].c.id)).scalars().first()
    base = f"/studies/{key}/collections/{collection.id}"
    team.post(f"{base}/answers/story")
    with own_app.app_context():
        report = code_and_quote(db.session(), db.session.get(type(study), study.id), account)
        preview, text = (
            f"/studies/{key}/reports/{report.id}/preview",
            db.session.scalars(select(TranscriptVersion.text)).one(),
        )
    file, log = tmp_path / "own.sqlite3", tmp_path / "own.sqlite3-wal"
    assert CANARY in team.get(preview).get_data(as_text=True)
    assert CANARY in exported(team, base)
    assert holding(file, CANARY) == {"answer", "text_chunk", "transcript_version", "segment", "cluster_group"}

    page = withdraw_by_receipt(own_app.test_client(), receipt).get_data(as_text=True)

    assert "Ce que vous avez écrit est aussi effacé des textes" in page
    assert "L’équipe y avait marqué 1 passage" in page
    assert holding(file, CANARY) == set()
    with own_app.app_context():
        db.engine.dispose()
    words = CANARY.encode()
    assert [words in path.read_bytes() for path in (file, log) if path.exists()].count(True) == 0
    shown = team.get(preview).get_data(as_text=True)
    assert (CANARY in shown, "chaque semaine" in shown) == (False, True)
    assert CANARY not in exported(team, base)
    with own_app.app_context():
        version = db.session.scalars(select(TranscriptVersion)).one()
        assert version.text == text.replace(SAID, " " * len(SAID))
        assert [each.quote for each in db.session.scalars(select(Segment))] == [OTHERS]
        assert len(db.session.scalars(select(Coding)).all()) == 1
        group = db.session.scalars(select(ClusterGroup)).one()
        assert ([each["term"] for each in group.terms], group.size) == (["semaine"], 1)


def test_import_after_a_withdrawal_does_not_bring_the_words_back(app, session):
    study, collection, receipt = prepare(session)
    team = member_client(app, study)
    base = f"/studies/{study.key}/collections/{collection.id}"
    team.post(f"{base}/answers/story")
    withdraw_by_receipt(app.test_client(), receipt)
    first = session.scalars(select(Transcript)).one()
    first.title = "Autre"
    session.commit()

    team.post(f"{base}/answers/story")

    texts = session.scalars(select(TranscriptVersion.text)).all()
    assert len(texts) == 2
    assert [CANARY in text for text in texts] == [False, False]


VOICE = survey("audio | voix | Racontez |", "image | photo | Une photo ? |", columns="type | name | label")


def test_withdrawal_leaves_no_file_behind(own_app, tmp_path):
    """A recording over many pages of the database, and a photo that could not be read, kept apart."""
    with own_app.app_context():
        session = db.session()
        collection = make_collection(session, StudyFactory(), VOICE)
        token = start(session, collection)
        draft, words = open_draft(session, token), CANARY.encode()
        sent = [("voix", MP3 + words * 20_000), ("photo", b"\x00\x00\x00\x18ftypheic" + words * 2_000)]
        items = draft.state.structure.item
        files = [ready_attachment(items(key), key, SentFile(CANARY, content), uuid4()) for key, content in sent]
        keep_attachments(session, draft.id, files)
        save_page(session, draft, "voix", {"voix": [str(files[0].id)]})
        receipt = submit(session, open_draft(session, token))
        session.commit()
    file, log = tmp_path / "own.sqlite3", tmp_path / "own.sqlite3-wal"
    assert any(words in path.read_bytes() for path in (file, log) if path.exists())

    withdraw_by_receipt(own_app.test_client(), receipt)

    with own_app.app_context():
        assert db.session.scalars(select(Attachment)).all() == []
        db.engine.dispose()
    assert [words in path.read_bytes() for path in (file, log) if path.exists()].count(True) == 0
