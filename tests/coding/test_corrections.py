"""A corrected text: codings stay on their words, those that changed are flagged, nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from coding.models import Coding, Segment, TextChunk, TranscriptVersion, Turn
from coding.object_models import ObjectKind
from coding.queries import RELEASED, Viewer, find_document, list_memos
from coding.queries.versions import Change, list_versions
from coding.services import add_coding, erase_source, write_memo
from coding.services.corrections import correct_words, restore_text, settle_segment
from coding.spans import Span, find_edits, remap
from coding.transcripts import OpenText, import_texts
from core.errors import Conflict, Invalid, NotFound
from tests.factories.corpus import INTERVIEW, code_words, make_code, make_transcript, version_of
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


def correct(session, transcript, old, new, **options):
    """Put words in the place of others, by the turn that holds them, as the page does."""
    version = version_of(session, transcript)
    at = version.text.index(old)
    turn = session.scalars(
        select(Turn).where(Turn.version_id == version.id, Turn.start <= at, Turn.end >= at + len(old))
    ).one()
    words = version.text[turn.start : turn.end].replace(old, new, 1)
    return correct_words(
        session,
        transcript.study_id,
        transcript.id,
        {Span(turn.start, turn.end): words},
        version_id=version.id,
        **options,
    )


def passages(session, study, transcript, coder):
    document = find_document(session, study.id, transcript.id, Viewer(coder.id, RELEASED))
    assert all(document.text[each.start : each.end] == each.quote for each in document.codings)
    return [(each.quote, each.is_touched, each.earlier_quote) for each in document.codings]


def test_correction_moves_codings_with_their_words(session, study, transcript, coder):
    code = make_code(session, study, "lettre")
    code_words(session, transcript, "la lettre", code, coder)

    done = correct(session, transcript, "commencé", "vraiment débuté", account_id=coder.id)

    assert (done.change_count, done.touched_count) == (1, 0)
    assert passages(session, study, transcript, coder) == [("la lettre", False, "")]
    assert version_of(session, transcript).number == 2
    assert version_of(session, transcript).text == INTERVIEW.strip().replace("commencé", "vraiment débuté")


def test_correction_inside_a_coding_flags_it_until_somebody_looked(session, study, transcript, coder):
    coded = code_words(session, transcript, "la lettre", make_code(session, study, "lettre"), coder)

    done = correct(session, transcript, "la lettre", "une lettre")

    assert done.touched_count == 1
    assert passages(session, study, transcript, coder) == [("une lettre", True, "la lettre")]
    settle_segment(session, study.id, coded.segment_id)
    assert passages(session, study, transcript, coder) == [("une lettre", False, "")]


def test_coding_whose_every_word_goes_is_kept_where_it_was(session, study, transcript, coder):
    code_words(session, transcript, "la lettre", make_code(session, study, "lettre"), coder)

    correct(session, transcript, "la lettre", "")

    [(quote, is_touched, earlier)] = passages(session, study, transcript, coder)
    assert (len(quote), is_touched, earlier) == (1, True, "la lettre")


def test_codings_that_come_to_the_same_words_become_one(session, study, transcript, coder):
    code, other = make_code(session, study, "lettre"), make_code(session, study, "autre")
    long = code_words(session, transcript, "la lettre", code, coder)
    short = code_words(session, transcript, "lettre", code, coder)
    code_words(session, transcript, "lettre", other, AccountFactory())
    about = [(ObjectKind.SEGMENT, long.segment_id)]
    write_memo(session, study.id, "À revoir", author_id=coder.id, about=about)

    correct(session, transcript, "la lettre", "lettre")

    [segment] = session.scalars(select(Segment))
    assert (segment.quote, segment.is_touched) == ("lettre", True)
    assert session.scalars(select(Coding.code_id)).all().count(code.id) == 1
    assert len(session.scalars(select(Coding)).all()) == 2
    assert [row.about for row in list_memos(session, study.id)] == [((ObjectKind.SEGMENT, segment.id),)]
    assert segment.id in {long.segment_id, short.segment_id}


def test_correction_of_several_turns_is_one_version(session, study, transcript, coder):
    version = version_of(session, transcript)
    turns = session.scalars(select(Turn).where(Turn.version_id == version.id).order_by(Turn.position)).all()
    words = {Span(turn.start, turn.end): f"Tour {turn.position}, et plus encore." for turn in turns}

    correct_words(session, study.id, transcript.id, words, version_id=version.id)

    document = find_document(session, study.id, transcript.id, Viewer(coder.id, RELEASED))
    assert [document.text[turn.start : turn.end] for turn in document.turns] == list(words.values())
    assert [turn.label for turn in document.turns] == ["Enquêtrice", "Nadège", "Enquêtrice", "Nadège"]
    assert document.word_count == 20
    chunks = session.scalars(
        select(TextChunk.text).where(TextChunk.version_id == document.version_id).order_by(TextChunk.number)
    )
    assert "".join(chunks) == document.text


def test_place_of_an_earlier_version_is_followed(session, study, transcript, coder):
    old = version_of(session, transcript)
    at = old.text.index("la lettre")
    correct(session, transcript, "commencé", "vraiment débuté")
    correct(session, transcript, "vraiment", "si")

    done = add_coding(session, old.id, at, at + 9, make_code(session, study, "c").id, coder.id)

    assert (done.quote, done.version_id) == ("la lettre", version_of(session, transcript).id)


def test_versions_tell_what_changed_and_come_back(session, study, transcript, coder):
    code_words(session, transcript, "la lettre", make_code(session, study, "lettre"), coder)
    correct(session, transcript, "commencé", "débuté", account_id=coder.id)

    newest, first = list_versions(session, study.id, transcript.id)
    assert (newest.number, newest.author, newest.changes) == (2, coder.name, (Change("commencé", "débuté"),))
    assert (first.number, first.author, first.changes, first.is_current) == (1, None, (), False)

    restore_text(session, study.id, transcript.id, 1, version_id=newest.version_id)
    assert version_of(session, transcript).text == INTERVIEW.strip()
    assert passages(session, study, transcript, coder) == [("la lettre", False, "")]


def test_correction_of_a_text_corrected_meanwhile_is_refused(session, study, transcript):
    old = version_of(session, transcript).id
    correct(session, transcript, "commencé", "débuté")

    with pytest.raises(Conflict, match="version_superseded"):
        correct_words(session, study.id, transcript.id, {Span(0, 3): "x"}, version_id=old)


def test_correction_refuses_nothing_and_too_much(session, study, transcript):
    version = version_of(session, transcript)
    whole = Span(0, len(version.text))

    with pytest.raises(Invalid, match="nothing_left"):
        correct_words(session, study.id, transcript.id, {whole: "  "}, version_id=version.id)
    with pytest.raises(Invalid, match="corrected_too_long"):
        correct_words(session, study.id, transcript.id, {Span(0, 1): "mot " * 800_000}, version_id=version.id)
    with pytest.raises(NotFound, match="version_unknown"):
        restore_text(session, study.id, transcript.id, 7, version_id=version.id)
    assert (
        correct_words(session, study.id, transcript.id, {whole: version.text}, version_id=version.id).change_count == 0
    )
    assert session.scalars(select(TranscriptVersion.number)).all() == [1]


def test_withdrawal_erases_the_words_from_every_version(session, study):
    texts = [OpenText(AccountFactory().id, f"P{number}", None, f"Réponse {number} sur la lettre") for number in (1, 2)]
    transcript = import_texts(session, study.id, "Réponses", texts)
    correct(session, transcript, "Réponse 2", "Réponse deux")

    erase_source(session, study.id, texts[1].source_id)

    for text in session.scalars(select(TranscriptVersion.text)):
        assert text.strip() == "Réponse 1 sur la lettre"


WORDS = st.lists(st.sampled_from(["un", "deux", "trois", "\n", "."]), min_size=1, max_size=12).map(" ".join)


@given(WORDS, WORDS, st.data())
def test_words_outside_the_edits_keep_their_span(before, after, data):
    edits = find_edits(before, after)
    start = data.draw(st.integers(0, len(before) - 1))
    end = data.draw(st.integers(start + 1, len(before)))

    followed = remap(Span(start, end), edits)

    assert 0 <= followed.span.start <= followed.span.end <= len(after)
    if not followed.touched:
        assert after[followed.span.start : followed.span.end] == before[start:end]
