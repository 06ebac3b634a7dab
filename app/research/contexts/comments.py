"""Remarks on questions as a page shows them, each thread under the words of its question."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.research.contexts.editor import question_numbers, title_of
from surveys import queries
from surveys.definition import Definition
from surveys.editing.comments import Thread, list_threads
from surveys.queries import VersionRow
from surveys.versions import load_version


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """A thread and its question: number and words, or its former name where this version does not ask it."""

    thread: Thread
    title: str
    is_asked: bool


@dataclass(frozen=True, slots=True)
class CommentPage:
    """The threads of a questionnaire, read from one of its versions, and the questions one may speak of."""

    row: VersionRow
    threads: tuple[ThreadLine, ...]
    questions: tuple[tuple[str, str], ...]


def comment_page(session: Session, study_id: UUID, version_id: UUID) -> CommentPage:
    """Return the threads of the questionnaire of a version.

    Raises: NotFound("surveys.version_not_found").
    """
    row = queries.get_version(session, study_id, version_id)
    definition = load_version(session, version_id).definition
    keys = {node.key for node in definition.nodes()}
    return CommentPage(
        row,
        tuple(
            ThreadLine(thread, numbered(definition, thread.item_key), thread.item_key in keys)
            for thread in list_threads(session, row.questionnaire_id)
        ),
        tuple((node.key, numbered(definition, node.key)) for node in definition.nodes()),
    )


def numbered(definition: Definition, key: str) -> str:
    """Return a question by its number and words."""
    number, title = question_numbers(definition).get(key, ""), title_of(definition, key)
    return f"{number}. {title}" if number else title
