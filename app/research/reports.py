"""Reports: blocks in order, a preview, one PDF, the versions that left."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, get_locale

from app.extensions import db
from app.jobs.port import enqueue
from app.reports.charts import Chart
from app.reports.composer import compose
from app.reports.document import Problem
from app.reports.job import DRAFT_KIND, KIND, draft_path, report_folder
from app.reports.live_numbers import live_numbers
from app.reports.outlines import make_outline
from app.reports.screens import draw_all
from app.reports.wording import word_kind
from app.reports.words import gettext as _
from app.research.evaluation_forms import BlockForm, NewReportForm, ReportForm
from app.security import Action, current_account, current_study, may, permits
from app.unit_of_work import writes
from app.wording import word, word_code
from core.errors import DomainError, NotFound
from evaluation.models import BlockKind
from evaluation.queries.evidence import Evidence
from evaluation.queries.reports import (
    BlockValue,
    ReportValue,
    list_issued,
    list_issues,
    load_issue,
    load_report,
)
from evaluation.queries.reports import list_reports as read_reports
from evaluation.services import reports as services

blueprint = Blueprint("reports", __name__, url_prefix="/studies/<study_key>/reports", template_folder="templates")
EXCERPT = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What is wrong, and where."""

    block: int
    sentence: str


@blueprint.get("/")
@permits(Action.REPORT_READ)
def list_reports() -> ResponseReturnValue:
    """List the versions that left; for those who edit, the reports themselves too."""
    study_id = current_study().study_id
    return render_template(
        "research/reports/list.html",
        issued=list_issued(db.session(), study_id),
        reports=read_reports(db.session(), study_id) if may(Action.REPORT_EDIT) else (),
    )


@blueprint.get("/new")
@permits(Action.REPORT_EDIT)
def show_new() -> ResponseReturnValue:
    """Show the form of a new report."""
    return render_template("research/reports/new.html", form=NewReportForm(data={"locale": current_study().locale}))


@blueprint.post("/new")
@permits(Action.REPORT_EDIT)
@writes
def create_report() -> ResponseReturnValue:
    """Make a report from an outline."""
    form, study = NewReportForm(), current_study()
    if form.validate_on_submit():
        locale = form.locale.data
        with force_locale(locale):
            blocks = make_outline(form.outline.data, Evidence.load(db.session(), study.study_id, locale=locale))
        try:
            report = services.create_report(
                db.session(),
                study.study_id,
                title=form.title.data,
                subtitle=form.subtitle.data,
                authors=form.authors.data,
                locale=locale,
                blocks=blocks,
                account_id=current_account().id,
            )
            return redirect(url_for("reports.edit_report", study_key=study.key, report_id=report.id), 303)
        except DomainError as error:
            form.title.errors = [word(error)]
    return render_template("research/reports/new.html", form=form), 422


@blueprint.get("/<uuid:report_id>")
@permits(Action.REPORT_EDIT)
def edit_report(report_id: UUID) -> ResponseReturnValue:
    """Show the blocks, what stops the report, and the versions that left."""
    return _editor(report_id)


@blueprint.post("/<uuid:report_id>")
@permits(Action.REPORT_EDIT)
@writes
def keep_head(report_id: UUID) -> ResponseReturnValue:
    """Keep title, subtitle, authors and language."""
    form = ReportForm()
    if form.validate_on_submit():
        try:
            services.edit_report(
                db.session(),
                current_study().study_id,
                report_id,
                title=form.title.data,
                subtitle=form.subtitle.data,
                authors=form.authors.data,
                locale=form.locale.data,
            )
            return _back(report_id)
        except DomainError as error:
            form.title.errors = [word(error)]
    return _editor(report_id, form), 422


@blueprint.post("/<uuid:report_id>/delete")
@permits(Action.REPORT_EDIT)
@writes
def delete_report(report_id: UUID) -> ResponseReturnValue:
    """Remove a report that was never issued."""
    study = current_study()
    services.delete_report(db.session(), study.study_id, report_id, account_id=current_account().id)
    flash(_("The report was removed."), "good")
    return redirect(url_for("reports.list_reports", study_key=study.key), 303)


@blueprint.post("/<uuid:report_id>/blocks")
@permits(Action.REPORT_EDIT)
@writes
def add_block(report_id: UUID) -> ResponseReturnValue:
    """Add an empty block and open it."""
    study = current_study()
    try:
        kind = BlockKind(request.form.get("kind", ""))
    except ValueError:
        abort(400)
    after = request.form.get("after", type=UUID)
    block = services.add_block(db.session(), study.study_id, report_id, kind, {}, after=after)
    return redirect(url_for("reports.show_block", study_key=study.key, report_id=report_id, block_id=block.id), 303)


@blueprint.get("/<uuid:report_id>/blocks/<uuid:block_id>")
@permits(Action.REPORT_EDIT)
def show_block(report_id: UUID, block_id: UUID) -> ResponseReturnValue:
    """Show the form of a block."""
    report, block = _block(report_id, block_id)
    return _block_page(report, block, BlockForm(data=block.content))


@blueprint.post("/<uuid:report_id>/blocks/<uuid:block_id>")
@permits(Action.REPORT_EDIT)
@writes
def keep_block(report_id: UUID, block_id: UUID) -> ResponseReturnValue:
    """Keep a block."""
    report, block = _block(report_id, block_id)
    form = BlockForm()
    evidence = Evidence.load(db.session(), report.study_id, locale=report.locale)
    form.keep(block.kind, evidence, _segments(evidence, block))
    if not form.validate_on_submit():
        return _block_page(report, block, form), 422
    services.edit_block(db.session(), report.study_id, report_id, block_id, form.content())
    if request.form.get("then") == "stay":
        study_key = current_study().key
        return redirect(url_for("reports.show_block", study_key=study_key, report_id=report_id, block_id=block_id), 303)
    return _back(report_id, f"block-{block.position}")


@blueprint.post("/<uuid:report_id>/blocks/<uuid:block_id>/move")
@permits(Action.REPORT_EDIT)
@writes
def move_block(report_id: UUID, block_id: UUID) -> ResponseReturnValue:
    """Move a block up or down."""
    by = -1 if request.form.get("to") == "up" else 1
    services.move_block(db.session(), current_study().study_id, report_id, block_id, by=by)
    return _back(report_id, "blocks")


@blueprint.get("/<uuid:report_id>/blocks/<uuid:block_id>/delete")
@permits(Action.REPORT_EDIT)
def ask_delete_block(report_id: UUID, block_id: UUID) -> ResponseReturnValue:
    """Show the block and ask whether to remove it."""
    report, block = _block(report_id, block_id)
    return render_template(
        "research/reports/ask_delete.html",
        report=report,
        block=block,
        kind=word_kind(block.kind),
        excerpt=_excerpt(block),
    )


@blueprint.post("/<uuid:report_id>/blocks/<uuid:block_id>/delete")
@permits(Action.REPORT_EDIT)
@writes
def delete_block(report_id: UUID, block_id: UUID) -> ResponseReturnValue:
    """Remove a block."""
    services.delete_block(db.session(), current_study().study_id, report_id, block_id)
    return _back(report_id, "blocks")


@blueprint.get("/<uuid:report_id>/preview")
@permits(Action.REPORT_EDIT)
def preview_report(report_id: UUID) -> ResponseReturnValue:
    """Show the draft as it would be printed."""
    document, problems = compose(db.session(), current_study().study_id, report_id)
    return render_template(
        "research/reports/preview.html",
        report_id=report_id,
        document=document,
        pictures=_pictures([block.chart for block in document.blocks]),
        problems=_lines(problems),
    )


@blueprint.get("/<uuid:report_id>/issue")
@permits(Action.REPORT_EDIT)
def ask_issue(report_id: UUID) -> ResponseReturnValue:
    """Say what issuing does, and ask."""
    report = load_report(db.session(), current_study().study_id, report_id)
    return render_template("research/reports/ask_issue.html", report=report, token=uuid4().hex)


@blueprint.post("/<uuid:report_id>/issue")
@permits(Action.REPORT_EDIT)
@writes
def issue_report(report_id: UUID) -> ResponseReturnValue:
    """Ask for the version that leaves, unless something must be mended first."""
    return _ask_pdf(report_id, KIND)


@blueprint.post("/<uuid:report_id>/draft")
@permits(Action.REPORT_EDIT)
@writes
def print_draft(report_id: UUID) -> ResponseReturnValue:
    """Ask for a PDF marked as a draft; nothing is issued."""
    return _ask_pdf(report_id, DRAFT_KIND)


@blueprint.get("/<uuid:report_id>/draft.pdf")
@permits(Action.REPORT_EDIT)
def download_draft(report_id: UUID) -> ResponseReturnValue:
    """Hand out the last draft."""
    study = current_study()
    path = draft_path(load_report(db.session(), study.study_id, report_id).id)
    if not path.is_file():
        raise NotFound("evaluation.draft_not_found")
    return send_file(
        path, mimetype="application/pdf", as_attachment=True, download_name=f"{study.key}_{_('draft')}.pdf", max_age=0
    )


def _ask_pdf(report_id: UUID, kind: str) -> ResponseReturnValue:
    study = current_study()
    _document, problems = compose(db.session(), study.study_id, report_id)
    if problems:
        return _editor(report_id), 422
    # The page's own token makes a second tap on the button the same request.
    token = request.form.get("token", "")[:64]
    job_id = enqueue(
        db.session(),
        kind,
        {"report_id": str(report_id)},
        key=f"{kind}:{report_id}:{token}",
        study_id=study.study_id,
        account_id=current_account().id,
    )
    return redirect(url_for("jobs.show_job", study_key=study.key, job_id=job_id), 303)


@blueprint.get("/<uuid:report_id>/issues/<int:number>")
@permits(Action.REPORT_READ)
def read_issue(report_id: UUID, number: int) -> ResponseReturnValue:
    """Show a version that left, as it left: its words and numbers no longer follow the data."""
    issue = load_issue(db.session(), current_study().study_id, report_id, number)
    document = issue.content
    return render_template(
        "research/reports/read.html",
        issue=issue,
        document=document,
        pictures=_pictures([block["chart"] for block in document["blocks"]]),
    )


@blueprint.get("/<uuid:report_id>/issues/<int:number>.pdf")
@permits(Action.REPORT_READ)
def download_issue(report_id: UUID, number: int) -> ResponseReturnValue:
    """Hand out a version that left."""
    study = current_study()
    path = report_folder() / load_issue(db.session(), study.study_id, report_id, number).pdf_file
    if not path.is_file():
        raise NotFound("evaluation.issue_not_found", number=number)
    return send_file(
        path, mimetype="application/pdf", as_attachment=True, download_name=f"{study.key}_{number}.pdf", max_age=0
    )


def _pictures(charts: list[Chart | None]) -> list[str | None]:
    """Return the address of each block's chart, drawn; None for a block without."""
    addresses = iter(draw_all([chart for chart in charts if chart]))
    return [next(addresses) if chart else None for chart in charts]


def _editor(report_id: UUID, form: ReportForm | None = None) -> str:
    study = current_study()
    report = load_report(db.session(), study.study_id, report_id)
    _document, problems = compose(db.session(), study.study_id, report_id)
    lines = _lines(problems)
    if form is None:
        data = {name: getattr(report, name) for name in ("title", "subtitle", "authors", "locale")}
        form = ReportForm(formdata=None, data=data)
    return render_template(
        "research/reports/edit.html",
        report=report,
        form=form,
        kinds=[(kind.value, word_kind(kind)) for kind in BlockKind],
        blocks=[(block, word_kind(block.kind), _excerpt(block)) for block in report.blocks],
        problems=lines,
        blocked={line.block for line in lines},
        issues=list_issues(db.session(), report_id),
        token=uuid4().hex,
        drafted_at=_drafted_at(report_id),
    )


def _drafted_at(report_id: UUID) -> datetime | None:
    path = draft_path(report_id)
    return datetime.fromtimestamp(path.stat().st_mtime, UTC) if path.is_file() else None


def _excerpt(block: BlockValue) -> str:
    words = next((block.content[name] for name in ("title", "points", "body", "intro") if block.content.get(name)), "")
    line = " ".join(str(words).split())
    return line if len(line) <= EXCERPT else line[:EXCERPT].rstrip() + "…"


def _lines(problems: tuple[Problem, ...]) -> list[Line]:
    return [
        Line(block=each.block, sentence=word_code(each.code, {**each.details, "block": each.block}))
        for each in problems
    ]


def _block(report_id: UUID, block_id: UUID) -> tuple[ReportValue, BlockValue]:
    report = load_report(db.session(), current_study().study_id, report_id)
    block = next((each for each in report.blocks if each.id == block_id), None)
    if block is None:
        raise NotFound("evaluation.block_not_found", id=str(block_id))
    return report, block


def _block_page(report: ReportValue, block: BlockValue, form: BlockForm) -> str:
    evidence = Evidence.load(db.session(), report.study_id, locale=str(get_locale()))
    if "body" in form and "segments" in form:
        form.keep(block.kind, evidence, _segments(evidence, block))
    return render_template(
        "research/reports/block.html",
        report=report,
        block=block,
        kind=word_kind(block.kind),
        form=form,
        references=live_numbers(evidence) if block.kind is not BlockKind.QUOTES else (),
    )


def _segments(evidence: Evidence, block: BlockValue) -> list[tuple[str, str]]:
    """Return the passages of the block's theme that may be quoted."""
    theme = request.form.get("theme") or block.content.get("theme")
    if block.kind is not BlockKind.QUOTES or theme not in {str(each.id) for each in evidence.themes}:
        return []
    found = evidence.all_quotes(UUID(theme))
    return [(str(quote.segment_id), f"{quote.pseudonym} – {quote.text}") for quote in found]


def _back(report_id: UUID, anchor: str | None = None) -> ResponseReturnValue:
    return redirect(
        url_for("reports.edit_report", study_key=current_study().key, report_id=report_id, _anchor=anchor), 303
    )
