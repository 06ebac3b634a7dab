"""The research cycle of one study, step by step."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from app.components.navigation import may_open
from app.research.contexts.progress import NextStep, Progress, address, count_progress, next_step
from app.security import StudyAccess
from studies.queries import StudyValue, get_study


@dataclass(frozen=True, slots=True)
class Link:
    """A screen of the step; `href` is None where the person may not open it."""

    label: str
    href: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the cycle: what is there, in words, whether it has begun, where to go."""

    title: str
    facts: tuple[str, ...]
    has_begun: bool
    waiting: str
    link: Link


@dataclass(frozen=True, slots=True)
class Overview:
    """What the overview shows."""

    study: StudyValue
    steps: tuple[Step, ...]
    next: NextStep


def overview(session: Session, access: StudyAccess) -> Overview:
    """Return the cycle of a study, in six queries."""
    study = get_study(session, access.study_id)
    progress = count_progress(session, [access.study_id])[access.study_id]
    return Overview(study, _steps(study, progress, is_blind=access.is_blind), next_step(progress, access.key))


def _steps(study: StudyValue, progress: Progress, *, is_blind: bool) -> tuple[Step, ...]:
    def link(label: object, endpoint: str) -> Link:
        return Link(str(label), address(endpoint, study.key) if may_open(endpoint) else None)

    return (
        Step(
            title=str(_("Design")),
            facts=(
                ngettext("%(num)s participant", "%(num)s participants", progress.participants),
                ngettext("%(num)s site", "%(num)s sites", len(study.sites)),
                ngettext("%(num)s wave", "%(num)s waves", len(study.waves)),
                ngettext("%(num)s person in the team", "%(num)s people in the team", progress.members),
            ),
            has_begun=bool(progress.participants),
            waiting=str(_("Nobody is listed yet. A questionnaire may also be answered without a list.")),
            link=link(_("Participants"), "participants.list_participants"),
        ),
        Step(
            title=str(_("Collect")),
            facts=(
                ngettext("%(num)s questionnaire", "%(num)s questionnaires", progress.questionnaires),
                ngettext("%(num)s collection", "%(num)s collections", progress.collections),
                ngettext("%(num)s response", "%(num)s responses", progress.responses),
            ),
            has_begun=bool(progress.questionnaires),
            waiting=str(_("No questionnaire yet: import one written as an XLSForm.")),
            link=link(_("Questionnaires"), "questionnaires.list_questionnaires"),
        ),
        Step(
            title=str(_("Interpret")),
            facts=(
                ngettext("%(num)s interview", "%(num)s interviews", progress.transcripts),
                ngettext("%(num)s code", "%(num)s codes", progress.codes),
                *(() if is_blind else (ngettext("%(num)s coding", "%(num)s codings", progress.codings),)),
            ),
            has_begun=bool(progress.transcripts),
            waiting=str(_("No interview yet: import Word documents or plain text.")),
            link=link(_("Transcripts"), "transcripts.list_transcripts"),
        ),
        Step(
            title=str(_("Discuss")),
            facts=(),
            has_begun=bool(progress.collections),
            waiting=str(_("Once a collection is open, its code can be shown on the wall.")),
            link=link(_("Sessions"), "facilitate.choose_collection"),
        ),
        Step(
            title=str(_("Conclude")),
            facts=(ngettext("%(num)s indicator", "%(num)s indicators", progress.indicators),),
            has_begun=bool(progress.indicators),
            waiting=str(_("No indicator yet: choose them among the questions.")),
            link=link(_("Indicators"), "indicators.list_indicators"),
        ),
        Step(
            title=str(_("Deliver")),
            facts=(
                ngettext("%(num)s report", "%(num)s reports", progress.reports),
                ngettext("%(num)s issued", "%(num)s issued", progress.issued_reports),
            ),
            has_begun=bool(progress.reports),
            waiting=str(_("No report yet: compose it from texts, figures, tables and quotations.")),
            link=link(_("Reports"), "reports.list_reports"),
        ),
    )
