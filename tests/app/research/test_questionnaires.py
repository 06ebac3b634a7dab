"""The screens of questionnaires and collections."""

import html
import io
import json
import re

import pytest
from sqlalchemy import select

from app.arrivals import job, soon
from app.arrivals.reading import body
from app.jobs.models import Job
from app.jobs.services import finish, view_of
from coding.models import Transcript
from studies.models import Role
from surveys.answering import open_draft, save_page, submit
from surveys.models import Attachment, Collection, Questionnaire, QuestionnaireVersion, Response
from surveys.xlsform import read_form
from tests.factories.lss import Q, lss
from tests.factories.studies import StudyFactory, member_client
from tests.factories.surveys import FORM, make_collection, start, survey


def workbook(form=FORM):
    """Write a form of the factories as a workbook."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet, line = None, 0
    for row in form.strip().splitlines():
        cells = [cell.strip() for cell in row.strip().strip("|").split("|")]
        if cells[0]:
            sheet, line = book.add_worksheet(cells[0]), 0
            continue
        for column, cell in enumerate(cells[1:]):
            sheet.write_string(line, column, cell)
        line += 1
    book.close()
    return out.getvalue()


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def lead(app, study):
    return member_client(app, study)


def bring(lead, study, content):
    return lead.post(f"/studies/{study.key}/questionnaires/", data={"file": (io.BytesIO(content), "petit.xlsx")})


def test_list_without_a_questionnaire_says_what_to_do(lead, study):
    page = lead.get(f"/studies/{study.key}/questionnaires/").get_data(as_text=True)

    assert "Pas encore de questionnaire" in page


def test_import_keeps_a_draft_and_shows_it_as_on_a_phone(lead, study, session):
    answer = bring(lead, study, workbook())

    page = lead.get(answer.location).get_data(as_text=True)
    version = session.scalars(select(QuestionnaireVersion)).one()
    assert version.published_at is None
    assert 'class="phone-frame phone"' in page
    assert "Affichée si « Travaillez-vous" in page.replace("\u202f", " ")


def test_import_of_something_else_is_refused_with_a_sentence(lead, study, session):
    answer = bring(lead, study, b"not a workbook")

    assert answer.status_code == 422
    assert "petit.xlsx" in answer.get_data(as_text=True)
    assert session.scalars(select(Questionnaire)).all() == []


@pytest.fixture
def unhurried(monkeypatch):
    """Nothing is read at once: everything is for the worker."""
    monkeypatch.setattr(soon, "SOON_BYTES", 0)


def carry_out(session, monkeypatch):
    """Do what the worker does with the only job."""
    monkeypatch.setenv("TRESSE_DATA_DIR", str(job.data_folder()))
    row = session.scalars(select(Job)).one()
    session.rollback()
    result = body(row.arguments, lambda _progress, _step="": None)
    job.store(session, view_of(session, row.id), result)
    finish(session, row.id, result)
    session.commit()
    return row.arguments["arrival_id"]


def test_import_that_takes_long_is_a_job_whose_result_is_the_draft(lead, study, session, unhurried, monkeypatch):
    answer = bring(lead, study, workbook())
    assert "/jobs/" in answer.location
    assert "Lecture d’un questionnaire" in lead.get(answer.location).get_data(as_text=True)
    arrival_id = carry_out(session, monkeypatch)
    done = lead.get(answer.location).get_data(as_text=True)

    result = lead.get(f"/studies/{study.key}/questionnaires/arrivals/{arrival_id}")

    version = session.scalars(select(QuestionnaireVersion)).one()
    assert f"/questionnaires/arrivals/{arrival_id}" in done
    assert result.location == f"/studies/{study.key}/questionnaires/versions/{version.id}"


def test_import_by_a_job_says_what_to_correct_and_keeps_nothing(lead, study, session, unhurried, monkeypatch):
    bring(lead, study, workbook(FORM.replace("end_group", "end_repeat")))
    arrival_id = carry_out(session, monkeypatch)

    result = lead.get(f"/studies/{study.key}/questionnaires/arrivals/{arrival_id}")

    assert result.status_code == 422
    assert re.findall(r"<h2>(.*petit.*)</h2>", result.get_data(as_text=True)) == [
        "«\u202fpetit.xlsx\u202f» n’a pas été importé"
    ]
    assert session.scalars(select(Questionnaire)).all() == []


def test_import_of_another_study_is_not_found(app, lead, study, session, unhurried, monkeypatch):
    bring(lead, study, workbook())
    arrival_id = carry_out(session, monkeypatch)
    other = StudyFactory()

    result = member_client(app, other).get(f"/studies/{other.key}/questionnaires/arrivals/{arrival_id}")

    assert result.status_code == 404


def test_import_without_a_file_asks_for_one(lead, study):
    answer = lead.post(f"/studies/{study.key}/questionnaires/", data={})

    assert answer.status_code == 422


def test_a_survey_of_limesurvey_is_imported_with_its_losses_named(lead, study, session):
    content = lss(Q("q", "Y", "<p>Prêt ?</p><script>x()</script>"), Q("r", "I"))
    answer = lead.post(f"/studies/{study.key}/questionnaires/", data={"file": (io.BytesIO(content), "enquete.lss")})

    page = lead.get(answer.location).get_data(as_text=True).replace("\u202f", " ")
    assert answer.status_code == 303
    assert "Prêt\N{NO-BREAK SPACE}?" in page
    assert "Question r : Le type de question « I » n’est pas repris" in page
    assert "x()" not in page
    assert lead.post(f"{answer.location}/publish").status_code == 303


def test_a_damaged_survey_of_limesurvey_is_refused_in_words(lead, study, session):
    answer = lead.post(
        f"/studies/{study.key}/questionnaires/", data={"file": (io.BytesIO(lss(Q("q"))[:-20]), "enquete.lss")}
    )

    assert answer.status_code == 422
    assert "enquete.lss" in answer.get_data(as_text=True)
    assert session.scalars(select(Questionnaire)).all() == []


def test_a_version_leaves_as_the_xlsform_it_was(lead, study, session):
    shown = bring(lead, study, workbook()).location

    answer = lead.get(f"{shown}/form.xlsx")

    assert f'{shown}/form.xlsx"' in lead.get(shown).get_data(as_text=True)
    assert answer.headers["Content-Disposition"] == "attachment; filename=small_v1.xlsx"
    kept = session.scalars(select(QuestionnaireVersion)).one().definition
    assert read_form(answer.data).definition.to_json() == kept


def test_coder_reads_but_does_not_import(app, study):
    coder = member_client(app, study, Role.CODER)

    assert coder.get(f"/studies/{study.key}/questionnaires/").status_code == 200
    assert bring(coder, study, workbook()).status_code == 403


def test_trial_answers_in_memory_only(lead, study, session):
    shown = bring(lead, study, workbook()).location

    lead.get(f"{shown}/try")
    page = lead.post(f"{shown}/try", data={"page": "work", "move": "next", "works": "no", "so_far": "{}"}).get_data(
        as_text=True
    )

    assert "Qui vous aide" in page
    assert session.scalars(select(Response)).all() == []


CARDS = """
| survey |
| | type | name | label |
| | begin_repeat | child | Vos enfants : ${name} |
| | text | name | Son prénom ? |
| | end_repeat | | |
| | text | last | Autre chose ? |
| settings |
| | form_title | form_id |
| | Familles | families |
"""


def test_trial_of_a_list_adds_changes_and_takes_out_cards(lead, study, session):
    shown = bring(lead, study, workbook(CARDS)).location

    def send(page, move, so_far, **fields):
        sent = lead.post(f"{shown}/try", data={"page": page, "move": move, "so_far": so_far, **fields})
        text = html.unescape(sent.get_data(as_text=True))
        return text, re.search(r'name="so_far" value="(.*?)">', text)[1]

    text, so_far = send("child", "open:name[1]", "{}")
    assert "Son prénom" in text
    text, so_far = send("name[1]", "next", so_far, **{"name[1]": "Léa"})
    assert "Vos enfants : Léa" in text.replace("\u00a0", " ")
    text, so_far = send("child", "out:child[1]", so_far)
    assert json.loads(so_far)["answers"] == {"child": 0}
    text, so_far = send("child", "next", so_far)
    assert "Autre chose" in text


def test_preview_shows_the_list_and_the_pages_of_one_card(lead, study):
    page = lead.get(bring(lead, study, workbook(CARDS)).location).get_data(as_text=True)

    assert "Ici, la personne ajoute des fiches." in page
    assert page.count("Son prénom\N{NO-BREAK SPACE}?") == 1


def test_trial_takes_a_file_for_an_answer_and_keeps_nothing_of_it(lead, study, session):
    form = survey(
        "image | photo | Une photo ? | yes", "text | mot | Un mot ? |", columns="type | name | label | required"
    )
    shown = bring(lead, study, workbook(form)).location

    page = lead.post(
        f"{shown}/try",
        data={"page": "photo", "move": "next", "so_far": "{}", "photo:file": (io.BytesIO(b"x"), "a.jpg")},
    ).get_data(as_text=True)

    assert "Un mot\N{NO-BREAK SPACE}?" in page
    assert session.scalars(select(Attachment)).all() == []


def opened(lead, study, session):
    shown = bring(lead, study, workbook()).location
    lead.post(f"{shown}/publish")
    version = session.scalars(select(QuestionnaireVersion)).one()
    answer = lead.post(
        f"/studies/{study.key}/collections/new", data={"version": str(version.id), "title": "Première vague"}
    )
    return answer.location, session.scalars(select(Collection)).one()


def test_collection_opened_shows_its_address(lead, study, session):
    address, collection = opened(lead, study, session)

    assert f"http://localhost/r/{collection.token}" in lead.get(address).get_data(as_text=True)


def test_collection_without_a_title_is_asked_again(lead, study, session):
    bring(lead, study, workbook())

    answer = lead.post(f"/studies/{study.key}/collections/new", data={"title": ""})

    assert answer.status_code == 422


def test_answers_are_followed_exported_and_sent_to_the_coding_desk(app, lead, study, session):
    from surveys.answering import find_collection, open_draft, save_page, start_response, submit
    from surveys.tokens import new_token

    address, collection = opened(lead, study, session)
    token = new_token()
    start_response(session, find_collection(session, collection.token), token=token, locale="fr")
    save_page(session, open_draft(session, token), "work", {"works": ["no"]})
    save_page(session, open_draft(session, token), "story", {"story": ["Une voisine m'a aidée."]})
    submit(session, open_draft(session, token))
    session.commit()

    answers = lead.get(f"{address}/answers").get_data(as_text=True)
    table = lead.get(f"{address}/answers.csv")
    plain = lead.get(f"{address}/answers.csv?style=plain")
    book = lead.get(f"{address}/answers.xlsx")
    sent = lead.post(f"{address}/answers/story")

    assert "Racontez." in answers
    assert "Une voisine" in table.get_data(as_text=True)
    assert (table.data[:15], plain.data[:12]) == (b"\xef\xbb\xbfresponse_id;", b"response_id,")
    assert book.data[:2] == b"PK"
    assert sent.status_code == 303
    assert [each.title for each in session.scalars(select(Transcript))] == ["Racontez. – Première vague"]


def test_closed_collection_can_be_opened_again(lead, study, session):
    address, collection = opened(lead, study, session)

    lead.post(f"{address}/close")
    session.expire_all()
    assert collection.closes_at is not None
    lead.post(f"{address}/reopen")

    session.expire_all()
    assert collection.closes_at is None


@pytest.mark.parametrize("screen", ["", "/poster", "/answers", "/quarantine"])
def test_screens_of_an_empty_collection_open(lead, study, session, screen):
    address, _collection = opened(lead, study, session)

    assert lead.get(address + screen).status_code == 200


def test_facilitator_follows_but_reads_no_answer(app, lead, study, session):
    address, _collection = opened(lead, study, session)
    facilitator = member_client(app, study, Role.FACILITATOR)

    assert facilitator.get(address).status_code == 200
    assert facilitator.get(f"{address}/answers").status_code == 403


def test_answers_page_hides_small_counts_and_says_why(lead, study, session):
    study.disclosure_threshold = 3
    collection = make_collection(session, study)
    for works in ("yes",) * 4 + ("no",):
        token = start(session, collection)
        for page, posted in (("work", {"works": [works], "hours": ["10"]}), ("helped", {}), ("story", {})):
            save_page(session, open_draft(session, token), page, posted)
        submit(session, open_draft(session, token))
    session.commit()

    page = lead.get(f"/studies/{study.key}/collections/{collection.id}/answers").get_data(as_text=True)

    section = page[page.index("Travaillez-vous") :].partition("</section>")[0]
    assert re.findall(r'<td class="number">([^<]*)</td>', section) == [
        "masqué\u202f: il redonnerait un autre effectif", "–", "masqué\u202f: moins de 3", "–"
    ]  # fmt: skip
    assert "5 ont répondu" in section
    assert "Les exports contiennent toutes les réponses, sans masquage" in page


def test_example_to_start_from_can_be_imported_as_it_is(lead, study):
    example = lead.get(f"/studies/{study.key}/questionnaires/example.xlsx").get_data()

    answer = bring(lead, study, example)

    assert answer.status_code == 303


def test_preview_shows_the_choices_that_a_filter_would_hide(lead, study):
    sheets = {
        "survey": [
            ["type", "name", "label", "choice_filter"],
            ["select_one ville", "ville", "Quelle ville ?", ""],
            ["select_one lieu", "lieu", "Quel lieu ?", "ville = ${ville}"],
        ],
        "choices": [
            ["list_name", "name", "label", "ville"],
            ["ville", "a", "Aubremont", ""],
            ["lieu", "tanneries", "Les Tanneries", "a"],
        ],
    }
    lines = []
    for name, rows in sheets.items():
        lines += [f"| {name} |"] + ["| | " + " | ".join(row) + " |" for row in rows]
    answer = lead.post(
        f"/studies/{study.key}/questionnaires/",
        data={"file": (io.BytesIO("\n".join(lines).encode()), "filtre.md")},
    )

    page = lead.get(answer.location).get_data(as_text=True)

    assert page.count("Les Tanneries") == 1
