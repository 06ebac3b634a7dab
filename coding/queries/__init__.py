"""What screens and reports read of interpretation: frozen values, each with its loading plan.

A `Viewer` says for whom: a blind coder sees only their own codings; the others never see a blind coder's.
"""

from coding.queries.clusters import (
    GroupMember,
    GroupView,
    RunRow,
    RunView,
    find_cluster_run,
    list_cluster_runs,
)
from coding.queries.codebook import CodeNode, CodeRow, codebook_tree, list_codes
from coding.queries.corpus import CorpusRow, list_transcripts
from coding.queries.exports import codebook_table, segments_table
from coding.queries.memos import MemoRow, list_memos
from coding.queries.objects import (
    AttributeRow,
    CaseRow,
    CodeSetRow,
    list_attributes,
    list_cases,
    list_code_sets,
)
from coding.queries.people import PersonInterview, interviews_of
from coding.queries.reading import (
    CodingView,
    Document,
    SpeakerView,
    TurnView,
    codings_between,
    find_coding,
    find_document,
)
from coding.queries.segments import CodedBy, SegmentFilter, SegmentPage, SegmentRow, find_segments
from coding.queries.themes import (
    Interviewed,
    Quotation,
    ThemePersons,
    ThemeView,
    list_themes,
    quotations,
    theme_persons,
)
from coding.queries.visibility import RELEASED, Viewer

__all__ = [
    "RELEASED",
    "AttributeRow",
    "CaseRow",
    "CodeNode",
    "CodeRow",
    "CodeSetRow",
    "CodedBy",
    "CodingView",
    "CorpusRow",
    "Document",
    "GroupMember",
    "GroupView",
    "Interviewed",
    "MemoRow",
    "PersonInterview",
    "Quotation",
    "RunRow",
    "RunView",
    "SegmentFilter",
    "SegmentPage",
    "SegmentRow",
    "SpeakerView",
    "ThemePersons",
    "ThemeView",
    "TurnView",
    "Viewer",
    "codebook_table",
    "codebook_tree",
    "codings_between",
    "find_cluster_run",
    "find_coding",
    "find_document",
    "find_segments",
    "interviews_of",
    "list_attributes",
    "list_cases",
    "list_cluster_runs",
    "list_code_sets",
    "list_codes",
    "list_memos",
    "list_themes",
    "list_transcripts",
    "quotations",
    "segments_table",
    "theme_persons",
]
