"""Mirrored questions on screen: what each side says and the gap, or what to do when nothing is mirrored yet."""

from studies.models import PopulationKind, Role
from surveys.answering import submit
from surveys.keeping import keep_page
from surveys.reading import read_page
from surveys.services import import_questionnaire, open_collection, publish
from tests.factories.studies import PopulationFactory, StudyFactory, WaveFactory, member_client
from tests.factories.surveys import MadeCollection, draft, start, survey

FORM = survey("select_one yn | peur | Avez-vous peur ?", choices=("yn | oui | Oui | ", "yn | non | Non | "))


def collect(session, study, kind, name, said, wave=None):
    population = PopulationFactory(study=study, kind=kind, name=name)
    form = f"{FORM}\n| settings |\n| | form_title | form_id |\n| | {name} | {kind.value}_{len(name)} |"
    version = import_questionnaire(
        session, study.id, file_name="form.md", content=form.encode(), population_id=population.id
    )
    publish(session, study.id, version.id)
    opened = open_collection(session, study.id, version_id=version.id, title=name, wave_id=wave)
    session.commit()
    collection = MadeCollection(opened.id, opened.token, version.id, version.questionnaire_id)
    for value in said:
        token = start(session, collection)
        response = draft(session, token)
        keep_page(session, response, read_page(response, response.page("peur"), {"peur": [value]}))
        submit(session, draft(session, token))
    session.commit()


def test_mirror_shows_both_sides_and_the_gap(app, session):
    study = StudyFactory(key="miroir", disclosure_threshold=5)
    collect(session, study, PopulationKind.BENEFICIARY, "Parents", ["oui"] * 15 + ["non"] * 5)
    collect(session, study, PopulationKind.PROFESSIONAL, "Référent·es", ["oui"] * 5 + ["non"] * 15)

    page = member_client(app, study, Role.LEAD).get("/studies/miroir/mirror/").get_data(as_text=True)

    assert "75\N{NARROW NO-BREAK SPACE}% (15)" in page
    assert "+50,0\N{NO-BREAK SPACE}points" in page
    assert "même nom des deux côtés" in page


def test_mirror_shows_what_was_answered_beside_a_questionnaire_that_nobody_answered(app, session):
    study = StudyFactory(key="miroir", disclosure_threshold=5)
    wave = WaveFactory(study=study, name="T1").id
    collect(session, study, PopulationKind.BENEFICIARY, "Anciennes", [], wave)
    collect(session, study, PopulationKind.BENEFICIARY, "Parents", ["oui"] * 15 + ["non"] * 5, wave)
    collect(session, study, PopulationKind.PROFESSIONAL, "Référent·es", ["oui"] * 5 + ["non"] * 15, wave)

    page = member_client(app, study, Role.LEAD).get("/studies/miroir/mirror/").get_data(as_text=True)

    assert "75\N{NARROW NO-BREAK SPACE}% (15)" in page


def test_mirror_without_a_mirrored_question_says_what_to_do(app, session):
    study = StudyFactory(key="miroir")

    page = member_client(app, study, Role.LEAD).get("/studies/miroir/mirror/").get_data(as_text=True)

    assert "Aucune question n’est encore posée des deux côtés" in page
