"""Personal links: for whom they are made, what they open, what stays when a person comes back."""

import uuid

import pytest
from sqlalchemy import select

from core.audit import AuditEntry
from core.errors import Conflict, NotFound
from studies.models import FlowState
from surveys.answering import find_collection, open_draft, submit
from surveys.invitations import (
    InvitationCounts,
    InvitationRow,
    count_invitations,
    find_invitation,
    is_personal,
    list_invitations,
    make_invitations,
    people_to_invite,
    personal_code,
    spell_personal,
    start_invited,
)
from surveys.models import Invitation, Response, ResponseState
from surveys.tokens import ALPHABET, new_token, token_hash
from tests.factories.invitations import SECRET, make_invited_world
from tests.factories.studies import StudyFactory


@pytest.fixture
def world(session):
    return make_invited_world(session)


def make(session, world, *people, secret=SECRET):
    ids = [person.id for person in people or (world.first, world.second, world.outside)]
    return make_invitations(session, world.study.id, world.collection.id, ids, secret=secret)


def code_of(world, person, secret=SECRET):
    return personal_code(secret, world.collection.id, person.id)


def start(session, world, code):
    token = new_token()
    start_invited(session, find_collection(session, world.collection.code), code, token=token, locale="fr")
    session.commit()
    return token


def test_personal_code_is_twelve_signs_drawn_from_the_secret():
    collection, person = uuid.uuid4(), uuid.uuid4()

    code = personal_code("a", collection, person)

    assert len(code) == 12
    assert set(code) <= set(ALPHABET)
    assert code == personal_code("a", collection, person)
    assert len({code, personal_code("b", collection, person), personal_code("a", person, collection)}) == 3


def test_personal_code_is_spelled_in_groups_and_read_however_typed():
    assert spell_personal("K7M2QX4P9TRB") == "K7M2-QX4P-9TRB"
    assert is_personal("k7m2 qx4p 9trb")
    assert not is_personal("K7M2-QX4P")


def test_people_to_invite_are_those_of_the_population_who_stay(session, world):
    everybody = people_to_invite(session, world.study.id, world.collection.id)
    at_site = people_to_invite(session, world.study.id, world.collection.id, site_id=world.site.id)
    in_arm = people_to_invite(session, world.study.id, world.collection.id, arm_id=world.arm.id)
    world.first.state = FlowState.WITHDRAWN
    session.flush()

    assert everybody == [world.first.id, world.second.id]
    assert at_site == [world.first.id]
    assert in_arm == [world.second.id]
    assert people_to_invite(session, world.study.id, world.collection.id) == [world.second.id]


def test_make_invitations_twice_makes_them_once_and_keeps_hashes_only(session, world):
    assert make(session, world) == 2
    assert make(session, world) == 0

    hashes = {each.code_hash for each in session.scalars(select(Invitation))}
    trail = session.scalars(select(AuditEntry).where(AuditEntry.object_kind == "invitations")).all()
    assert hashes == {token_hash(code_of(world, person)) for person in (world.first, world.second)}
    assert [(entry.verb, entry.after) for entry in trail] == [("create", {"count": 2})]


def test_make_invitations_refuses_the_collection_of_another_study(session, world):
    with pytest.raises(NotFound):
        make_invitations(session, StudyFactory().id, world.collection.id, [world.first.id], secret=SECRET)


def test_make_invitations_after_the_secret_changed_replaces_the_link(session, world):
    make(session, world, world.first, secret="old")

    listed = list_invitations(session, world.study.id, world.collection.id, secret=SECRET)
    made = make(session, world, world.first)

    assert [row.code for row in listed] == [""]
    assert made == 0
    assert find_invitation(session, code_of(world, world.first)).pseudonym == "NUM-É-1"


def test_find_invitation_knows_neither_a_wrong_code_nor_somebody_who_withdrew(session, world):
    make(session, world)
    world.first.state = FlowState.WITHDRAWN
    session.flush()

    for code in ("", "K7M2QX4P9TRB", code_of(world, world.first)):
        with pytest.raises(NotFound):
            find_invitation(session, code)


def test_start_invited_links_the_response_and_fills_hidden_items(session, world):
    make(session, world)

    token = start(session, world, spell_personal(code_of(world, world.first)).lower())

    draft = open_draft(session, token)
    assert draft.participant_id == world.first.id
    assert draft.carried == {"pseudonym": "NUM-É-1", "vague": "T0", "site": "Nord"}


def test_start_invited_from_a_second_phone_hands_the_response_over(session, world):
    make(session, world)
    first = start(session, world, code_of(world, world.first))

    second = start(session, world, code_of(world, world.first))

    assert len(session.scalars(select(Response.id)).all()) == 1
    assert open_draft(session, second).participant_id == world.first.id
    with pytest.raises(NotFound):
        open_draft(session, first)


def test_start_invited_twice_from_one_phone_changes_nothing(session, world):
    make(session, world)
    code = code_of(world, world.first)
    token = start(session, world, code)

    start_invited(session, find_collection(session, world.collection.code), code, token=token, locale="fr")

    assert open_draft(session, token).participant_id == world.first.id


def test_start_invited_after_sending_is_refused(session, world):
    make(session, world)
    token = start(session, world, code_of(world, world.first))
    submit(session, open_draft(session, token))
    session.commit()

    with pytest.raises(Conflict) as refused:
        start(session, world, code_of(world, world.first))

    assert refused.value.code == "surveys.invitation_sent"


def test_start_invited_with_the_token_of_somebody_else_is_refused(session, world):
    make(session, world)
    token = start(session, world, code_of(world, world.first))
    start(session, world, code_of(world, world.second))

    with pytest.raises(Conflict):
        start_invited(
            session,
            find_collection(session, world.collection.code),
            code_of(world, world.second),
            token=token,
            locale="fr",
        )


def test_links_are_listed_and_counted_with_what_became_of_them(session, world):
    make(session, world)
    submit(session, open_draft(session, start(session, world, code_of(world, world.first))))
    start(session, world, code_of(world, world.second))

    rows = list_invitations(session, world.study.id, world.collection.id, secret=SECRET)
    in_arm = list_invitations(session, world.study.id, world.collection.id, secret=SECRET, arm_id=world.arm.id)

    assert rows == [
        InvitationRow("NUM-É-1", spell_personal(code_of(world, world.first)), "ar", ResponseState.SUBMITTED),
        InvitationRow("P2", spell_personal(code_of(world, world.second)), "", ResponseState.STARTED),
    ]
    assert in_arm == rows[1:]
    assert count_invitations(session, world.study.id, world.collection.id) == InvitationCounts(2, 2, 1, 1)
