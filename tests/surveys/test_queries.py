import csv
import io
from datetime import UTC, datetime

import pytest
import python_calamine
from sqlalchemy import select

from core.tables import PLAIN, SPREADSHEET, restored
from studies.models import FlowState, Participant
from surveys.answering import open_draft, save_page, submit, withdraw
from surveys.distribution import describe, hidden_cells, is_small
from surveys.exports import write_csv, write_workbook
from surveys.models import Missing, ResponseState
from surveys.queries import (
    collection_progress,
    collection_version,
    get_collection,
    item_values,
    list_collections,
    list_questionnaires,
    list_versions,
    open_answers,
    stream_responses,
)
from surveys.repeated import repeat_tables
from tests.factories.studies import ArmFactory, ParticipantFactory, SiteFactory, StudyFactory, WaveFactory
from tests.factories.surveys import draft, make_collection, start, survey


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def collection(session, study):
    return make_collection(session, study, wave=WaveFactory(study=study, name="T0"))


def answer(session, collection, participant=None, *, ends=True, **posted):
    token = start(session, collection, participant)
    for page in ("work", "helped", "story"):
        save_page(session, open_draft(session, token), page, {key: list(value) for key, value in posted.items()})
    receipt = submit(session, open_draft(session, token)) if ends else None
    session.commit()
    return receipt


@pytest.fixture
def answered(session, study, collection):
    arm, site = ArmFactory(study=study, name="Programme"), SiteFactory(study=study, name="Nord")
    someone = ParticipantFactory(study=study, arm_id=arm.id, site_id=site.id, pseudonym="P1")
    answer(session, collection, someone, works=["yes"], hours=["17,5"], helped=["peer", "pro"], story=["=1+1"])
    answer(session, collection, works=["no"], story=["'déjà"], **{"helped:missing": ["refused"]})
    answer(session, collection, works=["yes"], ends=False)
    withdraw(session, answer(session, collection, works=["no"]))
    session.commit()
    return collection


def test_progress_counts_by_state_site_arm_and_page(session, study, answered):
    progress = collection_progress(session, study.id, answered.id)

    assert progress.by_state == {ResponseState.STARTED: 1, ResponseState.SUBMITTED: 2, ResponseState.WITHDRAWN: 1}
    assert progress.by_arm == {"Programme": 1}
    assert progress.by_site == {"Nord": 1}
    assert progress.anonymous == 2
    assert (progress.by_page, progress.by_version) == ({(1, 2): 1}, {1: 3})
    assert (progress.total, progress.quarantined) == (4, 0)


def test_lists_name_versions_and_collections(session, study, answered):
    assert [(row.key, row.last_number, row.published_number) for row in list_questionnaires(session, study.id)] == [
        ("small", 1, 1)
    ]
    assert [row.number for row in list_versions(session, study.id)] == [1]
    row = list_collections(session, study.id)[0]
    assert (row.wave, row.started, row.submitted, row.withdrawn, row.is_open) == ("T0", 1, 2, 1, True)
    assert get_collection(session, study.id, answered.id) == row


def test_item_values_tell_the_kind_of_absence(session, study, answered):
    values = item_values(session, study.id, answered.questionnaire_id, "helped")
    hours = item_values(session, study.id, answered.questionnaire_id, "hours")
    computed = item_values(session, study.id, answered.questionnaire_id, "half")

    assert [(each.value, each.missing) for each in values] == [(["peer", "pro"], None), (None, Missing.REFUSED)]
    assert [each.value for each in hours] == [17.5]
    assert [each.value for each in computed] == [8.75]


def test_open_answers_are_texts_with_their_person(session, study, answered):
    found = open_answers(session, study.id, answered.id, "story")

    assert [(each.pseudonym, each.text) for each in found] == [("P1", "=1+1"), (None, "'déjà")]


def test_who_withdrew_from_the_study_is_read_nowhere(session, study, answered):
    session.scalars(select(Participant)).one().state = FlowState.WITHDRAWN
    session.commit()

    assert [row.pseudonym for row in stream_responses(session, study.id, answered.id)] == [None]
    assert [each.value for each in item_values(session, study.id, answered.questionnaire_id, "works")] == ["no"]
    assert [each.text for each in open_answers(session, study.id, answered.id, "story")] == ["'déjà"]


@pytest.mark.parametrize(("style", "hours", "half"), [(SPREADSHEET, "17,5", "8,75"), (PLAIN, "17.5", "8.75")])
def test_csv_has_a_row_a_response_and_a_column_a_choice(session, study, answered, style, hours, half):
    definition = collection_version(session, study.id, answered.id).definition

    text = "".join(write_csv(definition, stream_responses(session, study.id, answered.id), style=style))
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=style.delimiter))

    assert text.startswith(style.mark + style.delimiter.join(("response_id", "participant", "site", "arm", "wave")))
    kept = ("participant", "works", "hours", "half", "helped", "helped/peer", "helped/pro", "story")
    assert [[row[name] for name in kept] for row in rows] == [
        ["P1", "yes", hours, half, "peer pro", "1", "1", "'=1+1"],
        ["", "no", "NA", "NA", "-98", "-98", "-98", "'déjà"],
    ]
    assert [restored(row["story"]) for row in rows] == ["=1+1", "'déjà"]


def test_drafts_are_streamed_when_asked(session, study, answered):
    states = [row.state for row in stream_responses(session, study.id, answered.id, drafts=True)]

    assert sorted(states) == [ResponseState.STARTED, ResponseState.SUBMITTED, ResponseState.SUBMITTED]


def test_workbook_has_answers_labels_and_codebook(session, study, answered):
    definition = collection_version(session, study.id, answered.id).definition

    content = write_workbook(definition, stream_responses(session, study.id, answered.id))
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    answers, labels, codebook = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)

    assert answers[1][answers[0].index("story")] == "=1+1"
    assert answers[1][answers[0].index("hours")] == 17.5
    assert labels[1][labels[0].index("Qui vous aide ?")] == "Un pair, Une professionnelle"
    assert labels[2][labels[0].index("Qui vous aide ?")] == "refused"
    assert codebook[1] == ["works", "select_one", "Travaillez-vous ?", "", ""]
    assert codebook[2] == ["works", "", "", "yes", "Oui"]


def test_describe_counts_choices_and_absences():
    found = describe([(["a", "b"], None), (["a"], None), (None, "refused"), (None, None)], order=("b", "a", "c"))

    assert (found.n, found.counts, found.refused, found.empty) == (2, {"b": 1, "a": 2, "c": 0}, 1, 1)
    assert (found.share("a"), found.mean, found.total) == (1.0, None, 4)


def test_describe_numbers():
    found = describe([(2, None), (4, None), (None, Missing.UNKNOWN)])

    assert (found.mean, found.median, found.least, found.most, found.unknown) == (3, 3, 2, 4, 1)
    assert describe([]).mean is None
    assert is_small(found, 5)


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ([10, 20], set()),
        ([3, 10, 20], {0, 1}),
        ([3, 4, 20], {0, 1}),
        ([0, 10], set()),
        ([1, 1, 9, 30], {0, 1, 2}),
        ([2], {0}),
    ],
)
def test_hidden_cells_leave_nothing_to_subtract(counts, hidden):
    assert hidden_cells(counts, 5) == hidden


def test_moments_are_written_in_utc(session, study, answered):
    row = next(stream_responses(session, study.id, answered.id))

    assert row.started_at.tzinfo is UTC
    assert row.started_at <= datetime.now(UTC)


CHILDREN = survey(
    "text | who | Qui ? | ",
    "begin_repeat | child | Enfants | ",
    "text | name | Prénom ? | ",
    "select_multiple like | likes | Aime ? | ",
    "begin_repeat | toy | Jouets | ",
    "text | thing | Jouet ? | ",
    "end_repeat | | | ",
    "calculate | twice | | 2 * count(${toy})",
    "end_repeat | | | ",
    choices=("like | sing | Chanter | ", "like | run | Courir | "),
    columns="type | name | label | calculation",
)


@pytest.fixture
def families(session, study):
    collection = make_collection(session, study, CHILDREN)
    for who, children in (("A", ("Léa", "Tom")), ("B", ())):
        token = start(session, collection)
        save_page(session, draft(session, token), "who", {"who": [who]})
        save_page(session, draft(session, token), "child", {})
        for number, name in enumerate(children, 1):
            save_page(session, draft(session, token), f"name[{number}]", {f"name[{number}]": [name]})
            save_page(session, draft(session, token), f"likes[{number}]", {f"likes[{number}]": ["run"]})
        if children:
            save_page(session, draft(session, token), "thing[2.1]", {"thing[2.1]": ["Ours"]})
        submit(session, draft(session, token))
    return collection


def read_csv(chunks):
    return list(csv.DictReader(io.StringIO("".join(chunks).removeprefix("\ufeff"), newline="")))


def test_the_wide_csv_counts_the_cards_and_a_repeat_has_its_own(session, study, families):
    definition = collection_version(session, study.id, families.id).definition
    wide = read_csv(write_csv(definition, stream_responses(session, study.id, families.id), style=PLAIN))
    child, toy = (
        read_csv(write_csv(definition, stream_responses(session, study.id, families.id), table=table, style=PLAIN))
        for table in repeat_tables(definition)
    )

    assert [(row["who"], row["child"], "name" in row) for row in wide] == [("A", "2", False), ("B", "0", False)]
    assert [list(row.values())[2:] for row in child] == [
        ["1", "Léa", "run", "0", "1", "NA", "0"],
        ["2", "Tom", "run", "0", "1", "1", "2"],
    ]
    assert list(child[0])[2:] == ["child/number", "name", "likes", "likes/sing", "likes/run", "toy", "twice"]
    assert [(row["response_id"], row["child/number"], row["toy/number"], row["thing"]) for row in toy] == [
        (child[1]["response_id"], "2", "1", "Ours")
    ]


def test_the_workbook_has_sheets_for_each_repeat(session, study, families):
    definition = collection_version(session, study.id, families.id).definition

    content = write_workbook(definition, stream_responses(session, study.id, families.id))
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))

    assert book.sheet_names == [
        "answers",
        "labels",
        "codebook",
        "child",
        "child – labels",
        "toy",
        "toy – labels",
    ]
    assert [row[2:5] for row in book.get_sheet_by_name("child – labels").to_python()] == [
        ["child/number", "Prénom ?", "Aime ?"],
        [1, "Léa", "Courir"],
        [2, "Tom", "Courir"],
    ]


def test_item_values_of_a_repeat_are_one_a_card(session, study, families):
    names = item_values(session, study.id, families.questionnaire_id, "name")
    computed = item_values(session, study.id, families.questionnaire_id, "twice")
    texts = open_answers(session, study.id, families.id, "name")

    assert [(each.numbers, each.value) for each in names] == [((1,), "Léa"), ((2,), "Tom")]
    assert [(each.numbers, each.value) for each in computed] == [((1,), 0), ((2,), 2)]
    assert [(each.item_name, each.text) for each in texts] == [("name[1]", "Léa"), ("name[2]", "Tom")]
