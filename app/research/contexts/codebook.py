"""The tree of codes, flattened for pages, and the form of one code."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from werkzeug.datastructures import MultiDict

from coding.queries import CodeNode
from core.errors import NotFound

Option = tuple[str, str]
_MAX_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class CodeForm:
    """A code as typed."""

    name: str = ""
    parent: str = ""
    colour: str = "#5b6b7a"
    description: str = ""
    inclusion: str = ""
    exclusion: str = ""
    example: str = ""
    is_folder: bool = False

    def texts(self) -> dict[str, str]:
        """Return the fields that say what the code is."""
        return {
            "description": self.description,
            "inclusion": self.inclusion,
            "exclusion": self.exclusion,
            "example": self.example,
        }


def read_code_form(form: MultiDict[str, str]) -> CodeForm:
    """Copy what was typed."""
    return CodeForm(
        name=form.get("name", "").strip(),
        parent=form.get("parent", ""),
        colour=form.get("colour", ""),
        description=form.get("description", "")[:_MAX_TEXT],
        inclusion=form.get("inclusion", "")[:_MAX_TEXT],
        exclusion=form.get("exclusion", "")[:_MAX_TEXT],
        example=form.get("example", "")[:_MAX_TEXT],
        is_folder=form.get("kind") == "folder",
    )


@dataclass(frozen=True, slots=True)
class CodebookPage:
    """The tree, and where a new code can go."""

    tree: tuple[CodeNode, ...]
    places: tuple[Option, ...]
    code_count: int


@dataclass(frozen=True, slots=True)
class CodePage:
    """One code, where it can move (not into itself), what it can be merged into."""

    code: CodeNode
    form: CodeForm
    places: tuple[Option, ...]
    targets: tuple[Option, ...]
    position: int
    sister_count: int


def build_codebook_page(tree: tuple[CodeNode, ...]) -> CodebookPage:
    """Compute the page of the tree."""
    return CodebookPage(tree, _places(tree), sum(1 for node, _path in walk(tree) if node.is_codable))


def build_code_page(tree: tuple[CodeNode, ...], code_id: UUID, form: CodeForm | None) -> CodePage:
    """Compute the page of one code.  Raises: NotFound: `coding.code_unknown`."""
    code = next((node for node, _path in walk(tree) if node.code_id == code_id), None)
    if code is None:
        raise NotFound("coding.code_unknown")
    own_branch = {node.code_id for node, _path in walk((code,))}
    sisters = [node for node, _path in walk(tree) if node.parent_id == code.parent_id]
    return CodePage(
        code=code,
        form=form or CodeForm(
            code.name, str(code.parent_id or ""), code.colour, code.description, code.inclusion, code.exclusion,
            code.example, not code.is_codable,
        ),
        places=_places(tree, but=own_branch),
        targets=tuple(
            (str(node.code_id), " › ".join((*path, node.name)))
            for node, path in walk(tree)
            if node.is_codable and node.code_id not in own_branch
        ),
        position=[node.code_id for node in sisters].index(code.code_id) + 1,
        sister_count=len(sisters),
    )  # fmt: skip


def walk(nodes: tuple[CodeNode, ...], path: tuple[str, ...] = ()) -> Iterator[tuple[CodeNode, tuple[str, ...]]]:
    """Go through the tree in reading order, with the names above each node."""
    for node in nodes:
        yield node, path
        yield from walk(node.children, (*path, node.name))


def _places(tree: tuple[CodeNode, ...], but: set[UUID] | None = None) -> tuple[Option, ...]:
    return tuple(
        (str(node.code_id), " › ".join((*path, node.name)))
        for node, path in walk(tree)
        if node.code_id not in (but or set())
    )
