import pytest

from core.errors import Invalid
from studies.models import ConsentPurpose
from studies.queries import current_text, list_texts
from studies.services import publish_consent_text
from tests.factories.studies import StudyFactory

ANSWER = {ConsentPurpose.ANSWER: "J’accepte de répondre."}


@pytest.fixture
def study(session):
    return StudyFactory()


def publish(session, study, **said):
    values = {"locale": "fr", "body": "Pourquoi ces questions.", "purposes": ANSWER, "by": None, **said}
    return publish_consent_text(session, study.id, **values)


def test_publish_consent_text_numbers_versions_by_language(session, study):
    numbers = [publish(session, study, locale=tag).number for tag in ("fr", "ar", "fr")]

    assert numbers == [1, 1, 2]
    assert [(text.locale, text.number) for text in list_texts(session, study.id)] == [("ar", 1), ("fr", 2), ("fr", 1)]


def test_current_text_reads_the_language_its_base_then_french(session, study):
    publish(session, study)
    publish(session, study, locale="ar")

    found = {tag: current_text(session, study.id, tag).locale for tag in ("ar", "ar-DZ", "fr-x-falc", "en")}

    assert found == {"ar": "ar", "ar-DZ": "ar", "fr-x-falc": "fr", "en": "fr"}


def test_current_text_of_a_study_that_asks_nothing_is_none(session, study):
    assert current_text(session, study.id, "fr") is None


def test_publish_consent_text_keeps_only_what_is_asked(session, study):
    text = publish(session, study, purposes={**ANSWER, ConsentPurpose.SHARING: "  "})

    assert text.purposes == {"answer": "J’accepte de répondre."}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"body": " "}, "consent_body_missing"),
        ({"purposes": {ConsentPurpose.SHARING: "Oui."}}, "consent_answer_missing"),
        ({"body": "x" * 6_001}, "consent_too_long"),
        ({"locale": "<b>"}, "language_malformed"),
    ],
)
def test_publish_consent_text_refuses(session, study, said, code):
    with pytest.raises(Invalid, match=code):
        publish(session, study, **said)
