import io
import re

import pytest
from sqlalchemy import select
from sqlalchemy.event import listen

from app.extensions import db
from coding.models import PendingFile, Speaker, SpeakerRole, Transcript
from coding.object_models import Attribute, AttributeValue
from studies.models import Role
from tests.factories.coding import INTERVIEW, make_transcript
from tests.factories.studies import ParticipantFactory, StudyFactory, WaveFactory, member_client

BASE = "/studies/lettres/transcripts"


@pytest.fixture
def study(session):
    return StudyFactory(key="lettres")


@pytest.fixture
def coder(app, study):
    client = member_client(app, study, Role.CODER)
    client.set_cookie("tresse_locale", "en")
    return client


def send(client, *files):
    return client.post(f"{BASE}/import", data={"files": [(io.BytesIO(content), name) for name, content in files]})


def prefixes(page):
    return re.findall(r'name="(f[0-9a-f]{10}-)title"', page)


def titles():
    return sorted(db.session.scalars(select(Transcript.title)))


def test_list_transcripts_says_what_to_do_when_empty(coder):
    page = coder.get(f"{BASE}/").get_data(as_text=True)

    assert "No transcript yet" in page
    assert f'href="{BASE}/import"' in page


def test_list_transcripts_filters_by_wave(coder, study):
    first, second = make_transcript(study, title="Nadège"), make_transcript(study, title="Samira")
    first.wave_id = WaveFactory(study=study, name="T0").id
    second.wave_id = WaveFactory(study=study, name="T1").id
    db.session.commit()

    page = coder.get(f"{BASE}/?wave=T1").get_data(as_text=True)

    assert (">Samira<" in page, ">Nadège<" in page) == (True, False)


@pytest.mark.parametrize("count", [1, 3])
def test_list_transcripts_asks_as_much_for_one_as_for_three(coder, study, connection, count):
    for number in range(count):
        make_transcript(study, title=f"Entretien {number}")
    asked = []
    listen(connection, "before_cursor_execute", lambda *sent: asked.append(sent[2]))

    coder.get(f"{BASE}/")

    # The session, the role in the study, then the four reads of the corpus.
    assert len([each for each in asked if each.startswith("SELECT")]) == 6


def test_receive_files_keeps_the_good_and_names_the_bad(coder):
    answer = send(coder, ("nadege.txt", INTERVIEW.encode()), ("scan.pdf", b"%PDF-1.7 x"))
    page = coder.get(f"{BASE}/import/review").get_data(as_text=True)

    assert (answer.status_code, len(prefixes(page)), "scan.pdf" in page, titles()) == (303, 1, True, [])


def test_receive_files_refuses_when_none_can_be_read(coder):
    answer = send(coder, ("scan.pdf", b"%PDF-1.7 x"))

    assert (answer.status_code, "scan.pdf" in answer.get_data(as_text=True)) == (422, True)


def test_receive_files_refuses_too_many_at_once(coder):
    answer = send(coder, *((f"{number}.txt", b"Q : oui") for number in range(51)))

    assert (answer.status_code, "Too many files at once" in answer.get_data(as_text=True)) == (422, True)


def test_receive_files_asks_for_a_file(coder):
    assert coder.post(f"{BASE}/import", data={}).status_code == 422


def test_import_files_keeps_edited_speakers_person_and_attributes(coder, study):
    person = ParticipantFactory(study=study, pseudonym="HL-B-001")
    send(coder, ("nadege.txt", INTERVIEW.encode()))
    prefix = prefixes(coder.get(f"{BASE}/import/review").get_data(as_text=True))[0]

    answer = coder.post(
        f"{BASE}/import/review",
        data={
            f"{prefix}title": "Entretien 1",
            f"{prefix}participant": str(person.id),
            f"{prefix}attributes": "lieu: chez elle",
            f"{prefix}name-1": "N.",
            f"{prefix}role-0": "other",
        },
    )
    transcript = db.session.scalars(select(Transcript)).one()
    speakers = db.session.execute(select(Speaker.label, Speaker.role).order_by(Speaker.position)).all()

    assert answer.status_code == 303
    assert (transcript.title, transcript.participant_id) == ("Entretien 1", person.id)
    values = db.session.execute(
        select(Attribute.name, AttributeValue.value)
        .join(AttributeValue, AttributeValue.attribute_id == Attribute.id)
        .where(AttributeValue.object_id == transcript.id)
    ).all()
    assert [tuple(row) for row in values] == [("lieu", "chez elle")]
    assert speakers == [("Enquêtrice", SpeakerRole.OTHER), ("N.", SpeakerRole.INTERVIEWEE)]
    assert db.session.scalars(select(PendingFile)).all() == []


def test_import_files_keeps_the_good_when_one_title_is_taken(coder, study):
    make_transcript(study, title="nadege")
    send(coder, ("nadege.txt", INTERVIEW.encode()), ("samira.txt", INTERVIEW.encode()))

    page = coder.post(f"{BASE}/import/review", data={}).get_data(as_text=True)

    assert titles() == ["nadege", "samira"]
    assert "There is already a transcript called “nadege”" in page


def test_import_files_sets_aside_on_request(coder):
    send(coder, ("nadege.txt", INTERVIEW.encode()))
    prefix = prefixes(coder.get(f"{BASE}/import/review").get_data(as_text=True))[0]

    coder.post(f"{BASE}/import/review", data={f"{prefix}action": "forget"})

    assert (titles(), db.session.scalars(select(PendingFile)).all()) == ([], [])


def test_review_shows_nobody_elses_files(app, coder, study):
    send(coder, ("nadege.txt", INTERVIEW.encode()))

    page = member_client(app, study, Role.CODER).get(f"{BASE}/import/review").get_data(as_text=True)

    assert prefixes(page) == []


def test_edit_transcript_sets_roles_and_title(coder, study):
    transcript = make_transcript(study)
    speaker = db.session.scalars(select(Speaker).where(Speaker.label == "Nadège")).one()

    answer = coder.post(
        f"{BASE}/{transcript.id}/edit",
        data={"title": "Bis", f"role-{speaker.id.hex}": "other", f"name-{speaker.id.hex}": "Mme N."},
    )
    db.session.expire_all()

    assert (answer.status_code, titles()) == (303, ["Bis"])
    assert (speaker.label, speaker.role) == ("Mme N.", SpeakerRole.OTHER)


def test_edit_transcript_keeps_what_was_typed_when_refused(coder, study):
    make_transcript(study, title="Samira")
    transcript = make_transcript(study)

    answer = coder.post(f"{BASE}/{transcript.id}/edit", data={"title": "Samira"})

    assert (answer.status_code, 'value="Samira"' in answer.get_data(as_text=True)) == (409, True)


def test_delete_transcript(coder, study):
    coder.post(f"{BASE}/{make_transcript(study).id}/delete")

    assert titles() == []
