"""From a domain error to an answer: one table of statuses, one page that words it."""

from flask import Flask, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError
from werkzeug.exceptions import HTTPException, SecurityError

from app.database import WritersBusy
from app.extensions import db
from app.wording import word
from core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound

STATUSES: dict[type[DomainError], int] = {NotFound: 404, Conflict: 409, Invalid: 422, Forbidden: 403}


def status_of(error: DomainError) -> int:
    """Return the status that a domain error is answered with."""
    return next((status for kind, status in STATUSES.items() if isinstance(error, kind)), 400)


def init_app(app: Flask) -> None:
    """Answer every error with a page that says what happened and what to do."""

    @app.errorhandler(DomainError)
    def show_domain_error(error: DomainError) -> ResponseReturnValue:
        db.session.rollback()
        return _page(status_of(error), word(error))

    @app.errorhandler(CSRFError)
    def show_csrf_error(error: CSRFError) -> ResponseReturnValue:  # noqa: ARG001  the reason is for logs, not for people
        return _page(400, None)

    @app.errorhandler(HTTPException)
    def show_http_error(error: HTTPException) -> ResponseReturnValue:
        if error.code is None or error.code < 400:  # noqa: PLR2004  redirects are answers
            return error
        if isinstance(error, SecurityError):
            # The Host is not ours: no address can be built from it, so no page either.
            return Response(str(error.description), error.code, mimetype="text/plain")
        return _page(error.code, None)

    @app.errorhandler(DataError)
    def show_unkeepable(error: DataError) -> ResponseReturnValue:
        # What no form would send: PostgreSQL keeps no NUL character and no number beyond its columns.
        app.logger.info("refused by the database on %s: %s", request.endpoint, type(error.orig).__name__)
        db.session.rollback()
        return _page(422, None)

    @app.errorhandler(WritersBusy)
    def show_busy(error: WritersBusy) -> ResponseReturnValue:  # noqa: ARG001  it says nothing more
        app.logger.error("no turn to write came on %s", request.endpoint)
        db.session.rollback()
        return render_template("error.html", status=503, sentence=None), 503, {"Retry-After": "30"}

    @app.errorhandler(Exception)
    def show_unexpected_error(error: Exception) -> ResponseReturnValue:
        if app.testing or app.debug:
            raise error
        app.logger.exception("unexpected error on %s", request.endpoint)  # noqa: LOG004  Flask handles it just now
        db.session.rollback()
        return _page(500, None)


def _page(status: int, sentence: str | None) -> ResponseReturnValue:
    return render_template("error.html", status=status, sentence=sentence), status
