"""Work done every so often by whichever worker comes first: it takes its turn in the database, so that one does it.

What is due is looked up by the work itself: a turn that a dead worker took is followed by the next one.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module

from flask import Flask
from sqlalchemy import CursorResult, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.extensions import db
from app.jobs.models import PeriodicClaim
from app.jobs.services import database_moment
from app.unit_of_work import unit_of_work

logger = logging.getLogger("tresse.jobs")


@dataclass(frozen=True, slots=True)
class Turn:
    """A work with its period; the function is named, so that naming it loads nothing."""

    name: str
    seconds: float
    work: str


TURNS = (
    Turn("mailing.remind", 300.0, "app.mailing.reminding:remind_everywhere"),
    Turn("mailing.sweep", 3600.0, "app.mailing.printing:sweep_prints"),
    Turn("projects.sweep", 3600.0, "app.projects.orders:sweep_uploads"),
    Turn("exports.sweep", 3600.0, "app.datafiles.orders:sweep_exports"),
    Turn("desk.sweep", 86_400.0, "app.jobs.sweeping:forget_desk_acts"),
    Turn("imports.sweep", 3600.0, "app.jobs.sweeping:forget_old_files"),
)


def take_turns(app: Flask, turns: tuple[Turn, ...] = TURNS) -> None:
    """Do the work whose turn has come, if no other worker did."""
    for turn in turns:
        with app.app_context():
            try:
                if _is_free(db.session(), turn.name):
                    with unit_of_work() as session:
                        is_ours = take_turn(session, turn.name, seconds=turn.seconds)
                    if is_ours:
                        _load(turn.work)()
            except Exception:
                # The next turn finds what this one missed.
                logger.exception("the turn of %s failed", turn.name)
            finally:
                db.session.remove()


def _is_free(session: Session, name: str) -> bool:
    """Whether a turn may be taken: asked without writing, so that workers who look often hold nobody up."""
    free_at = session.scalar(select(PeriodicClaim.free_at).where(PeriodicClaim.name == name))
    is_free = free_at is None or free_at <= database_moment(session)
    session.rollback()
    return is_free


def take_turn(session: Session, name: str, *, seconds: float) -> bool:
    """Take the turn of a work; False when somebody took it less than its period ago."""
    moment = database_moment(session)
    insertion = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    made = insertion(PeriodicClaim).values(name=name, free_at=moment).on_conflict_do_nothing()
    session.execute(made)
    taken = session.execute(
        update(PeriodicClaim)
        .where(PeriodicClaim.name == name, PeriodicClaim.free_at <= moment)
        .values(free_at=moment + timedelta(seconds=seconds)),
        execution_options={"synchronize_session": False},
    )
    assert isinstance(taken, CursorResult)
    return taken.rowcount > 0


def _load(path: str) -> Callable[[], None]:
    module, _colon, name = path.partition(":")
    work: Callable[[], None] = getattr(import_module(module), name)
    return work
