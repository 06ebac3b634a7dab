import pytest
from sqlalchemy import select

from coding.models import Transcript
from tests.coding.docx_files import make_docx, paragraph
from tests.factories.corpus import INTERVIEW
from tests.factories.studies import StudyFactory


@pytest.fixture
def run(app, session, monkeypatch):
    """Run the command on the database of the test, which has its tables already."""
    monkeypatch.setattr("app.cli.coding.prepare", lambda _app: None)
    return lambda *arguments: app.test_cli_runner().invoke(args=["coding", "import", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "un.txt").write_text(INTERVIEW, encoding="utf-8")
    (tmp_path / "deux.docx").write_bytes(make_docx(paragraph("Q : Oui ?") + paragraph("R : Oui.")))
    (tmp_path / "faux.docx").write_bytes(b"%PDF-1.7")
    return tmp_path


def titles(session):
    return session.scalars(select(Transcript.title).order_by(Transcript.title)).all()


def test_coding_import_brings_files_in(run, session, folder):
    study = StudyFactory()

    result = run(folder / "un.txt", folder / "deux.docx", "--study", study.key)

    assert (result.exit_code, titles(session)) == (0, ["deux", "un"])
    assert len(result.output.splitlines()) == 2


def test_coding_import_refuses_all_for_one_bad_file(run, session, folder):
    study = StudyFactory()

    result = run(folder / "un.txt", folder / "faux.docx", "--study", study.key)

    assert (result.exit_code, titles(session)) == (2, [])
    assert "faux.docx" in result.output


@pytest.mark.parametrize(("file", "key"), [("un.txt", "nowhere"), ("absent.txt", None)])
def test_coding_import_refuses_what_it_cannot_find(run, session, folder, file, key):
    result = run(folder / file, "--study", key or StudyFactory().key)

    assert (result.exit_code, titles(session)) == (2, [])
    assert (key or file) in result.output


def test_coding_import_twice_says_the_title_is_taken(run, session, folder):
    study = StudyFactory()
    run(folder / "un.txt", "--study", study.key)

    result = run(folder / "un.txt", "--study", study.key)

    assert (result.exit_code, titles(session)) == (2, ["un"])
    assert "un" in result.output
