"""A group's code: which group, never who; until a day, up to a number, until it is closed."""

from datetime import timedelta

import pytest
import time_machine

from core.clock import now
from core.errors import Conflict, Invalid, NotFound
from surveys.answering import find_collection, open_draft, save_page, submit
from surveys.fieldwork.groups import (
    close_group,
    find_group,
    get_group,
    is_group,
    list_groups,
    make_group,
    spell_group,
    start_in_group,
)
from surveys.fieldwork.ways import is_way_in
from surveys.models import GroupLink, Response
from surveys.receipts import find_by_code
from surveys.tokens import new_token
from surveys.withdrawing import withdraw
from tests.factories.studies import SiteFactory, StudyFactory
from tests.factories.surveys import make_collection, survey

FORM = survey("hidden | site |", "hidden | groupe |", "text | story | Racontez.")


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def collection(session, study):
    return make_collection(session, study, FORM)


@pytest.fixture
def site(study):
    return SiteFactory(study=study, name="Nancy")


def group(session, study, collection, **more):
    id_ = make_group(session, study.id, collection.id, **({"label": "Atelier du 3 mars"} | more))
    session.commit()
    return session.get(GroupLink, id_).code


def begin(session, collection, code, token=None):
    token = token or new_token()
    start_in_group(session, find_collection(session, collection.code), code, token=token, locale="fr")
    session.commit()
    return token


def test_response_of_a_group_says_the_group_and_nobody(session, study, collection, site):
    code = group(session, study, collection, site_id=site.id)

    draft = open_draft(session, begin(session, collection, code))

    kept = session.get(Response, draft.id)
    assert (kept.participant_id, kept.group_link_id) == (None, find_group(session, code).id)
    assert dict(draft.carried) == {"site": "Nancy", "groupe": "Atelier du 3 mars"}


def test_same_start_sent_twice_is_one_response_even_in_a_full_group(session, study, collection):
    code = group(session, study, collection, max_responses=1)
    token = begin(session, collection, code)

    begin(session, collection, code, token)

    assert get_group(session, study.id, collection.id, find_group(session, code).id).started == 1


def test_full_group_takes_no_more_and_a_withdrawal_gives_its_place_back(session, study, collection):
    code = group(session, study, collection, max_responses=1)
    token = begin(session, collection, code)
    save_page(session, open_draft(session, token), "story", {"story": ["Un mot"]})
    receipt = submit(session, open_draft(session, token))
    with pytest.raises(Conflict, match=r"fieldwork\.group_closed"):
        begin(session, collection, code)

    withdraw(session, receipt)

    assert find_group(session, code).is_open
    assert find_by_code(session, receipt).state.value == "withdrawn"


def test_group_is_over_after_its_last_moment(session, study, collection):
    code = group(session, study, collection, expires_at=now() + timedelta(hours=2))

    with time_machine.travel(now() + timedelta(hours=3), tick=False):
        assert not find_group(session, code).is_open
    assert find_group(session, code).is_open


def test_closed_group_takes_nobody_and_lets_go_on(session, study, collection):
    code = group(session, study, collection)
    token = begin(session, collection, code)

    close_group(session, study.id, collection.id, find_group(session, code).id)
    close_group(session, study.id, collection.id, find_group(session, code).id)

    with pytest.raises(Conflict, match=r"fieldwork\.group_closed"):
        begin(session, collection, code)
    save_page(session, open_draft(session, token), "story", {"story": ["Un mot"]})
    assert submit(session, open_draft(session, token))


def test_code_of_another_collection_opens_nothing(session, study, collection):
    other = make_collection(session, study)
    code = group(session, study, other)

    with pytest.raises(NotFound, match=r"fieldwork\.group_not_found"):
        begin(session, collection, code)


def test_code_is_known_by_its_length(session, study, collection):
    code = group(session, study, collection)
    spelled = spell_group(code)

    assert (is_group(spelled), is_group(spelled.lower()), is_group(collection.code)) == (True, True, False)
    assert is_way_in(code)
    assert find_group(session, spelled.lower()).label == "Atelier du 3 mars"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"label": " "}, "fieldwork.label_missing"),
        ({"max_responses": 0}, "fieldwork.no_place"),
        ({"expires_at": now() - timedelta(days=1)}, "fieldwork.expires_in_the_past"),
    ],
)
def test_group_that_makes_no_sense_is_refused(session, study, collection, more, code):
    with pytest.raises(Invalid) as refusal:
        group(session, study, collection, **more)

    assert refusal.value.code == code


def test_site_of_another_study_is_refused(session, study, collection):
    with pytest.raises(NotFound, match=r"fieldwork\.site_not_found"):
        group(session, study, collection, site_id=SiteFactory().id)


def test_groups_are_counted_apart(session, study, collection, site):
    first, second = group(session, study, collection, site_id=site.id), group(session, study, collection, label="B")
    for _ in range(2):
        begin(session, collection, first)
    begin(session, collection, second)

    found = {each.label: (each.site, each.started, each.sent) for each in list_groups(session, study.id, collection.id)}

    assert found == {"Atelier du 3 mars": ("Nancy", 2, 0), "B": ("", 1, 0)}
