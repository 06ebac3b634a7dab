"""The groups of a collection as the screen lists them, small counts hidden."""

from collections.abc import Sequence
from dataclasses import dataclass

from surveys.distribution import hidden_cells
from surveys.fieldwork.groups import GroupRow, spell_group


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One group; `started` and `sent` are "" when hidden."""

    row: GroupRow
    code: str
    started: str
    sent: str


def group_lines(rows: Sequence[GroupRow], threshold: int) -> tuple[GroupLine, ...]:
    """Return the groups, counts hidden where they are under the threshold or would give another one back."""
    started = hidden_cells([row.started for row in rows], threshold)
    sent = hidden_cells([row.sent for row in rows], threshold)
    return tuple(
        GroupLine(
            row,
            spell_group(row.code),
            "" if position in started else str(row.started),
            "" if position in sent else str(row.sent),
        )
        for position, row in enumerate(rows)
    )
