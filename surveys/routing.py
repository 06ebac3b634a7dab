"""From a form to pages on a phone, and from one page to the next.

A `field-list` group is one page, whatever is inside but repeats. Elsewhere each question has its own page; the notes
before it stand on it, because a page with nothing to answer is one tap for nothing; notes after the last question of a
group make a page. A page is shown while something on it is relevant.

A repeat to which the person adds has a page that lists its occurrences, the roster; their pages are reached from it and
lead back to it. One with a count has its occurrences one after the other.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from surveys.definition import Definition, Group, Item, ItemType, Node, Repeat
from surveys.engine import FormState
from surveys.occurrences import Numbers, key_at, split_key
from surveys.presentation import is_repeated_heading


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its place in the form from 0, a key that stays when other pages move, groups around it, items on it.

    `paginate` gives the pages of the form; inside repeats, `at` gives that of one occurrence, with the keys of its
    answers. `roster` is the key of the repeat that the page lists, "" on pages of questions.
    """

    number: int
    key: str
    headings: tuple[str, ...]
    """Keys of the groups around it, outermost first: the page may show their labels."""
    items: tuple[str, ...]
    """Keys of its items, notes included, in order; silent items are on no page."""
    repeats: tuple[str, ...] = ()
    """Keys of the repeats it stands in, outermost first; the one that a roster lists is not among them."""
    roster: str = ""
    numbers: Numbers = ()
    depths: tuple[int, ...] = field(default=(), repr=False)
    """How many numbers the key of each heading takes."""
    starts: tuple[int, ...] = field(default=(), repr=False)
    """The number of the first page of each repeat around it, its roster included."""

    def at(self, numbers: Numbers) -> "Page":
        """Return the page of one occurrence."""
        if not numbers:
            return self
        return replace(
            self,
            key=key_at(self.key, numbers),
            headings=tuple(key_at(key, numbers[:depth]) for key, depth in zip(self.headings, self.depths, strict=True)),
            items=tuple(key_at(key, numbers) for key in self.items),
            roster=key_at(self.roster, numbers) if self.roster else "",
            numbers=numbers,
        )

    @property
    def order(self) -> tuple[int, ...]:
        """Its place among all pages, those of other occurrences included."""
        pairs = zip(self.starts, self.numbers, strict=True)
        return (*(part for pair in pairs for part in pair), self.number)

    def stands_in(self, repeats: tuple[str, ...], numbers: Numbers) -> bool:
        """Whether it belongs to the occurrence of these numbers of the last of these repeats."""
        return self.repeats[: len(repeats)] == repeats and self.numbers[: len(numbers)] == numbers


def paginate(definition: Definition) -> tuple[Page, ...]:
    """Cut a form into pages."""
    return tuple(_Cutter().pages_of(definition))


class _Cutter:
    """Cuts a form; knows the groups and repeats around the place it has reached."""

    def __init__(self) -> None:
        self._headings: list[tuple[str, int]] = []
        self._repeats: list[tuple[str, int]] = []
        self._count = 0

    def pages_of(self, definition: Definition) -> Iterator[Page]:
        yield from self._cut(definition.children)

    def _page(self, key: str, items: Iterable[str], *, roster: str = "") -> Page:
        page = Page(
            self._count,
            key,
            tuple(heading for heading, _depth in self._headings),
            tuple(items),
            tuple(repeat for repeat, _start in self._repeats),
            roster,
            (),
            tuple(depth for _heading, depth in self._headings),
            tuple(start for _repeat, start in self._repeats),
        )
        self._count += 1
        return page

    def _cut(self, nodes: Iterable[Node]) -> Iterator[Page]:
        notes: list[str] = []
        for node in nodes:
            if isinstance(node, Item):
                if _is_on_no_page(node):
                    continue
                if node.type is ItemType.NOTE:
                    notes.append(node.key)
                    continue
                yield self._page(node.key, [*notes, node.key])
                notes = []
                continue
            if notes:
                yield self._page(notes[0], notes)
                notes = []
            yield from self._cut_repeat(node) if isinstance(node, Repeat) else self._cut_group(node)
        if notes:
            yield self._page(notes[0], notes)

    def _cut_group(self, group: Group) -> Iterator[Page]:
        self._headings.append((group.key, len(self._repeats)))
        if group.is_page:
            yield from self._cut_page(group)
        else:
            yield from self._cut(group.children)
        self._headings.pop()

    def _cut_repeat(self, repeat: Repeat) -> Iterator[Page]:
        start = self._count
        if repeat.count is None:
            yield self._page(repeat.key, (), roster=repeat.key)
        self._repeats.append((repeat.key, start))
        yield from self._cut_group(repeat)
        self._repeats.pop()

    def _cut_page(self, group: Group) -> Iterator[Page]:
        """Put all of a group on one page; a repeat inside has pages of its own, between what comes before and after."""
        key, items = group.key, list[str]()
        for node in _flat(group):
            if not isinstance(node, Repeat):
                items.append(node.key)
                continue
            if items:
                yield self._page(key or items[0], items)
                key, items = "", []
            yield from self._cut_repeat(node)
        if items:
            yield self._page(key or items[0], items)


def _flat(group: Group) -> Iterator[Item | Repeat]:
    for child in group.children:
        if isinstance(child, Repeat):
            yield child
        elif isinstance(child, Group):
            yield from _flat(child)
        elif not _is_on_no_page(child):
            yield child


def _is_on_no_page(item: Item) -> bool:
    """Whether nobody sees it: carried silently, or only writing the choices above a table (each card has its own)."""
    return item.type.is_silent or is_repeated_heading(item)


def shown_items(page: Page, state: FormState) -> tuple[str, ...]:
    """Return the keys of the items of a page that are relevant."""
    return tuple(key for key in page.items if state.is_relevant(key))


def is_shown(page: Page, state: FormState) -> bool:
    """Whether something on the page is relevant; a roster, whether its repeat is."""
    if page.roster:
        return state.is_offered(page.roster)
    try:
        return any(state.is_relevant(key) for key in page.items)
    except KeyError:  # an occurrence that does not exist
        return False


def shown_pages(pages: tuple[Page, ...], state: FormState) -> tuple[Page, ...]:
    """Return the pages a person goes through with these answers, those of each occurrence included."""
    return tuple(page for page in _spread(pages, state, 0, ()) if is_shown(page, state))


def _spread(pages: Sequence[Page], state: FormState, depth: int, numbers: Numbers) -> Iterator[Page]:
    """Yield the pages of each occurrence in turn."""
    place = 0
    while place < len(pages):
        page = pages[place]
        if len(page.repeats) == depth:
            yield page.at(numbers)
            place += 1
            continue
        end = place
        while end < len(pages) and pages[end].repeats[depth : depth + 1] == page.repeats[depth : depth + 1]:
            end += 1
        for number in range(1, state.count(key_at(page.repeats[depth], numbers)) + 1):
            yield from _spread(pages[place:end], state, depth + 1, (*numbers, number))
        place = end


def next_page(pages: tuple[Page, ...], state: FormState, page: Page | None) -> Page | None:
    """Return the page after this one (None: the first one); None after the last.

    A roster leads past its occurrences; the last page of an occurrence leads back to the roster.
    """
    shown = shown_pages(pages, state)
    if page is None:
        return shown[0] if shown else None
    after = [each for each in shown if each.order > page.order]
    if page.roster:
        listed = (*page.repeats, split_key(page.roster)[0])
        after = [each for each in after if not each.stands_in(listed, page.numbers)]
    following = after[0] if after else None
    for depth in range(len(page.repeats), 0, -1):
        around = page.repeats[:depth], page.numbers[:depth]
        if following is None or not following.stands_in(*around):
            roster = _roster(shown, *around)
            if roster is not None:
                return roster
    return following


def previous_page(pages: tuple[Page, ...], state: FormState, page: Page) -> Page | None:
    """Return the page before this one; None before the first. What is inside a roster's occurrences is passed over."""
    shown = shown_pages(pages, state)
    before = [each for each in shown if each.order < page.order]
    if not before:
        return None
    last = before[-1]
    for depth in range(1, len(last.repeats) + 1):
        around = last.repeats[:depth], last.numbers[:depth]
        if not page.stands_in(*around):
            roster = _roster(shown, *around)
            if roster is not None:
                return roster
    return last


def _roster(shown: Sequence[Page], repeats: tuple[str, ...], numbers: Numbers) -> Page | None:
    """Return the page that lists the occurrences of the last of these repeats, None where it has a count."""
    key = key_at(repeats[-1], numbers[:-1])
    return next((page for page in shown if page.roster == key), None)


def first_page_in(pages: tuple[Page, ...], state: FormState, repeat: str, number: int) -> Page | None:
    """Return the first page of an occurrence of a repeat, named with the numbers of the repeats around it."""
    base, outer = split_key(repeat)
    around = (*(place for place in _around(pages, base)), base)
    return next((page for page in shown_pages(pages, state) if page.stands_in(around, (*outer, number))), None)


def _around(pages: tuple[Page, ...], repeat: str) -> tuple[str, ...]:
    for page in pages:
        if repeat in page.repeats:
            return page.repeats[: page.repeats.index(repeat)]
    return ()


def closing_pages(pages: tuple[Page, ...], state: FormState) -> tuple[Page, ...]:
    """Return the pages of notes after the last question: they go with the last reading, before sending.

    A page that thanks, with nothing to answer, would be taken for the end.
    """
    shown = shown_pages(pages, state)
    asking = [place for place, page in enumerate(shown) if not _is_notes(page, state)]
    return shown[asking[-1] + 1 :] if asking else ()


def _is_notes(page: Page, state: FormState) -> bool:
    if page.repeats or page.roster:
        return False
    keys = shown_items(page, state)
    return all(state.structure.item(key).type is ItemType.NOTE for key in keys) and not state.violations(keys)


def page_by_key(pages: tuple[Page, ...], key: str) -> Page | None:
    """Return the page of this key, None where there is none; whether its occurrence exists is not looked at."""
    base, numbers = split_key(key)
    found = next((page for page in pages if page.key == base and len(page.repeats) == len(numbers)), None)
    return found.at(numbers) if found else None


def page_of_item(pages: tuple[Page, ...], key: str) -> Page | None:
    """Return the page an item stands on."""
    base, numbers = split_key(key)
    found = next((page for page in pages if base in page.items and len(page.repeats) == len(numbers)), None)
    return found.at(numbers) if found else None
