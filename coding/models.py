"""The tables of interpretation: transcript and its versions, codebook, segments, codings, proposals.

Positions are half-open [start, end) in Unicode code points of the version's text (NFC, LF), as in REFI-QDA.
"""

import enum
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.db import Base, Dated, Identified, value_enum


class TranscriptKind(enum.StrEnum):
    """Where the text comes from."""

    INTERVIEW = "interview"
    OPEN_ANSWERS = "open_answers"
    WORKSHOP = "workshop"


class SpeakerRole(enum.StrEnum):
    """Who speaks; interviewers are left out of counts and of the machine's groups."""

    INTERVIEWER = "interviewer"
    INTERVIEWEE = "interviewee"
    OTHER = "other"


class CodeOrigin(enum.StrEnum):
    """How a code came to be."""

    HUMAN = "human"
    CLUSTER = "cluster"
    IMPORTED = "imported"


class CodingStatus(enum.StrEnum):
    """Who decided: a person, or a machine whose proposal a person accepted or not."""

    HUMAN = "human"
    SUGGESTED = "suggested"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Transcript(Identified, Dated, Base):
    """One text to interpret. `source_reference` names what it came from (a file, or a collection and item)."""

    __tablename__ = "transcript"
    __table_args__ = (UniqueConstraint("study_id", "title"),)

    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    title: Mapped[str]
    kind: Mapped[TranscriptKind] = mapped_column(value_enum(TranscriptKind), default=TranscriptKind.INTERVIEW)
    participant_id: Mapped[UUID | None] = mapped_column(ForeignKey("participant.id", ondelete="SET NULL"), index=True)
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("site.id", ondelete="SET NULL"))
    wave_id: Mapped[UUID | None] = mapped_column(ForeignKey("wave.id", ondelete="SET NULL"))
    description: Mapped[str] = mapped_column(default="")
    source_format: Mapped[str] = mapped_column(default="txt")
    source_reference: Mapped[str] = mapped_column(default="")
    imported_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    versions: Mapped[list["TranscriptVersion"]] = relationship(
        back_populates="transcript", order_by="TranscriptVersion.number", lazy="raise"
    )
    speakers: Mapped[list["Speaker"]] = relationship(
        back_populates="transcript", order_by="Speaker.position", lazy="raise"
    )


class PendingFile(Identified, Dated, Base):
    """A file sent for import that its person has not looked at yet; gone once imported or set aside."""

    __tablename__ = "pending_file"

    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    content: Mapped[bytes]


class TranscriptVersion(Identified, Dated, Base):
    """An immutable text; `edits` is the list of (position, deleted, inserted) that led here from the one before."""

    __tablename__ = "transcript_version"
    __table_args__ = (UniqueConstraint("transcript_id", "number"),)

    transcript_id: Mapped[UUID] = mapped_column(ForeignKey("transcript.id", ondelete="CASCADE"), index=True)
    number: Mapped[int] = mapped_column(default=1)
    text: Mapped[str]
    sha256: Mapped[str]
    word_count: Mapped[int]
    edits: Mapped[list[Any]] = mapped_column(default=list)
    corrected_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    is_current: Mapped[bool] = mapped_column(default=True)
    transcript: Mapped[Transcript] = relationship(back_populates="versions", lazy="raise")
    turns: Mapped[list["Turn"]] = relationship(back_populates="version", order_by="Turn.position", lazy="raise")


class TextChunk(Base):
    """4,096 code points of a version's text, in order: a coding reads one or two of them, never the whole text.

    PostgreSQL unpacks a long text whole to cut a few words out of it, and SQLite walks it: chunks keep the cost level.
    """

    __tablename__ = "text_chunk"

    version_id: Mapped[UUID] = mapped_column(ForeignKey("transcript_version.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str]


class Speaker(Identified, Base):
    """Someone who speaks in a transcript; linked to a participant, segments count as that person's."""

    __tablename__ = "speaker"
    __table_args__ = (UniqueConstraint("transcript_id", "label"),)

    transcript_id: Mapped[UUID] = mapped_column(ForeignKey("transcript.id", ondelete="CASCADE"), index=True)
    label: Mapped[str]
    role: Mapped[SpeakerRole] = mapped_column(value_enum(SpeakerRole), default=SpeakerRole.INTERVIEWEE)
    participant_id: Mapped[UUID | None] = mapped_column(ForeignKey("participant.id", ondelete="SET NULL"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    transcript: Mapped[Transcript] = relationship(back_populates="speakers", lazy="raise")


class Turn(Identified, Base):
    """One speaking turn: [start, end) covers what is said, without the speaker's name.

    `source_id` is the response to a questionnaire that an open answer comes from; its withdrawal finds the words by it.
    """

    __tablename__ = "turn"
    __table_args__ = (
        UniqueConstraint("version_id", "position"),
        Index(None, "version_id", "start"),
        CheckConstraint('start >= 0 AND "end" >= start', name="span_in_order"),
    )

    version_id: Mapped[UUID] = mapped_column(ForeignKey("transcript_version.id", ondelete="CASCADE"), index=True)
    speaker_id: Mapped[UUID | None] = mapped_column(ForeignKey("speaker.id", ondelete="SET NULL"), index=True)
    position: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]
    start_ms: Mapped[int | None]
    end_ms: Mapped[int | None]
    source_id: Mapped[UUID | None] = mapped_column(index=True)
    version: Mapped[TranscriptVersion] = relationship(back_populates="turns", lazy="raise")
    speaker: Mapped[Speaker | None] = relationship(lazy="raise")


class Code(Identified, Dated, Base):
    """A label of the codebook, with what it holds and what it leaves out; a folder is not codable."""

    __tablename__ = "code"
    __table_args__ = (
        UniqueConstraint("study_id", "parent_id", "name"),
        # At the top there is no parent, and no parent equals no parent: the constraint above does not hold there.
        Index(
            "uq_code_top_name",
            "study_id",
            "name",
            unique=True,
            sqlite_where=text("parent_id IS NULL"),
            postgresql_where=text("parent_id IS NULL"),
        ),
    )

    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("code.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    inclusion: Mapped[str] = mapped_column(default="")
    exclusion: Mapped[str] = mapped_column(default="")
    example: Mapped[str] = mapped_column(default="")
    colour: Mapped[str] = mapped_column(default="#5b6b7a")
    position: Mapped[int] = mapped_column(default=0)
    is_codable: Mapped[bool] = mapped_column(default=True)
    origin: Mapped[CodeOrigin] = mapped_column(value_enum(CodeOrigin), default=CodeOrigin.HUMAN)
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))


class Segment(Identified, Dated, Base):
    """A stretch of a version's text; position and quoted words with 32 characters of context on each side.

    `is_touched`: the text was corrected inside it and nobody has looked since; `earlier_quote` is what it said before.
    `turn_id` is the turn it counts for: the first one it shares words with whose speaker does not interview.
    """

    __tablename__ = "segment"
    __table_args__ = (
        UniqueConstraint("version_id", "start", "end"),
        CheckConstraint('start >= 0 AND "end" > start', name="span_not_empty"),
    )

    version_id: Mapped[UUID] = mapped_column(ForeignKey("transcript_version.id", ondelete="CASCADE"), index=True)
    start: Mapped[int]
    end: Mapped[int]
    quote: Mapped[str]
    context_before: Mapped[str] = mapped_column(default="")
    context_after: Mapped[str] = mapped_column(default="")
    is_touched: Mapped[bool] = mapped_column(default=False)
    earlier_quote: Mapped[str] = mapped_column(default="")
    turn_id: Mapped[UUID | None] = mapped_column(ForeignKey("turn.id", ondelete="SET NULL"), index=True)
    version: Mapped[TranscriptVersion] = relationship(lazy="raise")
    codings: Mapped[list["Coding"]] = relationship(back_populates="segment", lazy="raise")


class Coding(Identified, Dated, Base):
    """One code put on one segment by one coder."""

    __tablename__ = "coding"
    __table_args__ = (UniqueConstraint("segment_id", "code_id", "coder_id"),)

    segment_id: Mapped[UUID] = mapped_column(ForeignKey("segment.id", ondelete="CASCADE"), index=True)
    code_id: Mapped[UUID] = mapped_column(ForeignKey("code.id", ondelete="CASCADE"), index=True)
    coder_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    status: Mapped[CodingStatus] = mapped_column(value_enum(CodingStatus), default=CodingStatus.HUMAN)
    source: Mapped[str] = mapped_column(default="")
    comment: Mapped[str] = mapped_column(default="")
    segment: Mapped[Segment] = relationship(back_populates="codings", lazy="raise")
    code: Mapped[Code] = relationship(lazy="raise")


class Theme(Identified, Dated, Base):
    """A group of codes with an interpretation."""

    __tablename__ = "theme"
    __table_args__ = (UniqueConstraint("study_id", "name"),)

    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    interpretation: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
    codes: Mapped[list["ThemeCode"]] = relationship(lazy="raise", cascade="all, delete-orphan")


class ThemeCode(Base):
    """A code held by a theme."""

    __tablename__ = "theme_code"

    theme_id: Mapped[UUID] = mapped_column(ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True)
    code_id: Mapped[UUID] = mapped_column(ForeignKey("code.id", ondelete="CASCADE"), primary_key=True, index=True)


class MemoKind(enum.StrEnum):
    """What a memo is for."""

    THEORETICAL = "theoretical"
    METHOD = "method"
    CASE = "case"
    CODE = "code"
    SEGMENT = "segment"
    DOCUMENT = "document"
    PROJECT = "project"


class Memo(Identified, Dated, Base):
    """An analyst's dated note; what it is about is in `memo_link`, and may be nothing yet."""

    __tablename__ = "memo"

    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[MemoKind] = mapped_column(value_enum(MemoKind), default=MemoKind.PROJECT)
    title: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    body: Mapped[str]
    modified_at: Mapped[datetime] = mapped_column(default=now)


class ClusterRun(Identified, Dated, Base):
    """One grouping proposed by the machine, with all that is needed to replay it."""

    __tablename__ = "cluster_run"

    study_id: Mapped[UUID] = mapped_column(ForeignKey("study.id", ondelete="CASCADE"), index=True)
    requested_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    job_id: Mapped[UUID | None]
    parameters: Mapped[dict[str, Any]] = mapped_column(default=dict)
    corpus_sha256: Mapped[str] = mapped_column(default="")
    versions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    segment_count: Mapped[int] = mapped_column(default=0)
    silhouette: Mapped[float | None]
    finished_at: Mapped[datetime | None]
    groups: Mapped[list["ClusterGroup"]] = relationship(
        back_populates="run", order_by="ClusterGroup.position", lazy="raise"
    )


class ClusterGroup(Identified, Base):
    """A proposed group: typical terms [{term, weight}], and the code a person made of it, if any."""

    __tablename__ = "cluster_group"

    run_id: Mapped[UUID] = mapped_column(ForeignKey("cluster_run.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    size: Mapped[int]
    terms: Mapped[list[Any]]
    code_id: Mapped[UUID | None] = mapped_column(ForeignKey("code.id", ondelete="SET NULL"))
    dismissed_at: Mapped[datetime | None]
    run: Mapped[ClusterRun] = relationship(back_populates="groups", lazy="raise")
    members: Mapped[list["ClusterMember"]] = relationship(
        back_populates="group", order_by="ClusterMember.rank", lazy="raise"
    )


class ClusterMember(Identified, Base):
    """A stretch of text in a group; rank 0 is the most typical, `distance` the one to the group's centre."""

    __tablename__ = "cluster_member"

    group_id: Mapped[UUID] = mapped_column(ForeignKey("cluster_group.id", ondelete="CASCADE"), index=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("transcript_version.id", ondelete="CASCADE"), index=True)
    start: Mapped[int]
    end: Mapped[int]
    rank: Mapped[int]
    distance: Mapped[float]
    group: Mapped[ClusterGroup] = relationship(back_populates="members", lazy="raise")
