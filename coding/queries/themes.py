"""Themes, how many persons speak of each, and the words that show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from coding.models import Code, Coding, Speaker, SpeakerRole, Theme, ThemeCode, Transcript, TranscriptKind
from coding.queries.codebook import branches
from coding.queries.segments import SegmentFilter, find_segments
from coding.queries.visibility import COUNTED, RELEASED, Viewer, from_codings, person
from studies.models import Participant, Population, PopulationKind

INTERVIEWS = (TranscriptKind.INTERVIEW,)


@dataclass(frozen=True, slots=True)
class ThemeView:
    """A theme with the codes it holds (id and name, in the order of the codebook)."""

    theme_id: UUID
    name: str
    interpretation: str
    position: int
    codes: tuple[tuple[UUID, str], ...]
    person_count: int


@dataclass(frozen=True, slots=True)
class Interviewed:
    """A person heard: the denominator of every share of persons."""

    participant_id: UUID
    population_id: UUID
    population_kind: PopulationKind
    arm_id: UUID | None
    site_id: UUID | None


@dataclass(frozen=True, slots=True)
class ThemePersons:
    """Who spoke of what: participants with at least one counted coding, by theme and by code (codes below included).

    `interviewed` lists everyone heard in the same kinds of transcripts, whether coded or not.
    """

    themes: dict[UUID, frozenset[UUID]]
    codes: dict[UUID, frozenset[UUID]]
    interviewed: tuple[Interviewed, ...]


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words that may show a theme; they leave Tresse only when `may_quote`, and under the pseudonym."""

    segment_id: UUID
    transcript_id: UUID
    title: str
    quote: str
    pseudonym: str | None
    population: str | None
    population_kind: PopulationKind | None
    arm: str | None
    site: str | None
    wave: str | None
    may_quote: bool
    codes: tuple[str, ...]


def theme_persons(
    session: Session,
    study_id: UUID,
    *,
    kinds: Sequence[TranscriptKind] = INTERVIEWS,
    viewer: Viewer = RELEASED,
) -> ThemePersons:
    """Count in persons: codings, human or accepted, that a report may read, or that `viewer` sees. Four statements."""
    own: dict[UUID, set[UUID]] = {}
    for code_id, participant_id in session.execute(
        from_codings((Coding.code_id, person()), study_id, viewer)
        .where(Coding.status.in_(COUNTED), Transcript.kind.in_(kinds), person().is_not(None))
        .distinct()
    ):
        own.setdefault(code_id, set()).add(participant_id)
    held = branches(session, study_id)
    codes = {
        code_id: frozenset[UUID]().union(*(own.get(below, set()) for below in branch))
        for code_id, branch in held.items()
    }
    themes: dict[UUID, frozenset[UUID]] = {}
    for theme_id, code_id in session.execute(
        select(Theme.id, ThemeCode.code_id)
        .outerjoin(ThemeCode, ThemeCode.theme_id == Theme.id)
        .where(Theme.study_id == study_id)
    ):
        themes[theme_id] = themes.get(theme_id, frozenset()) | codes.get(code_id, frozenset())
    return ThemePersons(themes, codes, _interviewed(session, study_id, kinds))


def _interviewed(session: Session, study_id: UUID, kinds: Sequence[TranscriptKind]) -> tuple[Interviewed, ...]:
    heard = union(
        select(Transcript.participant_id).where(
            Transcript.study_id == study_id, Transcript.kind.in_(kinds), Transcript.participant_id.is_not(None)
        ),
        select(Speaker.participant_id)
        .join(Transcript, Transcript.id == Speaker.transcript_id)
        .where(
            Transcript.study_id == study_id,
            Transcript.kind.in_(kinds),
            Speaker.role != SpeakerRole.INTERVIEWER,
            Speaker.participant_id.is_not(None),
        ),
    ).subquery()
    rows = session.execute(
        select(Participant.id, Participant.population_id, Population.kind, Participant.arm_id, Participant.site_id)
        .join(Population, Population.id == Participant.population_id)
        .where(Participant.id.in_(select(heard.c.participant_id)))
        .order_by(Participant.pseudonym)
    )
    return tuple(Interviewed(*row) for row in rows)


def list_themes(session: Session, study_id: UUID, viewer: Viewer = RELEASED) -> tuple[ThemeView, ...]:
    """Return the themes in their order, with their codes and the persons who speak of them. Six statements."""
    persons = theme_persons(session, study_id, viewer=viewer).themes
    held: dict[UUID, list[tuple[UUID, str]]] = {}
    for theme_id, code_id, name in session.execute(
        select(ThemeCode.theme_id, Code.id, Code.name)
        .join(Code, Code.id == ThemeCode.code_id)
        .where(Code.study_id == study_id)
        .order_by(Code.position, Code.name)
    ):
        held.setdefault(theme_id, []).append((code_id, name))
    return tuple(
        ThemeView(
            theme.id, theme.name, theme.interpretation, theme.position, tuple(held.get(theme.id, ())),
            len(persons.get(theme.id, ())),
        )
        for theme in session.scalars(
            select(Theme).where(Theme.study_id == study_id).order_by(Theme.position, Theme.name)
        )
    )  # fmt: skip


def quotations(
    session: Session,
    study_id: UUID,
    *,
    code_ids: Sequence[UUID] = (),
    theme_id: UUID | None = None,
    segment_ids: Sequence[UUID] = (),
    viewer: Viewer = RELEASED,
    only_quotable: bool = False,
    limit: int | None = None,
) -> tuple[Quotation, ...]:
    """Return segments to choose a quotation from, one a segment, by transcript and place, with all their codes asked.

    `theme_id` brings the theme's codes. Interviewers' words are left out.
    """
    wanted = list(code_ids)
    if theme_id is not None:
        wanted += session.scalars(select(ThemeCode.code_id).where(ThemeCode.theme_id == theme_id))
        if not wanted:
            return ()
    found = find_segments(
        session,
        study_id,
        viewer,
        SegmentFilter(code_ids=tuple(wanted), segment_ids=tuple(segment_ids)),
        page_size=None,
    ).rows
    kept: dict[UUID, Quotation] = {}
    for row in found:
        if row.role is SpeakerRole.INTERVIEWER or (only_quotable and not row.may_quote):
            continue
        earlier = kept.get(row.segment_id)
        codes = (row.code,) if earlier is None else (*earlier.codes, row.code)
        kept[row.segment_id] = Quotation(
            row.segment_id, row.transcript_id, row.title, row.quote, row.pseudonym, row.population,
            row.population_kind, row.arm, row.site, row.wave, row.may_quote, codes,
        )  # fmt: skip
    return tuple(kept.values())[:limit]
