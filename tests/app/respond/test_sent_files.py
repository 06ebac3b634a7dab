"""Files given as answers, from the field of a page to the table, and back to who sent them."""

import hashlib
import io
import re
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from surveys import attaching
from surveys.answering import find_collection, open_draft
from surveys.models import Answer, Attachment, Quarantine, Response, ResponseState
from surveys.tokens import new_token
from tests.app.respond.conftest import Phone, csrf
from tests.factories.media import MP3, photo, png
from tests.factories.studies import StudyFactory
from tests.factories.surveys import make_collection, survey

FORM = survey(
    "begin_group | lieu | Le lieu | field-list |",
    "image | photo | Une photo ? | | yes",
    "text | mot | Un mot ? | |",
    "end_group | | | |",
    "audio | voix | Racontez | |",
    "image | signe | Signez | signature | yes",
    "begin_repeat | enfant | Enfant | |",
    "image | dessin | Son dessin ? | |",
    "end_repeat | | | |",
    columns="type | name | label | appearance | required",
)
HEIC = b"\x00\x00\x00\x18ftypheic" + bytes(40)


@pytest.fixture
def asked(session):
    return make_collection(session, StudyFactory(), FORM)


@pytest.fixture
def phone(client, asked):
    one = Phone(client, asked.code)
    one.start()
    return one


def upload(content, name="IMG_0001.jpg"):
    return io.BytesIO(content), name


def sent(phone, page, **fields):
    """Send a page as it was shown, with the ids it minted, and go where it leads."""
    return posted(phone, page, shown(phone, page), **fields)


def shown(phone, page):
    return phone.client.get(f"/r/{phone.code}/p/{page}").get_data(as_text=True)


def posted(phone, page, html, **fields):
    minted = dict(re.findall(r'name="([^"]+:id)" value="([^"]+)"', html))
    token = re.search(r'name="csrf" value="([^"]+)"', html)[1]
    fields = {name.replace("__", ":"): value for name, value in fields.items()}
    data = {"csrf": token, "move": "next", **minted, **fields}
    return phone.client.post(f"/r/{phone.code}/p/{page}", data=data, content_type="multipart/form-data")


def files(session):
    session.expire_all()
    return {(each.item_name, each.media_type) for each in session.scalars(select(Attachment))}


def value_of(session, key):
    session.expire_all()
    return session.scalars(select(Answer.value).where(Answer.item_name == key)).one()


def test_photo_sent_with_its_page_is_kept_without_its_place(phone, session):
    answer = sent(phone, "lieu", photo__file=upload(photo(comment=b"CANARI")), mot="Gare")

    kept = session.scalars(select(Attachment)).one()
    assert answer.status_code == 303
    assert value_of(session, "photo") == str(kept.id)
    assert [word for word in (b"CANARI", b"Exif") if word in kept.content] == []
    assert kept.sha256 == hashlib.sha256(kept.content).hexdigest()


def test_page_sent_twice_keeps_one_file(phone, session):
    html = shown(phone, "lieu")

    for _time in range(2):
        posted(phone, "lieu", html, photo__file=upload(photo()))

    assert len(session.scalars(select(Attachment)).all()) == 1


def test_page_saved_again_keeps_the_file_it_holds(phone, session):
    sent(phone, "lieu", photo__file=upload(photo()))
    before = value_of(session, "photo")

    sent(phone, "lieu", mot="Autre", photo__file=upload(b"", ""))

    assert (value_of(session, "photo"), value_of(session, "mot")) == (before, "Autre")


def test_another_photo_replaces_the_first_which_is_erased(phone, session):
    sent(phone, "lieu", photo__file=upload(photo()))
    before = value_of(session, "photo")

    sent(phone, "lieu", photo__file=upload(png()))

    assert value_of(session, "photo") != before
    assert files(session) == {("photo", "image/png")}


@pytest.mark.parametrize("taken_back", [{"photo__remove": "1"}, {"photo__missing": "refused"}])
def test_photo_taken_back_is_erased(phone, session, taken_back):
    sent(phone, "lieu", photo__file=upload(photo()))

    sent(phone, "lieu", **taken_back)

    assert (value_of(session, "photo"), files(session)) == (None, set())


def test_photo_that_is_needed_is_asked_for(phone, session):
    answer = sent(phone, "lieu", mot="Gare")

    assert answer.status_code == 422
    assert "Répondez, ou choisissez" in answer.get_data(as_text=True)


def test_file_that_cannot_be_read_is_said_kept_apart_and_costs_no_other_answer(phone, session):
    answer = sent(phone, "lieu", photo__file=upload(HEIC, "IMG.HEIC"), mot="Gare")

    apart = session.scalars(select(Quarantine)).one()
    assert answer.status_code == 422
    assert "gardé à part" in answer.get_data(as_text=True)
    assert (value_of(session, "mot"), files(session)) == ("Gare", {("photo", "image/heic")})
    assert (apart.reason, apart.payload["question"]) == ("unreadable_file", "photo")
    assert UUID(apart.payload["file"]) == session.scalars(select(Attachment.id)).one()


def test_heavy_file_is_said_with_the_limit(phone, session, monkeypatch):
    monkeypatch.setitem(attaching.MAX_BYTES, attaching.ItemType.AUDIO, 0)

    answer = sent(phone, "voix", voix__file=upload(MP3, "a.mp3"))

    assert answer.status_code == 422
    assert "trop lourd (0" in answer.get_data(as_text=True)
    assert files(session) == set()


def test_full_response_keeps_its_answers_and_says_there_is_no_room(phone, session, monkeypatch):
    monkeypatch.setattr(attaching, "MAX_FILES", 0)

    answer = sent(phone, "lieu", photo__file=upload(photo()), mot="Gare")

    assert answer.status_code == 422
    assert "plus de place" in answer.get_data(as_text=True)
    assert (value_of(session, "mot"), files(session)) == ("Gare", set())


def test_name_written_and_ticked_is_a_signature(phone, session):
    unticked = sent(phone, "signe", signe__name="Ada Exemple")
    ticked = sent(phone, "signe", signe__name="Ada Exemple", signe__sign="1")

    kept = session.scalars(select(Attachment)).one()
    assert (unticked.status_code, ticked.status_code) == (422, 303)
    assert (kept.media_type, kept.content) == ("text/plain", b"Ada Exemple")


def test_drawn_signature_is_a_picture(phone, session):
    sent(phone, "signe", signe__file=upload(png(600, 240), "signature.png"), signe__name="")

    assert files(session) == {("signe", "image/png")}


def test_field_of_fault_is_ours_alone(phone, session):
    answer = sent(phone, "voix", voix__fault="surveys.attachment_too_many")

    assert answer.status_code == 303
    assert value_of(session, "voix") is None


def test_page_with_a_file_sends_eight_statements_at_most(phone, session):
    from sqlalchemy import event

    sent(phone, "lieu", photo__file=upload(photo()))
    html, seen = shown(phone, "lieu"), []
    connection = session.connection()

    def note(_connection, _cursor, statement, *_more):
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    posted(phone, "lieu", html, photo__file=upload(png()))

    assert len(seen) == 8


def test_file_of_a_card_is_kept_under_its_number(phone, session):
    page = "dessin[1]"

    sent(phone, page, **{"dessin[1]:file": upload(png())})

    assert files(session) == {("dessin[1]", "image/png")}


def test_person_sees_what_they_sent_and_nobody_else_does(app, phone, session):
    sent(phone, "lieu", photo__file=upload(photo()))
    address = re.search(r'src="(/r/[^"]+/fichiers/[^"]+)"', shown(phone, "lieu"))[1]
    other = Phone(app.test_client(), phone.code)
    other.start()

    own = phone.client.get(address)

    assert (own.status_code, own.mimetype, own.headers["Cache-Control"]) == (200, "image/jpeg", "no-store")
    assert own.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert [other.client.get(address).status_code, app.test_client().get(address).status_code] == [404, 404]


def test_typed_signature_is_given_as_a_download_never_as_a_page(phone, session):
    sent(phone, "signe", signe__name="<script>", signe__sign="1")
    address = re.search(r'href="(/r/[^"]+/fichiers/[^"]+)"', shown(phone, "signe"))[1]

    answer = phone.client.get(address)

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.mimetype == "text/plain"


def test_microphone_is_allowed_in_a_form_that_asks_for_it(phone):
    policies = {
        phone.client.get(f"/r/{phone.code}/p/{page}").headers["Permissions-Policy"] for page in ("lieu", "voix")
    }

    assert policies == {"camera=(), microphone=(self), geolocation=(self)"}


def test_review_says_that_a_file_was_sent(phone):
    sent(phone, "lieu", photo__file=upload(photo()))

    assert '<span class="said">Un fichier a été envoyé</span>' in phone.client.get(
        f"/r/{phone.code}/verifier"
    ).get_data(as_text=True)


def test_body_without_end_is_refused_in_words(app, phone):
    token = csrf(phone.client.get(f"/r/{phone.code}/p/lieu"))
    app.config["MAX_CONTENT_LENGTH"], before = 1_000, app.config["MAX_CONTENT_LENGTH"]
    try:
        answer = phone.client.post(f"/r/{phone.code}/p/lieu", data={"csrf": token, "photo:file": upload(bytes(2_000))})
    finally:
        app.config["MAX_CONTENT_LENGTH"] = before

    assert answer.status_code == 413
    assert "trop lourd" in answer.get_data(as_text=True)
    assert f'href="/r/{phone.code}/p/lieu"' in answer.get_data(as_text=True)


class Sender:
    """A phone that sends by itself."""

    def __init__(self, client, code, session):
        from surveys.answering import start_response

        self.client, self.code, self.token = client, code, new_token()
        start_response(session, find_collection(session, code), token=self.token, locale="fr")
        session.commit()

    def put(self, content, *, question="photo", id_=None, token=None, digest=None):
        return self.client.put(
            f"/r/{self.code}/envoi/fichiers/{id_ or uuid4()}?question={question}&name=a.jpg",
            data=content,
            headers={
                "Authorization": f"Bearer {token or self.token}",
                "Tresse-Hash": digest or hashlib.sha256(content).hexdigest(),
            },
        )


@pytest.fixture
def sender(client, asked, session):
    return Sender(client, asked.code, session)


def test_file_that_a_phone_sends_by_itself_is_kept_once(sender, session):
    one, content = uuid4(), photo()

    answers = [sender.put(content, id_=one).get_json() for _time in range(2)]

    assert answers == [{"hash": hashlib.sha256(content).hexdigest(), "status": "saved"}] * 2
    assert session.scalars(select(Attachment.id)).all() == [one]


@pytest.mark.parametrize(
    ("content", "question", "status", "said"),
    [
        (HEIC, "photo", 202, {"status": "kept", "reason": "surveys.attachment_unreadable"}),
        (b"", "photo", 200, {"status": "refused", "reason": "surveys.attachment_empty"}),
        (photo(), "mot", 200, {"status": "refused", "reason": "surveys.not_an_attachment"}),
        (photo(), "absent", 200, {"status": "refused", "reason": "surveys.not_an_attachment"}),
    ],
)
def test_file_that_is_no_answer_is_said(sender, content, question, status, said):
    answer = sender.put(content, question=question)

    assert (answer.status_code, answer.get_json()) == (status, {"hash": hashlib.sha256(content).hexdigest(), **said})


def test_file_without_its_holder_or_cut_on_the_way_is_not_kept(sender, session):
    stranger = sender.put(photo(), token="nobody")
    unknown = sender.put(photo(), token=new_token())
    cut = sender.put(photo()[:50], digest=hashlib.sha256(photo()).hexdigest())

    assert [(each.status_code, each.get_json()["status"]) for each in (stranger, unknown, cut)] == [
        (401, "no_holder"),
        (200, "unknown"),
        (400, "again"),
    ]
    assert session.scalars(select(Attachment)).all() == []


def test_file_of_a_withdrawn_response_is_not_kept(sender, session):
    session.execute(select(Response)).scalar_one().state = ResponseState.WITHDRAWN
    session.commit()

    assert sender.put(photo()).get_json()["status"] == "withdrawn"
    assert session.scalars(select(Attachment)).all() == []


def test_file_after_the_end_is_kept_for_the_team(sender, session):
    response = session.execute(select(Response)).scalar_one()
    response.state, response.submitted_at = ResponseState.SUBMITTED, response.started_at
    session.commit()

    assert sender.put(photo()).get_json()["status"] == "saved"
    assert open_draft(session, sender.token).answers == {}
