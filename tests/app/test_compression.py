"""Bytes on the wire: gzip where it is accepted, the same content, never a staff page."""

import gzip

import pytest
from flask import url_for

from app.components.assets import asset
from tests.factories.studies import StudyFactory, member_client


@pytest.fixture
def style(app):
    with app.test_request_context():
        return asset("phone.css")


def fetch(client, address, **headers):
    """Return the answer, read and closed: a file is open until then."""
    with client.get(address, headers={name.replace("_", "-"): value for name, value in headers.items()}) as answer:
        answer.get_data()
    return answer


def test_static_file_is_gzipped_when_accepted(client, style):
    plain = fetch(client, style)

    packed = fetch(client, style, Accept_Encoding="gzip, br")

    assert gzip.decompress(packed.data) == plain.data
    assert (packed.headers["Content-Encoding"], packed.headers["Content-Length"]) == ("gzip", str(len(packed.data)))
    assert ("Content-Encoding" in plain.headers, plain.headers["Vary"], packed.headers["Vary"]) == (
        False,
        "Accept-Encoding",
        "Accept-Encoding",
    )


def test_static_file_is_plain_when_gzip_is_refused(client, style):
    assert "Content-Encoding" not in fetch(client, style, Accept_Encoding="gzip;q=0").headers


def test_static_file_known_by_the_browser_is_not_sent_again(client, style):
    first = fetch(client, style, Accept_Encoding="gzip")

    again = fetch(client, style, Accept_Encoding="gzip", If_None_Match=first.headers["ETag"])

    assert (again.status_code, again.data) == (304, b"")


def test_staff_page_is_never_compressed(app, session):
    study = StudyFactory()
    with app.test_request_context():
        address = url_for("collections.list_collections", study_key=study.key)

    answered = member_client(app, study).get(address, headers={"Accept-Encoding": "gzip"})

    assert (answered.status_code, "Content-Encoding" in answered.headers) == (200, False)
