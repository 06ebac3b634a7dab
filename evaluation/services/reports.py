"""Acts on reports, their blocks, and the judgements of the weave."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coding.models import Theme
from core.audit import record
from core.clock import now
from core.errors import Conflict, Invalid, NotFound
from evaluation.joint_display import Relation
from evaluation.models import BlockKind, Indicator, Report, ReportBlock, ReportIssue, WeavingJudgement

LOCALES = ("fr", "en")


def create_report(
    session: Session,
    study_id: UUID,
    *,
    title: str,
    subtitle: str = "",
    authors: str = "",
    locale: str = "fr",
    blocks: Sequence[tuple[BlockKind, dict[str, Any]]] = (),
    account_id: UUID | None = None,
) -> Report:
    """Make a report, with the blocks of a template if any.

    Raises: Invalid: no title, or a language without catalogue.  Conflict: the title is taken in this study.
    """
    _check_head(session, study_id, title, locale, but=None)
    report = Report(study_id=study_id, title=title.strip(), subtitle=subtitle, authors=authors, locale=locale)
    session.add(report)
    session.flush()
    session.add_all(
        ReportBlock(report_id=report.id, position=position, kind=kind, content=content)
        for position, (kind, content) in enumerate(blocks, start=1)
    )
    session.flush()
    record(
        session,
        verb="create",
        object_kind="report",
        object_id=report.id,
        study_id=study_id,
        account_id=account_id,
        after={"title": title},
    )
    return report


def edit_report(
    session: Session, study_id: UUID, report_id: UUID, *, title: str, subtitle: str, authors: str, locale: str
) -> Report:
    """Change the head of a report; same refusals as at its creation."""
    report = _get(session, study_id, report_id)
    _check_head(session, study_id, title, locale, but=report_id)
    report.title, report.subtitle, report.authors, report.locale = title.strip(), subtitle, authors, locale
    report.modified_at = now()
    session.flush()
    return report


def delete_report(session: Session, study_id: UUID, report_id: UUID, *, account_id: UUID | None = None) -> None:
    """Remove a report that was never issued.

    Raises: Conflict: a version of it left; it must stay to be recalled.
    """
    report = _get(session, study_id, report_id)
    issued = session.scalar(select(func.count()).select_from(ReportIssue).where(ReportIssue.report_id == report_id))
    if issued:
        raise Conflict("evaluation.report_was_issued", title=report.title)
    record(
        session,
        verb="delete",
        object_kind="report",
        object_id=report_id,
        study_id=study_id,
        account_id=account_id,
        before={"title": report.title},
    )
    session.delete(report)
    session.flush()


def add_block(
    session: Session,
    study_id: UUID,
    report_id: UUID,
    kind: BlockKind,
    content: dict[str, Any],
    *,
    after: UUID | None = None,
) -> ReportBlock:
    """Add a block after another one, or at the end.

    Raises: NotFound: `after` is no block of this report.
    """
    report = _get(session, study_id, report_id)
    if after is not None:
        _block(session, report_id, after)
    blocks = _blocks(session, report_id)
    index = next((place + 1 for place, block in enumerate(blocks) if block.id == after), len(blocks))
    block = ReportBlock(report_id=report_id, position=0, kind=kind, content=content)
    session.add(block)
    blocks.insert(index, block)
    _renumber(report, blocks)
    session.flush()
    return block


def edit_block(
    session: Session, study_id: UUID, report_id: UUID, block_id: UUID, content: dict[str, Any]
) -> ReportBlock:
    """Replace the content of a block."""
    report = _get(session, study_id, report_id)
    block = _block(session, report_id, block_id)
    block.content = content
    report.modified_at = now()
    session.flush()
    return block


def move_block(session: Session, study_id: UUID, report_id: UUID, block_id: UUID, *, by: int) -> None:
    """Move a block up (by=-1) or down (by=1); at an end it stays."""
    report = _get(session, study_id, report_id)
    blocks = _blocks(session, report_id)
    index = next((place for place, block in enumerate(blocks) if block.id == block_id), None)
    if index is None:
        raise NotFound("evaluation.block_not_found", id=str(block_id))
    block = blocks.pop(index)
    blocks.insert(min(max(index + by, 0), len(blocks)), block)
    _renumber(report, blocks)
    session.flush()


def delete_block(session: Session, study_id: UUID, report_id: UUID, block_id: UUID) -> None:
    """Remove a block."""
    report = _get(session, study_id, report_id)
    session.delete(_block(session, report_id, block_id))
    session.flush()
    _renumber(report, _blocks(session, report_id))
    session.flush()


def record_issue(
    session: Session,
    report_id: UUID,
    *,
    content: dict[str, Any],
    inputs_sha256: str,
    pdf_sha256: str,
    pdf_file: str,
    page_count: int,
    account_id: UUID | None,
) -> ReportIssue:
    """Keep what left: its words and numbers frozen, the hash of its inputs, its file."""
    report = session.get(Report, report_id)
    if report is None:
        raise NotFound("evaluation.report_not_found", id=str(report_id))
    last = session.scalar(select(func.max(ReportIssue.number)).where(ReportIssue.report_id == report_id)) or 0
    issue = ReportIssue(
        report_id=report_id,
        number=last + 1,
        issued_by=account_id,
        content=content,
        inputs_sha256=inputs_sha256,
        pdf_sha256=pdf_sha256,
        pdf_file=pdf_file,
        page_count=page_count,
    )
    session.add(issue)
    session.flush()
    record(
        session,
        verb="issue",
        object_kind="report",
        object_id=report_id,
        study_id=report.study_id,
        account_id=account_id,
        after={"number": issue.number, "inputs_sha256": inputs_sha256, "pdf_sha256": pdf_sha256},
    )
    return issue


def judge_weaving(
    session: Session,
    study_id: UUID,
    *,
    theme_id: UUID,
    indicator_id: UUID,
    relation: Relation | None,
    sentence: str,
    account_id: UUID | None,
) -> None:
    """Keep, or with no relation take back, a person's reading of a theme beside an indicator.

    Raises: NotFound: not of this study.  Invalid: a relation without its sentence.
    """
    theme, indicator = session.get(Theme, theme_id), session.get(Indicator, indicator_id)
    if theme is None or theme.study_id != study_id or indicator is None or indicator.study_id != study_id:
        raise NotFound("evaluation.weaving_cell_not_found")
    if relation is not None and not sentence.strip():
        raise Invalid("evaluation.judgement_needs_sentence")
    judgement = session.scalar(
        select(WeavingJudgement).where(
            WeavingJudgement.theme_id == theme_id, WeavingJudgement.indicator_id == indicator_id
        )
    )
    before = None if judgement is None else {"relation": judgement.relation.value, "sentence": judgement.sentence}
    if relation is None:
        if judgement is not None:
            session.delete(judgement)
    elif judgement is None:
        session.add(
            WeavingJudgement(
                study_id=study_id,
                theme_id=theme_id,
                indicator_id=indicator_id,
                relation=relation,
                sentence=sentence.strip(),
                author_id=account_id,
            )
        )
    else:
        judgement.relation, judgement.sentence = relation, sentence.strip()
        judgement.author_id, judgement.decided_at = account_id, now()
    session.flush()
    record(
        session,
        verb="judge",
        object_kind="weaving",
        object_id=indicator_id,
        study_id=study_id,
        account_id=account_id,
        before=before,
        after=None if relation is None else {"relation": relation.value, "sentence": sentence.strip()},
    )


def _check_head(session: Session, study_id: UUID, title: str, locale: str, *, but: UUID | None) -> None:
    if not title.strip():
        raise Invalid("evaluation.report_title_missing")
    if locale not in LOCALES:
        raise Invalid("evaluation.report_locale_unknown", locale=locale)
    taken = session.scalar(select(Report.id).where(Report.study_id == study_id, Report.title == title.strip()))
    if taken is not None and taken != but:
        raise Conflict("evaluation.report_title_taken", title=title.strip())


def _get(session: Session, study_id: UUID, report_id: UUID) -> Report:
    report = session.get(Report, report_id)
    if report is None or report.study_id != study_id:
        raise NotFound("evaluation.report_not_found", id=str(report_id))
    return report


def _block(session: Session, report_id: UUID, block_id: UUID) -> ReportBlock:
    block = session.get(ReportBlock, block_id)
    if block is None or block.report_id != report_id:
        raise NotFound("evaluation.block_not_found", id=str(block_id))
    return block


def _blocks(session: Session, report_id: UUID) -> list[ReportBlock]:
    statement = select(ReportBlock).where(ReportBlock.report_id == report_id)
    return list(session.scalars(statement.order_by(ReportBlock.position, ReportBlock.id)).all())


def _renumber(report: Report, blocks: Sequence[ReportBlock]) -> None:
    for position, block in enumerate(blocks, start=1):
        block.position = position
    report.modified_at = now()
