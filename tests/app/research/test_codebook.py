import pytest
from sqlalchemy import select

from app.extensions import db
from coding.models import Code, Theme, ThemeCode
from studies.models import Role
from tests.factories.coding import code_words, make_code, make_transcript
from tests.factories.studies import AccountFactory, StudyFactory, member_client

BASE = "/studies/lettres/codebook"


@pytest.fixture
def study(session):
    return StudyFactory(key="lettres")


@pytest.fixture
def coder(app, study):
    client = member_client(app, study, Role.CODER)
    client.set_cookie("tresse_locale", "en")
    return client


def names():
    return sorted(db.session.scalars(select(Code.name)))


def test_show_codebook_says_it_is_empty(coder):
    assert "The codebook is empty" in coder.get(f"{BASE}/").get_data(as_text=True)


def test_show_codebook_counts_segments(coder, study):
    code = make_code(study)
    code_words(make_transcript(study), "la lettre", code, AccountFactory())

    assert "1 segment<" in coder.get(f"{BASE}/").get_data(as_text=True)


def test_add_code_keeps_its_definition(coder, study):
    folder = make_code(study, "Motifs", is_codable=False)

    answer = coder.post(
        f"{BASE}/", data={"name": "Peur", "parent": str(folder.id), "inclusion": "quand…", "example": "couper"}
    )
    code = db.session.scalars(select(Code).where(Code.name == "Peur")).one()

    assert answer.status_code == 303
    assert (code.parent_id, code.inclusion, code.example) == (folder.id, "quand…", "couper")


def test_add_code_refuses_a_name_taken_and_keeps_what_was_typed(coder, study):
    make_code(study, "Peur")

    answer = coder.post(f"{BASE}/", data={"name": "Peur", "description": "autre chose"})

    assert (answer.status_code, "autre chose" in answer.get_data(as_text=True), names()) == (409, True, ["Peur"])


def test_keep_code_changes_name_and_colour(coder, study):
    code = make_code(study)

    coder.post(f"{BASE}/codes/{code.id}", data={"name": "Crainte", "colour": "#123456"})
    db.session.expire_all()

    assert (code.name, code.colour) == ("Crainte", "#123456")


def test_move_refuses_a_branch_into_itself(coder, study):
    folder = make_code(study, "Motifs", is_codable=False)
    child = make_code(study, "Peur", parent=folder)

    answer = coder.post(f"{BASE}/codes/{folder.id}/move", data={"parent": str(child.id)})

    assert (answer.status_code, folder.parent_id) == (409, None)


def test_merge_gives_codings_to_the_other(coder, study):
    one, other = make_code(study, "Peur"), make_code(study, "Crainte")
    code_words(make_transcript(study), "la lettre", one, AccountFactory())

    coder.post(f"{BASE}/codes/{one.id}/merge", data={"target": str(other.id)})

    assert names() == ["Crainte"]
    assert "1 segment<" in coder.get(f"{BASE}/").get_data(as_text=True)


def test_delete_takes_the_branch(coder, study):
    folder = make_code(study, "Motifs", is_codable=False)
    make_code(study, "Peur", parent=folder)

    coder.post(f"{BASE}/codes/{folder.id}/delete")

    assert names() == []


def test_export_gives_the_codebook_as_csv(coder, study):
    make_code(study, "Épuisement")

    content = coder.get(f"{BASE}/codebook.csv").get_data().decode("utf-8-sig")

    assert [line.split(";")[3] for line in content.splitlines()] == ["name", "Épuisement"]


def test_themes_are_made_changed_and_deleted(coder, study):
    one, other = make_code(study, "Peur"), make_code(study, "Groupe")

    coder.post(f"{BASE}/themes", data={"name": "La contrainte", "code": [str(one.id)]})
    theme = db.session.scalars(select(Theme)).one()
    page = coder.get(f"{BASE}/themes").get_data(as_text=True)
    coder.post(f"{BASE}/themes/{theme.id}", data={"name": "Être seul", "interpretation": "…", "code": [str(other.id)]})
    db.session.expire_all()
    held = db.session.scalars(select(ThemeCode.code_id)).all()

    assert "La contrainte" in page
    assert (theme.name, held) == ("Être seul", [other.id])
    assert coder.post(f"{BASE}/themes/{theme.id}/delete").status_code == 303
    assert db.session.scalars(select(Theme)).all() == []


def test_themes_refuse_a_name_missing(coder):
    assert coder.post(f"{BASE}/themes", data={"name": " ", "interpretation": "x"}).status_code == 422
