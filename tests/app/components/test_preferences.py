"""Language, light, and the headers of every answer."""

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask

import config
from app.components.preferences import local_path
from app.extensions import db
from app.factory import create_app


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/studies/demo/?page=2", "/studies/demo/?page=2"),
        ("", "/"),
        (None, "/"),
        ("studies", "/"),
        ("//evil.example", "/"),
        ("///evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\n/evil.example", "/"),
        ("\t//evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_local_path_leads_nowhere_else(target, expected):
    assert local_path(target) == expected


def test_choose_language_is_kept_by_the_browser(app, client):
    response = client.post("/preferences/language", data={"locale": "en", "next": "/gallery"})

    assert (response.status_code, response.location) == (303, "/gallery")
    with app.app_context():  # a new context: Babel keeps the locale of the one it saw first
        assert '<html lang="en"' in client.get("/gallery").text
    client.post("/preferences/language", data={"locale": "fr"})
    with app.app_context():
        assert '<html lang="fr"' in client.get("/gallery").text


def test_choose_theme_is_written_by_the_server(client):
    client.post("/preferences/theme", data={"theme": "dark"})
    dark = client.get("/gallery").text
    client.post("/preferences/theme", data={"theme": "purple"})
    unknown = client.get("/gallery").text

    assert 'data-theme="dark"' in dark
    assert 'data-theme="auto"' in unknown


@pytest.mark.parametrize("path", ["/", "/gallery", "/nothing", "/account/", "/answer", "/static/css/phone.css"])
def test_every_answer_carries_the_security_headers(client, path):
    with client.get(path) as response:
        headers = response.headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert ("no-store" in headers["Cache-Control"]) == (not path.startswith("/static"))


@pytest.mark.parametrize("path", ["/", "/gallery", "/account/sign-in"])
def test_pages_hold_no_inline_script_or_style(client, path):
    page = client.get(path).text

    assert "<style" not in page
    assert " style=" not in page
    assert "<script>" not in page
    assert " onclick=" not in page


def test_find_collection_goes_to_the_code_that_was_typed(client):
    assert client.get("/answer", query_string={"code": " K7M2 QX4P "}).location == "/r/K7M2QX4P"
    assert client.get("/answer", query_string={"code": "../x"}).location == "/r/..%2Fx"
    assert client.get("/answer").status_code == 422


def test_styles_of_a_phone_stay_light(app: Flask):
    # The sources, unbundled, are an upper bound of the one file that a phone loads.
    folder = f"{app.static_folder}/css"
    sources = ("phone.css", *re.findall(r'@import url\("\./(.+?)"\)', Path(folder, "phone.css").read_text("utf-8")))
    css = b"".join(Path(folder, name).read_bytes() for name in sources)

    assert len(gzip.compress(css)) <= 6_000


@pytest.fixture
def guarded(tmp_path):
    """An application as people meet it: CSRF on, hosts checked, over https."""
    application = create_app(
        config.load(
            {
                "DATABASE_URL": f"sqlite:///{tmp_path / 'guarded.sqlite3'}",
                "TRESSE_DATA_DIR": str(tmp_path),
                "SECRET_KEY": "guarded!" * 8,
                "PUBLIC_URL": "https://tresse.example",
            }
        )
    )
    yield application
    with application.app_context():
        db.engine.dispose()


@pytest.mark.parametrize(
    "path", ["/preferences/language", "/preferences/theme", "/account/sign-in", "/account/sign-out"]
)
def test_posts_without_a_token_are_refused(guarded, path):
    response = guarded.test_client().post(path, base_url="https://tresse.example", data={"locale": "en"})

    assert response.status_code == 400


def test_every_route_that_is_not_read_only_asks_for_a_token(guarded):
    client = guarded.test_client()
    arguments = {
        "uuid": "00000000-0000-4000-8000-000000000000", "int": 1, "default": "x", "string": "x", "path": "x",
    }  # fmt: skip
    unguarded = []
    for rule in guarded.url_map.iter_rules():
        # Respondents hold no session: what they send carries the token of their own response instead.
        if "POST" not in (rule.methods or ()) or rule.endpoint.startswith("respond."):
            continue
        values = {name: arguments[converter_name(converter)] for name, converter in rule._converters.items()}
        built = rule.build(values, append_unknown=False)
        assert built is not None
        status = client.post(built[1], base_url="https://tresse.example").status_code
        if status != 400:
            unguarded.append((rule.endpoint, status))

    assert unguarded == []


def converter_name(converter):
    """Return the name under which a converter stands in a rule."""
    return {"UUIDConverter": "uuid", "IntegerConverter": "int"}.get(type(converter).__name__, "default")


def test_foreign_hosts_are_refused_and_cookies_hold_to_the_host(guarded):
    client = guarded.test_client()

    assert client.get("/gallery", base_url="https://evil.example").status_code == 400
    response = client.get("/gallery", base_url="https://tresse.example")
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-tresse=")
    assert "Secure" in cookie
