"""The screens of the study itself: who sees them, what they ask of the database, what they say."""

import re

import pytest
from sqlalchemy import event, func, select

from app.extensions import db
from core.audit import AuditEntry
from studies.models import Membership, Participant, Population, Role, Study
from tests.factories.studies import (
    AccountFactory,
    MembershipFactory,
    ParticipantFactory,
    PopulationFactory,
    StudyFactory,
    member_client,
    sign_in,
)

DESIGN = {
    "title": "Reliance",
    "beneficiaries": "Bénéficiaires",
    "professionals": "Professionnel·les",
    "sites": "Nancy\r\nToul\r\n",
    "programme_arm": "groupe programme",
    "control_arm": "groupe témoin",
    "waves": "T0, 0\nT1, 12",
    "disclosure_threshold": "5",
}


class Statements:
    """The statements of a block, and those among them that write."""

    def __init__(self, connection):
        self.connection = connection
        self.seen = []

    def _keep(self, _connection, _cursor, statement, *_rest):
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            self.seen.append(statement)

    def __enter__(self):
        event.listen(self.connection, "before_cursor_execute", self._keep)
        return self

    def __exit__(self, *_error):
        event.remove(self.connection, "before_cursor_execute", self._keep)

    @property
    def writing(self):
        return [statement for statement in self.seen if not statement.startswith("SELECT")]


SCREENS = {
    "/studies/{key}/": {Role.LEAD, Role.CODER, Role.FACILITATOR},
    "/studies/{key}/design": {Role.LEAD},
    "/studies/{key}/team/": {Role.LEAD},
    "/studies/{key}/participants/": {Role.LEAD, Role.CODER, Role.FACILITATOR},
    "/studies/{key}/participants/import": {Role.LEAD},
    "/studies/{key}/journal/": {Role.LEAD},
    "/studies/{key}/sessions/": {Role.LEAD, Role.FACILITATOR},
}


@pytest.mark.parametrize("path", SCREENS)
def test_screens_open_to_their_roles_only(app, session, path):
    study = StudyFactory()

    opened = {
        role for role in Role if member_client(app, study, role).get(path.format(key=study.key)).status_code == 200
    }

    assert opened == SCREENS[path]


@pytest.mark.parametrize("path", SCREENS)
def test_screens_of_another_study_do_not_exist(app, session, path):
    other = StudyFactory()
    browser = member_client(app, StudyFactory(), Role.LEAD)

    assert browser.get(path.format(key=other.key)).status_code == 404


@pytest.mark.parametrize("path", SCREENS)
def test_screens_lead_strangers_to_the_door(client, session, path):
    study = StudyFactory()
    response = client.get(path.format(key=study.key))

    assert response.status_code == 303
    assert response.location.startswith("/account/sign-in?next=/studies/")


@pytest.mark.parametrize("path", SCREENS)
def test_screens_write_nothing(app, session, connection, path):
    study = StudyFactory()
    ParticipantFactory(study=study)
    browser = member_client(app, study)

    with Statements(connection) as statements:
        assert browser.get(path.format(key=study.key)).status_code == 200

    assert statements.writing == []


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/", 3),
        ("/studies/{key}/", 8),
        ("/studies/{key}/participants/", 10),
        ("/studies/{key}/team/", 3),
        ("/studies/{key}/journal/", 6),
    ],
)
def test_screens_ask_the_same_number_of_questions_for_one_row_and_three(app, session, connection, path, queries, count):
    study = StudyFactory()
    browser = member_client(app, study)
    for _ in range(count):
        ParticipantFactory(study=study)
        MembershipFactory(study=study)
        PopulationFactory(study=study)
        db.session.add(AuditEntry(study_id=study.id, verb="edit", object_kind="study"))
    session.commit()
    address = path.format(key=study.key)

    with Statements(connection) as statements:
        assert browser.get(address).status_code == 200

    assert len(statements.seen) == queries


def test_make_study_leads_to_its_overview(client, session):
    sign_in(client, AccountFactory())

    response = client.post("/studies/new", data=DESIGN)

    assert (response.status_code, response.location) == (303, "/studies/reliance/")
    assert client.get("/studies/reliance/").status_code == 200
    assert session.scalars(select(Membership.role)).all() == [Role.LEAD]


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"waves": "T0; zéro"},
        {"waves": "T0"},
        {"disclosure_threshold": "0"},
        {"disclosure_threshold": "five"},
        {"sites": "Nancy\nNancy"},
        {"key": "Not A Key"},
        {"control_arm": "groupe programme"},
    ],
)
def test_make_study_refuses_and_keeps_what_was_typed(client, session, wrong):
    sign_in(client, AccountFactory())

    response = client.post("/studies/new", data={**DESIGN, "description": "typed before", **wrong})

    assert response.status_code == 422
    assert "typed before" in response.text
    assert session.scalar(select(func.count()).select_from(Study)) == 0


def test_save_study_changes_the_design(app, client, session):
    sign_in(client, AccountFactory())
    client.post("/studies/new", data=DESIGN)

    response = client.post("/studies/reliance/design", data={**DESIGN, "title": "Reliance, suite"})

    assert response.status_code == 303
    assert session.scalar(select(Study.title)) == "Reliance, suite"


def test_team_screen_adds_changes_and_removes(app, session):
    study = StudyFactory()
    browser = member_client(app, study)
    colleague = AccountFactory()
    team = f"/studies/{study.key}/team/"

    added = browser.post(team, data={"email": colleague.email, "role": "coder", "is_blind": "y"})
    membership = session.scalar(select(Membership).where(Membership.account_id == colleague.id))
    changed = browser.post(f"{team}{membership.id}", data={"role": "reader"})
    wrong = browser.post(f"{team}{membership.id}", data={"role": "king"})
    removed = browser.post(f"{team}{membership.id}/remove")

    assert [response.status_code for response in (added, changed, wrong, removed)] == [303, 303, 422, 303]
    assert session.scalar(select(func.count()).select_from(Membership)) == 1


def test_team_of_another_study_cannot_be_changed(app, session):
    victim = MembershipFactory(role=Role.CODER)
    study = StudyFactory()
    browser = member_client(app, study)

    response = browser.post(f"/studies/{study.key}/team/{victim.id}/remove")

    assert response.status_code == 404
    assert session.scalar(select(func.count()).where(Membership.id == victim.id)) == 1


def test_last_lead_is_told_why_they_stay(app, session):
    study = StudyFactory()
    browser = member_client(app, study)
    lead = session.scalar(select(Membership))

    assert browser.post(f"/studies/{study.key}/team/{lead.id}/remove").status_code == 409


def test_import_participants_adds_all_or_none(app, session):
    study = StudyFactory()
    PopulationFactory(study=study, name="Bénéficiaires")
    browser = member_client(app, study)
    path = f"/studies/{study.key}/participants/import"

    refused = browser.post(path, data={"pasted": "pseudonyme\tsite\nP1\t\nP2\tMetz"})
    none = session.scalar(select(func.count()).select_from(Participant))
    added = browser.post(path, data={"pasted": "pseudonyme\tâge\nP1\t34\nP2\t40"})

    assert (refused.status_code, none, added.status_code) == (422, 0, 303)
    assert "Metz" in refused.text
    assert session.scalars(select(Participant.pseudonym).order_by(Participant.pseudonym)).all() == ["P1", "P2"]


def test_export_participants_runs_no_formula_and_leaves_a_trace(app, session):
    study = StudyFactory()
    population = PopulationFactory(study=study, name="=Bénéficiaires")
    ParticipantFactory(study=study, population=population, pseudonym="P1", attributes={"enfants": -2, "note": "+33"})
    browser = member_client(app, study, Role.CODER)

    response = browser.post(f"/studies/{study.key}/participants/export")

    assert response.data.decode("utf-8-sig").splitlines() == [
        "pseudonym;population;site;arm;stratum;state;took_up;drawn_on;entered_on;enfants;note",
        "P1;'=Bénéficiaires;;;;listed;no;;;-2;+33",
    ]
    assert session.scalars(select(AuditEntry.verb).where(AuditEntry.study_id == study.id)).all() == ["export"]
    assert (
        member_client(app, study, Role.FACILITATOR).post(f"/studies/{study.key}/participants/export").status_code == 403
    )


def test_participants_survive_any_filter(app, session):
    study = StudyFactory()
    ParticipantFactory(study=study, pseudonym="P1")
    browser = member_client(app, study)
    wild = {"population": "x", "site": "' or 1=1", "state": "king", "page": "-1", "search": "%"}

    response = browser.get(f"/studies/{study.key}/participants/", query_string=wild)

    assert response.status_code == 200
    assert session.scalar(select(func.count()).select_from(Population)) == 1


@pytest.mark.parametrize("word", ["study_key", "_scheme", "_external", "_method", "_anchor"])
def test_participants_survive_words_that_addresses_are_built_with(app, session, word):
    study = StudyFactory()
    browser = member_client(app, study)

    response = browser.get(f"/studies/{study.key}/participants/", query_string={word: "javascript"})

    assert (response.status_code, b'href="javascript' in response.data) == (200, False)


def test_facilitator_is_sent_only_where_they_may_go(app, session):
    study = StudyFactory()
    browser = member_client(app, study, Role.FACILITATOR)
    overview = browser.get(f"/studies/{study.key}/").text
    inside = set(re.findall(rf'href="(/studies/{study.key}/[^"#]*)', overview))

    assert {path: browser.get(path).status_code for path in inside} == dict.fromkeys(inside, 200)
    assert f"/studies/{study.key}/sessions/" in inside
    assert f"/studies/{study.key}/transcripts/" not in inside


def test_home_offers_sessions_and_reports_by_role(app, session):
    study = StudyFactory()
    offered = {}
    for role in (Role.LEAD, Role.FACILITATOR, Role.READER):
        page = member_client(app, study, role).get("/").text
        offered[role] = [f"/studies/{study.key}/{tail}/" in page for tail in ("sessions", "reports")]

    assert offered == {Role.LEAD: [True, True], Role.FACILITATOR: [True, True], Role.READER: [False, True]}
