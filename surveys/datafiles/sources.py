"""Where the answers of a data file come from: a collection, a questionnaire over its waves, a whole study."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from studies.models import Arm, FlowState, Participant, Population, Site, Wave
from surveys.answers import BATCH, IS_COUNTED
from surveys.datafiles.collecting import Answers
from surveys.datafiles.facts import Facts, Told, read_facts
from surveys.datafiles.merging import Merged, merge_versions
from surveys.datafiles.variables import Kind, Measure, Role, Variable, Words
from surveys.helping import Helper, PhoneHolder, assistance_of
from surveys.models import (
    Answer,
    Collection,
    Missing,
    Questionnaire,
    QuestionnaireVersion,
    Response,
    ResponseMode,
    ResponseState,
)
from surveys.versions import load_version

KEPT_LENGTH = 40
"""Beyond, a value is hardly ever the same as another."""
CONTEXT = (
    "response_id", "participant", "population", "site", "arm", "wave", "collection", "version", "state", "mode",
    "helper", "holder", "locale", "started_at", "submitted_at",
)  # fmt: skip
_KINDS = {
    "version": Kind.NUMBER,
    "started_at": Kind.MOMENT,
    "submitted_at": Kind.MOMENT,
    **dict.fromkeys(("population", "site", "arm", "wave", "state", "mode", "helper", "holder"), Kind.CODED),
}


@dataclass(frozen=True, slots=True)
class Source:
    """The answers to one questionnaire, in one or several collections; `names` are those of the design, in order."""

    questionnaire_id: UUID
    key: str
    title: str
    collection_ids: tuple[UUID, ...]
    collections: tuple[str, ...]
    merged: Merged
    names: Mapping[str, tuple[str, ...]]


def collection_source(session: Session, study_id: UUID, collection_id: UUID) -> Source:
    """Return the source of one collection.

    Raises: NotFound("surveys.collection_not_found").
    """
    found = _sources(session, study_id, Collection.id == collection_id)
    if not found:
        raise NotFound("surveys.collection_not_found", token=str(collection_id))
    return found[0]


def questionnaire_source(session: Session, study_id: UUID, questionnaire_id: UUID) -> Source:
    """Return the source of a questionnaire, over all its collections.

    Raises: NotFound("surveys.questionnaire_not_found"): no such questionnaire, or it was never opened.
    """
    found = _sources(session, study_id, QuestionnaireVersion.questionnaire_id == questionnaire_id)
    if not found:
        raise NotFound("surveys.questionnaire_not_found", questionnaire_id=str(questionnaire_id))
    return found[0]


def study_sources(session: Session, study_id: UUID) -> list[Source]:
    """Return a source for each questionnaire of a study that was opened, by title: every population."""
    return _sources(session, study_id)


def _sources(session: Session, study_id: UUID, *conditions: Any) -> list[Source]:
    rows = session.execute(
        select(
            Questionnaire.id,
            Questionnaire.key,
            Questionnaire.title,
            Collection.id.label("collection_id"),
            Collection.title.label("collection"),
            Collection.version_id,
        )
        .join(QuestionnaireVersion, QuestionnaireVersion.id == Collection.version_id)
        .join(Questionnaire, Questionnaire.id == QuestionnaireVersion.questionnaire_id)
        .where(Collection.study_id == study_id, *conditions)
        .order_by(Questionnaire.title, Questionnaire.key, Collection.opens_at, Collection.title)
    ).all()
    names = _names_of_the_design(session, study_id)
    found = []
    for questionnaire_id in dict.fromkeys(row.id for row in rows):
        mine = [row for row in rows if row.id == questionnaire_id]
        ids = tuple(row.collection_id for row in mine)
        answered = session.scalars(select(Response.version_id).where(Response.collection_id.in_(ids)).distinct())
        merged = _merged(session, questionnaire_id, {*answered, *(row.version_id for row in mine)})
        titles = tuple(row.collection for row in mine)
        found.append(Source(questionnaire_id, mine[0].key, mine[0].title, ids, titles, merged, names))
    return found


def _merged(session: Session, questionnaire_id: UUID, used: set[UUID]) -> Merged:
    """Merge the versions that were answered, with those between them: what was renamed twice is still found."""
    versions = [
        load_version(session, version_id)
        for version_id in session.scalars(
            select(QuestionnaireVersion.id).where(
                QuestionnaireVersion.questionnaire_id == questionnaire_id,
                QuestionnaireVersion.published_at.is_not(None),
            )
        )
    ]
    numbers = [version.number for version in versions if version.id in used]
    between = {
        version.number: version.definition
        for version in versions
        if min(numbers, default=0) <= version.number <= max(numbers, default=0)
    }
    return merge_versions(between)


def _names_of_the_design(session: Session, study_id: UUID) -> dict[str, tuple[str, ...]]:
    def names(model: type[Population | Site | Arm | Wave]) -> tuple[str, ...]:
        query = select(model.name).where(model.study_id == study_id).order_by(model.position, model.name)
        return tuple(session.scalars(query))

    return {
        "population": names(Population),
        "site": names(Site),
        "arm": names(Arm),
        "wave": names(Wave),
        "state": tuple(state.value for state in ResponseState),
        "mode": tuple(mode.value for mode in ResponseMode),
        "helper": tuple(helper.value for helper in Helper),
        "holder": tuple(holder.value for holder in PhoneHolder),
    }


def context_variables(source: Source, words: Words) -> tuple[Variable, ...]:
    """Return the variables of a response besides its answers; one site, arm or wave has one number in all files."""
    return tuple(_context_variable(name, source.names.get(name, ()), words) for name in CONTEXT)


def _context_variable(name: str, values: Sequence[str], words: Words) -> Variable:
    kind = _KINDS.get(name, Kind.TEXT)
    codes = {value: number for number, value in enumerate(values, 1)}
    worded = words.values.get(name, {})
    return Variable(
        header=name,
        label=words.context.get(name, name),
        kind=kind,
        measure=Measure.SCALE if kind is Kind.MOMENT else Measure.ORDINAL if name == "wave" else Measure.NOMINAL,
        role=Role.CONTEXT,
        codes=codes,
        value_labels={number: worded.get(value, value) for value, number in codes.items()},
    )


def count_withdrawals(session: Session, study_id: UUID) -> int:
    """Count who took something back in a study: a file made when there were fewer holds what it must not any more."""
    responses = (
        select(func.count())
        .select_from(Response)
        .join(Collection, Collection.id == Response.collection_id)
        .where(Collection.study_id == study_id, Response.state == ResponseState.WITHDRAWN)
    )
    persons = select(func.count()).where(Participant.study_id == study_id, Participant.state == FlowState.WITHDRAWN)
    return (session.scalar(responses) or 0) + (session.scalar(persons) or 0)


def count_rows(session: Session, source: Source, *, drafts: bool = False) -> int:
    """Count the responses that `read_rows` gives."""
    return len(session.execute(_heads(source, drafts=drafts).with_only_columns(Response.id)).all())


def read_rows(session: Session, source: Source, *, drafts: bool = False) -> Iterator[Answers]:
    """Yield the responses of a source by collection and date of start, withdrawn ones never.

    Three or four statements for each 500 responses, after one that lists them: what arrives meanwhile is left out.
    """
    heads = session.connection().execute(_heads(source, drafts=drafts)).all()
    for start in range(0, len(heads), BATCH):
        batch = heads[start : start + BATCH]
        ids = [head.id for head in batch]
        carried = {
            row.id: row.calculated
            for row in session.connection().execute(
                select(Response.id, Response.calculated).where(Response.id.in_(ids))
            )
        }
        values = {each: dict(calculated) for each, calculated in carried.items()}
        missing = _read_answers(session, ids, values)
        told = {
            head.id: Told(load_version(session, head.version_id), head.started_at, carried[head.id])
            for head in batch
            if head.id in carried
        }
        facts = read_facts(session, told, source.merged.key)
        for head in batch:
            if head.id in told:
                yield _answers(source, head, values[head.id], missing.get(head.id, {}), told[head.id], facts[head.id])


def _read_answers(
    session: Session, ids: Sequence[UUID], values: dict[UUID, dict[str, Any]]
) -> dict[UUID, dict[str, Missing]]:
    """Put the answers of these responses in `values`, and return why some are absent.

    Columns come as texts: of a million rows, identifiers and most values are the same as on another row, and are read
    once. It halves the time of an export.
    """
    missing: dict[UUID, dict[str, Missing]] = {}
    read = _Reading()
    last = ""
    here: dict[str, Any] = {}
    marks: dict[str, Missing] = {}
    rows = session.connection().execute(
        select(cast(Answer.response_id, Text), Answer.item_name, cast(Answer.value, Text), cast(Answer.missing, Text))
        .where(Answer.response_id.in_(ids))
        .order_by(Answer.response_id)
    )
    for response_id, name, value, absence in rows:
        if response_id != last:
            last, marks = response_id, {}
            here = values.get(UUID(response_id), {})
            missing[UUID(response_id)] = marks
        here[name] = None if value is None else read[value]
        if absence is not None:
            marks[name] = Missing(absence)
    return missing


class _Reading(dict[str, Any]):
    """Values by their JSON; long ones are not kept."""

    def __missing__(self, text: str) -> Any:
        value = json.loads(text)
        if len(text) <= KEPT_LENGTH:
            self[text] = value
        return value


def _heads(source: Source, *, drafts: bool) -> Any:
    states = [ResponseState.SUBMITTED, *([ResponseState.STARTED] if drafts else [])]
    return (
        select(
            Response.id,
            Participant.pseudonym.label("participant"),
            Population.name.label("population"),
            Site.name.label("site"),
            Arm.name.label("arm"),
            Wave.name.label("wave"),
            Collection.title.label("collection"),
            QuestionnaireVersion.number.label("version"),
            Response.version_id,
            Response.state,
            Response.mode,
            Response.locale,
            Response.started_at,
            Response.submitted_at,
        )
        .join(Collection, Collection.id == Response.collection_id)
        .join(QuestionnaireVersion, QuestionnaireVersion.id == Response.version_id)
        .outerjoin(Participant, Participant.id == Response.participant_id)
        .outerjoin(Population, Population.id == Participant.population_id)
        .outerjoin(Site, Site.id == Participant.site_id)
        .outerjoin(Arm, Arm.id == Participant.arm_id)
        .outerjoin(Wave, Wave.id == Collection.wave_id)
        .where(
            Response.collection_id.in_(source.collection_ids),
            Response.state.in_(states),
            Response.corrects_id.is_(None),
            IS_COUNTED,
        )
        .order_by(Collection.opens_at, Collection.title, Response.started_at, Response.id)
    )


def _answers(
    source: Source, head: Any, values: Mapping[str, Any], missing: Mapping[str, Missing], told: Told, facts: Facts
) -> Answers:
    read, marks = source.merged.read(head.version, values, missing)
    context = {name: getattr(head, name, None) for name in CONTEXT}
    context |= {"response_id": str(head.id), "state": head.state.value, "mode": head.mode.value}
    helped = assistance_of(head.mode, told.carried)
    context |= {"helper": helped.helper, "holder": helped.holder}
    return Answers(head.id, context, read, marks, facts)
