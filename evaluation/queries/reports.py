"""Reports as values: their list, their blocks, their issued versions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from evaluation.models import BlockKind, Report, ReportBlock, ReportIssue


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCard:
    """One report in a list."""

    id: UUID
    title: str
    subtitle: str
    authors: str
    locale: str
    modified_at: datetime
    n_blocks: int
    n_issues: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockValue:
    """One block: words and references, as written."""

    id: UUID
    position: int
    kind: BlockKind
    content: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportValue:
    """A report and its blocks in order."""

    id: UUID
    study_id: UUID
    title: str
    subtitle: str
    authors: str
    locale: str
    modified_at: datetime
    blocks: tuple[BlockValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueCard:
    """A version that left."""

    id: UUID
    number: int
    issued_at: datetime
    page_count: int
    inputs_sha256: str
    pdf_sha256: str
    pdf_file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedReport:
    """A version that left, as its readers see it: with the title it left with."""

    report_id: UUID
    title: str
    number: int
    issued_at: datetime
    page_count: int


def list_reports(session: Session, study_id: UUID) -> tuple[ReportCard, ...]:
    """List the reports of a study, last changed first; one statement."""
    blocks = select(func.count()).select_from(ReportBlock).where(ReportBlock.report_id == Report.id).scalar_subquery()
    issues = select(func.count()).select_from(ReportIssue).where(ReportIssue.report_id == Report.id).scalar_subquery()
    rows = session.execute(
        select(Report, blocks, issues)
        .where(Report.study_id == study_id)
        .order_by(Report.modified_at.desc(), Report.title)
    ).all()
    return tuple(
        ReportCard(
            id=report.id,
            title=report.title,
            subtitle=report.subtitle,
            authors=report.authors,
            locale=report.locale,
            modified_at=report.modified_at,
            n_blocks=n_blocks,
            n_issues=n_issues,
        )
        for report, n_blocks, n_issues in rows
    )


def load_report(session: Session, study_id: UUID, report_id: UUID) -> ReportValue:
    """Return a report with its blocks, in two statements.

    Raises: NotFound: not a report of this study.
    """
    report = session.get(Report, report_id)
    if report is None or report.study_id != study_id:
        raise NotFound("evaluation.report_not_found", id=str(report_id))
    blocks = session.scalars(
        select(ReportBlock).where(ReportBlock.report_id == report_id).order_by(ReportBlock.position, ReportBlock.id)
    ).all()
    return ReportValue(
        id=report.id,
        study_id=report.study_id,
        title=report.title,
        subtitle=report.subtitle,
        authors=report.authors,
        locale=report.locale,
        modified_at=report.modified_at,
        blocks=tuple(
            BlockValue(id=block.id, position=index, kind=block.kind, content=dict(block.content))
            for index, block in enumerate(blocks, start=1)
        ),
    )


def list_issues(session: Session, report_id: UUID) -> tuple[IssueCard, ...]:
    """List the versions that left, last first."""
    rows = session.scalars(
        select(ReportIssue).where(ReportIssue.report_id == report_id).order_by(ReportIssue.number.desc())
    ).all()
    return tuple(
        IssueCard(
            id=issue.id,
            number=issue.number,
            issued_at=issue.issued_at,
            page_count=issue.page_count,
            inputs_sha256=issue.inputs_sha256,
            pdf_sha256=issue.pdf_sha256,
            pdf_file=issue.pdf_file,
        )
        for issue in rows
    )


def list_issued(session: Session, study_id: UUID) -> tuple[IssuedReport, ...]:
    """List the versions of a study that left, last first; one statement."""
    rows = session.execute(
        select(
            ReportIssue.report_id,
            ReportIssue.content["title"].as_string(),
            Report.title,
            ReportIssue.number,
            ReportIssue.issued_at,
            ReportIssue.page_count,
        )
        .join(Report, Report.id == ReportIssue.report_id)
        .where(Report.study_id == study_id)
        .order_by(ReportIssue.issued_at.desc(), ReportIssue.number.desc())
    )
    return tuple(
        IssuedReport(
            report_id=report_id, title=left_with or title, number=number, issued_at=issued_at, page_count=page_count
        )
        for report_id, left_with, title, number, issued_at, page_count in rows
    )


def load_issue(session: Session, study_id: UUID, report_id: UUID, number: int) -> ReportIssue:
    """Return a version that left, with its frozen content; one statement.

    Raises: NotFound: no such version of a report of this study.
    """
    issue = session.scalar(
        select(ReportIssue)
        .join(Report, Report.id == ReportIssue.report_id)
        .where(Report.study_id == study_id, Report.id == report_id, ReportIssue.number == number)
    )
    if issue is None:
        raise NotFound("evaluation.issue_not_found", number=number)
    return issue
