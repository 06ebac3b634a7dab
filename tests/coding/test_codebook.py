import pytest
from sqlalchemy import func, select

from coding.models import Code, Coding, Theme, ThemeCode
from coding.queries import RELEASED, codebook_table, codebook_tree, list_codes, list_themes
from coding.services import (
    create_code,
    create_folder,
    create_theme,
    delete_code,
    delete_theme,
    merge_codes,
    move_code,
    rename_code,
    set_colour,
    set_theme_codes,
    update_theme,
)
from core.audit import AuditEntry
from core.errors import Conflict, Invalid, NotFound
from tests.factories.corpus import code_words, make_code, make_transcript
from tests.factories.studies import AccountFactory, ParticipantFactory, StudyFactory


@pytest.fixture
def study(session):
    return StudyFactory()


def shape(nodes):
    return [(node.name, shape(node.children)) if node.children else node.name for node in nodes]


def tree(session, study):
    return shape(codebook_tree(session, study.id, RELEASED))


def test_create_code_at_any_depth(session, study):
    folder = create_folder(session, study.id, "Motifs")
    below = create_code(session, study.id, " Peur  de la sanction ", parent_id=folder.id)
    create_code(session, study.id, "Courrier", parent_id=below.id)

    assert tree(session, study) == [("Motifs", [("Peur de la sanction", ["Courrier"])])]
    assert [(row.name, row.path, row.is_codable) for row in list_codes(session, study.id)] == [
        ("Motifs", (), False), ("Peur de la sanction", ("Motifs",), True),
        ("Courrier", ("Motifs", "Peur de la sanction"), True),
    ]  # fmt: skip


def test_new_codes_take_colours_in_turn(session, study):
    colours = [create_code(session, study.id, f"c{number}").colour for number in range(12)]

    assert len(set(colours)) == 12


@pytest.mark.parametrize("name", ["", "  ", "\n"])
def test_create_code_needs_a_name(session, study, name):
    with pytest.raises(Invalid, match="name_missing"):
        create_code(session, study.id, name)


def test_two_codes_of_one_place_have_two_names(session, study):
    folder = create_folder(session, study.id, "F")
    create_code(session, study.id, "été")
    create_code(session, study.id, "été", parent_id=folder.id)

    with pytest.raises(Conflict, match="name_taken"):
        create_code(session, study.id, "e\u0301te\u0301")


def test_rename_code_keeps_its_own_name_free(session, study):
    code = create_code(session, study.id, "a")

    assert rename_code(session, study.id, code.id, " a ").name == "a"


@pytest.mark.parametrize("colour", ["red", "#12345", "#12345g", "javascript:"])
def test_set_colour_refuses_what_is_no_colour(session, study, colour):
    code = create_code(session, study.id, "a")

    with pytest.raises(Invalid, match="colour_invalid"):
        set_colour(session, study.id, code.id, colour)


def test_move_code_puts_it_in_place(session, study):
    a, b, c = (create_code(session, study.id, name) for name in "abc")
    move_code(session, study.id, c.id, parent_id=None, position=0)
    assert tree(session, study) == ["c", "a", "b"]

    move_code(session, study.id, a.id, parent_id=b.id)
    assert tree(session, study) == ["c", ("b", ["a"])]


def test_move_code_refuses_its_own_branch(session, study):
    a = create_code(session, study.id, "a")
    b = create_code(session, study.id, "b", parent_id=a.id)

    with pytest.raises(Conflict, match="move_into_itself"):
        move_code(session, study.id, a.id, parent_id=b.id)


def test_a_code_of_another_study_is_not_found(session, study):
    code = create_code(session, StudyFactory().id, "a")

    with pytest.raises(NotFound, match="code_unknown"):
        rename_code(session, study.id, code.id, "b")


def test_merge_codes_keeps_every_coding_once(session, study):
    transcript = make_transcript(session, study)
    one, other = make_code(session, study, "peur"), make_code(session, study, "crainte")
    child = make_code(session, study, "courrier", parent_id=one.id)
    camille, moussa = AccountFactory(), AccountFactory()
    for code, coder, words in (
        (one, camille, "la lettre"), (other, camille, "la lettre"), (one, moussa, "la lettre"),
        (one, camille, "le RSA"),
    ):  # fmt: skip
        code_words(session, transcript, words, code, coder)
    theme = create_theme(session, study.id, "T", code_ids=[one.id])

    merge_codes(session, study.id, one.id, other.id)
    session.commit()

    assert session.scalar(select(func.count()).select_from(Coding).where(Coding.code_id == other.id)) == 3
    assert session.scalars(select(Code.name).order_by(Code.name)).all() == ["courrier", "crainte"]
    assert session.get(Code, child.id).parent_id == other.id
    assert session.scalars(select(ThemeCode.code_id).where(ThemeCode.theme_id == theme.id)).all() == [other.id]


def test_merge_codes_refuses_a_child_s_target_and_itself(session, study):
    one = make_code(session, study, "a")
    below = make_code(session, study, "b", parent_id=one.id)

    with pytest.raises(Conflict, match="merge_with_itself"):
        merge_codes(session, study.id, one.id, one.id)
    merge_codes(session, study.id, below.id, one.id)

    assert tree(session, study) == ["a"]


def test_merge_codes_into_its_own_child_lifts_the_child(session, study):
    one = make_code(session, study, "a")
    below = make_code(session, study, "b", parent_id=one.id)

    merge_codes(session, study.id, one.id, below.id)
    session.commit()

    assert tree(session, study) == ["b"]


def test_delete_code_takes_its_branch_and_the_trail_keeps_it(session, study):
    transcript = make_transcript(session, study)
    folder = make_code(session, study, "F", is_codable=False)
    code = make_code(session, study, "c", parent_id=folder.id)
    code_words(session, transcript, "la lettre", code, AccountFactory())
    kept = make_code(session, study, "k")

    assert delete_code(session, study.id, folder.id) == 1
    session.commit()

    assert session.scalars(select(Code.id)).all() == [kept.id]
    entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "code.delete")).one()
    assert [len(entry.before["codes"]), len(entry.before["codings"])] == [2, 1]


def test_codebook_counts_segments_and_persons_once(session, study):
    ana, lea = ParticipantFactory(study=study), ParticipantFactory(study=study)
    folder = make_code(session, study, "F", is_codable=False)
    one = make_code(session, study, "a", parent_id=folder.id)
    other = make_code(session, study, "b", parent_id=folder.id)
    camille, moussa = AccountFactory(), AccountFactory()
    for person, title in ((ana, "A"), (lea, "B")):
        transcript = make_transcript(session, study, title=title, participant=person)
        code_words(session, transcript, "la lettre", one, camille)
        code_words(session, transcript, "la lettre", one, moussa)
        if person is ana:
            code_words(session, transcript, "la lettre", other, camille)

    (top,) = codebook_tree(session, study.id, RELEASED)

    assert (top.segment_count, top.total_segment_count, top.person_count) == (0, 2, 2)
    assert [(node.name, node.segment_count, node.person_count) for node in top.children] == [("a", 2, 2), ("b", 1, 1)]


def test_codebook_table_names_the_path(session, study):
    folder = make_code(session, study, "F", is_codable=False)
    make_code(session, study, "a", parent_id=folder.id)

    table = codebook_table(session, study.id, RELEASED)

    assert [(row[2], row[3], row[4]) for row in table.rows] == [("", "F", False), ("F", "a", True)]


def test_themes_hold_codes_and_an_interpretation(session, study):
    a, b = make_code(session, study, "a"), make_code(session, study, "b")
    theme = create_theme(session, study.id, "T", interpretation="i", code_ids=[a.id])
    set_theme_codes(session, study.id, theme.id, [b.id, a.id, b.id])
    update_theme(session, study.id, theme.id, name="U", interpretation="j")

    (view,) = list_themes(session, study.id)
    assert (view.name, view.interpretation, [name for _, name in view.codes]) == ("U", "j", ["a", "b"])

    with pytest.raises(Conflict, match="theme_taken"):
        create_theme(session, study.id, "U")
    delete_theme(session, study.id, theme.id)
    assert session.scalars(select(Theme)).all() == []
