"""The job that groups uncoded segments: what it reads, what it computes apart, what it writes.

Importing this module loads no model; `body` does, in its own process.
"""

from collections.abc import Callable
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from coding.models import ClusterRun
from coding.services.clusters import corpus_sha256, store_clusters, uncoded_units
from coding.units import Unit
from core.errors import NotFound


class Job(Protocol):
    """What this module needs of a job: its arguments, `{"run_id": …}`."""

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments it was asked with."""


def arguments_for(session: Session, run_id: UUID) -> dict[str, Any]:
    """Return all that the computation needs, JSON-able: units, k, seed.

    Raises: NotFound: `coding.clusters_unknown`.
    """
    run = session.get(ClusterRun, run_id)
    if run is None:
        raise NotFound("coding.clusters_unknown")
    chosen = run.parameters.get("transcripts")
    units = uncoded_units(
        session,
        run.study_id,
        transcript_ids=None if chosen is None else [UUID(each) for each in chosen],
        account_id=run.requested_by,
    )
    return {
        "run_id": str(run_id),
        "k": run.parameters.get("k"),
        "seed": run.parameters["seed"],
        "units": [[str(unit.version_id), unit.start, unit.end, unit.text] for unit in units],
    }


def gather(session: Session, job: Job) -> dict[str, Any]:
    """Read the segments just before the body starts."""
    return arguments_for(session, UUID(job.arguments["run_id"]))


def body(arguments: dict[str, Any], report: Callable[[float, str], None]) -> dict[str, Any]:
    """Group the units of `arguments_for`; return what `store_clusters` writes. No database here."""
    from coding.nlp.clusters import cluster_uncoded  # noqa: PLC0415  slow import

    units = [Unit(UUID(version_id), start, end, text) for version_id, start, end, text in arguments["units"]]
    k = arguments["k"]
    if k is not None:
        k = max(2, min(k, len(units) - 1))
    proposal = cluster_uncoded(units, k, seed=arguments["seed"], report=report)
    report(1.0, "coding.step_terms")
    return {
        "parameters": {
            "k": proposal.k,
            "k_asked": arguments["k"],
            "seed": proposal.seed,
            "representation": proposal.representation,
            "stability": round(proposal.stability, 4),
            "hints": [list(hint) for hint in proposal.hints],
            "method": "kmeans",
        },
        "versions": proposal.versions,
        "corpus_sha256": corpus_sha256(units),
        "unit_count": len(units),
        "silhouette": round(proposal.silhouette, 4),
        "groups": [
            {
                "terms": [{"term": term, "weight": weight} for term, weight in group.terms],
                "members": [
                    {
                        "version_id": str(member.unit.version_id),
                        "start": member.unit.start,
                        "end": member.unit.end,
                        "distance": member.distance,
                    }
                    for member in group.members
                ],
            }
            for group in proposal.groups
        ],
    }


run_cluster_job = body


def store(session: Session, job: Job, result: dict[str, Any]) -> None:
    """Write the groups in the transaction that marks the job done."""
    store_clusters(session, UUID(job.arguments["run_id"]), result)
