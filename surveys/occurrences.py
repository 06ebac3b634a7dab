"""How answers inside repeats are named (docs/adr/0010): `age[2]`, `toy[2.1]`; numbers from 1, outermost repeat first.

The same numbers name pages, fields and headings. A repeat's own key with the numbers of the repeats around it only is
the row that counts its occurrences (`children`, `toys[2]`); with one number more it is one of them (`children[2]`).
"""

import re
from collections.abc import Callable, Iterable

Numbers = tuple[int, ...]

_KEY = re.compile(r"(?P<key>[^\[\]]+)\[(?P<numbers>[1-9]\d{0,3}(?:\.[1-9]\d{0,3})*)\]", re.ASCII)


def key_at(key: str, numbers: Numbers) -> str:
    """Return the key of a node in the occurrence of these numbers."""
    return f"{key}[{'.'.join(map(str, numbers))}]" if numbers else key


def split_key(key: str) -> tuple[str, Numbers]:
    """Return the key of the form and the numbers; none where the key holds no brackets, or nonsense in them."""
    found = _KEY.fullmatch(key)
    if found is None:
        return key, ()
    return found["key"], tuple(map(int, found["numbers"].split(".")))


def renumbered(
    keys: Iterable[str], depth_of: Callable[[str], int | None], outer: Numbers, taken: int
) -> dict[str, str | None]:
    """Say what becomes of keys when an occurrence of a repeat goes: those after it move down by one.

    Args:
        keys: the keys there are, of any node.
        depth_of: the place, from 0, of the number of that repeat in the keys of a node; None for a node outside it.
        outer: the numbers of the repeats around it.
        taken: the number of the occurrence that goes.

    Returns: the keys that change, each with its new one, None for those that go; the row that counts is not among them.
    """
    moved: dict[str, str | None] = {}
    for key in keys:
        base, numbers = split_key(key)
        depth = depth_of(base)
        if depth is None or len(numbers) <= depth or numbers[:depth] != outer:
            continue
        if numbers[depth] == taken:
            moved[key] = None
        elif numbers[depth] > taken:
            moved[key] = key_at(base, (*outer, numbers[depth] - 1, *numbers[depth + 1 :]))
    return moved
