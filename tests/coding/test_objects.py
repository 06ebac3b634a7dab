"""Memos, cases, attributes, sets, and what an erasure takes of them."""

import pytest
from sqlalchemy import select

from coding.models import Coding, MemoKind, Transcript
from coding.object_models import (
    AttributeScope,
    AttributeType,
    CaseMember,
    CodeSetMember,
    ImportedGuid,
    LinkDirection,
    MemoLink,
    Network,
    ObjectKind,
    ObjectLink,
)
from coding.queries import list_attributes, list_cases, list_code_sets, list_memos
from coding.services import (
    create_attribute,
    create_case,
    create_code_set,
    delete_attribute,
    delete_case,
    delete_code_set,
    delete_memo,
    delete_transcript,
    edit_memo,
    erase_source,
    merge_codes,
    set_case_members,
    set_memo_links,
    set_value,
    update_case,
    update_code_set,
    write_memo,
)
from coding.transcripts import OpenText, import_texts
from core.errors import Conflict, Forbidden, Invalid, NotFound
from tests.factories.corpus import code_words, make_code, make_transcript
from tests.factories.studies import AccountFactory, ParticipantFactory, StudyFactory, WaveFactory


@pytest.fixture
def study(session):
    return StudyFactory()


def test_memos_are_their_author_s(session, study):
    author, other = AccountFactory(), AccountFactory()
    code = make_code(session, study, "a")
    memo = write_memo(session, study.id, " Attention ", author_id=author.id, about=[(ObjectKind.CODE, code.id)])

    with pytest.raises(Forbidden, match="not_yours"):
        edit_memo(session, study.id, memo.id, body="b", account_id=other.id)
    edit_memo(session, study.id, memo.id, body="Vu", account_id=author.id, title="T")

    rows = list_memos(session, study.id, object_id=code.id)
    assert [(row.kind, row.title, row.body, row.about) for row in rows] == [
        (MemoKind.CODE, "T", "Vu", ((ObjectKind.CODE, code.id),))
    ]
    delete_memo(session, study.id, memo.id, account_id=author.id)
    assert list_memos(session, study.id) == ()
    assert session.scalars(select(MemoLink)).all() == []


def test_write_memo_is_about_the_study_unless_said(session, study):
    author = AccountFactory()
    write_memo(session, study.id, "Tout", author_id=author.id)
    write_memo(session, study.id, "Rien", author_id=author.id, about=(), kind=MemoKind.METHOD)

    rows = {row.body: (row.kind, row.about) for row in list_memos(session, study.id)}

    assert rows == {"Tout": (MemoKind.PROJECT, ((ObjectKind.STUDY, study.id),)), "Rien": (MemoKind.METHOD, ())}


def test_write_memo_refuses_what_is_not_in_the_study(session, study):
    elsewhere = make_code(session, StudyFactory(), "a")
    links = [[(ObjectKind.CODE, elsewhere.id)], [(ObjectKind.STUDY, elsewhere.id)], [(ObjectKind.ACCOUNT, study.id)]]

    for about in links:
        with pytest.raises(NotFound, match="memo_about_nothing"):
            write_memo(session, study.id, "a", author_id=AccountFactory().id, about=about)


def test_set_memo_links_replaces_what_it_is_about(session, study):
    author, transcript = AccountFactory(), make_transcript(session, study, text="x")
    first, second = make_code(session, study, "a"), make_code(session, study, "b")
    memo = write_memo(session, study.id, "a", author_id=author.id, about=[(ObjectKind.CODE, first.id)])

    set_memo_links(
        session,
        study.id,
        memo.id,
        [(ObjectKind.CODE, second.id), (ObjectKind.TRANSCRIPT, transcript.id)],
        account_id=author.id,
    )

    (row,) = list_memos(session, study.id)
    assert row.about == ((ObjectKind.CODE, second.id), (ObjectKind.TRANSCRIPT, transcript.id))


def test_list_memos_knows_those_that_a_link_ties(session, study):
    code = make_code(session, study, "a")
    memo = write_memo(session, study.id, "a", author_id=AccountFactory().id, about=())
    session.add(
        ObjectLink(
            study_id=study.id,
            direction=LinkDirection.ONE_WAY,
            origin_kind=ObjectKind.MEMO,
            origin_id=memo.id,
            target_kind=ObjectKind.CODE,
            target_id=code.id,
        )
    )
    session.flush()

    (row,) = list_memos(session, study.id, object_kind=ObjectKind.CODE)

    assert (row.memo_id, row.about) == (memo.id, ((ObjectKind.CODE, code.id),))


def test_merge_codes_brings_memos_sets_and_links_along_once(session, study):
    source, target = make_code(session, study, "a"), make_code(session, study, "b")
    memo = write_memo(session, study.id, "m", author_id=AccountFactory().id, about=[(ObjectKind.CODE, source.id)])
    both = create_code_set(session, study.id, "Les deux", code_ids=[source.id, target.id])
    one = create_code_set(session, study.id, "Un", code_ids=[source.id])
    session.add(Network(study_id=study.id, vertices=[{"guid": "v", "id": str(source.id)}]))
    target_id = target.id

    merge_codes(session, study.id, source.id, target.id)

    assert [row.about for row in list_memos(session, study.id)] == [((ObjectKind.CODE, target_id),)]
    assert {row.set_id: row.code_ids for row in list_code_sets(session, study.id)} == {
        both.id: (target_id,),
        one.id: (target_id,),
    }
    assert [network.vertices for network in session.scalars(select(Network))] == [[{"guid": "v", "id": str(target_id)}]]
    assert memo.id is not None


def test_case_gathers_texts_people_and_words(session, study):
    transcript = make_transcript(session, study, text="un deux trois")
    person = ParticipantFactory(study=study)
    case = create_case(session, study.id, " Famille  A ", members=[(ObjectKind.TRANSCRIPT, transcript.id)])
    code = make_code(session, study, "a")

    update_case(session, study.id, case.id, name="Famille B", description="Deux", participant_id=person.id)
    set_case_members(session, study.id, case.id, [(ObjectKind.CODE, code.id), (ObjectKind.TRANSCRIPT, transcript.id)])

    (row,) = list_cases(session, study.id)
    assert (row.name, row.description, row.pseudonym) == ("Famille B", "Deux", person.pseudonym)
    assert row.members == ((ObjectKind.CODE, code.id), (ObjectKind.TRANSCRIPT, transcript.id))
    with pytest.raises(Conflict, match="case_taken"):
        create_case(session, study.id, "Famille B")
    with pytest.raises(NotFound, match="member_unknown"):
        set_case_members(session, study.id, case.id, [(ObjectKind.CODE, transcript.id)])
    delete_case(session, study.id, case.id)
    assert list_cases(session, study.id) == ()
    assert session.scalars(select(CaseMember)).all() == []


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (AttributeType.TEXT, " à deux ", " à deux "),
        (AttributeType.BOOLEAN, "TRUE", "true"),
        (AttributeType.INTEGER, "007", "007"),
        (AttributeType.FLOAT, "3.50", "3.50"),
        (AttributeType.DATE, "2026-03-01", "2026-03-01"),
        (AttributeType.DATETIME, "2026-03-01T08:00:00Z", "2026-03-01T08:00:00Z"),
    ],
)
def test_set_value_keeps_the_words_of_its_type(session, study, kind, typed, kept):
    case = create_case(session, study.id, "A")
    attribute = create_attribute(session, study.id, "x", scope=AttributeScope.CASE, type=kind)

    set_value(session, study.id, attribute.id, case.id, typed)

    assert [row.values for row in list_attributes(session, study.id)] == [{case.id: kept}]
    set_value(session, study.id, attribute.id, case.id, " ")
    assert [row.values for row in list_attributes(session, study.id)] == [{}]


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (AttributeType.BOOLEAN, "oui"),
        (AttributeType.INTEGER, "3.0"),
        (AttributeType.INTEGER, "٣"),
        (AttributeType.FLOAT, "NaN"),
        (AttributeType.FLOAT, "3,5"),
        (AttributeType.DATE, "01/03/2026"),
        (AttributeType.DATETIME, "hier"),
    ],
)
def test_set_value_refuses_another_type(session, study, kind, typed):
    case = create_case(session, study.id, "A")
    attribute = create_attribute(session, study.id, "x", scope=AttributeScope.CASE, type=kind)

    with pytest.raises(Invalid, match="value_unfit"):
        set_value(session, study.id, attribute.id, case.id, typed)


def test_value_of_a_person_stays_with_the_participant(session, study):
    person = ParticipantFactory(study=study, attributes={"enfants": 2, "logement": "HLM"})
    attribute = create_attribute(session, study.id, "enfants", scope=AttributeScope.PERSON, type=AttributeType.INTEGER)

    before = [row.values for row in list_attributes(session, study.id, AttributeScope.PERSON)]
    set_value(session, study.id, attribute.id, person.id, "3")

    assert before == [{person.id: "2"}]
    assert person.attributes == {"enfants": "3", "logement": "HLM"}
    delete_attribute(session, study.id, attribute.id)
    assert person.attributes == {"enfants": "3", "logement": "HLM"}


def test_attributes_are_one_a_scope_and_of_their_study(session, study):
    attribute = create_attribute(session, study.id, "durée", scope=AttributeScope.WAVE)
    create_attribute(session, study.id, "durée", scope=AttributeScope.SITE)

    with pytest.raises(Conflict, match="attribute_taken"):
        create_attribute(session, study.id, " durée", scope=AttributeScope.WAVE)
    with pytest.raises(NotFound, match="owner_unknown"):
        set_value(session, study.id, attribute.id, WaveFactory().id, "3 mois")
    with pytest.raises(NotFound, match="attribute_unknown"):
        set_value(session, StudyFactory().id, attribute.id, attribute.id, "3 mois")


def test_update_code_set_keeps_what_an_import_put_in(session, study):
    code, other = make_code(session, study, "a"), make_code(session, study, "b")
    transcript = make_transcript(session, study, text="x")
    made = create_code_set(session, study.id, "S", code_ids=[code.id])
    session.add(CodeSetMember(set_id=made.id, object_kind=ObjectKind.TRANSCRIPT, object_id=transcript.id))

    update_code_set(session, study.id, made.id, name="T", description="d", code_ids=[other.id, code.id])

    assert [(row.name, row.code_ids) for row in list_code_sets(session, study.id)] == [("T", (other.id, code.id))]
    assert len(session.scalars(select(CodeSetMember)).all()) == 3
    delete_code_set(session, study.id, made.id)
    assert session.scalars(select(CodeSetMember)).all() == []


def tie(session, study, coding_id, *, author):
    """Hang a memo, a case, a link, a drawing and an imported GUID on the segment of a coding."""
    segment_id = session.scalars(select(Coding.segment_id).where(Coding.id == coding_id)).one()
    write_memo(session, study.id, "« lettre »", author_id=author.id, about=[(ObjectKind.SEGMENT, segment_id)])
    create_case(session, study.id, f"Cas {coding_id}", members=[(ObjectKind.SEGMENT, segment_id)])
    session.add_all(
        [
            ObjectLink(
                study_id=study.id,
                origin_kind=ObjectKind.SEGMENT,
                origin_id=segment_id,
                target_kind=ObjectKind.SEGMENT,
                target_id=segment_id,
            ),
            Network(
                study_id=study.id,
                vertices=[{"guid": "a", "id": str(segment_id)}, {"guid": "b", "id": None}],
                edges=[{"guid": "e", "source": "a", "target": "b"}],
            ),
            ImportedGuid(
                study_id=study.id, object_kind=ObjectKind.SEGMENT, object_id=segment_id, guid=segment_id, written="x"
            ),
        ]
    )
    session.flush()


def assert_untied(session, study):
    assert list_memos(session, study.id) == ()
    assert [row.members for row in list_cases(session, study.id)] == [()]
    assert session.scalars(select(ObjectLink)).all() == []
    assert [(each.vertices, each.edges) for each in session.scalars(select(Network))] == [
        ([{"guid": "b", "id": None}], [])
    ]
    assert session.scalars(select(ImportedGuid)).all() == []


def test_erase_source_takes_what_hung_on_the_words(session, study):
    author, source = AccountFactory(), StudyFactory().id
    transcript = import_texts(session, study.id, "Réponses", [OpenText(source, "", None, "peur de la lettre")])
    code = make_code(session, study, "a")
    tie(session, study, code_words(session, transcript, "lettre", code, author).coding_id, author=author)

    erase_source(session, study.id, source)

    assert_untied(session, study)


def test_delete_transcript_takes_what_hung_on_it_but_memos(session, study):
    author, transcript = AccountFactory(), make_transcript(session, study, text="peur de la lettre")
    code = make_code(session, study, "a")
    tie(session, study, code_words(session, transcript, "lettre", code, author).coding_id, author=author)
    attribute = create_attribute(session, study.id, "lieu", scope=AttributeScope.DOCUMENT)
    set_value(session, study.id, attribute.id, transcript.id, "agence")

    delete_transcript(session, study.id, transcript.id)

    (memo,) = list_memos(session, study.id)
    assert memo.about == ()
    delete_memo(session, study.id, memo.memo_id, account_id=author.id)
    assert_untied(session, study)
    assert [row.values for row in list_attributes(session, study.id)] == [{}]
    assert session.scalars(select(Transcript)).all() == []
