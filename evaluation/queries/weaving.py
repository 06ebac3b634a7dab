"""What was said, in persons: who was interviewed, who carries a theme, which words may be quoted."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from coding.models import Theme, ThemeCode
from coding.queries.themes import ThemePersons, quotations, theme_persons
from evaluation.disclosure import protect_attributes
from evaluation.indicators import IndicatorMeasure, Observation, person_values
from evaluation.joint_display import (
    Coverage,
    IndicatorEvidence,
    Interviewee,
    JointDisplay,
    Judgement,
    ThemeEvidence,
    weave,
)
from evaluation.models import WeavingJudgement
from evaluation.queries.frame import StudyFrame
from evaluation.queries.indicators import IndicatorCard, raw_results
from studies.models import Account
from surveys.models import Collection, Questionnaire, QuestionnaireVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeCard:
    """A theme and the number of codes it holds."""

    id: UUID
    name: str
    interpretation: str
    code_ids: frozenset[UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words that may leave: their person agreed to be quoted; `attributes` are shared by enough persons."""

    segment_id: UUID
    text: str
    pseudonym: str
    attributes: tuple[str, ...]


def list_themes(session: Session, study_id: UUID) -> tuple[ThemeCard, ...]:
    """List the themes of the study in their order."""
    codes: dict[UUID, set[UUID]] = {}
    for theme_id, code_id in session.execute(
        select(ThemeCode.theme_id, ThemeCode.code_id)
        .join(Theme, Theme.id == ThemeCode.theme_id)
        .where(Theme.study_id == study_id)
    ).all():
        codes.setdefault(theme_id, set()).add(code_id)
    themes = session.scalars(select(Theme).where(Theme.study_id == study_id).order_by(Theme.position, Theme.name)).all()
    return tuple(
        ThemeCard(
            id=theme.id,
            name=theme.name,
            interpretation=theme.interpretation,
            code_ids=frozenset(codes.get(theme.id, ())),
        )
        for theme in themes
    )


def find_interviewees(frame: StudyFrame, said: ThemePersons) -> tuple[Interviewee, ...]:
    """Return the participants whose interview is in the material, once each, with their arm."""
    ids = {heard.participant_id for heard in said.interviewed}
    return tuple(Interviewee(person_id=person.id, arm=person.arm) for person in frame.persons if person.id in ids)


def find_theme_evidence(said: ThemePersons, themes: Sequence[ThemeCard]) -> tuple[ThemeEvidence, ...]:
    """Return, for each theme, the persons in whose words one of its codes stands."""
    return tuple(
        ThemeEvidence(id=theme.id, name=theme.name, person_ids=said.themes.get(theme.id, frozenset()))
        for theme in themes
    )


def load_said(session: Session, study_id: UUID) -> ThemePersons:
    """Read who was interviewed and who speaks of what."""
    return theme_persons(session, study_id)


def load_judgements(session: Session, study_id: UUID) -> dict[tuple[UUID, UUID], Judgement]:
    """Read what people decided, by (theme, indicator)."""
    rows = session.execute(
        select(WeavingJudgement, Account.name)
        .outerjoin(Account, Account.id == WeavingJudgement.author_id)
        .where(WeavingJudgement.study_id == study_id)
    ).all()
    return {
        (row[0].theme_id, row[0].indicator_id): Judgement(
            relation=row[0].relation, sentence=row[0].sentence, author=row[1] or ""
        )
        for row in rows
    }


def load_coverage(session: Session, frame: StudyFrame, said: ThemePersons) -> tuple[Coverage, ...]:
    """Say, for each stakeholder, whether it has an instrument and an interview."""
    own = select(Questionnaire.population_id, Questionnaire.id).where(
        Questionnaire.study_id == frame.id, Questionnaire.population_id.is_not(None)
    )
    collected = (
        select(Collection.population_id, QuestionnaireVersion.questionnaire_id)
        .join(QuestionnaireVersion, QuestionnaireVersion.id == Collection.version_id)
        .where(Collection.study_id == frame.id, Collection.population_id.is_not(None))
    )
    instruments: dict[UUID, set[UUID]] = {}
    for population_id, questionnaire_id in session.execute(own.union(collected)).all():
        assert population_id is not None
        instruments.setdefault(population_id, set()).add(questionnaire_id)
    interviewed = {heard.participant_id for heard in said.interviewed}
    heard = Counter(person.population for person in frame.persons if person.id in interviewed)
    return tuple(
        Coverage(
            population=population.name,
            is_professional=population.is_professional,
            n_questionnaires=len(instruments.get(population.id, ())),
            n_interviewed=heard.get(population.name, 0),
        )
        for population in frame.populations
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WeavingReads:
    """What every weave of a study rests on, read once."""

    said: ThemePersons
    judgements: dict[tuple[UUID, UUID], Judgement]
    coverage: tuple[Coverage, ...]


def load_weaving_reads(session: Session, frame: StudyFrame, said: ThemePersons) -> WeavingReads:
    """Read judgements and coverage: two statements."""
    return WeavingReads(
        said=said, judgements=load_judgements(session, frame.id), coverage=load_coverage(session, frame, said)
    )


def make_joint_display(
    frame: StudyFrame,
    themes: Sequence[ThemeCard],
    indicators: Sequence[IndicatorCard],
    reads: WeavingReads,
    answers: Callable[[IndicatorCard], tuple[Observation, ...]],
) -> JointDisplay:
    """Weave the themes and indicators chosen; `answers` gives what each indicator rests on."""
    interviewed = find_interviewees(frame, reads.said)
    ids = [person.person_id for person in interviewed]
    evidence = []
    for card in indicators:
        observations = answers(card)
        answered = {observation.wave for observation in observations}
        wave = card.wave or next((each.name for each in reversed(frame.waves) if each.name in answered), "")
        results, total, comparisons = raw_results(frame, card, observations, wave=wave)
        evidence.append(
            IndicatorEvidence(
                id=card.id,
                label=card.label,
                wave=wave,
                unit=card.unit,
                is_share=card.reads.is_share and card.measure is IndicatorMeasure.SHARE,
                results=results,
                total=total,
                comparisons=comparisons,
                values=person_values(card.reads, observations, wave=wave, persons=ids),
            )
        )
    return weave(
        arms=frame.arm_names,
        interviewed=interviewed,
        themes=find_theme_evidence(reads.said, themes),
        indicators=evidence,
        judgements=reads.judgements,
        coverage=reads.coverage,
        guard=frame.guard,
    )


def load_quotes(session: Session, frame: StudyFrame, theme_id: UUID, *, only: Sequence[UUID] = ()) -> tuple[Quote, ...]:
    """Return the words of a theme whose person agreed to be quoted, in the order of `only` when it is given."""
    sizes = Counter((person.population, person.arm) for person in frame.persons)
    populations = Counter(person.population for person in frame.persons)
    quotes: dict[UUID, Quote] = {}
    for said in quotations(session, frame.id, theme_id=theme_id, segment_ids=only, only_quotable=True):
        if said.pseudonym is None or said.population is None:
            continue
        attributes = {"population": said.population} | ({"arm": said.arm} if said.arm else {})
        kept = protect_attributes(
            attributes,
            {"population": populations[said.population], "arm": sizes[said.population, said.arm]},
            frame.threshold,
        )
        quotes[said.segment_id] = Quote(
            segment_id=said.segment_id, text=said.quote, pseudonym=said.pseudonym, attributes=tuple(kept.values())
        )
    if only:
        return tuple(quotes[segment_id] for segment_id in only if segment_id in quotes)
    return tuple(quotes.values())


def choose_quotes(quotes: Sequence[Quote], count: int) -> tuple[Quote, ...]:
    """Choose by the stated rule: one quotation a person, its longest of at most 400 characters; longest first."""
    longest: dict[str, Quote] = {}
    for quote in quotes:
        if len(quote.text) > MAX_QUOTE_LENGTH:
            continue
        kept = longest.get(quote.pseudonym)
        if kept is None or len(quote.text) > len(kept.text):
            longest[quote.pseudonym] = quote
    ordered = sorted(longest.values(), key=lambda quote: (-len(quote.text), quote.pseudonym))
    return tuple(ordered[:count])


MAX_QUOTE_LENGTH = 400
