"""What each role may do, in plain sight."""

import pytest

from app.security import ALLOWED, Action, Audience
from studies.models import Role
from tests.factories.studies import AccountFactory, MembershipFactory, sign_in

STUDY_ACTIONS = {action for action in Action if action.startswith("study:")}


def allowed(role):
    """Return the study actions open to a role."""
    return {action for action in STUDY_ACTIONS if role in ALLOWED[action]}


def test_every_action_is_in_the_table_and_in_order():
    assert list(ALLOWED) == sorted(Action, key=lambda action: action.name)


def test_study_actions_are_open_to_roles_and_others_to_audiences():
    assert {action for action in Action if ALLOWED[action] <= set(Role)} == STUDY_ACTIONS
    assert all(ALLOWED[action] <= set(Audience) for action in set(Action) - STUDY_ACTIONS)


def test_lead_may_do_everything_in_their_study():
    assert allowed(Role.LEAD) == STUDY_ACTIONS


def test_reader_reads_reports_and_the_state_of_jobs_only():
    assert allowed(Role.READER) == {Action.JOB_READ, Action.REPORT_READ}


def test_facilitator_reads_no_interview_and_exports_nothing():
    assert allowed(Role.FACILITATOR) & {Action.TRANSCRIPT_READ, Action.EXPORT, Action.CODING_EDIT} == set()


def test_only_leads_change_the_design_and_open_collections():
    assert [action for action in (Action.STUDY_EDIT, Action.COLLECTION_MANAGE) if ALLOWED[action] != {Role.LEAD}] == []


@pytest.mark.parametrize(
    ("roles", "status"),
    [
        ([], 200),
        ([Role.READER], 403),
        ([Role.READER, Role.FACILITATOR], 403),
        ([Role.READER, Role.CODER], 200),
        ([Role.LEAD], 200),
    ],
)
def test_study_is_made_by_who_may_lead_or_code_one(client, session, roles, status):
    account = AccountFactory()
    for role in roles:
        MembershipFactory(account=account, role=role)
    sign_in(client, account)

    assert client.get("/studies/new").status_code == status
    assert ("/studies/new" in client.get("/").text) == (status == 200)
