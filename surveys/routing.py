"""From a form to pages on a phone, and from one page to the next.

A `field-list` group is one page, whatever is inside. Elsewhere each question has its own page; the notes before it
stand on it, because a page with nothing to answer is one tap for nothing; notes after the last question of a group
make a page. A page is shown while something on it is relevant.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from surveys.definition import Definition, Group, Item, ItemType, Node, Repeat
from surveys.engine import FormState


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its place in the form from 0, a key that stays when other pages move, groups around it, items on it."""

    number: int
    key: str
    headings: tuple[str, ...]
    """Keys of the groups around it, outermost first: the page may show their labels."""
    items: tuple[str, ...]
    """Keys of its items, notes included, in order; silent items are on no page."""


def paginate(definition: Definition) -> tuple[Page, ...]:
    """Cut a form into pages."""
    pages: list[Page] = []
    for key, headings, items in _cut(definition.children, ()):
        pages.append(Page(len(pages), key, headings, tuple(items)))
    return tuple(pages)


@lru_cache(maxsize=64)
def _cached(_version: object, definition: "_ByVersion") -> tuple[Page, ...]:
    return paginate(definition.definition)


class _ByVersion:
    """A definition that counts as equal to any other under the same version."""

    __slots__ = ("definition",)

    def __init__(self, definition: Definition) -> None:
        self.definition = definition

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByVersion)

    def __hash__(self) -> int:
        return 0


def pages_of(definition: Definition, version: object) -> tuple[Page, ...]:
    """Return the pages of an immutable version, from memory when they were cut already."""
    return _cached(version, _ByVersion(definition))


def _cut(nodes: Iterable[Node], headings: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...], list[str]]]:
    notes: list[str] = []
    for node in nodes:
        if isinstance(node, Item):
            if node.type.is_silent:
                continue
            if node.type is ItemType.NOTE:
                notes.append(node.key)
                continue
            yield node.key, headings, [*notes, node.key]
            notes = []
            continue
        if notes:
            yield notes[0], headings, notes
            notes = []
        if node.is_page and not isinstance(node, Repeat):
            items = list(_shown(node))
            if items:
                yield node.key, (*headings, node.key), items
        else:
            yield from _cut(node.children, (*headings, node.key))
    if notes:
        yield notes[0], headings, notes


def _shown(group: Group) -> Iterator[str]:
    for child in group.children:
        if isinstance(child, Group):
            yield from _shown(child)
        elif not child.type.is_silent:
            yield child.key


def shown_items(page: Page, state: FormState) -> tuple[str, ...]:
    """Return the keys of the items of a page that are relevant."""
    return tuple(key for key in page.items if state.is_relevant(key))


def is_shown(page: Page, state: FormState) -> bool:
    """Whether something on the page is relevant."""
    return any(state.is_relevant(key) for key in page.items)


def shown_pages(pages: tuple[Page, ...], state: FormState) -> tuple[Page, ...]:
    """Return the pages a person goes through with these answers."""
    return tuple(page for page in pages if is_shown(page, state))


def next_page(pages: tuple[Page, ...], state: FormState, number: int) -> Page | None:
    """Return the page after the `number`-th (-1: the first one); None after the last."""
    return next((page for page in pages[number + 1 :] if is_shown(page, state)), None)


def previous_page(pages: tuple[Page, ...], state: FormState, number: int) -> Page | None:
    """Return the page before the `number`-th; None before the first."""
    return next((page for page in reversed(pages[:number]) if is_shown(page, state)), None)


def closing_pages(pages: tuple[Page, ...], state: FormState) -> tuple[Page, ...]:
    """Return the pages of notes after the last question: they go with the last reading, before sending.

    A page that thanks, with nothing to answer, would be taken for the end.
    """
    shown = shown_pages(pages, state)
    asking = [place for place, page in enumerate(shown) if not _is_notes(page, state)]
    return shown[asking[-1] + 1 :] if asking else ()


def _is_notes(page: Page, state: FormState) -> bool:
    keys = shown_items(page, state)
    return all(state.structure.item(key).type is ItemType.NOTE for key in keys) and not state.violations(keys)


def page_by_key(pages: tuple[Page, ...], key: str) -> Page | None:
    """Return the page of this key, None where there is none."""
    return next((page for page in pages if page.key == key), None)


def page_of_item(pages: tuple[Page, ...], key: str) -> Page | None:
    """Return the page an item stands on."""
    return next((page for page in pages if key in page.items), None)


@dataclass(frozen=True, slots=True)
class Progress:
    """The place of a page among those shown now: `position` of `count`, from 1."""

    position: int
    count: int

    @property
    def share(self) -> float:
        """Part of the way done when this page is open, in [0, 1]."""
        return (self.position - 1) / self.count if self.count else 1.0


def progress(pages: tuple[Page, ...], state: FormState, number: int) -> Progress:
    """Say how far a page is; pages that appear or go change the count."""
    shown = shown_pages(pages, state)
    return Progress(sum(page.number < number for page in shown) + 1, len(shown))
