"""Documents given to coders, layers hidden and released, decisions that count."""

import pytest
import time_machine
from sqlalchemy import select

from coding.layers import CodingAssignment, CodingDecision, Outcome
from coding.models import Coding, Segment
from coding.queries import RELEASED, Viewer, find_document, find_segments, list_themes, list_transcripts
from coding.queries.clusters import list_cluster_runs
from coding.queries.themes import theme_persons
from coding.queries.together import plan, present, readers_of, settle_list
from coding.services import change_span, create_theme
from coding.services.adjudication import decide, reopen
from coding.services.clusters import uncoded_units
from coding.services.together import (
    assign,
    be_present,
    forget_acts,
    hide_again,
    keep_act,
    known_act,
    release,
    set_done,
    share_out,
    take_back,
)
from core.audit import AuditEntry
from core.errors import Invalid, NotFound
from studies.models import Role
from tests.factories.coding import code_words, make_code, make_transcript
from tests.factories.studies import AccountFactory, MembershipFactory, ParticipantFactory, StudyFactory


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def lead(study):
    return member(study, "Lena", role=Role.LEAD)


def member(study, name, *, role=Role.CODER, is_blind=False):
    account = AccountFactory(name=name)
    MembershipFactory(account=account, study=study, role=role, is_blind=is_blind)
    return account


@pytest.fixture
def anne(study):
    return member(study, "Anne", is_blind=True)


@pytest.fixture
def bruno(study):
    return member(study, "Bruno", is_blind=True)


def quotes(session, study, viewer):
    return sorted({row.quote for row in find_segments(session, study.id, viewer).rows})


def given(session):
    return sorted((row.transcript_id, row.account_id) for row in session.scalars(select(CodingAssignment)))


def test_assign_gives_each_transcript_to_each_coder_once(session, study, lead, anne, bruno):
    transcripts = [make_transcript(study, title=title).id for title in "ab"]

    first = assign(session, study.id, transcripts, [anne.id, bruno.id], by=lead.id)
    again = assign(session, study.id, transcripts, [anne.id], by=lead.id)

    assert (first, again, len(given(session))) == (4, 0, 4)
    assert take_back(session, study.id, transcripts[:1], [anne.id], by=lead.id) == 1
    assert [len(row.given) for row in plan(session, study.id)] == [1, 2]
    assert [row.title for row in plan(session, study.id, account_id=anne.id)] == ["b"]


def test_share_out_gives_all_coders_as_many(session, study, lead, anne, bruno):
    clara = member(study, "Clara")
    transcripts = [make_transcript(study, title=title).id for title in "abc"]

    made = share_out(session, study.id, transcripts, [anne.id, bruno.id, clara.id], each=2, by=lead.id)

    counts = {
        account: sum(account == who for _what, who in given(session)) for account in (anne.id, bruno.id, clara.id)
    }
    assert (made, set(counts.values())) == (6, {2})


@pytest.mark.parametrize("each", [0, 3])
def test_share_out_refuses_more_coders_than_there_are(session, study, lead, anne, bruno, each):
    transcript = make_transcript(study)

    with pytest.raises(Invalid, match=r"coding\.assign_each"):
        share_out(session, study.id, [transcript.id], [anne.id, bruno.id], each=each, by=lead.id)


def test_assign_refuses_who_and_what_is_not_of_the_study(session, study, lead, anne):
    elsewhere = make_transcript(StudyFactory())
    transcript = make_transcript(study)

    for transcripts, coders, error in (
        ([], [anne.id], Invalid),
        ([elsewhere.id], [anne.id], NotFound),
        ([transcript.id], [AccountFactory().id], NotFound),
    ):
        with pytest.raises(error):
            assign(session, study.id, transcripts, coders, by=lead.id)


def test_set_done_is_for_those_it_was_given_to(session, study, lead, anne, bruno):
    transcript = make_transcript(study)
    assign(session, study.id, [transcript.id], [anne.id], by=lead.id)

    set_done(session, study.id, transcript.id, account_id=anne.id, is_done=True)

    assert plan(session, study.id)[0].given[0].done_at is not None
    with pytest.raises(NotFound):
        set_done(session, study.id, transcript.id, account_id=bruno.id, is_done=True)


def test_a_release_shows_all_layers_of_that_transcript_and_can_be_taken_back(session, study, lead, anne, bruno):
    here, elsewhere = make_transcript(study, title="a"), make_transcript(study, title="b")
    code = make_code(study)
    code_words(here, "peur", code, anne)
    code_words(here, "la lettre", code, bruno)
    code_words(elsewhere, "le groupe", code, bruno)
    viewers = [Viewer(anne.id, is_blind=True), Viewer(lead.id), RELEASED]

    assert [quotes(session, study, viewer) for viewer in viewers] == [["peur"], [], []]
    release(session, study.id, [here.id], by=lead.id)
    assert [quotes(session, study, viewer) for viewer in viewers] == [["la lettre", "peur"]] * 3
    hide_again(session, study.id, [here.id], by=lead.id)
    assert [quotes(session, study, viewer) for viewer in viewers] == [["peur"], [], []]
    assert [row.verb for row in session.scalars(select(AuditEntry).where(AuditEntry.verb.startswith("layers")))] == [
        "layers.release",
        "layers.hide",
    ]


def test_no_count_tells_a_blind_coder_what_others_coded(session, study, anne, bruno):
    person = ParticipantFactory(study=study)
    transcript = make_transcript(study)
    transcript.participant_id = person.id
    code = make_code(study)
    create_theme(session, study.id, "Peur", code_ids=[code.id])
    session.commit()
    before = len(uncoded_units(session, study.id, account_id=anne.id))
    clara = member(study, "Clara")
    for coder in (bruno, clara):
        code_words(transcript, "J'ai eu peur", code, coder)
    viewer = Viewer(anne.id, is_blind=True)

    (row,) = list_transcripts(session, study.id, viewer)
    assert (row.segment_count, row.code_count, row.coders) == (0, 0, ())
    assert [theme.person_count for theme in list_themes(session, study.id, viewer)] == [0]
    assert [theme.person_count for theme in list_themes(session, study.id, Viewer(clara.id))] == [1]
    assert find_document(session, study.id, transcript.id, viewer).codings == ()
    assert len(uncoded_units(session, study.id, account_id=anne.id)) == before
    assert len(uncoded_units(session, study.id, account_id=clara.id)) == before - 1
    assert list_cluster_runs(session, study.id, viewer) == ()


def test_presence_shows_to_those_who_are_not_blind_only(session, study, lead, anne):
    transcript = make_transcript(study)
    clara = member(study, "Clara")
    for account in (lead, anne, clara):
        be_present(session, transcript.id, account.id)
        be_present(session, transcript.id, account.id)

    assert present(session, study.id, transcript.id, Viewer(lead.id)) == ("Clara",)
    assert present(session, study.id, transcript.id, Viewer(anne.id, is_blind=True)) == ()


def test_an_act_is_answered_as_the_first_time(session, study, anne):
    assert known_act(session, anne.id, "a-1") is None

    keep_act(session, anne.id, "a-1", {"start": 3})
    keep_act(session, anne.id, "a-1", {"start": 4})

    assert known_act(session, anne.id, "a-1") == {"start": 3}
    assert known_act(session, AccountFactory().id, "a-1") is None


def test_acts_are_forgotten_after_a_month(session, study, anne):
    with time_machine.travel("2026-03-01T12:00Z", tick=False):
        keep_act(session, anne.id, "old", {"start": 3})
    with time_machine.travel("2026-03-31T12:00Z", tick=False):
        keep_act(session, anne.id, "new", {"start": 4})
        assert forget_acts(session) == 0
    with time_machine.travel("2026-04-02T12:00Z", tick=False):
        assert forget_acts(session) == 1

    assert (known_act(session, anne.id, "old"), known_act(session, anne.id, "new")) == (None, {"start": 4})


def test_plan_reads_as_many_transcripts_as_there_are_in_two_statements(session, study, lead, anne, count_statements):
    counts = []
    for title in ("a", "b", "c"):
        assign(session, study.id, [make_transcript(study, title=title).id], [anne.id], by=lead.id)
        session.flush()
        study_id = study.id
        with count_statements() as statements:
            rows = plan(session, study_id)
        counts.append((len(rows), len(statements)))

    assert counts == [(1, 2), (2, 2), (3, 2)]


@pytest.fixture
def disputed(session, study, lead, anne, bruno):
    """A transcript that both coded, released: one passage in common, one of Anne alone."""
    person = ParticipantFactory(study=study)
    transcript = make_transcript(study)
    transcript.participant_id = person.id
    code, other = make_code(study), make_code(study, "Groupe")
    made = [
        code_words(transcript, "J'ai eu peur", code, anne),
        code_words(transcript, "peur", code, bruno),
        code_words(transcript, "le groupe", other, anne),
    ]
    release(session, study.id, [transcript.id], by=lead.id)
    return transcript, code, other, made


def passages(session, study, transcript, viewer):
    document = find_document(session, study.id, transcript.id, viewer)
    return settle_list(session, document.codings, readers_of(session, study.id, transcript.id, viewer))


def test_settle_list_shows_where_coders_differ(session, study, lead, disputed):
    found = passages(session, study, disputed[0], Viewer(lead.id))

    assert [(each.passage.kind.value, each.is_settled) for each in found] == [("limits", False), ("some", False)]


def test_what_is_left_out_counts_in_no_theme_and_stays_in_its_layer(session, study, lead, anne, disputed):
    transcript, code, other, (_wide, _narrow, alone) = disputed
    viewer = Viewer(lead.id)
    assert [len(persons) for persons in theme_persons(session, study.id).codes.values()] == [1, 1]

    decide(session, study.id, {alone: Outcome.LEFT_OUT}, viewer=viewer, reason="Pas le groupe.", account_id=lead.id)

    counts = theme_persons(session, study.id).codes
    assert {code.id: len(counts[code.id]), other.id: len(counts[other.id])} == {code.id: 1, other.id: 0}
    assert "le groupe" in quotes(session, study, Viewer(anne.id, is_blind=True))
    assert [each.is_settled for each in passages(session, study, transcript, viewer)] == [False, True]
    reopen(session, study.id, [alone], viewer=viewer, account_id=lead.id)
    assert len(theme_persons(session, study.id).codes[other.id]) == 1


def test_a_decision_keeps_its_reason_and_the_trail_what_it_was_before(session, study, lead, disputed):
    wide, narrow, _alone = disputed[3]
    viewer = Viewer(lead.id)
    outcomes = {wide: Outcome.KEPT, narrow: Outcome.LEFT_OUT}
    decide(session, study.id, outcomes, viewer=viewer, reason=" La phrase\nentière. ", account_id=lead.id)

    decide(
        session, study.id, {wide: Outcome.LEFT_OUT, narrow: Outcome.KEPT}, viewer=viewer, reason="Le mot.",
        account_id=lead.id,
    )  # fmt: skip

    kept = {row.coding_id: (row.outcome, row.reason) for row in session.scalars(select(CodingDecision))}
    assert kept == {wide: (Outcome.LEFT_OUT, "Le mot."), narrow: (Outcome.KEPT, "Le mot.")}
    entries = session.scalars(
        select(AuditEntry).where(AuditEntry.verb == "coding.decide", AuditEntry.object_id == wide)
    ).all()
    assert sorted(str((entry.before or {}).get("reason")) for entry in entries) == ["La phrase entière.", "None"]


def test_a_coding_that_moves_is_to_be_settled_again(session, study, lead, bruno, disputed):
    narrow = disputed[3][1]
    decide(session, study.id, {narrow: Outcome.KEPT}, viewer=Viewer(lead.id), reason="", account_id=lead.id)
    place = session.execute(
        select(Segment.start, Segment.end).join(Coding, Coding.segment_id == Segment.id).where(Coding.id == narrow)
    ).one()

    change_span(session, narrow, place.start, place.end, account_id=bruno.id)
    assert len(session.scalars(select(CodingDecision)).all()) == 1
    change_span(session, narrow, place.start - 3, place.end, account_id=bruno.id)
    assert session.scalars(select(CodingDecision)).all() == []


def test_decide_asks_for_a_reason_and_for_codings_that_one_sees(session, study, lead, bruno, disputed):
    transcript, _code, _other, (wide, _narrow, _alone) = disputed
    viewer = Viewer(lead.id)

    with pytest.raises(Invalid, match=r"coding\.reason_missing"):
        decide(session, study.id, {wide: Outcome.LEFT_OUT}, viewer=viewer, reason=" ", account_id=lead.id)
    with pytest.raises(Invalid, match=r"coding\.decision_missing"):
        decide(session, study.id, {}, viewer=viewer, reason="x", account_id=lead.id)
    hide_again(session, study.id, [transcript.id], by=lead.id)
    with pytest.raises(NotFound):
        decide(
            session, study.id, {wide: Outcome.KEPT}, viewer=Viewer(bruno.id, is_blind=True), reason="",
            account_id=bruno.id,
        )  # fmt: skip
