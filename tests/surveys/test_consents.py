import pytest
from sqlalchemy import select

from studies.models import Consent, ConsentPurpose
from studies.queries import consents_of
from studies.services import publish_consent_text
from surveys.consents import agreements_of, say_consents
from surveys.models import ResponseConsent
from tests.factories.studies import ParticipantFactory, StudyFactory
from tests.factories.surveys import draft, make_collection, start

QUOTED = ConsentPurpose.QUOTATION
SENTENCES = {ConsentPurpose.ANSWER: "J’accepte de répondre.", QUOTED: "J’accepte d’être cité·e."}


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def text(session, study):
    return publish_consent_text(session, study.id, locale="fr", body="Pourquoi.", purposes=SENTENCES, by=None)


@pytest.fixture
def say(session, study, text):
    def say(response, **choices):
        chosen = {ConsentPurpose(name): value for name, value in choices.items()}
        say_consents(session, study.id, response.id, response.participant_id, text.id, chosen)
        session.commit()

    return say


def test_say_consents_keeps_each_choice_with_the_version_read(session, study, text, say):
    response = draft(session, start(session, make_collection(session, study)))

    say(response, answer=True, quotation=False)

    said = [(each.purpose.value, each.is_given, each.text_id) for each in agreements_of(session, response.id)]
    assert said == [("answer", True, text.id), ("quotation", False, text.id)]


def test_say_consents_adds_rows_and_the_last_is_in_force(session, study, say):
    response = draft(session, start(session, make_collection(session, study)))
    say(response, quotation=True)

    say(response, quotation=True)
    say(response, quotation=False)

    assert [each.is_given for each in agreements_of(session, response.id)] == [False]
    assert len(session.scalars(select(ResponseConsent)).all()) == 2


def test_say_consents_of_a_known_person_stands_in_the_study(session, study, text, say):
    person = ParticipantFactory(study=study)
    response = draft(session, start(session, make_collection(session, study), person))

    say(response, quotation=True)

    line = consents_of(session, [person.id])[person.id].latest(QUOTED)
    assert (line.is_given, line.channel) == (True, "screen")
    assert session.scalar(select(Consent.consent_text_id)) == text.id
