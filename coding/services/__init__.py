"""The acts of interpretation: codings, codebook, themes, memos, transcripts, proposed groups.

Each takes the Session first, flushes, writes its audit entry, and never commits.
"""

from coding.services.attributes import create_attribute, delete_attribute, set_value
from coding.services.cases import create_case, delete_case, set_case_members, update_case
from coding.services.clusters import (
    dismiss_group,
    keep_group_as_code,
    request_clusters,
    restore_group,
    store_clusters,
)
from coding.services.code_sets import create_code_set, delete_code_set, update_code_set
from coding.services.codebook import (
    create_code,
    create_folder,
    delete_code,
    merge_codes,
    move_code,
    rename_code,
    set_colour,
    update_code,
)
from coding.services.codings import (
    CodingResult,
    add_coding,
    change_span,
    comment_coding,
    remove_coding,
    set_coding_status,
)
from coding.services.memos import delete_memo, edit_memo, set_memo_links, write_memo
from coding.services.themes import create_theme, delete_theme, set_theme_codes, update_theme
from coding.services.transcripts import (
    delete_transcript,
    link_participant,
    rename_speaker,
    rename_transcript,
    set_speaker,
)
from coding.services.withdrawals import ErasedWords, erase_source

__all__ = [
    "CodingResult",
    "ErasedWords",
    "add_coding",
    "change_span",
    "comment_coding",
    "create_attribute",
    "create_case",
    "create_code",
    "create_code_set",
    "create_folder",
    "create_theme",
    "delete_attribute",
    "delete_case",
    "delete_code",
    "delete_code_set",
    "delete_memo",
    "delete_theme",
    "delete_transcript",
    "dismiss_group",
    "edit_memo",
    "erase_source",
    "keep_group_as_code",
    "link_participant",
    "merge_codes",
    "move_code",
    "remove_coding",
    "rename_code",
    "rename_speaker",
    "rename_transcript",
    "request_clusters",
    "restore_group",
    "set_case_members",
    "set_coding_status",
    "set_colour",
    "set_memo_links",
    "set_speaker",
    "set_theme_codes",
    "set_value",
    "store_clusters",
    "update_case",
    "update_code",
    "update_code_set",
    "update_theme",
    "write_memo",
]
