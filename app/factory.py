"""Build the application: settings, database, security, rooms, errors, commands, in that order."""

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

import app.models  # noqa: F401  every table must be known before the first query
from app import compression, database, errors, i18n, security, unit_of_work
from app.extensions import csrf, db
from app.requests import ComposedRequest
from config import Settings


def create_app(settings: Settings) -> Flask:
    """Return the application for these settings; loads no heavy library and opens no connection."""
    app = Flask(__name__, static_folder="static", template_folder="components")
    app.request_class = ComposedRequest
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings),
        MAX_CONTENT_LENGTH=settings.max_upload_bytes,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        SESSION_COOKIE_NAME="__Host-tresse" if settings.secure_cookies else "tresse",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        # A questionnaire or a codebook may stay open for hours; the token lives as long as the session.
        WTF_CSRF_TIME_LIMIT=None,
        SEND_FILE_MAX_AGE_DEFAULT=31536000,
    )
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]

    unit_of_work.init_app(app)
    db.init_app(app)
    with app.app_context():
        database.prepare_engine(db.engine)
    csrf.init_app(app)
    i18n.init_app(app)
    _register_rooms(app)
    security.init_app(app)
    errors.init_app(app)
    compression.init_app(app)
    return app


def _engine_options(settings: Settings) -> dict[str, object]:
    # An error ends in a log: it tells the statement, never what people wrote.
    if settings.is_sqlite:
        return {"connect_args": {"timeout": 30}, "hide_parameters": True}
    return {"pool_size": 8, "max_overflow": 4, "hide_parameters": True}


def _register_rooms(app: Flask) -> None:
    """Open each room: its screens, and its commands."""
    from app import account, cli, components, facilitate, jobs, reports, research, respond  # noqa: PLC0415  rooms import this package's modules

    for room in (components, account, research, respond, facilitate, reports, jobs, cli):
        room.init_app(app)
