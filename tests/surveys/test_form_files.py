"""Files beside a form: kept once, frozen with their version, inherited by the next one."""

import hashlib

import pytest
from sqlalchemy import select

from core.errors import Conflict, Invalid, NotFound
from studies.models import Study
from surveys.form_files import (
    FileUse,
    ReadyFile,
    file_report,
    find_shown,
    inherit_files,
    keep_files,
    list_files,
    named_files,
    read_file,
    ready_file,
    remove_file,
)
from surveys.models import FormFile
from surveys.parcels import SentFile
from surveys.services import import_questionnaire, open_collection, publish
from surveys.versions import load_version
from surveys.xlsform import read_form
from tests.factories.media import MP3, photo, png
from tests.factories.studies import StudyFactory

FORM = """
| survey |
| | type | name | label::fr | label::fr-x-falc | media::image | audio::fr-x-falc | big-image |
| | begin_group | lieu | Lieu | Lieu | groupe.png | | |
| | select_one oui | aide | Aidé ? | Aidé ? | jr://images/Aide.png | aide.mp3 | plan.png |
| | end_group | | | | | | |
| | note | fin | Merci | Merci | Aide.png | | |
| choices |
| | list_name | name | label::fr | label::fr-x-falc | image | video |
| | oui | oui | Oui | Oui | oui.png | https://exemple.fr/v |
| | oui | non | Non | Non | ${aide}.png | |
| settings |
| | form_title | form_id |
| | Images | images |
"""


def draft(session, study, form=FORM):
    return import_questionnaire(session, study.id, file_name="f.md", content=form.encode())


@pytest.fixture
def study(session) -> Study:
    return StudyFactory()


def picture(name):
    return ready_file(SentFile(name, png()))


def test_form_names_its_files_once_with_who_names_them():
    definition = read_form(FORM.encode()).definition

    assert named_files(definition) == (
        FileUse("groupe.png", "image", ("lieu",)),
        FileUse("Aide.png", "image", ("aide", "fin")),
        FileUse("plan.png", "big-image", ("aide",)),
        FileUse("aide.mp3", "audio", ("aide",)),
        FileUse("oui.png", "image", ("oui",)),
    )


def test_report_says_what_is_lacking_and_what_is_too_much(session, study):
    version = draft(session, study)
    keep_files(session, study.id, version.id, [picture("AIDE.png"), picture("chat.png")])

    report = file_report(load_version(session, version.id).definition, list_files(session, version.id))

    assert [use.name for use in report.missing] == ["groupe.png", "plan.png", "aide.mp3", "oui.png"]
    assert [each.name for each in report.unused] == ["chat.png"]


def test_file_of_the_same_name_in_any_capitals_replaces_the_earlier_one(session, study):
    version = draft(session, study)
    keep_files(session, study.id, version.id, [picture("Oui.png")])

    keep_files(session, study.id, version.id, [ready_file(SentFile("oui.PNG", png(8, 8)))])

    kept = session.scalars(select(FormFile).where(FormFile.version_id == version.id)).one()
    assert (kept.name, kept.media_type) == ("oui.PNG", "image/png")
    assert kept.sha256 == hashlib.sha256(kept.content).hexdigest()


def test_photo_beside_a_form_is_kept_without_its_place():
    kept = ready_file(SentFile("plan.jpg", photo()))

    assert (kept.media_type, b"Exif" in kept.content) == ("image/jpeg", False)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.svg", b"<svg onload='alert(1)'/>", "uploads.svg_refused"),
        ("a.png", b"<svg/>", "uploads.svg_refused"),
        ("a.png", b"<html><script>", "uploads.kind_refused"),
        ("a.mp4", b"\x00\x00\x00\x18ftypisom" + b"vide", "uploads.kind_refused"),
        ("a.png", png()[:30], "uploads.picture_broken"),
        ("a.csv", b"\x00\x01\x02", "uploads.not_text"),
    ],
)
def test_what_pages_cannot_show_safely_is_refused(name, content, code):
    with pytest.raises(Invalid) as refusal:
        ready_file(SentFile(name, content))

    assert (refusal.value.code, refusal.value.details["file"]) == (code, name)


def test_list_is_kept_as_it_came(session, study):
    version = draft(session, study)
    keep_files(session, study.id, version.id, [ready_file(SentFile("Villes.csv", "name;é\n".encode("cp1252")))])

    assert read_file(session, version.id, "villes.csv") == "name;é\n".encode("cp1252")
    assert read_file(session, version.id, "absent.csv") is None


def test_published_version_keeps_its_files_for_ever(session, study):
    version = draft(session, study)
    keep_files(session, study.id, version.id, [picture("oui.png")])
    publish(session, study.id, version.id)

    with pytest.raises(Conflict):
        keep_files(session, study.id, version.id, [picture("non.png")])
    with pytest.raises(Conflict):
        remove_file(session, study.id, version.id, "oui.png")
    assert [each.name for each in list_files(session, version.id)] == ["oui.png"]


def test_next_version_takes_over_the_files_it_still_names(session, study):
    version = draft(session, study)
    keep_files(session, study.id, version.id, [picture("oui.png"), picture("chat.png"), picture("aide.png")])
    publish(session, study.id, version.id)
    following = draft(session, study)
    keep_files(session, study.id, following.id, [ReadyFile("Aide.png", "image/png", png(9, 9))])

    inherit_files(session, following.id)

    assert [(each.name, each.size) for each in list_files(session, following.id)] == [
        ("Aide.png", len(png(9, 9))),
        ("oui.png", len(picture("oui.png").content)),
    ]


def test_file_is_removed_from_a_draft_of_this_study_only(session, study):
    version = draft(session, study)
    keep_files(session, study.id, version.id, [picture("oui.png")])

    with pytest.raises(NotFound):
        remove_file(session, StudyFactory().id, version.id, "oui.png")
    remove_file(session, study.id, version.id, "OUI.png")

    assert list_files(session, version.id) == ()


def test_pages_get_pictures_and_sounds_of_their_collection_only(session, study):
    version = draft(session, study)
    sound, names = ready_file(SentFile("aide.mp3", MP3)), ready_file(SentFile("villes.csv", b"name\n"))
    keep_files(session, study.id, version.id, [sound, names])
    publish(session, study.id, version.id)
    collection = open_collection(session, study.id, version_id=version.id, title="C")
    digests = {each.name: each.digest for each in list_files(session, version.id)}

    assert find_shown(session, digests["aide.mp3"], collection_code=collection.token).content == MP3
    with pytest.raises(NotFound):
        find_shown(session, digests["villes.csv"], collection_code=collection.token)
    with pytest.raises(NotFound):
        find_shown(session, digests["aide.mp3"], collection_code="22222222")


def test_loaded_version_knows_its_files_by_key(session, study):
    version = draft(session, study)
    keep_files(session, study.id, version.id, [picture("Oui.png")])

    assert [*load_version(session, version.id).files] == ["oui.png"]
