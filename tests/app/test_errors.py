"""What a database refuses is an answer, not an accident."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import StatementError

from app.extensions import db
from studies.models import Role
from tests.factories.studies import StudyFactory, member_client


@pytest.mark.parametrize(("path", "status"), [("/studies/%00/", 404), ("/studies/{key}/journal/?kind=%00", 200)])
def test_a_nul_character_never_breaks_a_page(app, session, path, status):
    study = StudyFactory()
    browser = member_client(app, study, Role.LEAD)

    assert browser.get(path.format(key=study.key)).status_code == status


def test_error_of_the_database_says_nothing_that_people_wrote(app):
    with db.engine.connect() as connection, pytest.raises(StatementError) as error:
        connection.execute(text("SELECT nothing FROM nowhere WHERE said = :said"), {"said": "mon secret"})

    assert "mon secret" not in str(error.value)
