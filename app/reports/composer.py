"""From a report's blocks to a document in words: live numbers resolved, figures measured, problems named."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any
from uuid import UUID

from flask_babel import force_locale, format_date
from sqlalchemy.orm import Session

from app.reports import figures
from app.reports.document import Attachment, Block, Document, Notes, Problem, Quotation, Table
from app.reports.markdown import Inline, Node, parse_inline, parse_markdown
from app.reports.tables import table_indicators, table_selection_bias, table_weaving, word_uncovered, write_csv
from app.reports.wording import word_citation, word_quotation, word_selection_bias
from app.reports.words import gettext as _
from core.clock import now
from core.errors import DomainError
from evaluation.indicators import Dimension, IndicatorMeasure
from evaluation.models import BlockKind
from evaluation.queries.evidence import Evidence
from evaluation.queries.indicators import IndicatorCard
from evaluation.queries.reports import BlockValue, ReportValue, load_report
from evaluation.references import Reference, split_text

MAX_QUOTES = 12


@dataclass(slots=True)
class _Composer:
    """What is shared while the blocks of one report are worded."""

    evidence: Evidence
    introducing: frozenset[int] = frozenset()  # blocks followed by something that a heading can stand over
    problems: list[Problem] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    n_figures: int = 0
    n_tables: int = 0
    n_boxes: int = 0
    level: int = 1

    @property
    def locale(self) -> str:
        return self.evidence.locale

    def complain(self, block: BlockValue, code: str, **details: Any) -> None:
        self.problems.append(Problem(block=block.position, code=code, details=details))


def compose(session: Session, study_id: UUID, report_id: UUID) -> tuple[Document, tuple[Problem, ...]]:
    """Return the document in the report's language, and what stops it from leaving.

    Raises: NotFound: not a report of this study.
    """
    report = load_report(session, study_id, report_id)
    with force_locale(report.locale):
        return compose_report(report, Evidence.load(session, study_id, locale=report.locale))


def compose_report(report: ReportValue, evidence: Evidence) -> tuple[Document, tuple[Problem, ...]]:
    """Word every block; call it under the report's language."""
    composer = _Composer(evidence, _introducing(report.blocks))
    if not report.title.strip():
        composer.problems.append(Problem(block=0, code="evaluation.report_title_missing"))
    if not report.blocks:
        composer.problems.append(Problem(block=0, code="evaluation.report_is_empty"))
    blocks = tuple(_BUILDERS[block.kind](composer, block) for block in report.blocks)
    document = Document(
        locale=report.locale,
        title=report.title,
        subtitle=report.subtitle,
        authors=report.authors,
        study=evidence.frame.title,
        programme=evidence.frame.programme,
        dated=format_date(now(), "long"),
        blocks=blocks,
        attachments=tuple(composer.attachments),
        words=_words(),
    )
    return document, tuple(composer.problems)


def _introducing(blocks: tuple[BlockValue, ...]) -> frozenset[int]:
    """Return the blocks whose next one is not another heading."""
    return frozenset(
        block.position
        for block, after in pairwise(blocks)
        if after.kind is not BlockKind.TEXT or not after.content.get("title", "").strip()
    )


def _words() -> dict[str, str]:
    """The fixed words of the printed page."""
    return {
        "contents": _("Contents"),
        "key_points": _("Key points"),
        "figure": _("Figure"),
        "table": _("Table"),
        "reading": _("Reading"),
        "field": _("Field"),
        "source": _("Source"),
        "note": _("Note"),
        "page": _("page"),
        "data": _("Data of the figure"),
        "made_with": _("Made with Tresse"),
        "method": _(
            "Every number comes with its confidence interval (95 in 100) and the number of persons it rests on. "
            "Numbers that rest on too few persons are hidden, with the reason. The difference between arms compares "
            "all persons drawn by lot, whether they enrolled or not. The data of each figure and table are attached "
            "to this file."
        ),
        "about": _("How to read this report"),
        "evaluation_of": _("Evaluation report"),
        "box": _("Box"),
        "not_an_effect": _("Selection bias: what follows is not an effect"),
    }


def _text(composer: _Composer, block: BlockValue) -> Block:
    title = _resolve_line(composer, block, block.content.get("title", ""))
    if title:
        composer.level = 2
    nodes = _nodes(composer, block, block.content.get("body", ""))
    if not nodes and not (title and block.position in composer.introducing):
        composer.complain(block, "evaluation.section_is_empty" if title else "evaluation.block_is_empty")
    return Block(kind="text", anchor=_anchor(block), title=title, nodes=nodes)


def _key_points(composer: _Composer, block: BlockValue) -> Block:
    points = [line.strip().lstrip("-*").strip() for line in block.content.get("points", "").splitlines()]
    lines = tuple(_inline(composer, block, point) for point in points if point)
    if not lines:
        composer.complain(block, "evaluation.block_is_empty")
    return Block(kind="key_points", anchor=_anchor(block), nodes=(Node("ul", lines),) if lines else ())


def _figure(composer: _Composer, block: BlockValue) -> Block:
    drawn = _draw(composer, block)
    composer.n_figures += 1
    if drawn is None:
        composer.complain(block, "evaluation.block_without_data")
    else:
        _attach(composer, "figure", composer.n_figures, block, drawn.table)
    return Block(
        kind="figure",
        anchor=_anchor(block),
        number=composer.n_figures,
        title=_title(composer, block),
        chart=drawn.chart if drawn else None,
        alternative=block.content.get("alternative", "").strip() or (drawn.alternative if drawn else ""),
        table=drawn.table if drawn else None,
        remark=drawn.remark if drawn else "",
        notes=_notes(composer, block),
    )


def _draw(composer: _Composer, block: BlockValue) -> figures.Drawn | None:
    evidence, locale, everyone = composer.evidence, composer.locale, _everyone()
    kind = block.content.get("chart", "shares")
    if kind == "flow":
        return figures.draw_flow(evidence.flow(), locale, control=evidence.frame.control)
    cards = _cards(composer, block)
    if not cards:
        return None
    wanted = block.content.get("wave", "")
    if kind == "waves":
        return figures.draw_waves(evidence.waves(cards[0]), locale, everyone=everyone)
    if kind == "distribution":
        figure = evidence.distribution(cards[0], evidence.wave_of(cards[0], wanted))
        item = evidence.source_item(cards[0])
        muted = [label for name, label in (item.choices if item else ()) if name in cards[0].unknown_choices]
        return figures.draw_distribution(figure, locale, everyone=everyone, muted=muted)
    shares = [card for card in cards if card.measure is IndicatorMeasure.SHARE]
    return figures.draw_shares(
        tuple(evidence.shares(card, evidence.wave_of(card, wanted)) for card in shares), locale, everyone=everyone
    )


def _table(composer: _Composer, block: BlockValue) -> Block:
    table = table_indicators(
        composer.evidence,
        _cards(composer, block),
        wave=block.content.get("wave", ""),
        by=Dimension(block.content.get("by") or "arm"),
        everyone=_everyone(),
    )
    return _table_block(composer, block, "table", table)


def _weaving(composer: _Composer, block: BlockValue) -> Block:
    wanted = block.content.get("themes", [])
    themes = [theme for theme in composer.evidence.themes if str(theme.id) in wanted]
    cards = _cards(composer, block)
    if not themes:
        composer.complain(block, "evaluation.block_needs_theme")
    if not themes or not cards:
        return _table_block(composer, block, "weaving", None)
    display = composer.evidence.weave(themes, cards)
    built = _table_block(composer, block, "weaving", table_weaving(display, composer.locale))
    return replace(built, warnings=word_uncovered(display))


def _table_block(composer: _Composer, block: BlockValue, kind: str, table: Table | None) -> Block:
    composer.n_tables += 1
    if table is None:
        composer.complain(block, "evaluation.block_without_data")
    else:
        _attach(composer, "table", composer.n_tables, block, table)
    return Block(
        kind=kind,
        anchor=_anchor(block),
        number=composer.n_tables,
        title=_title(composer, block),
        table=table,
        notes=_notes(composer, block),
    )


def _selection_bias(composer: _Composer, block: BlockValue) -> Block:
    """Set participants against others beside the arms as drawn, and say why the two differ."""
    composer.n_boxes += 1
    card = next(iter(_cards(composer, block)), None)
    table = None
    if card is not None:
        table = table_selection_bias(
            composer.evidence, card, wave=composer.evidence.wave_of(card, block.content.get("wave", ""))
        )
    if table is None:
        composer.complain(block, "evaluation.block_without_data")
    else:
        _attach(composer, "box", composer.n_boxes, block, table)
    return Block(
        kind="selection_bias",
        anchor=_anchor(block),
        number=composer.n_boxes,
        title=_title(composer, block),
        table=table,
        remark=word_selection_bias(),
        notes=_notes(composer, block),
    )


def _quotes(composer: _Composer, block: BlockValue) -> Block:
    theme = next((theme for theme in composer.evidence.themes if str(theme.id) == block.content.get("theme")), None)
    chosen = [UUID(each) for each in block.content.get("segments", [])]
    count = min(int(block.content.get("count") or 3), MAX_QUOTES)
    quotes = () if theme is None else composer.evidence.quotes(theme.id, only=chosen, count=count)
    if theme is None:
        composer.complain(block, "evaluation.block_needs_theme")
    elif len(quotes) < len(chosen) or not quotes:
        composer.complain(block, "evaluation.block_without_quotes")
    return Block(
        kind="quotes",
        anchor=_anchor(block),
        title=_resolve_line(composer, block, block.content.get("title", "")),
        nodes=_nodes(composer, block, block.content.get("intro", "")),
        quotations=tuple(
            Quotation(
                text=word_quotation(quote.text, composer.locale),
                attribution=", ".join((quote.pseudonym, *quote.attributes)),
            )
            for quote in quotes
        ),
    )


_BUILDERS: dict[BlockKind, Callable[[_Composer, BlockValue], Block]] = {
    BlockKind.TEXT: _text,
    BlockKind.KEY_POINTS: _key_points,
    BlockKind.FIGURE: _figure,
    BlockKind.TABLE: _table,
    BlockKind.WEAVING: _weaving,
    BlockKind.QUOTES: _quotes,
    BlockKind.SELECTION_BIAS: _selection_bias,
}


def _anchor(block: BlockValue) -> str:
    return f"b{block.position}"


def _everyone() -> str:
    return _("Everyone")


def _cards(composer: _Composer, block: BlockValue) -> list[IndicatorCard]:
    """Return the indicators of a block in the order chosen; one that was removed is a problem."""
    cards = []
    named = block.content.get("indicators", [])
    if block.kind is BlockKind.SELECTION_BIAS:
        named = [each for each in (block.content.get("indicator"),) if each]
    for wanted in named:
        card = composer.evidence.card(UUID(wanted))
        if card is None:
            composer.complain(block, "evaluation.block_indicator_gone")
        else:
            cards.append(card)
    if not named:
        composer.complain(block, "evaluation.block_needs_indicator")
    return cards


def _title(composer: _Composer, block: BlockValue) -> str:
    title = _resolve_line(composer, block, block.content.get("title", ""))
    if not title:
        composer.complain(block, "evaluation.block_title_missing")
    return title


def _notes(composer: _Composer, block: BlockValue) -> Notes:
    """Return Lecture, Champ and Source; each one missing stops the report."""
    found: dict[str, tuple[Node, ...]] = {}
    for name in ("reading", "field", "source"):
        words = block.content.get(name, "").strip()
        if not words:
            composer.complain(block, f"evaluation.block_{name}_missing")
        found[name] = (Node("p", (_inline(composer, block, words),)),) if words else ()
    return Notes(**found)


def _attach(composer: _Composer, kind: str, number: int, block: BlockValue, table: Table) -> None:
    label, name = {
        "figure": (_("Figure"), "figure"),
        "table": (_("Table"), _("table")),
        "box": (_("Box"), _("box")),
    }[kind]
    composer.attachments.append(
        Attachment(
            name=f"{name}_{number:02d}.csv",
            description=f"{label} {number}. {block.content.get('title', '')}".strip(),
            content=write_csv(table, composer.locale),
        )
    )


def _nodes(composer: _Composer, block: BlockValue, text: str) -> tuple[Node, ...]:
    """Parse a text; headings never skip a level of the page they land on."""
    nodes = []
    for node in parse_markdown(_resolve(composer, block, text)):
        if node.tag in ("h1", "h2", "h3"):
            composer.level = min(int(node.tag[1]) + 2, composer.level + 1)
            nodes.append(Node(f"h{composer.level}", node.lines))
        else:
            nodes.append(node)
    return tuple(nodes)


def _inline(composer: _Composer, block: BlockValue, text: str) -> tuple[Inline, ...]:
    return parse_inline(_resolve(composer, block, text))


def _resolve_line(composer: _Composer, block: BlockValue, text: str) -> str:
    return " ".join(_resolve(composer, block, text).split(" ")).strip()


def _resolve(composer: _Composer, block: BlockValue, text: str) -> str:
    """Put live numbers in place of their references; one that cannot be resolved is a problem of the block."""
    try:
        parts = split_text(text)
    except DomainError as error:
        composer.complain(block, error.code, **error.details)
        return text
    return "".join(part if isinstance(part, str) else _cite(composer, block, part) for part in parts)


def _cite(composer: _Composer, block: BlockValue, reference: Reference) -> str:
    try:
        return word_citation(composer.evidence.cite(reference), composer.locale)
    except DomainError as error:
        composer.complain(block, error.code, **error.details)
        return f"[{reference.source}?]"
