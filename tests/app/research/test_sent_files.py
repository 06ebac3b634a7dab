"""Files that people gave, as the team sees and takes them away: whose, which question, never somebody who said no."""

import csv
import io
import re
import zipfile
from uuid import uuid4

import pytest

from studies.models import Consent, ConsentPurpose, FlowState, Role
from surveys.answering import open_draft, save_page, submit
from surveys.attaching import keep_attachments, ready_attachment
from surveys.parcels import SentFile
from tests.factories.media import MP3, png
from tests.factories.studies import ParticipantFactory, StudyFactory, member_client
from tests.factories.surveys import make_collection, start, survey

FORM = survey("image | photo | Une photo ? |", "audio | voix | Racontez |", columns="type | name | label")
HEIC = b"\x00\x00\x00\x18ftypheic" + bytes(40)


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def collection(session, study):
    return make_collection(session, study, FORM)


def answer(session, collection, person=None, *, photo=None, voice=None, apart=b"", ends=True):
    """Answer with files, and return the id of the response."""
    token = start(session, collection, person)
    draft = open_draft(session, token)
    for key, content, page in (("photo", photo, "photo"), ("voix", voice, "voix"), ("photo", apart, "")):
        if content:
            file = ready_attachment(draft.state.structure.item(key), key, SentFile("a", content), uuid4())
            keep_attachments(session, draft.id, [file])
            if page:
                save_page(session, open_draft(session, token), page, {key: [str(file.id)]})
    if ends:
        submit(session, open_draft(session, token))
    session.commit()
    return draft.id


def test_file_of_an_odd_name_is_given_to_the_team(app, session, study, collection):
    token = start(session, collection)
    draft = open_draft(session, token)
    file = ready_attachment(draft.state.structure.item("photo"), "photo", SentFile("a\n\0b\x7f.png", png()), uuid4())
    keep_attachments(session, draft.id, [file])
    session.commit()

    given = member_client(app, study).get(f"/studies/{study.key}/collections/{collection.id}/files/{file.id}")

    assert (file.name, given.status_code) == ("ab.png", 200)


def archive(browser, study, collection):
    with browser.get(f"/studies/{study.key}/collections/{collection.id}/files/all.zip") as got:
        assert (got.status_code, got.mimetype) == (200, "application/zip")
        return zipfile.ZipFile(io.BytesIO(got.get_data()))


def test_archive_names_files_by_person_and_question_and_lists_them(app, session, study, collection):
    person = ParticipantFactory(study=study, pseudonym="P-07/é")
    known = answer(session, collection, person, photo=png(), voice=MP3)
    unknown = answer(session, collection, photo=png(9, 9))

    packed = archive(member_client(app, study), study, collection)

    rows = list(csv.DictReader(io.StringIO(packed.read("fichiers.csv").decode("utf-8-sig")), delimiter=";"))
    assert sorted(
        name.rpartition("_")[0] + name[-4:] for name in packed.namelist() if name != "fichiers.csv"
    ) == sorted([f"{unknown.hex[:8]}_photo.png", "P-07-é_photo.png", "P-07-é_voix.mp3"])
    assert {(row["item"], row["participant"], row["is_answer"]) for row in rows} == {
        ("photo", "P-07/é", "1"),
        ("voix", "P-07/é", "1"),
        ("photo", "", "1"),
    }
    assert {row["response_id"] for row in rows} == {str(known), str(unknown)}
    assert packed.read(next(row["file"] for row in rows if row["item"] == "voix")) == MP3


def test_files_of_drafts_and_of_people_who_said_no_stay_out(app, session, study, collection):
    refusing, agreeing = ParticipantFactory(study=study), ParticipantFactory(study=study, pseudonym="OUI")
    session.add(Consent(participant_id=refusing.id, purpose=ConsentPurpose.ANSWER, is_given=False))
    session.add(Consent(participant_id=agreeing.id, purpose=ConsentPurpose.ANSWER, is_given=True))
    answer(session, collection, refusing, photo=png())
    answer(session, collection, agreeing, photo=png())
    answer(session, collection, voice=MP3, ends=False)
    answer(session, collection, ParticipantFactory(study=study, state=FlowState.WITHDRAWN), photo=png())

    packed = archive(member_client(app, study), study, collection)

    assert [name[:9] for name in packed.namelist()] == ["fichiers.", "OUI_photo"]


def test_file_that_could_not_be_read_is_there_and_said_apart(app, session, study, collection):
    answer(session, collection, voice=MP3, apart=HEIC)

    page = member_client(app, study).get(f"/studies/{study.key}/collections/{collection.id}/files/")

    text = page.get_data(as_text=True)
    assert (text.count("image/heic"), text.count("gardé à part")) == (1, 1)


def test_list_of_no_file_says_when_they_come(app, study, collection):
    page = member_client(app, study).get(f"/studies/{study.key}/collections/{collection.id}/files/")

    assert "Pas encore de fichier" in page.get_data(as_text=True)


def test_file_is_shown_to_the_team_and_to_nobody_else(app, session, study, collection):
    answer(session, collection, photo=png())
    lead, other = member_client(app, study), StudyFactory()
    stranger, reader = member_client(app, other), member_client(app, study, Role.READER)
    root = f"/studies/{study.key}/collections/{collection.id}/files"
    address = re.search(rf'href="{root}/([0-9a-f-]{{36}})"', lead.get(f"{root}/").get_data(as_text=True))[1]

    shown = lead.get(f"{root}/{address}")

    assert (shown.status_code, shown.mimetype, shown.headers["Cache-Control"]) == (200, "image/png", "no-store")
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert reader.get(f"{root}/{address}").status_code == 403
    assert stranger.get(f"{root}/{address}").status_code == 404
    elsewhere = f"/studies/{other.key}/collections/{collection.id}/files"
    assert [stranger.get(f"{elsewhere}/{tail}").status_code for tail in ("", address, "all.zip")] == [404, 404, 404]
