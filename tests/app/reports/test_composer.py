"""A report in words: live numbers, figures, tables, the weave, quotations, and what stops it from leaving."""

from datetime import timedelta

import pytest

from app.reports.composer import compose
from app.reports.document import inputs_hash
from evaluation.indicators import IndicatorMeasure
from evaluation.models import BlockKind
from evaluation.queries.evidence import Evidence
from tests.factories.evaluation import MOMENT, answer, answer_situations, make_indicator, make_report, make_world

NOTES = {"reading": "Lecture.", "field": "Champ.", "source": "Source."}


@pytest.fixture
def world(session):
    world = make_world(session, n_programme=25, n_control=20)
    answer_situations(session, world, "T0", programme=6, control=6)
    answer_situations(session, world, "T2", programme=10, control=8)
    return world


def composed(session, world, *blocks, locale="fr"):
    report = make_report(session, world.study.id, blocks=blocks, locale=locale)
    return compose(session, world.study.id, report.id)


def test_text_shows_the_live_number_with_its_interval_and_n(session, world):
    make_indicator(session, world)
    body = "Au total, {{ indicator:emploi@T2:programme }}."

    document, problems = composed(session, world, (BlockKind.TEXT, {"title": "", "body": body}))

    words = document.blocks[0].nodes[0].lines[0][0].text
    assert problems == ()
    assert words.replace("\u202f", " ").replace("\u00a0", " ") == (
        "Au total, 40,0 % (intervalle à 95 % : de 23,4 à 59,3 ; n = 25)."
    )


def test_live_number_follows_the_data(session, world):
    make_indicator(session, world)
    report = make_report(
        session, world.study.id, blocks=[(BlockKind.KEY_POINTS, {"points": "{{ indicator:emploi@T1 }}"})]
    )
    _before, problems = compose(session, world.study.id, report.id)
    answer_situations(session, world, "T1", programme=10, control=8)

    after, no_problem = compose(session, world.study.id, report.id)

    assert [each.code for each in problems] == ["evaluation.reference_unknown"]
    assert no_problem == ()
    assert after.blocks[0].nodes[0].lines[0][0].text.startswith("40,0")


def test_unknown_reference_names_its_block(session, world):
    blocks = [
        (BlockKind.TEXT, {"title": "Un", "body": "Un texte."}),
        (BlockKind.TEXT, {"title": "Deux", "body": "{{ indicator:loyer }}"}),
    ]

    _document, problems = composed(session, world, *blocks)

    assert [(each.block, each.code, each.details) for each in problems] == [
        (2, "evaluation.reference_unknown", {"reference": "indicator:loyer"})
    ]


def test_preflight_names_every_missing_line(session, world):
    indicator = make_indicator(session, world)

    _document, problems = composed(session, world, (BlockKind.FIGURE, {"indicators": [str(indicator.id)]}))

    assert [each.code for each in problems] == [
        "evaluation.block_title_missing",
        "evaluation.block_reading_missing",
        "evaluation.block_field_missing",
        "evaluation.block_source_missing",
    ]


def test_empty_report_may_not_leave(session, world):
    _document, problems = composed(session, world)

    assert [(each.block, each.code) for each in problems] == [(0, "evaluation.report_is_empty")]


def test_figure_has_its_alternative_its_data_and_its_annex(session, world):
    indicator = make_indicator(session, world)
    content = {"title": "Autant d’emploi", "chart": "shares", "indicators": [str(indicator.id)], **NOTES}

    document, problems = composed(session, world, (BlockKind.FIGURE, content))

    figure = document.blocks[0]
    assert problems == ()
    assert figure.alternative.replace("\u202f", " ").replace("\u00a0", " ") == (
        "Diagramme en barres, avec intervalles de confiance à 95 %. En emploi, T2 : Groupe programme 40,0 % "
        "(de 23,4 à 59,3 ; n = 25), Groupe témoin 40,0 % (de 21,9 à 61,3 ; n = 20)."
    )
    assert [row["tone"] for row in figure.chart["rows"]] == ["programme", "control"]
    assert [each.name for each in document.attachments] == ["figure_01.csv"]


def test_small_cell_is_hidden_everywhere_with_its_reason(session, world):
    answer_situations(session, world, "T1", programme=2, control=8)
    indicator = make_indicator(session, world, wave_id=world.waves[1].id)
    notes = NOTES | {"reading": "{{ indicator:emploi@T1:programme }} {{ indicator:emploi@T1 }}"}
    blocks = [
        (BlockKind.FIGURE, {"title": "Figure", "chart": "shares", "indicators": [str(indicator.id)], **notes}),
        (BlockKind.TABLE, {"title": "Tableau", "wave": "T1", "indicators": [str(indicator.id)], **notes}),
    ]

    document, problems = composed(session, world, *blocks)

    figure, table = document.blocks
    cells = table.table.groups[0].rows[0].cells
    assert problems == ()
    assert [row["value"] for row in figure.chart["rows"]] == [None, 40.0]
    assert [(cell.text, bool(cell.reason)) for cell in cells] == [
        ("–", True),
        ("40,0\u202f%", False),
        ("–", True),
        ("–", True),
    ]
    reading = figure.notes.reading[0].lines[0][0].text
    assert reading == ("[masqué\u00a0: trop peu de personnes] [masqué\u00a0: révélerait une case masquée]")
    assert "8,0" not in str(document.to_json()["blocks"])


def test_change_and_mean_are_told_in_their_unit(session, world):
    change = make_indicator(
        session,
        world,
        key="gain",
        measure=IndicatorMeasure.CHANGE,
        baseline_wave_id=world.waves[0].id,
        unit="points sur 10",
    )
    content = {"title": "Tableau", "indicators": [str(change.id)], **NOTES}

    document, _problems = composed(session, world, (BlockKind.TABLE, content))

    rows = document.blocks[0].table.groups[0].rows
    assert [row.head for row in rows] == ["T2"]
    assert rows[0].cells[0].text == "+0,16\u00a0points sur 10"


def test_removed_indicator_is_a_problem_not_a_crash(session, world):
    content = {"title": "T", "indicators": ["00000000-0000-0000-0000-000000000001"], **NOTES}

    _document, problems = composed(session, world, (BlockKind.TABLE, content))

    assert [each.code for each in problems] == ["evaluation.block_indicator_gone", "evaluation.block_without_data"]


def test_report_speaks_its_own_language(session, world):
    indicator = make_indicator(session, world)
    content = {"title": "T", "chart": "shares", "indicators": [str(indicator.id)], **NOTES}

    document, _problems = composed(session, world, (BlockKind.FIGURE, content), locale="en")

    assert document.words["reading"] == "Reading"
    assert document.blocks[0].chart["rows"][0]["text"] == "40.0%"


def test_inputs_hash_changes_with_one_answer(session, world):
    make_indicator(session, world)
    report = make_report(
        session, world.study.id, blocks=[(BlockKind.KEY_POINTS, {"points": "{{ indicator:emploi@T2 }}"})]
    )
    first = inputs_hash(compose(session, world.study.id, report.id)[0].to_json())
    again = inputs_hash(compose(session, world.study.id, report.id)[0].to_json())
    later = answer(session, world, world.persons["Groupe programme"][0], "T2", situation="recherche")
    later.submitted_at = later.moment = MOMENT + timedelta(days=1)
    session.commit()

    changed = inputs_hash(compose(session, world.study.id, report.id)[0].to_json())

    assert (first == again, first == changed) == (True, False)


def test_evidence_reads_each_item_once(session, world, count_statements):
    for key in ("a", "b", "c"):
        make_indicator(session, world, key=key)
    evidence = Evidence.load(session, world.study.id, locale="fr")

    statements = count_statements()
    for card in evidence.cards:
        evidence.measures(card)

    assert len(statements) == 2  # the responses of the questionnaire, and their answers


def box_content(indicator):
    return {"title": "Un écart qui n’en est pas un", "indicator": str(indicator.id), "wave": "T2", **NOTES}


def test_box_sets_participants_against_others_beside_the_arms_as_drawn(session, world):
    for rank, person in enumerate(world.persons["Groupe programme"]):
        person.took_up = rank < 10  # exactly those who work
    world.persons["Groupe programme"][0].took_up = False
    for person in world.persons["Groupe programme"][20:25]:
        person.took_up = True
    answer_situations(session, world, "T1", programme=15, control=8)
    indicator = make_indicator(session, world)
    content = box_content(indicator) | {"wave": "T1"}

    document, problems = composed(session, world, (BlockKind.SELECTION_BIAS, content))

    box = document.blocks[0]
    biased, drawn = box.table.groups
    assert problems == ()
    assert (box.kind, box.number, box.chart) == ("selection_bias", 1, None)
    assert document.words["not_an_effect"] == "Biais de sélection\u00a0: ce qui suit n’est pas un effet"
    assert [(row.head, row.cells[0].text.replace("\u202f", " ").replace("\u00a0", " ")) for row in biased.rows] == [
        ("Personnes entrées", "64,3 %"),
        ("Toutes les autres personnes", "45,2 %"),
        ("Écart, qui n’est pas un effet", "+19,1 points"),
    ]
    assert [(row.head, row.cells[0].text.replace("\u202f", " ").replace("\u00a0", " ")) for row in drawn.rows] == [
        ("Groupe programme", "60,0 %"),
        ("Groupe témoin", "40,0 %"),
        ("Écart selon le tirage", "+20,0 points"),
    ]
    assert all("n\u00a0=" in row.cells[0].note and "[" in row.cells[0].note for row in (*biased.rows, *drawn.rows))
    assert box.remark.endswith("se lire comme un effet de l’invitation.")
    assert [each.name for each in document.attachments] == ["encadre_01.csv"]


def test_box_stays_shut_when_subtraction_would_give_back_a_few(session, world):
    # 14 took part: of the 11 others invited, only 2 work; they follow from the arm minus the participants.
    for rank, person in enumerate(world.persons["Groupe programme"]):
        person.took_up = rank < 8 or 10 <= rank < 16
    session.commit()
    indicator = make_indicator(session, world)

    document, problems = composed(session, world, (BlockKind.SELECTION_BIAS, box_content(indicator)))

    assert document.blocks[0].table is None
    assert [each.code for each in problems] == ["evaluation.block_without_data"]


def test_box_without_an_indicator_or_its_lines_may_not_leave(session, world):
    _document, problems = composed(session, world, (BlockKind.SELECTION_BIAS, {"title": ""}))

    assert [each.code for each in problems] == [
        "evaluation.block_needs_indicator",
        "evaluation.block_without_data",
        "evaluation.block_title_missing",
        "evaluation.block_reading_missing",
        "evaluation.block_field_missing",
        "evaluation.block_source_missing",
    ]


def test_table_of_one_wave_has_one_row_an_indicator(session, world):
    indicators = [make_indicator(session, world), make_indicator(session, world, key="autre", label="Autre")]
    content = {"title": "T", "wave": "T2", "indicators": [str(each.id) for each in indicators], **NOTES}

    document, _problems = composed(session, world, (BlockKind.TABLE, content))

    table = document.blocks[0].table
    assert table.columns[0] == "Indicateur, T2"
    assert [(group.label, [row.head for row in group.rows]) for group in table.groups] == [("", ["En emploi", "Autre"])]
