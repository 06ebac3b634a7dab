"""Published versions in memory: they never change, so each process reads one once."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from surveys.definition import Definition
from surveys.form_files import FileRef, list_files, read_lists
from surveys.lists import ListFile, files_of
from surveys.models import QuestionnaireVersion
from surveys.parcels import file_key
from surveys.routing import Page, paginate
from surveys.structure import Structure, build_structure

MAX_KEPT = 64


@dataclass(frozen=True, slots=True)
class LoadedVersion:
    """A version ready to be answered: its definition, the order of its computations, its pages, its files by key."""

    id: UUID
    questionnaire_id: UUID
    number: int
    is_published: bool
    structure: Structure
    pages: tuple[Page, ...]
    files: Mapping[str, FileRef] = field(default_factory=dict)

    @property
    def definition(self) -> Definition:
        """The form itself."""
        return self.structure.definition


_kept: OrderedDict[UUID, LoadedVersion] = OrderedDict()
_lock = threading.Lock()


def prepare(definition: Definition, files: Mapping[str, ListFile] | None = None) -> tuple[Structure, tuple[Page, ...]]:
    """Make a definition ready without a database: previews and commands.

    Args: files: the lists that it reads from files, by what formulas call them.
    """
    structure = build_structure(definition, files)
    return structure, paginate(definition)


def load_version(session: Session, version_id: UUID) -> LoadedVersion:
    """Return a version, from memory when it is published and was read before (then no statement is run).

    Raises: NotFound("surveys.version_not_found").
    """
    with _lock:
        kept = _kept.get(version_id)
        if kept is not None:
            _kept.move_to_end(version_id)
            return kept
    row = session.execute(
        select(
            QuestionnaireVersion.questionnaire_id,
            QuestionnaireVersion.number,
            QuestionnaireVersion.published_at,
            QuestionnaireVersion.definition,
        ).where(QuestionnaireVersion.id == version_id)
    ).one_or_none()
    if row is None:
        raise NotFound("surveys.version_not_found", version_id=str(version_id))
    definition = Definition.from_json(row.definition)
    structure, pages = prepare(definition, read_lists(session, version_id, files_of(definition)))
    files = {file_key(each.name): each for each in list_files(session, version_id)}
    is_published = row.published_at is not None
    loaded = LoadedVersion(version_id, row.questionnaire_id, row.number, is_published, structure, pages, files)
    if loaded.is_published:
        with _lock:
            _kept[version_id] = loaded
            while len(_kept) > MAX_KEPT:
                _kept.popitem(last=False)
    return loaded
