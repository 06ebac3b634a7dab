"""A form alone, with files, or everything in a zip."""

import pytest

from core.errors import Invalid
from surveys.parcels import MAX_FILES, SentFile, bare_name, file_key, open_parcel
from tests.factories.media import png, zipped

FORM = SentFile("enquete.md", b"| survey |")


def code_of(*sent, **options):
    with pytest.raises(Invalid) as refusal:
        open_parcel(sent, **options)
    return refusal.value.code


def names(parcel):
    return parcel.form and parcel.form.name, [each.name for each in parcel.files]


def test_form_alone_is_a_form_whatever_its_name():
    assert names(open_parcel([SentFile("liste.csv", b"type,name")])) == ("liste.csv", [])


def test_form_with_files_beside_it():
    assert names(open_parcel([FORM, SentFile("a.png", png())])) == ("enquete.md", ["a.png"])


def test_zip_holds_the_form_and_its_folder_of_media():
    content = zipped({"enquete.md": b"| survey |", "media/plan.PNG": png(), "__MACOSX/plan.PNG": b"", ".DS_Store": b""})

    assert names(open_parcel([SentFile("envoi.zip", content)])) == ("enquete.md", ["plan.PNG"])


def test_zip_beside_the_form_holds_files_only():
    sent = SentFile("sons.zip", zipped({"a.png": png()}))

    assert names(open_parcel([FORM, sent])) == ("enquete.md", ["a.png"])


def test_workbook_is_no_folder_though_it_is_a_zip():
    workbook = SentFile("enquete (1)", zipped({"xl/workbook.xml": b"<x/>"}))

    assert names(open_parcel([workbook])) == ("enquete (1)", [])


def test_what_cannot_be_told_apart_is_refused():
    twice = SentFile("b.md", b"| survey |")
    folder = SentFile("f.zip", zipped({"a.png": png(), "b.png": png()}))
    many = [SentFile(f"{number}.png", b"x") for number in range(MAX_FILES + 1)]

    assert code_of(FORM, twice) == "uploads.parcel_with_forms"
    assert code_of(folder) == "uploads.parcel_without_form"
    assert code_of(FORM, SentFile("A.png", png()), SentFile("a.PNG", png())) == "uploads.file_sent_twice"
    assert code_of(FORM, form_expected=False) == "uploads.form_among_files"
    assert code_of(FORM, *many) == "uploads.parcel_too_many"
    assert code_of(SentFile("f.zip", b"PK\x03\x04broken")) == "uploads.archive_broken"


def test_name_of_a_file_has_no_folder():
    assert bare_name("jr://images/Visage e\u0301tonné.png") == "Visage étonné.png"
    assert bare_name("C:\\sons\\a.mp3") == "a.mp3"
    assert file_key("../A.PNG") == "a.png"
