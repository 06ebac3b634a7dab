"""The lead plans messages, reads them as people will, sees who gets what, sends, decides."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.jobs.models import Job
from app.mailing.job import open_senders, run_of
from app.mailing.sending import send_queued
from app.mailing.settings import read_carriers
from app.unit_of_work import unit_of_work
from core.audit import AuditEntry
from core.clock import now
from studies.models import Role
from surveys.fieldwork.mailing import get_step, setup_of, steps_of
from surveys.fieldwork.mailing_models import Channel, Message, MessageState
from surveys.fieldwork.message_desk import list_messages
from tests.factories.mailing import add_person, make_mailing_world, make_step
from tests.factories.studies import member_client

STEP = {"kind": "reminder", "channel": "sms", "days": "3", "side": "after", "anchor": "opening", "hour": "10"}


@pytest.fixture
def world(app, session):
    return make_mailing_world(session, Path(app.config["SETTINGS"].data_dir))


@pytest.fixture
def lead(app, world):
    return member_client(app, world.study)


@pytest.fixture
def place(world):
    return f"/studies/{world.study.key}/collections/{world.collection.id}/messages"


def ids(world, *more):
    return (world.study.id, world.collection.id, *more)


def test_plan_without_messages_says_where_to_begin(lead, place):
    page = lead.get(f"{place}/").text

    assert "Ajoutez d’abord une invitation" in page
    assert "en fichiers sur cet ordinateur" in page


def test_lead_says_who_writes(session, lead, place, world):
    form = {"organisation": "Ville", "reply_to": "a@example.org", "max_messages": "3", "alsace_moselle": "y"}

    lead.post(f"{place}/setup", data=form)

    kept = setup_of(session, world.collection.id)
    assert (kept.organisation, kept.max_messages, kept.alsace_moselle) == ("Ville", 3, True)


def test_address_that_is_none_is_said_at_its_field(lead, place):
    answer = lead.post(f"{place}/setup", data={"reply_to": "moi", "max_messages": "3"})

    assert answer.status_code == 422
    assert (
        "« moi » n’est pas une adresse e-mail.".replace("« ", "«\N{NO-BREAK SPACE}").replace(
            " »", "\N{NO-BREAK SPACE}»"
        )
        in answer.text
    )


def test_lead_plans_changes_and_takes_away_a_message(session, lead, place, world):
    made = lead.post(f"{place}/steps", data=STEP | {"is_automatic": "y"})
    step = steps_of(session, world.collection.id)[0]
    page = lead.get(f"{place}/").text
    lead.post(made.location.split("?")[0], data=STEP | {"days": "2", "side": "before", "anchor": "end"})
    changed = steps_of(session, world.collection.id)[0]
    lead.post(f"{place}/steps/{step.id}/delete")

    assert "Rappel\N{NO-BREAK SPACE}: SMS" in page
    assert "3 jours après l’ouverture, à partir de 10 h" in page
    assert (changed.offset_days, changed.anchor.value, changed.is_automatic) == (-2, "end", False)
    assert steps_of(session, world.collection.id) == []


def test_letter_cannot_leave_by_itself(lead, place):
    answer = lead.post(f"{place}/steps", data=STEP | {"channel": "letter", "is_automatic": "y"})

    assert answer.status_code == 422
    assert "ils ne peuvent pas partir tout seuls" in answer.text


def test_message_is_read_as_an_invented_person_before_it_is_saved(session, lead, place, world):
    step = make_step(session, world, channel=Channel.SMS)
    body = "Bonjour ${prénom}, être là : ${lien}"

    page = lead.post(f"{place}/steps/{step}/words", data={"locale": "fr", "body": body, "act": "try"}).text

    assert "Bonjour Camille, être là : http://localhost/i/K7M2QX4P9TRB" in page
    assert "1 SMS" in page
    assert "<code>ê</code>" in page
    assert get_step(session, *ids(world, step)).words == {}


def test_words_are_saved_by_language_and_refused_in_words(session, lead, place, world):
    step = make_step(session, world)

    lead.post(f"{place}/steps/{step}/words", data={"locale": "ar", "subject": "ع", "body": "${lien}"})
    refused = lead.post(f"{place}/steps/{step}/words", data={"locale": "fr", "body": "${prenom} ${adresse} tapé"})

    assert set(get_step(session, *ids(world, step)).words) == {"ar"}
    assert refused.status_code == 422
    assert "On peut écrire" in refused.text
    assert "${prenom} ${adresse} tapé" in refused.text


def test_message_of_one_person_is_shown_and_the_journal_keeps_it(session, lead, place, world):
    step = make_step(session, world)

    page = lead.post(f"{place}/steps/{step}/preview", data={"pseudonym": "P1"}).text
    nobody = lead.post(f"{place}/steps/{step}/preview", data={"pseudonym": "P99"})

    read = session.scalars(select(AuditEntry.object_id).where(AuditEntry.object_kind == "identity")).all()
    assert "Bonjour Fictif1," in page
    assert read == [world.people["P1"].id]
    assert nobody.status_code == 404


def test_dry_run_says_who_and_why_and_sends_nothing(session, lead, place, world):
    make_step(session, world)
    add_person(session, world, "sans accord", willing=False)

    page = lead.get(f"{place}/now").text
    only = lead.get(f"{place}/now?why=no_consent").text

    assert "Envoyer 3 messages maintenant" in page
    assert "n’a pas accepté d’être recontacté·e" in page
    assert ("P0" in only, "sans accord" in only) == (False, True)
    assert session.scalars(select(Message)).all() == []


def test_send_pressed_twice_queues_each_once(session, lead, place, world):
    make_step(session, world)

    first = lead.post(f"{place}/now", data={"step": ""}, follow_redirects=True).text
    second = lead.post(f"{place}/now", data={"step": ""}, follow_redirects=True).text

    assert "3 messages partent." in first
    assert "0 message part." in second
    assert len(session.scalars(select(Message)).all()) == 3
    assert len(session.scalars(select(Job).where(Job.kind == "mailing.send")).all()) == 1


@pytest.fixture
def sent(session, lead, place, world):
    """Three e-mails written as files."""
    make_step(session, world)
    lead.post(f"{place}/now", data={"step": ""})
    send_queued(run_of("run", *ids(world)), open_senders(read_carriers({})), unit_of_work)
    return list_messages(session, *ids(world))


def test_message_written_as_a_file_is_read_and_the_journal_keeps_it(session, lead, place, sent):
    page = lead.post(f"{place}/sent/{sent[0].id}").text

    assert f"{sent[0].pseudonym.lower()}@example.org" in page
    assert "Votre avis compte" in page
    read = session.scalars(select(AuditEntry.object_id).where(AuditEntry.object_kind == "identity")).all()
    assert read == [sent[0].participant_id]


def test_message_that_came_back_is_noted(session, lead, place, sent):
    lead.post(f"{place}/sent/{sent[0].id}/bounced")

    session.expire_all()
    assert (session.get(Message, sent[0].id).state, session.get(Message, sent[0].id).reason) == (
        MessageState.FAILED,
        "bounced",
    )
    assert "le dernier message est revenu" in lead.get(f"{place}/sent?state=failed").text


@pytest.mark.parametrize(("act", "state", "jobs"), [("sent", "sent", 1), ("again", "queued", 2)])
def test_lead_decides_on_what_was_perhaps_sent(session, lead, place, sent, act, state, jobs):
    session.execute(
        update(Message)
        .where(Message.id == sent[0].id)
        .values(state=MessageState.MAYBE, reason="died", claimed_at=now() - timedelta(hours=1))
    )
    session.commit()
    plan, listed = lead.get(f"{place}/").text, lead.get(f"{place}/sent?state=maybe").text

    lead.post(f"{place}/sent/{sent[0].id}/decide", data={"act": act})
    again = lead.post(f"{place}/sent/{sent[1].id}/decide", data={"act": "sent"})

    session.expire_all()
    assert "1 message est peut-être parti" in plan
    assert "Il est parti" in listed
    assert session.get(Message, sent[0].id).state.value == state
    assert len(session.scalars(select(Job).where(Job.kind == "mailing.send")).all()) == jobs
    assert again.status_code == 409


def test_setting_that_cannot_be_used_is_said_and_the_page_stands(lead, place, monkeypatch):
    monkeypatch.setenv("SMTP_URL", "smtp://mail.example.org")

    assert (
        "rien ne part : un réglage est inutilisable".replace(" :", "\N{NO-BREAK SPACE}:") in lead.get(f"{place}/").text
    )


def test_only_the_lead_plans_reads_and_sends(app, session, place, world):
    step = make_step(session, world)
    coder = member_client(app, world.study, Role.CODER)

    statuses = [
        coder.get(f"{place}/").status_code,
        coder.get(f"{place}/sent").status_code,
        coder.get(f"{place}/now").status_code,
        coder.get(f"{place}/steps/{step}").status_code,
        coder.post(f"{place}/now").status_code,
        coder.post(f"{place}/setup", data={}).status_code,
        coder.post(f"{place}/steps/{step}/preview", data={"pseudonym": "P0"}).status_code,
    ]

    assert statuses == [200, 200, 403, 403, 403, 403, 403]


def test_messages_of_another_study_are_not_found(app, session, world):
    stranger = make_mailing_world(session, world.data_dir)
    step = make_step(session, world)
    lead = member_client(app, stranger.study)
    place = f"/studies/{stranger.study.key}/collections/{world.collection.id}/messages"

    statuses = [lead.get(f"{place}{tail}").status_code for tail in ("/", "/now", "/sent", f"/steps/{step}")]

    assert statuses == [404, 404, 404, 404]
