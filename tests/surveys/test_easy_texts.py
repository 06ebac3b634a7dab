"""A text is called easy once a group approved it, and as long as it stays what they read."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core.clock import now
from core.errors import Invalid, NotFound
from surveys.definition import Definition, Locale
from surveys.easy_texts import check_texts, current_review, forget_review, list_reviews, record_review, texts_in
from surveys.models import TextReview
from surveys.services import import_questionnaire, publish
from surveys.xlsform import read_form
from tests.factories.studies import StudyFactory

EASY = "fr-x-falc"
READ = date(2026, 3, 2)
FORM = """
| survey |
| | type | name | label::fr | label::fr-x-falc | hint::fr-x-falc |
| | select_one oui | aide | Bénéficiez-vous d'une aide ? | On vous aide ? | Cochez. |
| choices |
| | list_name | name | label::fr | label::fr-x-falc |
| | oui | oui | Oui | Oui |
| | oui | non | Non | |
| settings |
| | form_title | form_id |
| | Facile | facile |
"""


@pytest.fixture
def study(session):
    return StudyFactory()


def version(session, study, form=FORM):
    made = import_questionnaire(session, study.id, file_name="f.md", content=form.encode())
    publish(session, study.id, made.id)
    return made


def review(session, study, made, **changed):
    given = {"locale": EASY, "reviewers": " Groupe  de Montclair ", "reviewed_on": READ, **changed}
    record_review(session, study.id, made.id, **given)


def current(session, made):
    found = current_review(session, made.questionnaire_id, Definition.from_json(made.definition), EASY)
    return found and (found.reviewers, found.reviewed_on)


@pytest.mark.parametrize(("tag", "easy"), [("fr-x-falc", True), ("fr-X-FALC", True), ("fr", False), ("x-falc", False)])
def test_easy_language_is_known_by_its_tag(tag, easy):
    assert Locale(tag, "").is_easy is easy


def test_texts_of_a_language_are_those_written_in_it(session):
    definition = read_form(FORM.encode()).definition

    assert texts_in(definition, EASY) == (
        ("aide", "labels", "On vous aide ?"),
        ("aide", "hints", "Cochez."),
        ("oui/oui", "labels", "Oui"),
    )


def test_review_names_the_group_and_the_day(session, study):
    made = version(session, study)
    before = current(session, made)

    review(session, study, made)

    assert (before, current(session, made)) == (None, ("Groupe de Montclair", READ))


def test_review_holds_for_a_later_version_whose_easy_texts_are_the_same(session, study):
    review(session, study, version(session, study))

    later = version(session, study, FORM.replace("Bénéficiez-vous d'une aide ?", "Avez-vous une aide ?"))

    assert current(session, later) == ("Groupe de Montclair", READ)


def test_review_falls_when_an_easy_text_changes_and_stays_listed(session, study):
    review(session, study, version(session, study))

    later = version(session, study, FORM.replace("On vous aide ?", "Quelqu'un vous aide ?"))

    assert current(session, later) is None
    listed = list_reviews(session, later.questionnaire_id, Definition.from_json(later.definition), EASY)
    assert [(each.reviewers, each.is_current) for each in listed] == [("Groupe de Montclair", False)]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"reviewers": "  "}, "surveys.reviewers_missing"),
        ({"locale": "ar"}, "surveys.no_text_in_language"),
        ({"reviewed_on": now().date() + timedelta(days=2)}, "surveys.review_in_the_future"),
    ],
)
def test_review_without_group_texts_or_past_day_is_refused(session, study, changed, code):
    with pytest.raises(Invalid) as refusal:
        review(session, study, version(session, study), **changed)

    assert refusal.value.code == code


def test_review_of_another_study_is_nobodys(session, study):
    made = version(session, study)
    with pytest.raises(NotFound):
        review(session, StudyFactory(), made)


def test_review_recorded_by_mistake_is_taken_back(session, study):
    made = version(session, study)
    review(session, study, made)
    identifier = session.scalars(select(TextReview.id)).one()

    forget_review(session, study.id, made.id, identifier)
    forget_review(session, study.id, made.id, identifier)

    assert current(session, made) is None


def test_texts_with_remarks_are_listed_with_their_place():
    found = check_texts(read_form(FORM.encode()).definition, "fr", str)

    assert [(each.key, each.kind, [remark.words for remark in each.remarks]) for each in found] == [
        ("aide", "labels", ["Bénéficiez"])
    ]
