"""What the start form says, and who helps: a phone without network ends with the same rows as pages without scripts."""

from datetime import timedelta

import pytest
from sqlalchemy import select, true

from core.clock import now
from studies.models import ConsentPurpose
from studies.services import publish_consent_text
from surveys.models import Answer, Quarantine, Response, ResponseConsent, ResponseMode
from tests.app.respond.conftest import Phone, csrf
from tests.factories.deliveries import Sender
from tests.factories.studies import StudyFactory
from tests.factories.surveys import make_collection, survey

HELPED = {"way": "helper", "helper": "professional"}
AGREED = {"consent:answer": "yes", "consent:quotation": "no"}
FORM = survey(
    "text | mot | Un mot ? |",
    "text | peur | De quoi avez-vous peur ? | yes",
    "text | fin | Et encore ? |",
    columns="type | name | label | tresse::private",
)


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def consent(session, study):
    purposes = {ConsentPurpose.ANSWER: "J’accepte de répondre.", ConsentPurpose.QUOTATION: "J’accepte d’être cité·e."}
    text = publish_consent_text(session, study.id, locale="fr", body="Texte.", purposes=purposes, by=None)
    session.commit()
    return text.id


@pytest.fixture
def code(session, study):
    made = make_collection(session, study, FORM).code
    session.commit()
    return made


def rows(session, *, but=None):
    """Return all that is kept of the only other response, except for what depends on when and where it was made."""
    session.expire_all()
    response = session.scalars(select(Response).where(Response.id != but if but else true())).one()
    agreed = select(ResponseConsent).where(ResponseConsent.response_id == response.id).order_by(ResponseConsent.purpose)
    answers = select(Answer).where(Answer.response_id == response.id).order_by(Answer.item_name)
    carried = {name: value for name, value in response.calculated.items() if name != ":at"}
    return {
        "response": (response.state, response.mode, response.locale, carried),
        "agreed": [(each.consent_text_id, each.purpose, each.is_given) for each in session.scalars(agreed)],
        "answers": [(each.item_name, each.value, each.missing) for each in session.scalars(answers)],
    }


def only(session):
    return session.scalars(select(Response.id)).one()


def start_on_pages(app, code, consent, **said):
    phone = Phone(app.test_client(), code)
    token = csrf(phone.client.get(f"/r/{code}"))
    form = {"csrf": token, "locale": "fr", "consent_text": str(consent), **AGREED, **said}
    phone.url = phone.client.post(f"/r/{code}", data=form).location
    return phone


def start_on_a_phone(app, code, consent, **said):
    sender = Sender(app.test_client(), code)
    begun = now() - timedelta(hours=3)
    form = {"locale": "fr", "consent_text": str(consent), **AGREED, **said}
    sender.start(started=int(begun.timestamp() * 1000), form=form)
    return sender, begun


def test_helped_response_with_its_consent_is_the_same_delivered_as_posted(app, code, consent, session):
    phone = start_on_pages(app, code, consent, **HELPED)
    phone.send(mot="Oui", **{":read": "1"})
    phone.send(f"/r/{code}/p/peur", **{"peur:missing": "refused"})
    phone.send(fin="")
    phone.send(f"/r/{code}/verifier")
    posted, first = rows(session), only(session)

    sender, _begun = start_on_a_phone(app, code, consent, **HELPED)
    sender.page("mot", {"mot": ["Oui"]}, revision=1, read=True)
    sender.page("peur", {"peur": [":refused"]}, revision=2, read=False)
    sender.page("fin", {"fin": [""]}, revision=3, read=False)
    ended = sender.end({"mot": 1, "peur": 2, "fin": 3})

    assert ended.json["status"] == "sent"
    assert rows(session, but=first) == posted
    assert posted["response"][1:] == (
        ResponseMode.HELPED,
        "fr",
        {":help": {"helper": "professional", "holder": "helper"}, ":read": ["mot"]},
    )
    assert [each[1:] for each in posted["agreed"]] == [
        (ConsentPurpose.ANSWER, True),
        (ConsentPurpose.QUOTATION, False),
    ]


def test_help_that_begins_and_ends_on_the_way_is_the_same_delivered_as_posted(app, code, consent, session):
    phone = start_on_pages(app, code, consent)
    phone.send(mot="Oui")
    phone.send(f"/r/{code}/aide", way="person", helper="relative")
    phone.url = f"/r/{code}/p/peur?alone=1"
    phone.send(peur="Rien", **{":read": "1"})
    phone.send(f"/r/{code}/aide", way="alone")
    phone.url = f"/r/{code}/p/fin"
    phone.send(fin="Non")
    posted, first = rows(session), only(session)

    sender, _begun = start_on_a_phone(app, code, consent)
    sender.page("mot", {"mot": ["Oui"]}, revision=1)
    sender.page("peur", {"peur": ["Rien"]}, revision=2, help={"way": "person", "helper": "relative"}, read=True)
    sender.page("fin", {"fin": ["Non"]}, revision=3, help={"way": "alone", "helper": ""})

    assert rows(session, but=first) == posted
    assert posted["response"][1:] == (ResponseMode.ALONE, "fr", {":read": ["peur"]})


def test_consent_is_dated_from_when_it_was_given_and_kept_once(app, code, consent, session):
    sender, begun = start_on_a_phone(app, code, consent)
    sender.start(form={"consent_text": str(consent), **AGREED})

    dates = session.scalars(select(ResponseConsent.at)).all()

    assert [abs((each - begun).total_seconds()) < 2 for each in dates] == [True, True]


def test_start_that_says_no_to_answering_keeps_nothing(app, code, consent, session):
    sender, _begun = start_on_a_phone(app, code, consent, **{"consent:answer": "no"})

    again = sender.start(form={"consent_text": str(consent), "consent:answer": "no"})

    assert again.json["status"] == "withdrawn"
    assert session.scalars(select(Response)).all() == []
    assert session.scalars(select(Quarantine)).all() == []


def test_start_that_is_set_apart_keeps_what_was_agreed_beside_it(app, code, consent, session):
    sender = Sender(app.test_client(), code)
    sender.start(version="12345678-1234-4234-8234-123456789012", form={"consent_text": str(consent), **AGREED})

    kept = session.scalars(select(Quarantine)).one()

    assert (kept.reason, kept.payload["form"]) == ("unknown_version", {"consent_text": str(consent), **AGREED})
