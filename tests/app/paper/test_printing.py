"""The printed questionnaire: what stands on it, in which languages, and the code of each sheet."""

import io

import pytest
from pypdf import PdfReader

from app.paper.composing import compose
from app.paper.printing import SheetStamp, print_blank, print_sheets
from surveys.versions import load_version
from tests.factories.datafiles import open_form
from tests.factories.studies import StudyFactory
from tests.factories.surveys import survey

# WeasyPrint leaves its colour profile to the collector.
leaves_a_file_open = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
FORM = survey(
    "select_one yn | works | Travaillez-vous ? | هل تعملون؟ | | |",
    "text | job | Depuis ${works}, quel métier ? | ما عملكم؟ | ${works} = 'yes' | |",
    "select_one five | health | Votre santé | صحتكم | | likert |",
    "select_multiple yn | helped | Qui aide ? | من يساعدكم؟ | | |",
    "text | who | Qui ? | من؟ | selected(${helped}, 'yes') and regex(${job}, '^A') | |",
    "date | since | Depuis ? | منذ متى؟ | | |",
    "begin_repeat | kids | Vos enfants | أطفالكم | ${works} = 'no' | |",
    "integer | age | Âge | العمر | | |",
    "end_repeat | | | | | |",
    columns="type | name | label::Français (fr) | label::العربية (ar) | relevant | appearance",
)
CHOICES = """
| choices |
| | list_name | name | label::Français (fr) | label::العربية (ar) |
| | yn | yes | Oui | نعم |
| | yn | no | Non | لا |
| | five | 1 | Mauvaise | سيئة |
| | five | 2 | Moyenne | متوسطة |
| | five | 3 | Bonne | جيدة |
"""


def document(session, tag):
    study = StudyFactory()
    collection = open_form(session, study, FORM + CHOICES)
    version = load_version(session, collection.version_id)
    return compose(session, version, tag=tag, fallback="fr", study="Étude", cards=2, address="http://localhost/recu")


def plain(text):
    return str(text).replace("\u202f", " ").replace("\xa0", " ")


def questions(made):
    return {each["number"]: each for each in made["elements"] if each["kind"] == "question"}


def test_way_is_said_in_words_beside_the_boxes(session):
    asked = questions(document(session, "fr"))

    assert [(one["code"], plain(one["label"]), plain(one["go"])) for one in asked[1]["options"]] == [
        ("1", "Oui", ""), ("2", "Non", "allez à la question 3"),
    ]  # fmt: skip
    assert asked[2]["address"] is None
    assert plain(asked[2]["label"]) == "Depuis (votre réponse à la question 1), quel métier ?"
    assert asked[3]["control"] == "scale"
    # A formula has no words that a reader could follow.
    address = asked[5]["address"]
    assert (plain(address["said"]), address["unsaid"]) == ("Répondez seulement si on vous le demande.", True)
    assert plain(address["others"]) == "Sinon, allez à la question 6."
    assert asked[6]["control"] == "date"
    assert [mark["code"] for mark in asked[6]["marks"]] == ["-99", "-98"]


def test_repeated_group_is_as_many_cards_as_asked(session):
    kinds = [(each["kind"], plain(each["label"])) for each in document(session, "fr")["elements"]]

    assert kinds[-5:] == [
        ("cards", "Vos enfants"), ("card", "Fiche 1"), ("question", "Âge"), ("card", "Fiche 2"), ("question", "Âge"),
    ]  # fmt: skip


def test_words_around_are_in_the_language_of_the_form_from_right_to_left(session):
    made = document(session, "ar")

    assert (made["locale"], made["direction"], made["text_direction"]) == ("ar", "rtl", "rtl")
    assert questions(made)[1]["options"][1]["go"] == "انتقلوا إلى السؤال 3"
    assert made["words"]["how"] == "كيف تملؤون هذا الاستبيان"


@leaves_a_file_open
@pytest.mark.slow
def test_blank_is_tagged_and_in_its_language(session):
    printed = print_blank(document(session, "fr"))

    reader = PdfReader(io.BytesIO(printed.content))
    text = plain(" ".join(" ".join(page.extract_text() for page in reader.pages).split()))
    assert (reader.trailer["/Root"]["/Lang"], reader.trailer["/Root"]["/MarkInfo"]["/Marked"]) == ("fr", True)
    assert "→ allez à la question 3" in text
    assert "Découpez ici" not in text


@leaves_a_file_open
@pytest.mark.slow
def test_every_page_of_a_sheet_carries_its_code_and_the_last_one_a_coupon(session):
    stamps = [SheetStamp("K7M2QX4P", "P1"), SheetStamp("AAAA2222")]

    printed = print_sheets(document(session, "fr"), stamps)

    reader = PdfReader(io.BytesIO(printed.content))
    texts = [page.extract_text() for page in reader.pages]
    per_sheet = len(texts) // 2
    assert (printed.page_count, per_sheet % 2) == (len(texts), 0)
    with_words = [text for text in texts if text.strip()]
    assert [("K7M2-QX4P" in text, "AAAA-2222" in text) for text in with_words] == [
        *[(True, False)] * (len(with_words) // 2), *[(False, True)] * (len(with_words) // 2),
    ]  # fmt: skip
    assert ["P1" in text for text in with_words[: len(with_words) // 2]] == [True] * (len(with_words) // 2)
    assert [text.count("K7M2-QX4P") for text in texts if "Découpez ici" in text] == [2, 0]
