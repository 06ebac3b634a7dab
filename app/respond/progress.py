"""Where a person is: the pages to go through, and the part of the way that is done."""

from collections.abc import Sequence

from surveys.engine import FormState
from surveys.routing import Page, closing_pages, shown_pages


def pages_to_answer(pages: tuple[Page, ...], state: FormState) -> tuple[Page, ...]:
    """Return the pages shown, without the notes that stand with the last reading."""
    shown = shown_pages(pages, state)
    return shown[: len(shown) - len(closing_pages(pages, state))]


def count_parts(shown: Sequence[Page], page: Page) -> tuple[int, int, int, int]:
    """Return which part of how many this page belongs to, and which page of how many in it; all from 1.

    A part is an outermost group, or a list with its cards; a page outside any is a part of its own.
    """
    inside: dict[str, list[tuple[int, ...]]] = {}
    for each in shown:
        inside.setdefault(_part_of(each), []).append(each.order)
    mine = _part_of(page)
    if mine not in inside:
        return 1, max(1, len(inside)), 1, 1
    step = sum(order < page.order for order in inside[mine]) + 1
    return list(inside).index(mine) + 1, len(inside), step, len(inside[mine])


def _part_of(page: Page) -> str:
    """Return the outermost group; a list stands in its repeat's part with all its cards."""
    if page.depths and page.depths[0] == 0:
        return page.headings[0]
    return page.repeats[0] if page.repeats else page.roster or f":{page.key}"
