"""Groups the machine proposed, to look at before deciding."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from coding.models import ClusterGroup, ClusterMember, ClusterRun, Code, Transcript, TranscriptVersion
from coding.queries.visibility import Viewer
from core.errors import NotFound

TYPICAL_MEMBERS = 5


@dataclass(frozen=True, slots=True)
class RunRow:
    """One grouping in the list; `finished_at` None while its job has not ended."""

    run_id: UUID
    job_id: UUID | None
    created_at: datetime
    finished_at: datetime | None
    unit_count: int
    group_count: int
    kept_count: int
    silhouette: float | None
    parameters: dict[str, Any]


@dataclass(frozen=True, slots=True)
class GroupMember:
    """A stretch of a group; rank 0 is the nearest to its centre (cosine distance)."""

    member_id: UUID
    version_id: UUID
    transcript_id: UUID
    title: str
    start: int
    end: int
    rank: int
    distance: float
    text: str


@dataclass(frozen=True, slots=True)
class GroupView:
    """A proposed group: typical terms with weight, typical stretches, and what a person decided."""

    group_id: UUID
    position: int
    size: int
    terms: tuple[tuple[str, float], ...]
    code_id: UUID | None
    code: str | None
    dismissed_at: datetime | None
    members: tuple[GroupMember, ...]


@dataclass(frozen=True, slots=True)
class RunView:
    """A grouping with its groups; `parameters` holds k, seed, hints, stability and representation."""

    run_id: UUID
    job_id: UUID | None
    created_at: datetime
    finished_at: datetime | None
    unit_count: int
    silhouette: float | None
    corpus_sha256: str
    parameters: dict[str, Any]
    versions: dict[str, Any]
    groups: tuple[GroupView, ...]


def list_cluster_runs(session: Session, study_id: UUID, viewer: Viewer | None = None) -> tuple[RunRow, ...]:
    """Return the study's groupings, newest first. One statement.

    A blind coder sees those they asked for: what a colleague's leaves out is what was coded.
    """
    rows = session.execute(
        select(
            ClusterRun.id,
            ClusterRun.job_id,
            ClusterRun.created_at,
            ClusterRun.finished_at,
            ClusterRun.segment_count,
            func.count(ClusterGroup.id),
            func.count(ClusterGroup.code_id),
            ClusterRun.silhouette,
        )
        .outerjoin(ClusterGroup, ClusterGroup.run_id == ClusterRun.id)
        .where(ClusterRun.study_id == study_id, _shown(viewer))
        .group_by(ClusterRun.id)
        .order_by(ClusterRun.created_at.desc())
    ).all()
    parameters: dict[UUID, dict[str, Any]] = dict(
        session.execute(select(ClusterRun.id, ClusterRun.parameters).where(ClusterRun.study_id == study_id)).all()
    )
    return tuple(RunRow(*row, parameters=parameters[row[0]]) for row in rows)


def _shown(viewer: Viewer | None) -> Any:
    return true() if viewer is None or not viewer.is_blind else ClusterRun.requested_by == viewer.account_id


def find_cluster_run(
    session: Session, study_id: UUID, run_id: UUID, viewer: Viewer | None = None, *, whole: int | None = None
) -> RunView:
    """Return a grouping with the 5 most typical stretches of each group, all of the `whole` one. Four statements.

    Args: whole: the position of a group, from 0.

    Raises: NotFound: `coding.clusters_unknown`.
    """
    run = session.get(ClusterRun, run_id)
    if run is None or run.study_id != study_id:
        raise NotFound("coding.clusters_unknown")
    if viewer is not None and viewer.is_blind and run.requested_by != viewer.account_id:
        raise NotFound("coding.clusters_unknown")
    groups = session.execute(
        select(
            ClusterGroup.id, ClusterGroup.position, ClusterGroup.size, ClusterGroup.terms, ClusterGroup.code_id,
            Code.name.label("code"), ClusterGroup.dismissed_at,
        )
        .outerjoin(Code, Code.id == ClusterGroup.code_id)
        .where(ClusterGroup.run_id == run_id)
        .order_by(ClusterGroup.position)
    ).all()  # fmt: skip
    query = (
        select(
            ClusterMember.group_id, ClusterMember.id, ClusterMember.version_id, Transcript.id.label("transcript_id"),
            Transcript.title, ClusterMember.start, ClusterMember.end, ClusterMember.rank, ClusterMember.distance,
        )
        .join(ClusterGroup, ClusterGroup.id == ClusterMember.group_id)
        .join(TranscriptVersion, TranscriptVersion.id == ClusterMember.version_id)
        .join(Transcript, Transcript.id == TranscriptVersion.transcript_id)
        .where(ClusterGroup.run_id == run_id)
        .order_by(ClusterMember.rank, ClusterMember.id)
    )  # fmt: skip
    rows = session.execute(query.where((ClusterMember.rank < TYPICAL_MEMBERS) | (ClusterGroup.position == whole))).all()
    # Texts come whole, once: cutting each stretch out in the database would unpack the text for every one.
    texts: dict[UUID, str] = dict(
        session.execute(
            select(TranscriptVersion.id, TranscriptVersion.text).where(
                TranscriptVersion.id.in_({row.version_id for row in rows})
            )
        ).all()
    )
    held: dict[UUID, list[GroupMember]] = {}
    for row in rows:
        words = texts[row.version_id][row.start : row.end]
        held.setdefault(row.group_id, []).append(GroupMember(*row[1:], text=words))
    return RunView(
        run_id=run.id,
        job_id=run.job_id,
        created_at=run.created_at,
        finished_at=run.finished_at,
        unit_count=run.segment_count,
        silhouette=run.silhouette,
        corpus_sha256=run.corpus_sha256,
        parameters=run.parameters,
        versions=run.versions,
        groups=tuple(
            GroupView(
                group_id=group.id,
                position=group.position,
                size=group.size,
                terms=tuple((str(term["term"]), float(term["weight"])) for term in group.terms),
                code_id=group.code_id,
                code=group.code,
                dismissed_at=group.dismissed_at,
                members=tuple(held.get(group.id, ())),
            )
            for group in groups
        ),
    )
