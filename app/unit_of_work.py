"""The only place that commits: once a request, once a job or command."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.database import declare_write_intent, write_intent
from app.extensions import db

FIRST_ERROR_STATUS = 400


def writes(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Commit what the view did when its answer is below 400; undo it otherwise.

    Must stand nearest to the view, under @permits; `declare_intent` reads the mark before the first query.
    """

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        try:
            response = current_app.make_response(view(*args, **kwargs))
        except BaseException:
            db.session.rollback()
            raise
        if response.status_code < FIRST_ERROR_STATUS:
            db.session.commit()
        else:
            db.session.rollback()
        return response

    wrapper.writes = True  # type: ignore[attr-defined]  # read by declare_intent and by the architecture tests
    return wrapper


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """Give jobs and commands a session that is committed at the end, or undone."""
    with write_intent():
        session = _ready_to_write()
        try:
            yield session
        except BaseException:
            session.rollback()
            raise
        session.commit()


def begin_writing() -> Session:
    """End the read transaction of this request and start the one that writes.

    For views marked @writes_late: they read and compute first, so that others wait less. Objects read before
    are expired; read again what the decision rests on.
    """
    declare_write_intent(writing=True)
    return _ready_to_write()


def _ready_to_write() -> Session:
    """Return the session of this request, in a transaction that may write, holding nothing read before.

    A reader of SQLite cannot become a writer: its transaction ends here. On PostgreSQL it goes on: each statement sees
    what was committed last, and ROLLBACK with BEGIN would cost an answered page two of its eight turns.
    """
    session = db.session()
    if session.get_bind().dialect.name == "sqlite":
        session.rollback()
    else:
        session.expire_all()
    return session


def writes_late(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Like @writes, but the view itself says when writing starts, with `begin_writing`."""
    wrapper = writes(view)
    wrapper.writes_late = True  # type: ignore[attr-defined]
    return wrapper


def init_app(app: Flask) -> None:
    """Declare each request's intent before anything is read, and end what a view left open."""

    @app.before_request
    def declare_intent() -> None:
        view = app.view_functions.get(request.endpoint or "")
        declare_write_intent(writing=getattr(view, "writes", False) and not getattr(view, "writes_late", False))

    @app.teardown_appcontext
    def forget_intent(_error: BaseException | None) -> None:
        declare_write_intent(writing=False)
