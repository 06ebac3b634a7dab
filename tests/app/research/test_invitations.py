"""The lead makes personal links, hands them out, and sees what became of them."""

import csv
import io

import pytest
from sqlalchemy import select

from core.audit import AuditEntry
from studies.models import Role
from surveys.invitations import make_invitations, personal_code, spell_personal
from surveys.models import Invitation
from tests.factories.invitations import SECRET, make_invited_world
from tests.factories.studies import member_client
from tests.factories.surveys import start


@pytest.fixture
def world(session):
    return make_invited_world(session)


@pytest.fixture
def lead(app, world):
    return member_client(app, world.study)


def base(world):
    return f"/studies/{world.study.key}/collections/{world.collection.id}"


def text(answer):
    return answer.get_data(as_text=True)


def invited(session):
    session.expire_all()
    return set(session.scalars(select(Invitation.participant_id)))


def make(session, world):
    people = [world.first.id, world.second.id]
    make_invitations(session, world.study.id, world.collection.id, people, secret=SECRET)
    session.commit()


def exports(session):
    query = select(AuditEntry).where(AuditEntry.object_kind == "invitations", AuditEntry.verb == "export")
    return [entry.after for entry in session.scalars(query)]


def test_page_of_links_warns_before_any_is_made(lead, world):
    shown = text(lead.get(f"{base(world)}"))
    page = text(lead.get(f"{base(world)}/links/"))

    assert "Avec l’adresse commune, les réponses ne sont reliées à personne" in shown
    assert "Créer les liens" in page
    assert "Coupons à imprimer" not in page


def test_make_links_for_everybody_of_the_population(lead, world, session):
    answer = lead.post(f"{base(world)}/links/", data={"who": ""}, follow_redirects=True)

    assert invited(session) == {world.first.id, world.second.id}
    assert "2 liens personnels créés." in text(answer)
    assert "reliées à personne" not in text(lead.get(base(world)))


@pytest.mark.parametrize(("kind", "name"), [("arm", "second"), ("site", "first")])
def test_make_links_for_one_arm_or_site(lead, world, session, kind, name):
    lead.post(f"{base(world)}/links/", data={"who": f"{kind}:{getattr(world, kind).id}"})

    assert invited(session) == {getattr(world, name).id}


def test_list_leaves_as_csv_and_the_trail_keeps_it(lead, world, session):
    make(session, world)

    answer = lead.post(f"{base(world)}/links/list.csv")

    codes = [
        spell_personal(personal_code(SECRET, world.collection.id, person.id)) for person in (world.first, world.second)
    ]
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig")), delimiter=";"))
    assert rows == [
        ["pseudonyme", "lien", "code", "état"],
        ["NUM-É-1", f"http://localhost/i/{codes[0]}", codes[0], "pas commencé"],
        ["P2", f"http://localhost/i/{codes[1]}", codes[1], "pas commencé"],
    ]
    assert exports(session) == [{"count": 2}]


def test_slips_are_in_the_language_of_each_person(lead, world, session):
    make(session, world)

    page = text(lead.post(f"{base(world)}/links/slips"))

    assert page.count('class="slip"') == 2
    assert page.count('src="data:image/png;base64,') == 2
    assert 'lang="ar" dir="rtl"' in page
    assert exports(session) == [{"count": 2}]


@pytest.mark.parametrize("role", [Role.CODER, Role.FACILITATOR])
@pytest.mark.parametrize("tail", ["", "list.csv", "slips"])
def test_only_the_lead_makes_and_takes_links(app, world, session, role, tail):
    make(session, world)

    answer = member_client(app, world.study, role).post(f"{base(world)}/links/{tail}")

    assert answer.status_code == 403
    assert exports(session) == []


def test_links_of_another_study_are_not_found(app, world):
    stranger = make_invited_world(app.extensions["sqlalchemy"].session())
    lead = member_client(app, stranger.study)
    other = f"/studies/{stranger.study.key}/collections/{world.collection.id}/links"

    statuses = [lead.get(f"{other}/").status_code] + [
        lead.post(f"{other}/{tail}").status_code for tail in ("", "list.csv", "slips")
    ]

    assert statuses == [404, 404, 404, 404]


def test_progress_counts_anonymous_responses_apart(lead, world, session):
    for _ in range(6):
        start(session, world.collection)

    page = text(lead.get(base(world)))

    assert "anonyme, par l’adresse commune" in page
    assert "site inconnu" not in page
