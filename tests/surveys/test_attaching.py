"""Files given as answers: what is kept of them, once, within limits, as long as the response stands."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from core.errors import Invalid, NotFound
from surveys import attaching
from surveys.attaching import (
    ReadyAttachment,
    ending_of,
    find_own_file,
    forget_attachments,
    keep_attachments,
    ready_attachment,
    typed_signature,
)
from surveys.definition import Item, ItemType
from surveys.models import Answer, Attachment
from surveys.parcels import SentFile
from surveys.receipts import give_code
from surveys.tokens import response_id_of
from surveys.withdrawing import withdraw
from tests.factories.media import MP3, OGG, photo, png, zipped
from tests.factories.studies import StudyFactory
from tests.factories.surveys import draft, make_collection, start

ONE = UUID("00000000-0000-4000-8000-000000000001")
TWO = UUID("00000000-0000-4000-8000-000000000002")
HEIC = b"\x00\x00\x00\x18ftypheic" + bytes(40)
FILM = b"\x00\x00\x00\x18ftypisom" + bytes(8) + b"vide"
DOCX = zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"})
ODT = zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"})
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def ready(kind, content, name="a"):
    item = Item(name="q", key="q", path="/data/q", type=kind)
    return ready_attachment(item, "q", SentFile(name, content), ONE)


@pytest.mark.parametrize(
    ("kind", "content", "media_type"),
    [
        (ItemType.IMAGE, photo(), "image/jpeg"),
        (ItemType.IMAGE, png(), "image/png"),
        (ItemType.AUDIO, MP3, "audio/mpeg"),
        (ItemType.AUDIO, OGG, "audio/ogg"),
        (ItemType.VIDEO, FILM, "video/mp4"),
        (ItemType.FILE, b"%PDF-1.7", "application/pdf"),
        (ItemType.FILE, b"Quelques mots.", "text/plain"),
        (ItemType.FILE, DOCX, WORD),
        (ItemType.FILE, ODT, "application/vnd.oasis.opendocument.text"),
        (ItemType.FILE, photo(), "image/jpeg"),
    ],
)
def test_file_that_fits_is_known_by_its_content(kind, content, media_type):
    kept = ready(kind, content, "n'importe.exe")

    assert (kept.media_type, kept.fault) == (media_type, "")


@pytest.mark.parametrize(
    ("kind", "content", "media_type"),
    [
        (ItemType.IMAGE, HEIC, "image/heic"),
        (ItemType.IMAGE, png()[:30], "image/png"),
        (ItemType.IMAGE, b"<svg/>", "image/svg+xml"),
        (ItemType.IMAGE, MP3, "audio/mpeg"),
        (ItemType.AUDIO, FILM, "video/mp4"),
        (ItemType.VIDEO, MP3, "audio/mpeg"),
        (ItemType.FILE, b"MZ\x00\x01\x02", "application/octet-stream"),
        (ItemType.FILE, zipped({"a": b"b"}), "application/zip"),
        (ItemType.FILE, b"PK\x03\x04broken", "application/zip"),
    ],
)
def test_file_that_cannot_be_read_is_kept_apart_whole(kind, content, media_type):
    kept = ready(kind, content)

    assert (kept.media_type, kept.fault, kept.content) == (media_type, "surveys.attachment_unreadable", content)


def test_photo_is_kept_without_place_and_maker():
    kept = ready(ItemType.IMAGE, photo(comment=b"CANARI"))

    assert [word for word in (b"CANARI", b"Fabricant", b"Exif") if word in kept.content] == []


def test_empty_or_too_heavy_file_is_refused_with_its_limit(monkeypatch):
    monkeypatch.setitem(attaching.MAX_BYTES, ItemType.AUDIO, 1024 * 1024)

    with pytest.raises(Invalid) as heavy:
        ready(ItemType.AUDIO, MP3 + bytes(1024 * 1024))
    with pytest.raises(Invalid) as empty:
        ready(ItemType.AUDIO, b"")

    assert (heavy.value.code, heavy.value.details) == ("surveys.attachment_too_large", {"limit": 1})
    assert empty.value.code == "surveys.attachment_empty"


def test_typed_signature_is_a_text():
    kept = typed_signature("s", "  Ada Exemple ", ONE)

    assert (kept.media_type, kept.content) == ("text/plain", b"Ada Exemple")


def test_ending_follows_the_type():
    assert [
        ending_of(kind) for kind in ("image/jpeg", "audio/webm", WORD, "application/vnd.oasis.opendocument.text")
    ] == [
        "jpg",
        "webm",
        "docx",
        "odt",
    ]


@pytest.fixture
def response(session):
    return response_id_of(start(session, make_collection(session, StudyFactory())))


def recording(id_=ONE, content=MP3, key="q"):
    return ReadyAttachment(id_, key, "a.mp3", "audio/mpeg", content)


def kept(session, response_id):
    session.expire_all()
    rows = session.scalars(select(Attachment).where(Attachment.response_id == response_id))
    return sorted((row.item_name, row.content) for row in rows)


def test_file_sent_twice_is_kept_once_and_the_last_content_holds(session, response):
    assert keep_attachments(session, response, [recording()])
    assert keep_attachments(session, response, [recording(content=OGG)])

    assert kept(session, response) == [("q", OGG)]


def test_id_of_another_response_stays_that_ones(session, response):
    other = response_id_of(start(session, make_collection(session, StudyFactory())))
    keep_attachments(session, other, [recording()])

    keep_attachments(session, response, [recording(content=OGG)])

    assert (kept(session, other), kept(session, response)) == ([("q", MP3)], [])


def test_one_response_does_not_fill_the_disk(session, response, monkeypatch):
    monkeypatch.setattr(attaching, "MAX_FILES", 2)
    monkeypatch.setattr(attaching, "MAX_KEPT_BYTES", 3 * len(MP3))

    assert keep_attachments(session, response, [recording(), recording(uuid4(), key="r")])
    assert not keep_attachments(session, response, [recording(uuid4(), key="s")])
    assert keep_attachments(session, response, [recording(content=MP3 + MP3)])
    assert not keep_attachments(session, response, [recording(content=MP3 * 3)])
    assert len(kept(session, response)) == 2


def test_withdrawn_response_takes_no_file_and_keeps_none(session):
    token = start(session, make_collection(session, StudyFactory()))
    response_id = response_id_of(token)
    keep_attachments(session, response_id, [recording()])

    withdraw(session, give_code(session, draft(session, token).id))

    assert not keep_attachments(session, response_id, [recording()])
    assert kept(session, response_id) == []


def test_files_replaced_are_erased_from_their_own_response_only(session, response):
    other = response_id_of(start(session, make_collection(session, StudyFactory())))
    keep_attachments(session, other, [recording()])

    forget_attachments(session, response, {"q": ONE})

    assert kept(session, other) == [("q", MP3)]


def test_file_that_is_still_an_answer_is_not_erased(session, response):
    keep_attachments(session, response, [recording(), recording(TWO, key="r")])
    session.add(Answer(response_id=response, item_name="q", value=str(ONE)))
    session.add(Answer(response_id=response, item_name="r", value=None))
    session.flush()

    forget_attachments(session, response, {"q": ONE, "r": TWO})

    assert kept(session, response) == [("q", MP3)]


def test_file_is_given_back_to_its_own_response_only(session, response):
    other = response_id_of(start(session, make_collection(session, StudyFactory())))
    keep_attachments(session, response, [recording()])

    assert find_own_file(session, response, ONE).content == MP3
    with pytest.raises(NotFound):
        find_own_file(session, other, ONE)
