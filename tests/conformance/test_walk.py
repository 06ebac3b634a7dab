"""Real forms answered to the end on a phone without scripts, page by page, as an old browser shows them."""

import csv
import io
from pathlib import Path

import pytest

from app.extensions import db
from core.tables import PLAIN
from surveys.answers import stream_responses
from surveys.exports import NOT_ASKED, REFUSED, UNKNOWN, write_csv
from surveys.occurrences import key_at
from surveys.repeated import repeat_tables
from surveys.services import import_questionnaire, open_collection, publish
from surveys.versions import load_version
from tests.conformance.test_xlsform import WRONG
from tests.factories.studies import StudyFactory
from tests.old_browser import OldBrowser, counting
from tests.respondent import Manner, Respondent

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
FORMS = [path for path in sorted(SAMPLES.glob("xlsform/*.xls*")) if path.name not in WRONG]
SURVEYS = sorted(SAMPLES.glob("lss/*.lss"))
SMALL = 60
"""Questions of a form that is gone through with a look back from each page."""

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared samples are not here")
every_file = pytest.mark.parametrize("path", FORMS + SURVEYS, ids=lambda path: path.name)


@pytest.fixture
def opened(session):
    """Publish a file and open a collection of it."""

    def ready(path):
        study = StudyFactory()
        version = import_questionnaire(session, study.id, file_name=path.name, content=path.read_bytes())
        publish(session, study.id, version.id)
        collection = open_collection(session, study.id, version_id=version.id, title="Collecte")
        session.commit()
        return study, collection, load_version(session, version.id).definition

    return ready


def exported(session, study, collection, definition):
    """Return the cells of the only response, by key."""
    cells = {}
    for table in (None, *repeat_tables(definition)):
        rows = stream_responses(session, study.id, collection.id)
        text = "".join(write_csv(definition, rows, table=table, style=PLAIN)).removeprefix("\ufeff")
        for row in csv.DictReader(io.StringIO(text, newline="")):
            numbers = tuple(int(row[f"{key}/number"]) for key in table.around) if table else ()
            # A spreadsheet must not compute what begins like a formula.
            cells |= {key_at(name, numbers): value.removeprefix("'") for name, value in row.items()}
    return cells


def of_the_form(definition):
    """Return how often to look back in a form: on each page of a small one."""
    return 10 if sum(item.type.is_answered for item in definition.items()) < SMALL else 1


@pytest.fixture
def walked(opened, app, session):
    """Walk through a file to the receipt; what was read last and what is exported are what was said."""

    def walk(path, manner, turns_back):
        study, collection, definition = opened(path)
        with counting(db.session.connection()) as statements:
            person = Respondent(OldBrowser(app.test_client(), statements), collection.token, definition, manner=manner)
            person.turns_back = of_the_form(definition) if turns_back else 0
            person.start()
            person.answer_all(pages=3)
            if person.is_asked:
                person.pause_and_resume(OldBrowser(app.test_client(), statements))
            person.answer_all()
            read = person.send()
        session.expire_all()
        cells = exported(session, study, collection, definition)
        assert {key: cells.get(key) for key in read} == {key: person.said[key] for key in read}
        assert {key for key in person.said if cells.get(key, NOT_ASKED) != NOT_ASKED} == set(read)
        return person

    return walk


@every_file
def test_a_form_is_answered_with_mistakes_mended_and_nothing_lost(path, walked):
    walked(path, Manner.CLUMSY, turns_back=True)


@every_file
@pytest.mark.parametrize(("manner", "mark"), [(Manner.UNKNOWN, UNKNOWN), (Manner.REFUSED, REFUSED)])
def test_nothing_need_be_answered(path, manner, mark, walked):
    person = walked(path, manner, turns_back=False)

    assert mark in person.said.values()
