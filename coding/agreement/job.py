"""The job that measures agreement: what it reads, what it computes apart, what it writes."""

from collections.abc import Callable
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from coding.agreement.kinds import UnitKind
from coding.queries.agreement import find_agreement, read_layers
from coding.services.agreement import store_agreement


class Job(Protocol):
    """What this module needs of a job: its study and its arguments, `{"run_id": …}`."""

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments it was asked with."""

    @property
    def study_id(self) -> UUID | None:
        """The study it is about."""


def gather(session: Session, job: Job) -> dict[str, Any]:
    """Read texts and marks just before the body starts."""
    assert job.study_id is not None  # measures are of a study
    run = find_agreement(session, job.study_id, UUID(job.arguments["run_id"]))
    chosen = [UUID(each) for each in run.parameters["transcripts"]]
    return {
        **run.parameters,
        "documents": read_layers(
            session,
            job.study_id,
            coder_ids=[UUID(coder_id) for coder_id, _name in run.parameters["coders"]],
            code_ids=[UUID(code_id) for code_id, _name in run.parameters["codes"]],
            transcript_ids=chosen or None,
            with_codes_below=run.parameters["with_codes_below"],
        ),
    }


def body(arguments: dict[str, Any], report: Callable[[float, str], None]) -> dict[str, Any]:
    """Measure the documents of `gather`; no database here."""
    from coding.agreement.cutting import Layers, Mark  # noqa: PLC0415  slow import
    from coding.agreement.measure import measure  # noqa: PLC0415  slow import

    report(0.1, "coding.step_agreement")
    documents = [
        Layers(
            document["text"],
            tuple((start, end) for start, end in document["turns"]),
            tuple(
                None if marks is None else tuple(Mark(*mark) for mark in marks) for marks in document["marks"]
            ),
        )
        for document in arguments["documents"]
    ]  # fmt: skip
    return measure(
        documents,
        UnitKind(arguments["unit"]),
        code_count=len(arguments["codes"]),
        only_coded=arguments["only_coded"],
        seed=arguments["seed"],
        number=arguments["draws"],
    ).as_json()


def store(session: Session, job: Job, result: dict[str, Any]) -> None:
    """Write the measure in the transaction that marks the job done."""
    store_agreement(session, UUID(job.arguments["run_id"]), result)
