"""What of a form cannot be shown as its author asked: pictures, sounds, films, faces, appearances."""

from collections.abc import Iterator, Mapping

from surveys.definition import Definition, Item, Texts
from surveys.presentation import FACES, FaceOrder, faces_of
from surveys.xlsform.problems import Problem, warning

_LINK = ("https://", "http://")


def check_looks(definition: Definition) -> Iterator[Problem]:
    """Yield a remark for each thing asked that pages do not show."""
    for node in definition.nodes():
        for code, column, name in _unshown(node.media):
            yield warning(code, "survey", node.row, column, name=name)
        if isinstance(node, Item):
            yield from _check_faces(definition, node)
            if node.is_gentle and node.constraint is None:
                yield warning("gentle_without_constraint", "survey", node.row, "tresse::gentle", name=node.name)
    for list_name, choices in definition.choice_lists.items():
        for choice in choices:
            for code, column, name in _unshown(choice.media):
                yield warning(code, "choices", 0, column, name=f"{list_name}: {name}")


def _unshown(media: Mapping[str, Texts]) -> Iterator[tuple[str, str, str]]:
    for column, names in media.items():
        for name in names.values():
            if column == "video" and not name.startswith(_LINK):
                yield "video_not_shown", column, name
            elif column != "video" and "${" in name:
                yield "medium_not_shown", column, name


def _check_faces(definition: Definition, item: Item) -> Iterator[Problem]:
    asked = item.own("faces")
    choices = definition.choice_lists.get(item.list_name, ())
    if not asked or faces_of(item, choices):
        return
    code = "faces_not_shown" if asked in set(FaceOrder) else "faces_unknown"
    yield warning(code, "survey", item.row, "tresse::faces", name=item.name, limit=FACES)
