"""Pictures and sounds as phones get them: once, in parts, and never as a page."""

import pytest

from surveys.form_files import keep_files, list_files, ready_file
from surveys.parcels import SentFile
from surveys.services import import_questionnaire, open_collection, publish
from tests.factories.media import MP3, png
from tests.factories.studies import StudyFactory
from tests.factories.surveys import FORM


@pytest.fixture
def addresses(session):
    """The addresses of a picture and of a sound of an open collection."""
    study = StudyFactory()
    version = import_questionnaire(session, study.id, file_name="f.md", content=FORM.encode())
    sent = [SentFile("a.png", png()), SentFile("b.mp3", MP3), SentFile("c.csv", b"name\n")]
    keep_files(session, study.id, version.id, [ready_file(each) for each in sent])
    publish(session, study.id, version.id)
    collection = open_collection(session, study.id, version_id=version.id, title="C")
    session.commit()
    return [f"/r/{collection.token}/f/{each.digest}" for each in list_files(session, version.id)]


def test_picture_is_data_that_runs_nothing_and_is_asked_once(client, addresses):
    answer = client.get(addresses[0])

    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert {
        name: answer.headers.get(name) for name in ("Content-Security-Policy", "X-Content-Type-Options", "Vary")
    } == {
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Vary": None,
    }
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_sound_is_given_in_parts(client, addresses):
    answer = client.get(addresses[1], headers={"Range": "bytes=0-1"})

    assert (answer.status_code, answer.get_data()) == (206, MP3[:2])


def test_list_and_unknown_file_are_not_given(client, addresses):
    assert client.get(addresses[2]).status_code == 404
    assert client.get(addresses[0][:-1] + "0").status_code == 404
    assert client.get("/r/22222222/f/" + addresses[0].rpartition("/")[2]).status_code == 404
