"""Undo and redo: as far back as one has coded, across sessions, one's own only."""

import pytest
from sqlalchemy import select

from coding.models import Coding, CodingStatus, Segment
from coding.services import (
    add_coding,
    change_span,
    comment_coding,
    delete_code,
    remove_coding,
    set_coding_status,
)
from coding.services.corrections import correct_words
from coding.services.undo import redo, undo
from coding.spans import Span
from core.errors import Conflict
from tests.factories.corpus import code_words, make_code, make_transcript, version_of
from tests.factories.studies import AccountFactory, StudyFactory


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def coder(session):
    return AccountFactory()


@pytest.fixture
def transcript(session, study):
    return make_transcript(session, study)


def layer(session):
    """Every coding as people see it."""
    return sorted(
        session.execute(
            select(Segment.quote, Coding.code_id, Coding.coder_id, Coding.comment, Coding.status)
            .join(Segment, Segment.id == Coding.segment_id)
        ).all(),
        key=str,
    )  # fmt: skip


def test_every_act_is_undone_and_done_again_in_order(session, study, coder, transcript):
    code = make_code(session, study, "lettre")
    states = [layer(session)]

    def acted():
        session.flush()
        states.append(layer(session))

    coded = code_words(session, transcript, "la lettre", code, coder)
    acted()
    comment_coding(session, coded.coding_id, "important", account_id=coder.id)
    acted()
    change_span(session, coded.coding_id, coded.start + 3, coded.end, account_id=coder.id)
    acted()
    set_coding_status(session, coded.coding_id, CodingStatus.REJECTED, account_id=coder.id)
    acted()
    add_coding(session, coded.version_id, coded.start + 3, coded.end, code.id, coder.id)
    acted()
    remove_coding(session, coded.coding_id, account_id=coder.id)
    acted()

    back = []
    while undo(session, study.id, transcript.id, coder.id) is not None:
        back.append(layer(session))
    assert back == states[-2::-1]
    forth = []
    while redo(session, study.id, transcript.id, coder.id) is not None:
        forth.append(layer(session))
    assert forth == states[1:]
    assert session.scalars(select(Coding.id)).all() == []


def test_undo_leaves_what_colleagues_did(session, study, coder, transcript):
    code, colleague = make_code(session, study, "lettre"), AccountFactory()
    code_words(session, transcript, "la lettre", code, coder)
    code_words(session, transcript, "la lettre", code, colleague)

    undo(session, study.id, transcript.id, coder.id)

    assert [row.coder_id for row in layer(session)] == [colleague.id]
    assert undo(session, study.id, transcript.id, coder.id) is None


def test_act_after_an_undo_ends_what_could_be_done_again(session, study, coder, transcript):
    code = make_code(session, study, "lettre")
    code_words(session, transcript, "la lettre", code, coder)
    undo(session, study.id, transcript.id, coder.id)
    code_words(session, transcript, "le RSA", code, coder)

    assert redo(session, study.id, transcript.id, coder.id) is None
    assert undo(session, study.id, transcript.id, coder.id).was.code == "lettre"
    assert undo(session, study.id, transcript.id, coder.id) is None


def test_same_request_twice_undoes_once(session, study, coder, transcript):
    code = make_code(session, study, "lettre")
    code_words(session, transcript, "la lettre", code, coder)
    code_words(session, transcript, "le RSA", code, coder)

    undo(session, study.id, transcript.id, coder.id, key="a")
    undo(session, study.id, transcript.id, coder.id, key="a")

    assert [row.quote for row in layer(session)] == ["la lettre"]


def test_what_cannot_be_undone_is_said_and_passed_over(session, study, coder, transcript):
    first, second = make_code(session, study, "un"), make_code(session, study, "deux")
    code_words(session, transcript, "le RSA", first, coder)
    coded = code_words(session, transcript, "la lettre", second, coder)
    remove_coding(session, coded.coding_id, account_id=coder.id)
    delete_code(session, study.id, second.id)

    with pytest.raises(Conflict, match="undo_impossible"):
        undo(session, study.id, transcript.id, coder.id)
    undo(session, study.id, transcript.id, coder.id)
    undo(session, study.id, transcript.id, coder.id)

    assert layer(session) == []


def test_undo_after_a_correction_finds_the_words(session, study, coder, transcript):
    coded = code_words(session, transcript, "la lettre", make_code(session, study, "c"), coder)
    remove_coding(session, coded.coding_id, account_id=coder.id)
    version = version_of(session, transcript)
    at = version.text.index("commencé")
    correct_words(session, study.id, transcript.id, {Span(at, at + 8): "débuté"}, version_id=version.id)

    undone = undo(session, study.id, transcript.id, coder.id)

    assert version_of(session, transcript).text[undone.now.start : undone.now.end] == "la lettre"


def test_each_transcript_has_its_own_list(session, study, coder, transcript):
    code, other = make_code(session, study, "c"), make_transcript(session, study, title="Autre")
    code_words(session, transcript, "la lettre", code, coder)
    code_words(session, other, "le RSA", code, coder)

    undo(session, study.id, transcript.id, coder.id)

    assert [row.quote for row in layer(session)] == ["le RSA"]
    assert undo(session, study.id, transcript.id, coder.id) is None
