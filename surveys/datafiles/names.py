"""Names of variables that a format accepts, and their way back to the names of the form."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_FOREIGN = re.compile(r"[^A-Za-z0-9_]+")


@dataclass(frozen=True, slots=True)
class NameRule:
    """What a format asks of names: their greatest length, and the words that it keeps for itself, in small letters.

    Names are plain letters, digits and underscores, and differ whatever the case: both formats then take them.
    """

    length: int
    reserved: frozenset[str]


SPSS_NAMES = NameRule(
    64, frozenset({"all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"})
)
STATA_NAMES = NameRule(
    32,
    frozenset(
        {"byte", "double", "float", "if", "in", "int", "long", "strl", "using", "with"}
        | {f"str{length}" for length in range(1, 2046)}
    ),
)


def valid_names(headers: Iterable[str], rule: NameRule) -> list[str]:
    """Return a valid name for each header, all different; a header that is valid already keeps its name.

    Where two would be alike, the later one ends in `_2`, `_3`…
    """
    wanted = list(headers)
    names: dict[int, str] = {}
    taken: set[str] = set()
    # Those that are valid as they are go first: no shortened name may take theirs.
    for place, header in enumerate(wanted):
        if _shaped(header, rule) == header and header.casefold() not in taken:
            names[place] = header
            taken.add(header.casefold())
    for place, header in enumerate(wanted):
        if place not in names:
            names[place] = _free(_shaped(header, rule), taken, rule)
            taken.add(names[place].casefold())
    return [names[place] for place in range(len(wanted))]


def _shaped(header: str, rule: NameRule) -> str:
    bare = unicodedata.normalize("NFKD", header).encode("ascii", "ignore").decode()
    name = _FOREIGN.sub("_", bare).strip("_") or "v"
    if not name[0].isalpha() or name.casefold() in rule.reserved:
        name = f"v_{name}"
    return name[: rule.length].rstrip("_")


def _free(name: str, taken: set[str], rule: NameRule) -> str:
    free, number = name, 1
    while free.casefold() in taken:
        number += 1
        end = f"_{number}"
        free = name[: rule.length - len(end)].rstrip("_") + end
    return free


FILE_NAMES = NameRule(60, frozenset({"aux", "con", "nul", "prn"}))
"""Names of files, endings apart."""
