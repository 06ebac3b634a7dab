"""A wave is placed in time; a list brings the dates of people."""

from datetime import date

import pytest
from sqlalchemy import select

from core.audit import AuditEntry
from core.errors import Invalid, NotFound
from studies.listing import KnownNames, ListProblem, read_people
from studies.models import Participant, Wave, WaveAnchor
from studies.queries import date_attributes, wave_place
from studies.services import WaveCalendar, add_participants, place_wave, update_participants
from tests.factories.studies import ParticipantFactory, PopulationFactory, StudyFactory, WaveFactory


@pytest.fixture
def study(session):
    return StudyFactory()


def test_place_wave_keeps_the_anchor_and_the_tolerance(session, study):
    wave = WaveFactory(study=study)

    place_wave(
        session,
        study.id,
        wave.id,
        WaveCalendar(months=6, anchor=WaveAnchor.ENTRY, days_before=15, days_after=30),
        by=None,
    )

    place = wave_place(session, wave.id)
    assert (place.months_after_start, place.anchor, place.days_before, place.days_after) == (
        6,
        WaveAnchor.ENTRY,
        15,
        30,
    )
    assert session.scalars(select(AuditEntry).where(AuditEntry.object_kind == "wave")).one().after["months"] == 6


def test_place_wave_at_the_start_of_the_study_forgets_the_tolerance(session, study):
    wave = WaveFactory(study=study, anchor=WaveAnchor.DRAW, days_before=3, days_after=4)

    place_wave(session, study.id, wave.id, WaveCalendar(months=1, anchor=WaveAnchor.START, days_before=9), by=None)

    kept = session.get(Wave, wave.id)
    assert (kept.anchor, kept.days_before, kept.days_after) == (WaveAnchor.START, 0, 0)


@pytest.mark.parametrize(
    ("place", "code"),
    [
        (WaveCalendar(months=1, anchor=WaveAnchor.ATTRIBUTE, attribute=" "), "studies.anchor_attribute_missing"),
        (WaveCalendar(months=-1, anchor=WaveAnchor.DRAW), "studies.months_out_of_range"),
        (WaveCalendar(months=601, anchor=WaveAnchor.DRAW), "studies.months_out_of_range"),
        (WaveCalendar(months=1, anchor=WaveAnchor.DRAW, days_after=367), "studies.tolerance_out_of_range"),
    ],
)
def test_place_wave_refuses_what_makes_no_sense(session, study, place, code):
    with pytest.raises(Invalid) as refusal:
        place_wave(session, study.id, WaveFactory(study=study).id, place, by=None)

    assert refusal.value.code == code


def test_wave_of_another_study_is_not_found(session, study):
    with pytest.raises(NotFound, match=r"studies\.wave_unknown"):
        place_wave(session, study.id, WaveFactory().id, WaveCalendar(months=1, anchor=WaveAnchor.DRAW), by=None)


def test_attributes_that_hold_dates_are_found(session, study):
    ParticipantFactory(study=study, attributes={"entretien": "12/03/2026", "âge": 34})
    ParticipantFactory(study=study, attributes={"naissance": "1990", "premier rdv": "2026-01-05"})

    assert date_attributes(session, study.id) == ("entretien", "premier rdv")


KNOWN = KnownNames(populations=("Parents",), sites=(), arms=())


def test_list_brings_the_dates_of_people():
    read = read_people([["id", "Date du tirage", "Date d’entrée"], ["P1", "31/01/2026", "2026-02-10"]], known=KNOWN)

    assert read.problems == ()
    assert (read.people[0].drawn_on, read.people[0].entered_on) == (date(2026, 1, 31), date(2026, 2, 10))
    assert read.attributes == ()


def test_list_tells_a_date_that_is_none_with_its_place():
    read = read_people([["id", "date d'entrée"], ["P1", "31/02/2026"]], known=KNOWN)

    assert read.problems == (ListProblem("studies.day_unknown", 2, "date d'entrée", "31/02/2026"),)


def test_dates_of_a_list_are_kept_and_an_empty_cell_changes_nothing(session, study):
    PopulationFactory(study=study, name="Parents")
    heading = ["id", "drawn_on", "entered_on"]
    add_participants(session, study.id, read_people([heading, ["P1", "2026-01-31", ""]], known=KNOWN).people, by=None)
    update_participants(
        session, study.id, read_people([heading, ["P1", "", "2026-02-10"]], known=KNOWN).people, by=None
    )

    person = session.scalars(select(Participant).where(Participant.study_id == study.id)).one()
    assert (person.drawn_on, person.entered_on) == (date(2026, 1, 31), date(2026, 2, 10))
