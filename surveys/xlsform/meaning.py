"""What a form means and its author may not have meant, seen once it is built: choices that nobody can ever see."""

from collections.abc import Iterator, Mapping

from surveys.cards import DATES, TIMELINE
from surveys.choosing import equalities
from surveys.definition import Choice, Definition, Item, Node, Repeat
from surveys.xlsform.problems import Problem, warning


def check_definition(definition: Definition, row_of_choice: Mapping[tuple[str, str], int]) -> Iterator[Problem]:
    """Yield what surprises.

    Args: row_of_choice: the line of each choice in its sheet, by its list and name.
    """
    items = {item.name: item for item in definition.items()}
    for node in definition.nodes():
        if isinstance(node, Repeat) and TIMELINE in node.appearance.split() and not _has_date(node.children):
            yield warning("timeline_without_date", "survey", node.row, "appearance", name=node.name)
        if isinstance(node, Item) and node.choice_filter is not None:
            yield from _never_shown(node, items, definition, row_of_choice)


def _has_date(nodes: tuple[Node, ...]) -> bool:
    return any(
        node.type in DATES if isinstance(node, Item) else not isinstance(node, Repeat) and _has_date(node.children)
        for node in nodes
    )


def _never_shown(
    item: Item, items: dict[str, Item], definition: Definition, row_of_choice: Mapping[tuple[str, str], int]
) -> Iterator[Problem]:
    """Name the choices that no answer lets through: « site = ${site} », and a site that nobody can choose."""
    choices = definition.choice_lists.get(item.list_name, ())
    users = [each for each in definition.items() if each.list_name == item.list_name]
    if not choices or len(users) > 1 or item.choice_filter is None:
        return
    for column, wanted in equalities(item.choice_filter):
        asked = items.get(wanted.tree[1]) if wanted.tree[0] == "ref" else None
        possible = {choice.name for choice in _offered(asked, definition)}
        if not possible:
            continue
        for choice in choices:
            if choice.attributes.get(column, "") not in possible:
                found = {"name": choice.name, "list": item.list_name, "header": column, "other": wanted.source}
                row = row_of_choice.get((item.list_name, choice.name), 0)
                yield warning("choice_never_shown", "choices", row, column, **found)


def _offered(item: Item | None, definition: Definition) -> tuple[Choice, ...]:
    return definition.choice_lists.get(item.list_name, ()) if item is not None and item.type.has_choices else ()
