"""The body of an export, on a database that it opens itself; and the time its file is kept."""

import os
import time
import zipfile
from uuid import uuid4

import pytest

from app.datafiles import job
from app.datafiles.orders import Format, Order, Scope, forget_exports, path_of, sweep_exports
from app.extensions import db
from app.jobs.inside import application
from core.audit import AuditEntry
from tests.factories.datafiles import keep_response
from tests.factories.studies import StudyFactory
from tests.factories.surveys import make_collection


def order_for(study_id, target_id, kind=Format.SPSS):
    return Order(
        id=uuid4(),
        study_id=study_id,
        scope=Scope.COLLECTION,
        target_id=target_id,
        format=kind,
        locale="fr",
        drafts=False,
    )


@pytest.fixture
def order(own_app, own_url, tmp_path, monkeypatch):
    settings = {"DATABASE_URL": own_url, "TRESSE_DATA_DIR": str(tmp_path), "SECRET_KEY": "test" * 16}
    monkeypatch.setattr(os, "environ", os.environ | settings)
    application.cache_clear()
    study = StudyFactory()
    collection = make_collection(db.session(), study)
    keep_response(db.session(), collection, {"works": "yes"})
    asked = order_for(study.id, collection.id)
    db.session.remove()
    yield asked
    with application().app_context():
        db.session.remove()
        db.engine.dispose()
    application.cache_clear()


def test_body_reads_the_database_by_itself_and_leaves_a_file(order):
    said = []

    result = job.body(order.to_json(), lambda _progress, step="": said.append(step))

    path = path_of(order)
    assert (result["responses"], result["bytes"], result["withdrawals"]) == (1, path.stat().st_size, 0)
    with zipfile.ZipFile(path) as bundle:
        assert "small.sav" in bundle.namelist()
    assert list(dict.fromkeys(said)) == ["export.step_read", "export.step_write"]


def test_store_writes_in_the_trail_that_answers_left(session):
    study = StudyFactory()
    asked = order_for(study.id, uuid4())

    class View:
        arguments, study_id, account_id = asked.to_json(), study.id, None

    job.store(session, View, {"responses": 12})

    session.flush()
    entry = session.query(AuditEntry).filter_by(study_id=study.id).one()
    assert (entry.verb, entry.object_id) == ("export", asked.target_id)
    assert entry.after == {"format": "spss", "scope": "collection", "responses": 12}


def test_files_wait_for_a_day_and_go_when_somebody_withdraws(app):
    study_id = uuid4()
    old, fresh = order_for(study_id, uuid4()), order_for(study_id, uuid4())
    for each in (old, fresh):
        path_of(each).parent.mkdir(parents=True, exist_ok=True)
        path_of(each).write_bytes(b"x")
    long_ago = time.time() - 25 * 3600
    os.utime(path_of(old), (long_ago, long_ago))

    sweep_exports()
    assert (path_of(old).exists(), path_of(fresh).exists()) == (False, True)

    forget_exports(study_id)
    assert not path_of(fresh).parent.exists()
