"""What a database refuses is an answer, not an accident."""

import pytest

from app.extensions import db
from studies.models import Role
from tests.factories.studies import StudyFactory, member_client


@pytest.mark.parametrize("path", ["/studies/%00/", "/studies/{key}/journal/?kind=%00"])
def test_a_nul_character_never_breaks_a_page(app, session, path):
    study = StudyFactory()
    browser = member_client(app, study, Role.LEAD)

    status = browser.get(path.format(key=study.key)).status_code

    # PostgreSQL refuses the character itself; SQLite looks it up and finds nothing.
    assert status == 422 if db.engine.dialect.name == "postgresql" else status in {200, 404}
