"""What is typed is composed, and moments are shown where the studies are."""

import unicodedata
from datetime import UTC, datetime

from flask import request
from flask_babel import format_datetime
from sqlalchemy import select

from evaluation.models import Report
from tests.factories.evaluation import make_report
from tests.factories.studies import StudyFactory, member_client


def test_title_typed_on_another_keyboard_is_the_same_title(app, session):
    study = StudyFactory()
    make_report(session, study.id, title="Évaluation")
    browser = member_client(app, study)
    data = {"locale": "fr", "outline": "blank", "authors": ""}

    statuses = [
        browser.post(f"/studies/{study.key}/reports/new", data=data | {"title": unicodedata.normalize("NFD", title)})
        for title in ("Évaluation", "Été")
    ]

    assert [answered.status_code for answered in statuses] == [422, 303]
    assert sorted(session.scalars(select(Report.title))) == sorted(["Évaluation", "Été"])


def test_query_and_multipart_fields_are_composed(app):
    text = unicodedata.normalize("NFD", "é")
    with app.test_request_context(f"/?q={text}", method="POST", data={"a": [text, "b"]}):
        assert (request.args["q"], request.form.getlist("a"), request.values["a"]) == ("é", ["é", "b"], "é")


def test_sign_that_no_database_keeps_is_replaced(app):
    with app.test_request_context("/?q=a%00b", method="POST", data={"a\0": "b\0"}):
        assert (request.args["q"], dict(request.form)) == ("a\ufffdb", {"a\ufffd": "b\ufffd"})


def test_moments_are_shown_in_paris(app):
    with app.test_request_context("/"):
        shown = [format_datetime(datetime(2026, month, 1, 23, 30, tzinfo=UTC), "HH:mm") for month in (1, 7)]

    assert shown == ["00:30", "01:30"]
