"""Consents: events that only add up, and lists that never undo a withdrawal."""

import pytest
from sqlalchemy import select

from core.errors import Invalid, NotFound
from studies.listing import KnownNames, ListedPerson, ListProblem, read_people
from studies.models import ConsentPurpose, FlowState, Participant
from studies.queries import consents_of
from studies.services import add_participants, give_consent, update_participants, withdraw_consent
from tests.factories.studies import AccountFactory, ParticipantFactory, PopulationFactory, StudyFactory

KNOWN = KnownNames(populations=("Bénéficiaires",), sites=(), arms=())
QUOTATION = ConsentPurpose.QUOTATION


def test_last_word_counts_and_the_history_stays(session):
    study = StudyFactory()
    person, silent = ParticipantFactory(study=study), ParticipantFactory(study=study)
    by = AccountFactory().id

    give_consent(session, study.id, person.id, QUOTATION, "paper", by=by)
    withdraw_consent(session, study.id, person.id, QUOTATION, "oral", by=by)

    consents = consents_of(session, [person.id, silent.id])
    assert [(line.is_given, line.channel) for line in consents[person.id].history] == [(False, "oral"), (True, "paper")]
    assert (consents[person.id].has_given(QUOTATION), consents[silent.id].latest(QUOTATION)) == (False, None)


def test_consent_is_refused_outside_the_study_and_by_unknown_ways(session):
    person = ParticipantFactory()

    with pytest.raises(NotFound):
        give_consent(session, StudyFactory().id, person.id, QUOTATION, "paper", by=None)
    with pytest.raises(Invalid):
        give_consent(session, person.study_id, person.id, QUOTATION, "pigeon", by=None)


def test_read_people_reads_consents_and_leaves_empty_cells_unsaid():
    rows = [["id", "Consentement entretien", "consent_quotation"], ["P1", "oui", ""], ["P2", "non", "peut-être"]]

    read = read_people(rows, known=KNOWN)

    assert [(person.consents, person.filled) for person in read.people] == [
        ({ConsentPurpose.INTERVIEW: True}, frozenset({"pseudonym", "consent_interview"}))
    ]
    assert read.problems == (ListProblem("studies.yes_no_unknown", 3, "consent_quotation", "peut-être"),)


def test_read_people_asks_about_somebody_enrolled_who_did_not_take_up():
    rows = [["id", "état", "adhésion"], ["P1", "inscrit·e", "non"], ["P2", "inscrite", ""], ["P3", "invité", "non"]]

    assert read_people(rows, known=KNOWN).problems == (
        ListProblem("studies.enrolled_without_taking_up", 2, "adhésion", "non"),
    )


def listed(**cells):
    return ListedPerson(row=2, pseudonym="P1", population="Bénéficiaires", filled=frozenset(cells), **cells)


def test_list_sent_again_changes_what_it_says_and_undoes_no_withdrawal(session):
    study = StudyFactory()
    PopulationFactory(study=study, name="Bénéficiaires")
    add_participants(session, study.id, [listed(stratum="s1", consents={QUOTATION: True})], by=None)
    person = session.scalars(select(Participant)).one()
    withdraw_consent(session, study.id, person.id, QUOTATION, "oral", by=None)

    update_participants(session, study.id, [listed(took_up=True, consents={QUOTATION: True})], by=None)

    assert (person.stratum, person.took_up) == ("s1", True)
    assert not consents_of(session, [person.id])[person.id].has_given(QUOTATION)


def test_list_that_says_withdrawn_ends_every_consent_and_stays_said(session):
    study = StudyFactory()
    PopulationFactory(study=study, name="Bénéficiaires")
    add_participants(session, study.id, [listed(consents={QUOTATION: True})], by=None)
    person = session.scalars(select(Participant)).one()

    update_participants(session, study.id, [listed(state=FlowState.WITHDRAWN)], by=None)
    update_participants(session, study.id, [listed(state=FlowState.ENROLLED)], by=None)

    assert person.state is FlowState.WITHDRAWN
    assert not consents_of(session, [person.id])[person.id].has_given(QUOTATION)
