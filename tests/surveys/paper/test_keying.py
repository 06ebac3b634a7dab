"""Sheets keyed: what is kept, what becomes a response, what a second entry finds."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from sqlalchemy import select

from core.clock import now
from core.errors import Conflict, Invalid, NotFound
from studies.models import FlowState
from surveys.answering import withdraw
from surveys.fieldwork.quota_desk import QuotaDraft, Wanted, add_quotas, count_quotas
from surveys.models import Answer, Missing, Response, ResponseMode, ResponseState
from surveys.paper.checking import differences, finish_second, settle
from surveys.paper.entries import finish_first, keep_entry
from surveys.paper.models import PaperEntry, PaperSheet
from surveys.paper.sheets import find_sheet, list_batches, list_sheets, make_sheets
from tests.factories.datafiles import open_form
from tests.factories.studies import (
    AccountFactory,
    ParticipantFactory,
    PopulationFactory,
    SiteFactory,
    StudyFactory,
    WaveFactory,
)
from tests.factories.surveys import survey

FORM = survey(
    "select_one yn | works | Travaillez-vous ? | | |",
    "decimal | hours | Combien d'heures ? | ${works} = 'yes' | | . <= 60",
    "select_multiple help | helped | Qui aide ? | | |",
    "date | since | Depuis ? | | |",
    "text | story | Racontez | | |",
    "calculate | half | | | ${hours} div 2 |",
    "hidden | pseudonym | | | |",
    "begin_repeat | kids | Enfants | | |",
    "text | name | Prénom | | |",
    "integer | age | Âge | | |",
    "end_repeat | | | | |",
    columns="type | name | label | relevant | calculation | constraint",
    choices=("yn | yes | Oui |", "yn | no | Non |", "help | peer | Pair |", "help | pro | Pro |", "help | kin | Kin |"),
)
TYPED = {
    "works": "1", "hours": "17,5", "helped": "1 3", "since": "29022024", "story": "?", "name[1]": "Léa", "age[1]": "6",
    "name[2]": "Noé", "age[2]": "-99",
}  # fmt: skip


@pytest.fixture
def world(session):
    study = StudyFactory()
    collection = open_form(session, study, FORM, wave=WaveFactory(study=study, name="T0"))
    site = SiteFactory(study=study, name="Nord")
    person = ParticipantFactory(study=study, pseudonym="P1", site_id=site.id)
    batch = make_sheets(session, study.id, collection.id, locale="fr", cards=3)
    session.commit()
    (row,) = list_sheets(session, study.id, batch)
    account, other = AccountFactory(), AccountFactory()
    return SimpleNamespace(
        study=study, collection=collection, site=site, person=person, batch=batch, account=account.id, other=other.id,
        sheet=find_sheet(session, study.id, row.code),
    )  # fmt: skip


def answers_of(session, response_id):
    return {
        row.item_name: (row.value, row.missing)
        for row in session.scalars(select(Answer).where(Answer.response_id == response_id))
    }


def test_first_entry_makes_the_response_of_its_person(session, world):
    entry = finish_first(session, world.sheet, TYPED, account_id=world.account)

    response = session.get(Response, entry.response_id)
    assert (response.mode, response.state, response.participant_id) == (
        ResponseMode.PAPER, ResponseState.SUBMITTED, world.person.id,
    )  # fmt: skip
    assert response.receipt == world.sheet.code
    assert (response.calculated["half"], response.calculated["pseudonym"]) == (8.75, "P1")
    assert answers_of(session, response.id) == {
        "works": ("yes", None), "hours": (17.5, None), "helped": (["peer", "kin"], None), "since": ("2024-02-29", None),
        "story": (None, Missing.ILLEGIBLE), "kids": (2, None), "name[1]": ("Léa", None), "age[1]": (6, None),
        "name[2]": ("Noé", None), "age[2]": (None, Missing.UNKNOWN),
    }  # fmt: skip
    assert entry.account_id == world.account


def test_what_is_left_aside_is_kept_with_the_sheet_and_not_in_the_response(session, world):
    entry = finish_first(session, world.sheet, {"works": "2", "hours": "12"}, account_id=world.account)

    rows = answers_of(session, entry.response_id)
    assert "hours" not in rows
    assert rows["story"] == (None, None)
    assert entry.typed == {"works": "2", "hours": "12"}
    assert entry.answers["hours"] == 12


def test_out_of_bounds_is_kept_as_written_and_said(session, world):
    _entry, keyed = keep_entry(session, world.sheet, 1, {"works": "1", "hours": "75"}, account_id=world.account)

    assert keyed.answers["hours"] == 75
    assert list(keyed.warnings) == ["hours"]
    assert finish_first(session, world.sheet, {"works": "1", "hours": "75"}, account_id=world.account).response_id


@pytest.mark.parametrize(
    ("field", "typed"),
    [("works", "3"), ("helped", "1 9"), ("helped", "1 1"), ("hours", "beaucoup"), ("since", "32/01")],
)
def test_what_cannot_be_understood_is_kept_and_stops_the_end(session, world, field, typed):
    _entry, keyed = keep_entry(session, world.sheet, 1, {field: typed}, account_id=world.account)
    assert list(keyed.problems) == [field]

    with pytest.raises(Invalid) as caught:
        finish_first(session, world.sheet, {field: typed}, account_id=world.account)

    assert (caught.value.code, caught.value.details) == ("paper.not_understood", {"count": 1})
    entry = session.scalars(select(PaperEntry)).one()
    assert (entry.typed, entry.finished_at) == ({field: typed}, None)


@pytest.mark.parametrize("sign", ["-", "-96"])
def test_nothing_written_is_not_a_mark(session, world, sign):
    entry = finish_first(session, world.sheet, {"story": sign}, account_id=world.account)

    assert answers_of(session, entry.response_id)["story"] == (None, None)


def test_finished_entry_is_not_keyed_again(session, world):
    finish_first(session, world.sheet, TYPED, account_id=world.account)

    with pytest.raises(Conflict, match=r"paper\.entry_finished"):
        keep_entry(session, world.sheet, 1, {}, account_id=world.account)


def test_sheet_that_somebody_keys_is_held_for_a_while(session, world):
    keep_entry(session, world.sheet, 1, {"works": "1"}, account_id=world.account)
    session.flush()
    with pytest.raises(Conflict, match=r"paper\.keyed_by_another"):
        keep_entry(session, world.sheet, 1, {"works": "2"}, account_id=world.other)

    with time_machine.travel(now() + timedelta(minutes=11)):
        entry, _keyed = keep_entry(session, world.sheet, 1, {"works": "2"}, account_id=world.other)

    assert (entry.account_id, entry.typed) == (world.other, {"works": "2"})


def test_keyed_sheet_has_its_place_in_quotas_and_changes_it_when_settled(session, world):
    drafts = [
        QuotaDraft(label=name, target=5, conditions=(Wanted(item="works", values=(name,)),)) for name in ("yes", "no")
    ]
    add_quotas(session, world.study.id, world.collection.id, drafts)
    finish_first(session, world.sheet, {"works": "1"}, account_id=world.account)
    keyed = taken(session, world)
    finish_second(session, world.sheet, {"works": "2"}, account_id=world.other)
    settle(session, world.sheet, {"works": "2"}, account_id=world.other)

    assert (keyed, taken(session, world)) == ({"yes": 1, "no": 0}, {"yes": 0, "no": 1})


def taken(session, world):
    return {each.quota.label: each.quota.taken for each in count_quotas(session, world.study.id, world.collection.id)}


def test_second_entry_waits_for_the_first(session, world):
    with pytest.raises(Conflict, match=r"paper\.first_not_finished"):
        keep_entry(session, world.sheet, 2, {}, account_id=world.other)


def test_second_entry_that_says_the_same_settles_the_sheet(session, world):
    finish_first(session, world.sheet, TYPED, account_id=world.account)

    # The same meaning typed otherwise is no difference.
    found = finish_second(
        session,
        world.sheet,
        {**TYPED, "hours": "17.50", "helped": "3,1", "since": "29/02/2024"},
        account_id=world.other,
    )

    assert found == differences(session, world.sheet) == ()
    assert list_sheets(session, world.study.id, world.batch)[0].settled_at is not None


def test_differences_are_listed_and_settled_in_the_response(session, world):
    first = finish_first(session, world.sheet, TYPED, account_id=world.account)
    found = finish_second(
        session,
        world.sheet,
        {**TYPED, "hours": "71,5", "story": "Une voisine", "name[3]": "Tom"},
        account_id=world.other,
    )

    assert [(each.field.key, each.first, each.second) for each in found] == [
        ("hours", "17,5", "71,5"), ("story", "?", "Une voisine"), ("name[3]", "", "Tom"),
    ]  # fmt: skip
    left = settle(session, world.sheet, {"hours": "17,5"}, account_id=world.account)
    assert [each.field.key for each in left] == ["story", "name[3]"]
    assert list_batches(session, world.study.id, world.collection.id)[0].waiting == 1

    decided = {"hours": "71,5", "story": "Une voisine", "name[3]": "-"}
    assert settle(session, world.sheet, decided, account_id=world.account) == ()

    session.expire_all()
    rows = answers_of(session, first.response_id)
    assert (rows["hours"], rows["story"], rows["kids"]) == ((71.5, None), ("Une voisine", None), (3, None))
    assert session.get(Response, first.response_id).calculated["half"] == 35.75
    assert first.typed["hours"] == "17,5"
    batch = list_batches(session, world.study.id, world.collection.id)[0]
    assert (batch.sheets, batch.keyed, batch.checked, batch.waiting) == (1, 1, 1, 0)
    with pytest.raises(Conflict, match=r"paper\.nothing_to_settle"):
        settle(session, world.sheet, decided, account_id=world.account)


def test_what_its_person_corrected_is_not_replaced(session, world):
    first = finish_first(session, world.sheet, TYPED, account_id=world.account)
    finish_second(session, world.sheet, {**TYPED, "hours": "7"}, account_id=world.other)
    session.get(Response, first.response_id).revision = 1
    session.flush()

    with pytest.raises(Conflict, match=r"paper\.response_changed"):
        settle(session, world.sheet, {"hours": "7"}, account_id=world.account)


def test_answers_taken_back_leave_nothing_keyed_and_are_not_keyed_again(session, world):
    finish_first(session, world.sheet, TYPED, account_id=world.account)
    finish_second(session, world.sheet, TYPED, account_id=world.other)
    session.commit()

    withdraw(session, world.sheet.code)
    session.commit()

    assert session.scalars(select(PaperEntry)).all() == []
    with pytest.raises(Conflict, match=r"paper\.withdrawn"):
        keep_entry(session, world.sheet, 1, TYPED, account_id=world.account)


# --- sheets


def test_sheets_for_nobody_are_as_many_as_asked(session, world):
    batch = make_sheets(session, world.study.id, world.collection.id, locale="fr", cards=1, count=7)

    rows = list_sheets(session, world.study.id, batch)
    assert [(row.number, row.pseudonym) for row in rows] == [(number, "") for number in range(1, 8)]
    assert len({row.code for row in rows}) == 7


def test_sheets_for_people_leave_out_who_withdrew_and_other_sites(session, world):
    ParticipantFactory(study=world.study, site_id=world.site.id, state=FlowState.WITHDRAWN)
    ParticipantFactory(study=world.study, pseudonym="P2")

    batch = make_sheets(session, world.study.id, world.collection.id, locale="fr", cards=1, site_id=world.site.id)

    assert [(row.pseudonym, row.site) for row in list_sheets(session, world.study.id, batch)] == [("P1", "Nord")]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"count": 501}, "paper.too_many_sheets"),
        ({"count": 1, "cards": 13}, "paper.too_many_cards"),
        ({"count": 1, "cards": 0}, "paper.too_many_cards"),
    ],
)
def test_what_cannot_be_printed_is_refused(session, world, asked, code):
    with pytest.raises(Invalid) as caught:
        make_sheets(session, world.study.id, world.collection.id, **{"locale": "fr", "cards": 1, **asked})

    assert caught.value.code == code


def test_nobody_to_print_for_is_refused(session, world):
    collection = world.collection
    population = PopulationFactory(study=world.study)
    from surveys.models import Collection

    session.get(Collection, collection.id).population_id = population.id
    session.flush()

    with pytest.raises(Invalid, match=r"paper\.nobody_to_print_for"):
        make_sheets(session, world.study.id, collection.id, locale="fr", cards=1)


def test_sheet_is_found_however_its_code_is_typed_and_only_in_its_study(session, world):
    code = world.sheet.code

    assert find_sheet(session, world.study.id, f" {code[:4].lower()} - {code[4:]}").id == world.sheet.id
    with pytest.raises(NotFound, match=r"paper\.sheet_not_found"):
        find_sheet(session, StudyFactory().id, code)
    assert session.get(PaperSheet, world.sheet.id).participant_id == world.person.id
