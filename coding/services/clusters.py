"""Groups proposed by the machine: asked for, stored, and kept or dismissed by a person, one by one."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from coding.models import (
    ClusterGroup,
    ClusterMember,
    ClusterRun,
    CodeOrigin,
    Coding,
    CodingStatus,
    Segment,
    Speaker,
    SpeakerRole,
    Transcript,
    TranscriptVersion,
    Turn,
)
from coding.queries.visibility import may_see, viewer_of
from coding.services.codebook import create_code, find_code, free_name
from coding.services.codings import add_coding
from coding.spans import Span
from coding.units import Unit, cut_turn
from core.audit import record
from core.clock import now
from core.errors import Conflict, Invalid, NotFound

MIN_UNITS = 10
MAX_UNITS = 20_000
MAX_GROUPS = 60
DEFAULT_SEED = 20_240_101


@dataclass(frozen=True, slots=True)
class KeptGroup:
    """The code made of a group, and how many of its stretches were coded."""

    code_id: UUID
    coding_count: int


def request_clusters(
    session: Session,
    study_id: UUID,
    *,
    requested_by: UUID | None,
    k: int | None = None,
    seed: int = DEFAULT_SEED,
    transcript_ids: Sequence[UUID] | None = None,
) -> ClusterRun:
    """Note that a grouping is asked for; `k` None lets the silhouette choose. The job fills it in.

    The job's arguments are `coding.nlp.job.arguments_for(session, run.id)`.
    Raises: Invalid: `coding.clusters_k` (out of 2..60), `coding.clusters_too_few` units to group.
    """
    if k is not None and not 2 <= k <= MAX_GROUPS:  # noqa: PLR2004  one group is no grouping
        raise Invalid("coding.clusters_k", limit=MAX_GROUPS)
    units = uncoded_units(session, study_id, transcript_ids=transcript_ids, account_id=requested_by)
    if len(units) < max(MIN_UNITS, 2 * (k or 0)):
        raise Invalid("coding.clusters_too_few", count=len(units), least=max(MIN_UNITS, 2 * (k or 0)))
    run = ClusterRun(
        id=uuid4(),
        study_id=study_id,
        requested_by=requested_by,
        parameters={
            "k": k,
            "seed": seed,
            "transcripts": None if transcript_ids is None else [str(each) for each in transcript_ids],
        },
        corpus_sha256=corpus_sha256(units),
        segment_count=len(units),
    )
    session.add(run)
    record(
        session,
        verb="clusters.request",
        object_kind="cluster_run",
        object_id=run.id,
        study_id=study_id,
        account_id=requested_by,
        after={**run.parameters, "units": len(units)},
    )
    session.flush()
    return run


def uncoded_units(
    session: Session,
    study_id: UUID,
    *,
    transcript_ids: Sequence[UUID] | None = None,
    account_id: UUID | None = None,
) -> list[Unit]:
    """Return what nobody has coded yet, ready to be grouped: turns of those who do not interview, long ones cut.

    A piece that shares a character with a coding (human or accepted) that `account_id` may see is left out, of anyone
    when nobody in particular asks: what is left out would tell a blind coder what the others coded.
    """
    query = (
        select(Turn.version_id, Turn.start, Turn.end, Speaker.role, TranscriptVersion.transcript_id)
        .join(TranscriptVersion, TranscriptVersion.id == Turn.version_id)
        .join(Transcript, Transcript.id == TranscriptVersion.transcript_id)
        .outerjoin(Speaker, Speaker.id == Turn.speaker_id)
        .where(Transcript.study_id == study_id, TranscriptVersion.is_current)
        .order_by(Transcript.created_at, Transcript.id, Turn.position)
    )
    if transcript_ids is not None:
        query = query.where(Transcript.id.in_(transcript_ids))
    turns = session.execute(query).all()
    with_speakers = {row.version_id for row in turns if row.role is not None}
    coded = _coded_spans(session, study_id, account_id)
    texts: dict[UUID, str] = {}
    units: list[Unit] = []
    for row in turns:
        if row.role is SpeakerRole.INTERVIEWER or (row.role is None and row.version_id in with_speakers):
            continue
        if row.version_id not in texts:
            texts = {
                row.version_id: session.scalars(
                    select(TranscriptVersion.text).where(TranscriptVersion.id == row.version_id)
                ).one()
            }
        done = coded.get(row.version_id, ())
        units += [
            unit
            for unit in cut_turn(row.version_id, texts[row.version_id], row.start, row.end)
            if not any(span.start < unit.end and unit.start < span.end for span in done)
        ]
        if len(units) > MAX_UNITS:
            raise Invalid("coding.clusters_too_many", limit=MAX_UNITS)
    return units


def corpus_sha256(units: Sequence[Unit]) -> str:
    """Return the digest of what was grouped: places and words, in order."""
    lines = [[str(unit.version_id), unit.start, unit.end, unit.text] for unit in units]
    return hashlib.sha256(json.dumps(lines, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def store_clusters(session: Session, run_id: UUID, result: Mapping[str, Any]) -> ClusterRun:
    """Write what the job computed (`coding.nlp.job.run_cluster_job`); a second time replaces the first.

    Raises: NotFound: `coding.clusters_unknown`.  Conflict: `coding.group_decided` (a person kept a group of it).
    """
    run = session.get(ClusterRun, run_id)
    if run is None:
        raise NotFound("coding.clusters_unknown")
    earlier = session.execute(select(ClusterGroup.id, ClusterGroup.code_id).where(ClusterGroup.run_id == run_id)).all()
    if any(group.code_id is not None for group in earlier):
        raise Conflict("coding.group_decided")
    ids = [group.id for group in earlier]
    session.execute(delete(ClusterMember).where(ClusterMember.group_id.in_(ids)))
    session.execute(delete(ClusterGroup).where(ClusterGroup.id.in_(ids)))
    run.parameters = {**run.parameters, **result["parameters"]}
    run.versions = dict(result["versions"])
    run.corpus_sha256 = result["corpus_sha256"]
    run.segment_count = result["unit_count"]
    run.silhouette = result["silhouette"]
    run.finished_at = now()
    members: list[dict[str, Any]] = []
    for position, group in enumerate(result["groups"]):
        group_id = uuid4()
        session.add(
            ClusterGroup(
                id=group_id, run_id=run_id, position=position, size=len(group["members"]), terms=group["terms"]
            )
        )
        members += [
            {
                "id": uuid4(),
                "group_id": group_id,
                "version_id": UUID(member["version_id"]),
                "start": member["start"],
                "end": member["end"],
                "rank": rank,
                "distance": member["distance"],
            }
            for rank, member in enumerate(group["members"])
        ]
    session.flush()
    # A transcript deleted while the job ran takes its stretches with it.
    known = set(
        session.scalars(
            select(TranscriptVersion.id).where(TranscriptVersion.id.in_({row["version_id"] for row in members}))
        )
    )
    rows = [row for row in members if row["version_id"] in known]
    if rows:
        session.execute(insert(ClusterMember), rows)
    session.flush()
    return run


def keep_group_as_code(
    session: Session,
    study_id: UUID,
    group_id: UUID,
    *,
    coder_id: UUID,
    name: str | None = None,
    code_id: UUID | None = None,
    parent_id: UUID | None = None,
    member_ids: Sequence[UUID] | None = None,
) -> KeptGroup:
    """Make a code of a group, or give its stretches to the code `code_id`; codings are marked as accepted proposals.

    Without `name` the code is called by the group's first typical terms; `member_ids` keeps only some stretches.
    Raises: NotFound: `coding.group_unknown`, `coding.code_unknown`.  Conflict: `coding.group_decided`,
    `coding.name_taken`.
    """
    group, run = _group(session, study_id, group_id)
    if group.code_id is not None:
        raise Conflict("coding.group_decided")
    if code_id is not None:
        code = find_code(session, study_id, code_id)
    else:
        proposed = name if name is not None and name.strip() else _proposed_name(session, study_id, group, parent_id)
        code = create_code(
            session,
            study_id,
            proposed,
            account_id=coder_id,
            parent_id=parent_id,
            origin=CodeOrigin.CLUSTER,
        )
    members = session.scalars(
        select(ClusterMember)
        .join(TranscriptVersion, TranscriptVersion.id == ClusterMember.version_id)
        .where(ClusterMember.group_id == group.id, TranscriptVersion.is_current)
        .order_by(ClusterMember.rank)
    ).all()
    wanted = None if member_ids is None else set(member_ids)
    count = 0
    for member in members:
        if wanted is not None and member.id not in wanted:
            continue
        result = add_coding(
            session,
            member.version_id,
            member.start,
            member.end,
            code.id,
            coder_id,
            status=CodingStatus.ACCEPTED,
            source=f"cluster:{run.id}",
        )
        count += result.created
    group.code_id = code.id
    group.dismissed_at = None
    _record(session, "clusters.keep", group, study_id, coder_id, after={"code": str(code.id), "codings": count})
    session.flush()
    return KeptGroup(code.id, count)


def dismiss_group(session: Session, study_id: UUID, group_id: UUID, *, account_id: UUID) -> None:
    """Set a group aside. Raises: NotFound: `coding.group_unknown`.  Conflict: `coding.group_decided`."""
    group, _ = _group(session, study_id, group_id)
    if group.code_id is not None:
        raise Conflict("coding.group_decided")
    group.dismissed_at = now()
    _record(session, "clusters.dismiss", group, study_id, account_id)
    session.flush()


def restore_group(session: Session, study_id: UUID, group_id: UUID, *, account_id: UUID) -> None:
    """Take up again a group set aside. Raises: NotFound: `coding.group_unknown`."""
    group, _ = _group(session, study_id, group_id)
    group.dismissed_at = None
    _record(session, "clusters.restore", group, study_id, account_id)
    session.flush()


def _proposed_name(session: Session, study_id: UUID, group: ClusterGroup, parent_id: UUID | None) -> str:
    terms = ", ".join(str(term["term"]) for term in group.terms[:3]) or f"{group.position + 1}"
    return free_name(session, study_id, terms, parent_id=parent_id)


def _coded_spans(session: Session, study_id: UUID, account_id: UUID | None) -> dict[UUID, list[Span]]:
    query = (
        select(Segment.version_id, Segment.start, Segment.end)
        .join(Coding, Coding.segment_id == Segment.id)
        .join(TranscriptVersion, TranscriptVersion.id == Segment.version_id)
        .join(Transcript, Transcript.id == TranscriptVersion.transcript_id)
        .where(Transcript.study_id == study_id, Coding.status.in_((CodingStatus.HUMAN, CodingStatus.ACCEPTED)))
        .distinct()
    )
    if account_id is not None:
        query = query.where(may_see(viewer_of(session, study_id, account_id), study_id))
    rows = session.execute(query)
    spans: dict[UUID, list[Span]] = {}
    for version_id, start, end in rows:
        spans.setdefault(version_id, []).append(Span(start, end))
    return spans


def _group(session: Session, study_id: UUID, group_id: UUID) -> tuple[ClusterGroup, ClusterRun]:
    row = session.execute(
        select(ClusterGroup, ClusterRun)
        .join(ClusterRun, ClusterRun.id == ClusterGroup.run_id)
        .where(ClusterGroup.id == group_id, ClusterRun.study_id == study_id)
    ).one_or_none()
    if row is None:
        raise NotFound("coding.group_unknown")
    return row[0], row[1]


def _record(
    session: Session, verb: str, group: ClusterGroup, study_id: UUID, account_id: UUID, *, after: Any = None
) -> None:
    record(
        session,
        verb=verb,
        object_kind="cluster_group",
        object_id=group.id,
        study_id=study_id,
        account_id=account_id,
        after=after,
    )
