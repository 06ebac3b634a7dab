"""The job that looks for names in the transcripts of a study: what it reads, computes apart, and writes.

Importing this module loads no model; `body` does, in its own process.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from coding.models import Transcript, TranscriptVersion
from coding.naming.entries import keep_found


class Job(Protocol):
    """What this module needs of a job: its arguments, `{"study_id": …}`."""

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments it was asked with."""


def gather(session: Session, job: Job) -> dict[str, Any]:
    """Read the texts just before the body starts."""
    study_id = UUID(job.arguments["study_id"])
    texts = session.scalars(
        select(TranscriptVersion.text)
        .join(Transcript, Transcript.id == TranscriptVersion.transcript_id)
        .where(Transcript.study_id == study_id, TranscriptVersion.is_current)
        .order_by(Transcript.created_at, Transcript.id)
    ).all()
    return {"study_id": str(study_id), "texts": list(texts)}


def body(arguments: dict[str, Any], report: Callable[[float, str], None]) -> dict[str, Any]:
    """Find forms; return `{"found": [{form, kind, reason, count}]}`, most frequent first. No database here.

    A form found several ways has the kind met most often; what a rule says outweighs what the model says.
    """
    from coding.nlp.names import find_names  # noqa: PLC0415  slow import

    texts = arguments["texts"]
    counts: Counter[str] = Counter()
    ways: dict[str, Counter[tuple[bool, str, str]]] = {}
    for text, found in zip(texts, find_names(texts, lambda share: report(share, "coding.step_names")), strict=True):
        for each in found:
            form = " ".join(text[each.start : each.end].split())
            counts[form] += 1
            ways.setdefault(form, Counter())[each.reason != "model", each.kind.value, each.reason] += 1
    rows = []
    for form, count in counts.most_common():
        (_by_rule, kind, reason), _number = max(ways[form].items(), key=lambda way: (way[0][0], way[1]))
        rows.append({"form": form, "kind": kind, "reason": reason, "count": count})
    return {"found": rows}


def store(session: Session, job: Job, result: dict[str, Any]) -> None:
    """Keep the proposals in the transaction that marks the job done."""
    keep_found(session, UUID(job.arguments["study_id"]), result["found"])
