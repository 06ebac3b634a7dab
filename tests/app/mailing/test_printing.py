"""Letters and lists of calls: for those who are due, once, in their language, and for nobody who said no."""

import io
from datetime import time, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from app.jobs.models import Job, JobState
from app.mailing.contacts import open_file
from app.mailing.printing import (
    AT_ONCE,
    PrintOrder,
    ask_to_print,
    body,
    gather,
    people_to_take_out,
    print_path,
    store,
    sweep_prints,
)
from core.clock import now
from core.errors import Conflict, Invalid
from studies.identity import Person
from studies.models import ConsentPurpose
from studies.services import withdraw_consent, withdraw_participant
from surveys.fieldwork.calls import note_call
from surveys.fieldwork.mailing import Setup, save_setup
from surveys.fieldwork.mailing_models import CallOutcome, Channel, Message
from tests.factories.mailing import add_person, make_mailing_world, make_step

# WeasyPrint leaves its colour profile to the collector.
leaves_a_file_open = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def data_dir(app):
    return Path(app.config["SETTINGS"].data_dir)


@pytest.fixture
def world(app, session, data_dir):
    with app.test_request_context("/"):
        yield make_mailing_world(session, data_dir)


def order(world, step_id, **more):
    return PrintOrder(world.study.id, world.collection.id, step_id, **more)


def asked(session, wanted):
    job = session.get_one(Job, ask_to_print(session, wanted))
    session.commit()
    return job


def kept(session, job, arguments):
    """Finish a job as the worker does, without laying anything out."""
    result = {"people": arguments["people"], "page_count": 1}
    store(session, job, result)
    job.state, job.result = JobState.DONE, result
    session.commit()


def names(arguments):
    return [each["name"] for each in arguments["document"]["letters"]]


def rows(arguments):
    return [row for sheet in arguments["document"]["sheets"] for row in sheet["rows"]]


def note(session, world, pseudonym, outcome, **more):
    note_call(session, world.study.id, world.collection.id, pseudonym, outcome, moment=now(), **more)
    session.commit()


def test_each_has_a_letter_in_their_language_with_a_code_of_their_own(session, world):
    add_person(session, world, "PA", attributes={"langue": "ar"})
    job = asked(session, order(world, make_step(session, world, channel=Channel.LETTER)))

    letters = gather(session, job)["document"]["letters"]

    assert [(each["name"], each["locale"], each["direction"]) for each in letters] == [
        ("Fictif0 Personne", "fr", "ltr"),
        ("Fictif1 Personne", "fr", "ltr"),
        ("Fictif2 Personne", "fr", "ltr"),
        ("Fictif3 Personne", "ar", "rtl"),
    ]
    assert [each["link"].rsplit("/", 1)[1] == each["code"].replace("-", "") for each in letters] == [True] * 4
    assert len({each["code"] for each in letters}) == 4
    assert letters[0]["address"] == ["0 rue des Essais", "54000 NANCY"]


def test_letters_leave_out_who_has_no_address_or_said_no(session, world):
    add_person(session, world, "bare", person=Person(name="Sans Adresse"))
    add_person(session, world, "unwilling", willing=False)
    withdraw_participant(session, world.study.id, world.people["P0"].id, "screen", by=None)
    note(session, world, "P1", CallOutcome.REFUSED)

    job = asked(session, order(world, make_step(session, world, channel=Channel.LETTER)))

    assert names(gather(session, job)) == ["Fictif2 Personne"]


def test_print_pressed_twice_is_one_and_the_next_is_for_who_is_left(session, world):
    step = make_step(session, world, channel=Channel.LETTER)
    job = asked(session, order(world, step))
    again = asked(session, order(world, step))
    kept(session, job, gather(session, job))

    assert again.id == job.id
    assert session.scalars(select(Message.channel)).all() == [Channel.LETTER] * 3
    with pytest.raises(Invalid, match="nothing_to_print"):
        ask_to_print(session, order(world, step))


def test_print_asked_for_long_after_another_is_a_new_one(session, world):
    step = make_step(session, world, channel=Channel.LETTER)
    first = asked(session, order(world, step))
    kept(session, first, gather(session, first))
    session.add_all(
        Job(kind="export.answers", arguments={}, key=f"k{number}", study_id=world.study.id) for number in range(101)
    )
    add_person(session, world, "late")

    assert asked(session, order(world, step)).id != first.id


def test_who_comes_due_after_the_button_waits_for_the_next_print(session, world):
    step = make_step(session, world, channel=Channel.LETTER)
    job = asked(session, order(world, step))
    add_person(session, world, "late")
    arguments = gather(session, job)
    kept(session, job, arguments)

    assert len(arguments["people"]) == 3
    assert names(gather(session, asked(session, order(world, step)))) == ["Fictif3 Personne"]


def test_one_file_holds_so_many_people_and_the_next_the_others(session, world):
    for number in range(AT_ONCE):
        add_person(session, world, f"Q{number:03}")
    step = make_step(session, world, channel=Channel.LETTER)
    first = asked(session, order(world, step))
    some = gather(session, first)
    kept(session, first, some)

    others = gather(session, asked(session, order(world, step)))

    assert (len(some["people"]), len(others["people"])) == (AT_ONCE, 3)
    assert set(some["people"]) & set(others["people"]) == set()


def test_pause_prints_nothing(session, world):
    save_setup(session, world.study.id, world.collection.id, Setup(is_paused=True))

    with pytest.raises(Conflict, match="paused"):
        ask_to_print(session, order(world, make_step(session, world, channel=Channel.LETTER)))


def test_who_says_no_after_the_print_is_counted_and_left_out_of_the_next(session, world):
    job = asked(session, order(world, make_step(session, world, channel=Channel.LETTER)))
    kept(session, job, gather(session, job))
    one = PrintOrder.from_json(job.arguments)
    withdraw_consent(session, world.study.id, world.people["P0"].id, ConsentPurpose.CONTACT_AGAIN, "screen", by=None)
    withdraw_participant(session, world.study.id, world.people["P2"].id, "screen", by=None)
    session.commit()

    again = gather(session, asked(session, order(world, one.step_id, again=job.id)))

    assert (people_to_take_out(session, one, job.id), names(again)) == (2, ["Fictif1 Personne"])
    assert len(session.scalars(select(Message)).all()) == 3


def test_list_of_calls_says_what_came_of_earlier_ones(session, world):
    step = make_step(session, world, channel=Channel.CALL)
    first = asked(session, order(world, step))
    kept(session, first, gather(session, first))
    tomorrow = (now() + timedelta(days=1)).date()
    note(session, world, "P0", CallOutcome.NO_ANSWER)
    note(session, world, "P0", CallOutcome.CALL_BACK, call_back_on=tomorrow, call_back_at=time(14, 5))
    note(session, world, "P1", CallOutcome.REACHED)

    called = rows(gather(session, asked(session, order(world, step, is_waiting=True))))

    assert [(row["pseudonym"], row["before"][:2]) for row in called] == [("P0", "2,"), ("P2", "")]
    assert called[0]["call_back"].replace("\xa0", " ").endswith("à 14 h 05")


def test_caller_finds_what_to_say_in_the_languages_of_the_list(session, world):
    add_person(session, world, "A0", attributes={"langue": "ar"})
    job = asked(session, order(world, make_step(session, world, channel=Channel.CALL)))

    scripts = gather(session, job)["document"]["scripts"]

    assert [each["locale"] for each in scripts] == ["fr", "ar"]
    assert "Fictif" not in scripts[0]["body"]


@leaves_a_file_open
@pytest.mark.parametrize("channel", [Channel.LETTER, Channel.CALL])
def test_print_lies_sealed_and_reads_as_a_pdf(session, world, data_dir, channel):
    job = asked(session, order(world, make_step(session, world, channel=channel)))
    arguments = gather(session, job)

    result = body(arguments, lambda _share, _step="": None)

    sealed = print_path(world.study.id, job.id).read_bytes()
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(open_file(data_dir, sealed))).pages)
    assert (b"%PDF" in sealed, result["people"], "Fictif1 Personne" in text) == (False, arguments["people"], True)


def test_prints_are_swept_after_a_week(app, world):
    import os

    young, old = (print_path(world.study.id, world.people[name].id) for name in ("P0", "P1"))
    young.parent.mkdir(parents=True)
    for path in (young, old):
        path.touch()
    long_ago = (now() - timedelta(days=8)).timestamp()
    os.utime(old, (long_ago, long_ago))

    sweep_prints()

    assert (young.exists(), old.exists()) == (True, False)
