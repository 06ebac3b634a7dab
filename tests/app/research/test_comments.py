"""Remarks on questions: by the whole team, answered, settled, and faithful to their question."""

import pytest
from sqlalchemy import select

from studies.models import Role
from surveys.editing import history
from surveys.editing.comments import list_threads
from surveys.editing.models import ItemComment
from surveys.services import publish, store_definition
from tests.app.research.test_editor import save
from tests.app.test_pages import faults
from tests.factories.forms import edited_form
from tests.factories.studies import StudyFactory, member_client


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def lead(app, study):
    return member_client(app, study)


@pytest.fixture
def version(session, study):
    kept = store_definition(session, study.id, edited_form())
    session.commit()
    return kept


@pytest.fixture
def address(study, version):
    return f"/studies/{study.key}/questionnaires/versions/{version.id}"


def threads(session, version):
    session.expire_all()
    return [
        (thread.item_key, [comment.body for comment in thread.comments], thread.is_open)
        for thread in list_threads(session, version.questionnaire_id)
    ]


def test_coder_comments_on_a_question_and_the_lead_answers_in_its_card(app, lead, study, address, session, version):
    coder = member_client(app, study, Role.CODER)
    coder.post(f"{address}/comments/", data={"item": "travail", "body": " Trop vague.\r\nPréciser. "})
    thread = session.scalars(select(ItemComment.id)).one()
    assert "1 commentaire" in lead.get(f"{address}/edit/").text

    save(lead, f"{address}/edit", "travail", f"comment:{thread}", **{f"answer-{thread}": "D’accord."})
    save(lead, f"{address}/edit", "travail", "comment", comment_body="Et l’aide ?")

    assert threads(session, version) == [
        ("travail", ["Et l’aide ?"], True), ("travail", ["Trop vague.\nPréciser.", "D’accord."], True)
    ]  # fmt: skip


def test_thread_is_settled_and_opened_again_by_an_answer(lead, address, session, version):
    lead.post(f"{address}/comments/", data={"item": "travail", "body": "Vague"})
    thread = session.scalars(select(ItemComment.id)).one()

    save(lead, f"{address}/edit", "travail", f"comment-settle:{thread}")
    assert threads(session, version) == [("travail", ["Vague"], False)]
    assert "Réglé par" in lead.get(f"{address}/comments/").text
    lead.post(f"{address}/comments/settle", data={"thread": str(thread), "act": "open"})
    assert threads(session, version)[0][2] is True
    lead.post(f"{address}/comments/settle", data={"thread": str(thread), "act": "settle"})
    lead.post(f"{address}/comments/", data={"thread": str(thread), "body": "Encore"})

    assert threads(session, version) == [("travail", ["Vague", "Encore"], True)]


def test_remark_follows_its_question_when_it_is_renamed_and_back(lead, address, session, study, version):
    lead.post(f"{address}/comments/", data={"item": "ville", "body": "Laquelle ?"})

    save(lead, f"{address}/edit", "ville", "rename", new_name="commune")
    assert threads(session, version)[0][0] == "commune"
    history.undo(session, study.id, version.id)
    assert threads(session, version)[0][0] == "ville"
    history.redo(session, study.id, version.id)

    assert threads(session, version)[0][0] == "commune"


def test_empty_remark_is_asked_again(lead, address, session, version):
    answer = lead.post(f"{address}/comments/", data={"item": "travail", "body": "  "})

    assert (answer.status_code, "Écrivez quelque chose" in answer.text) == (422, True)
    assert threads(session, version) == []


def test_too_long_remark_is_kept_in_its_field(lead, address):
    answer = lead.post(f"{address}/comments/", data={"item": "ville", "body": "x" * 5001})

    assert answer.status_code == 422
    assert "x" * 5001 in answer.text


def test_remarks_stay_on_a_published_version(lead, address, session, study, version):
    publish(session, study.id, version.id)
    session.commit()

    lead.post(f"{address}/comments/", data={"item": "travail", "body": "Pour la prochaine."})

    page = lead.get(f"{address}/comments/").text
    assert "Pour la prochaine." in page
    assert faults(page) == []


def test_readers_and_strangers_do_not_comment(app, study, address):
    reader = member_client(app, study, Role.READER)
    stranger = member_client(app, StudyFactory())

    assert reader.post(f"{address}/comments/", data={"body": "x"}).status_code == 403
    assert stranger.get(f"{address}/comments/").status_code == 404


def test_thread_of_another_study_is_not_found(app, lead, address, session, version):
    lead.post(f"{address}/comments/", data={"item": "travail", "body": "Vague"})
    thread = session.scalars(select(ItemComment.id)).one()
    elsewhere = StudyFactory()
    other = store_definition(session, elsewhere.id, edited_form())
    session.commit()
    stranger = member_client(app, elsewhere)
    there = f"/studies/{elsewhere.key}/questionnaires/versions/{other.id}/comments"

    assert stranger.post(f"{there}/", data={"thread": str(thread), "body": "x"}).status_code == 404
    assert stranger.post(f"{there}/settle", data={"thread": str(thread)}).status_code == 404
    assert threads(session, version) == [("travail", ["Vague"], True)]


@pytest.mark.parametrize("bodies", [[], ["Vague"], ["Vague", "Long"]])
def test_screens_are_well_formed(lead, address, bodies):
    for body in bodies:
        lead.post(f"{address}/comments/", data={"item": "travail", "body": body})

    assert faults(lead.get(f"{address}/comments/").text) == []
    assert faults(lead.get(f"{address}/edit/?item=travail").text) == []
