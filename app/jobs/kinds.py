"""The kinds of job: what runs apart, what is kept of it, and how much it may take.

`body(arguments, report)` runs in a process of its own that may be killed at any moment: it computes, writes no row,
and returns JSON. One body acts outside, and therefore writes: that of `mailing.send`, see its module.
`store(session, job, result)` runs in the transaction that marks the job done: what it writes is written exactly once,
whatever dies. `gather(session, job)`, when given, reads the body's arguments from the database just before it starts,
so that thousands of segments need not be copied into the job's row.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from core.errors import NotFound

MEBIBYTE = 1024 * 1024


class Report(Protocol):
    """What a body calls to say how far it is: share done in [0, 1], and the code of the step."""

    def __call__(self, progress: float, step: str = "") -> None:
        """Say it; may be called as often as one likes."""


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as `gather` and `store` see it."""

    id: UUID
    key: str
    kind: str
    arguments: dict[str, Any]
    study_id: UUID | None
    account_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of job; functions are named (`package.module:function`) so that naming one loads nothing.

    `seconds` is the longest a body may run, `mebibytes` the most resident memory it may hold.
    """

    body: str
    store: str
    seconds: float
    mebibytes: int
    gather: str = ""


KINDS: dict[str, Kind] = {
    "coding.agreement": Kind(
        gather="coding.agreement.job:gather",
        body="coding.agreement.job:body",
        store="coding.agreement.job:store",
        seconds=15 * 60,
        mebibytes=1500,
    ),
    "coding.cluster": Kind(
        body="coding.nlp.job:body",
        store="coding.nlp.job:store",
        gather="coding.nlp.job:gather",
        seconds=15 * 60,
        mebibytes=1500,
    ),
    "coding.names": Kind(
        gather="coding.naming.job:gather",
        body="coding.naming.job:body",
        store="coding.naming.job:store",
        seconds=15 * 60,
        mebibytes=1500,
    ),
    "export.answers": Kind(
        body="app.datafiles.job:body",
        store="app.datafiles.job:store",
        seconds=15 * 60,
        mebibytes=800,
    ),
    "mailing.print": Kind(
        gather="app.mailing.printing:gather",
        body="app.mailing.printing:body",
        store="app.mailing.printing:store",
        seconds=5 * 60,
        mebibytes=800,
    ),
    "export.coding": Kind(
        body="app.projects.job:export_body",
        store="app.projects.job:store_export",
        seconds=10 * 60,
        mebibytes=1200,
    ),
    "mailing.send": Kind(
        gather="app.mailing.work:gather",
        body="app.mailing.work:body",
        store="app.mailing.work:store",
        seconds=15 * 60,
        mebibytes=400,
    ),
    "paper.print": Kind(
        gather="app.paper.job:gather",
        body="app.paper.job:body",
        store="app.paper.job:store",
        seconds=5 * 60,
        mebibytes=800,
    ),
    "questionnaire.read": Kind(
        body="app.arrivals.reading:body",
        store="app.arrivals.job:store",
        seconds=2 * 60,
        mebibytes=600,
    ),
    "project.import": Kind(
        body="app.projects.job:read_body",
        store="app.projects.job:store_import",
        seconds=10 * 60,
        mebibytes=1200,
    ),
    "project.read": Kind(
        body="app.projects.job:read_body",
        store="app.projects.job:store_reading",
        seconds=10 * 60,
        mebibytes=1200,
    ),
    "report.draft": Kind(
        gather="app.reports.job:gather_draft",
        body="app.reports.job:body_of_draft",
        store="app.reports.job:store_draft",
        seconds=5 * 60,
        mebibytes=800,
    ),
    "report.pdf": Kind(
        gather="app.reports.job:gather",
        body="app.reports.job:body",
        store="app.reports.job:store",
        seconds=5 * 60,
        mebibytes=800,
    ),
}


def kind_of(name: str) -> Kind:
    """Return the kind of that name.

    Raises: NotFound: `jobs.unknown_kind`.
    """
    try:
        return KINDS[name]
    except KeyError:
        raise NotFound("jobs.unknown_kind", kind=name) from None


class _Store(Protocol):
    def __call__(self, session: Session, job: JobView, result: Any) -> None: ...


class _Gather(Protocol):
    def __call__(self, session: Session, job: JobView) -> dict[str, Any]: ...


def _load(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)


def store_of(kind: Kind) -> _Store:
    """Load the function that keeps the result."""
    store: _Store = _load(kind.store)
    return store


def gather_of(kind: Kind) -> _Gather | None:
    """Load the function that reads the arguments, if the kind has one."""
    if not kind.gather:
        return None
    gather: _Gather = _load(kind.gather)
    return gather


def body_of(path: str) -> Any:
    """Load a body; called in the process where it runs."""
    return _load(path)
