"""Coded segments and speech as files of other programs."""

import csv
import io
import zipfile

import pytest
from defusedxml import ElementTree
from sqlalchemy import select

from coding.exchange import documents, lexicometry
from coding.models import Speaker, SpeakerRole
from coding.object_models import AttributeScope
from coding.queries import RELEASED, find_segments, list_codes
from coding.readers.docx import read_docx
from coding.readers.files import read_file
from coding.services import create_attribute, create_code, set_speaker, set_value
from core.archives import open_archive
from tests.factories.corpus import code_words, make_code, make_transcript
from tests.factories.studies import AccountFactory, ParticipantFactory, StudyFactory

LABELS = documents.Labels("fr", "Étude : extraits", "Rien encore.", "à ne pas citer", "codé par")


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def coded(session, study):
    person = ParticipantFactory(study=study, pseudonym="N12", attributes={"Âge de l'aîné": 7, "vide": ""})
    transcript = make_transcript(session, study, participant=person, title="Entretien <1>")
    folder = make_code(session, study, "Vécu & dit", is_codable=False)
    code = create_code(session, study.id, "Peur", parent_id=folder.id, description="d’être coupé")
    make_code(session, study, "Jamais mis")
    code_words(session, transcript, "J'avais peur", code, AccountFactory(name="Awa"))
    return transcript


def laid_out(session, study):
    rows = find_segments(session, study.id, RELEASED, page_size=None).rows
    return documents.lay_out(list_codes(session, study.id), rows, LABELS)


def test_lay_out_follows_the_codebook_and_says_where_words_come_from(session, study, coded):
    assert [(each.style, each.text, each.level) for each in laid_out(session, study)] == [
        ("title", "Étude : extraits", 1),
        ("heading", "Vécu & dit", 1),
        ("heading", "Peur", 2),
        ("definition", "d’être coupé", 1),
        ("quote", "J'avais peur", 1),
        ("origin", f"Entretien <1> · N12 · {population_of(session, study)} · codé par Awa · à ne pas citer", 1),
    ]


def population_of(session, study):
    (row,) = find_segments(session, study.id, RELEASED, page_size=None).rows
    return row.population


def test_lay_out_without_segment_says_so(session, study):
    assert [each.text for each in laid_out(session, study)] == ["Étude : extraits", "Rien encore."]


def test_html_escapes_what_people_typed(session, study, coded):
    page = documents.to_html(laid_out(session, study), LABELS).decode()

    assert "<h2>Vécu &amp; dit</h2>" in page
    assert "<blockquote>J&#x27;avais peur</blockquote>" in page
    assert "Entretien &lt;1&gt;" in page
    assert page.startswith('<!doctype html>\n<html lang="fr">')


def test_docx_and_odt_are_read_back_with_the_same_words(session, study, coded):
    paragraphs = laid_out(session, study)
    words = [each.text for each in paragraphs]

    with open_archive(documents.to_docx(paragraphs, LABELS), file="a.docx") as archive:
        docx = read_docx(archive).text
    odt = read_file("a.odt", documents.to_odt(paragraphs, LABELS)).text

    assert [line for line in docx.split("\n") if line] == words
    assert [line for line in odt.split("\n") if line] == words


def test_documents_are_well_formed_archives(session, study, coded):
    paragraphs = [*laid_out(session, study), documents.Paragraph("quote", "un\ndeux <&>")]

    for content in (documents.to_docx(paragraphs, LABELS), documents.to_odt(paragraphs, LABELS)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            for name in names:
                if name != "mimetype":
                    ElementTree.fromstring(archive.read(name))
    assert names[0] == "mimetype"


def test_iramuteq_holds_one_text_a_person_with_starred_variables(session, study, coded):
    attribute = create_attribute(session, study.id, "lieu", scope=AttributeScope.DOCUMENT)
    set_value(session, study.id, attribute.id, coded.id, "Agence *Nord*")

    corpus = lexicometry.to_iramuteq(lexicometry.read_speeches(session, study.id)).decode()

    first, *lines = corpus.splitlines()
    population = lexicometry._starred(population_of(session, study))
    assert first == f"**** *doc_entretien1 *loc_nadege *pers_n12 *pop_{population} *agedelaine_7 *lieu_agencenord"
    assert lines == [
        "Ben, par la lettre. J'avais peur qu'on me coupe le RSA.",
        "Je suis venue au groupe. On était vingt-cinq, et j'ai parlé.",
    ]


def test_speeches_leave_interviewers_out_and_keep_third_persons_apart(session, study):
    person = ParticipantFactory(study=study, pseudonym="N12")
    transcript = make_transcript(
        session, study, participant=person, text="Awa : Bonjour.\n\nLéo : Oui.\n\nAwa : Et *là* ?\n\nLéo : Non."
    )
    leo = session.scalars(select(Speaker).where(Speaker.label == "Léo")).one()
    set_speaker(session, study.id, leo.id, role=SpeakerRole.OTHER)

    speeches = {dict(each.variables).get("loc"): each for each in lexicometry.read_speeches(session, study.id)}

    assert {name: dict(each.variables).get("pers") for name, each in speeches.items()} == {"Awa": "N12", "Léo": None}
    assert "*" not in lexicometry.to_iramuteq([speeches["Awa"]]).decode().split("\n", 1)[1]
    assert transcript.id is not None


def test_txm_has_a_row_of_metadata_for_each_text(session, study, coded):
    make_transcript(session, study, text="Un texte sans personne.", title="Note")

    with zipfile.ZipFile(io.BytesIO(lexicometry.to_txm(lexicometry.read_speeches(session, study.id)))) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("metadata.csv").decode())))
        texts = [archive.read(f"{row['id']}.txt").decode() for row in rows]

    assert [(row["id"], row["doc"], row["pers"]) for row in rows] == [
        ("texte0001", "Entretien <1>", "N12"),
        ("texte0002", "Note", "N/A"),
    ]
    assert texts[1] == "Un texte sans personne."
