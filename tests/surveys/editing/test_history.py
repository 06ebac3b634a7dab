"""Steps of a draft: saved at once, taken back and made again, two people reconciled."""

import pytest
from sqlalchemy import select

from core.errors import Conflict, Invalid, NotFound
from studies.models import Population
from surveys.definition import Locale
from surveys.editing import drafting, history, operations
from surveys.editing.fields import Clash
from surveys.editing.kinds import Kind
from surveys.editing.models import DraftStep, StepState
from surveys.editing.operations import Spot
from surveys.editing.saving import save_fields
from surveys.editing.tree import former_keys, node_of
from surveys.models import FormFile, Questionnaire, QuestionnaireVersion
from surveys.services import import_questionnaire, publish, store_definition
from surveys.structure import Cycle
from tests.factories.forms import EDITED, edited_form, names
from tests.factories.studies import AccountFactory, PopulationFactory, StudyFactory


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def draft(session, study):
    version = store_definition(session, study.id, edited_form())
    session.commit()
    return history.open_draft(session, study.id, version.id)


def delete(session, draft, key, account_id=None):
    return history.change_draft(
        session,
        draft.study_id,
        draft.version_id,
        lambda definition, _published: operations.delete(definition, key),
        verb="delete",
        details={"key": key},
        account_id=account_id,
    )


def save(session, draft, key, fields, revision=None, account_id=None):
    return save_fields(
        session,
        draft.study_id,
        draft.version_id,
        key,
        fields,
        tag="fr",
        revision=draft.revision if revision is None else revision,
        account_id=account_id,
    )


def test_change_is_kept_as_a_step(session, draft):
    account = AccountFactory(name="Claire")

    after = delete(session, draft, "lieu", account.id)

    assert after.revision == 1
    assert history.open_draft(session, draft.study_id, draft.version_id).definition == after.definition
    (step,) = history.list_steps(session, draft.version_id)
    assert (step.number, step.verb, step.details, step.author) == (1, "delete", {"key": "lieu"}, "Claire")


def test_change_that_changes_nothing_is_no_step(session, draft):
    after = save(session, draft, "travail", {"label": "Avez-vous un travail ?"})

    assert (after.draft.revision, after.is_whole) == (0, True)
    assert history.list_steps(session, draft.version_id) == []


def test_undo_and_redo_go_all_the_way(session, draft):
    first, second = edited_form(), delete(session, draft, "lieu").definition
    third = delete(session, draft, "temps").definition

    def turn(way):
        return way(session, draft.study_id, draft.version_id).definition

    assert [turn(history.undo), turn(history.undo), turn(history.undo)] == [second, first, first]
    assert [turn(history.redo), turn(history.redo), turn(history.redo)] == [second, third, third]
    assert history.open_draft(session, draft.study_id, draft.version_id).revision == 6


def test_undo_says_what_it_would_take_back(session, draft):
    assert history.steps_at_hand(session, draft.version_id) == (None, None)
    delete(session, draft, "lieu")
    delete(session, draft, "temps")
    history.undo(session, draft.study_id, draft.version_id)

    back, again = history.steps_at_hand(session, draft.version_id)

    assert (back.details, again.details) == ({"key": "lieu"}, {"key": "temps"})


def test_something_else_done_after_undo_drops_what_was_undone(session, draft):
    delete(session, draft, "lieu")
    history.undo(session, draft.study_id, draft.version_id)
    delete(session, draft, "temps")

    after = history.redo(session, draft.study_id, draft.version_id)

    assert names(after.definition)[-1] == "lieu"
    states = session.scalars(select(DraftStep.state).order_by(DraftStep.number)).all()
    assert states == [StepState.DROPPED, StepState.MOVE, StepState.DONE]


def test_rules_that_would_wait_for_each_other_are_refused(session, draft):
    with pytest.raises(Cycle):
        history.change_draft(
            session,
            draft.study_id,
            draft.version_id,
            lambda definition, _published: operations.move(definition, "travail", Spot("detail")),
            verb="move",
        )


def test_two_people_at_different_fields_both_win(session, draft):
    save(session, draft, "travail", {"label": "Travaillez-vous ?", "hint": ""})

    second = save(session, draft, "travail", {"label": "Avez-vous un travail ?", "hint": "Même quelques heures."})

    item = node_of(second.draft.definition, "travail")
    assert (item.labels["fr"], item.hints["fr"]) == ("Travaillez-vous ?", "Même quelques heures.")
    assert second.is_whole


def test_two_people_at_the_same_field_are_told_and_nothing_is_overwritten(session, draft):
    save(session, draft, "travail", {"label": "Travaillez-vous ?"})

    second = save(session, draft, "travail", {"label": "Un emploi ?", "hint": "En ce moment."})

    item = node_of(second.draft.definition, "travail")
    assert second.clashes == (Clash("label", "Travaillez-vous ?", "Un emploi ?"),)
    assert (item.labels["fr"], item.hints["fr"]) == ("Travaillez-vous ?", "En ce moment.")
    settled = save(session, draft, "travail", {"label": "Un emploi ?"}, revision=second.draft.revision)
    assert node_of(settled.draft.definition, "travail").labels["fr"] == "Un emploi ?"


def test_question_deleted_meanwhile_is_told(session, draft):
    delete(session, draft, "temps")

    with pytest.raises(NotFound, match="item_not_found"):
        save(session, draft, "temps", {"calculation": "1"})


def test_field_of_a_question_made_meanwhile_is_new(session, draft):
    after = history.change_draft(
        session,
        draft.study_id,
        draft.version_id,
        lambda definition, _published: operations.add(definition, Kind.NOTE, Spot(), words="Bonjour")[0],
        verb="add",
    )

    saved = save(session, draft, "bonjour", {"label": "Bonsoir"}, revision=0)

    assert (after.revision, saved.clashes) == (1, (Clash("label", "Bonjour", "Bonsoir"),))


def test_published_version_never_changes(session, draft):
    publish(session, draft.study_id, draft.version_id)

    with pytest.raises(Conflict, match="version_frozen"):
        delete(session, draft, "lieu")
    with pytest.raises(Conflict, match="version_frozen"):
        history.undo(session, draft.study_id, draft.version_id)


def test_draft_of_another_study_is_not_found(session, draft):
    with pytest.raises(NotFound, match="version_not_found"):
        history.open_draft(session, StudyFactory().id, draft.version_id)


def test_draft_with_errors_is_not_published(session, draft):
    delete(session, draft, "heures")

    with pytest.raises(Conflict, match="draft_has_errors"):
        publish(session, draft.study_id, draft.version_id)


def test_new_import_over_a_draft_can_be_taken_back(session, study, draft):
    edited = delete(session, draft, "lieu").definition

    import_questionnaire(session, study.id, file_name="encore.md", content=EDITED.encode())
    assert names(history.open_draft(session, study.id, draft.version_id).definition)[-2:] == ["lieu", "temps"]

    assert history.undo(session, study.id, draft.version_id).definition == edited


# --- drafts begun ---


def test_questionnaire_begins_with_nothing(session, study):
    population = PopulationFactory(study=study)

    version = drafting.create_questionnaire(
        session, study.id, title="  Votre   avis compte ", locale=Locale("fr", "Français"), population_id=population.id
    )

    draft = history.open_draft(session, study.id, version.id)
    assert (draft.definition.title, draft.definition.form_id) == ("Votre avis compte", "avis_compte")
    assert (draft.number, draft.revision, draft.population_id) == (1, 0, population.id)


def test_two_questionnaires_of_one_title_have_two_keys(session, study):
    for _time in range(2):
        drafting.create_questionnaire(session, study.id, title="Avis", locale=Locale("fr", "Français"))

    assert sorted(session.scalars(select(Questionnaire.key))) == ["avis", "avis_2"]


@pytest.mark.parametrize(("title", "code"), [("  ", "title_missing"), ("x" * 201, "title_too_long")])
def test_questionnaire_needs_a_title(session, study, title, code):
    with pytest.raises(Invalid, match=code):
        drafting.create_questionnaire(session, study.id, title=title, locale=Locale("fr", "Français"))


def test_population_of_another_study_is_refused(session, study):
    other = PopulationFactory()

    with pytest.raises(NotFound, match="population_not_found"):
        drafting.create_questionnaire(
            session, study.id, title="Avis", locale=Locale("fr", "Français"), population_id=other.id
        )
    assert session.scalars(select(Population.id).where(Population.id == other.id)).all() == [other.id]


def test_new_draft_begins_as_the_published_version_files_included(session, study, draft):
    session.add(FormFile(version_id=draft.version_id, name="a.png", media_type="image/png", sha256="0", content=b"0"))
    publish(session, study.id, draft.version_id)

    version = drafting.draft_from(session, study.id, draft.version_id)

    again = history.open_draft(session, study.id, version.id)
    assert (again.number, again.definition.version) == (2, "2")
    assert again.definition.children == draft.definition.children
    assert session.scalars(select(FormFile.name).where(FormFile.version_id == version.id)).all() == ["a.png"]


def test_a_questionnaire_has_one_draft(session, study, draft):
    publish(session, study.id, draft.version_id)

    first, second = (drafting.draft_from(session, study.id, draft.version_id) for _time in range(2))

    assert first.id == second.id
    assert len(session.scalars(select(QuestionnaireVersion)).all()) == 2


def test_published_names_are_never_taken_by_others_and_renaming_is_traced(session, study, draft):
    publish(session, study.id, draft.version_id)
    version = drafting.draft_from(session, study.id, draft.version_id)
    again = history.open_draft(session, study.id, version.id)
    delete(session, again, "lieu")

    after = history.change_draft(
        session,
        study.id,
        version.id,
        lambda definition, published: operations.add(
            definition, Kind.SHORT_TEXT, Spot(), words="Lieu", published=published
        )[0],
        verb="add",
    )

    assert names(after.definition)[-1] == "lieu_2"
    assert former_keys(node_of(after.definition, "lieu_2")) == ()


def test_settings_change_the_title_and_the_population(session, study, draft):
    population = PopulationFactory(study=study)

    drafting.change_settings(session, study.id, draft.version_id, title="Autre", population_id=population.id)

    questionnaire = session.get_one(Questionnaire, draft.questionnaire_id)
    assert (questionnaire.title, questionnaire.population_id) == ("Autre", population.id)
    history.undo(session, study.id, draft.version_id)
    assert questionnaire.title == "Travail et aides"


def test_what_is_typed_in_a_row_is_taken_back_as_one(session, draft):
    claire = AccountFactory().id
    save(session, draft, "travail", {"hint": "En ce moment."}, account_id=claire)
    for number, words in enumerate(("T", "Trav", "Travaillez-vous ?"), 1):
        save(session, draft, "travail", {"label": words}, revision=number, account_id=claire)

    after = history.undo(session, draft.study_id, draft.version_id)
    item = node_of(after.definition, "travail")
    again = history.redo(session, draft.study_id, draft.version_id)

    assert (item.labels["fr"], item.hints["fr"]) == ("Avez-vous un travail ?", "En ce moment.")
    assert node_of(again.definition, "travail").labels["fr"] == "Travaillez-vous ?"


def test_what_two_people_typed_is_taken_back_apart(session, draft):
    save(session, draft, "travail", {"label": "Un"}, account_id=AccountFactory().id)
    save(session, draft, "travail", {"label": "Deux"}, revision=1, account_id=AccountFactory().id)

    after = history.undo(session, draft.study_id, draft.version_id)

    assert node_of(after.definition, "travail").labels["fr"] == "Un"
