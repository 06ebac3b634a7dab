"""The page of one person: shown, corrected, withdrawn; consents; name and contacts behind their own door."""

import pytest
from sqlalchemy import func, select

from coding.models import Transcript
from core.audit import AuditEntry
from studies.models import Consent, ConsentPurpose, FlowState, Identity, Participant, Role
from studies.queries import consents_of
from tests.factories.studies import (
    ArmFactory,
    ParticipantFactory,
    PopulationFactory,
    SiteFactory,
    StudyFactory,
    member_client,
)

WRITING = ("/edit", "/consents", "/withdraw", "/delete", "/identity", "/identity/save", "/identity/forget")


def address(study, person, rest=""):
    return f"/studies/{study.key}/participants/{person.id}{rest}"


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def person(study):
    return ParticipantFactory(study=study, pseudonym="P1", attributes={"âge": 34, "ville: taille": "petite"})


@pytest.mark.parametrize(
    ("rest", "roles"),
    [
        ("", {Role.LEAD, Role.CODER, Role.FACILITATOR}),
        ("/edit", {Role.LEAD}),
        ("/identity", {Role.LEAD}),
    ],
)
def test_pages_of_a_person_open_to_their_roles_only(app, study, person, rest, roles):
    opened = {
        role for role in Role if member_client(app, study, role).get(address(study, person, rest)).status_code == 200
    }

    assert opened == roles


@pytest.mark.parametrize("rest", ["", "/edit", "/identity"])
def test_person_of_another_study_does_not_exist(app, study, person, rest):
    other = StudyFactory()

    assert member_client(app, other).get(address(other, person, rest)).status_code == 404


@pytest.mark.parametrize(
    "rest", ["/edit", "/consents", "/withdraw", "/delete", "/identity", "/identity/save", "/identity/forget"]
)
def test_person_of_another_study_cannot_be_touched(app, session, study, person, rest):
    other = StudyFactory()
    posted = {"channel": "paper", "purpose": "interview", "act": "give", "name": "Léa"}

    assert member_client(app, other).post(address(other, person, rest), data=posted).status_code == 404
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0


def test_list_leads_to_the_person_and_the_page_to_their_interviews(app, session, study, person):
    session.add(Transcript(study_id=study.id, title="Entretien 1", participant_id=person.id))
    session.commit()
    browser = member_client(app, study)

    listed = browser.get(f"/studies/{study.key}/participants/").text

    assert f'href="{address(study, person)}"' in listed
    assert "Entretien 1" in browser.get(address(study, person)).text


def test_consents_are_given_and_withdrawn_from_the_page(app, session, study, person):
    browser = member_client(app, study)
    path = address(study, person, "/consents")

    for act, channel in (("give", "paper"), ("withdraw", "oral")):
        assert browser.post(path, data={"purpose": "quotation", "channel": channel, "act": act}).status_code == 303

    events = session.execute(select(Consent.purpose, Consent.is_given, Consent.channel).order_by(Consent.at)).all()
    assert [tuple(event) for event in events] == [
        (ConsentPurpose.QUOTATION, True, "paper"),
        (ConsentPurpose.QUOTATION, False, "oral"),
    ]
    verbs = select(AuditEntry.verb).where(AuditEntry.object_kind == "consent").order_by(AuditEntry.created_at)
    assert session.scalars(verbs).all() == ["give", "withdraw"]


@pytest.mark.parametrize("wrong", [{"purpose": "king"}, {"channel": "list"}, {"channel": ""}, {"act": "burn"}])
def test_consents_refuse_what_the_page_does_not_offer(app, session, study, person, wrong):
    posted = {"purpose": "quotation", "channel": "paper", "act": "give", **wrong}

    response = member_client(app, study).post(address(study, person, "/consents"), data=posted)

    assert response.status_code == 422
    assert session.scalar(select(func.count()).select_from(Consent)) == 0


def test_person_is_added_alone_and_a_taken_pseudonym_is_told(app, session, study):
    population, site, arm = PopulationFactory(study=study), SiteFactory(study=study), ArmFactory(study=study)
    browser = member_client(app, study)
    path = f"/studies/{study.key}/participants/new"
    typed = {"pseudonym": "N1", "population": population.id, "site": site.id, "arm": arm.id, "state": "enrolled",
             "took_up": "y", "attributes": "âge : 34\nnote: 12:30"}  # fmt: skip

    added = browser.post(path, data=typed)
    again = browser.post(path, data=typed)
    broken = browser.post(path, data={**typed, "pseudonym": "N2", "attributes": "sans deux-points"})

    assert (added.status_code, again.status_code, broken.status_code) == (303, 422, 422)
    assert "sans deux-points" in broken.text
    row = session.scalars(select(Participant)).one()
    assert (row.site_id, row.arm_id, row.state, row.took_up) == (site.id, arm.id, FlowState.ENROLLED, True)
    assert row.attributes == {"âge": 34, "note": "12:30"}


def test_person_is_corrected_and_attributes_survive_their_page(app, session, study, person):
    browser = member_client(app, study)
    typed = {"pseudonym": "P1bis", "population": person.population_id, "site": "", "arm": "", "state": "observed",
             "attributes": "âge: 35\nville: taille: petite"}  # fmt: skip

    assert browser.post(address(study, person, "/edit"), data=typed).status_code == 303
    assert (person.pseudonym, person.state) == ("P1bis", FlowState.OBSERVED)
    assert person.attributes == {"âge": 35, "ville: taille": "petite"}


def test_person_withdrawn_agrees_to_nothing_any_more(app, session, study, person):
    session.add(Consent(participant_id=person.id, purpose=ConsentPurpose.QUOTATION, is_given=True))
    session.commit()
    browser = member_client(app, study)

    refused = browser.post(address(study, person, "/withdraw"))
    done = browser.post(address(study, person, "/withdraw"), data={"channel": "oral"})

    assert (refused.status_code, done.status_code, person.state) == (422, 303, FlowState.WITHDRAWN)
    assert not consents_of(session, [person.id])[person.id].has_given(ConsentPurpose.QUOTATION)


def test_person_is_deleted_only_when_nothing_hangs_on_them(app, session, study, person):
    other = ParticipantFactory(study=study)
    session.add(Transcript(study_id=study.id, title="Entretien 1", participant_id=other.id))
    session.commit()
    browser = member_client(app, study)

    assert browser.post(address(study, other, "/delete")).status_code == 409
    assert browser.post(address(study, person, "/delete")).status_code == 303
    assert session.scalars(select(Participant.id)).all() == [other.id]


def test_identity_is_sealed_opened_and_erased_each_time_with_a_trace(app, session, study, person):
    browser = member_client(app, study)
    path = address(study, person, "/identity")

    kept = browser.post(f"{path}/save", data={"name": "Léa Canari", "phone": "06 00", "email": "lea@example.org"})
    closed = browser.get(path).text
    opened = browser.post(path)
    everywhere = browser.get(address(study, person)).text
    sealed = session.scalar(select(Identity.sealed))
    erased = browser.post(f"{path}/forget")

    assert (kept.status_code, opened.status_code, erased.status_code) == (303, 200, 303)
    assert ("Canari" in closed, "Canari" in opened.text, "Canari" in everywhere, b"Canari" in sealed) == (
        False, True, False, False,
    )  # fmt: skip
    trail = session.execute(
        select(AuditEntry.verb, AuditEntry.before, AuditEntry.after)
        .where(AuditEntry.object_kind == "identity")
        .order_by(AuditEntry.created_at)
    )
    assert [tuple(row) for row in trail] == [("edit", None, None), ("read", None, None), ("forget", None, None)]
    assert session.scalar(select(func.count()).select_from(Identity)) == 0


@pytest.mark.parametrize("rest", ["", "/save", "/forget"])
def test_identity_is_for_those_who_lead(app, study, person, rest):
    path = address(study, person, f"/identity{rest}")

    assert {member_client(app, study, role).post(path).status_code for role in set(Role) - {Role.LEAD}} == {403}


def test_list_sent_again_updates_when_asked(app, session, study, person):
    browser = member_client(app, study)
    path = f"/studies/{study.key}/participants/import"
    pasted = "pseudonyme\tétat\tconsentement verbatim\tâge\nP1\tinscrit\toui\t35\nP2\t\t\t20"

    refused = browser.post(path, data={"pasted": pasted})
    updated = browser.post(path, data={"pasted": pasted, "updates": "y"})

    assert (refused.status_code, updated.status_code) == (422, 303)
    assert (person.state, person.attributes["âge"]) == (FlowState.ENROLLED, 35)
    assert consents_of(session, [person.id])[person.id].has_given(ConsentPurpose.QUOTATION)
    assert session.scalar(select(func.count()).select_from(Participant)) == 2
