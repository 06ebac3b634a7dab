from pathlib import Path

import pytest
from sqlalchemy import select

from app.account.links import setup_link
from app.account.services import create_account
from coding.exchange.opening import read_project
from coding.models import Code, Coding
from studies.models import Membership, Role, Study
from tests.factories.projects import FULL, TEXT, guid, qdpx, shape
from tests.factories.studies import AccountFactory, StudyFactory


@pytest.fixture
def run(app, session, monkeypatch):
    """Run a command on the database of the test, which has its tables already."""
    monkeypatch.setattr("app.cli.projects.prepare", lambda _app: None)
    return lambda *arguments: app.test_cli_runner().invoke(args=["coding", *map(str, arguments)])


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "essai.qdpx"
    path.write_bytes(qdpx(FULL + "<Sets/>", texts={"sources/a.txt": TEXT.encode()}))
    return path


def test_import_project_makes_the_study_and_tells_what_came(run, session, file):
    leader = AccountFactory(is_admin=True)

    result = run("import-project", file, "--study", "Étude 1")

    assert (result.exit_code, result.output.splitlines()[0]) == (0, "L’étude «\xa0etude-1\xa0» est créée.")
    assert "3 codes" in result.output
    assert "1 écart à la norme" in result.output
    assert "Sets" in result.output
    study = session.scalars(select(Study)).one()
    assert (study.key, study.title) == ("etude-1", "Essai")
    members = session.execute(select(Membership.account_id, Membership.role)).all()
    assert [tuple(row) for row in members] == [(leader.id, Role.LEAD)]


def test_import_project_enters_a_study_that_is_there_once(run, session, file):
    study = StudyFactory()

    first, second = (run("import-project", file, "--study", study.key) for _ in range(2))

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert second.output.splitlines()[0].endswith("Nouveau ici\xa0: rien.")
    assert len(session.scalars(select(Coding)).all()) == 4


def test_import_project_leaves_the_first_account_to_be_made(run, app, session, file):
    run("import-project", file, "--study", "neuve")

    with app.test_request_context():
        assert setup_link(session) is not None
    first = create_account(session, email="a@example.org", name="A", is_admin=True)
    create_account(session, email="b@example.org", name="B", is_admin=True)
    members = session.execute(select(Membership.account_id, Membership.role)).all()
    assert [tuple(row) for row in members] == [(first.id, Role.LEAD)]


def test_import_project_refuses_with_one_sentence_and_changes_nothing(run, session, tmp_path):
    broken = tmp_path / "cassé.qdc"
    broken.write_bytes(b"<CodeBook><Codes>\n<Code ")

    result = run("import-project", broken, "--study", "neuve")
    absent = run("import-project", tmp_path / "rien.qdpx", "--study", "neuve")

    assert (result.exit_code, absent.exit_code) == (2, 2)
    assert "ligne 2" in result.output
    assert len(absent.output.splitlines()) == 1
    assert session.scalars(select(Study)).all() == []


def test_export_project_writes_what_came_in(run, session, file, tmp_path):
    run("import-project", file, "--study", "essai")

    whole = run("export-project", tmp_path / "sortie.qdpx", "--study", "essai")
    codes = run("export-project", "--study", "essai", tmp_path / "sortie.qdc")

    assert (whole.exit_code, codes.exit_code) == (0, 0)
    project = read_project("essai.qdpx", file.read_bytes())
    assert shape(read_project("sortie.qdpx", (tmp_path / "sortie.qdpx").read_bytes())) == shape(project)
    found = read_project("sortie.qdc", (tmp_path / "sortie.qdc").read_bytes()).all_codes()
    assert len(found) == len(session.scalars(select(Code)).all())


def test_export_project_refuses_an_unknown_study(run, tmp_path):
    result = run("export-project", tmp_path / "a.qdpx", "--study", "absente")

    assert (result.exit_code, (tmp_path / "a.qdpx").exists()) == (2, False)
    assert guid(1) not in result.output
