"""How far a study is in the research cycle, counted across the strands, and what to do next."""

from collections.abc import Collection as Several
from dataclasses import dataclass
from uuid import UUID

from flask import current_app, url_for
from flask_babel import lazy_gettext as _
from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from coding.models import Code, Coding, Transcript
from evaluation.models import Indicator, Report, ReportIssue
from studies.models import Membership, Participant, Study
from surveys.models import Collection, Questionnaire, QuestionnaireVersion, Response, ResponseState


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of one study, each a whole number of objects."""

    participants: int
    members: int
    questionnaires: int
    published_versions: int
    collections: int
    responses: int
    transcripts: int
    codes: int
    codings: int
    indicators: int
    reports: int
    issued_reports: int


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do next: a sentence and, when the screen exists, its address."""

    label: str
    href: str | None


def count_progress(session: Session, study_ids: Several[UUID]) -> dict[UUID, Progress]:
    """Return the counts of each study, in one query."""
    rows = session.execute(
        select(
            Study.id,
            _count(Participant.study_id),
            _count(Membership.study_id),
            _count(Questionnaire.study_id),
            _published(),
            _count(Collection.study_id),
            _responses(),
            _count(Transcript.study_id),
            _count(Code.study_id),
            _codings(),
            _count(Indicator.study_id),
            _count(Report.study_id),
            _issued(),
        ).where(Study.id.in_(study_ids))
    )
    return {row[0]: Progress(*[int(count) for count in row[1:]]) for row in rows}


def _count(column: InstrumentedAttribute[UUID]) -> ScalarSelect[int]:
    return select(func.count()).select_from(column.class_).where(column == Study.id).correlate(Study).scalar_subquery()


def _published() -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(QuestionnaireVersion)
        .join(Questionnaire)
        .where(Questionnaire.study_id == Study.id, QuestionnaireVersion.published_at.is_not(None))
        .correlate(Study)
        .scalar_subquery()
    )


def _responses() -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(Response)
        .join(Collection)
        .where(Collection.study_id == Study.id, Response.state == ResponseState.SUBMITTED)
        .correlate(Study)
        .scalar_subquery()
    )


def _codings() -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(Coding)
        .join(Code, Coding.code_id == Code.id)
        .where(Code.study_id == Study.id)
        .correlate(Study)
        .scalar_subquery()
    )


def _issued() -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(ReportIssue)
        .join(Report, ReportIssue.report_id == Report.id)
        .where(Report.study_id == Study.id)
        .correlate(Study)
        .scalar_subquery()
    )


def next_step(progress: Progress, study_key: str) -> NextStep:
    """Return the first thing of the cycle that is still missing."""
    steps = (
        (progress.questionnaires, _("Import a questionnaire"), "questionnaires.list_questionnaires"),
        (
            progress.published_versions,
            _("Read the questionnaire through, then publish it"),
            "questionnaires.list_questionnaires",
        ),
        (progress.collections, _("Open a collection"), "collections.list_collections"),
        (progress.participants, _("List the participants"), "participants.list_participants"),
        (progress.transcripts, _("Import interviews"), "transcripts.list_transcripts"),
        (progress.codes, _("Build the codebook"), "codebook.show_codebook"),
        (progress.codings, _("Code the interviews"), "transcripts.list_transcripts"),
        (progress.indicators, _("Choose indicators"), "indicators.list_indicators"),
        (progress.reports, _("Compose the report"), "reports.list_reports"),
        (progress.issued_reports, _("Issue the report"), "reports.list_reports"),
    )
    for count, label, endpoint in steps:
        if not count:
            return NextStep(str(label), address(endpoint, study_key))
    return NextStep(str(_("Give the results back")), address("reports.list_reports", study_key))


def address(endpoint: str, study_key: str) -> str | None:
    """Return the address of a screen of another room, or None when that room is not built in."""
    if endpoint not in current_app.view_functions:
        return None
    return url_for(endpoint, study_key=study_key)
