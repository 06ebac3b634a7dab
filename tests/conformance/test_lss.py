"""Real surveys of LimeSurvey: each opens, names what it loses, can be answered to its end, and leaves as an XLSForm."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from surveys.answering import open_draft, save_page, submit
from surveys.definition import Definition, Item, ItemType
from surveys.engine import evaluate_form
from surveys.items.ranges import marks
from surveys.lss.reader import read_lss
from surveys.routing import next_page, shown_items
from surveys.services import import_questionnaire, open_collection, publish
from surveys.structure import build_structure
from surveys.xlsform import read_form
from surveys.xlsform.writer import write_form
from tests.factories.studies import StudyFactory
from tests.factories.surveys import MadeCollection, start
from tests.factories.xforms import without_rows, xform_of_workbook

FILES = Path(__file__).parents[3] / "shared" / "samples" / "lss"
# File → questions that are answered, languages, and how often each kind of remark is made.
KNOWN = {
    "dsfr_limesurvey_questionnaire_test_rgaa.lss": (
        192,
        "fr de-x-informal en it",
        {
            "lines_shuffled": 1, "type": 1, "element": 1, "looks": 1, "pages": 1, "settings": 1, "titles": 1,
            "end_text": 3, "messages": 1,
        },
    ),
    "limesurvey_survey_376789_quotas.lss": (4, "en", {"messages": 1, "quota": 1, "quota_offered": 2}),
    "limesurvey_survey_MandatorySoftMultiPage.lss": (3, "en", {"soft_mandatory": 1, "messages": 1}),
    "limesurvey_survey_XssAndScriptCheck.lss": (1, "en", {"script": 3, "messages": 1}),
    "ls205_group_relevance.lss": (25, "en", {"looks": 1, "pages": 1, "messages": 1}),
    "ls6_sample_survey_multilingual_fr_de_en_it.lss": (
        179,
        "en fr de-x-informal he it",
        {
            "lines_shuffled": 1, "theme": 4, "type": 1, "element": 6, "looks": 1, "pages": 1, "settings": 1,
            "titles": 1, "end_text": 3, "messages": 1,
        },
    ),
}  # fmt: skip

pytestmark = pytest.mark.skipif(not FILES.is_dir(), reason="the shared samples are not here")
every_file = pytest.mark.parametrize("path", sorted(FILES.glob("*.lss")), ids=lambda path: path.name)


@every_file
def test_a_real_survey_opens_with_its_losses_named(path):
    form = read_lss(path.read_bytes(), file_name=path.name)

    questions = sum(item.type.is_answered for item in form.definition.items())
    languages = " ".join(locale.tag for locale in form.definition.locales)
    named = Counter(problem.code.removeprefix("surveys.lss_") for problem in form.problems)
    assert (questions, languages, dict(named)) == KNOWN[path.name]


@every_file
def test_a_real_survey_leaves_as_an_xlsform_that_is_the_same(path, tmp_path):
    definition = read_lss(path.read_bytes(), file_name=path.name).definition
    written = tmp_path / "form.xlsx"
    written.write_bytes(write_form(definition))

    # Quotas are kept for collections; an XLSForm has no place for them.
    assert without_rows(read_form(written.read_bytes()).definition) == replace(definition, settings={})
    assert Definition.from_json(definition.to_json()) == definition
    assert len(xform_of_workbook(written)["binds"]) >= sum(1 for item in definition.items())


def posted(item: Item, definition: Definition) -> dict[str, list[str]]:
    """Return what a person may send for an item, right for the samples."""
    if item.type is ItemType.RANGE:
        return {item.key: [str(marks(item)[0])]}
    if item.type.has_choices:
        codes = [choice.name for choice in definition.choice_lists[item.list_name]]
        return {item.key: codes[:1] if item.type is not ItemType.RANK else codes[:2]}
    values = {
        ItemType.TEXT: "ab",
        ItemType.INTEGER: "2",
        ItemType.DECIMAL: "20" if item.key == "age" else "3" if "MNM" not in item.key else "1",
        ItemType.DATE: "2001-02-03",
        ItemType.GEOPOINT: "48.69 6.18",
        ItemType.ACKNOWLEDGE: "OK",
    }
    return {item.key: [values[item.type]]} if item.type in values else {f"{item.key}:missing": ["unknown"]}


@every_file
def test_a_real_survey_can_be_answered_to_its_end(path, session):
    study = StudyFactory()
    version = import_questionnaire(session, study.id, file_name=path.name, content=path.read_bytes())
    publish(session, study.id, version.id)
    collection = open_collection(session, study.id, version_id=version.id, title="Collecte")
    session.commit()
    made = MadeCollection(collection.id, collection.token, version.id, version.questionnaire_id)
    token = start(session, made)
    page = None
    while (page := next_page((draft := open_draft(session, token)).version.pages, draft.state, page)) is not None:
        items = [draft.version.structure.item(key) for key in shown_items(page, draft.state)]
        sent: dict[str, list[str]] = {}
        for item in items:
            sent |= posted(item, draft.version.definition) if item.type.is_answered else {}
        reading = save_page(session, draft, page.key, sent)
        assert reading.violations == (), f"{page.key}: {reading.violations}"

    assert len(submit(session, open_draft(session, token))) > 0


def test_the_census_follows_what_is_answered(session):
    """Group relevance, values in texts and « other », as LimeSurvey shows them."""
    definition = read_lss((FILES / "ls205_group_relevance.lss").read_bytes()).definition
    structure = build_structure(definition)
    answers = {
        "name": "Ada", "gender": "F", "age": 30, "cohabs": 1,
        "p1sex": "M", "p1name": "Bo", "p1age": 3, "p1rel": "2",
    }  # fmt: skip
    state = evaluate_form(structure, answers)

    assert [group.name for group in definition.children[1:] if state.is_relevant(group.key)] == [
        "group_1", "group_2", "group_6", "group_7",
    ]  # fmt: skip
    assert state.text("p1name", "labels")[0] == "What is his name?"
    label = definition.choice_lists["p1rel"][1].labels["en"]
    assert state.text("p1sum", "labels")[0] == f"So, Ada, Bo is a 3 year old man, and is your {label}."
