"""A small published form, open to everybody, and a phone without scripts."""

import re
from dataclasses import dataclass, field

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.extensions import db
from surveys.definition import Choice, Definition, Group, Item, ItemType, Locale
from surveys.expressions import parse
from surveys.models import Collection
from surveys.services import open_collection, publish, store_definition
from tests.factories.studies import StudyFactory

YES_NO = (
    Choice("oui", {"fr": "Oui", "ar": "نعم"}),
    Choice("non", {"fr": "Non", "ar": "لا"}),
)
TRANSPORT = (Choice("bus", {"fr": "Bus"}), Choice("velo", {"fr": "Vélo"}), Choice("pied", {"fr": "À pied"}))


def item(name: str, kind: ItemType, label: str, **more: object) -> Item:
    path = f"/data/{more.pop('inside', '')}{name}"
    return Item(name=name, key=name, path=path, type=kind, labels={"fr": label, "ar": f"ع {label}"}, **more)


def small_form() -> Definition:
    """Three parts: a page of two questions, one behind the other; a number and a date; a ranking and a scale."""
    work = Group(
        name="travail",
        key="travail",
        path="/data/travail",
        labels={"fr": "Le travail"},
        appearance="field-list",
        children=(
            item(
                "emploi",
                ItemType.SELECT_ONE,
                "Avez-vous un emploi ?",
                list_name="oui_non",
                required=True,
                inside="travail/",
            ),
            item(
                "heures",
                ItemType.INTEGER,
                "Combien d'heures ?",
                relevant=parse("${emploi} = 'oui'"),
                constraint=parse(". <= 60"),
                constraint_messages={"fr": "60 au plus."},
                inside="travail/",
            ),
        ),
    )
    return Definition(
        title="Petit questionnaire",
        form_id="petit",
        locales=(Locale("fr", "Français (fr)"), Locale("ar", "العربية (ar)")),
        default_locale="fr",
        choice_lists={"oui_non": YES_NO, "transport": TRANSPORT},
        children=(
            item("secret", ItemType.HIDDEN, "Caché à tous"),
            work,
            item("depuis", ItemType.DATE, "Depuis quand ?"),
            item("rang", ItemType.RANK, "Classez", list_name="transport"),
            item("confiance", ItemType.RANGE, "Confiance ?", parameters={"start": "0", "end": "10", "step": "1"}),
            item("mot", ItemType.TEXT, "Un mot ?", required=True),
        ),
    )


@pytest.fixture
def collection(session: Session) -> Collection:
    study = StudyFactory()
    version = store_definition(session, study.id, small_form())
    publish(session, study.id, version.id)
    opened = open_collection(session, study.id, version_id=version.id, title="Première vague")
    session.commit()
    return opened


@dataclass
class Phone:
    """Follows redirects by hand, and sends forms as a browser would."""

    client: FlaskClient
    code: str
    url: str = ""
    statements: list[str] = field(default_factory=list)

    def get(self, url: str) -> TestResponse:
        self.statements.clear()
        return self.client.get(url)

    def start(self, locale: str = "fr") -> str:
        token = csrf(self.client.get(f"/r/{self.code}"))
        answer = self.client.post(f"/r/{self.code}", data={"csrf": token, "locale": locale})
        self.url = answer.location
        return self.url

    def send(self, url: str | None = None, move: str = "next", **fields: object) -> TestResponse:
        address = (url or self.url).split("#")[0]
        token = csrf(self.client.get(address))
        self.statements.clear()
        answer = self.client.post(address.split("?")[0], data={"csrf": token, "move": move, **fields})
        if answer.status_code == 303:
            self.url = answer.location
        return answer

    def answer_everything(self) -> None:
        self.start()
        self.answer_pages()

    def answer_pages(self) -> None:
        self.send(emploi="non")
        self.send(**{"depuis:day": "3", "depuis:month": "2", "depuis:year": "2024"})
        self.send(**{"rang:bus": "2", "rang:velo": "1", "rang:pied": "3"})
        self.send(confiance="7")
        self.send(mot="Merci")


def csrf(answer: TestResponse) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', answer.get_data(as_text=True))
    assert found is not None, answer.get_data(as_text=True)[:500]
    return found[1]


@pytest.fixture
def phone(client: FlaskClient, collection: Collection) -> Phone:
    one = Phone(client, collection.token)
    connection = db.session.connection()

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")):
            one.statements.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    return one
