"""The job that prints letters and lists of calls: names are read just before, and the file lies sealed on the disk.

Who is printed counts as written to when the file is kept, in the job's own transaction: a job that dies prints nobody,
one that is run again prints the same people once.
"""

import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from flask import current_app
from flask_babel import force_locale
from sqlalchemy.orm import Session

from app.jobs.models import JobState
from app.jobs.port import enqueue
from app.jobs.queries import find_job, jobs_of_kind
from app.mailing.composing import Composer
from app.mailing.contacts import Contact, ContactBook, seal_file
from app.mailing.job import site_of_messages
from app.mailing.paper import Pages, calls_document, letters_document
from app.mailing.reminding import plan_now
from core import audit
from core.clock import now
from core.errors import Conflict, Invalid, NotFound
from studies.models import Study
from surveys.fieldwork.calls import tries_of, waiting_calls
from surveys.fieldwork.mailing import Step, get_step, setup_of
from surveys.fieldwork.mailing_models import Channel
from surveys.fieldwork.message_desk import note_handed_over
from surveys.fieldwork.planning import may_be_written_to, unwilling_among
from surveys.fieldwork.standing import PersonStanding
from surveys.invitations import make_invitations

KIND = "mailing.print"
AT_ONCE = 100
"""People in one file, within the pages a file may have; whoever is left is printed by pressing again."""
KEPT = timedelta(days=7)
PRINTED = frozenset({Channel.LETTER, Channel.CALL})


class _Job(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def arguments(self) -> dict[str, Any]: ...
    @property
    def study_id(self) -> UUID | None: ...
    @property
    def account_id(self) -> UUID | None: ...


class _Report(Protocol):
    def __call__(self, progress: float, step: str = "") -> None: ...


@dataclass(frozen=True, slots=True)
class PrintOrder:
    """Whom to print: those who are due for a step, unless told otherwise.

    `again` is an earlier print: its people, without those who answered or said no since; `is_waiting` asks for
    everybody who is still to be called.
    """

    study_id: UUID
    collection_id: UUID
    step_id: UUID
    again: UUID | None = None
    is_waiting: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the arguments of the job."""
        return {
            "study_id": str(self.study_id),
            "collection_id": str(self.collection_id),
            "step_id": str(self.step_id),
            "again": str(self.again) if self.again else None,
            "is_waiting": self.is_waiting,
        }

    @classmethod
    def from_json(cls, arguments: dict[str, Any]) -> "PrintOrder":
        """Read what `to_json` wrote."""
        return cls(
            UUID(arguments["study_id"]),
            UUID(arguments["collection_id"]),
            UUID(arguments["step_id"]),
            UUID(arguments["again"]) if arguments["again"] else None,
            arguments["is_waiting"],
        )


def _folder() -> Path:
    folder: Path = current_app.config["SETTINGS"].data_dir / "letters"
    return folder


def print_path(study_id: UUID, job_id: UUID) -> Path:
    """Return the sealed file of a print."""
    return _folder() / str(study_id) / f"{job_id}.sealed"


def forget_prints(study_id: UUID) -> None:
    """Erase the prints of a study: somebody in them withdrew, or is to be known by their pseudonym only."""
    shutil.rmtree(_folder() / str(study_id), ignore_errors=True)


def sweep_prints() -> None:
    """Erase the prints that were kept for a week, and what a stopped job left half made."""
    oldest = (now() - KEPT).timestamp()
    for path in _folder().glob("*/*"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def ask_to_print(session: Session, order: PrintOrder, *, account_id: UUID | None = None) -> UUID:
    """Ask for letters or a list of calls; make the links that are missing. Pressed twice, it is one print.

    Raises: NotFound("fieldwork.step_not_found"); Conflict("mailing.paused"); Invalid("mailing.nothing_to_print").
    """
    arguments = order.to_json()
    same = [job for job in jobs_of_kind(session, KIND, study_id=order.study_id) if job.arguments == arguments]
    for job in same:
        if job.state in {JobState.QUEUED, JobState.RUNNING}:
            return job.id
    if setup_of(session, order.collection_id).is_paused:
        raise Conflict("mailing.paused")
    people = [person.participant_id for person in _people(session, order)]
    if not people:
        raise Invalid("mailing.nothing_to_print")
    secret = current_app.config["SETTINGS"].secret_key
    make_invitations(session, order.study_id, order.collection_id, people, secret=secret, account_id=account_id)
    key = f"{KIND}|{order.step_id}|{order.again}|{order.is_waiting}|{same[0].id if same else 'first'}"
    return enqueue(session, KIND, arguments, key=key, study_id=order.study_id, account_id=account_id)


def _step(session: Session, order: PrintOrder) -> Step:
    step = get_step(session, order.study_id, order.collection_id, order.step_id).step
    if step.channel not in PRINTED:
        raise NotFound("fieldwork.step_not_found")
    return step


def _people(session: Session, order: PrintOrder) -> list[PersonStanding]:
    """Return whom a print is for, by site and pseudonym."""
    step = _step(session, order)
    ids = (order.study_id, order.collection_id)
    if order.again:
        wanted = may_be_written_to(session, *ids, moment=now())
        people = [wanted[person] for person in printed_people(session, order.study_id, order.again) if person in wanted]
    elif order.is_waiting:
        people = [call.person for call in waiting_calls(session, *ids, moment=now())][:AT_ONCE]
    else:
        people = [verdict.person for verdict in plan_now(session, *ids, steps=[step.id]).due]
    return sorted(people, key=lambda person: (person.site, person.pseudonym))[:AT_ONCE]


def printed_people(session: Session, study_id: UUID, job_id: UUID) -> list[UUID]:
    """Return the people of a print, none while it is not done.

    Raises: NotFound("jobs.not_found").
    """
    job = find_job(session, job_id, study_id=study_id)
    return [UUID(each) for each in (job.result or {}).get("people", [])] if job.kind == KIND else []


def people_to_take_out(session: Session, order: PrintOrder, job_id: UUID) -> int:
    """Return how many people of a print withdrew since, or do not want to be written to or called any more."""
    printed = set(printed_people(session, order.study_id, job_id))
    return len(unwilling_among(session, order.collection_id, printed))


def gather(session: Session, job: _Job) -> dict[str, Any]:
    """Read whom it is for and put the pages together; none of it is stored.

    Raises: Invalid("mailing.nothing_to_print"), Invalid("studies.identity_key").
    """
    order = PrintOrder.from_json(job.arguments)
    step = _step(session, order)
    composer = Composer.of(session, order.study_id, order.collection_id, [step], site_of_messages())
    found = _people(session, order)
    recipients = composer.recipients(session, [person.participant_id for person in found])
    data_dir: Path = current_app.config["SETTINGS"].data_dir
    contacts = ContactBook(session, data_dir).contacts(recipients)
    # Who came due after the button was pressed has no link yet: the next print.
    people = [
        person
        for person in found
        if recipients[person.participant_id].code
        and step.channel in contacts.get(person.participant_id, Contact()).channels
    ]
    if not people:
        raise Invalid("mailing.nothing_to_print")
    study = session.get_one(Study, order.study_id)
    pages = Pages(composer, step, people, recipients, contacts, study.title)
    with force_locale(study.locale):
        if step.channel is Channel.LETTER:
            document = letters_document(pages)
        else:
            document = calls_document(pages, tries_of(session, order.collection_id))
    return {
        "document": document,
        "template": "letters" if step.channel is Channel.LETTER else "calls",
        "path": str(print_path(order.study_id, job.id)),
        "data_dir": str(data_dir),
        "people": [str(person.participant_id) for person in people],
    }


def body(arguments: dict[str, Any], report: _Report) -> dict[str, Any]:
    """Lay out, seal, keep."""
    from app.reports.pdf import print_template  # noqa: PLC0415  slow import

    report(0.1, "report.step_layout")
    printed = print_template(arguments["template"], arguments["document"])
    path = Path(arguments["path"])
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.touch(mode=0o600)
    part.write_bytes(seal_file(Path(arguments["data_dir"]), printed.content))
    part.replace(path)
    return {"people": arguments["people"], "page_count": printed.page_count}


def store(session: Session, job: _Job, result: dict[str, Any]) -> None:
    """Note who was printed, once."""
    order = PrintOrder.from_json(job.arguments)
    step = _step(session, order)
    people = [UUID(each) for each in result["people"]]
    note_handed_over(session, step, order.collection_id, people, moment=now())
    audit.record(
        session,
        verb="print",
        object_kind="message",
        object_id=order.collection_id,
        study_id=order.study_id,
        account_id=job.account_id,
        after={"count": len(people)},
    )
