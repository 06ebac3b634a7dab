"""Tables that leave the coding desk: segments, codebook. Column names are stable, in English, for scripts."""

from uuid import UUID

from sqlalchemy.orm import Session

from coding.queries.codebook import CodeNode, codebook_tree
from coding.queries.segments import SegmentFilter, find_segments
from coding.queries.visibility import Viewer
from core.tables import Table

SEGMENT_COLUMNS = (
    "code", "code_id", "transcript", "kind", "speaker", "role", "pseudonym", "population", "arm", "site", "wave",
    "quote", "context_before", "context_after", "start", "end", "coder", "status", "comment", "coded_at", "may_quote",
    "segment_id", "coding_id",
)  # fmt: skip
CODEBOOK_COLUMNS = (
    "code_id", "parent_id", "path", "name", "is_codable", "description", "inclusion", "exclusion", "example",
    "colour", "origin", "segments", "segments_with_codes_below", "persons",
)  # fmt: skip


def segments_table(session: Session, study_id: UUID, viewer: Viewer, wanted: SegmentFilter | None = None) -> Table:
    """Return one row a coding (segment × code × coder), as `find_segments` filters them."""
    rows = find_segments(session, study_id, viewer, wanted, page_size=None).rows
    return Table(
        "segments",
        SEGMENT_COLUMNS,
        tuple(
            (
                row.code, str(row.code_id), row.title, row.kind.value, row.speaker,
                None if row.role is None else row.role.value, row.pseudonym, row.population, row.arm, row.site,
                row.wave, row.quote, row.context_before, row.context_after, row.start, row.end, coded.coder,
                coded.status.value, coded.comment, coded.created_at, row.may_quote, str(row.segment_id),
                str(coded.coding_id),
            )
            for row in rows
            for coded in row.codings
        ),
    )  # fmt: skip


def codebook_table(session: Session, study_id: UUID, viewer: Viewer) -> Table:
    """Return one row a code or folder, in the order of the tree; `path` joins the names above with « / »."""
    rows: list[tuple[object, ...]] = []

    def walk(nodes: tuple[CodeNode, ...], path: tuple[str, ...]) -> None:
        for node in nodes:
            rows.append(
                (
                    str(node.code_id), None if node.parent_id is None else str(node.parent_id), " / ".join(path),
                    node.name, node.is_codable, node.description, node.inclusion, node.exclusion, node.example,
                    node.colour, node.origin.value, node.segment_count, node.total_segment_count, node.person_count,
                )
            )  # fmt: skip
            walk(node.children, (*path, node.name))

    walk(codebook_tree(session, study_id, viewer), ())
    return Table("codebook", CODEBOOK_COLUMNS, tuple(rows))
