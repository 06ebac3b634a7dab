"""Soft quotas: counted when a response is sent, never above what is wanted, and nobody is refused."""

import uuid
from dataclasses import replace

import pytest
from sqlalchemy import select

from core.errors import Conflict, Invalid, NotFound
from surveys.answering import find_collection, load_draft, open_draft, save_page, submit
from surveys.corrections import start_correction
from surveys.fieldwork.groups import make_group, start_in_group
from surveys.fieldwork.models import Quota, QuotaPlace
from surveys.fieldwork.quota_desk import (
    MAX_QUOTAS,
    QuotaDraft,
    Wanted,
    add_quotas,
    change_target,
    count_anew,
    count_quotas,
    delete_quota,
    each_combination,
)
from surveys.fieldwork.quotas import Kind, QuotaRow, answers_of, counts_in, full_quota, go_on_over
from surveys.models import GroupLink
from surveys.receipts import give_code
from surveys.tokens import new_token
from surveys.withdrawing import withdraw
from tests.factories.studies import ParticipantFactory, SiteFactory, StudyFactory
from tests.factories.surveys import make_collection, start, survey

FORM = survey(
    "select_one who | sexe | Vous êtes ?",
    "integer | age | Quel âge ?",
    "select_multiple who | proches | Qui vit avec vous ?",
    "text | story | Racontez.",
    choices=("who | f | Une femme |", "who | h | Un homme |"),
)
WOMEN = Wanted(item="sexe", values=("f",))


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def collection(session, study):
    return make_collection(session, study, FORM)


def send(session, collection, *, token=None, participant=None, sexe="f", age="30"):
    token = token or start(session, collection, participant)
    for page, value in (("sexe", sexe), ("age", age), ("proches", "h"), ("story", "Un mot")):
        save_page(session, open_draft(session, token), page, {page: [value] if value else []})
    receipt = submit(session, open_draft(session, token))
    session.commit()
    return receipt


def add(session, study, collection, *drafts):
    add_quotas(session, study.id, collection.id, drafts)
    session.commit()


def gauges(session, study, collection):
    session.expire_all()
    return {each.quota.label: (each.quota.taken, each.over) for each in count_quotas(session, study.id, collection.id)}


def test_response_counts_once_in_each_quota_that_it_fits(session, study, collection):
    add(
        session,
        study,
        collection,
        QuotaDraft(label="femmes", target=5, conditions=(WOMEN,)),
        QuotaDraft(label="jeunes", target=5, conditions=(Wanted(item="age", most=25),)),
        QuotaDraft(label="femmes de 26 ans et plus", target=5, conditions=(WOMEN, Wanted(item="age", least=26))),
    )

    send(session, collection, sexe="f", age="30")
    send(session, collection, sexe="h", age="25")

    assert gauges(session, study, collection) == {
        "femmes": (1, 0),
        "jeunes": (1, 0),
        "femmes de 26 ans et plus": (1, 0),
    }


def test_what_comes_when_a_quota_is_full_is_kept_and_marked(session, study, collection):
    add(session, study, collection, QuotaDraft(label="femmes", target=2, conditions=(WOMEN,)))

    receipts = [send(session, collection) for _ in range(4)]

    assert len(set(receipts)) == 4
    assert gauges(session, study, collection) == {"femmes": (2, 2)}


def test_response_sent_twice_counts_once(session, study, collection):
    add(session, study, collection, QuotaDraft(label="femmes", target=2, conditions=(WOMEN,)))
    token = start(session, collection)
    send(session, collection, token=token)

    submit(session, open_draft(session, token))

    assert gauges(session, study, collection) == {"femmes": (1, 0)}


def test_withdrawal_gives_the_place_back_and_one_over_gives_none(session, study, collection):
    add(session, study, collection, QuotaDraft(label="femmes", target=1, conditions=(WOMEN,)))
    inside, over = send(session, collection), send(session, collection)

    withdraw(session, over)
    assert gauges(session, study, collection) == {"femmes": (1, 0)}
    withdraw(session, inside)

    assert gauges(session, study, collection) == {"femmes": (0, 0)}


def test_going_on_past_a_quota_gives_nothing_back_to_what_was_withdrawn(session, study, collection):
    token = start(session, collection)
    overtaken = replace(open_draft(session, token), carried={"secret": "mot"})
    withdraw(session, give_code(session, overtaken.id))
    session.commit()

    go_on_over(session, overtaken)
    session.commit()

    assert open_draft(session, token).carried == {}


def test_site_is_that_of_the_person_or_of_the_group(session, study, collection):
    nancy, toul = SiteFactory(study=study, name="Nancy"), SiteFactory(study=study, name="Toul")
    add(
        session,
        study,
        collection,
        QuotaDraft(label="Nancy", target=5, site_id=nancy.id),
        QuotaDraft(label="Toul", target=5, site_id=toul.id),
    )
    group = make_group(session, study.id, collection.id, label="Atelier", site_id=toul.id)
    token = new_token()
    start_in_group(
        session,
        find_collection(session, collection.code),
        session.get(GroupLink, group).code,
        token=token,
        locale="fr",
    )

    send(session, collection, participant=ParticipantFactory(study=study, site_id=nancy.id))
    send(session, collection, token=token)
    send(session, collection)

    assert gauges(session, study, collection) == {"Nancy": (1, 0), "Toul": (1, 0)}


def test_population_is_that_of_the_person(session, study, collection):
    person = ParticipantFactory(study=study)
    add(session, study, collection, QuotaDraft(label="eux", target=1, population_id=person.population_id))

    send(session, collection, participant=person)
    send(session, collection)

    assert gauges(session, study, collection) == {"eux": (1, 0)}


def test_quota_counts_what_was_sent_before_it_was_written(session, study, collection):
    for _ in range(3):
        send(session, collection)
    send(session, collection, sexe="h")

    add(session, study, collection, QuotaDraft(label="femmes", target=2, conditions=(WOMEN,)))

    assert gauges(session, study, collection) == {"femmes": (2, 1)}


def test_target_raised_takes_those_over_in_and_lowered_lets_the_last_out(session, study, collection):
    add(session, study, collection, QuotaDraft(label="femmes", target=1, conditions=(WOMEN,)))
    for _ in range(3):
        send(session, collection)
    quota = session.scalars(select(Quota.id)).one()

    change_target(session, study.id, collection.id, quota, 3)
    raised = gauges(session, study, collection)
    change_target(session, study.id, collection.id, quota, 2)
    over = session.scalars(select(QuotaPlace.response_id).where(QuotaPlace.is_over)).all()

    assert (raised, gauges(session, study, collection)) == ({"femmes": (3, 0)}, {"femmes": (2, 1)})
    assert len(over) == 1


def test_counting_anew_changes_nothing_that_was_right(session, study, collection):
    add(session, study, collection, QuotaDraft(label="femmes", target=2, conditions=(WOMEN,)))
    for _ in range(3):
        send(session, collection)
    before = set(session.execute(select(QuotaPlace.response_id, QuotaPlace.is_over)).all())

    count_anew(session, collection.id)

    assert set(session.execute(select(QuotaPlace.response_id, QuotaPlace.is_over)).all()) == before


def test_full_quota_is_found_as_soon_as_the_answers_that_decide_are_given(session, study, collection):
    conditions = (WOMEN, Wanted(item="age", most=40))
    add(session, study, collection, QuotaDraft(label="jeunes femmes", target=1, conditions=conditions))
    send(session, collection)
    token, found = start(session, collection), []

    for page, value in (("sexe", "f"), ("age", "31")):
        save_page(session, open_draft(session, token), page, {page: [value]})
        draft = open_draft(session, token)
        full = full_quota(session, draft, answers_of(draft))
        found.append(full.label if full else None)

    assert found == [None, "jeunes femmes"]


def test_draft_knows_whether_its_collection_has_quotas(session, study, collection):
    token = start(session, collection)
    before = open_draft(session, token).has_quotas

    add(session, study, collection, QuotaDraft(label="femmes", target=1, conditions=(WOMEN,)))

    assert (before, open_draft(session, token).has_quotas) == (False, True)


def row(**more):
    base = {
        "id": uuid.uuid4(),
        "label": "q",
        "site_id": None,
        "population_id": None,
        "conditions": (),
        "target": 1,
        "taken": 0,
    }
    return QuotaRow(**(base | more))


NOWHERE = Kind(None, None)


@pytest.mark.parametrize(
    ("conditions", "answers", "expected"),
    [
        ([{"item": "a", "values": ["x"]}], {"a": "x"}, True),
        ([{"item": "a", "values": ["x"]}], {"a": "y"}, False),
        ([{"item": "a", "values": ["x"]}], {}, None),
        ([{"item": "a", "values": ["x"]}], {"a": None}, None),
        ([{"item": "a", "values": ["x"]}], {"a": ["y", "x"]}, True),
        ([{"item": "a", "values": ["3"]}], {"a": 3}, True),
        ([{"item": "n", "least": 18, "most": 25}], {"n": 18}, True),
        ([{"item": "n", "least": 18, "most": 25}], {"n": 25.0}, True),
        ([{"item": "n", "least": 18, "most": 25}], {"n": 26}, False),
        ([{"item": "n", "least": 18, "most": None}], {"n": 99}, True),
        ([{"item": "n", "least": 18, "most": None}], {"n": "18"}, False),
        ([{"item": "a", "values": ["x"]}, {"item": "n", "least": 1, "most": None}], {"a": "y"}, False),
        ([{"item": "a", "values": ["x"]}, {"item": "n", "least": 1, "most": None}], {"a": "x"}, None),
    ],
)
def test_condition_holds_fails_or_waits(conditions, answers, expected):
    assert counts_in(row(conditions=conditions), NOWHERE, answers) is expected


def test_place_that_is_not_known_does_not_count():
    assert counts_in(row(site_id=uuid.uuid4()), NOWHERE, {}) is False
    assert counts_in(row(population_id=uuid.uuid4()), NOWHERE, {}) is False


def test_each_combination_is_named_by_its_answers_and_its_site():
    nancy, toul = uuid.uuid4(), uuid.uuid4()
    draft = QuotaDraft(
        label="", target=10, conditions=(Wanted(item="sexe", values=("f", "h")), Wanted(item="age", least=18.0))
    )

    made = each_combination(
        draft, labels={("sexe", "f"): "Une femme", ("sexe", "h"): "Un homme"}, sites=[(nancy, "Nancy"), (toul, "Toul")]
    )

    assert [(each.label, each.site_id) for each in made] == [
        ("Nancy · Une femme", nancy),
        ("Nancy · Un homme", nancy),
        ("Toul · Une femme", toul),
        ("Toul · Un homme", toul),
    ]
    assert [each.conditions[0].values for each in made[:2]] == [("f",), ("h",)]


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (QuotaDraft(label=" ", target=1, conditions=(WOMEN,)), "fieldwork.quota_label_missing"),
        (QuotaDraft(label="q", target=0, conditions=(WOMEN,)), "fieldwork.target_out_of_range"),
        (QuotaDraft(label="q", target=1, conditions=(Wanted(item="sexe"),)), "fieldwork.quota_of_everybody"),
        (
            QuotaDraft(label="q", target=1, conditions=(Wanted(item="story", values=("x",)),)),
            "fieldwork.item_not_countable",
        ),
    ],
)
def test_quota_that_makes_no_sense_is_refused(session, study, collection, draft, code):
    with pytest.raises(Invalid) as refusal:
        add_quotas(session, study.id, collection.id, [draft])

    assert refusal.value.code == code


def test_too_many_quotas_are_refused(session, study, collection):
    drafts = [QuotaDraft(label=f"q{number}", target=1, conditions=(WOMEN,)) for number in range(MAX_QUOTAS + 1)]

    with pytest.raises(Conflict, match=r"fieldwork\.too_many_quotas"):
        add_quotas(session, study.id, collection.id, drafts)


def test_quota_taken_away_leaves_the_responses(session, study, collection):
    add(session, study, collection, QuotaDraft(label="femmes", target=1, conditions=(WOMEN,)))
    send(session, collection)

    delete_quota(session, study.id, collection.id, session.scalars(select(Quota.id)).one())

    assert gauges(session, study, collection) == {}
    assert session.scalars(select(QuotaPlace)).all() == []
    with pytest.raises(NotFound, match=r"fieldwork\.quota_not_found"):
        delete_quota(session, study.id, collection.id, uuid.uuid4())


def test_correction_is_counted_by_what_it_says_now(session, study, collection):
    women = QuotaDraft(label="femmes", target=1, conditions=(WOMEN,))
    men = QuotaDraft(label="hommes", target=1, conditions=(Wanted(item="sexe", values=("h",)),))
    add(session, study, collection, women, men)
    token = start(session, collection)
    send(session, collection, token=token, sexe="f")

    correction = start_correction(session, open_draft(session, token))
    save_page(session, load_draft(session, correction), "sexe", {"sexe": ["h"]})
    submit(session, load_draft(session, correction))

    assert gauges(session, study, collection) == {"femmes": (0, 0), "hommes": (1, 0)}
