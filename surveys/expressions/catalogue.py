"""The functions that exist, with the least and the most arguments each takes (None: any number)."""

from types import MappingProxyType
from typing import Final

_SHAPES: Final = {
    (0, 0): "current false last now pi random today true version",
    (0, 1): "local-name name namespace-uri normalize-space number position string string-length uuid",
    (1, 1): (
        "abs acos area asin atan base64-decode boolean boolean-from-string ceiling cos count count-non-empty "
        "count-selected date date-time decimal-date-time decimal-time exp exp10 floor id instance int jr:itext lang "
        "log log10 not once property sin sqrt sum tan"
    ),
    (1, 2): "randomize round",
    (2, 2): (
        "atan2 contains ends-with format-date format-date-time geofence jr:choice-name pow regex selected selected-at "
        "starts-with substring-after substring-before"
    ),
    (2, 3): "digest substr substring",
    (3, 3): "if translate",
    (3, 7): "indexed-repeat",
    (4, 4): "pulldata",
    (0, None): "concat",
    (1, None): "coalesce distance join max min",
    (2, None): "checklist weighted-checklist",
}

KNOWN_FUNCTIONS: Final = MappingProxyType(
    {name: shape for shape, names in _SHAPES.items() for name in names.split()},
)
"""Arity by name."""

PARITY: Final = MappingProxyType({"indexed-repeat": 1, "weighted-checklist": 0})
"""Remainder by 2 of the number of arguments, for functions that take pairs."""


def arity(name: str) -> tuple[int, int | None] | None:
    """Return the least and the most arguments of a function, None if there is no such function."""
    return KNOWN_FUNCTIONS.get(name)
