"""On screens: what is printed, fetched and printed again; who is called next, and what came of it."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.jobs.models import Job, JobState
from app.mailing.carriers import Outgoing
from app.mailing.contacts import seal_file
from app.mailing.outbox import FileOutbox
from app.mailing.printing import print_path
from app.mailing.reminding import plan_now
from core.audit import AuditEntry
from core.clock import now
from studies.models import ConsentPurpose, Role
from studies.services import withdraw_consent
from surveys.fieldwork.calls import list_calls
from surveys.fieldwork.mailing_models import CallOutcome, Channel, ContactAttempt, Message
from surveys.fieldwork.messages import queue_messages
from tests.factories.mailing import make_mailing_world, make_step
from tests.factories.studies import member_client


@pytest.fixture
def data_dir(app):
    return Path(app.config["SETTINGS"].data_dir)


@pytest.fixture
def world(session, data_dir):
    return make_mailing_world(session, data_dir)


@pytest.fixture
def lead(app, world):
    return member_client(app, world.study)


@pytest.fixture
def place(world):
    return f"/studies/{world.study.key}/collections/{world.collection.id}/messages"


@pytest.fixture
def printed(session, world, lead, place, data_dir):
    """The job of a print of letters that is done, its sealed file in its place."""
    step = make_step(session, world, channel=Channel.LETTER)
    lead.post(f"{place}/paper/{step}")
    job = session.scalars(select(Job).where(Job.kind == "mailing.print")).one()
    job.state = JobState.DONE
    job.result = {"people": [str(person.id) for person in world.people.values()], "page_count": 3}
    session.commit()
    path = print_path(world.study.id, job.id)
    path.parent.mkdir(parents=True)
    path.write_bytes(seal_file(data_dir, b"%PDF of letters"))
    return job


def test_page_without_letters_says_where_to_begin(lead, place):
    assert "Ni lettre ni appel dans le plan" in lead.get(f"{place}/paper").text


def test_print_with_nobody_due_says_so(session, lead, place, world):
    step = make_step(session, world, channel=Channel.LETTER, offset_days=200)

    answer = lead.post(f"{place}/paper/{step}")

    assert (answer.status_code, "à envoyer à personne" in answer.text) == (422, True)
    assert session.scalars(select(Job)).all() == []


def test_print_is_fetched_and_the_journal_keeps_that_names_were_read(session, lead, place, printed):
    fetched = lead.post(f"{place}/prints/{printed.id}")

    assert (fetched.data, fetched.mimetype) == (b"%PDF of letters", "application/pdf")
    assert session.scalars(select(AuditEntry.verb).where(AuditEntry.object_kind == "identity")).all() == ["read"]


def test_print_with_somebody_who_said_no_since_is_not_handed_out(session, lead, place, world, printed):
    withdraw_consent(session, world.study.id, world.people["P0"].id, ConsentPurpose.CONTACT_AGAIN, "screen", by=None)
    session.commit()

    fetched = lead.post(f"{place}/prints/{printed.id}")
    again = lead.post(f"{place}/prints/{printed.id}/again")

    assert (fetched.status_code, "réimprimez sans elles" in fetched.text) == (409, True)
    assert again.status_code == 303
    assert session.scalars(select(Job.arguments["again"].as_string()).where(Job.id != printed.id)).all() == [
        str(printed.id)
    ]


@pytest.mark.parametrize("act", ["withdraw", "identity/forget"])
def test_prints_are_erased_when_somebody_withdraws_or_loses_their_name(lead, world, printed, act):
    person = world.people["P0"].id
    before = print_path(world.study.id, printed.id).exists()

    lead.post(f"/studies/{world.study.key}/participants/{person}/{act}", data={"channel": "screen"})

    assert (before, print_path(world.study.id, printed.id).exists()) == (True, False)


@pytest.mark.parametrize("act", ["withdraw", "identity/forget"])
def test_messages_kept_as_files_go_with_somebody_who_withdraws_or_loses_their_name(session, lead, world, data_dir, act):
    people = [world.people[name].id for name in ("P0", "P1")]
    queue_messages(session, plan_now(session, world.study.id, world.collection.id, steps=[make_step(session, world)]))
    session.commit()
    outbox = FileOutbox(data_dir)
    ids = {
        person: session.scalars(select(Message.id).where(Message.participant_id == person)).one() for person in people
    }
    for id_ in ids.values():
        outbox.send(Outgoing(id=id_, channel=Channel.EMAIL, to="p@example.org", subject="Bonjour", body="Léa"))

    lead.post(f"/studies/{world.study.key}/participants/{people[0]}/{act}", data={"channel": "screen"})

    assert [outbox.was_sent(ids[person]) for person in people] == [False, True]


def test_print_that_is_gone_says_so(lead, place, world, printed):
    print_path(world.study.id, printed.id).unlink()

    answer = lead.post(f"{place}/prints/{printed.id}")

    assert (answer.status_code, "gardées une semaine" in answer.text) == (404, True)


def test_call_is_noted_with_its_call_back_and_shows_in_the_list_and_the_follow_up(session, app, place, world):
    caller = member_client(app, world.study, role=Role.FACILITATOR)
    day = (now() + timedelta(days=2)).date().isoformat()

    caller.post(
        f"{place}/calls/",
        data={"pseudonym": "P1", "outcome": "call_back", "call_back_on": day, "call_back_at": "14:05"},
    )

    page = (
        caller.get(f"{place}/calls/").text.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ")
    )
    people = caller.get(f"/studies/{world.study.key}/collections/{world.collection.id}/people/").text
    assert [row.outcome for row in list_calls(session, world.study.id, world.collection.id)] == [CallOutcome.CALL_BACK]
    assert ("à 14 h 05" in page, "Fictif" in page, "1, le dernier le" in people) == (True, False, True)


def test_call_to_somebody_unknown_keeps_what_was_typed(session, lead, place):
    answer = lead.post(f"{place}/calls/", data={"pseudonym": "P99", "outcome": "reached"})

    assert (answer.status_code, 'value="P99"' in answer.text) == (404, True)
    assert session.scalars(select(ContactAttempt)).all() == []


def test_past_call_back_is_said_at_its_field(lead, place):
    form = {"pseudonym": "P1", "outcome": "call_back", "call_back_on": "2020-01-01"}

    answer = lead.post(f"{place}/calls/", data=form)

    assert (answer.status_code, "Le jour du rappel est passé." in answer.text) == (422, True)


def test_call_noted_by_mistake_is_taken_away(session, lead, place, world):
    lead.post(f"{place}/calls/", data={"pseudonym": "P1", "outcome": "refused"})
    call = list_calls(session, world.study.id, world.collection.id)[0]

    lead.post(f"{place}/calls/{call.id}/take-back")

    assert list_calls(session, world.study.id, world.collection.id) == []


def test_names_are_shown_on_demand_and_the_journal_keeps_it(session, lead, place):
    lead.post(f"{place}/calls/", data={"pseudonym": "P1", "outcome": "no_answer"})

    page = lead.post(f"{place}/calls/names").text

    assert ("Fictif1 Personne" in page, "Fictif0 Personne" in page) == (True, False)
    assert session.scalars(select(AuditEntry.verb).where(AuditEntry.object_kind == "identity")).all() == ["read"]


def test_list_of_who_is_still_to_be_called_is_printed(session, lead, place, world):
    step = make_step(session, world, channel=Channel.CALL)
    lead.post(f"{place}/calls/", data={"pseudonym": "P1", "outcome": "no_answer"})

    answer = lead.post(f"{place}/paper/{step}/waiting")

    assert answer.status_code == 303
    assert session.scalars(select(Job)).one().arguments["is_waiting"] is True


def test_names_and_prints_are_the_leads(app, place, world):
    caller = member_client(app, world.study, role=Role.FACILITATOR)
    reader = member_client(app, world.study, role=Role.READER)

    assert [caller.post(f"{place}/calls/names").status_code, caller.get(f"{place}/paper").status_code] == [403, 403]
    assert [caller.get(f"{place}/calls/").status_code, reader.get(f"{place}/calls/").status_code] == [200, 403]
