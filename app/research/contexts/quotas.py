"""What the screens of quotas show: gauges with small counts hidden, questions that may decide."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.components.rich_text import plain
from studies.models import Population, Site
from surveys.answers import collection_version
from surveys.fieldwork.quota_desk import QuotaCount, count_quotas, countable_items


@dataclass(frozen=True, slots=True)
class Gauge:
    """One quota: `share` in [0, 1] of what is wanted, None when it is hidden; `words` say it."""

    id: UUID
    label: str
    kind: str
    target: int
    share: float | None
    words: str
    over: str
    is_full: bool


@dataclass(frozen=True, slots=True)
class QuestionChoice:
    """A question that may decide: its words, and its answers by name; none for a number."""

    key: str
    label: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class QuotaChoices:
    """What a quota may rest on."""

    questions: tuple[QuestionChoice, ...]
    sites: tuple[tuple[str, str], ...]
    populations: tuple[tuple[str, str], ...]


def quota_choices(session: Session, study_id: UUID, collection_id: UUID, locale: str) -> QuotaChoices:
    """Return what the form offers.

    Raises: NotFound: no such collection in this study.
    """
    definition = collection_version(session, study_id, collection_id).definition
    questions = []
    for item in countable_items(session, study_id, collection_id):
        choices = definition.choice_lists.get(item.list_name, ()) if item.type.has_choices else ()
        answers = tuple((each.name, plain(definition.text(each.labels, locale)[0]) or each.name) for each in choices)
        label = plain(definition.text(item.labels, locale)[0]) or item.name
        questions.append(QuestionChoice(item.key, label, tuple(dict(answers).items())))
    return QuotaChoices(
        tuple(questions), tuple(_named(session, Site, study_id)), tuple(_named(session, Population, study_id))
    )


def _named(session: Session, model: type[Site] | type[Population], study_id: UUID) -> list[tuple[str, str]]:
    rows = session.execute(select(model.id, model.name).where(model.study_id == study_id).order_by(model.position))
    return [(str(id_), name) for id_, name in rows]


def gauges(session: Session, study_id: UUID, collection_id: UUID, threshold: int, locale: str) -> tuple[Gauge, ...]:
    """Return the quotas of a collection by label, counts under the threshold hidden.

    Raises: NotFound: no such collection in this study.
    """
    counted = count_quotas(session, study_id, collection_id)
    if not counted:
        return ()
    choices = quota_choices(session, study_id, collection_id, locale)
    names = {**dict(choices.sites), **dict(choices.populations)}
    questions = {question.key: question for question in choices.questions}
    return tuple(_gauge(each, questions, names, threshold) for each in counted)


def _gauge(
    count: QuotaCount, questions: Mapping[str, QuestionChoice], names: Mapping[str, str], threshold: int
) -> Gauge:
    quota = count.quota
    hidden = 0 < quota.taken < threshold
    places = [names[str(each)] for each in (quota.site_id, quota.population_id) if each and str(each) in names]
    kind = [*places, *(_condition(condition, questions) for condition in quota.conditions)]
    taken = _("fewer than %(threshold)s", threshold=threshold) if hidden else str(quota.taken)
    return Gauge(
        id=quota.id,
        label=quota.label,
        kind=" · ".join(kind),
        target=quota.target,
        share=None if hidden else min(1.0, quota.taken / quota.target),
        words=str(_("%(taken)s of %(target)s", taken=taken, target=quota.target)),
        over=_few(count.over, threshold),
        is_full=quota.is_full,
    )


def _few(count: int, threshold: int) -> str:
    return str(_("fewer than %(threshold)s", threshold=threshold)) if 0 < count < threshold else str(count)


def _condition(condition: Mapping[str, object], questions: Mapping[str, QuestionChoice]) -> str:
    key = str(condition["item"])
    question = questions.get(key)
    label = question.label if question else key
    values = condition.get("values")
    if isinstance(values, list):
        answers = dict(question.answers) if question else {}
        said = _(" or ").join(answers.get(str(value), str(value)) for value in values)
    else:
        least, most = condition.get("least"), condition.get("most")
        if least is None:
            said = _("%(most)s at most", most=most)
        elif most is None:
            said = _("%(least)s at least", least=least)
        else:
            said = _("from %(least)s to %(most)s", least=least, most=most)
    return f"{label}{_(': ')}{said}"
