"""Names and contacts come by a list, are sealed at once, and change nothing where a cell is empty."""

from pathlib import Path

import pytest
from sqlalchemy import select

from core.audit import AuditEntry
from core.errors import Invalid
from studies.contact_listing import ListedContact, read_contacts
from studies.identity import Person, Sealer, keep_identity, local_key, read_identity
from studies.listing import ListProblem
from studies.models import Identity, Role
from tests.factories.studies import ParticipantFactory, StudyFactory, member_client

HEAD = ["Pseudonyme", "Nom", "Prénom", "Téléphone", "E-mail", "Adresse"]


def test_row_becomes_a_contact_with_a_whole_name_and_lines():
    rows = [HEAD, ["P1", "CANARI", "Léa", "06 00 00 00 00", "lea@example.org", "1 rue A | 54000 NANCY"]]

    assert read_contacts(rows, known=frozenset({"P1"})).contacts == (
        ListedContact(
            row=2,
            pseudonym="P1",
            name="Léa CANARI",
            given_name="Léa",
            phone="06 00 00 00 00",
            email="lea@example.org",
            address="1 rue A\n54000 NANCY",
        ),
    )


def test_problems_are_told_with_their_place():
    rows = [HEAD, ["", "A"], ["P9", "B"], ["P1", "C"], ["P1", "D"]]

    read = read_contacts(rows, known=frozenset({"P1"}))

    assert list(read.problems) == [
        ListProblem("studies.pseudonym_missing", 2, "Pseudonyme", ""),
        ListProblem("studies.pseudonym_unknown", 3, "Pseudonyme", "P9"),
        ListProblem("studies.pseudonym_twice", 5, "Pseudonyme", "P1"),
    ]


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        (["nom"], "studies.list_no_pseudonym"),
        (["id", "revenu"], "studies.contact_column_unknown"),
        (["id", "tel", "mobile"], "studies.list_column_twice"),
    ],
)
def test_headings_that_cannot_serve_are_refused(heading, code):
    with pytest.raises(Invalid) as refusal:
        read_contacts([heading], known=frozenset())

    assert refusal.value.code == code


@pytest.fixture
def study(session):
    return StudyFactory()


@pytest.fixture
def sealer(app):
    return Sealer([local_key(Path(app.config["SETTINGS"].data_dir))])


def test_list_is_sealed_and_leaves_what_it_does_not_say(app, session, study, sealer):
    known, new = (ParticipantFactory(study=study, pseudonym=name) for name in ("P1", "P2"))
    keep_identity(session, sealer, known.id, Person(name="Léa Canari", phone="06 11 11 11 11"))
    session.commit()
    pasted = "id;email;nom\nP1;lea@example.org;\nP2;;Ana Autre"

    answer = member_client(app, study).post(
        f"/studies/{study.key}/contacts/import", data={"pasted": pasted}, follow_redirects=True
    )

    session.expire_all()
    assert "2 coordonnées mises sous scellé." in answer.text
    assert read_identity(session, sealer, known.id) == Person(
        name="Léa Canari", phone="06 11 11 11 11", email="lea@example.org"
    )
    assert read_identity(session, sealer, new.id).name == "Ana Autre"
    entry = session.scalars(select(AuditEntry).where(AuditEntry.object_kind == "identity")).one()
    assert (entry.verb, entry.after) == ("import", {"count": 2})


def test_list_with_a_problem_seals_nobody(app, session, study):
    ParticipantFactory(study=study, pseudonym="P1")

    answer = member_client(app, study).post(
        f"/studies/{study.key}/contacts/import", data={"pasted": "id;nom\nP1;Léa\nP9;X"}
    )

    assert answer.status_code == 422
    assert "personne dans l’étude n’a le pseudonyme" in answer.text
    assert session.scalars(select(Identity)).all() == []


def test_only_the_lead_imports_contacts(app, study):
    coder = member_client(app, study, Role.CODER)

    assert coder.get(f"/studies/{study.key}/contacts/import").status_code == 403


def test_address_and_given_name_are_sealed_from_the_page_of_the_person(app, session, study, sealer):
    person = ParticipantFactory(study=study, pseudonym="P1")
    form = {"name": "CANARI Léa", "given_name": "Léa", "address": "1 rue A\n54000 NANCY"}

    member_client(app, study).post(f"/studies/{study.key}/participants/{person.id}/identity/save", data=form)

    kept = read_identity(session, sealer, person.id)
    assert (kept.given_name, kept.address.splitlines()) == ("Léa", ["1 rue A", "54000 NANCY"])
