"""What was said, in persons: who was interviewed, who carries a theme, which words may be quoted."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coding.models import (
    Coding,
    CodingStatus,
    Segment,
    Speaker,
    SpeakerRole,
    Theme,
    ThemeCode,
    Transcript,
    TranscriptKind,
    TranscriptVersion,
    Turn,
)
from evaluation.disclosure import protect_attributes
from evaluation.indicators import IndicatorMeasure, person_values
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
from evaluation.queries.answers import load_observations
from evaluation.queries.frame import StudyFrame
from evaluation.queries.indicators import IndicatorCard, raw_results
from studies.models import Account, Consent, ConsentPurpose, FlowState, Participant
from surveys.models import Collection, Questionnaire, QuestionnaireVersion

_DECIDED = (CodingStatus.HUMAN, CodingStatus.ACCEPTED)


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
    person_id: UUID
    text: str
    pseudonym: str
    attributes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    segment_id: UUID
    code_id: UUID
    person_id: UUID
    text: str


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


def load_interviewees(session: Session, frame: StudyFrame) -> tuple[Interviewee, ...]:
    """List the participants whose interview is in the material, once each."""
    own = select(Transcript.participant_id).where(
        Transcript.study_id == frame.id,
        Transcript.kind == TranscriptKind.INTERVIEW,
        Transcript.participant_id.is_not(None),
    )
    speaking = (
        select(Speaker.participant_id)
        .join(Transcript, Transcript.id == Speaker.transcript_id)
        .where(
            Transcript.study_id == frame.id,
            Transcript.kind == TranscriptKind.INTERVIEW,
            Speaker.role == SpeakerRole.INTERVIEWEE,
            Speaker.participant_id.is_not(None),
        )
    )
    ids = set(session.scalars(own.union(speaking)).all())
    return tuple(Interviewee(person_id=person.id, arm=person.arm) for person in frame.persons if person.id in ids)


def load_theme_evidence(
    session: Session, frame: StudyFrame, themes: Sequence[ThemeCard], *, interviews_only: bool = True
) -> tuple[ThemeEvidence, ...]:
    """Find, for each theme, the persons in whose words one of its codes stands, whoever coded it."""
    codes = {code_id for theme in themes for code_id in theme.code_ids}
    said = _load_said(session, frame.id, codes, interviews_only=interviews_only)
    by_code: dict[UUID, set[UUID]] = {}
    for each in said:
        by_code.setdefault(each.code_id, set()).add(each.person_id)
    return tuple(
        ThemeEvidence(
            id=theme.id,
            name=theme.name,
            person_ids=frozenset(person for code_id in theme.code_ids for person in by_code.get(code_id, ())),
        )
        for theme in themes
    )


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


def load_coverage(session: Session, frame: StudyFrame) -> tuple[Coverage, ...]:
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
    interviewed = {person.person_id for person in load_interviewees(session, frame)}
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


def load_joint_display(
    session: Session, frame: StudyFrame, themes: Sequence[ThemeCard], indicators: Sequence[IndicatorCard]
) -> JointDisplay:
    """Weave the themes and indicators chosen; one statement for each indicator, the rest fixed."""
    interviewed = load_interviewees(session, frame)
    ids = [person.person_id for person in interviewed]
    evidence = []
    for card in indicators:
        observations = load_observations(session, card.questionnaire_id, card.item_name)
        answered = {observation.wave for observation in observations}
        wave = card.wave or next((each.name for each in reversed(frame.waves) if each.name in answered), "")
        results, comparisons = raw_results(frame, card, observations, wave=wave)
        evidence.append(
            IndicatorEvidence(
                id=card.id,
                label=card.label,
                wave=wave,
                unit=card.unit,
                is_share=card.reads.is_share and card.measure is IndicatorMeasure.SHARE,
                results=results,
                comparisons=comparisons,
                values=person_values(card.reads, observations, wave=wave, persons=ids),
            )
        )
    return weave(
        arms=frame.arm_names,
        interviewed=interviewed,
        themes=load_theme_evidence(session, frame, themes),
        indicators=evidence,
        judgements=load_judgements(session, frame.id),
        coverage=load_coverage(session, frame),
        guard=frame.guard,
    )


def load_quotes(
    session: Session, frame: StudyFrame, code_ids: frozenset[UUID], *, only: Sequence[UUID] = ()
) -> tuple[Quote, ...]:
    """Return the coded words whose person agreed to be quoted, in the order of `only` when it is given."""
    said = _load_said(session, frame.id, set(code_ids), interviews_only=False)
    consenting = _consenting(session, {each.person_id for each in said})
    sizes = Counter((person.population, person.arm) for person in frame.persons)
    populations = Counter(person.population for person in frame.persons)
    people = {person.id: person for person in frame.persons}
    pseudonyms = dict(
        session.execute(
            select(Participant.id, Participant.pseudonym).where(
                Participant.id.in_(consenting), Participant.state != FlowState.WITHDRAWN
            )
        ).tuples()
    )
    quotes: dict[UUID, Quote] = {}
    for each in said:
        person = people.get(each.person_id)
        if person is None or each.person_id not in pseudonyms:
            continue
        attributes = {"population": person.population} | ({"arm": person.arm} if person.arm else {})
        kept = protect_attributes(
            attributes,
            {"population": populations[person.population], "arm": sizes[person.population, person.arm]},
            frame.threshold,
        )
        quotes[each.segment_id] = Quote(
            segment_id=each.segment_id,
            person_id=each.person_id,
            text=each.text,
            pseudonym=pseudonyms[each.person_id],
            attributes=tuple(kept.values()),
        )
    if only:
        return tuple(quotes[segment_id] for segment_id in only if segment_id in quotes)
    return tuple(quotes.values())


def choose_quotes(quotes: Sequence[Quote], count: int) -> tuple[Quote, ...]:
    """Choose by the stated rule: one quotation a person, its longest of at most 400 characters; longest first."""
    longest: dict[UUID, Quote] = {}
    for quote in quotes:
        if len(quote.text) > MAX_QUOTE_LENGTH:
            continue
        kept = longest.get(quote.person_id)
        if kept is None or len(quote.text) > len(kept.text):
            longest[quote.person_id] = quote
    ordered = sorted(longest.values(), key=lambda quote: (-len(quote.text), quote.pseudonym))
    return tuple(ordered[:count])


MAX_QUOTE_LENGTH = 400


def _load_said(session: Session, study_id: UUID, code_ids: set[UUID], *, interviews_only: bool) -> list[_Said]:
    """Give each coded segment to the person who said it; what interviewers say is nobody's."""
    statement = (
        select(
            Segment.id,
            Segment.quote,
            Coding.code_id,
            Transcript.participant_id,
            Speaker.role,
            Speaker.participant_id.label("speaker_participant_id"),
        )
        .join(Coding, Coding.segment_id == Segment.id)
        .join(TranscriptVersion, TranscriptVersion.id == Segment.version_id)
        .join(Transcript, Transcript.id == TranscriptVersion.transcript_id)
        .outerjoin(
            Turn, (Turn.version_id == Segment.version_id) & (Turn.start <= Segment.start) & (Turn.end > Segment.start)
        )
        .outerjoin(Speaker, Speaker.id == Turn.speaker_id)
        .where(
            Transcript.study_id == study_id,
            TranscriptVersion.is_current,
            Coding.code_id.in_(code_ids),
            Coding.status.in_(_DECIDED),
        )
        .order_by(Transcript.title, Segment.start, Segment.id)
    )
    if interviews_only:
        statement = statement.where(Transcript.kind == TranscriptKind.INTERVIEW)
    said = []
    for row in session.execute(statement).all():
        person_id = row.speaker_participant_id or row.participant_id
        if person_id is not None and row.role is not SpeakerRole.INTERVIEWER:
            said.append(_Said(segment_id=row.id, code_id=row.code_id, person_id=person_id, text=row.quote))
    return said


def _consenting(session: Session, person_ids: set[UUID]) -> set[UUID]:
    """Keep those whose last word on quotation is yes."""
    last = (
        select(
            Consent.participant_id,
            Consent.is_given,
            func.row_number().over(partition_by=Consent.participant_id, order_by=Consent.at.desc()).label("rank"),
        )
        .where(Consent.purpose == ConsentPurpose.QUOTATION, Consent.participant_id.in_(person_ids))
        .subquery()
    )
    return set(session.scalars(select(last.c.participant_id).where(last.c.rank == 1, last.c.is_given)).all())
