"""`report build` and the job that it stands for."""

import io

import pytest
from sqlalchemy import select

from app.reports.job import body, gather, report_folder, store
from core.errors import Invalid
from evaluation.models import BlockKind, ReportIssue
from tests.factories.evaluation import answer_situations, make_indicator, make_report, make_world
from tests.factories.studies import StudyFactory


class Asked:
    """A job, as gather and store see it."""

    def __init__(self, world, report):
        self.study_id, self.account_id = world.study.id, None
        self.arguments = {"report_id": str(report.id)}


@pytest.fixture(autouse=True)
def tables_are_ready(monkeypatch):
    """The tables of the tests are made without migrations."""
    monkeypatch.setattr("app.cli.report.prepare", lambda _app: None)


def test_command_says_that_there_is_no_report(app, session):
    StudyFactory(key="vide")

    done = app.test_cli_runner().invoke(args=["report", "build", "vide", "--out", "rapport.pdf"])

    assert (done.exit_code, "L’étude «\u202fvide\u202f» n’a pas encore de rapport." in done.output) == (2, True)


def test_command_says_that_there_is_no_study(app, session):
    done = app.test_cli_runner().invoke(args=["report", "build", "rien", "--out", "rapport.pdf"])

    assert (done.exit_code, "Aucune étude n’a la clé «\u202frien\u202f»." in done.output) == (2, True)


def test_gather_refuses_a_report_to_mend(session):
    world = make_world(session, n_programme=1, n_control=1)
    report = make_report(session, world.study.id, blocks=[(BlockKind.KEY_POINTS, {"points": ""})])

    with pytest.raises(Invalid) as caught:
        gather(session, Asked(world, report))

    assert (caught.value.code, caught.value.details) == ("evaluation.report_not_ready", {"block": 1, "count": 1})


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.slow
def test_job_prints_and_keeps_the_version_that_left(session):
    from pypdf import PdfReader

    world = make_world(session, n_programme=25, n_control=20)
    answer_situations(session, world, "T2", programme=10, control=8)
    indicator = make_indicator(session, world)
    notes = {"reading": "Lecture.", "field": "Champ.", "source": "Source."}
    blocks = [
        (BlockKind.TEXT, {"title": "Autant d’emploi", "body": "{{ indicator:emploi@T2:programme }}"}),
        (BlockKind.FIGURE, {"title": "Figure", "chart": "shares", "indicators": [str(indicator.id)], **notes}),
    ]
    job = Asked(world, make_report(session, world.study.id, blocks=blocks))

    result = body(gather(session, job), lambda _progress, _step="": None)
    store(session, job, result)

    issue = session.scalars(select(ReportIssue)).one()
    pages = PdfReader(io.BytesIO((report_folder() / issue.pdf_file).read_bytes())).pages
    text = " ".join(page.extract_text() for page in pages).replace("\u202f", " ").replace("\u00a0", " ")
    assert (issue.number, issue.page_count, len(pages)) == (1, 3, 3)
    assert ("40,0 %" in text, "Lecture" in text, "Sommaire" in text) == (True, True, True)
    assert issue.content["blocks"][0]["title"] == "Autant d’emploi"
