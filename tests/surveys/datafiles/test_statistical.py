"""SPSS and Stata files, written, read again and compared cell by cell."""

from datetime import date, datetime, time
from types import SimpleNamespace

import pandas as pd
import pyreadstat
import pytest

from studies.models import FlowState
from surveys.datafiles.collecting import Collector, Column, DataTable
from surveys.datafiles.sources import collection_source, context_variables, read_rows
from surveys.datafiles.statistical import write_dta, write_sav
from surveys.datafiles.variables import Absence, Kind, Measure, Variable, Words
from surveys.models import Missing
from tests.factories.datafiles import EVERY_KIND, keep_response, open_form
from tests.factories.studies import ArmFactory, ParticipantFactory, SiteFactory, StudyFactory, WaveFactory
from tests.factories.surveys import make_collection

# Typed without a zone, it is the time of the place.
MET = datetime.fromisoformat("2026-03-01T14:05")
WORDS = Words(
    absences={
        Absence.NOT_ASKED: "non posée",
        Absence.EMPTY: "sans réponse",
        Absence.ILLEGIBLE: "illisible",
        Absence.REFUSED: "refus",
        Absence.UNKNOWN: "ne sait pas",
    },
    plain=lambda text: text.replace("*", ""),
    ticked="coché",
    not_ticked="non coché",
    context={"participant": "Pseudonyme"},
    values={"mode": {"alone": "seul·e"}},
)
FULL = {
    "works": "yes", "trust": "3", "helped": ["pro", "peer"], "order": ["kin", "peer", "pro"], "age": 41, "hours": 17.25,
    "mood": 7, "since": "2024-02-29", "wakes": "06:30", "met": "2026-03-01T14:05", "agree": "OK",
    "story": "Une « voisine ».",
    "children": 2, "name[1]": "Léa", "years[1]": 6, "toys[1]": 2, "toy[1.1]": "ours", "toy[1.2]": "balle",
    "name[2]": "Noé", "toys[2]": 0,
}  # fmt: skip
ITEMS = ("works", "trust", "helped", "order", "age", "hours", "mood", "since", "wakes", "met", "agree", "story")


@pytest.fixture
def world(session):
    """A full response, one that refuses everything, one that does not know, one left empty, one asked nothing."""
    study = StudyFactory()
    collection = open_form(session, study, EVERY_KIND, wave=WaveFactory(study=study, name="T1"))
    site, arm = SiteFactory(study=study, name="Nord"), ArmFactory(study=study, name="Programme")
    someone = ParticipantFactory(study=study, site_id=site.id, arm_id=arm.id, pseudonym="P1")
    carried = {"half": 8.625, "said": "a41", "with": "x"}
    keep_response(session, collection, FULL, participant=someone, carried=carried)
    keep_response(session, collection, {}, missing=dict.fromkeys(ITEMS, Missing.REFUSED))
    keep_response(session, collection, {}, missing=dict.fromkeys(ITEMS, Missing.UNKNOWN))
    keep_response(session, collection, dict.fromkeys(ITEMS))
    keep_response(session, collection, {})
    keep_response(session, collection, FULL, is_sent=False)
    keep_response(session, collection, FULL, participant=ParticipantFactory(study=study, state=FlowState.WITHDRAWN))
    return SimpleNamespace(study=study, collection=collection)


def tables_of(session, world, tag="fr"):
    source = collection_source(session, world.study.id, world.collection.id)
    collector = Collector(source.merged.definition, tag, WORDS, context_variables(source, WORDS))
    for row in read_rows(session, source):
        collector.add(row)
    return collector.tables


@pytest.fixture
def sav(session, world, tmp_path):
    main = tables_of(session, world)[0]
    written = write_sav(main, tmp_path / "a.sav", absences=WORDS.absences, notes=["Une note"])
    return SimpleNamespace(
        written={each.variable.header: each for each in written},
        seen=pyreadstat.read_sav(tmp_path / "a.sav"),
        codes=pyreadstat.read_sav(tmp_path / "a.sav", user_missing=True),
    )


def same(cells, expected):
    return len(cells) == len(expected) and all(
        (pd.isna(cell) and other is None) or (not pd.isna(cell) and cell == other)
        for cell, other in zip(cells, expected, strict=True)
    )


@pytest.mark.parametrize(
    ("name", "answer", "coded"),
    [
        ("works", 1, True), ("trust", 3, True), ("age", 41, True), ("hours", 17.25, True), ("mood", 7, True),
        ("agree", 1, True),
        ("helped_peer", 1, True), ("helped_pro", 1, True), ("helped_kin", 0, True),
        ("order_peer", 2, True), ("order_kin", 1, True),
        ("helped", "pro peer", False), ("order", "kin peer pro", False), ("story", "Une « voisine ».", False),
        ("since", date(2024, 2, 29), False), ("wakes", time(6, 30), False), ("met", MET, False),
    ],
)  # fmt: skip
def test_sav_keeps_each_answer_and_each_absence(sav, name, answer, coded):
    empty = "" if isinstance(answer, str) else None

    cells = sav.codes[0][name].tolist()

    absences = [-98, -99, -96, None] if coded else [empty] * 4
    assert same(cells, [answer, *absences]), cells
    # Read without user missing values, all absences are empty cells.
    assert same(sav.seen[0][name].tolist(), [answer, *[empty] * 4])


@pytest.mark.parametrize("name", ["since", "wakes", "met", "story"])
def test_sav_tells_the_absences_of_texts_and_dates_beside_them(sav, name):
    assert same(sav.seen[0][f"{name}_status"].tolist(), [1, -98, -99, -96, None])


def test_sav_holds_what_was_computed(sav):
    frame = sav.seen[0]

    assert same(frame["half"].tolist(), [8.625, None, None, None, None])
    assert frame["said"].tolist() == ["a41", "", "", "", ""]
    # `with` is a word of SPSS.
    assert frame["v_with"].tolist() == ["x", "", "", "", ""]


def test_sav_says_who_answered(sav):
    frame, meta = sav.seen

    assert frame["participant"].tolist() == ["P1", "", "", "", ""]
    assert same(frame["site"].tolist(), [1, None, None, None, None])
    assert [meta.variable_value_labels[name][1] for name in ("site", "arm", "wave")] == ["Nord", "Programme", "T1"]
    assert meta.variable_value_labels["mode"][frame["mode"][0]] == "seul·e"
    assert frame["started_at"].notna().all()


def test_sav_has_labels_measures_and_missing_ranges(sav):
    meta = sav.codes[1]

    assert meta.column_names_to_labels["works"] == "Travaillez-vous ?"
    assert meta.column_names_to_labels["helped_pro"] == "Qui vous aide ? – Une professionnelle"
    assert meta.column_names_to_labels["participant"] == "Pseudonyme"
    assert meta.variable_value_labels["works"] == {
        1: "Oui", 2: "Non", -96: "sans réponse", -97: "illisible", -98: "refus", -99: "ne sait pas",
    }  # fmt: skip
    assert [meta.variable_value_labels["helped_pro"][code] for code in (0, 1, -98)] == ["non coché", "coché", "refus"]
    assert meta.missing_ranges["age"] == [{"lo": -99.0, "hi": -96.0}]
    assert "half" not in meta.missing_ranges
    measures = {name: meta.variable_measure[name] for name in ("works", "trust", "age", "order_kin", "helped_kin")}
    assert measures == {
        "works": "nominal", "trust": "ordinal", "age": "scale", "order_kin": "ordinal", "helped_kin": "nominal",
    }  # fmt: skip
    formats = {name: meta.original_variable_types[name] for name in ("age", "hours", "since")}
    assert formats == {"age": "F8.0", "hours": "F8.2", "since": "DATE11"}
    assert meta.notes == ["Une note"]


def test_repeats_are_files_of_their_own(session, world, tmp_path):
    _main, children, toys = tables_of(session, world)
    write_sav(children, tmp_path / "c.sav", absences=WORDS.absences)
    write_sav(toys, tmp_path / "t.sav", absences=WORDS.absences)

    first, meta = pyreadstat.read_sav(tmp_path / "c.sav")
    second = pyreadstat.read_sav(tmp_path / "t.sav")[0]

    assert first["children_number"].tolist() == [1, 2]
    assert first["name"].tolist() == ["Léa", "Noé"]
    assert same(first["years"].tolist(), [6, None])
    assert first["toys"].tolist() == [2, 0]
    assert meta.file_label == "Vos enfants"
    assert second[["children_number", "toys_number", "toy"]].to_numpy().tolist() == [[1, 1, "ours"], [1, 2, "balle"]]
    assert set(second["response_id"]) <= set(first["response_id"])


def test_main_file_counts_the_occurrences(sav):
    assert same(sav.seen[0]["children"].tolist(), [2, None, None, None, None])


# --- Stata


@pytest.fixture
def dta(session, world, tmp_path):
    main = tables_of(session, world)[0]
    write_dta(main, tmp_path / "a.dta", absences=WORDS.absences)
    letters = pd.read_stata(tmp_path / "a.dta", convert_categoricals=False, convert_missing=True, convert_dates=False)
    return SimpleNamespace(seen=pyreadstat.read_dta(tmp_path / "a.dta"), letters=letters)


@pytest.mark.parametrize(
    ("name", "answer"),
    [("works", 1), ("trust", 3), ("age", 41), ("hours", 17.25), ("helped_kin", 0), ("order_peer", 2), ("agree", 1)],
)
def test_dta_keeps_each_answer_and_each_absence(dta, name, answer):
    assert [str(cell) for cell in dta.letters[name]] == [str(answer), ".r", ".u", ".e", "."]
    assert same(dta.seen[0][name].tolist(), [answer, None, None, None, None])


def test_dta_keeps_texts_and_dates(dta):
    frame = dta.seen[0]

    assert frame["story"].tolist() == ["Une « voisine ».", "", "", "", ""]
    assert same(frame["since"].tolist(), [date(2024, 2, 29), None, None, None, None])
    assert same(frame["met"].tolist(), [MET, None, None, None, None])
    assert same(frame["wakes"].tolist(), [time(6, 30), None, None, None, None])
    assert same(frame["story_status"].tolist(), [1, -98, -99, -96, None])


def test_dta_has_labels(dta):
    meta = dta.seen[1]

    assert meta.column_names_to_labels["works"] == "Travaillez-vous ?"
    labels = meta.variable_value_labels["works"]
    assert {code: labels[code] for code in (1, 2, "r", "u", "e")} == {
        1: "Oui", 2: "Non", "r": "refus", "u": "ne sait pas", "e": "sans réponse",
    }  # fmt: skip


# --- what is out of the ordinary


def test_long_texts_are_whole_in_stata_and_cut_and_counted_in_spss(session, world, tmp_path):
    long = "é" * 9_000 + "x" * 20_000
    keep_response(session, world.collection, {"story": long})
    main = tables_of(session, world)[0]

    written = write_sav(main, tmp_path / "l.sav", absences=WORDS.absences)
    write_dta(main, tmp_path / "l.dta", absences=WORDS.absences)

    kept = pyreadstat.read_sav(tmp_path / "l.sav")[0]["story"].iloc[-1]
    assert (kept[-1], len(kept.encode()) <= 32_767, long.startswith(kept[:-1])) == ("…", True, True)
    assert {each.name: each.cut for each in written if each.cut} == {"story": 1}
    assert pyreadstat.read_dta(tmp_path / "l.dta")[0]["story"].iloc[-1] == long


def test_an_answer_that_is_a_missing_code_moves_the_codes(session, world, tmp_path):
    keep_response(session, world.collection, {"age": -98, "hours": -996.0})
    keep_response(session, world.collection, {}, missing={"hours": Missing.REFUSED})
    main = tables_of(session, world)[0]

    write_sav(main, tmp_path / "m.sav", absences=WORDS.absences)

    frame, meta = pyreadstat.read_sav(tmp_path / "m.sav", user_missing=True)
    assert same(frame["age"].tolist(), [41, -998, -999, -996, None, -98, None])
    assert meta.missing_ranges["age"] == [{"lo": -999.0, "hi": -996.0}]
    assert frame["hours"].tolist()[5:] == [-996.0, -98.0]


def test_a_code_that_the_list_does_not_have_is_kept_with_its_name(session, world, tmp_path):
    keep_response(session, world.collection, {"works": "perhaps", "helped": ["peer", "stranger"]})
    main = tables_of(session, world)[0]

    write_sav(main, tmp_path / "u.sav", absences=WORDS.absences)

    frame, meta = pyreadstat.read_sav(tmp_path / "u.sav")
    assert meta.variable_value_labels["works"][frame["works"].iloc[-1]] == "perhaps"
    assert frame["helped"].iloc[-1] == "peer stranger"


def test_no_response_gives_an_empty_file_with_its_labels(session, tmp_path):
    study = StudyFactory()
    world = SimpleNamespace(study=study, collection=make_collection(session, study))
    main = tables_of(session, world)[0]

    write_sav(main, tmp_path / "e.sav", absences=WORDS.absences)
    write_dta(main, tmp_path / "e.dta", absences=WORDS.absences)

    for read in (pyreadstat.read_sav(tmp_path / "e.sav"), pyreadstat.read_dta(tmp_path / "e.dta")):
        assert (len(read[0]), read[1].column_names_to_labels["works"]) == (0, "Travaillez-vous ?")


def column_of(name, cells):
    """A column of whole numbers, None where the answer was refused."""
    column = Column(Variable(header=name, label=name, kind=Kind.NUMBER, measure=Measure.SCALE))
    for cell in cells:
        if cell is None:
            column.skip(Absence.REFUSED)
        else:
            column.add(cell)
    return column


def test_dta_tells_letters_from_texts_however_late_the_first_number_comes(tmp_path):
    late = [None] * 300 + [7]
    table = DataTable(
        "", "", [], [column_of("row", range(301)), column_of("late", late), column_of("never", [None] * 301)]
    )

    write_dta(table, tmp_path / "late.dta", absences=WORDS.absences)

    seen = pd.read_stata(tmp_path / "late.dta", convert_categoricals=False, convert_missing=True)
    assert [str(cell) for cell in seen.sort_values("row")["late"]] == [*[".r"] * 300, "7"]
    assert {str(cell) for cell in seen["never"]} == {".r"}


def test_dta_keeps_numbers_for_absences_when_letters_have_no_room(tmp_path):
    """150 columns, each answered on a row of its own: a hundred at most can show a number early."""
    columns = [column_of(f"c{place}", [None] * place + [1] + [None] * (199 - place)) for place in range(150)]

    written = write_dta(DataTable("", "", [], columns), tmp_path / "wide.dta", absences=WORDS.absences)

    with_letters = [each.name for each in written if "r" in each.absence_codes.values()]
    seen = pd.read_stata(tmp_path / "wide.dta", convert_categoricals=False)
    assert len(with_letters) == 100
    last = seen["c149"]
    assert (last.eq(1).sum(), last.eq(-98).sum()) == (1, 199)
