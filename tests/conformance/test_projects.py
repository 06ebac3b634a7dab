"""Real projects of other software: each comes in, leaves, and comes in again the same."""

import io
import zipfile
from pathlib import Path

import pytest

from coding.exchange import markup
from coding.exchange.gathering_objects import gather_codebook, gather_project
from coding.exchange.keeping import import_project
from coding.exchange.opening import digest_of, read_project
from coding.exchange.refi_writer import write_qdc, write_qdpx
from coding.queries import RELEASED
from core.errors import Invalid
from tests.factories.projects import shape
from tests.factories.studies import StudyFactory

FOLDER = Path(__file__).parents[3] / "shared" / "samples" / "refi"
PROJECTS = sorted(FOLDER.glob("*.qdpx"))
CODEBOOKS = sorted(path for path in FOLDER.glob("*.qdc") if "truncated" not in path.name)
absent = pytest.mark.skipif(not PROJECTS, reason="the shared samples are not beside this repository")


def bring_in(session, name, content):
    study = StudyFactory()
    project = read_project(name, content)
    import_project(session, study.id, project, file_name=name, sha256=digest_of(content))
    return study, project


@absent
@pytest.mark.parametrize("path", PROJECTS, ids=lambda path: path.name)
def test_project_comes_in_leaves_and_comes_in_again_the_same(session, path):
    study, project = bring_in(session, path.name, path.read_bytes())

    written = write_qdpx(gather_project(session, study.id, RELEASED))
    again, second = bring_in(session, "again.qdpx", written.content)

    assert written.left_out == ()
    assert shape(second) == shape(project)
    assert {each.code for each in second.deviations} <= {"project.kept"}
    third = read_project("third.qdpx", write_qdpx(gather_project(session, again.id, RELEASED)).content)
    assert shape(third) == shape(project)


@absent
@pytest.mark.parametrize("path", PROJECTS, ids=lambda path: path.name)
def test_export_keeps_the_schema_of_the_samples(session, path):
    study, _project = bring_in(session, path.name, path.read_bytes())
    etree = markup.library()
    schema = etree.XMLSchema(etree.parse(str(FOLDER / "schema" / "Project-mrt2019.xsd")))

    with zipfile.ZipFile(io.BytesIO(write_qdpx(gather_project(session, study.id, RELEASED)).content)) as archive:
        root = etree.fromstring(archive.read("project.qde"))

    assert schema.validate(root), schema.error_log


@absent
@pytest.mark.parametrize("path", CODEBOOKS, ids=lambda path: path.name)
def test_codebook_comes_in_leaves_and_comes_in_again_the_same(session, path):
    study, project = bring_in(session, path.name, path.read_bytes())
    etree = markup.library()
    schema = etree.XMLSchema(etree.parse(str(FOLDER / "schema" / "Codebook.openqda.xsd")))

    written = write_qdc(gather_codebook(session, study.id, RELEASED))
    second = read_project("again.qdc", written.content)

    wanted = shape(project)
    assert {key: shape(second)[key] for key in ("codes", "sets")} == {key: wanted[key] for key in ("codes", "sets")}
    assert schema.validate(etree.fromstring(written.content)), schema.error_log


@absent
def test_truncated_codebook_is_refused_with_its_line(session):
    path = FOLDER / "requal_test_truncated_must_fail_cleanly.qdc"

    with pytest.raises(Invalid, match=r"uploads\.xml_broken") as refusal:
        read_project(path.name, path.read_bytes())

    assert refusal.value.details == {"file": path.name, "member": path.name, "line": 9}


@absent
@pytest.mark.parametrize("path", [*PROJECTS, *CODEBOOKS], ids=lambda path: path.name)
def test_import_twice_makes_nothing_twice(session, path):
    content = path.read_bytes()
    study, _project = bring_in(session, path.name, content)

    project = read_project(path.name, content)
    made = import_project(session, study.id, project, file_name=path.name, sha256=digest_of(content))

    assert made.counts["made"] == {}
