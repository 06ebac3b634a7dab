"""`collection due` and `collection remind`: who is due, and who is written to, for those who script."""

import sys
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from flask_babel import force_locale, gettext, ngettext
from sqlalchemy import select

from app.cli.database import prepare
from app.extensions import db
from app.mailing.job import carriers_in_force, open_senders, record_run, run_of
from app.mailing.reasons import step_name, why_name
from app.mailing.reminding import plan_now, queue_plan
from app.mailing.sending import send_queued
from app.research.contexts.standing import standing_table
from app.unit_of_work import unit_of_work
from app.wording import word
from core.clock import now
from core.errors import DomainError, NotFound
from core.tables import to_csv
from studies.queries import find_study_id
from studies.windows import today_in_paris
from surveys.fieldwork.calls import tries_of
from surveys.fieldwork.planning import Plan
from surveys.fieldwork.standing import people_standing
from surveys.models import Collection
from surveys.tokens import read_code, spell

group = AppGroup("collection", help="Collections in the field: who is due, who is written to.")


class CollectionRefused(click.ClickException):
    """The command cannot be carried out; the sentence says why."""

    exit_code = 2


def _open(study: str, code: str | None) -> tuple[UUID, list[tuple[UUID, str, str]]]:
    """Return the study and its collections as id, title and code; one of them when a code is given."""
    session = db.session()
    study_id = find_study_id(session, study)
    query = select(Collection.id, Collection.title, Collection.token).where(Collection.study_id == study_id)
    if code is not None:
        query = query.where(Collection.token == read_code(code))
    rows = session.execute(query.order_by(Collection.opens_at, Collection.title)).all()
    session.rollback()
    if code is not None and not rows:
        raise NotFound("surveys.collection_not_found", token=code)
    return study_id, [(row.id, row.title, row.token) for row in rows]


@group.command("due")
@click.option("--study", required=True, help="The study's key.")
@click.option("--collection", "code", required=True, help="The collection's code.")
def due(study: str, code: str) -> None:
    """Print as CSV who is due, late, done or out of their window in a collection."""
    with _worded():
        study_id, found = _open(study, code)
        people = people_standing(db.session(), study_id, found[0][0], today=today_in_paris(now()))
        sys.stdout.buffer.write(to_csv(standing_table(people, tries_of(db.session(), found[0][0]))))
        sys.stdout.buffer.flush()


@group.command("remind")
@click.option("--study", required=True, help="The study's key.")
@click.option("--collection", "code", help="One collection's code; every open one otherwise.")
@click.option("--dry-run", is_flag=True, help="Print who would be written to and why not the others; send nothing.")
@click.option("--by-hand", is_flag=True, help="With the messages that a person sends, not only the automatic ones.")
def remind(study: str, code: str | None, *, dry_run: bool, by_hand: bool) -> None:
    """Write to those whose message is due. Twice is harmless: nobody gets a message twice."""
    with _worded():
        study_id, found = _open(study, code)
        for collection_id, title, token in found:
            plan = plan_now(db.session(), study_id, collection_id, automatic_only=not by_hand)
            db.session.rollback()
            if not plan.verdicts:
                continue
            click.echo(f"{title} ({spell(token)})")
            _print(plan, each=dry_run)
            if not dry_run:
                _send(study_id, plan)


def _print(plan: Plan, *, each: bool) -> None:
    if each:
        for verdict in plan.verdicts:
            what = why_name(verdict.why) if verdict.why else gettext("is written to")
            click.echo(f"  {verdict.person.pseudonym}\t{step_name(verdict.step)}\t{what}")
    if plan.setup.is_paused:
        click.echo("  " + gettext("Messages of this collection are paused: nothing leaves."))
    click.echo("  " + ngettext("%(num)s message is due.", "%(num)s messages are due.", len(plan.due)))


def _send(study_id: UUID, plan: Plan) -> None:
    """Queue what is due and send it from this process; a worker that sends at the same time does no harm."""
    with unit_of_work() as session:
        queue_plan(session, study_id, plan)
    tally = send_queued(
        run_of(f"command {uuid.uuid4()}", study_id, plan.collection_id),
        open_senders(carriers_in_force()),
        unit_of_work,
    )
    with unit_of_work() as session:
        record_run(session, study_id, plan.collection_id, tally.fates, account_id=None)
    for line in _lines(tally.fates.items()):
        click.echo(f"  {line}")


def _lines(fates: Iterable[tuple[str, int]]) -> list[str]:
    names = {
        "sent": gettext("messages sent"),
        "retry": gettext("did not leave, tried again later"),
        "refused": gettext("refused"),
        "bounced": gettext("came back"),
        "maybe": gettext("perhaps sent: decide on the screen of messages"),
        "skipped": gettext("not sent: the hour, or something that changed"),
    }
    return [gettext("%(what)s: %(count)s", what=names.get(fate, fate), count=count) for fate, count in sorted(fates)]


@contextmanager
def _worded() -> Iterator[None]:
    """Speak the language of the installation; what the domain refuses becomes one sentence and exit code 2."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  the application itself
    prepare(app)
    with force_locale(app.config["SETTINGS"].default_locale):
        try:
            yield
        except DomainError as error:
            raise CollectionRefused(word(error)) from error


def init_app(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(group)
