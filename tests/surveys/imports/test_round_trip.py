"""A file that this application wrote comes back as the answers it was made from."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from surveys.datafiles.collecting import Collector
from surveys.datafiles.sources import collection_source, context_variables, read_rows
from surveys.datafiles.statistical import write_sav
from surveys.datafiles.variables import Words
from surveys.imports.bringing import bring_in
from surveys.imports.drafts import find_draft, keep_file, keep_wishes, load_known, prepare_draft
from surveys.imports.planning import Options, make_plan
from surveys.models import Answer, Missing, Response, ResponseMode
from tests.factories.datafiles import EVERY_KIND, keep_response, open_form
from tests.factories.studies import ParticipantFactory, StudyFactory, WaveFactory

FULL = {
    "works": "yes", "trust": "3", "helped": ["peer", "pro"], "order": ["kin", "peer", "pro"], "age": 41,
    "hours": 0.1 + 0.2, "mood": 7, "since": "2024-02-29", "wakes": "06:30", "met": "2026-03-01T14:05", "agree": "OK",
    "story": "Une « voisine », puis\nrien ; « -99 ».",
}  # fmt: skip
# Of times and dates a format keeps no reason of absence in the column itself.
CODED = ("works", "trust", "age", "hours", "mood")


@pytest.fixture
def sav(session, tmp_path):
    """Answers of one person to everything, of three others to nothing, for three reasons."""
    study = StudyFactory()
    collection = open_form(session, study, EVERY_KIND, wave=WaveFactory(study=study, name="T1"))

    def keep(name, answers, **options):
        keep_response(
            session, collection, answers, participant=ParticipantFactory(study=study, pseudonym=name), **options
        )

    keep("P1", FULL, carried={"half": 8.625, "said": "a41"})
    keep("P2", {}, missing=dict.fromkeys(CODED, Missing.REFUSED))
    keep("P3", {}, missing=dict.fromkeys(CODED, Missing.UNKNOWN))
    keep("P4", dict.fromkeys(CODED))
    source = collection_source(session, study.id, collection.id)
    collector = Collector(source.merged.definition, "fr", Words(), context_variables(source, Words()))
    for row in read_rows(session, source):
        collector.add(row)
    write_sav(collector.tables[0], tmp_path / "a.sav", absences=Words().absences, notes=[])
    return study, (tmp_path / "a.sav").read_bytes()


def answers_of(session, *modes):
    rows = session.execute(
        select(Answer.item_name, Answer.value, Answer.missing, Response.participant_id)
        .join(Response, Response.id == Answer.response_id)
        .where(Response.mode.in_(modes))
    )
    return {(row.participant_id, row.item_name): (row.value, row.missing) for row in rows}


def test_file_that_was_exported_comes_back_whole(session, sav):
    study, content = sav
    second = WaveFactory(study=study, name="T2")
    import_id = keep_file(session, study.id, content, file="a.sav", account_id=None)
    draft = find_draft(session, study.id, import_id)
    proposed = prepare_draft(session, draft, locale="fr").wishes
    keep_wishes(session, draft, proposed, replace(Options(), wave=str(second.id)))
    prepared = prepare_draft(session, find_draft(session, study.id, import_id), locale="fr")
    columns, faults = prepared.columns()
    known = load_known(session, study.id)
    plan = make_plan(prepared.table, columns, known, prepared.draft.options)

    bring_in(session, prepared, plan, known, locale="fr", account_id=None)

    assert (faults, plan.problems, plan.misfits) == ((), [], 0)
    assert answers_of(session, ResponseMode.IMPORTED) == {
        key: (0.3, None) if key[1] == "hours" and value[0] else value
        for key, value in answers_of(session, ResponseMode.ALONE).items()
    }
    calculated = session.scalars(select(Response.calculated).where(Response.mode == ResponseMode.IMPORTED)).all()
    assert {"half": 8.625, "said": "a41"} in calculated
