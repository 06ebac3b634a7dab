"""Groupings in words: what was asked, how far it is, what came out and how sure it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import format_decimal, gettext
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.jobs.contexts import JobContext, job_context
from app.jobs.labels import STATES
from app.jobs.models import Job, JobState
from coding.queries import CodeRow, CorpusRow, GroupView, RunRow, RunView
from core.errors import Invalid

_TERMS_SHOWN = 12
_STABLE, _FRAGILE = 0.8, 0.5


@dataclass(frozen=True, slots=True)
class ClusterForm:
    """What was asked: `k` None lets the machine choose; no transcript means all of them."""

    k: int | None
    transcript_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class RunLine:
    """One grouping in the list."""

    id: UUID
    asked_at: datetime
    units: int
    groups: int
    kept: int
    state: str
    is_finished: bool


@dataclass(frozen=True, slots=True)
class ClusteringsPage:
    """The list, and the form with what was typed."""

    runs: tuple[RunLine, ...]
    transcripts: tuple[CorpusRow, ...]
    typed_k: str
    typed_transcripts: frozenset[str]


@dataclass(frozen=True, slots=True)
class ClusteringPage:
    """One grouping; `job` while it is not finished; `facts` are (label, value) for whoever wants to replay it."""

    run: RunView
    job: JobContext | None
    groups: tuple[GroupView, ...]
    decided: tuple[GroupView, ...]
    codes: tuple[tuple[str, str], ...]
    summary: str
    caution: str
    facts: tuple[tuple[str, str], ...]
    hints: tuple[tuple[int, str], ...]
    terms_shown: int = _TERMS_SHOWN


def read_cluster_form(form: MultiDict[str, str]) -> ClusterForm:
    """Read the form.  Raises: Invalid: `coding.clusters_k_unreadable`, `coding.act_unreadable`."""
    text = form.get("k", "").strip()
    if text and not (text.isascii() and text.isdigit() and len(text) <= 4):  # noqa: PLR2004  longer than any number of groups
        raise Invalid("coding.clusters_k_unreadable", typed=text[:40])
    try:
        transcripts = tuple(UUID(each) for each in form.getlist("transcript"))
    except ValueError:
        raise Invalid("coding.act_unreadable") from None
    return ClusterForm(int(text) if text else None, transcripts)


def states_of_jobs(session: Session, job_ids: Sequence[UUID]) -> dict[UUID, JobState]:
    """Return where these jobs stand. One statement."""
    return {row[0]: row[1] for row in session.execute(select(Job.id, Job.state).where(Job.id.in_(job_ids)))}


def build_clusterings_page(
    runs: tuple[RunRow, ...],
    states: dict[UUID, JobState],
    transcripts: tuple[CorpusRow, ...],
    typed: MultiDict[str, str],
) -> ClusteringsPage:
    """Compute the list."""
    return ClusteringsPage(
        tuple(
            RunLine(
                run.run_id, run.created_at, run.unit_count, run.group_count, run.kept_count,
                _state(run, states.get(run.job_id) if run.job_id else None), run.finished_at is not None,
            )
            for run in runs
        ),
        transcripts,
        typed.get("k", ""),
        frozenset(typed.getlist("transcript")),
    )  # fmt: skip


def _state(run: RunRow, state: JobState | None) -> str:
    if run.finished_at is not None:
        return str(gettext("Done"))
    return str(STATES[state or JobState.QUEUED])


def build_clustering_page(
    session: Session, run: RunView, codes: tuple[CodeRow, ...], *, study_key: str
) -> ClusteringPage:
    """Compute the page of one grouping."""
    job = session.get(Job, run.job_id) if run.job_id and run.finished_at is None else None
    stability = run.parameters.get("stability")
    return ClusteringPage(
        run=run,
        job=job_context(job, study_key=study_key) if job else None,
        groups=tuple(group for group in run.groups if group.code_id is None and group.dismissed_at is None),
        decided=tuple(group for group in run.groups if group.code_id is not None or group.dismissed_at is not None),
        codes=tuple((str(code.code_id), " › ".join((*code.path, code.name))) for code in codes),
        summary=_(
            "%(groups)s groups of %(segments)s uncoded segments", groups=len(run.groups), segments=run.unit_count
        ),
        caution=_caution(stability),
        facts=_facts(run),
        hints=tuple((k, format_decimal(round(value, 3))) for k, value in run.parameters.get("hints") or ()),
    )


def _caution(stability: float | None) -> str:
    if stability is None:
        return ""
    if stability >= _STABLE:
        caution = _("Run again from another start, the machine finds nearly the same groups.")
    elif stability >= _FRAGILE:
        caution = _("Run again from another start, the machine moves part of the segments: read the borders with care.")
    else:
        caution = _(
            "Run again from another start, the machine makes other groups: take these as an order for reading, no more."
        )
    return str(caution)


def _facts(run: RunView) -> tuple[tuple[str, str], ...]:
    asked = run.parameters.get("k_asked")
    facts = [
        (
            _("Number of groups"),
            str(run.parameters.get("k")) + ("" if asked else " " + _("(chosen by the silhouette)")),
        ),
        (_("Segments"), str(run.unit_count)),
        (_("Silhouette (−1 to 1)"), "–" if run.silhouette is None else format_decimal(round(run.silhouette, 3))),
    ]
    stability = run.parameters.get("stability")
    if stability is not None:
        facts.append((_("Stability between starts (adjusted Rand, up to 1)"), format_decimal(round(stability, 2))))
    facts += [
        (_("Representation"), str(run.parameters.get("representation", "–"))),
        (_("Method"), str(run.parameters.get("method", "–"))),
        (_("Seed"), str(run.parameters.get("seed", "–"))),
        (_("Versions"), ", ".join(f"{name} {version}" for name, version in sorted(run.versions.items())) or "–"),
        (_("Digest of the segments"), run.corpus_sha256[:16]),
    ]
    return tuple(facts)
