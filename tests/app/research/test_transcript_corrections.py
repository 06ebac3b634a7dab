"""The pages where a transcript's words are corrected."""

import re

import pytest
from sqlalchemy import select

from app.extensions import db
from coding.models import Segment, TranscriptVersion
from studies.models import Account, Role
from tests.factories.corpus import code_words, make_code, make_transcript, version_of
from tests.factories.studies import StudyFactory, member_client

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def study(session):
    return StudyFactory(key="lettres")


@pytest.fixture
def transcript(session, study):
    return make_transcript(session, study)


@pytest.fixture
def coder(app, study):
    client = member_client(app, study, Role.CODER)
    client.set_cookie("tresse_locale", "en")
    return client


def fields(page):
    """Return the form's fields as a browser reads them."""
    found = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    return found | dict(re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)</textarea>', page))


def base(transcript):
    return f"/studies/lettres/transcripts/{transcript.id}"


def test_words_are_corrected_and_passages_that_changed_looked_at(coder, session, study, transcript):
    me = session.scalars(select(Account).order_by(Account.created_at.desc())).first()
    code_words(session, transcript, "la lettre", make_code(session, study, "lettre"), me)
    form = fields(coder.get(f"{base(transcript)}/words").text)
    [name] = [name for name, words in form.items() if "la lettre" in words]

    answer = coder.post(f"{base(transcript)}/words", data=form | {name: form[name].replace("la lettre", "le courrier")})

    assert answer.status_code == 303
    assert "1 coded passage" in coder.get(answer.location).text
    assert "Look at them" in coder.get(base(transcript)).text
    touched = coder.get(f"{base(transcript)}/touched").text
    assert re.findall(r"<t[hd][^>]*quote-cell[^>]*>(?:<a[^>]*>)?([^<]+)<", touched) == ["le courrier", "la lettre"]
    segment = db.session.scalars(select(Segment)).one()
    assert coder.post(f"{base(transcript)}/touched/{segment.id}").status_code == 303
    assert "Nothing to look at" in coder.get(f"{base(transcript)}/touched").text


def test_words_typed_stay_when_a_colleague_was_faster(coder, session, transcript):
    form = fields(coder.get(f"{base(transcript)}/words").text)
    [name] = [name for name, words in form.items() if "la lettre" in words]
    coder.post(f"{base(transcript)}/words", data=form | {name: form[name].replace("la lettre", "le courrier")})

    answer = coder.post(f"{base(transcript)}/words", data=form | {name: "Tout autre chose."})

    assert answer.status_code == 409
    assert "corrected in the meantime" in answer.text
    assert db.session.scalars(select(TranscriptVersion.number).order_by(TranscriptVersion.number)).all() == [1, 2]


def test_earlier_text_comes_back_by_one_button(coder, session, transcript):
    form = fields(coder.get(f"{base(transcript)}/words").text)
    [name] = [name for name, words in form.items() if "la lettre" in words]
    coder.post(f"{base(transcript)}/words", data=form | {name: "Par un courrier."})
    page = coder.get(f"{base(transcript)}/versions").text
    version = re.search(r'name="version" value="([^"]+)"', page)[1]

    assert re.findall(r"<(?:del|ins)>([^<]+)<", page)
    coder.post(f"{base(transcript)}/versions/1", data={"version": version})

    assert version_of(db.session(), transcript).number == 3
    assert "la lettre" in version_of(db.session(), transcript).text


def test_act_of_a_page_of_before_lands_on_its_words(coder, session, study, transcript):
    old = version_of(session, transcript)
    old_id, at = str(old.id), old.text.index("le RSA")
    code = make_code(session, study, "peur")
    form = fields(coder.get(f"{base(transcript)}/words").text)
    [name] = [name for name, words in form.items() if "la lettre" in words]
    coder.post(f"{base(transcript)}/words", data=form | {name: form[name].replace("la lettre", "un long courrier")})

    act = {"start": at, "end": at + 6, "codes": [str(code.id)], "version": old_id}
    answer = coder.post(f"{base(transcript)}/codings", json=act)

    assert answer.json["version"] != old_id
    assert db.session.scalars(select(Segment.quote)).all() == ["le RSA"]
    assert coder.post(f"{base(transcript)}/codings/remove", json=act).status_code == 200
    assert "le RSA" not in coder.get(f"{base(transcript)}/segments").text.split("<tbody>")[-1]
