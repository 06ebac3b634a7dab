"""A study, its team, its people."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from core.audit import AuditEntry
from core.errors import Conflict, Invalid, NotFound
from studies.listing import ListedPerson
from studies.models import Membership, PopulationKind, Role
from studies.queries import PeopleFilter, get_study, list_members, list_participants, list_trail
from studies.services import (
    StudyDesign,
    WaveDraft,
    add_member,
    add_participants,
    change_member,
    create_study,
    edit_study,
    remove_member,
    suggest_key,
)
from tests.factories.studies import AccountFactory, MembershipFactory, ParticipantFactory, SiteFactory, StudyFactory

DESIGN = StudyDesign(
    title="Reliance",
    beneficiaries="Bénéficiaires",
    professionals="Professionnel·les",
    sites=("Nancy", "Toul"),
    programme_arm="groupe programme",
    control_arm="groupe témoin",
    waves=(WaveDraft(name="T0", months_after_start=0), WaveDraft(name="T1", months_after_start=12)),
)


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Reliance : parents isolés", "reliance-parents-isoles"),
        ("AIS#Emploi 2024", "ais-emploi-2024"),
        ("новая", "study"),
        ("New", "study-new"),
        ("x" * 80, "x" * 60),
    ],
)
def test_suggest_key_makes_a_plain_name(title, key):
    assert suggest_key(title) == key


def test_create_study_keeps_the_design_and_its_lead(session):
    account = AccountFactory()

    study = create_study(session, key="reliance", design=DESIGN, by=account.id)

    value = get_study(session, study.id)
    assert [(row.name, row.kind) for row in value.populations] == [
        ("Bénéficiaires", PopulationKind.BENEFICIARY),
        ("Professionnel·les", PopulationKind.PROFESSIONAL),
    ]
    assert [(row.name, row.is_control) for row in value.arms] == [("groupe programme", False), ("groupe témoin", True)]
    assert [row.name for row in value.sites] == ["Nancy", "Toul"]
    assert [(row.name, row.months_after_start) for row in value.waves] == [("T0", 0), ("T1", 12)]
    assert [(row.email, row.role) for row in list_members(session, study.id)] == [(account.email, Role.LEAD)]
    assert session.scalars(select(AuditEntry.verb).where(AuditEntry.study_id == study.id)).all() == ["create"]


@pytest.mark.parametrize("key", ["", "Reliance", "a b", "-a", "a--b", "new", "x" * 61, "a/b", "é"])
def test_create_study_refuses_a_malformed_key(session, key):
    with pytest.raises(Invalid) as refused:
        create_study(session, key=key, design=DESIGN, by=AccountFactory().id)

    assert refused.value.code == "studies.key_malformed"


def test_create_study_refuses_a_key_that_is_taken(session):
    StudyFactory(key="reliance")

    with pytest.raises(Invalid) as refused:
        create_study(session, key="reliance", design=DESIGN, by=AccountFactory().id)

    assert refused.value.code == "studies.key_taken"


def test_edit_study_renames_moves_adds_and_removes(session):
    account = AccountFactory()
    study = create_study(session, key="reliance", design=DESIGN, by=account.id)
    nancy, toul = get_study(session, study.id).sites
    changed = StudyDesign(
        title="Reliance 2",
        disclosure_threshold=11,
        beneficiaries="Parents",
        sites=("Toul", "Nancy", "Longwy"),
        waves=(WaveDraft(name="T0", months_after_start=0),),
    )

    edit_study(session, study.id, design=changed, by=account.id)

    value = get_study(session, study.id)
    assert (value.title, value.disclosure_threshold) == ("Reliance 2", 11)
    assert [row.name for row in value.populations] == ["Parents"]
    assert value.arms == ()
    assert [row.name for row in value.sites] == ["Toul", "Nancy", "Longwy"]
    assert [row.id for row in value.sites[:2]] == [toul.id, nancy.id]
    assert [row.name for row in value.waves] == ["T0"]


def test_edit_study_keeps_what_participants_rest_on(session):
    account = AccountFactory()
    study = create_study(session, key="reliance", design=DESIGN, by=account.id)
    person = ListedPerson(row=2, pseudonym="P1", population="Bénéficiaires", site="Nancy")
    add_participants(session, study.id, [person], by=account.id)

    with pytest.raises(Conflict) as refused:
        edit_study(session, study.id, design=StudyDesign(title="R", sites=("Toul",)), by=account.id)

    assert refused.value.code == "studies.in_use"


@pytest.mark.parametrize("place", ["population", "site", "arm"])
def test_add_participants_refuses_a_name_that_is_gone(session, place):
    account = AccountFactory()
    study = create_study(session, key="reliance", design=DESIGN, by=account.id)
    person = replace(ListedPerson(row=2, pseudonym="P1", population="Bénéficiaires"), **{place: "Ancien nom"})

    with pytest.raises(Conflict) as refused:
        add_participants(session, study.id, [person], by=account.id)

    assert (refused.value.code, refused.value.details) == ("studies.names_changed", {"name": "Ancien nom"})


def test_add_member_makes_only_coders_blind(session):
    study, colleague = StudyFactory(), AccountFactory(email="ali@example.org")

    membership = add_member(
        session, study.id, email=" Ali@example.org", role=Role.READER, is_blind=True, by=colleague.id
    )

    assert (membership.role, membership.is_blind) == (Role.READER, False)


def test_add_member_refuses_strangers_and_members(session):
    membership = MembershipFactory()
    email = membership_email(session, membership)
    codes = []
    for address in ("nobody@example.org", email):
        with pytest.raises(Invalid) as refused:
            add_member(session, membership.study_id, email=address, role=Role.CODER, by=membership.account_id)
        codes.append(refused.value.code)

    assert codes == ["studies.member_unknown", "studies.member_twice"]


def membership_email(session, membership):
    """Return the address of the member."""
    return next(row.email for row in list_members(session, membership.study_id) if row.id == membership.id)


def test_last_lead_can_neither_leave_nor_change(session):
    lead = MembershipFactory()

    with pytest.raises(Conflict):
        remove_member(session, lead.study_id, lead.id, by=lead.account_id)
    with pytest.raises(Conflict):
        change_member(session, lead.study_id, lead.id, role=Role.CODER, is_blind=False, by=lead.account_id)


def test_one_of_two_leads_can_leave(session):
    study = StudyFactory()
    first, second = MembershipFactory(study=study), MembershipFactory(study=study)

    remove_member(session, study.id, first.id, by=second.account_id)

    assert session.scalars(select(Membership.id).where(Membership.study_id == study.id)).all() == [second.id]


def test_member_of_another_study_is_not_found(session):
    other = MembershipFactory()

    with pytest.raises(NotFound):
        remove_member(session, StudyFactory().id, other.id, by=other.account_id)


def test_list_participants_filters_and_pages(session):
    study = StudyFactory()
    site = SiteFactory(study=study)
    people = [ParticipantFactory(study=study, pseudonym=f"A{n:02}") for n in range(55)]
    people[3].site_id = site.id
    ParticipantFactory()  # another study
    session.commit()

    second = list_participants(session, study.id, keep=PeopleFilter(), page=2)
    here = list_participants(session, study.id, keep=PeopleFilter(site_id=site.id))
    begins = list_participants(session, study.id, keep=PeopleFilter(search="A5"), page=9)

    assert (second.total, second.page, second.pages) == (55, 2, 2)
    assert [person.pseudonym for person in second.people] == ["A50", "A51", "A52", "A53", "A54"]
    assert [(person.pseudonym, person.site) for person in here.people] == [("A03", site.name)]
    assert (begins.page, begins.total) == (1, 5)


def test_list_trail_names_who_did_what(session):
    lead = MembershipFactory()
    colleague = AccountFactory(name="Ali")
    add_member(session, lead.study_id, email=colleague.email, role=Role.CODER, by=lead.account_id)

    page = list_trail(session, lead.study_id, object_kind="member")

    assert [(line.verb, line.object_kind, line.after["role"]) for line in page.lines] == [("add", "member", "coder")]
    assert list_trail(session, lead.study_id, object_kind="study").total == 0
