"""The frame of a study as evaluation needs it: arms, waves, persons, the disclosure threshold."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from evaluation.disclosure import Guard
from evaluation.figures import FLOW_STEPS, FlowFigure, FlowStep
from evaluation.indicators import Person
from studies.models import Arm, FlowState, Participant, Population, PopulationKind, Site, Study, Wave

# What a state says of the steps gone through; those lost or withdrawn were at least invited when they took up.
_REACHED = {
    FlowState.DRAWN: 1,
    FlowState.ASSESSED: 1,
    FlowState.INVITED: 2,
    FlowState.ENROLLED: 3,
    FlowState.OBSERVED: 3,
    FlowState.LOST: 1,
    FlowState.WITHDRAWN: 1,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveValue:
    """One round of collection."""

    id: UUID
    name: str
    months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmValue:
    """One group of the comparison."""

    id: UUID
    name: str
    is_control: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationValue:
    """One stakeholder."""

    id: UUID
    name: str
    is_professional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyFrame:
    """What every table of a study rests on; persons are those not only listed."""

    id: UUID
    key: str
    title: str
    programme: str
    locale: str
    threshold: int
    arms: tuple[ArmValue, ...]
    sites: tuple[str, ...]
    populations: tuple[PopulationValue, ...]
    waves: tuple[WaveValue, ...]
    persons: tuple[Person, ...]
    flow: tuple[tuple[str, str, int], ...]

    @property
    def guard(self) -> Guard:
        """The disclosure rules of this study."""
        return Guard(self.threshold)

    @property
    def arm_names(self) -> tuple[str, ...]:
        """Arms, intervention first, so that a table reads from the programme to its witness."""
        return tuple(arm.name for arm in sorted(self.arms, key=lambda arm: arm.is_control))

    @property
    def control(self) -> str | None:
        """The control arm's name."""
        return next((arm.name for arm in self.arms if arm.is_control), None)

    def wave(self, wave_id: UUID | None) -> WaveValue | None:
        """The wave of this id."""
        return next((wave for wave in self.waves if wave.id == wave_id), None)

    def persons_of(self, population: str | None) -> tuple[Person, ...]:
        """Persons of a population; of a population drawn by lot, those who were drawn."""
        members = [person for person in self.persons if population is None or person.population == population]
        drawn = [person for person in members if person.arm is not None]
        return tuple(drawn or members)


def load_frame(session: Session, study_id: UUID) -> StudyFrame:
    """Read the frame: six statements, whatever the size of the study.

    Raises: NotFound: no such study.
    """
    study = session.get(Study, study_id)
    if study is None:
        raise NotFound("evaluation.study_not_found")
    arms = session.scalars(select(Arm).where(Arm.study_id == study_id).order_by(Arm.position, Arm.name)).all()
    sites = session.scalars(select(Site).where(Site.study_id == study_id).order_by(Site.position, Site.name)).all()
    populations = session.scalars(
        select(Population).where(Population.study_id == study_id).order_by(Population.position, Population.name)
    ).all()
    waves = session.scalars(
        select(Wave).where(Wave.study_id == study_id).order_by(Wave.position, Wave.months_after_start)
    ).all()
    rows = session.execute(
        select(
            Participant.id,
            Participant.population_id,
            Participant.site_id,
            Participant.arm_id,
            Participant.took_up,
            Participant.state,
        )
        .where(Participant.study_id == study_id)
        .order_by(Participant.pseudonym)
    ).all()
    arm_names = {arm.id: arm for arm in arms}
    site_names = {site.id: site.name for site in sites}
    population_names = {population.id: population.name for population in populations}
    persons = []
    flow: Counter[tuple[str, str]] = Counter()
    for row in rows:
        arm = arm_names.get(row.arm_id)
        persons.append(
            Person(
                id=row.id,
                population=population_names[row.population_id],
                site=site_names.get(row.site_id),
                arm=arm.name if arm else None,
                is_control=arm.is_control if arm else None,
                took_up=row.took_up,
            )
        )
        if arm is not None:
            for step in _steps(row.state, took_up=row.took_up, is_control=arm.is_control):
                flow[arm.name, step] += 1
    return StudyFrame(
        id=study.id,
        key=study.key,
        title=study.title,
        programme=study.programme,
        locale=study.locale,
        threshold=study.disclosure_threshold,
        arms=tuple(ArmValue(id=arm.id, name=arm.name, is_control=arm.is_control) for arm in arms),
        sites=tuple(site.name for site in sites),
        populations=tuple(
            PopulationValue(
                id=population.id,
                name=population.name,
                is_professional=population.kind is PopulationKind.PROFESSIONAL,
            )
            for population in populations
        ),
        waves=tuple(WaveValue(id=wave.id, name=wave.name, months=wave.months_after_start) for wave in waves),
        persons=tuple(persons),
        flow=tuple((arm, step, count) for (arm, step), count in sorted(flow.items())),
    )


def make_flow(frame: StudyFrame, observed: dict[str, int]) -> FlowFigure:
    """Draw the participation; `observed` counts, by arm, the persons who answered at least once after the baseline."""
    counts = {(arm, step): count for arm, step, count in frame.flow}
    cells = []
    for arm in frame.arm_names:
        for step in FLOW_STEPS:
            count = observed.get(arm, 0) if step == "observed" else counts.get((arm, step), 0)
            reason = frame.guard.judge_count(count)
            cells.append(FlowStep(step=step, arm=arm, count=None if reason else count, hidden=reason))
    return FlowFigure(arms=frame.arm_names, steps=FLOW_STEPS, cells=tuple(cells))


def _steps(state: FlowState, *, took_up: bool, is_control: bool) -> tuple[str, ...]:
    """Return the steps a person went through; controls are drawn and never invited."""
    if state is FlowState.LISTED:
        return ()
    if took_up:
        return ("drawn", "invited", "enrolled")
    reached = _REACHED[state]
    if state is FlowState.OBSERVED and not took_up:
        # Observed without having enrolled: a control, or somebody invited who said no.
        return ("drawn",) if is_control else ("drawn", "invited")
    return ("drawn", "invited", "enrolled")[:reached]
