"""Words that imported files brought along and screens do not show: names replaced in the texts go from there too."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from coding.models import Segment, Transcript, TranscriptVersion
from coding.object_models import (
    Attribute,
    AttributeValue,
    CodeSet,
    ImportedGuid,
    ImportedSelection,
    KeptElement,
    Network,
    ObjectLink,
    ProjectImport,
)


def clean_imported(session: Session, study_id: UUID, clean: Callable[[str], str]) -> None:
    """Clean names of selections, what exports would write back, drawings, values, links, sets, kept elements.

    Names of sets must differ: one that would be taken keeps a number.
    """
    segments = (
        select(Segment.id)
        .join(TranscriptVersion, TranscriptVersion.id == Segment.version_id)
        .join(Transcript, Transcript.id == TranscriptVersion.transcript_id)
        .where(Transcript.study_id == study_id)
    )
    attributes = select(Attribute.id).where(Attribute.study_id == study_id)
    queries: tuple[tuple[Any, tuple[str, ...]], ...] = (
        (select(ImportedSelection).where(ImportedSelection.segment_id.in_(segments)), ("name",)),
        (select(AttributeValue).where(AttributeValue.attribute_id.in_(attributes)), ("value",)),
        *(
            (select(model).where(model.study_id == study_id), columns)
            for model, columns in (
                (Transcript, ("description",)),
                (ImportedGuid, ("given",)),
                (KeptElement, ("name", "content")),
                (Network, ("name", "vertices", "edges")),
                (ObjectLink, ("name",)),
                (CodeSet, ("description",)),
                (ProjectImport, ("file_name", "name", "description", "deviations")),
            )
        ),
    )
    for query, columns in queries:
        for row in session.scalars(query):
            for column in columns:
                before = getattr(row, column)
                after = _cleaned(before, clean)
                if after != before:
                    setattr(row, column, after)
    sets = session.scalars(select(CodeSet).where(CodeSet.study_id == study_id)).all()
    taken = {each.name for each in sets}
    for each in sets:
        name = clean(each.name)
        if name != each.name:
            number = 2
            while name in taken:
                name, number = f"{clean(each.name)} ({number})", number + 1
            taken.add(name)
            each.name = name
    session.flush()


def _cleaned(value: Any, clean: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {name: _cleaned(each, clean) for name, each in value.items()}
    return [_cleaned(each, clean) for each in value] if isinstance(value, list) else value
