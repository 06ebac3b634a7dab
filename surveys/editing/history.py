"""A draft changed step by step: each step saved at once, in words, and taken back or made again without end.

One place writes definitions of drafts. It locks the version, so that two people's steps follow each other; a page that
was made for an earlier revision is merged field by field, and what clashes is told, not written.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.errors import Conflict, NotFound
from studies.models import Account
from surveys.definition import Definition
from surveys.editing.comments import follow_name
from surveys.editing.models import DraftStep, StepState
from surveys.editing.naming import rename
from surveys.editing.patches import apply, difference, revert
from surveys.editing.tree import with_former_among
from surveys.models import Questionnaire, QuestionnaireVersion
from surveys.structure import build_structure
from surveys.versions import load_version

Change = Callable[[Definition, frozenset[str]], Definition]
"""Makes another definition; the second argument are the keys of published versions, which no new question takes."""
_RUN_SECONDS = 60
"""Changes of the same fields by the same person that follow each other closer than this are taken back as one."""
_LONGEST_RUN = 200


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A draft as it stands; `revision` counts its steps."""

    version_id: UUID
    questionnaire_id: UUID
    study_id: UUID
    population_id: UUID | None
    number: int
    revision: int
    definition: Definition
    warnings: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step in the history: when, by whom, and what in words (`verb`, `details`)."""

    number: int
    verb: str
    details: Mapping[str, Any]
    author: str
    account_id: UUID | None
    created_at: datetime
    state: StepState


def open_draft(session: Session, study_id: UUID, version_id: UUID) -> OpenDraft:
    """Return a draft; one statement.

    Raises: NotFound("surveys.version_not_found"); Conflict("surveys.version_frozen"): it is published.
    """
    version, questionnaire, revision = locked(session, study_id, version_id, lock=False)
    return opened(version, questionnaire, revision, Definition.from_json(version.definition))


def locked(
    session: Session, study_id: UUID, version_id: UUID, *, lock: bool = True
) -> tuple[QuestionnaireVersion, Questionnaire, int]:
    """Return a draft's rows and its revision, nobody else writing it until the end of the transaction.

    Raises: NotFound("surveys.version_not_found"); Conflict("surveys.version_frozen"): it is published.
    """
    query = (
        select(QuestionnaireVersion, Questionnaire)
        .join(Questionnaire, Questionnaire.id == QuestionnaireVersion.questionnaire_id)
        .where(QuestionnaireVersion.id == version_id, Questionnaire.study_id == study_id)
    )
    if lock:
        query = query.with_for_update(of=QuestionnaireVersion).execution_options(populate_existing=True)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound("surveys.version_not_found", version_id=str(version_id))
    version, questionnaire = row
    if version.published_at is not None:
        raise Conflict("surveys.version_frozen", number=version.number)
    last = select(func.max(DraftStep.number)).where(DraftStep.version_id == version_id)
    return version, questionnaire, session.scalar(last) or 0


def opened(
    version: QuestionnaireVersion, questionnaire: Questionnaire, revision: int, definition: Definition
) -> OpenDraft:
    """Return a draft as values."""
    return OpenDraft(
        version.id,
        questionnaire.id,
        questionnaire.study_id,
        questionnaire.population_id,
        version.number,
        revision,
        definition,
        tuple(version.warnings),
    )


def published_keys(session: Session, questionnaire_id: UUID) -> frozenset[str]:
    """Return every key under which somebody may have answered: those of the published versions."""
    published = session.scalars(
        select(QuestionnaireVersion.id).where(
            QuestionnaireVersion.questionnaire_id == questionnaire_id, QuestionnaireVersion.published_at.is_not(None)
        )
    )
    return frozenset().union(*(load_version(session, each).structure.by_key for each in published.all()))


def change_draft(
    session: Session,
    study_id: UUID,
    version_id: UUID,
    change: Change,
    *,
    verb: str,
    details: Mapping[str, Any] | None = None,
    account_id: UUID | None = None,
) -> OpenDraft:
    """Change a draft and keep the step; a change that changes nothing is no step.

    Raises: NotFound, Conflict: as `open_draft`; Cycle: rules would wait for each other; what `change` raises.
    """
    version, questionnaire, revision = locked(session, study_id, version_id)
    published = published_keys(session, questionnaire.id)
    before = Definition.from_json(version.definition)
    after = with_former_among(change(before, published), published)
    build_structure(after)
    revision = keep_step(session, version, after, revision, verb=verb, details=details or {}, account_id=account_id)
    questionnaire.title = after.title
    session.flush()
    return opened(version, questionnaire, revision, after)


def keep_step(
    session: Session,
    version: QuestionnaireVersion,
    after: Definition,
    revision: int,
    *,
    verb: str,
    details: Mapping[str, Any],
    account_id: UUID | None,
) -> int:
    """Write a definition into its draft with the step that led to it; return the revision."""
    document = after.to_json()
    patch = difference(version.definition, document)
    if not patch:
        return revision
    session.execute(
        update(DraftStep)
        .where(DraftStep.version_id == version.id, DraftStep.state == StepState.UNDONE)
        .values(state=StepState.DROPPED)
    )
    version.definition = document
    session.add(
        DraftStep(
            version_id=version.id,
            number=revision + 1,
            account_id=account_id,
            verb=verb,
            details=dict(details),
            patch=patch,
        )
    )
    return revision + 1


def note_import(
    session: Session, version: QuestionnaireVersion, definition: Definition, *, account_id: UUID | None, file_name: str
) -> None:
    """Replace a draft by a form that was read from a file, as a step that can be taken back."""
    last = session.scalar(select(func.max(DraftStep.number)).where(DraftStep.version_id == version.id)) or 0
    keep_step(session, version, definition, last, verb="import", details={"file": file_name}, account_id=account_id)


def rename_question(
    session: Session, study_id: UUID, version_id: UUID, key: str, name: str, *, account_id: UUID | None = None
) -> str:
    """Name a question otherwise in the data, its remarks with it; return its key.

    Raises: NotFound, Conflict, Invalid: as `change_draft` and `naming.rename`.
    """
    made: list[str] = []

    def change(form: Definition, published: frozenset[str]) -> Definition:
        after = rename(form, key, name, published=published)
        place = [node.key for node in form.nodes()].index(key)
        made.append(tuple(after.nodes())[place].key)
        return after

    draft = change_draft(
        session,
        study_id,
        version_id,
        change,
        verb="rename",
        details={"key": key, "new_key": name, "label": name},
        account_id=account_id,
    )
    follow_name(session, draft.questionnaire_id, key, made[0])
    return made[0]


def undo(session: Session, study_id: UUID, version_id: UUID, *, account_id: UUID | None = None) -> OpenDraft:
    """Take the last step back, whoever made it and whenever; without any, nothing changes.

    What was typed into one field in a row is one step for whoever takes it back.

    Raises: NotFound, Conflict: as `open_draft`.
    """
    return _turn(session, study_id, version_id, StepState.DONE, account_id)


def redo(session: Session, study_id: UUID, version_id: UUID, *, account_id: UUID | None = None) -> OpenDraft:
    """Make again the step taken back last; without any, nothing changes.

    Raises: NotFound, Conflict: as `open_draft`.
    """
    return _turn(session, study_id, version_id, StepState.UNDONE, account_id)


def _turn(session: Session, study_id: UUID, version_id: UUID, state: StepState, account_id: UUID | None) -> OpenDraft:
    version, questionnaire, revision = locked(session, study_id, version_id)
    is_back = state is StepState.DONE
    run = _run(session, version_id, state)
    before = version.definition
    for step in run:
        if step.verb == "rename":
            _follow_name(session, questionnaire.id, step, is_back=is_back)
        version.definition = (revert if is_back else apply)(version.definition, step.patch)
        step.state = StepState.UNDONE if is_back else StepState.DONE
    if run:
        revision += 1
        session.add(
            DraftStep(
                version_id=version_id,
                number=revision,
                account_id=account_id,
                verb="undo" if is_back else "redo",
                details={"verb": run[0].verb, "details": run[0].details},
                patch=difference(before, version.definition),
                state=StepState.MOVE,
            )
        )
    definition = Definition.from_json(version.definition)
    questionnaire.title = definition.title
    session.flush()
    return opened(version, questionnaire, revision, definition)


def _follow_name(session: Session, questionnaire_id: UUID, step: DraftStep, *, is_back: bool) -> None:
    """Give the remarks of a question back to it under the name it has again."""
    names = (step.details["new_key"], step.details["key"])
    old, new = names if is_back else names[::-1]
    follow_name(session, questionnaire_id, old, new)


def _run(session: Session, version_id: UUID, state: StepState) -> list[DraftStep]:
    """Return the steps that are turned together, in the order in which they are."""
    order = DraftStep.number.desc() if state is StepState.DONE else DraftStep.number.asc()
    query = select(DraftStep).where(DraftStep.version_id == version_id, DraftStep.state == state).order_by(order)
    run: list[DraftStep] = []
    for step in session.scalars(query.limit(_LONGEST_RUN)).all():
        if run and not _continues(run[-1], step):
            break
        run.append(step)
    return run


def _continues(one: DraftStep, other: DraftStep) -> bool:
    return (
        one.verb == other.verb == "change"
        and one.account_id == other.account_id
        and all(one.details.get(name) == other.details.get(name) for name in ("key", "fields"))
        and abs((one.created_at - other.created_at).total_seconds()) <= _RUN_SECONDS
    )


def steps_at_hand(session: Session, version_id: UUID) -> tuple[StepRow | None, StepRow | None]:
    """Return the step that undo would take back and the one that redo would make again; two statements."""
    query = _rows().where(DraftStep.version_id == version_id).limit(1)
    back = session.execute(query.where(DraftStep.state == StepState.DONE).order_by(DraftStep.number.desc()))
    again = session.execute(query.where(DraftStep.state == StepState.UNDONE).order_by(DraftStep.number))
    return _first(back.all()), _first(again.all())


def list_steps(session: Session, version_id: UUID, *, after: int = 0, limit: int = 200) -> list[StepRow]:
    """Return the steps of a draft, the latest first, those up to revision `after` left out."""
    rows = session.execute(
        _rows()
        .where(DraftStep.version_id == version_id, DraftStep.number > after)
        .order_by(DraftStep.number.desc())
        .limit(limit)
    )
    return [StepRow(*row) for row in rows]


def _first(rows: Any) -> StepRow | None:
    return StepRow(*rows[0]) if rows else None


def _rows() -> Any:
    return select(
        DraftStep.number,
        DraftStep.verb,
        DraftStep.details,
        func.coalesce(Account.name, ""),
        DraftStep.account_id,
        DraftStep.created_at,
        DraftStep.state,
    ).outerjoin(Account, Account.id == DraftStep.account_id)
