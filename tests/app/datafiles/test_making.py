"""Files made of an order: what is in the archive, the workbook, the JSON, the DDI and the codebook."""

import csv
import io
import json
import re
import zipfile
from types import SimpleNamespace
from uuid import uuid4

import pyreadstat
import pytest
from defusedxml.ElementTree import fromstring
from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from sqlalchemy import update

from app.datafiles.making import make_file
from app.datafiles.orders import Format, Order, Scope
from surveys.definition import Definition
from surveys.models import Answer, Missing, Response, ResponseMode
from tests.factories.datafiles import EVERY_KIND, keep_response, open_form, settings
from tests.factories.studies import ParticipantFactory, StudyFactory, WaveFactory
from tests.factories.surveys import make_collection, survey

# WeasyPrint leaves its colour profile to the collector.
leaves_a_file_open = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
OTHER = survey(
    "select_one yn | works | La personne travaille-t-elle ? |",
    "note | hello | Bonjour |",
    "text | remark | Une remarque ? |",
    choices=("yn | yes | Oui |", "yn | no | Non |"),
) + settings("Professionnelles", "pros")


@pytest.fixture
def world(session):
    """Twelve people work, four do not, one refuses; one has two children; professionals answer another form."""
    study = StudyFactory(key="etude", title="Une « étude » & ses suites", disclosure_threshold=5)
    collection = open_form(session, study, EVERY_KIND, wave=WaveFactory(study=study, name="T0"), title="Vague 0")
    other = make_collection(session, study, OTHER)
    for number in range(12):
        keep_response(
            session,
            collection,
            {"works": "yes", "age": 20 + number, "helped": ["peer"], "story": "Écrit & <dit>"},
            participant=ParticipantFactory(study=study, pseudonym=f"P{number:02d}"),
        )
    for _ in range(4):
        keep_response(session, collection, {"works": "no", "age": None})
    keep_response(session, collection, {}, missing={"works": Missing.REFUSED, "age": Missing.UNKNOWN})
    keep_response(session, collection, {"children": 2, "name[1]": "Léa", "name[2]": "Noé"})
    keep_response(session, other, {"works": "yes", "remark": "Une\x0bligne"})
    return SimpleNamespace(study=study, collection=collection, other=other)


def make(session, world, tmp_path, kind, *, scope=Scope.COLLECTION, target=None, locale="fr"):
    order = Order(
        id=uuid4(),
        study_id=world.study.id,
        scope=scope,
        target_id=None if scope is Scope.STUDY else target or world.collection.id,
        format=kind,
        locale=locale,
        drafts=False,
    )
    path = tmp_path / f"{kind.value}.file"
    said = []
    made = make_file(session, order, path, lambda progress, _step="": said.append(progress))
    assert said == sorted(said)
    assert all(0 <= each <= 1 for each in said)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
    return made, path


def test_spss_archive_has_data_codebook_and_note(session, world, tmp_path):
    made, path = make(session, world, tmp_path, Format.SPSS)

    with zipfile.ZipFile(path) as bundle:
        bundle.extractall(tmp_path / "out")
    names = sorted(each.name for each in (tmp_path / "out").iterdir())
    assert names == ["data.sav", "data_children.sav", "data_toys.sav", "dictionnaire.csv", "lisez_moi.txt"]
    assert made.responses == len(pyreadstat.read_sav(tmp_path / "out" / "data.sav")[0]) == 18
    note = (tmp_path / "out" / "lisez_moi.txt").read_text(encoding="utf-8-sig")
    assert ("-98  refus" in note, world.study.title in note) == (True, True)


def test_codebook_file_leads_from_each_name_and_number_back_to_the_form(session, world, tmp_path):
    _made, path = make(session, world, tmp_path, Format.STATA)

    with zipfile.ZipFile(path) as bundle:
        frame, _meta = _read_dta(bundle, tmp_path)
        text = bundle.read("dictionnaire.csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    variables = {row["Variable"]: row["Nom dans le questionnaire"] for row in rows if row["Fichier"] == "data.dta"}
    assert list(variables) == list(frame.columns)
    assert variables["helped_peer"] == "helped/peer"
    choices = {row["Valeur"]: row["Nom de la modalité"] for row in rows if row["Variable"] == "works" and row["Valeur"]}
    assert choices == {"1": "yes", "2": "no", ".r": ""}


def _read_dta(bundle, tmp_path):
    bundle.extract("data.dta", tmp_path / "x")
    return pyreadstat.read_dta(tmp_path / "x" / "data.dta")


def test_study_has_a_file_a_questionnaire(session, world, tmp_path):
    made, path = make(session, world, tmp_path, Format.PLAIN_CSV, scope=Scope.STUDY)

    with zipfile.ZipFile(path) as bundle:
        heads = {name: bundle.read(name).decode().splitlines()[0] for name in bundle.namelist()}
    assert made.responses == 19
    assert list(heads) == ["pros.csv", "data.csv", "data_children.csv", "data_toys.csv"]
    assert heads["data_children.csv"].split(",")[-3:] == ["name", "years", "toys"]


def test_labels_are_in_the_language_asked(session, world, tmp_path):
    _made, path = make(session, world, tmp_path, Format.SPSS, locale="en")

    with zipfile.ZipFile(path) as bundle:
        bundle.extract("data.sav", tmp_path / "e")
    meta = pyreadstat.read_sav(tmp_path / "e" / "data.sav")[1]
    assert meta.variable_value_labels["works"][-98] == "refused"


def test_json_holds_the_definition_and_every_answer(session, world, tmp_path):
    _made, path = make(session, world, tmp_path, Format.JSON)

    read = json.loads(path.read_text(encoding="utf-8"))
    (questionnaire,) = read["questionnaires"]
    assert (read["format"], read["schema"], read["study"]["key"]) == ("tresse-answers", 1, "etude")
    assert Definition.from_json(questionnaire["definition"]).item("works").name == "works"
    responses = questionnaire["responses"]
    assert len(responses) == 18
    assert responses[0]["answers"]["story"] == "Écrit & <dit>"
    assert responses[0]["wave"] == "T0"
    assert [each["missing"] for each in responses if each["missing"]] == [{"works": "refused", "age": "unknown"}]
    assert [each["answers"] for each in responses if "children" in each["answers"]] == [
        {"children": 2, "name[1]": "Léa", "name[2]": "Noé"}
    ]


# --- DDI

DDI = "{ddi:codebook:2_5}"
# The order that the schema of DDI-Codebook 2.5 wants inside `var`.
ORDER = (
    "location", "labl", "imputation", "security", "embargo", "respUnit", "anlysUnit", "qstn", "valrng", "invalrng",
    "undocCod", "universe", "TotlResp", "sumStat", "txt", "stdCatgry", "catgryGrp", "catgry", "codInstr", "verStmt",
    "concept", "derivation", "varFormat", "geoMap", "catLevel", "notes",
)  # fmt: skip


@pytest.fixture
def ddi(session, world, tmp_path):
    _made, path = make(session, world, tmp_path, Format.DDI, scope=Scope.STUDY)
    return fromstring(path.read_text(encoding="utf-8"))


def test_ddi_has_what_the_standard_requires(ddi):
    assert (ddi.tag, ddi.get("version")) == (f"{DDI}codeBook", "2.5")
    assert [each.tag.removeprefix(DDI) for each in ddi] == [
        "docDscr", "stdyDscr", "fileDscr", "fileDscr", "fileDscr", "fileDscr", "dataDscr",
    ]  # fmt: skip
    path = "/".join(f"{DDI}{name}" for name in ("stdyDscr", "citation", "titlStmt", "titl"))
    assert ddi.find(path).text == "Une « étude » & ses suites"


def test_ddi_names_are_unique_and_refer_to_what_exists(ddi):
    ids = [each.get("ID") for each in ddi.iter() if each.get("ID")]
    files = {each.get("ID") for each in ddi.iter(f"{DDI}fileDscr")}
    variables = list(ddi.iter(f"{DDI}var"))

    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[A-Z][0-9]+", each) for each in ids)
    assert {each.get("files") for each in variables} == files
    named = {each.get("ID") for each in variables}
    assert all(set(each.get("var").split()) <= named for each in ddi.iter(f"{DDI}varGrp"))
    places = [[ORDER.index(part.tag.removeprefix(DDI)) for part in each] for each in variables]
    assert places == [sorted(each) for each in places]


def test_ddi_gives_counts_from_the_threshold_on(session, world, tmp_path):
    _made, path = make(session, world, tmp_path, Format.DDI)
    ddi = fromstring(path.read_text(encoding="utf-8"))
    works = next(each for each in ddi.iter(f"{DDI}var") if each.get("name") == "works")
    counts = {
        each.find(f"{DDI}catValu").text: getattr(each.find(f"{DDI}catStat"), "text", None)
        for each in works.iter(f"{DDI}catgry")
    }

    # Four said no, one refused, one was not asked: under five.
    assert (counts["1"], counts["2"], counts["-98"]) == ("12", None, None)
    assert works.find(f"{DDI}qstn/{DDI}qstnLit").text == "Travaillez-vous ?"


# --- the codebook


@leaves_a_file_open
@pytest.mark.slow
def test_codebook_is_accessible_and_hides_small_counts(session, world, tmp_path):
    make(session, world, tmp_path, Format.CODEBOOK)

    reader = PdfReader(tmp_path / "codebook.file")
    text = " ".join("\n".join(page.extract_text() for page in reader.pages).split())
    assert "Travaillez-vous ?" in text.replace("\u202f", " ").replace("\xa0", " ")
    assert "masqué" in text
    assert (reader.trailer["/Root"]["/Lang"], reader.trailer["/Root"]["/MarkInfo"]["/Marked"]) == ("fr", True)
    assert "Écrit" not in text


@pytest.fixture
def told(session, world):
    """One person said that an unusual answer is right; one was helped, and had a page read aloud."""
    first = keep_response(session, world.collection, {"works": "yes", "age": 130})
    session.execute(
        update(Answer).where(Answer.response_id == first, Answer.item_name == "age").values(is_confirmed=True)
    )
    carried = {":help": {"helper": "interpreter", "holder": "helper"}, ":read": ["works"]}
    second = keep_response(session, world.collection, {"works": "no"}, carried=carried)
    session.execute(update(Response).where(Response.id == second).values(mode=ResponseMode.HELPED))
    session.commit()
    return str(first), str(second)


def test_csv_archive_tells_how_answers_were_given(session, world, told, tmp_path):
    _made, path = make(session, world, tmp_path, Format.PLAIN_CSV)

    with zipfile.ZipFile(path) as bundle:
        names = set(bundle.namelist())
        details = list(csv.reader(io.StringIO(bundle.read("data_details.csv").decode())))
        pages = list(csv.reader(io.StringIO(bundle.read("data_pages.csv").decode())))
        main = list(csv.DictReader(io.StringIO(bundle.read("data.csv").decode())))
    assert names == {"data.csv", "data_children.csv", "data_toys.csv", "data_details.csv", "data_pages.csv"}
    assert details == [["response_id", "item", "shown", "confirmed"], [told[0], "age", "", "1"]]
    assert pages[1:] == [[told[1], "1", "works", "", "", "1"]]
    assert [(row["mode"], row["helper"], row["holder"]) for row in main if row["helper"]] == [
        ("helped", "interpreter", "helper")
    ]


def test_workbook_has_a_sheet_for_how_answers_were_given_and_its_codebook_says_so(session, world, told, tmp_path):
    _made, path = make(session, world, tmp_path, Format.XLSX)

    book = CalamineWorkbook.from_path(str(path))
    codebook = book.get_sheet_by_name("dictionnaire").to_python()
    assert book.get_sheet_by_name("details").to_python()[1] == [told[0], "age", "", 1.0]
    assert [row[3:] for row in codebook if row[0] == "helper" and row[3] == "interpreter"] == [
        ["interpreter", "un ou une interprète"]
    ]


@pytest.mark.parametrize(("kind", "read"), [(Format.SPSS, pyreadstat.read_sav), (Format.STATA, pyreadstat.read_dta)])
def test_statistical_archive_tells_how_answers_were_given(session, world, told, tmp_path, kind, read):
    _made, path = make(session, world, tmp_path, kind)
    ending = "sav" if kind is Format.SPSS else "dta"

    with zipfile.ZipFile(path) as bundle:
        bundle.extract(f"data_details.{ending}", tmp_path / "out")
    frame, meta = read(str(tmp_path / "out" / f"data_details.{ending}"))
    assert frame[["response_id", "item", "confirmed"]].values.tolist() == [[told[0], "age", 1.0]]
    assert meta.variable_value_labels["confirmed"] == {0: "non", 1: "oui"}


def test_json_tells_how_answers_were_given(session, world, told, tmp_path):
    _made, path = make(session, world, tmp_path, Format.JSON)

    rows = {row["response_id"]: row for row in json.loads(path.read_text())["questionnaires"][0]["responses"]}
    assert rows[told[0]]["details"] == [{"item": "age", "shown": None, "confirmed": 1}]
    assert (rows[told[1]]["helper"], "details" in rows[told[1]]) == ("interpreter", False)
