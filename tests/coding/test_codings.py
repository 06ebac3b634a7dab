import pytest
from sqlalchemy import func, select

from coding.models import Coding, CodingStatus, Segment, Speaker, SpeakerRole, Turn
from coding.queries import theme_persons
from coding.services import (
    add_coding,
    change_span,
    comment_coding,
    create_folder,
    remove_coding,
    set_coding_status,
    set_speaker,
)
from core.audit import AuditEntry
from core.errors import Conflict, Forbidden, Invalid, NotFound
from tests.factories.corpus import code_words, make_code, make_transcript, version_of
from tests.factories.studies import AccountFactory, ParticipantFactory, StudyFactory


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def coder(session):
    return AccountFactory(name="Camille")


def spans(session):
    return session.execute(select(Segment.start, Segment.end, Segment.quote)).all()


def test_add_coding_keeps_the_words_and_what_surrounds_them(session, study, coder):
    transcript = make_transcript(session, study)
    code = make_code(session, study, "peur")

    result = code_words(session, transcript, "peur qu'on me coupe", code, coder)

    segment = session.get(Segment, result.segment_id)
    text = version_of(session, transcript).text
    assert text[segment.start : segment.end] == segment.quote == "peur qu'on me coupe"
    assert segment.context_before == text[segment.start - 32 : segment.start]
    assert segment.context_after == text[segment.end : segment.end + 32]


def test_add_coding_counts_code_points_not_bytes(session, study, coder):
    transcript = make_transcript(session, study, text="A : 🙂🙂 é́tait là\nB : oui\nA : non\nB : si")
    code = make_code(session, study, "c")

    result = code_words(session, transcript, "là", code, coder)

    assert (result.quote, session.get(Segment, result.segment_id).context_after) == ("là", "\nB : oui\nA : non\nB : si")


def test_add_coding_twice_changes_nothing(session, study, coder):
    transcript = make_transcript(session, study)
    code = make_code(session, study, "peur")

    first = code_words(session, transcript, "la lettre", code, coder)
    second = code_words(session, transcript, "la lettre", code, coder)

    assert (first.created, second.created, second.coding_id) == (True, False, first.coding_id)
    assert session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.verb == "coding.add")) == 1


def test_two_coders_share_the_segment_and_have_each_their_coding(session, study, coder):
    transcript = make_transcript(session, study)
    code = make_code(session, study, "peur")

    one = code_words(session, transcript, "la lettre", code, coder)
    other = code_words(session, transcript, "la lettre", code, AccountFactory())

    assert one.segment_id == other.segment_id
    assert one.coding_id != other.coding_id


def test_add_coding_leaves_white_space_out(session, study, coder):
    transcript = make_transcript(session, study)
    code = make_code(session, study, "peur")

    assert code_words(session, transcript, " la lettre. ", code, coder).quote == "la lettre."


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        (5, 5, "coding.empty_selection"), (7, 3, "coding.empty_selection"), (-1, 3, "coding.empty_selection"),
        (100_000, 100_010, "coding.empty_selection"), (0, 30_000, "coding.selection_too_long"),
    ],
)  # fmt: skip
def test_add_coding_refuses_a_selection(session, study, coder, start, end, code):
    version = version_of(session, make_transcript(session, study))

    with pytest.raises(Invalid) as caught:
        add_coding(session, version.id, start, end, make_code(session, study, "c").id, coder.id)

    assert caught.value.code == code


def test_add_coding_stops_at_the_end_of_the_text(session, study, coder):
    version = version_of(session, make_transcript(session, study))
    start = len(version.text) - 6

    result = add_coding(session, version.id, start, start + 500, make_code(session, study, "c").id, coder.id)

    assert (result.quote, result.end) == ("parlé.", len(version.text))


def test_add_coding_refuses_a_folder(session, study, coder):
    version = version_of(session, make_transcript(session, study))

    with pytest.raises(Invalid, match="folder_not_codable"):
        add_coding(session, version.id, 0, 5, create_folder(session, study.id, "Dossier").id, coder.id)


def test_add_coding_refuses_a_code_of_another_study(session, study, coder):
    version = version_of(session, make_transcript(session, study))

    with pytest.raises(NotFound, match="code_unknown"):
        add_coding(session, version.id, 0, 5, make_code(session, StudyFactory(), "c").id, coder.id)


def test_add_coding_refuses_a_superseded_version(session, study, coder):
    version = version_of(session, make_transcript(session, study))
    version.is_current = False
    session.commit()

    with pytest.raises(Conflict, match="version_superseded"):
        add_coding(session, version.id, 0, 5, make_code(session, study, "c").id, coder.id)


def test_add_coding_takes_a_refused_proposal_back(session, study, coder):
    transcript = make_transcript(session, study)
    code = make_code(session, study, "c")
    first = code_words(session, transcript, "la lettre", code, coder)
    set_coding_status(session, first.coding_id, CodingStatus.REJECTED, account_id=coder.id)

    code_words(session, transcript, "la lettre", code, coder)

    assert session.get(Coding, first.coding_id).status is CodingStatus.HUMAN


def test_a_selection_from_question_into_answer_counts_for_the_person_who_answers(session, study, coder):
    person = ParticipantFactory(study=study)
    transcript = make_transcript(session, study, participant=person)
    code = make_code(session, study, "c")

    code_words(session, transcript, "commencé ?\n\nNadège : Ben", code, coder)
    code_words(session, transcript, "Et ensuite", make_code(session, study, "question"), coder)

    persons = theme_persons(session, study.id).codes
    assert {len(people) for people in persons.values()} == {0, 1}
    assert persons[code.id] == {person.id}


def test_set_speaker_moves_segments_to_the_right_person(session, study, coder):
    transcript = make_transcript(session, study, participant=ParticipantFactory(study=study))
    code = make_code(session, study, "c")
    code_words(session, transcript, "commencé ?\n\nNadège : Ben", code, coder)
    roles = {speaker.label: speaker.id for speaker in session.scalars(select(Speaker))}

    set_speaker(session, study.id, roles["Enquêtrice"], role=SpeakerRole.INTERVIEWEE)

    turn = session.get(Turn, session.scalars(select(Segment.turn_id)).one())
    assert turn.position == 0


def test_remove_coding_takes_it_off_and_says_what_it_was(session, study, coder):
    result = code_words(session, make_transcript(session, study), "la lettre", make_code(session, study, "c"), coder)

    remove_coding(session, result.coding_id, account_id=coder.id)

    assert session.scalars(select(Coding)).all() == []
    entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "coding.remove")).one()
    assert (entry.before["start"], entry.before["code"]) == (result.start, str(result.code_id))


def test_a_coding_of_somebody_else_is_left_alone(session, study, coder):
    result = code_words(session, make_transcript(session, study), "la lettre", make_code(session, study, "c"), coder)
    other = AccountFactory()

    with pytest.raises(Forbidden, match="not_yours"):
        remove_coding(session, result.coding_id, account_id=other.id)
    remove_coding(session, result.coding_id, account_id=other.id, may_touch_others=True)

    assert session.scalars(select(Coding)).all() == []


def test_change_span_moves_the_coding(session, study, coder):
    transcript = make_transcript(session, study)
    result = code_words(session, transcript, "la lettre", make_code(session, study, "c"), coder)

    moved = change_span(session, result.coding_id, result.start - 4, result.end, account_id=coder.id)

    assert (moved.coding_id, moved.quote) == (result.coding_id, "par la lettre")


def test_change_span_onto_the_same_code_makes_them_one(session, study, coder):
    transcript = make_transcript(session, study)
    code = make_code(session, study, "c")
    one = code_words(session, transcript, "la lettre", code, coder)
    other = code_words(session, transcript, "le RSA", code, coder)

    kept = change_span(session, one.coding_id, other.start, other.end, account_id=coder.id)

    assert kept.coding_id == other.coding_id
    assert session.scalars(select(Coding.id)).all() == [other.coding_id]


def test_comment_coding_keeps_the_remark(session, study, coder):
    result = code_words(session, make_transcript(session, study), "la lettre", make_code(session, study, "c"), coder)

    comment_coding(session, result.coding_id, " à revoir ", account_id=coder.id)

    assert session.get(Coding, result.coding_id).comment == "à revoir"


def test_a_coding_that_is_gone_is_not_found(session, study, coder):
    result = code_words(session, make_transcript(session, study), "la lettre", make_code(session, study, "c"), coder)
    remove_coding(session, result.coding_id, account_id=coder.id)

    with pytest.raises(NotFound, match="coding_unknown"):
        remove_coding(session, result.coding_id, account_id=coder.id)


def test_add_coding_costs_the_same_statements_in_a_long_text(session, study, coder, count_statements):
    short = version_of(session, make_transcript(session, study, title="court"))
    text = "\n".join(f"{'Q' if n % 2 else 'R'} : {'des mots ' * 100}" for n in range(400))
    long = version_of(session, make_transcript(session, study, title="long", text=text))
    code = make_code(session, study, "c")
    versions, code_id, coder_id = [short.id, long.id], code.id, coder.id
    counts = []
    for version_id in versions:
        with count_statements() as statements:
            add_coding(session, version_id, 30, 60, code_id, coder_id)
        counts.append(len(statements))
        assert not any("transcript_version.text" in statement for statement in statements)

    assert counts == [6, 6]
