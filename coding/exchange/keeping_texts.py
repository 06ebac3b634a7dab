"""Texts, segments and codings of a project that comes in; rows are gathered and written many at once."""

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from coding.exchange import project as files
from coding.exchange.registry import IN_ONE, free_name, stamp
from coding.models import (
    Coding,
    CodingStatus,
    Memo,
    MemoKind,
    Segment,
    Speaker,
    SpeakerRole,
    Transcript,
    TranscriptVersion,
    Turn,
)
from coding.object_models import ImportedSelection, MemoLink, ObjectKind
from coding.spans import Edit, Span, context, remap
from coding.transcripts import SpeakerChoice, store_text
from coding.turns import recognise
from core.clock import now

if TYPE_CHECKING:
    from coding.exchange.keeping import Keeper

SOURCE = "import"


@dataclass(slots=True)
class _Text:
    """A version that selections are put on: where they go, the segments and codings there."""

    version_id: UUID
    text: str
    edits: list[list[Edit]] = field(default_factory=list)
    is_other: bool = False
    turns: list[tuple[int, int, UUID, bool]] = field(default_factory=list)
    segments: dict[tuple[int, int], UUID] = field(default_factory=dict)
    codings: dict[tuple[UUID, UUID, UUID], tuple[UUID, datetime]] = field(default_factory=dict)


class TextKeeper:
    """Writes the sources of a project."""

    def __init__(self, keeper: "Keeper") -> None:
        self._keeper = keeper
        self._session: Session = keeper.session
        self._titles = set(
            self._session.scalars(select(Transcript.title).where(Transcript.study_id == keeper.study_id))
        )
        self._rows: dict[Any, list[dict[str, Any]]] = {
            Segment: [], Memo: [], MemoLink: [], ImportedSelection: [], Coding: [],
        }  # fmt: skip

    def keep_all(self) -> None:
        """Write every source, then all segments and codings."""
        for source in self._keeper.project.sources:
            transcript_id = self._keeper.registry.find(ObjectKind.TRANSCRIPT, source.guid)
            text = self._new(source) if transcript_id is None else self._known(transcript_id, source)
            self._keep_selections(source, text)
        for model, rows in self._rows.items():
            if rows:
                self._session.execute(insert(model), rows, execution_options=IN_ONE)
        self._session.flush()

    def _new(self, source: files.Source) -> _Text:
        keeper = self._keeper
        title = free_name(source.name.strip() or str(source.guid)[:8], self._titles)
        self._titles.add(title)
        given: dict[str, Any] = {} if title == source.name else {"title": [title, source.name]}
        moment = source.created_at or keeper.project.created_at or now()
        if source.created_at is None:
            given["created_at"] = [stamp(moment), None]
        author = None if source.user is None else keeper.coder(source.user)
        transcript = Transcript(
            id=uuid4(), study_id=keeper.study_id, title=title, description=source.description,
            source_format=source.format, source_reference=keeper.unknown_name, imported_by=author, created_at=moment,
        )  # fmt: skip
        self._session.add(transcript)
        found = recognise(source.text)
        choices = [
            SpeakerChoice(
                each.label, each.same_as or each.label,
                SpeakerRole.INTERVIEWER if each.is_interviewer else SpeakerRole.INTERVIEWEE,
            )
            for each in found.speakers
        ]  # fmt: skip
        version_id = store_text(self._session, transcript, source.text, found.turns, choices)
        self._session.flush()
        self._put_times(version_id, source)
        keeper.registry.keep(ObjectKind.TRANSCRIPT, transcript.id, source.guid, given=given)
        keeper.count("sources")
        return _Text(version_id, source.text, turns=self._turns_of(version_id))

    def _put_times(self, version_id: UUID, source: files.Source) -> None:
        """Give turns the moments of the recording: the last one noted at or before each turn's start."""
        places = [position for position, _moment in source.times]
        if len(places) < 2:  # noqa: PLR2004  one moment alone is the beginning of the file
            return
        for turn in self._session.scalars(select(Turn).where(Turn.version_id == version_id)).all():
            at = bisect_right(places, turn.start) - 1
            after = bisect_right(places, turn.end - 1)
            if at >= 0:
                turn.start_ms = source.times[at][1]
                turn.end_ms = source.times[after][1] if after < len(places) else None
        self._session.flush()

    def _known(self, transcript_id: UUID, source: files.Source) -> _Text:
        """Find where the selections of a text go that is in the study already, perhaps corrected since."""
        versions = self._session.execute(
            select(TranscriptVersion.id, TranscriptVersion.text, TranscriptVersion.sha256, TranscriptVersion.edits)
            .where(TranscriptVersion.transcript_id == transcript_id)
            .order_by(TranscriptVersion.number)
        ).all()
        current = versions[-1]
        digest = hashlib.sha256(source.text.encode()).hexdigest()
        same = [number for number, version in enumerate(versions) if version.sha256 == digest]
        edits = [[Edit(*edit) for edit in version.edits] for version in versions[same[-1] + 1 :]] if same else []
        if not same:
            self._keeper.project.tell("project.text_differs", source=source.name, place=source.place)
        text = _Text(current.id, current.text, edits, is_other=not same, turns=self._turns_of(current.id))
        for row in self._session.execute(
            select(Segment.id, Segment.start, Segment.end).where(Segment.version_id == current.id)
        ):
            text.segments[row.start, row.end] = row.id
        for coding in self._session.execute(
            select(Coding.id, Coding.segment_id, Coding.code_id, Coding.coder_id, Coding.created_at)
            .join(Segment, Segment.id == Coding.segment_id)
            .where(Segment.version_id == current.id)
        ):
            text.codings[coding.segment_id, coding.code_id, coding.coder_id] = (coding.id, coding.created_at)
        return text

    def _turns_of(self, version_id: UUID) -> list[tuple[int, int, UUID, bool]]:
        rows = self._session.execute(
            select(Turn.start, Turn.end, Turn.id, Speaker.role)
            .outerjoin(Speaker, Speaker.id == Turn.speaker_id)
            .where(Turn.version_id == version_id)
            .order_by(Turn.start)
        )
        return [(row.start, row.end, row.id, row.role is SpeakerRole.INTERVIEWER) for row in rows]

    def _keep_selections(self, source: files.Source, text: _Text) -> None:
        registry, project = self._keeper.registry, self._keeper.project
        for selection in source.selections:
            span = _place(text, source.text, Span(selection.start, selection.end))
            if span is None:
                project.tell("project.selection_lost", place=selection.place)
                continue
            segment_id = self._segment(text, span)
            selection_id = registry.find(ObjectKind.SELECTION, selection.guid)
            if selection_id is None:
                selection_id = self._selection(selection, segment_id)
            registry.keep(ObjectKind.SEGMENT, segment_id, selection.guid)
            for coding in selection.codings:
                self._coding(text, segment_id, coding, selection_id, selection.user, selection.created_at)
        if source.codings and not text.text:
            project.tell("project.coding_lost", place=source.place, count=len(source.codings))
            return
        for coding in source.codings:
            whole = self._segment(text, Span(0, len(text.text)))
            self._coding(text, whole, coding, None, source.user, source.created_at)

    def _segment(self, text: _Text, span: Span) -> UUID:
        known = text.segments.get((span.start, span.end))
        if known is not None:
            return known
        before, after = context(text.text, span)
        segment_id = text.segments[span.start, span.end] = uuid4()
        self._rows[Segment].append(
            {
                "id": segment_id, "version_id": text.version_id, "start": span.start, "end": span.end,
                "quote": text.text[span.start : span.end], "context_before": before, "context_after": after,
                "turn_id": _turn_at(text.turns, span), "created_at": now(),
            }
        )  # fmt: skip
        return segment_id

    def _selection(self, selection: files.Selection, segment_id: UUID) -> UUID:
        keeper, selection_id = self._keeper, uuid4()
        author = None if selection.user is None else keeper.coder(selection.user)
        memo_id = None
        if selection.description:
            memo_id, moment = uuid4(), selection.created_at or now()
            self._rows[Memo].append(
                {
                    "id": memo_id, "study_id": keeper.study_id, "author_id": author or keeper.coder(None),
                    "kind": MemoKind.SEGMENT, "title": "", "description": "", "body": selection.description,
                    "created_at": moment, "modified_at": moment,
                }
            )  # fmt: skip
            self._rows[MemoLink].append(
                {
                    "id": uuid4(), "memo_id": memo_id, "object_kind": ObjectKind.SEGMENT, "object_id": segment_id,
                    "selection_id": None,
                }
            )  # fmt: skip
        self._rows[ImportedSelection].append(
            {
                "id": selection_id, "segment_id": segment_id, "name": selection.name, "memo_id": memo_id,
                "created_by": author, "created_at": selection.created_at,
            }
        )  # fmt: skip
        keeper.registry.keep(ObjectKind.SELECTION, selection_id, selection.guid)
        keeper.count("selections")
        return selection_id

    def _coding(
        self,
        text: _Text,
        segment_id: UUID,
        coding: files.Coding,
        selection_id: UUID | None,
        user: UUID | None,
        moment: datetime | None,
    ) -> None:
        keeper, registry = self._keeper, self._keeper.registry
        code_id = registry.find(ObjectKind.CODE, coding.code)
        if registry.find(ObjectKind.CODING, coding.guid) is not None or code_id is None:
            return
        coder_id = keeper.coder(coding.user or user)
        key = (segment_id, code_id, coder_id)
        created_at = coding.created_at or moment or keeper.project.created_at or now()
        given: dict[str, Any] = {}
        if coding.user is None:
            given["user"] = [str(coder_id), None]
        is_new = key not in text.codings
        coding_id, kept_at = text.codings.setdefault(key, (uuid4(), created_at))
        if coding.created_at is None or not is_new:
            given["created_at"] = [stamp(kept_at), None if coding.created_at is None else stamp(coding.created_at)]
        registry.keep(ObjectKind.CODING, coding_id, coding.guid, selection_id=selection_id, given=given)
        if not is_new:
            # The same code by the same coder on the same words twice: one coding, which leaves as two again.
            return
        self._rows[Coding].append(
            {
                "id": coding_id, "segment_id": segment_id, "code_id": code_id, "coder_id": coder_id,
                "status": CodingStatus.HUMAN, "source": SOURCE, "comment": coding.comment, "created_at": created_at,
            }
        )  # fmt: skip
        keeper.count("codings")


def _place(text: _Text, original: str, span: Span) -> Span | None:
    """Follow a span to the current version; where the text is another, look for the same words nearest to it."""
    if text.is_other:
        quote = original[span.start : span.end]
        before, after = text.text.rfind(quote, 0, span.start + len(quote)), text.text.find(quote, span.start)
        places = [each for each in (before, after) if each >= 0]
        start = min(places, key=lambda each: abs(each - span.start), default=-1)
        return None if start < 0 or not quote else Span(start, start + len(quote))
    for edits in text.edits:
        span = remap(span, edits).span
    return span if 0 <= span.start < span.end <= len(text.text) else None


def _turn_at(turns: Sequence[tuple[int, int, UUID, bool]], span: Span) -> UUID | None:
    """Return the turn a span counts for, as `coding.services.codings.find_turn` does, without asking the database."""
    first = max(0, bisect_right(turns, span.start, key=lambda turn: turn[0]) - 1)
    found = None
    for start, end, turn_id, is_interviewer in turns[first:]:
        if start >= span.end:
            break
        if end > span.start:
            if not is_interviewer:
                return turn_id
            found = found or turn_id
    return found
