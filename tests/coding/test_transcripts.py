from uuid import uuid4

import pytest
from sqlalchemy import func, select

from coding.models import Coding, Segment, Speaker, SpeakerRole, Transcript, TranscriptKind, Turn
from coding.queries import RELEASED, Viewer, find_document, list_transcripts
from coding.services import (
    delete_transcript,
    link_participant,
    rename_speaker,
    rename_transcript,
    set_speaker,
)
from coding.transcripts import OpenText, SpeakerChoice, import_texts, import_transcript, preview
from core.errors import Conflict, Invalid, NotFound
from tests.coding.docx_files import make_docx, paragraph
from tests.factories.corpus import INTERVIEW, code_words, make_code, make_transcript
from tests.factories.studies import AccountFactory, ParticipantFactory, SiteFactory, StudyFactory


@pytest.fixture
def study(session):
    return StudyFactory()


def speakers(session):
    return [(each.label, each.role) for each in session.scalars(select(Speaker).order_by(Speaker.position))]


def test_preview_says_what_would_be_imported():
    draft = preview("dossier\\Entretien 1.txt", INTERVIEW.encode("cp1252"))

    assert (draft.title, draft.source_format, draft.word_count, len(draft.turns)) == ("Entretien 1", "txt", 30, 4)
    assert [(speaker.label, speaker.is_interviewer) for speaker in draft.speakers] == [
        ("Enquêtrice", True), ("Nadège", False)
    ]  # fmt: skip
    assert [notice.code for notice in draft.notices] == ["coding.notice_encoding"]


@pytest.mark.parametrize("content", [b"", b"  \n\n ", make_docx(paragraph(" "))])
def test_preview_refuses_an_empty_file(content):
    with pytest.raises(Invalid, match=r"coding\.empty_file"):
        preview("a.txt", content)


def test_preview_refuses_a_text_too_long():
    with pytest.raises(Invalid, match=r"coding\.text_too_long"):
        preview("a.txt", b"mot " * 800_000)


def test_preview_reads_subtitles_with_their_times():
    vtt = (
        "WEBVTT\n\nNOTE rien\n\n1\n00:00:00.000 --> 00:00:02.000\n<v Ana>Bonjour &amp; <i>merci</i>\n\n"
        "00:00:02.000 --> 00:00:04.500 align:left\n<v Ana>à vous.\n\n00:05.000 --> 00:06.000\n<v Léa>Oui ?\n"
    )
    draft = preview("a.vtt", vtt.encode())

    assert draft.text == "Ana: Bonjour & merci à vous.\nLéa: Oui ?"
    assert [(turn.label, draft.text[turn.start : turn.end], turn.start_ms, turn.end_ms) for turn in draft.turns] == [
        ("Ana", "Bonjour & merci à vous.", 0, 4_500),
        ("Léa", "Oui ?", 5_000, 6_000),
    ]


def test_preview_reads_srt_labels():
    srt = "1\n00:00:00,000 --> 00:00:01,000\nL1: alors\n\n2\n00:00:01,000 --> 00:00:02,000\nL2: oui\n"

    assert [turn.label for turn in preview("a.srt", srt.encode()).turns] == ["L1", "L2"]


def test_preview_refuses_subtitles_without_times():
    with pytest.raises(Invalid, match=r"coding\.no_cue"):
        preview("a.vtt", b"WEBVTT\n\nrien")


def test_import_transcript_keeps_text_turns_and_speakers(session, study):
    transcript = make_transcript(session, study)

    document = find_document(session, study.id, transcript.id, RELEASED)
    assert document.text == INTERVIEW.strip("\n")
    assert [(turn.label, turn.role, document.text[turn.start : turn.end]) for turn in document.turns][:2] == [
        ("Enquêtrice", SpeakerRole.INTERVIEWER, "Comment ça a commencé ?"),
        ("Nadège", SpeakerRole.INTERVIEWEE, "Ben, par la lettre. J'avais peur qu'on me coupe le RSA."),
    ]
    assert [(each.label, each.turn_count) for each in document.speakers] == [("Enquêtrice", 2), ("Nadège", 2)]


def test_import_transcript_joins_labels_given_one_name(session, study):
    draft = preview("a.txt", INTERVIEW.encode())
    import_transcript(
        session,
        study.id,
        draft,
        speakers=[
            SpeakerChoice("Enquêtrice", "Camille", SpeakerRole.OTHER),
            SpeakerChoice("Nadège", "Camille", SpeakerRole.OTHER),
        ],
    )

    assert speakers(session) == [("Camille", SpeakerRole.OTHER)]
    assert session.scalar(select(func.count(Turn.speaker_id))) == 4


def test_import_transcript_takes_the_site_of_the_participant(session, study):
    site = SiteFactory(study=study)
    transcript = make_transcript(session, study, participant=ParticipantFactory(study=study, site_id=site.id))

    assert transcript.site_id == site.id


def test_import_transcript_refuses_a_title_taken(session, study):
    make_transcript(session, study, title="A")

    with pytest.raises(Conflict, match="title_taken"):
        make_transcript(session, study, title=" A ")


def test_import_transcript_refuses_a_participant_of_another_study(session, study):
    with pytest.raises(NotFound, match="participant_unknown"):
        make_transcript(session, study, participant=ParticipantFactory())


def test_import_texts_makes_a_turn_of_each_answer(session, study):
    ana, lea = ParticipantFactory(study=study), ParticipantFactory(study=study)
    transcript = import_texts(
        session,
        study.id,
        "Ce qui a aidé",
        [
            OpenText(uuid4(), ana.pseudonym, ana.id, "Le groupe.\r\nVraiment : oui."),
            OpenText(uuid4(), lea.pseudonym, lea.id, "  "),
            OpenText(uuid4(), lea.pseudonym, lea.id, "Rien"),
        ],
    )

    document = find_document(session, study.id, transcript.id, RELEASED)
    assert document.kind is TranscriptKind.OPEN_ANSWERS
    assert [(turn.label, document.text[turn.start : turn.end]) for turn in document.turns] == [
        (ana.pseudonym, "Le groupe.\nVraiment : oui."), (lea.pseudonym, "Rien")
    ]  # fmt: skip
    assert {each.participant_id for each in document.speakers} == {ana.id, lea.id}


def test_import_texts_refuses_nothing_to_read(session, study):
    with pytest.raises(Invalid, match="no_answers"):
        import_texts(session, study.id, "Vide", [OpenText(uuid4(), "P1", None, " ")])


def test_set_speaker_changes_role_and_person(session, study):
    person = ParticipantFactory(study=study)
    make_transcript(session, study)
    speaker = session.scalars(select(Speaker).where(Speaker.label == "Nadège")).one()

    set_speaker(session, study.id, speaker.id, role=SpeakerRole.OTHER, participant_id=person.id)

    assert (speaker.role, speaker.participant_id) == (SpeakerRole.OTHER, person.id)


def test_set_speaker_of_another_study_is_not_found(session, study):
    make_transcript(session, study)
    speaker = session.scalars(select(Speaker)).first()

    with pytest.raises(NotFound, match="speaker_unknown"):
        set_speaker(session, StudyFactory().id, speaker.id, role=SpeakerRole.OTHER)


def test_rename_speaker_onto_another_makes_them_one(session, study):
    make_transcript(session, study)
    speaker = session.scalars(select(Speaker).where(Speaker.label == "Nadège")).one()

    rename_speaker(session, study.id, speaker.id, "Enquêtrice")

    assert speakers(session) == [("Enquêtrice", SpeakerRole.INTERVIEWER)]
    assert session.scalar(select(func.count(Turn.speaker_id))) == 4


def test_rename_and_link_a_transcript(session, study):
    person = ParticipantFactory(study=study)
    transcript = make_transcript(session, study)

    rename_transcript(session, study.id, transcript.id, "Entretien avec N.")
    link_participant(session, study.id, transcript.id, person.id)

    row = list_transcripts(session, study.id, RELEASED)[0]
    assert (row.title, row.pseudonym, row.person_count) == ("Entretien avec N.", person.pseudonym, 1)


def test_delete_transcript_takes_everything_of_it_and_nothing_else(session, study):
    coder = AccountFactory()
    code = make_code(session, study, "c")
    gone, kept = (make_transcript(session, study, title=title) for title in ("A", "B"))
    for transcript in (gone, kept):
        code_words(session, transcript, "la lettre", code, coder)

    assert delete_transcript(session, study.id, gone.id) == 1

    counts = [session.scalar(select(func.count()).select_from(table)) for table in (Transcript, Segment, Coding, Turn)]
    assert counts == [1, 1, 1, 4]


@pytest.mark.parametrize("count", [1, 3])
def test_list_transcripts_takes_four_statements(session, study, count_statements, count):
    coder = AccountFactory()
    code = make_code(session, study, "c")
    for number in range(count):
        code_words(session, make_transcript(session, study, title=f"{number}"), "la lettre", code, coder)
    viewer, study_id, name = Viewer(coder.id), study.id, coder.name

    with count_statements() as statements:
        rows = list_transcripts(session, study_id, viewer)

    assert len(statements) == 4
    assert [(row.segment_count, row.code_count, row.coders, row.word_count) for row in rows] == [
        (1, 1, (name,), 30)
    ] * count
