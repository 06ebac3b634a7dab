"""The screen of the files beside a form, and the import that brings them."""

import io

import pytest
from sqlalchemy import select

from studies.models import Role
from surveys.form_files import list_files
from surveys.models import QuestionnaireVersion
from tests.factories.media import MP3, png, zipped
from tests.factories.studies import StudyFactory, member_client

FORM = """
| survey |
| | type | name | label | media::image | audio |
| | text | mot | Un mot ? | visage.png | mot.mp3 |
"""


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def lead(app, study):
    return member_client(app, study)


def file(content, name):
    return io.BytesIO(content), name


def bring(lead, study, *files, form=None):
    data = {"file": file(*form or (FORM.encode(), "images.md")), "files": [file(*each) for each in files]}
    return lead.post(f"/studies/{study.key}/questionnaires/", data=data)


def kept(session):
    version = session.scalars(select(QuestionnaireVersion)).one()
    return version, [each.name for each in list_files(session, version.id)]


def test_import_keeps_the_files_sent_beside_the_form(lead, study, session):
    answer = bring(lead, study, (png(), "visage.png"), (MP3, "mot.mp3"))

    assert answer.status_code == 303
    assert kept(session)[1] == ["mot.mp3", "visage.png"]


def test_a_form_leaves_with_its_files_in_a_zip_that_can_be_sent_again(lead, study, session):
    shown = bring(lead, study, (png(), "visage.png"), (MP3, "mot.mp3")).location
    assert f'{shown}/form.zip"' in lead.get(shown).get_data(as_text=True)

    content = lead.get(f"{shown}/form.zip").data
    before = [each.sha256 for each in list_files(session, kept(session)[0].id)]
    answer = bring(lead, study, form=(content, "envoi.zip"))

    assert answer.status_code == 303
    version, names = kept(session)
    assert names == ["mot.mp3", "visage.png"]
    assert [each.sha256 for each in list_files(session, version.id)] == before


def test_import_takes_one_zip_with_everything(lead, study, session):
    content = zipped({"images.md": FORM.encode(), "images-media/visage.png": png(), "images-media/mot.mp3": MP3})

    answer = bring(lead, study, form=(content, "envoi.zip"))

    assert answer.status_code == 303
    assert kept(session)[1] == ["mot.mp3", "visage.png"]


def test_import_with_a_refused_file_keeps_nothing_and_says_which(lead, study, session):
    answer = bring(lead, study, (b"<svg/>", "visage.svg"))

    assert answer.status_code == 422
    assert "visage.svg" in answer.get_data(as_text=True)
    assert session.scalars(select(QuestionnaireVersion)).all() == []


def test_version_says_which_files_are_lacking_before_it_is_published(lead, study, session):
    bring(lead, study, (png(), "visage.png"))
    version, _names = kept(session)
    root = f"/studies/{study.key}/questionnaires/versions/{version.id}"

    pages = [lead.get(root + tail).get_data(as_text=True) for tail in ("", "/publish", "/files/")]

    assert ["Le formulaire cite 1 fichier" in page for page in pages] == [True, True, True]
    assert "<code>mot.mp3</code>" in pages[2]


def test_files_are_added_in_a_zip_and_removed_by_name(lead, study, session):
    bring(lead, study)
    version, _names = kept(session)
    files = f"/studies/{study.key}/questionnaires/versions/{version.id}/files/"

    lead.post(files, data={"files": [file(zipped({"visage.png": png(), "mot.mp3": MP3}), "tout.zip")]})
    lead.post(f"{files}remove", data={"name": "mot.mp3"})

    assert kept(session)[1] == ["visage.png"]


@pytest.mark.parametrize("sent", [[], [(b"<html>", "a.png")], [(b"x" * 1_001, "a.png")]])
def test_files_that_do_not_fit_are_said(lead, study, session, monkeypatch, sent):
    monkeypatch.setattr("app.research.form_files.MAX_FILE_BYTES", 1_000)
    bring(lead, study)
    version, _names = kept(session)

    answer = lead.post(
        f"/studies/{study.key}/questionnaires/versions/{version.id}/files/", data={"files": [file(*e) for e in sent]}
    )

    assert answer.status_code == 422
    assert 'role="alert"' in answer.get_data(as_text=True)
    assert kept(session)[1] == []


def test_files_of_another_study_are_not_there(app, lead, study, session):
    bring(lead, study, (png(), "visage.png"))
    version, _names = kept(session)
    digest = list_files(session, version.id)[0].digest
    other = StudyFactory()
    stranger = member_client(app, other)
    root = f"/studies/{other.key}/questionnaires/versions/{version.id}/files/"

    assert [stranger.get(root).status_code, stranger.get(root + digest).status_code] == [404, 404]
    assert stranger.post(root, data={"files": [file(png(), "a.png")]}).status_code == 404
    assert stranger.post(f"{root}remove", data={"name": "visage.png"}).status_code == 404


def test_coder_sees_the_files_and_does_not_change_them(app, lead, study, session):
    bring(lead, study, (png(), "visage.png"))
    version, _names = kept(session)
    coder = member_client(app, study, Role.CODER)
    root = f"/studies/{study.key}/questionnaires/versions/{version.id}/files/"
    digest = list_files(session, version.id)[0].digest

    shown = coder.get(root + digest)

    assert (coder.get(root).status_code, shown.mimetype) == (200, "image/png")
    assert shown.headers["Cache-Control"] == "no-store"
    assert coder.post(f"{root}remove", data={"name": "visage.png"}).status_code == 403
