"""The editor of a draft, as a browser without scripts uses it: forms posted, pages read."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from studies.models import Role
from surveys.definition import Definition
from surveys.editing import history
from surveys.editing.kinds import Kind
from surveys.editing.tree import node_of, own_of
from surveys.models import Questionnaire, QuestionnaireVersion, Response
from surveys.services import publish, store_definition
from tests.app.test_pages import faults
from tests.factories.forms import edited_form, names
from tests.factories.studies import PopulationFactory, StudyFactory, member_client


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
    return f"/studies/{study.key}/questionnaires/versions/{version.id}/edit"


def form_of(session, version):
    session.expire_all()
    return Definition.from_json(session.get_one(QuestionnaireVersion, version.id).definition)


def fields(page):
    """Return what the open card would send, as a browser does."""
    import html5lib

    document = html5lib.parse(page, namespaceHTMLElements=False)
    form = next(each for each in document.iter("form") if each.get("data-card"))
    sent = {}
    for field in form.iter():
        name = field.get("name")
        if not name or field.tag not in {"input", "select", "textarea"}:
            continue
        if field.get("type") == "checkbox":
            if field.get("checked") is None:
                continue
            value = field.get("value")
        elif field.tag == "select":
            options = list(field.iter("option"))
            chosen = [each for each in options if each.get("selected") is not None] or options[:1]
            value = chosen[0].get("value") if chosen else ""
        else:
            value = field.text.removeprefix("\n") if field.tag == "textarea" and field.text else field.get("value", "")
        sent.setdefault(name, []).append(value or "")
    return sent


def opened(lead, address, key, **query):
    page = lead.get(f"{address}/", query_string={"item": key, **query}).get_data(as_text=True)
    return fields(page)


def save(lead, address, key, act="save", *, sent=None, **changed):
    sent = {**(sent or opened(lead, address, key)), "act": [act], **{name: [value] for name, value in changed.items()}}
    return lead.post(f"{address}/cards", data=sent)


def test_questionnaire_is_begun_with_a_title(lead, study, session):
    population = PopulationFactory(study=study)

    answer = lead.post(
        f"/studies/{study.key}/questionnaires/new", data={"title": "Votre avis", "population": str(population.id)}
    )

    questionnaire = session.scalars(select(Questionnaire)).one()
    assert (questionnaire.title, questionnaire.population_id) == ("Votre avis", population.id)
    assert "Pas encore de question" in lead.get(answer.location).get_data(as_text=True)


def test_questionnaire_without_a_title_is_asked_again(lead, study, session):
    answer = lead.post(f"/studies/{study.key}/questionnaires/new", data={"title": " "})

    assert answer.status_code == 422
    assert "Donnez un titre" in answer.get_data(as_text=True)
    assert session.scalars(select(Questionnaire)).all() == []


def test_question_is_added_and_opened(lead, address, session, version):
    answer = lead.post(f"{address}/add", data={"add_words": "Quel âge avez-vous ?", "add_kind": "integer"})

    assert names(form_of(session, version))[-1] == "age"
    assert "item=age" in answer.location
    assert opened(lead, address, "age")["f.label"] == ["Quel âge avez-vous ?"]


@pytest.mark.parametrize("key", ["travail", "detail", "heures", "metier", "aides", "ville", "lieu", "temps"])
def test_card_sent_as_it_was_shown_changes_nothing(lead, address, session, version, key):
    answer = save(lead, address, key)

    assert answer.status_code == 303
    assert form_of(session, version) == edited_form()
    assert history.list_steps(session, version.id) == []


def test_words_are_saved_and_the_step_says_who_and_what(lead, address, session, version):
    save(lead, address, "travail", **{"f.label": "Travaillez-vous ?"})

    assert node_of(form_of(session, version), "travail").labels["fr"] == "Travaillez-vous ?"
    page = lead.get(f"{address}/history").get_data(as_text=True).replace("\u202f", " ")
    assert "question modifiée (texte) : « Travaillez-vous ? »" in page


def test_words_are_written_in_the_language_chosen(lead, address, session, version):
    sent = opened(lead, address, "travail", lang="en")
    save(lead, address, "travail", sent=sent, **{"f.label": "Any job?"})

    assert node_of(form_of(session, version), "travail").labels == {"fr": "Avez-vous un travail ?", "en": "Any job?"}


def test_condition_is_built_row_by_row(lead, address, session, version):
    save(lead, address, "lieu", **{"s.relevant.0.0.subject": "travail"})
    assert node_of(form_of(session, version), "lieu").relevant.source == "${travail} = 'oui'"

    save(lead, address, "lieu", **{"s.relevant.0.0.value": "non", "s.relevant.1.0.subject": "heures"})
    assert node_of(form_of(session, version), "lieu").relevant.source == "${travail} = 'non' and ${heures} != ''"

    save(lead, address, "lieu", **{"s.relevant.1.0.operator": "more", "s.relevant.1.0.value": "10,5"})
    save(lead, address, "lieu", **{"s.relevant.join": "any"})
    assert node_of(form_of(session, version), "lieu").relevant.source == "${travail} = 'non' or ${heures} > 10.5"

    save(lead, address, "lieu", "term-drop:relevant.0.0")
    assert node_of(form_of(session, version), "lieu").relevant.source == "${heures} > 10.5"

    save(lead, address, "lieu", **{"s.relevant.0.0.subject": ""})
    assert node_of(form_of(session, version), "lieu").relevant is None


def test_alternative_inside_a_condition(lead, address, session, version):
    save(lead, address, "lieu", **{"s.relevant.0.0.subject": "travail"})
    save(lead, address, "lieu", **{"s.relevant.1.0.subject": "ville"})

    answer = save(lead, address, "lieu", "term-more:relevant.1")
    sent = fields(lead.get(answer.location).get_data(as_text=True))
    save(lead, address, "lieu", sent=sent, **{"s.relevant.1.1.subject": "heures"})

    source = node_of(form_of(session, version), "lieu").relevant.source
    assert source == "${travail} = 'oui' and (${ville} = 'nord' or ${heures} != '')"


def test_condition_that_is_not_complete_is_shown_again_and_the_rest_is_saved(lead, address, session, version):
    save(lead, address, "lieu", **{"s.relevant.0.0.subject": "heures"})

    answer = save(
        lead, address, "lieu",
        **{"s.relevant.0.0.operator": "more", "s.relevant.0.0.value": "beaucoup", "f.hint": "Près de chez vous."},
    )  # fmt: skip

    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "écrivez un nombre" in page
    assert 'value="beaucoup"' in page
    item = node_of(form_of(session, version), "lieu")
    assert (item.hints["fr"], item.relevant.source) == ("Près de chez vous.", "${heures} != ''")


def test_formula_that_cannot_be_read_is_kept_in_its_field_with_the_place_of_the_trouble(
    lead, address, session, version
):
    answer = save(lead, address, "metier", **{"x.relevant": "${heures} > > 3"})

    page = unescape(answer.get_data(as_text=True)).replace("\u202f", " ")
    assert "caractère 13" in page
    assert "${heures} > > 3" in page
    assert node_of(form_of(session, version), "metier").relevant.source == "${heures} > 0"


def test_formula_is_checked_while_it_is_typed(lead, address):
    def said(source):
        return lead.get(f"{address}/formula", query_string={"source": source, "rule": "relevant"}).get_json()[
            "sentence"
        ]

    assert said("${heures} > 3") == ""
    assert "« heures »" in said("${heure} > 3").replace("\u202f", " ")
    assert said("") == ""


def test_choices_are_added_moved_renamed_and_taken_out(lead, address, session, version):
    sent = opened(lead, address, "ville")
    save(lead, address, "ville", sent=sent, **{"new-choice": "Est", "paste": "- Ouest\n- Centre"})
    save(lead, address, "ville", "choice-up:centre")
    save(lead, address, "ville", "choice-delete:sud")
    save(lead, address, "ville", "choice-to:est:0")
    save(lead, address, "ville", "choice-codes", **{"k.nord": "n"})

    codes = [choice.name for choice in form_of(session, version).choice_lists["ville"]]
    assert codes == ["est", "n", "centre", "ouest"]


def test_other_answer_asks_which_one(lead, address, session, version):
    save(lead, address, "ville", "other")

    form = form_of(session, version)
    assert form.choice_lists["ville"][-1].labels["fr"] == "Autre"
    assert names(form)[6] == "laquelle"
    assert node_of(form, "laquelle").relevant.source == "selected(${ville}, 'autre')"


def test_answer_taken_out_names_the_conditions_that_wait_for_it(lead, address, session, version):
    answer = save(lead, address, "aides", "choice-delete:mairie")

    assert "Des conditions attendent encore cette réponse, dans\u202f: Où ?" in lead.get(answer.location).text
    assert [choice.name for choice in form_of(session, version).choice_lists["aide"]] == ["caf", "personne"]


def test_answers_have_pictures_and_one_is_filled_in_beforehand(lead, address, session, version):
    save(lead, address, "ville", **{"f.picture:nord": "nord.png", "f.default": "sud", "f.look": "faces:sad-first"})

    form = form_of(session, version)
    assert form.choice_lists["ville"][0].media == {"image": {"fr": "nord.png"}}
    assert (node_of(form, "ville").default, own_of(node_of(form, "ville"))) == ("sud", {"faces": "sad-first"})


def test_list_of_another_question_is_taken_and_made_its_own(lead, address, session, version):
    save(lead, address, "lieu", list_use="ville")
    assert "Ces réponses servent aussi" in lead.get(f"{address}/?item=lieu").get_data(as_text=True)

    save(lead, address, "lieu", "list-own")

    form = form_of(session, version)
    assert (node_of(form, "ville").list_name, node_of(form, "lieu").list_name) == ("ville", "lieu")


def test_answers_that_depend_on_an_earlier_one(lead, address, session, version):
    save(lead, address, "ville", cascade="travail")
    save(lead, address, "ville", **{"f.column:nord:travail": "oui", "f.column:sud:travail": "non"})

    form = form_of(session, version)
    assert node_of(form, "ville").choice_filter.source == "travail = ${travail}"
    assert [choice.attributes for choice in form.choice_lists["ville"]] == [{"travail": "oui"}, {"travail": "non"}]


def test_kind_place_and_needed_are_chosen_from_menus(lead, address, session, version):
    asked = save(lead, address, "metier", kind="long_text", target="", **{"f.required": "if"})
    sent = fields(lead.get(asked.location).get_data(as_text=True))
    answer = save(lead, address, "metier", sent=sent, **{"s.required_if.0.0.subject": "travail"})

    form = form_of(session, version)
    item = node_of(form, "metier")
    assert answer.status_code == 303
    assert (item.appearance, item.path, item.required.source) == ("multiline", "/data/metier", "${travail} = 'oui'")


def test_do_not_know_can_be_turned_off(lead, address, session, version):
    sent = opened(lead, address, "travail")
    sent["f.dk"] = ["no"]
    save(lead, address, "travail", sent=sent)

    assert own_of(node_of(form_of(session, version), "travail")) == {"dk": "no"}


def test_calculation_is_chosen_from_menus(lead, address, session, version):
    lead.post(f"{address}/add", data={"add_words": "Total", "add_kind": "calculate"})
    sent = opened(lead, address, "total")
    sent["c.names"] = ["heures", "temps"]
    save(lead, address, "total", sent=sent, **{"c.operation": "mean"})

    assert node_of(form_of(session, version), "total").calculation.source == "(${heures} + ${temps}) div 2"


def test_question_is_moved_copied_and_deleted(lead, address, session, version):
    lead.post(f"{address}/move", data={"up": "ville"})
    save(lead, address, "travail", "copy")
    save(lead, address, "lieu", "delete")
    lead.post(f"{address}/move", data={"item": "travail_2", "parent": "detail", "before": "metier"})

    assert names(form_of(session, version)) == [
        "travail", "detail", "  heures", "  travail_2", "  metier", "ville", "aides", "temps"
    ]  # fmt: skip


def test_move_that_would_make_a_circle_is_told_and_not_made(lead, address, session, version):
    answer = lead.post(f"{address}/move", data={"item": "travail", "parent": "detail"})

    page = lead.get(answer.location).get_data(as_text=True)
    assert "Votre travail → Avez-vous un travail ? → Votre travail" in page
    assert form_of(session, version) == edited_form()


def test_deletion_of_a_question_named_elsewhere_is_asked(lead, address, session, version):
    answer = save(lead, address, "heures", "delete")
    asked = lead.get(answer.location).get_data(as_text=True)
    assert "Quel métier ?" in asked
    assert names(form_of(session, version)) == names(edited_form())

    lead.post(f"{address}/delete", data={"item": "heures"})

    page = lead.get(f"{address}/check").get_data(as_text=True).replace("\u202f", " ")
    assert "n’est plus une question de ce formulaire" in page
    assert "Publier la version" not in page


def test_deletion_can_free_the_conditions(lead, address, session, version):
    lead.post(f"{address}/delete", data={"item": "travail", "rules": "free"})

    form = form_of(session, version)
    assert node_of(form, "detail").relevant is None
    assert "travail" not in names(form)


def test_undo_and_redo(lead, address, session, version):
    save(lead, address, "lieu", "delete")
    lead.post(f"{address}/undo")
    assert form_of(session, version) == edited_form()

    page = lead.get(f"{address}/").get_data(as_text=True).replace("\u202f", " ")
    assert "Rétablir : question supprimée" in page
    lead.post(f"{address}/redo")

    assert "lieu" not in names(form_of(session, version))


def test_name_in_the_data_is_changed_on_purpose_only(lead, address, session, study, version):
    publish(session, study.id, version.id)
    session.commit()
    answer = lead.post(address.removesuffix("/edit") + "/draft")
    again = answer.location.removesuffix("/")

    answer = save(lead, again, "ville", "rename", new_name="commune")
    assert "item=commune" in answer.location

    answer = save(lead, again, "commune", "rename", new_name="lieu")
    page = answer.get_data(as_text=True)
    assert (answer.status_code, "celui d’une autre question" in page) == (200, True)


def test_two_people_are_reconciled_and_the_second_keeps_what_they_typed(app, lead, study, address, session, version):
    other = member_client(app, study)
    mine = opened(lead, address, "travail")
    save(other, address, "travail", **{"f.label": "Travaillez-vous ?"})

    answer = save(lead, address, "travail", sent=mine, **{"f.label": "Un emploi ?", "f.hint": "Même court."})

    page = answer.get_data(as_text=True).replace("\u202f", " ")
    assert "l’autre : « Travaillez-vous ? »" in page
    assert fields(page)["f.label"] == ["Un emploi ?"]
    item = node_of(form_of(session, version), "travail")
    assert (item.labels["fr"], item.hints["fr"]) == ("Travaillez-vous ?", "Même court.")
    save(lead, address, "travail", sent=fields(page))
    assert node_of(form_of(session, version), "travail").labels["fr"] == "Un emploi ?"


def test_question_deleted_by_somebody_else_gives_back_what_was_typed(app, lead, study, address):
    mine = opened(lead, address, "lieu")
    other = member_client(app, study)
    save(other, address, "lieu", "delete")

    answer = save(lead, address, "lieu", sent=mine, **{"f.label": "Dans quelle rue ?"})

    page = answer.get_data(as_text=True)
    assert (answer.status_code, "Dans quelle rue ?" in page, "question supprimée" in page) == (409, True, True)


def test_published_version_is_not_edited(lead, address, session, study, version):
    publish(session, study.id, version.id)
    session.commit()

    assert lead.get(f"{address}/").status_code == 409
    assert lead.post(f"{address}/add", data={}).status_code == 409


def test_only_leads_edit(app, study, address):
    coder = member_client(app, study, Role.CODER)

    assert coder.get(f"{address}/").status_code == 403
    assert coder.post(f"{address}/add").status_code == 403


def test_settings_change_title_and_population(lead, address, session, study, version):
    population = PopulationFactory(study=study)

    lead.post(f"{address}/settings", data={"title": "Autre titre", "population": str(population.id)})

    assert form_of(session, version).title == "Autre titre"
    assert session.get_one(Questionnaire, version.questionnaire_id).population_id == population.id
    assert lead.post(f"{address}/settings", data={"title": ""}).status_code == 422


def test_preview_walks_the_skip_logic_and_keeps_nothing(lead, address, session):
    first = lead.get(f"{address}/preview/").get_data(as_text=True)
    assert "Avez-vous un travail\u00a0?" in first

    second = lead.post(
        f"{address}/preview/", data={"page": "travail", "move": "next", "travail": "non", "so_far": "{}"}
    ).get_data(as_text=True)

    assert "Qui vous aide\u00a0?" in second
    assert session.scalars(select(Response)).all() == []


def test_preview_shows_a_page_that_these_answers_hide(lead, address):
    page = lead.get(f"{address}/preview/?item=metier").get_data(as_text=True).replace("\u202f", " ")

    assert "personne ne voit cette page" in page
    assert "Quel métier\u00a0?" in page


SCREENS = ["/", "/?item=ville", "/?item=detail", "/?item=lieu&lang=en", "/?item=temps", "/?item=gone", "/history",
           "/settings", "/check", "/delete?item=heures", "/preview/", "/preview/?item=lieu&lang=en"]  # fmt: skip


@pytest.mark.parametrize("screen", SCREENS)
def test_screens_are_well_formed(lead, address, screen):
    answer = lead.get(address + screen)

    assert answer.status_code == 200
    assert faults(answer.text) == []


def test_screens_that_say_what_is_wrong_are_well_formed(app, lead, study, address):
    assert faults(save(lead, address, "metier", **{"x.relevant": "${"}).text) == []
    mine = opened(lead, address, "lieu")
    save(member_client(app, study), address, "lieu", "delete")
    assert faults(save(lead, address, "lieu", sent=mine).text) == []


def test_editor_of_nothing_is_well_formed(lead, study):
    page = lead.get(f"/studies/{study.key}/questionnaires/new")
    answer = lead.post(f"/studies/{study.key}/questionnaires/new", data={"title": "Avis"})

    assert faults(page.text) == []
    assert faults(lead.get(answer.location).text) == []
    assert faults(lead.get(f"{answer.location}preview/").text) == []


@pytest.mark.parametrize("count", [1, 30])
def test_editor_sends_a_fixed_number_of_statements(lead, address, connection, count):
    from sqlalchemy import event

    for _time in range(count):
        lead.post(f"{address}/add", data={"add_words": "Question", "add_kind": "one"})
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.startswith("SELECT"):
            sent.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        lead.get(f"{address}/?item=lieu")
    finally:
        event.remove(connection, "before_cursor_execute", note)

    assert len(sent) == 11


def test_open_question_says_what_is_hard_to_read_in_it(lead, address):
    sent = fields(lead.get(f"{address}/?item=travail").get_data(as_text=True))
    sent["f.label"] = "Avez-vous une allocation ?"
    page = lead.post(f"{address}/cards", data=sent, follow_redirects=True).get_data(as_text=True)

    advice = re.search(r'data-live="advice-label">(.*?)</ul>', page, re.DOTALL)[1]
    assert re.findall(r"<li>«\u202f(.*?)\u202f»", advice) == ["allocation"]
    assert faults(page) == []


@pytest.mark.parametrize("kind", [kind.value for kind in Kind])
def test_question_of_every_kind_opens_and_is_saved_as_it_stands(lead, address, session, version, kind):
    added = lead.post(f"{address}/add", data={"add_kind": kind, "add_words": "Une question"})
    page = lead.get(added.location).get_data(as_text=True)
    before = form_of(session, version)

    lead.post(f"{address}/cards", data=fields(page))

    assert form_of(session, version) == before
    assert faults(page) == []
