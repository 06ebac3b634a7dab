"""Put choices in an order drawn from a seed, the same in every language that replays it."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

Element = TypeVar("Element")


def shuffled(elements: Sequence[Element], seed: str) -> list[Element]:
    """Return `elements` in an order that depends on `seed` only.

    Fisher and Yates' shuffle (Durstenfeld 1964) on SHA-256 of the seed and a counter: simple to repeat in a browser.
    """
    order = list(elements)
    for last in range(len(order) - 1, 0, -1):
        digest = hashlib.sha256(f"{seed}/{last}".encode()).digest()
        other = int.from_bytes(digest[:8], "big") % (last + 1)
        order[last], order[other] = order[other], order[last]
    return order
