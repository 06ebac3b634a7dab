"""Drafts begun: from nothing, from a published version, and settled between their questionnaire and its population."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from core import audit
from core.errors import Invalid, NotFound
from studies.models import Population
from surveys.definition import Definition, Locale
from surveys.editing.history import OpenDraft, change_draft
from surveys.editing.naming import free, slug
from surveys.models import FormFile, Questionnaire, QuestionnaireVersion

_MAX_TITLE = 200


def create_questionnaire(
    session: Session,
    study_id: UUID,
    *,
    title: str,
    locale: Locale,
    population_id: UUID | None = None,
    account_id: UUID | None = None,
) -> QuestionnaireVersion:
    """Begin a questionnaire without any question, and its first draft.

    Raises: Invalid("surveys.title_missing"), Invalid("surveys.title_too_long");
        NotFound("surveys.population_not_found").
    """
    title = checked_title(title)
    check_population(session, study_id, population_id)
    keys = session.scalars(select(Questionnaire.key).where(Questionnaire.study_id == study_id)).all()
    key = free(slug(title, "questionnaire"), keys)
    questionnaire = Questionnaire(study_id=study_id, population_id=population_id, key=key, title=title)
    session.add(questionnaire)
    session.flush()
    definition = Definition(title=title, form_id=key, locales=(locale,), default_locale=locale.tag, children=())
    return _new_version(session, questionnaire, 1, definition, account_id=account_id, after={"number": 1})


def checked_title(title: str) -> str:
    """Return a title without spaces around it.

    Raises: Invalid("surveys.title_missing"), Invalid("surveys.title_too_long").
    """
    bare = " ".join(title.split())
    if not bare:
        raise Invalid("surveys.title_missing")
    if len(bare) > _MAX_TITLE:
        raise Invalid("surveys.title_too_long", limit=_MAX_TITLE)
    return bare


def check_population(session: Session, study_id: UUID, population_id: UUID | None) -> None:
    """Accept a population of the study, or none.

    Raises: NotFound("surveys.population_not_found").
    """
    query = select(Population.id).where(Population.id == population_id, Population.study_id == study_id)
    if population_id is not None and session.scalar(query) is None:
        raise NotFound("surveys.population_not_found")


def draft_from(
    session: Session, study_id: UUID, version_id: UUID, *, account_id: UUID | None = None
) -> QuestionnaireVersion:
    """Return the draft of a questionnaire; without one, a new draft that begins as this version, files included.

    Raises: NotFound("surveys.version_not_found").
    """
    row = session.execute(
        select(QuestionnaireVersion, Questionnaire)
        .join(Questionnaire, Questionnaire.id == QuestionnaireVersion.questionnaire_id)
        .where(QuestionnaireVersion.id == version_id, Questionnaire.study_id == study_id)
        .with_for_update(of=Questionnaire)
    ).one_or_none()
    if row is None:
        raise NotFound("surveys.version_not_found", version_id=str(version_id))
    version, questionnaire = row
    of_questionnaire = QuestionnaireVersion.questionnaire_id == questionnaire.id
    draft = session.scalar(
        select(QuestionnaireVersion).where(of_questionnaire, QuestionnaireVersion.published_at.is_(None))
    )
    if draft is not None:
        return draft
    number = (session.scalar(select(func.max(QuestionnaireVersion.number)).where(of_questionnaire)) or 0) + 1
    definition = replace(Definition.from_json(version.definition), version=str(number))
    after = {"number": number, "from": version.number}
    draft = _new_version(session, questionnaire, number, definition, account_id=account_id, after=after)
    names = (FormFile.name, FormFile.media_type, FormFile.sha256, FormFile.content)
    for name, media_type, sha256, content in session.execute(select(*names).where(FormFile.version_id == version_id)):
        values = {"name": name, "media_type": media_type, "sha256": sha256, "content": content}
        session.execute(insert(FormFile).values(version_id=draft.id, **values))
    return draft


def _new_version(
    session: Session,
    questionnaire: Questionnaire,
    number: int,
    definition: Definition,
    *,
    account_id: UUID | None,
    after: Mapping[str, object],
) -> QuestionnaireVersion:
    draft = QuestionnaireVersion(questionnaire_id=questionnaire.id, number=number, definition=definition.to_json())
    session.add(draft)
    session.flush()
    audit.record(
        session,
        verb="create",
        object_kind="questionnaire_version",
        object_id=draft.id,
        study_id=questionnaire.study_id,
        account_id=account_id,
        after=after,
    )
    session.flush()
    return draft


def change_settings(
    session: Session,
    study_id: UUID,
    version_id: UUID,
    *,
    title: str,
    population_id: UUID | None,
    account_id: UUID | None = None,
) -> OpenDraft:
    """Give a draft another title, and its questionnaire another population.

    Raises: Invalid, NotFound as `create_questionnaire`; Conflict("surveys.version_frozen").
    """
    title = checked_title(title)
    check_population(session, study_id, population_id)
    draft = change_draft(
        session,
        study_id,
        version_id,
        lambda definition, _published: replace(definition, title=title),
        verb="title",
        details={"title": title},
        account_id=account_id,
    )
    if draft.population_id != population_id:
        questionnaire = session.get_one(Questionnaire, draft.questionnaire_id)
        questionnaire.population_id = population_id
        session.flush()
        return replace(draft, population_id=population_id)
    return draft
