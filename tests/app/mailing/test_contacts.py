"""Numbers, addresses and names as messages need them."""

import pytest
from cryptography.fernet import Fernet

from app.mailing.contacts import ContactBook, given_name_in, mail_address, mobile_number, open_file, seal_file
from studies.identity import Person, Sealer, keep_identity, local_key
from surveys.fieldwork.mailing_models import Channel
from tests.factories.studies import ParticipantFactory


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("07.12.34.56.78", "+33712345678"),
        ("+33 6 12 34 56 78", "+33612345678"),
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("0033 6 12 34 56 78", "+33612345678"),
        ("+32 470 12 34 56", "+32470123456"),
        ("01 23 45 67 89", ""),
        ("+33 1 23 45 67 89", ""),
        ("06 12 34 56", ""),
        ("appeler la voisine", ""),
        ("", ""),
    ],
)
def test_number_that_a_text_message_reaches(typed, expected):
    assert mobile_number(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (" lea@example.org ", "lea@example.org"),
        ("lea@example", ""),
        ("léa@example.org", ""),
        ("lea@example.org\nBcc: x@example.org", ""),
        ("lea", ""),
    ],
)
def test_address_that_a_mail_reaches(typed, expected):
    assert mail_address(typed) == expected


@pytest.mark.parametrize(
    ("name", "given"), [("CANARI Léa", "Léa"), ("Léa Canari", "Léa"), ("LÉA CANARI", "LÉA"), ("", "")]
)
def test_given_name_is_the_word_that_does_not_shout(name, given):
    assert given_name_in(name) == given


def test_contacts_say_by_which_ways_each_is_reached(session, tmp_path):
    sealer = Sealer([local_key(tmp_path)])
    everything, phone_only, nobody = (ParticipantFactory() for _ in range(3))
    keep_identity(
        session,
        sealer,
        everything.id,
        Person(
            name="CANARI Léa",
            phone="06 12 34 56 78",
            email="lea@example.org",
            address="1 rue des Lilas\n\n54000 NANCY ",
        ),
    )
    keep_identity(session, sealer, phone_only.id, Person(name="X", phone="03 83 00 00 00", given_name="Ana"))

    book = ContactBook(session, tmp_path)
    found = book.contacts([everything.id, phone_only.id, nobody.id])

    assert set(found) == {everything.id, phone_only.id}
    assert found[everything.id].channels == {Channel.EMAIL, Channel.SMS, Channel.LETTER, Channel.CALL}
    assert (found[everything.id].given_name, found[everything.id].address) == ("Léa", "1 rue des Lilas\n54000 NANCY")
    assert (found[phone_only.id].channels, found[phone_only.id].given_name) == ({Channel.CALL}, "Ana")
    assert book.contact(nobody.id).channels == frozenset()


def test_identity_sealed_before_people_had_addresses_is_still_read(session, tmp_path):
    key = Fernet(local_key(tmp_path))
    sealed = key.encrypt(b'["L\\u00e9a Canari", "06", "lea@example.org"]')

    assert Sealer([local_key(tmp_path)]).open(sealed) == Person(name="Léa Canari", phone="06", email="lea@example.org")


def test_files_are_sealed_with_the_same_key(tmp_path):
    sealed = seal_file(tmp_path, b"Canari")

    assert (b"Canari" in sealed, open_file(tmp_path, sealed)) == (False, b"Canari")
