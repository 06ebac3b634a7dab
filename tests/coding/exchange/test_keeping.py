"""Projects come in, leave and come in again: the same objects, once."""

import io
import zipfile
from uuid import UUID

import pytest
from sqlalchemy import select

from coding.exchange.gathering_objects import gather_codebook, gather_project
from coding.exchange.keeping import import_project
from coding.exchange.opening import digest_of, read_project
from coding.exchange.refi_writer import write_qdc, write_qdpx
from coding.models import Code, Coding, Memo, MemoKind, Segment, Theme, Transcript
from coding.object_models import ObjectKind
from coding.queries import RELEASED, Viewer, find_segments, list_attributes, list_cases, list_memos
from coding.services import add_coding, comment_coding, create_code, create_theme, delete_transcript, write_memo
from coding.services.corrections import correct_words
from coding.spans import Span
from core.errors import Invalid
from studies.models import Account, Membership, Role
from studies.queries import list_accounts
from tests.factories.corpus import code_words, make_code, make_transcript, version_of
from tests.factories.projects import FULL, QUALCODER, TAGUETTE, TEXT, USER, database, guid, qdpx, shape
from tests.factories.studies import AccountFactory, MembershipFactory, ParticipantFactory, StudyFactory

CONTENT = qdpx(FULL, texts={"sources/a.txt": TEXT.encode()})


@pytest.fixture
def study(session):
    return StudyFactory()


def bring_in(session, study, content=CONTENT, name="essai.qdpx"):
    project = read_project(name, content)
    made = import_project(session, study.id, project, file_name=name, sha256=digest_of(content))
    session.commit()
    return project, made


def sent(session, study, viewer=RELEASED):
    return write_qdpx(gather_project(session, study.id, viewer)).content


def test_project_leaves_as_it_came(session, study):
    project, made = bring_in(session, study)

    written = sent(session, study)

    assert made.deviations == []
    again = read_project("again.qdpx", written)
    assert shape(again) == shape(project)
    assert again.spellings == project.spellings
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        assert archive.namelist() == ["project.qde", f"sources/{guid(30)}.txt"]
        assert archive.read(f"sources/{guid(30)}.txt").decode() == TEXT
        assert f'guid="{{{guid(2).upper()}}}"' in archive.read("project.qde").decode()
    assert sent(session, study) == written


def test_import_twice_makes_nothing_twice(session, study):
    bring_in(session, study)
    before = {model: len(session.scalars(select(model)).all()) for model in (Code, Coding, Segment, Memo, Account)}

    _project, made = bring_in(session, study)

    assert made.counts["made"] == {}
    assert {model: len(session.scalars(select(model)).all()) for model in before} == before


def test_same_file_enters_two_studies(session, study):
    other = StudyFactory()
    project, _made = bring_in(session, study)

    bring_in(session, other)

    assert shape(read_project("a.qdpx", sent(session, other))) == shape(project)
    assert len({transcript.id for transcript in session.scalars(select(Transcript))}) == 2


def test_import_is_seen_as_codes_cases_memos_and_attributes(session, study):
    bring_in(session, study)

    peur = session.scalars(select(Code).where(Code.name == "Peur & élan")).one()
    assert (peur.description, peur.inclusion, peur.exclusion, peur.example) == (
        "Dès l’été : « oui » < non",
        "la lettre",
        "",
        "être là",
    )
    assert [(case.name, [kind for kind, _ in case.members]) for case in list_cases(session, study.id)] == [
        ("Foyer A", [ObjectKind.CODE, ObjectKind.TRANSCRIPT, ObjectKind.SEGMENT])
    ]
    values = {row.name: list(row.values.values()) for row in list_attributes(session, study.id)}
    assert values == {
        "âge": ["042"],
        "seul·e": ["true"],
        "vu le": ["2026-03-01"],
        "part": ["3.50"],
        "lieu": ["à côté"],
        "noté": ["2026-03-01T08:00:00Z"],
    }
    assert {(row.title, row.body, row.kind) for row in list_memos(session, study.id)} == {
        ("Idée", "Vu & revu", MemoKind.PROJECT),
        ("", "Peur", MemoKind.SEGMENT),
        ("", "à relire", MemoKind.SEGMENT),
    }
    page = find_segments(session, study.id, RELEASED, page_size=None)
    assert sorted((row.quote, row.code, sorted(c.coder for c in row.codings)) for row in page.rows) == [
        ("la lettre", "Sous-code", ["Noé"]),
        ("par la lettre", "Peur & élan", ["Lila", "Noé"]),
        (TEXT, "Peur & élan", ["Lila"]),
    ]


def test_outside_coders_have_no_way_in(session, study):
    bring_in(session, study)

    coders = session.scalars(select(Account).where(Account.name.in_(["Lila", "Noé"]))).all()
    assert [(each.is_active, each.password_hash, each.email.endswith("@outside.invalid")) for each in coders] == [
        (False, "", True),
        (False, "", True),
    ]
    assert session.scalars(select(Membership).where(Membership.study_id == study.id)).all() == []
    assert list_accounts(session) == ()


def test_coder_who_left_with_their_own_id_comes_back_as_themselves(session, study):
    coder = AccountFactory(name="Awa")
    MembershipFactory(study=study, account=coder, role=Role.CODER)
    transcript, code = make_transcript(session, study), make_code(session, study, "a")
    coding = code_words(session, transcript, "la lettre", code, coder)
    written = sent(session, study)

    delete_transcript(session, study.id, transcript.id)
    bring_in(session, study, written)

    kept = session.scalars(select(Coding)).one()
    assert (kept.coder_id, kept.code_id) == (coder.id, code.id)
    assert shape(read_project("b.qdpx", sent(session, study)))["selections"].keys() == {coding.segment_id}


def test_code_that_is_there_under_its_name_is_joined(session, study):
    code = make_code(session, study, "Peur & élan")

    _project, made = bring_in(session, study)

    assert [code for code, _details in made.deviations] == ["project.code_joined"]
    codings = session.scalars(select(Coding.code_id).where(Coding.code_id == code.id)).all()
    assert len(codings) == 3


def test_names_that_come_twice_get_a_number_and_leave_as_they_came(session, study):
    body = f"""<CodeBook><Codes><Code guid="{guid(1)}" name="a" isCodable="true"/>
        <Code guid="{guid(2)}" name="a" isCodable="true"/></Codes></CodeBook>
        <Cases><Case guid="{guid(20)}"/></Cases>
        <Sources><TextSource guid="{guid(30)}" name="T"><PlainTextContent>un</PlainTextContent></TextSource>
        <TextSource guid="{guid(31)}" name="T"><PlainTextContent>deux</PlainTextContent></TextSource></Sources>"""

    project, made = bring_in(session, study, qdpx(body))

    assert [code for code, _details in made.deviations] == ["project.name_doubled", "project.case_unnamed"]
    assert session.scalars(select(Code.name).order_by(Code.name)).all() == ["a", "a (2)"]
    assert session.scalars(select(Transcript.title).order_by(Transcript.title)).all() == ["T", "T (2)"]
    assert shape(read_project("b.qdpx", sent(session, study))) == shape(project)


def test_one_coder_s_code_twice_on_the_same_words_is_one_coding_and_leaves_as_two(session, study):
    selection = '<PlainTextSelection guid="{}" startPosition="0" endPosition="2"><Coding guid="{}" creatingUser="{}">'
    code = f'<CodeRef targetGUID="{guid(1)}"/></Coding></PlainTextSelection>'
    body = f"""<Users><User guid="{USER}" name="Lila"/></Users>
        <CodeBook><Codes><Code guid="{guid(1)}" name="a" isCodable="true"/></Codes></CodeBook>
        <Sources><TextSource guid="{guid(30)}" name="T"><PlainTextContent>un mot</PlainTextContent>
        {selection.format(guid(40), guid(50), USER)}{code}{selection.format(guid(41), guid(51), USER)}{code}
        </TextSource></Sources>"""

    project, _made = bring_in(session, study, qdpx(body))

    assert len(session.scalars(select(Coding)).all()) == 1
    assert shape(read_project("b.qdpx", sent(session, study))) == shape(project)


def test_what_is_used_and_not_described_is_made(session, study):
    body = f"""<Sources><TextSource guid="{guid(30)}" name="T"><PlainTextContent>un mot</PlainTextContent>
        <PlainTextSelection guid="{guid(40)}" startPosition="0" endPosition="2"><Coding guid="{guid(50)}"
        creatingUser="{USER}"><CodeRef targetGUID="{guid(1)}"/></Coding><NoteRef targetGUID="{guid(60)}"/>
        </PlainTextSelection></TextSource></Sources><Sets><Set guid="{guid(80)}" name="s"><MemberCode
        targetGUID="{guid(9)}"/></Set></Sets><Links><Link guid="{guid(70)}" originGUID="{guid(8)}"
        targetGUID="{guid(40)}"/></Links>"""

    _project, made = bring_in(session, study, qdpx(body.replace("<Sets>", "<L/>").replace("<L/>", "<Sets>")))

    assert sorted(code for code, _details in made.deviations) == [
        "project.code_unknown",
        "project.end_unknown",
        "project.member_unknown",
        "project.note_unknown",
        "project.schema_content",
        "project.user_unknown",
    ]
    assert session.scalars(select(Code.name)).all() == [guid(1)[:8]]


def test_corrected_text_takes_codings_of_the_file_where_their_words_went(session, study):
    bring_in(session, study)
    transcript = session.scalars(select(Transcript)).one()
    version = version_of(session, transcript)
    correct_words(session, study.id, transcript.id, {Span(0, 3): "à cause de"}, version_id=version.id)
    session.commit()
    added = FULL.replace(
        "</PlainTextSelection>\n  <Coding",
        f'</PlainTextSelection><PlainTextSelection guid="{guid(44)}" startPosition="23" endPosition="32"><Coding '
        f'guid="{guid(55)}"><CodeRef targetGUID="{guid(1)}"/></Coding></PlainTextSelection>\n  <Coding',
    )

    _project, made = bring_in(session, study, qdpx(added, texts={"sources/a.txt": TEXT.encode()}))

    assert (made.deviations, made.counts["made"]) == ([], {"selections": 1, "codings": 1})
    quotes = session.scalars(select(Segment.quote).join(Coding, Coding.segment_id == Segment.id)).all()
    assert "le groupe" in quotes


def test_text_that_is_another_takes_codings_by_their_words(session, study):
    bring_in(session, study)
    longer = ("Bonjour. " + TEXT).encode()
    body = (
        FULL.replace(guid(42), guid(45))
        .replace(guid(53), guid(56))
        .replace('"4" endPosition="13"', '"13" endPosition="22"')
    )

    _project, made = bring_in(session, study, qdpx(body, texts={"sources/a.txt": longer}))

    assert "project.text_differs" in [code for code, _details in made.deviations]
    assert made.counts["made"]["selections"] == 1
    assert set(session.scalars(select(Segment.quote))) == {"par la lettre", "la lettre", TEXT}


def test_our_own_study_leaves_and_comes_in_elsewhere(session, study):
    person = ParticipantFactory(study=study, pseudonym="N12", attributes={"enfants": 2})
    coder = AccountFactory(name="Awa")
    transcript = make_transcript(session, study, participant=person)
    folder = create_code(session, study.id, "Vécu", is_codable=False)
    code = create_code(session, study.id, "Peur", parent_id=folder.id, inclusion="la lettre", exclusion="le reste")
    coding = code_words(session, transcript, "J'avais peur", code, coder)
    comment_coding(session, coding.coding_id, "fort", account_id=coder.id)
    add_coding(session, coding.version_id, coding.start, coding.end + 6, code.id, coder.id)
    create_theme(session, study.id, "Craindre", interpretation="avant tout", code_ids=[code.id])
    write_memo(session, study.id, "Tout", author_id=coder.id, about=[(ObjectKind.PARTICIPANT, person.id)])
    write_memo(session, study.id, "Mot", author_id=coder.id, about=[(ObjectKind.SEGMENT, coding.segment_id)])
    session.commit()
    written = sent(session, study)

    other = StudyFactory()
    _project, made = bring_in(session, other, written)

    assert made.deviations == []
    project = read_project("a.qdpx", written)
    assert shape(read_project("b.qdpx", sent(session, other))) == shape(project)
    assert [(link.origin in {note.guid for note in project.notes}, link.target) for link in project.links] == [
        (True, person.id)
    ]
    kept = session.scalars(select(Coding).join(Code).where(Code.study_id == other.id).order_by(Coding.created_at)).all()
    assert sorted(each.comment for each in kept) == ["", "fort"]
    peur = session.scalars(select(Code).where(Code.study_id == other.id, Code.name == "Peur")).one()
    assert (peur.inclusion, peur.exclusion) == ("la lettre", "le reste")
    (case,) = list_cases(session, other.id)
    assert (case.name, [kind for kind, _id in case.members]) == ("N12", [ObjectKind.TRANSCRIPT])
    assert [(row.name, list(row.values.values())) for row in list_attributes(session, other.id)] == [("enfants", ["2"])]
    assert session.scalars(select(Theme).where(Theme.study_id == other.id)).all() == []


def test_blind_coder_takes_only_their_own_codings(session, study):
    bring_in(session, study)
    blind = AccountFactory()

    project = read_project("a.qdpx", sent(session, study, Viewer(blind.id, is_blind=True)))

    assert project.all_codings() == []
    assert len(project.sources) == 1


@pytest.mark.parametrize(("name", "script"), [("a.sqlite3", TAGUETTE), ("data.qda", QUALCODER)])
def test_database_comes_in_leaves_and_comes_in_again_the_same(session, study, name, script):
    bring_in(session, study, database(script), name)
    first = shape(read_project("a.qdpx", sent(session, study)))
    other = StudyFactory()

    bring_in(session, other, sent(session, study))

    assert shape(read_project("b.qdpx", sent(session, other))) == first
    assert sorted(session.scalars(select(Coding.comment).join(Code).where(Code.study_id == other.id))) == sorted(
        session.scalars(select(Coding.comment).join(Code).where(Code.study_id == study.id))
    )


def test_codebook_leaves_and_comes_in_as_it_was(session, study):
    bring_in(session, study)

    content = write_qdc(gather_codebook(session, study.id, RELEASED)).content

    wanted = shape(read_project("a.qdpx", sent(session, study)))["codes"]
    found = shape(read_project("a.qdc", content))["codes"]
    assert [code[:-1] for code in found] == [code[:-1] for code in wanted]
    assert [each.codes for each in read_project("a.qdc", content).sets] == [[UUID(guid(3)), UUID(guid(1))]]


def test_pictures_and_drawings_leave_as_they_came(session, study):
    body = f"""<Sources><PictureSource guid="{guid(30)}" name="p" path="internal://p.jpg"><PictureSelection
        guid="{guid(40)}" firstX="0" firstY="0" secondX="5" secondY="5"/></PictureSource></Sources>
        <Links><Link guid="{guid(70)}" originGUID="{guid(40)}" targetGUID="{guid(30)}"/></Links>
        <Sets><Set guid="{guid(80)}" name="s"><MemberSource targetGUID="{guid(30)}"/></Set></Sets>
        <Graphs><Graph guid="{guid(90)}"><Vertex guid="{guid(91)}" representedGUID="{guid(40)}" firstX="0" firstY="0"/>
        </Graph></Graphs>"""

    project, made = bring_in(session, study, qdpx(body))

    assert [code for code, _details in made.deviations] == ["project.kept"]
    assert shape(read_project("b.qdpx", sent(session, study))) == shape(project)


def test_what_breaks_the_schema_is_not_written_and_said(session, study):
    body = f"""<Sources><PictureSource guid="{guid(30)}" name="p"><PictureSelection guid="{guid(40)}" firstX="x"/>
        </PictureSource></Sources><Graphs><Graph guid="{guid(90)}" name="g"><Vertex
        guid="{guid(91)}"/></Graph></Graphs>"""
    bring_in(session, study, qdpx(body))

    written = write_qdpx(gather_project(session, study.id, RELEASED))

    assert [(each.code, each.details) for each in written.left_out] == [
        ("project.not_written", {"name": "p"}),
        ("project.not_written", {"name": "g"}),
    ]
    assert read_project("b.qdpx", written.content).deviations == []


def test_turns_of_an_imported_interview_are_recognised(session, study):
    text = "Enquêtrice : Et alors ?\n\nNadège : J'ai eu peur."
    body = f"""<CodeBook><Codes><Code guid="{guid(1)}" name="a" isCodable="true"/></Codes></CodeBook>
        <Sources><TextSource guid="{guid(30)}" name="T"><PlainTextContent>{text}</PlainTextContent>
        <PlainTextSelection guid="{guid(40)}" startPosition="40" endPosition="44"><Coding guid="{guid(50)}"><CodeRef
        targetGUID="{guid(1)}"/></Coding></PlainTextSelection></TextSource></Sources>"""

    bring_in(session, study, qdpx(body))

    (row,) = find_segments(session, study.id, RELEASED, page_size=None).rows
    assert (row.speaker, row.quote) == ("Nadège", text[40:44])


def test_moments_of_a_recording_go_to_the_turns(session, study):
    from coding.models import Turn

    points = "".join(
        f'<SyncPoint guid="{guid(200 + n)}" position="{position}" timeStamp="{moment}"/>'
        for n, (position, moment) in enumerate([(0, 0), (4, 1500), (10, 9000)])
    )
    body = f"""<Sources><AudioSource guid="{guid(30)}" name="voix.mp3"><Transcript guid="{guid(31)}">
        <PlainTextContent>un\n\ndeux\n\ntrois</PlainTextContent>{points}<TranscriptSelection guid="{guid(40)}"
        fromSyncPoint="{guid(201)}" toSyncPoint="{guid(202)}"/></Transcript></AudioSource></Sources>"""

    project, _made = bring_in(session, study, qdpx(body))

    turns = session.execute(select(Turn.start_ms, Turn.end_ms).order_by(Turn.position)).all()
    assert [tuple(turn) for turn in turns] == [(0, 1500), (1500, 9000), (9000, None)]
    assert [(source.name, [(e.start, e.end) for e in source.selections]) for source in project.sources] == [
        ("voix.mp3", [(4, 10)])
    ]


def test_study_without_anything_leaves_as_a_project_and_not_as_a_codebook(session, study):
    assert read_project("a.qdpx", sent(session, study)).count()["sources"] == 0
    with pytest.raises(Invalid, match="no_code"):
        write_qdc(gather_codebook(session, study.id, RELEASED))
