"""A report in words and values, ready to be shown: plain JSON, frozen when it is issued."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

from app.reports.markdown import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell: `text` is shown, `note` under it (interval, n), `reason` when the value is hidden."""

    text: str
    note: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row, named by its first cell, `note` under its name; `judgement` is a person's sentence about it."""

    head: str
    cells: tuple[Cell, ...]
    note: str = ""
    judgement: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowGroup:
    """Rows under one heading, if it has one; a long table is cut between groups."""

    label: str
    note: str = ""
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """What stands under every figure and table."""

    reading: tuple[Node, ...] = ()
    field: tuple[Node, ...] = ()
    source: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Values with their column heads; `data` is the same in plain numbers, for the annex."""

    columns: tuple[str, ...]
    groups: tuple[RowGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """Words and whose they are."""

    text: str
    attribution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One part; which fields are filled depends on `kind`. `number` counts figures and tables apart."""

    kind: str
    anchor: str
    title: str = ""
    number: int = 0
    nodes: tuple[Node, ...] = ()
    chart: dict[str, Any] | None = None
    alternative: str = ""
    table: Table | None = None
    notes: Notes | None = None
    remark: str = ""
    warnings: tuple[str, ...] = ()
    quotations: tuple[Quotation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What stops a report from leaving; `block` is its place, 0 for the head."""

    block: int
    code: str
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file of the data annex."""

    name: str
    description: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole report."""

    locale: str
    title: str
    subtitle: str
    authors: str
    study: str
    programme: str
    dated: str
    blocks: tuple[Block, ...]
    attachments: tuple[Attachment, ...]
    words: dict[str, str]

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self), ensure_ascii=False))
        return plain


def inputs_hash(document: dict[str, Any]) -> str:
    """Name the words and numbers of a document; its date is left out, so that the same inputs give the same name."""
    kept = {name: value for name, value in document.items() if name != "dated"}
    return hashlib.sha256(json.dumps(kept, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
